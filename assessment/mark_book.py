"""The grid of marks as a workbook, for who prefers to fill it in there."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from assessment.actions import Typed, judge_typed
from assessment.judging import Bench, Cell, Key
from assessment.models import Indicator, Scheme
from assessment.rules import Unreadable, tidy
from assessment.scheme_book.faults import BookFault
from assessment.scheme_book.grid import Grid, Line, find_sheet, read_grid
from assessment.unit_names import SchemeUnits
from core.errors import RuleError
from core.sheets import HEAD, NUMBER, TEXT, Book, Sheet, SheetMeta, open_workbook

SHEET, UNIT, GROUP, REASON = "评分", "单位", "分组", "理由"
IGNORED = (UNIT, GROUP, "序号", "备注")
CLOSED = replace(TEXT, color="#6B7683", fill="#EEF1F4", align="center")


def _heads(indicator: Indicator) -> tuple[str, str]:
    return f"{indicator.code} {indicator.name}", f"{indicator.code} {REASON}"


def write_marks(bench: Bench, meta: SheetMeta) -> bytes:
    """One row a unit, two columns an indicator: the mark and its reason."""
    stream = BytesIO()
    indicators = list(bench.indicators.values())
    with Book(stream, meta) as book:
        sheet = book.sheet(SHEET)
        sheet.widths([24, 14, *[14, 28] * len(indicators)])
        heads = [head for indicator in indicators for head in _heads(indicator)]
        sheet.put_row(1, [UNIT, GROUP, *heads], HEAD)
        sheet.freeze(2, 2)
        for row, member in enumerate(bench.members.values(), 2):
            sheet.put_row(row, [member.organisation.full_label, member.group.name])
            for place, indicator in enumerate(indicators):
                cell = bench.cell((indicator.pk, member.organisation_id))
                _put_cell(sheet, row, 3 + 2 * place, cell)
    return stream.getvalue()


def _put_cell(sheet: Sheet, row: int, column: int, cell: Cell) -> None:
    if cell.closed:
        sheet.put(row, column, cell.closed, CLOSED)
        sheet.put(row, column + 1, "", CLOSED)
        return
    value = cell.mark.value if cell.mark and not cell.draft else cell.value
    sheet.put(row, column, value, TEXT if isinstance(value, str) else NUMBER)
    sheet.put(row, column + 1, cell.reason)


def read_marks(file: Any, bench: Bench, scheme: Scheme) -> tuple[dict[Key, Typed], list[BookFault]]:
    """The cells that are filled in, and everything that is wrong; a blank cell says nothing.

    RuleError when there is no file, or no table in it.
    """
    if file is None:
        raise RuleError(_("没有选文件，请先选填好的评分表。"))
    book = open_workbook(file, takes_csv=False)
    sheet = find_sheet(book, SHEET) or book.sheets[0]
    grid, faults = read_grid(sheet, (UNIT,))
    if grid is None:
        return {}, faults
    columns, column_faults = _columns(grid, bench)
    faults += column_faults
    typed: dict[Key, Typed] = {}
    for unit, line, fault in _units(grid, SchemeUnits(scheme)):
        if fault is not None:
            faults.append(fault)
            continue
        for indicator, (head, reason_head) in columns.items():
            cell = bench.cell((indicator.pk, unit))
            found = _read_cell(cell, line, head, reason_head)
            problem = _problem(cell, found)
            if problem:
                faults.append(grid.fault(problem, line.number, head))
            elif found is not None:
                typed[cell.key] = found
    return typed, faults


def _columns(grid: Grid, bench: Bench) -> tuple[dict[Indicator, tuple[str, str]], list[BookFault]]:
    columns, known = {}, set(IGNORED)
    for indicator in bench.indicators.values():
        head, reason = (tidy(text) for text in _heads(indicator))
        used = next((label for label in (head, tidy(indicator.code)) if label in grid.columns), "")
        known |= {head, reason, tidy(indicator.code)}
        if used:
            columns[indicator] = (used, reason)
    strange = [label for label in grid.columns if label not in known]
    told = _("不是本部门评的指标；请用本页下载的评分表")
    return columns, [grid.fault(told, grid.head, label) for label in strange]


def _units(grid: Grid, units: SchemeUnits) -> Iterator[tuple[int, Line, BookFault | None]]:
    rows: dict[int, int] = {}
    for line in grid.lines:
        try:
            unit = units.find(line.text(UNIT))
        except Unreadable as problem:
            yield 0, line, grid.fault(f"{problem}。", line.number, UNIT)
            continue
        if unit in rows:
            told = _("与第 {row} 行是同一个单位。").format(row=rows[unit])
            yield 0, line, grid.fault(told, line.number, UNIT)
            continue
        rows[unit] = line.number
        yield unit, line, None


def _read_cell(cell: Cell, line: Line, head: str, reason_head: str) -> Typed | None:
    value, reason = line.text(head), line.text(reason_head)
    if not value or (cell.closed and value == cell.closed):
        return None
    return Typed(value, reason)


def _problem(cell: Cell, typed: Typed | None) -> str:
    if typed is None:
        return ""
    if cell.closed:
        return _("这一格不评（{why}），请清空。").format(why=cell.closed)
    return judge_typed(cell, typed).error
