"""达标: full points when a condition holds, a fixed number otherwise."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ZERO, exact
from assessment.rules.base import Rule, gain_text, parameter, take_number
from assessment.rules.condition import ALSO, Condition
from assessment.rules.context import GroupContext, NextStep, Outcome, Role
from assessment.rules.parameters import Number, OneOf
from assessment.rules.values import Value
from assessment.rules.wording import Wording, credited


@dataclass(frozen=True, kw_only=True)
class Threshold(Rule[Decimal]):
    """``p`` if the condition holds else f; f may be below 0, but not under bonus or deduction."""

    kind: ClassVar[str] = "threshold"
    label: ClassVar[str] = "达标"

    condition: Condition = parameter("条件", OneOf(Condition, also=ALSO))
    standard: Decimal = parameter("标准", Number())
    otherwise: Decimal = parameter("未达", Number(), default=ZERO)

    def shape(self, value: Value) -> Decimal:
        return take_number(value)

    def holds(self, value: Decimal) -> bool:
        """Whether the value meets the standard."""
        return self.condition.holds(value, self.standard)

    def floor(self, context: GroupContext) -> Decimal:
        return min(self.otherwise, ZERO) if context.role is Role.BASE else ZERO

    def raw_points(self, value: Decimal, context: GroupContext) -> Decimal:
        return context.points if self.holds(value) else self.otherwise

    def next_step(self, outcome: Outcome, measure: str = "") -> NextStep | None:
        value = self.shape(outcome.value)
        if self.holds(value) or outcome.points == outcome.cap:
            return None
        with exact():
            difference = outcome.cap - outcome.points
            gain = -difference if outcome.role is Role.DEDUCTION else difference
            words = {"condition": self._condition(Wording(measure=measure))}
            condition = _("做到 %(condition)s，") % words
            text = condition + gain_text(gain, outcome.role)
            return NextStep(self.standard - value, gain, text, condition)

    def _condition(self, wording: Wording) -> str:
        return f"{self.condition} {wording.amount(self.standard)}"

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        words = {
            "condition": self._condition(Wording(measure=measure)),
            "full": credited(points, role),
            "otherwise": credited(self.otherwise, role),
        }
        return _("%(condition)s，%(full)s；否则%(otherwise)s") % words

    def workings(self, value: Decimal, outcome: Outcome, wording: Wording) -> str:
        words = {
            "counted": wording.counted(value),
            "condition": self._condition(wording),
            "gap": wording.amount(abs(self.standard - value)),
        }
        if self.holds(value):
            return _("%(counted)s，达到标准（%(condition)s）") % words
        if value == self.standard:
            return _("%(counted)s，未达到标准（%(condition)s）") % words
        return _("%(counted)s，未达到标准（%(condition)s），相差 %(gap)s") % words
