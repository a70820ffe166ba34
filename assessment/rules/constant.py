"""固定分: points that every unit has, which other leaves add to and take from."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.base import Rule
from assessment.rules.context import GroupContext, Outcome, Role
from assessment.rules.shapes import NOTHING, ValueShape
from assessment.rules.values import Value
from assessment.rules.wording import Wording, credited, score


@dataclass(frozen=True, kw_only=True)
class Constant(Rule[None]):
    """``p``, whatever the value; none is needed."""

    kind: ClassVar[str] = "constant"
    label: ClassVar[str] = "固定分"
    needs_value: ClassVar[bool] = False

    def value_shape(self) -> ValueShape:
        return NOTHING

    def shape(self, value: Value) -> None:
        return None

    def raw_points(self, value: None, context: GroupContext) -> Decimal:
        return context.points

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        return _("固定%(points)s") % {"points": credited(points, role)}

    def workings(self, value: None, outcome: Outcome, wording: Wording) -> str:
        return _("固定分 %(points)s") % {"points": score(outcome.full)}
