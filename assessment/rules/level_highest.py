"""最高级别: the points of the highest level that was reached often enough."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ONE, ZERO
from assessment.rules.base import Move, Rule, parameter
from assessment.rules.context import GroupContext, Outcome, Role
from assessment.rules.faults import Fault
from assessment.rules.maps import NumberMap, NumbersByName
from assessment.rules.named_counts import by_name, counted, listed, named_counts, unknown_levels
from assessment.rules.parameters import POSITIVE
from assessment.rules.shapes import ValueShape
from assessment.rules.values import Counts, Value
from assessment.rules.wording import Wording, score


@dataclass(frozen=True, kw_only=True)
class LevelHighest(Rule[Counts]):
    """The largest 级别分 among the levels whose count reaches its 起数 (1 unless given); else 0."""

    kind: ClassVar[str] = "level_highest"
    label: ClassVar[str] = "最高级别"

    level_points: NumberMap = parameter("级别分", NumbersByName())
    needed: NumberMap = parameter("起数", NumbersByName(POSITIVE), default=())

    def contradictions(self) -> Iterator[Fault]:
        yield from unknown_levels("起数", self.needed, self.level_points)

    def value_shape(self) -> ValueShape:
        return by_name(self.level_points)

    def shape(self, value: Value) -> Counts:
        return named_counts(value, self.value_shape().names)

    def zero(self) -> Counts:
        return self.shape({})

    def _needed(self, level: str) -> Decimal:
        return dict(self.needed).get(level, ONE)

    def _reached(self, value: Counts) -> list[tuple[Decimal, str]]:
        return [
            (points, level)
            for level, points in self.level_points
            if value[level] >= self._needed(level)
        ]

    def raw_points(self, value: Counts, context: GroupContext) -> Decimal:
        return max((points for points, _level in self._reached(value)), default=ZERO)

    def moves(self, value: Counts, context: GroupContext) -> Iterator[Move[Counts]]:
        for level, count in value.items():
            missing = self._needed(level) - count
            if missing > 0:
                yield Move(missing, {**value, level: self._needed(level)}, level)

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        text = _("按最高级别：%(levels)s") % {"levels": listed(self.level_points)}
        for level, count in self.needed:
            words = {"level": level, "count": Wording(measure=measure).amount(count)}
            text += _("，%(level)s需满 %(count)s") % words
        return text

    def workings(self, value: Counts, outcome: Outcome, wording: Wording) -> str:
        text = wording.named(counted(value, wording))
        reached = self._reached(value)
        if not reached:
            return text + _("，没有达到计分的个数")
        points, level = max(reached, key=lambda one: one[0])
        words = {"level": level, "points": score(points)}
        return text + _("，取最高的%(level)s %(points)s") % words
