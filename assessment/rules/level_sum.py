"""分级计数: so many points for each, by its level."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ONE, ZERO
from assessment.rules.base import Move, parameter
from assessment.rules.context import GroupContext, Role
from assessment.rules.faults import Fault
from assessment.rules.maps import NumberMap, NumbersByName, unknown_names
from assessment.rules.named_counts import by_name, listed, named_counts, unknown_levels
from assessment.rules.parameters import NOT_NEGATIVE, POSITIVE
from assessment.rules.periods import PeriodicRule
from assessment.rules.shapes import ValueShape
from assessment.rules.values import Counts, Value
from assessment.rules.wording import Wording, equals, score


@dataclass(frozen=True, kw_only=True)
class LevelSum(PeriodicRule[Counts]):
    """Σ n · s, or with 定额 q and 加分单价 x: Σ min(n, q) · s + max(n − q, 0) · x.

    Without 加分单价 nothing above 定额 counts; a level without 定额 counts all. 封顶 is the leaf's
    points unless given.
    """

    kind: ClassVar[str] = "level_sum"
    label: ClassVar[str] = "分级计数"

    level_points: NumberMap = parameter("级别分", NumbersByName())
    limit: Decimal | None = parameter("封顶", POSITIVE, default=None)
    quotas: NumberMap = parameter("定额", NumbersByName(NOT_NEGATIVE), default=())
    extra_points: NumberMap = parameter("加分单价", NumbersByName(), default=())

    def contradictions(self) -> Iterator[Fault]:
        yield from super().contradictions()
        yield from unknown_levels("定额", self.quotas, self.level_points)
        unlimited = unknown_names(dict(self.extra_points), dict(self.quotas))
        if unlimited:
            words = {"levels": "、".join(unlimited)[:40]}
            yield Fault("加分单价", _("“%(levels)s”写了加分单价，还要写定额") % words)

    def cap(self, context: GroupContext) -> Decimal:
        return context.points if self.limit is None else self.limit

    def period_points(self, points: Decimal, count: int) -> Decimal:
        if self.period_cap is not None:
            return self.period_cap
        return points if self.limit is None else self.limit

    def part_shape(self) -> ValueShape:
        return by_name(self.level_points)

    def part(self, value: Value) -> Counts:
        return named_counts(value, self.part_shape().names)

    def no_part(self) -> Counts:
        return self.part({})

    def _terms(self, part: Counts) -> Iterator[tuple[str, Decimal, Decimal]]:
        """Level, count and points of one, for what counts within and above its 定额."""
        quotas, extra_points = dict(self.quotas), dict(self.extra_points)
        for level, price in self.level_points:
            count, quota = part[level], quotas.get(level)
            if quota is None:
                yield level, count, price
                continue
            yield level, min(count, quota), price
            above = max(count - quota, ZERO)
            yield _("%(level)s超出定额") % {"level": level}, above, extra_points.get(level, ZERO)

    def points_for(self, part: Counts, full: Decimal) -> Decimal:
        return sum((count * price for _level, count, price in self._terms(part)), ZERO)

    def part_moves(self, part: Counts, full: Decimal) -> Iterator[Move[Counts]]:
        for level, count in part.items():
            yield Move(ONE, {**part, level: count + ONE}, level)

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        wording = Wording(measure=measure)
        words = {
            "one": wording.amount(ONE),
            "levels": listed(self.level_points),
            "cap": score(self.cap(GroupContext(points))),
        }
        text = _("每 %(one)s：%(levels)s") % words
        extra_points = dict(self.extra_points)
        for level, quota in self.quotas:
            points_beyond = extra_points.get(level, ZERO)
            extra = {
                "level": level,
                "each": wording.each(),
                "quota": wording.amount(quota),
                "points": score(points_beyond),
            }
            if points_beyond:
                text += _("，%(level)s超过 %(quota)s的%(each)s %(points)s") % extra
            else:
                text += _("，%(level)s超过 %(quota)s的不计") % extra
        return text + _("，最高 %(cap)s") % words + self.describe_periods(points)

    def working(self, part: Counts, full: Decimal, decimals: int, wording: Wording) -> str:
        terms = [
            f"{level} {wording.amount(count)} × {score(price)}"
            for level, count, price in self._terms(part)
            if count
        ]
        if not terms:
            return wording.named(_("各级别都没有"))
        total = equals(self.points_for(part, full), decimals)
        return wording.named(" + ".join(terms) + f" {total}")
