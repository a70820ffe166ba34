"""Where a ledger begins: its head among titles and notes, and which column is which.

Pure functions over rows of cells. Rows are named by their numbers in the sheet (from 1), columns
by their index (from 0).
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.imports.labels import EXACT, Known, normalised
from core.imports.lines import data_rows
from core.sheets import Block, Cell, Rows, SheetRows, Workbook

__all__ = ["Head", "data_rows", "fill_merged", "find_head", "normalised", "pick_sheet"]

# The head stands among the first rows of a sheet, and is at most so many rows high.
SEARCHED_ROWS = 60
MOST_HEAD_ROWS = 3
# Scores are sums of how well (of 100) each column is named. A further row must bring that much.
ROW_PRICE = 40.0
# The lower label alone is a little worse than both together, the upper one alone clearly so.
LOWER_ALONE, UPPER_ALONE = 1.0, 10.0
# A single known column makes a head only in a table as narrow as this.
NARROW = 3
JOINT = "/"
# What stands above a head with a colon or a number in it is about the ledger.
PLAIN_LABEL = re.compile(r"[^:：\d]{1,12}")


@dataclass(frozen=True)
class Head:
    """Rows `first_row` to `last_row` of the sheet, and what they say.

    `labels`: one per column of the sheet ("" for none); `columns`: index of the column → key,
    each key once; `score`: how well the known columns are named, 100 for each at best.
    """

    first_row: int
    last_row: int
    labels: list[str]
    columns: dict[int, str]
    score: float = field(default=0.0, compare=False)


def find_head(rows: Rows, known: Mapping[str, str], merged: Sequence[Block] = ()) -> Head | None:
    """The rows that name most of the known columns; None when none does.

    `known`: label or other name of a column → its key.
    """
    return _find(rows, Known(known), merged)


def pick_sheet(workbook: Workbook, known: Mapping[str, str]) -> SheetRows:
    """The sheet that looks most like the ledger, wherever it stands; else the longest one."""
    if len(workbook.sheets) == 1:
        return workbook.sheets[0]
    words = Known(known)

    def likeness(sheet: SheetRows) -> tuple[int, float, int]:
        head = _find(sheet.rows, words, sheet.merged)
        if head is None:
            return 0, 0.0, len(sheet.rows)
        return len(head.columns), head.score, len(data_rows(sheet.rows, head))

    return max(workbook.sheets, key=likeness)


def fill_merged(rows: Rows, merged: Sequence[Block], head: Head) -> Rows:
    """The rows with what is merged over several of them put into each (a township over villages).

    Rows that are otherwise blank stay blank.
    """
    filled = list(rows)
    for top, left, bottom, _right in merged:
        value = _at(rows, top, left - 1)
        if top <= head.last_row or value is None:
            continue
        for number in range(top + 1, min(bottom, len(rows)) + 1):
            if any(cell is not None for cell in rows[number - 1]):
                row = list(filled[number - 1])
                row.extend([None] * (left - len(row)))
                row[left - 1] = value
                filled[number - 1] = row
    return filled


def _find(rows: Rows, words: Known, merged: Sequence[Block]) -> Head | None:
    top = _spread(rows[:SEARCHED_ROWS], merged)
    best: Head | None = None
    for first in range(1, len(top) + 1):
        for last in range(first, min(first + MOST_HEAD_ROWS, len(top) + 1)):
            head = _head(top, first, last, words)
            if head and (best is None or head.score > best.score):
                best = head
    return _with_whole_rows(best, top, merged, words) if best else None


def _spread(rows: Rows, merged: Sequence[Block]) -> Rows:
    """The rows, each as wide as the widest, with what is merged across columns put into each."""
    width = max(map(len, rows), default=0)
    spread = [[*row, *[None] * (width - len(row))] for row in rows]
    for top, left, _bottom, right in merged:
        if top <= len(spread) and left <= width:
            last = min(right, width)
            spread[top - 1][left - 1 : last] = [spread[top - 1][left - 1]] * (last - left + 1)
    return spread


def _head(top: Rows, first: int, last: int, words: Known) -> Head | None:
    """These rows read as a head; None when they do not look like one."""
    rows = _with_groups(top[first - 1 : last])
    if not any(rows[0]) or not any(rows[-1]):
        return None
    stacks = [_stack(column) for column in zip(*rows, strict=True)]
    groups = Counter(stack[0] for stack in stacks if len(stack) > 1)
    columns, score, cuts = _assign(stacks, groups, words)
    filled = sum(1 for stack in stacks if stack)
    if len(columns) < 2 and not (len(columns) == 1 and score >= EXACT and filled <= NARROW):
        return None
    labels = _labels(stacks, cuts)
    return Head(first, last, labels, columns, score - ROW_PRICE * (last - first))


def _with_groups(rows: Rows) -> Rows:
    """Group titles that are not merged, or whose merging the format forgets, go on to the right."""
    grouped = [list(row) for row in rows]
    for upper, lower in zip(grouped, grouped[1:], strict=False):
        for index in range(1, len(upper)):
            if upper[index] is None and lower[index] is not None and lower[index - 1] is not None:
                upper[index] = upper[index - 1]
    return grouped


def _stack(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The labels above each other, each once."""
    texts = ("".join(str(cell).split()) for cell in cells if cell is not None)
    return tuple(dict.fromkeys(texts))


