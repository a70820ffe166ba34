"""完成率: points in proportion to what is reached of a target."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ONE, ZERO, round_half_up
from assessment.rules.base import NumberRule, parameter
from assessment.rules.context import GroupContext, Outcome, Role
from assessment.rules.faults import Fault
from assessment.rules.parameters import POSITIVE, Ratio
from assessment.rules.wording import Wording, credited, equals, percent, score


@dataclass(frozen=True, kw_only=True)
class Completion(NumberRule):
    """r = v / t; 0 if r < m; else min(r, k) · p, capped at k · p. 最低 m is 0 unless given."""

    kind: ClassVar[str] = "completion"
    label: ClassVar[str] = "完成率"

    target: Decimal = parameter("目标", POSITIVE)
    minimum: Decimal = parameter("最低", Ratio(minimum=ZERO), default=ZERO)
    cap_ratio: Decimal = parameter("封顶比", Ratio(above=ZERO), default=ONE)

    def cap(self, context: GroupContext) -> Decimal:
        return self.cap_ratio * context.points

    def contradictions(self) -> Iterator[Fault]:
        if self.minimum > self.cap_ratio:
            yield Fault("最低", _("“最低”不能高于“封顶比”"))

    def _least(self) -> Decimal:
        return self.minimum * self.target

    def _is_too_low(self, value: Decimal) -> bool:
        return value < self._least()

    def raw_points(self, value: Decimal, context: GroupContext) -> Decimal:
        if self._is_too_low(value):
            return ZERO
        return min(value / self.target, self.cap_ratio) * context.points

    def useful_change(self, value: Decimal, context: GroupContext) -> Decimal:
        if self._is_too_low(value):
            return self._least() - value
        rest = self.cap_ratio * self.target - value
        if rest <= 0:
            return ZERO
        one_brings = round_half_up(context.points / self.target, context.decimals)
        return min(ONE, rest) if one_brings else rest

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        words = {
            "target": Wording(measure=measure).amount(self.target),
            "points": credited(points, role),
            "minimum": percent(self.minimum),
            "cap": percent(self.cap_ratio),
        }
        text = _("完成目标 %(target)s%(points)s，按完成率计")
        if self.minimum:
            text += _("，低于 %(minimum)s 不计分")
        if self.cap_ratio != ONE:
            text += _("，最高按 %(cap)s 计")
        return text % words

    def workings(self, value: Decimal, outcome: Outcome, wording: Wording) -> str:
        ratio = value / self.target
        words = {
            "counted": wording.counted(value),
            "target": wording.amount(self.target),
            "ratio": percent(ratio),
            "minimum": percent(self.minimum),
            "cap": percent(self.cap_ratio),
            "used": percent(min(ratio, self.cap_ratio)),
            "full": score(outcome.full),
            "points": equals(outcome.raw, outcome.decimals),
        }
        text = _("%(counted)s ÷ 目标 %(target)s = %(ratio)s") % words
        if self._is_too_low(value):
            return text + _("，低于最低 %(minimum)s，不计分") % words
        if ratio > self.cap_ratio:
            text += _("，按 %(cap)s 计") % words
        return text + _("；%(used)s × %(full)s %(points)s") % words
