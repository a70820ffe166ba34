"""阶梯: the points of one depend on how many there are."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ONE, ZERO, plain, show
from assessment.rules.base import NumberRule, parameter
from assessment.rules.context import GroupContext, Outcome, Role
from assessment.rules.maps import NumbersByName
from assessment.rules.parameters import POSITIVE, OneOf, Unreadable, read_number
from assessment.rules.wording import Wording, equals, score

Steps = tuple[tuple[Decimal, Decimal], ...]


class BandMode(StrEnum):
    """Whether the band that is reached holds for all, or each band for its own part (方式)."""

    WHOLE = "整体"
    BY_PART = "分段"


@dataclass(frozen=True, slots=True)
class ReadSteps:
    """Starts with a number each, ``10:0.3，20:0.4``, in rising order."""

    def read(self, raw: object) -> Steps:
        pairs = [(read_number(start), number) for start, number in NumbersByName().read(raw)]
        starts = [start for start, _number in pairs]
        if sorted(set(starts)) != starts:
            raise Unreadable(_("起点应从小到大、不重复，如 10:0.3，20:0.4"))
        if starts[0] < 0:
            raise Unreadable(_("起点不能小于 0"))
        return tuple(pairs)

    def write(self, value: Steps) -> dict[str, str]:
        return {plain(start): plain(number) for start, number in value}


@dataclass(frozen=True, kw_only=True)
class Bands(NumberRule):
    """整体: v · unit of the band that v reaches, 0 below the first one.

    分段: the part of v between one start and the next at that band's unit, below the first start
    0. 封顶 is the leaf's points unless given.
    """

    kind: ClassVar[str] = "bands"
    label: ClassVar[str] = "阶梯"

    steps: Steps = parameter("阶梯", ReadSteps())
    mode: BandMode = parameter("方式", OneOf(BandMode), default=BandMode.WHOLE)
    limit: Decimal | None = parameter("封顶", POSITIVE, default=None)

    def cap(self, context: GroupContext) -> Decimal:
        return context.points if self.limit is None else self.limit

    def _terms(self, value: Decimal) -> list[tuple[Decimal, Decimal, Decimal]]:
        """Start of the band, how much of the value counts in it, and the points of one."""
        reached = [(start, unit) for start, unit in self.steps if value >= start]
        if self.mode is BandMode.WHOLE:
            return [(start, value, unit) for start, unit in reached[-1:]]
        ends = [start for start, _unit in reached[1:]] + [value]
        return [
            (start, end - start, unit) for (start, unit), end in zip(reached, ends, strict=False)
        ]

    def raw_points(self, value: Decimal, context: GroupContext) -> Decimal:
        return sum((amount * unit for _start, amount, unit in self._terms(value)), ZERO)

    def useful_change(self, value: Decimal, context: GroupContext) -> Decimal:
        first = self.steps[0][0]
        return first - value if value < first else ONE

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        wording = Wording(measure=measure)
        starts = [start for start, _unit in self.steps]
        is_whole = self.mode is BandMode.WHOLE
        bands = [
            self._describe_whole(start, unit, wording)
            if is_whole
            else self._describe_part(start, end, unit, wording)
            for (start, unit), end in zip(self.steps, [*starts[1:], None], strict=True)
        ]
        words = {
            "first": self._describe_first(wording),
            "bands": "；".join(bands),
            "cap": score(self.cap(GroupContext(points))),
        }
        return _("%(first)s%(bands)s；最高 %(cap)s") % words

    def _describe_first(self, wording: Wording) -> str:
        """What stands below the first start and does not count; blank where nothing does."""
        start = self.steps[0][0]
        if not start:
            return ""
        words = {"start": wording.amount(start)}
        if self.mode is BandMode.WHOLE:
            return _("不到 %(start)s的不计；") % words
        return _("前 %(start)s不计；") % words

    def _describe_whole(self, start: Decimal, unit: Decimal, wording: Wording) -> str:
        words = {"start": wording.amount(start), "each": wording.each(), "unit": score(unit)}
        return _("达到 %(start)s的，全部按%(each)s %(unit)s") % words

    def _describe_part(
        self, start: Decimal, end: Decimal | None, unit: Decimal, wording: Wording
    ) -> str:
        words = {"each": wording.each(), "unit": score(unit)}
        if end is None:
            words["start"] = wording.amount(start)
            return _("超过 %(start)s的部分%(each)s %(unit)s") % words
        words["part"] = _part(start, end, wording)
        return _("%(part)s%(each)s %(unit)s") % words

    def workings(self, value: Decimal, outcome: Outcome, wording: Wording) -> str:
        words = {
            "counted": wording.counted(value),
            "first": wording.amount(self.steps[0][0]),
            "points": equals(outcome.raw, outcome.decimals),
        }
        terms = self._terms(value)
        if not terms:
            return _("%(counted)s，不到 %(first)s，不计分") % words
        if self.mode is BandMode.WHOLE:
            start, _amount, unit = terms[0]
            words |= {"start": wording.amount(start), "each": wording.each(), "unit": score(unit)}
            return _("%(counted)s：达到 %(start)s，%(each)s %(unit)s %(points)s") % words
        if not value - self.steps[0][0]:
            return _("%(counted)s，没有超过 %(first)s，不计分") % words
        words["none"] = _("前 %(first)s不计；") % words if self.steps[0][0] else ""
        words["terms"] = " + ".join(
            _("%(part)s %(amount)s × %(unit)s")
            % {
                "part": _part(start, start + amount, wording),
                "amount": wording.amount(amount),
                "unit": score(unit),
            }
            for start, amount, unit in terms
            if amount
        )
        return _("%(counted)s：%(none)s%(terms)s %(points)s") % words


def _part(start: Decimal, end: Decimal, wording: Wording) -> str:
    """``第 11–20 件`` of things that are counted; ``10%–20% 之间`` of what is measured."""
    if start == int(start) and end == int(end) and wording.measure not in ("%", "％"):
        words = {"first": show(start + ONE), "last": wording.amount(end)}
        if start + ONE == end:
            return _("第 %(last)s") % words
        return _("第 %(first)s–%(last)s") % words
    words = {"start": wording.amount(start), "end": wording.amount(end)}
    return _("%(start)s–%(end)s 之间") % words
