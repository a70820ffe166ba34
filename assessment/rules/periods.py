"""Rules that may be counted month by month or quarter by quarter (周期, 周期封顶)."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Generic, TypeVar, cast

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import LARGEST, ZERO, clamp, exact
from assessment.rules.base import Move, Rule, parameter, take_number
from assessment.rules.context import GroupContext, Outcome
from assessment.rules.faults import Fault, ValueRefused
from assessment.rules.parameters import POSITIVE, OneOf
from assessment.rules.shapes import NUMBER, Period, ValueShape
from assessment.rules.values import Value
from assessment.rules.wording import Wording, about

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class ByPeriod(Generic[P]):
    """What was counted in every month or quarter of the year, by its name."""

    parts: Mapping[str, P]


@dataclass(frozen=True, kw_only=True)
class PeriodicRule(Rule[P | ByPeriod[P]], Generic[P]):
    """A rule on a value of shape ``P``, or with 周期 on one for each month or quarter.

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
    def part_shape(self) -> ValueShape:
        """The shape of the value, or of that of one period."""

    @abstractmethod
    def part(self, value: Value) -> P:
        """The value, or that of one period, in its shape; raises ``ValueRefused``."""

    @abstractmethod
    def no_part(self) -> P:
        """The part that counts as 0."""

    @abstractmethod
    def points_for(self, part: P, full: Decimal) -> Decimal:
        """The formula on one part, for a leaf or a period of so many points."""

    @abstractmethod
    def working(self, part: P, full: Decimal, decimals: int, wording: Wording) -> str:
        """The arithmetic of ``points_for`` in words."""

    @abstractmethod
    def part_moves(self, part: P, full: Decimal) -> Iterator[Move[P]]:
        """Changes of one part that are worth naming."""

    def period_points(self, points: Decimal, count: int) -> Decimal:
        """The points of one of ``count`` periods of a leaf with so many points."""
        return points / count if self.period_cap is None else self.period_cap

    def value_shape(self) -> ValueShape:
        return replace(self.part_shape(), period=self.period)

    def shape(self, value: Value) -> P | ByPeriod[P]:
        if self.period is None:
            return self.part(value)
        names = self.period.names
        if not isinstance(value, Mapping) or not set(value) <= set(names):
            raise ValueRefused([Fault("", self._period_hint(self.period))])
        return ByPeriod(
            {name: self.part(value[name]) if name in value else self.no_part() for name in names}
        )

    def _period_hint(self, period: Period) -> str:
        words = {"period": period, "last": period.in_year}
        return _("应按%(period)s写，如 1:3，2:0，编号从 1 到 %(last)s") % words

    def zero(self) -> P | ByPeriod[P]:
        if self.period is None:
            return self.no_part()
        return ByPeriod({name: self.no_part() for name in self.period.names})

    def stored(self, taken: P | ByPeriod[P]) -> Value:
        return cast(Value, taken.parts if isinstance(taken, ByPeriod) else taken)

    def _points_in(self, part: P, full: Decimal) -> Decimal:
        return clamp(self.points_for(part, full), ZERO, full)

    def raw_points(self, value: P | ByPeriod[P], context: GroupContext) -> Decimal:
        if not isinstance(value, ByPeriod):
            return self.points_for(value, context.points)
        full = self.period_points(context.points, len(value.parts))
        return sum((self._points_in(part, full) for part in value.parts.values()), ZERO)

    def moves(
        self, value: P | ByPeriod[P], context: GroupContext
    ) -> Iterator[Move[P | ByPeriod[P]]]:
        if not isinstance(value, ByPeriod):
            for move in self.part_moves(value, context.points):
                yield Move(move.change, move.value, move.name)
            return
        full = self.period_points(context.points, len(value.parts))
        for name, part in value.parts.items():
            for move in self.part_moves(part, full):
                yield Move(move.change, ByPeriod({**value.parts, name: move.value}), move.name)

    def step_condition(self, move: Move[P | ByPeriod[P]], measure: str) -> str:
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

    def workings(self, value: P | ByPeriod[P], outcome: Outcome, wording: Wording) -> str:
        if not isinstance(value, ByPeriod):
            return self.working(value, outcome.full, outcome.decimals, wording)
        full = self.period_points(outcome.full, len(value.parts))
        parts = [
            _("%(names)s %(period)s：%(working)s，计 %(points)s")
            % {
                "names": "、".join(names),
                "period": self._period_word(len(names)),
                "working": self.working(
                    part, full, outcome.decimals, Wording(measure=wording.measure)
                ),
                "points": about(self._points_in(part, full), outcome.decimals),
            }
            for part, names in _alike(value.parts)
        ]
        total = _("合计 %(total)s") % {"total": about(outcome.raw, outcome.decimals)}
        return wording.named("；".join(parts)) + "；" + total

    def _period_word(self, count: int) -> str:
        word = _("季度") if self.period is Period.QUARTER else _("月")
        return word + _("各") if count > 1 else word


def _alike(parts: Mapping[str, P]) -> list[tuple[P, list[str]]]:
    """The parts that are equal, each with the names of its periods."""
    alike: list[tuple[P, list[str]]] = []
    for name, part in parts.items():
        names = next((names for other, names in alike if other == part), None)
        if names is None:
            alike.append((part, [name]))
        else:
            names.append(name)
    return alike


@dataclass(frozen=True, kw_only=True)
class PeriodicNumberRule(PeriodicRule[Decimal]):
    """A rule on one number, or on one for each period."""

    def part_shape(self) -> ValueShape:
        return NUMBER

    def part(self, value: Value) -> Decimal:
        return take_number(value)

    def no_part(self) -> Decimal:
        return ZERO

    @abstractmethod
    def useful_change(self, number: Decimal, full: Decimal) -> Decimal:
        """The smallest change of one number that is worth naming; 0 where there is none."""

    def part_moves(self, part: Decimal, full: Decimal) -> Iterator[Move[Decimal]]:
        change = self.useful_change(part, full)
        yield Move(change, min(part + change, LARGEST))
