"""计数: so many points for each, up to a cap."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ONE, ZERO
from assessment.rules.base import parameter
from assessment.rules.context import GroupContext, Role
from assessment.rules.parameters import NOT_NEGATIVE, POSITIVE
from assessment.rules.periods import PeriodicNumberRule
from assessment.rules.wording import Wording, credited, equals, score


@dataclass(frozen=True, kw_only=True)
class PerUnit(PeriodicNumberRule):
    """min(max(v − s, 0) · u, c); 封顶 c is the leaf's points unless given.

    With 周期 and without 周期封顶 a period is limited by c alone.
    """

    kind: ClassVar[str] = "per_unit"
    label: ClassVar[str] = "计数"

    price: Decimal = parameter("单价", POSITIVE)
    limit: Decimal | None = parameter("封顶", POSITIVE, default=None)
    start: Decimal = parameter("起算", NOT_NEGATIVE, default=ZERO)

    def cap(self, context: GroupContext) -> Decimal:
        return context.points if self.limit is None else self.limit

    def period_points(self, points: Decimal, count: int) -> Decimal:
        if self.period_cap is not None:
            return self.period_cap
        return points if self.limit is None else self.limit

    def points_for(self, number: Decimal, full: Decimal) -> Decimal:
        return max(number - self.start, ZERO) * self.price

    def useful_change(self, number: Decimal, full: Decimal) -> Decimal:
        return max(self.start - number, ZERO) + ONE

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        wording = Wording(measure=measure)
        words = {
            "start": wording.amount(self.start),
            "one": wording.amount(ONE),
            "price": credited(self.price, role),
            "cap": score(self.cap(GroupContext(points))),
        }
        text = (
            _("每 %(one)s%(price)s")
            if not self.start
            else _("超过 %(start)s的部分，每 %(one)s%(price)s")
        )
        return (text + _("，最高 %(cap)s")) % words + self.describe_periods(points)

    def working(self, number: Decimal, full: Decimal, decimals: int, wording: Wording) -> str:
        points = self.points_for(number, full)
        words = {
            "counted": wording.counted(number),
            "start": wording.amount(self.start),
            "rest": wording.amount(number - self.start),
            "price": score(self.price),
            "points": equals(points, decimals),
        }
        if not self.start:
            return _("%(counted)s × %(price)s %(points)s") % words
        if number <= self.start:
            return _("%(counted)s，没有超过起算的 %(start)s") % words
        return _("%(counted)s，超过起算 %(start)s的 %(rest)s × %(price)s %(points)s") % words
