"""Rules that may be counted month by month or quarter by quarter (周期, 周期封顶)."""

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import LARGEST, ZERO, clamp, exact
from assessment.rules.base import Move, Rule, checked, parameter
from assessment.rules.context import GroupContext, Outcome
from assessment.rules.faults import Fault, ValueRefused
from assessment.rules.parameters import POSITIVE, OneOf
from assessment.rules.values import Counts, Value
from assessment.rules.wording import Wording, about


class Period(StrEnum):
    """The parts of the year that are counted one by one (周期)."""

    MONTH = "月"
    QUARTER = "季"

    @property
    def in_year(self) -> int:
        """How many of them a year has."""
        return 12 if self is Period.MONTH else 4

    @property
    def names(self) -> tuple[str, ...]:
        """Their names in a value: ``"1"`` … ``"12"``."""
        return tuple(str(number + 1) for number in range(self.in_year))


@dataclass(frozen=True, kw_only=True)
class PeriodicRule(Rule[Decimal | Counts]):
    """A rule on a number, or with 周期 on a number for each month or quarter.

    With 周期 the formula gives the points of each period, with the points of a period in the place
    of the leaf's points: 周期封顶, or an equal share of them. Each is clamped to [0, points of a
    period], then all are added up, rounded and clamped. A period that the value does not name
    counts as 0 of it.
    """

    period: Period | None = parameter("周期", OneOf(Period), default=None)
    period_cap: Decimal | None = parameter("周期封顶", POSITIVE, default=None)

    def contradictions(self) -> Iterator[Fault]:
        if self.period_cap is not None and self.period is None:
            yield Fault("周期", _("写了“周期封顶”就要写“周期”（月或季）"))

    @abstractmethod
    def points_for(self, number: Decimal, full: Decimal) -> Decimal:
        """The formula on one number, for a leaf or a period of so many points."""

    @abstractmethod
    def working(self, number: Decimal, full: Decimal, decimals: int, wording: Wording) -> str:
        """The arithmetic of ``points_for`` in words."""

    @abstractmethod
    def useful_change(self, number: Decimal, full: Decimal) -> Decimal:
        """The smallest change of one number that is worth naming; 0 where there is none."""

    def period_points(self, points: Decimal, count: int) -> Decimal:
        """The points of one of ``count`` periods of a leaf with so many points."""
        return points / count if self.period_cap is None else self.period_cap

    def shape(self, value: Value) -> Decimal | Counts:
        if self.period is not None:
            return _per_period(value, self.period)
        if not isinstance(value, Decimal):
            raise ValueRefused([Fault("", _("应为一个数"))])
        return checked(value)

    def zero(self) -> Decimal | Counts:
        return ZERO if self.period is None else dict.fromkeys(self.period.names, ZERO)

    def _points_in(self, number: Decimal, full: Decimal) -> Decimal:
        return clamp(self.points_for(number, full), ZERO, full)

    def raw_points(self, value: Decimal | Counts, context: GroupContext) -> Decimal:
        if isinstance(value, Decimal):
            return self.points_for(value, context.points)
        full = self.period_points(context.points, len(value))
        return sum((self._points_in(number, full) for number in value.values()), ZERO)

    def moves(
        self, value: Decimal | Counts, context: GroupContext
    ) -> Iterator[Move[Decimal | Counts]]:
        if isinstance(value, Decimal):
            change = self.useful_change(value, context.points)
            yield Move(change, min(value + change, LARGEST))
            return
        full = self.period_points(context.points, len(value))
        for name, number in value.items():
            change = self.useful_change(number, full)
            yield Move(change, {**value, name: min(number + change, LARGEST)})

    def step_condition(self, move: Move[Decimal | Counts], measure: str) -> str:
        condition = super().step_condition(move, measure)
        if self.period is None:
            return condition
        words = {"period": self.period, "condition": condition}
        return _("同一%(period)s%(condition)s，最多") % words

    def describe_periods(self, points: Decimal) -> str:
        """``，按月计算，每月最高 1 分``; empty without 周期."""
        if self.period is None:
            return ""
        with exact():
            full = about(self.period_points(points, self.period.in_year), 4)
        words = {"period": self.period, "full": full}
        return _("，按%(period)s计算，每%(period)s最高 %(full)s") % words

    def workings(self, value: Decimal | Counts, outcome: Outcome, wording: Wording) -> str:
        if isinstance(value, Decimal):
            return self.working(value, outcome.full, outcome.decimals, wording)
        alike: defaultdict[Decimal, list[str]] = defaultdict(list)
        for name, number in value.items():
            alike[number].append(name)
        full = self.period_points(outcome.full, len(value))
        parts = [
            _("%(names)s %(period)s：%(working)s，计 %(points)s")
            % {
                "names": "、".join(names),
                "period": _period_word(self.period, len(names)),
                "working": self.working(
                    number, full, outcome.decimals, Wording(measure=wording.measure)
                ),
                "points": about(self._points_in(number, full), outcome.decimals),
            }
            for number, names in alike.items()
        ]
        total = _("合计 %(total)s") % {"total": about(outcome.raw, outcome.decimals)}
        return wording.named("；".join(parts)) + "；" + total


def _per_period(value: Value, period: Period) -> Counts:
    if not isinstance(value, Mapping) or not set(value) <= set(period.names):
        words = {"period": period, "last": period.in_year}
        hint = _("应按%(period)s写，如 1:3，2:0，编号从 1 到 %(last)s") % words
        raise ValueRefused([Fault("", hint)])
    return {name: checked(value.get(name, ZERO)) for name in period.names}


def _period_word(period: Period | None, count: int) -> str:
    word = _("季度") if period is Period.QUARTER else _("月")
    return word + _("各") if count > 1 else word
