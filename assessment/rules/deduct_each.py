"""逐次扣分: full points to begin with, so much off for each occurrence."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ONE, ZERO
from assessment.rules.base import parameter
from assessment.rules.context import Role
from assessment.rules.faults import Fault
from assessment.rules.parameters import POSITIVE, YesNo
from assessment.rules.periods import PeriodicNumberRule
from assessment.rules.wording import Wording, about, credited, equals, score


@dataclass(frozen=True, kw_only=True)
class DeductEach(PeriodicNumberRule):
    """p − min(v · d, e); e is all the points (扣完为止) unless 最多扣 is given.

    With 发生即零 nothing is left after the first occurrence, and 每次扣 need not be given.
    """

    kind: ClassVar[str] = "deduct_each"
    label: ClassVar[str] = "逐次扣分"

    penalty: Decimal | None = parameter("每次扣", POSITIVE, default=None)
    until_empty: bool | None = parameter("扣完为止", YesNo(), default=None)
    most: Decimal | None = parameter("最多扣", POSITIVE, default=None)
    all_or_nothing: bool = parameter("发生即零", YesNo(), default=False)

    def contradictions(self) -> Iterator[Fault]:
        yield from super().contradictions()
        if self.penalty is None and not self.all_or_nothing:
            yield Fault("每次扣", _("缺少参数“每次扣”（或写“发生即零=是”）"))
        if self.until_empty and self.most is not None:
            yield Fault("最多扣", _("“扣完为止”与“最多扣”只能写一个"))

    def points_for(self, number: Decimal, full: Decimal) -> Decimal:
        if self.all_or_nothing and number > 0:
            return ZERO
        return full - self._loss(number, full)

    def _loss(self, number: Decimal, full: Decimal) -> Decimal:
        most = full if self.most is None else self.most
        return min(number * (self.penalty or ZERO), most)

    def useful_change(self, number: Decimal, full: Decimal) -> Decimal:
        return ONE

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        words = {
            "full": score(points),
            "one": Wording(measure=measure).amount(ONE),
            "penalty": score(self.penalty or ZERO),
            "most": score(self.most or points),
            "none": credited(ZERO, role),
        }
        if self.all_or_nothing:
            text = _("满分 %(full)s，发生即%(none)s") % words
        elif self.most is None:
            text = _("满分 %(full)s，每 %(one)s扣 %(penalty)s，扣完为止") % words
        else:
            text = _("满分 %(full)s，每 %(one)s扣 %(penalty)s，最多扣 %(most)s") % words
        return text + self.describe_periods(points)

    def working(self, number: Decimal, full: Decimal, decimals: int, wording: Wording) -> str:
        per_one = number * (self.penalty or ZERO)
        loss = self._loss(number, full)
        words = {
            "counted": wording.counted(number),
            "penalty": score(self.penalty or ZERO),
            "loss": equals(per_one, decimals),
            "most": about(loss, decimals),
            "full": about(full, decimals),
            "points": equals(full - loss, decimals),
        }
        if number <= 0:
            return _("%(counted)s，没有发生，不扣分") % words
        if self.all_or_nothing:
            return _("%(counted)s，发生即不得分") % words
        text = _("%(counted)s × %(penalty)s %(loss)s") % words
        if per_one > loss:
            text += _("，最多扣 %(most)s") % words
        return text + _("；%(full)s − %(most)s %(points)s") % words
