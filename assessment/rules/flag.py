"""有无: full points for having any, none for having none."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ONE, ZERO
from assessment.rules.base import NumberRule
from assessment.rules.context import GroupContext, Outcome, Role
from assessment.rules.wording import Wording, credited


@dataclass(frozen=True, kw_only=True)
class Flag(NumberRule):
    """``p`` if v > 0 else 0."""

    kind: ClassVar[str] = "flag"
    label: ClassVar[str] = "有无"

    def raw_points(self, value: Decimal, context: GroupContext) -> Decimal:
        return context.points if value > 0 else ZERO

    def useful_change(self, value: Decimal, context: GroupContext) -> Decimal:
        return ZERO if value > 0 else ONE - value

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        words = {"full": credited(points, role), "none": credited(ZERO, role)}
        return _("有即%(full)s，没有%(none)s") % words

    def workings(self, value: Decimal, outcome: Outcome, wording: Wording) -> str:
        words = {"counted": wording.counted(value)}
        if value > 0:
            return _("%(counted)s，有即满分") % words
        return _("%(counted)s，没有就不得分") % words
