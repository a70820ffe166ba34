"""定额: full points for reaching a number, so much off for each that is short."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ONE, ZERO
from assessment.rules.base import parameter
from assessment.rules.context import Role
from assessment.rules.parameters import POSITIVE
from assessment.rules.periods import PeriodicNumberRule
from assessment.rules.wording import Wording, about, credited, equals, score


@dataclass(frozen=True, kw_only=True)
class Quota(PeriodicNumberRule):
    """p − max(q − v, 0) · d: 每年不少于 q 次，每少一次扣 d 分."""

    kind: ClassVar[str] = "quota"
    label: ClassVar[str] = "定额"

    quota: Decimal = parameter("定额", POSITIVE)
    penalty: Decimal = parameter("每缺扣", POSITIVE)

    def points_for(self, number: Decimal, full: Decimal) -> Decimal:
        return full - max(self.quota - number, ZERO) * self.penalty

    def useful_change(self, number: Decimal, full: Decimal) -> Decimal:
        if number >= self.quota:
            return ZERO
        worthless = self.quota - number - full / self.penalty
        return max(worthless.to_integral_value(ROUND_FLOOR), ZERO) + ONE

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        wording = Wording(measure=measure)
        words = {
            "quota": wording.amount(self.quota),
            "full": credited(points, role),
            "one": wording.amount(ONE),
            "penalty": score(self.penalty),
        }
        text = _("不少于 %(quota)s%(full)s，每少 %(one)s减 %(penalty)s") % words
        return text + self.describe_periods(points)

    def working(self, number: Decimal, full: Decimal, decimals: int, wording: Wording) -> str:
        short = max(self.quota - number, ZERO)
        words = {
            "counted": wording.counted(number),
            "quota": wording.amount(self.quota),
            "short": wording.amount(short),
            "penalty": score(self.penalty),
            "loss": equals(short * self.penalty, decimals),
            "full": about(full, decimals),
            "off": score(short * self.penalty),
            "points": equals(self.points_for(number, full), decimals),
        }
        if not short:
            return _("%(counted)s，达到定额 %(quota)s，不减分") % words
        return (
            _(
                "%(counted)s，比定额 %(quota)s少 %(short)s × %(penalty)s %(loss)s；"
                "%(full)s − %(off)s %(points)s"
            )
            % words
        )
