"""The grid in which a scoring department enters its marks: its cells, and what was typed there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessment.actions import Answer, Typed, is_full, judge_typed
from assessment.judging import Bench, Cell, Key, Progress, token_of
from assessment.models import GroupMember, Indicator
from assessment.rules.arithmetic import show
from assessment.rules.manual import Manual

CELL = re.compile(r"v-(\d{1,18})-(\d{1,18})")
# No cell of a sheet says more; a longer text is cut before anything looks at it.
MOST_READ = 1000


def read_posted(data: Mapping[str, Any]) -> dict[Key, Typed]:
    """The cells that were changed since the page was shown, as their tokens tell.

    With a reason for all, cells that still have none count as changed.
    """
    may_stay, for_all = bool(data.get("keep_text")), same_reason(data)
    typed = {}
    for name in data:
        if not (found := CELL.fullmatch(name)):
            continue
        place = name.removeprefix("v-")
        value, reason = (_text(data, f"{kind}-{place}") for kind in "vr")
        seen = _text(data, f"s-{place}")
        lacks_reason = bool(for_all and value and not reason)
        if lacks_reason or token_of(value, reason) != seen:
            typed[int(found[1]), int(found[2])] = Typed(value, reason, seen, may_stay)
    return typed


def same_reason(data: Mapping[str, Any]) -> str:
    """The one reason for all cells that need one."""
    return _text(data, "same_reason")


def same_for(data: Mapping[str, Any]) -> str:
    """Which of them it is for, as the button says that was pressed."""
    return _text(data, "same_for")


def _text(data: Mapping[str, Any], name: str) -> str:
    return str(data.get(name, ""))[:MOST_READ].strip()


@dataclass(frozen=True)
class GridCell:
    """A cell as the page shows it: stored, or as it was typed and not taken."""

    cell: Cell
    value: str
    reason: str
    seen: str
    error: str = ""
    wants_reason: bool = False
    theirs: str = ""
    # The reason of an earlier mark, to be taken for this one or not.
    offered: str = ""

    @property
    def offered_words(self) -> str:
        if not self.offered:
            return ""
        return _("原来的理由“{reason}”是给改前的分写的，没有沿用。").format(reason=self.offered)

    @property
    def is_full(self) -> bool:
        return is_full(self.cell, self.value)

    @property
    def name(self) -> str:
        indicator, organisation = self.cell.key
        return f"{indicator}-{organisation}"

    @property
    def shown_words(self) -> str:
        """The marks of all judges once they are complete, without names."""
        if self.cell.mean is None:
            return ""
        marks = "、".join(show(mark) for mark in self.cell.shown)
        return _("各评委 {marks}；平均 {mean}").format(marks=marks, mean=show(self.cell.mean))


def as_stored(cell: Cell) -> GridCell:
    if cell.draft is None:
        needed = bool(cell.reason)
        return GridCell(cell, cell.value, cell.reason, cell.token, wants_reason=needed)
    verdict = judge_typed(cell, Typed(cell.value, cell.reason, may_stay=True))
    wants = verdict.wants_reason or bool(cell.reason)
    is_bare = verdict.wants_reason and not cell.reason
    return GridCell(
        cell,
        cell.value,
        cell.reason,
        cell.token,
        error=verdict.error,
        wants_reason=wants,
        offered=cell.mark.reason if is_bare and cell.mark else "",
    )


def as_answered(answer: Answer) -> GridCell:
    return GridCell(
        answer.cell,
        answer.value,
        answer.reason,
        answer.seen,
        error=answer.error,
        wants_reason=answer.wants_reason or bool(answer.reason),
        theirs=conflict_words(answer),
        offered=answer.dropped,
    )


def conflict_words(answer: Answer) -> str:
    """What another window has saved meanwhile, and what to do."""
    if answer.theirs is None:
        return ""
    at = answer.theirs.changed_at
    if at is None or not answer.theirs.value:
        return _("另一个窗口已清空这一格，这里填的是 {mine}；再保存一次以这里为准。").format(
            mine=answer.value or _("空白")
        )
    return _("另一个窗口已存 {theirs} 分，这里填的是 {mine}；再保存一次以这里为准。").format(
        theirs=answer.theirs.value, mine=answer.value or _("空白")
    )


@dataclass(frozen=True)
class Column:
    """One indicator at the head of the grid."""

    indicator: Indicator
    bounds: str
    progress: Progress


@dataclass(frozen=True)
class Row:
    member: GroupMember
    cells: list[GridCell]


class MarkGrid:
    """Rows of units, columns of indicators, as far as one judge sees them."""

    def __init__(
        self,
        bench: Bench,
        progress: Mapping[int, Progress],
        answers: Mapping[Key, Answer] | None = None,
    ) -> None:
        self.columns = [
            Column(indicator, _bounds(bench, indicator), progress[indicator.pk])
            for indicator in bench.indicators.values()
        ]
        self._bench, self._answers = bench, answers or {}
        self.rows = [self._row(member) for member in bench.members.values()]

    def _row(self, member: GroupMember) -> Row:
        keys = [(column.indicator.pk, member.organisation_id) for column in self.columns]
        return Row(member, [self._cell(key) for key in keys])

    def _cell(self, key: Key) -> GridCell:
        if key in self._answers:
            return as_answered(self._answers[key])
        return as_stored(self._bench.cell(key))

    @property
    def faulty(self) -> Sequence[GridCell]:
        return [cell for row in self.rows for cell in row.cells if cell.error or cell.theirs]

    @property
    def lacks_reason(self) -> dict[str, int]:
        """How many cells do, with the full points and others."""
        bare = [cell.is_full for cell in self.faulty if cell.wants_reason and not cell.reason]
        return {"full": sum(bare), "rest": len(bare) - sum(bare)}

    @property
    def warns(self) -> bool:
        return any(answer.warns for answer in self._answers.values())


def _bounds(bench: Bench, indicator: Indicator) -> str:
    """0–20 分，步长 0.5；2 位评委."""
    rule = bench.rules[indicator.pk]
    if not isinstance(rule, Manual):
        return _("填数据，按“{rule}”赋分").format(rule=rule.label)
    text = _("0–{points} 分").format(points=show(indicator.points))
    if rule.step:
        text += _("，步长 {step}").format(step=show(rule.step))
    if rule.judges and rule.judges > 1:
        text += _("，{n} 位评委").format(n=rule.judges)
    return text
