"""A sheet with a head: its rows as cells by label, whatever stands above the head."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.rules import tidy
from assessment.rules.arithmetic import plain
from assessment.scheme_book.faults import BookFault
from core.sheets import Cell, SheetRows, Workbook

SEARCHED_ROWS = 20


def text_of(cell: Cell) -> str:
    """What the cell says, as somebody would type it; empty for a blank one."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("是") if cell else _("否")
    if isinstance(cell, time):
        # Excel takes 1:3 for a time of day.
        return f"{cell.hour}:{cell.minute}"
    if isinstance(cell, int | Decimal):
        return plain(Decimal(cell))
    return str(cell).strip()


@dataclass(frozen=True)
class Line:
    """One row below the head."""

    number: int
    cells: dict[str, Cell]

    def text(self, label: str) -> str:
        return text_of(self.cells.get(label))


@dataclass(frozen=True)
class Grid:
    """A sheet below its head. ``columns``: label → column index (from 0)."""

    name: str
    head: int
    columns: dict[str, int]
    lines: list[Line]

    def fault(self, message: str, row: int = 0, label: str = "") -> BookFault:
        return BookFault(self.name, row, self.columns.get(label), label, message)


def find_sheet(book: Workbook, name: str) -> SheetRows | None:
    return next((sheet for sheet in book.sheets if sheet.name.strip() == name), None)


def read_grid(sheet: SheetRows, needed: Collection[str]) -> tuple[Grid | None, list[BookFault]]:
    """The sheet by the first row that holds all the needed labels.

    A label that stands twice is a fault; so is a formula whose result the file does not hold.
    """
    head = next(_heads(sheet, needed), None)
    if head is None:
        words = {"labels": "、".join(needed)}
        message = _("没有找到表头：表里要有一行写着 %(labels)s") % words
        return None, [BookFault(sheet.name, 0, None, "", message)]
    labels = [tidy(text_of(cell)) for cell in sheet.rows[head - 1]]
    columns: dict[str, int] = {}
    faults = []
    for index, label in enumerate(labels):
        if label and label in columns:
            faults.append(BookFault(sheet.name, head, index, label, _("这一列写了两次")))
        elif label:
            columns[label] = index
    lines = [_line(number, row, columns) for number, row in enumerate(sheet.rows, 1)]
    grid = Grid(sheet.name, head, columns, [line for line in lines[head:] if any_said(line)])
    return grid, faults + [_no_result(grid, place) for place in _bare_formulas(sheet, grid)]


def _heads(sheet: SheetRows, needed: Collection[str]) -> Iterator[int]:
    for number, row in enumerate(sheet.rows[:SEARCHED_ROWS], 1):
        if set(needed) <= {tidy(text_of(cell)) for cell in row}:
            yield number


def _line(number: int, row: list[Cell], columns: dict[str, int]) -> Line:
    cells = {label: row[index] for label, index in columns.items() if index < len(row)}
    return Line(number, cells)


def any_said(line: Line) -> bool:
    return any(cell is not None and text_of(cell) for cell in line.cells.values())


def _bare_formulas(sheet: SheetRows, grid: Grid) -> list[tuple[int, int]]:
    used = set(grid.columns.values())
    places = sorted(sheet.formulas_without_value)
    return [(row, column - 1) for row, column in places if row > grid.head and column - 1 in used]


def _no_result(grid: Grid, place: tuple[int, int]) -> BookFault:
    row, column = place
    label = next(label for label, index in grid.columns.items() if index == column)
    message = _("是公式，文件里没有存下结果；请打开保存一次再用")
    return BookFault(grid.name, row, column, label, message)
