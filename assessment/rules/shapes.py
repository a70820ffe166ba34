"""The shape of value that a rule wants: what a data source must be able to give."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


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


class Part(StrEnum):
    """What a value is for the year, or for one period of it."""

    NOTHING = "nothing"
    NUMBER = "number"
    BY_NAME = "by_name"
    ITEMS = "items"
    MARKS = "marks"


@dataclass(frozen=True, slots=True)
class ValueShape:
    """What a rule takes as its value; see ``rules.values`` for the values themselves.

    ``names`` are the levels, grades or items that it knows, in its order. With ``period`` there is
    one such part for each month or quarter. A checklist without names takes how many items are
    met as well as which.
    """

    part: Part = Part.NUMBER
    names: tuple[str, ...] = ()
    period: Period | None = None

    @property
    def is_number(self) -> bool:
        """Whether one number for the year will do."""
        counts_items = self.part is Part.ITEMS and not self.names
        return self.period is None and (self.part is Part.NUMBER or counts_items)

    def describe(self) -> str:
        """``一个数``, ``按级别或等次的个数``, ``按月的数`` …"""
        return "、".join(self._words())

    def _words(self) -> Iterator[str]:
        if self.period is not None:
            yield _("按%(period)s的数") % {"period": self.period}
        if self.part is Part.BY_NAME:
            yield _("“%(names)s”各自的个数") % {"names": "、".join(self.names)[:60]}
        elif self.part is Part.ITEMS:
            yield _("达到的项目")
        elif self.part is Part.MARKS:
            yield _("评分")
        elif self.period is None:
            yield _("一个数") if self.part is Part.NUMBER else _("不用数据")


NOTHING = ValueShape(Part.NOTHING)
NUMBER = ValueShape()
MARKS = ValueShape(Part.MARKS)
