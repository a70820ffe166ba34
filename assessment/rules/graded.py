"""等次累计: points up or down for each record, by its grade."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ONE, ZERO
from assessment.rules.base import Move, Rule, parameter
from assessment.rules.context import GroupContext, Outcome, Role
from assessment.rules.maps import NumberMap, NumbersByName
from assessment.rules.named_counts import by_name, listed, named_counts
from assessment.rules.parameters import POSITIVE, Number
from assessment.rules.shapes import ValueShape
from assessment.rules.values import Counts, Value
from assessment.rules.wording import Wording, equals, score


@dataclass(frozen=True, kw_only=True)
class Graded(Rule[Counts]):
    """b + Σ n · points of the grade, clamped to [0, p], or to [0, 封顶] where given; b is p."""

    kind: ClassVar[str] = "graded"
    label: ClassVar[str] = "等次累计"

    grade_points: NumberMap = parameter("等次分", NumbersByName())
    start: Decimal | None = parameter("基础", Number(), default=None)
    limit: Decimal | None = parameter("封顶", POSITIVE, default=None)

    def cap(self, context: GroupContext) -> Decimal:
        return context.points if self.limit is None else self.limit

    def _start(self, points: Decimal) -> Decimal:
        return points if self.start is None else self.start

    def value_shape(self) -> ValueShape:
        return by_name(self.grade_points)

    def shape(self, value: Value) -> Counts:
        return named_counts(value, self.value_shape().names)

    def zero(self) -> Counts:
        return self.shape({})

    def _sum(self, value: Counts) -> Decimal:
        return sum((value[grade] * points for grade, points in self.grade_points), ZERO)

    def raw_points(self, value: Counts, context: GroupContext) -> Decimal:
        return self._start(context.points) + self._sum(value)

    def moves(self, value: Counts, context: GroupContext) -> Iterator[Move[Counts]]:
        for grade, points in self.grade_points:
            if points > 0:
                yield Move(ONE, {**value, grade: value[grade] + ONE}, grade)

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        words = {
            "start": score(self._start(points)),
            "one": Wording(measure=measure).amount(ONE),
            "grades": listed(self.grade_points),
            "cap": score(self.cap(GroupContext(points))),
        }
        return _("以 %(start)s为基础，每 %(one)s加减：%(grades)s，最高 %(cap)s") % words

    def workings(self, value: Counts, outcome: Outcome, wording: Wording) -> str:
        terms = [
            f"{grade} {wording.amount(value[grade])} × {score(points)}"
            for grade, points in self.grade_points
            if value[grade]
        ]
        start = self._start(outcome.full)
        if not terms:
            return wording.named(_("没有评定等次，按基础 %(start)s") % {"start": score(start)})
        words = {
            "start": score(start),
            "terms": " + ".join(terms),
            "points": equals(outcome.raw, outcome.decimals),
        }
        return wording.named(_("基础 %(start)s + %(terms)s %(points)s") % words)
