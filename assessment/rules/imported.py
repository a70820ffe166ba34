"""外部成绩: a result of another body, a survey or a test, converted to the leaf's points."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ONE, ZERO
from assessment.rules.base import NumberRule, parameter
from assessment.rules.context import GroupContext, Outcome, Role
from assessment.rules.parameters import POSITIVE
from assessment.rules.wording import Wording, credited, equals, score


@dataclass(frozen=True, kw_only=True)
class Imported(NumberRule):
    """v / f · p."""

    kind: ClassVar[str] = "imported"
    label: ClassVar[str] = "外部成绩"

    full_mark: Decimal = parameter("满分", POSITIVE)

    def entry_fault(self, value: Decimal) -> str:
        """A result beyond the full mark is a slip of the pen: it would be capped in silence."""
        if ZERO <= value <= self.full_mark:
            return ""
        full = Wording().amount(self.full_mark)
        return _("应在 0 到满分 %(full_mark)s 之间，请核对") % {"full_mark": full}

    def raw_points(self, value: Decimal, context: GroupContext) -> Decimal:
        return value / self.full_mark * context.points

    def useful_change(self, value: Decimal, context: GroupContext) -> Decimal:
        return max(min(ONE, self.full_mark - value), ZERO)

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        words = {
            "full_mark": Wording(measure=measure).amount(self.full_mark),
            "points": credited(points, role),
        }
        return _("满分 %(full_mark)s%(points)s，按比例折算") % words

    def workings(self, value: Decimal, outcome: Outcome, wording: Wording) -> str:
        words = {
            "counted": wording.counted(value),
            "full_mark": wording.amount(self.full_mark),
            "full": score(outcome.full),
            "points": equals(outcome.raw, outcome.decimals),
        }
        return _("%(counted)s ÷ 满分 %(full_mark)s × %(full)s %(points)s") % words