def _assign(
    stacks: Sequence[tuple[str, ...]], groups: Counter[str], words: Known
) -> tuple[dict[int, str], float, dict[int, int]]:
    """Column → key, the best pairs first; the sum of their scores; column → labels not needed."""
    pairs = []
    for index, stack in enumerate(stacks):
        for key, (score, above) in _matches(stack, groups, words).items():
            pairs.append((-score, index, key, above))
    columns: dict[int, str] = {}
    total, cuts = 0.0, {}
    for score, index, key, above in sorted(pairs):
        if index not in columns and key not in columns.values():
            columns[index] = key
            cuts[index] = above
            total -= score
    return dict(sorted(columns.items())), total, cuts


def _matches(
    stack: tuple[str, ...], groups: Counter[str], words: Known
) -> dict[str, tuple[float, int]]:
    """Key → how well these labels name it, and how many of them from the top say nothing of it."""
    found: dict[str, tuple[float, int]] = {}

    def look(text: str, price: float, above: int = 0) -> None:
        for key, score in words.matches(normalised(text)).items():
            found[key] = max(found.get(key, (0.0, 0)), (score - price, above))

    for above in range(len(stack)):
        look("".join(stack[above:]), LOWER_ALONE if above else 0.0, above)
    if len(stack) > 1 and groups[stack[0]] == 1:
        look(stack[0], UPPER_ALONE)
    return found


def _labels(stacks: Sequence[tuple[str, ...]], cuts: Mapping[int, int]) -> list[str]:
    """上级/下级; the lower alone where that says which column it is and no other has it too."""
    lowest = Counter(stack[-1] for stack in stacks if stack)
    return [
        JOINT.join(stack[cuts.get(index, 0) :] if lowest[stack[-1]] == 1 else stack)
        if stack
        else ""
        for index, stack in enumerate(stacks)
    ]


def _with_whole_rows(head: Head, top: Rows, merged: Sequence[Block], words: Known) -> Head:
    """The head with the rows that cells of it reach into, and the row that names what it left."""
    first, last = head.first_row, head.last_row
    for block_top, _left, bottom, _right in merged:
        if block_top < bottom and block_top <= head.last_row and bottom >= head.first_row:
            first, last = min(first, block_top), max(last, min(bottom, len(top)))
    if first == head.first_row and first > 1 and _names_more(top[first - 2], head.labels):
        first -= 1
    if last - first > MOST_HEAD_ROWS:
        return head
    return _head(top, first, last, words) or head


def _names_more(above: Sequence[Cell], labels: Sequence[str]) -> bool:
    """Does the row above have several labels, one of them where the head has none?"""
    texts = {str(cell) for cell in above if cell is not None}
    return (
        len(texts) > 1
        and all(PLAIN_LABEL.fullmatch(text) for text in texts)
        and any(cell and not label for cell, label in zip(above, labels, strict=True))
    )


def _at(rows: Rows, number: int, index: int) -> Cell:
    row = rows[number - 1] if number <= len(rows) else []
    return row[index] if index < len(row) else None
