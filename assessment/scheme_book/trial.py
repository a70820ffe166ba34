"""What a rehearsal prints: one row per unit, one column per leaf, total, rank and grade."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO, Self

from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.rules.arithmetic import plain, round_half_up
from assessment.scheme_book.scheme import SchemeBook
from assessment.scoring import explain_grade, explain_line
from assessment.scoring.results import UnitResult
from assessment.scoring.spec import SchemeSpec
from core.sheets import HEAD, NUMBER, PLAIN, TEXT, Book, SheetMeta

ENDS = ("总分", "名次", "等次")


@dataclass(frozen=True, slots=True)
class Row:
    """What is printed of one unit; `points` by the codes of the leaves."""

    unit: str
    group: str
    points: Mapping[str, Decimal | None]
    total: Decimal
    rank: int
    grade: str

    @classmethod
    def of(cls, result: UnitResult) -> Self:
        points = {line.code: line.points for line in result.lines}
        unit = result.unit
        return cls(unit.name, unit.group, points, result.total, result.rank, result.grade)


def leaf_codes(spec: SchemeSpec) -> list[str]:
    """The codes of the leaves in the order of the sheet 指标."""
    parents = {indicator.parent for indicator in spec.indicators}
    return [one.code for one in spec.indicators if one.code not in parents]


def as_csv(
    scheme: SchemeBook, results: Sequence[UnitResult], guard: Callable[[str], str] = str
) -> str:
    """The results as they are printed; see `rows_csv`."""
    return rows_csv(scheme, map(Row.of, results), guard)


def rows_csv(scheme: SchemeBook, rows: Iterable[Row], guard: Callable[[str], str] = str) -> str:
    """``单位,分组,<编码 …>,总分,名次,等次``; a leaf that does not apply is an empty cell.

    `guard` is what becomes of the words of the workbooks; numbers stay as they are.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    codes = leaf_codes(scheme.spec)
    writer.writerow(["单位", "分组", *map(guard, shown_heads(scheme, codes)), *ENDS])
    for row in rows:
        cells = [_shown(scheme, cell) for cell in _cells(row, codes)]
        writer.writerow([guard(row.unit), guard(row.group), *cells, guard(row.grade)])
    return stream.getvalue()


def shown_heads(scheme: SchemeBook, codes: Iterable[str]) -> list[str]:
    """The codes as the workbook writes them."""
    return [scheme.places.written.get(code, code) for code in codes]


def shown_cells(scheme: SchemeBook, result: UnitResult, codes: Iterable[str]) -> list[str]:
    """The points of the leaves, the total and the rank, as they are printed."""
    return [_shown(scheme, cell) for cell in _cells(Row.of(result), codes)]


def _cells(row: Row, codes: Iterable[str]) -> list[Decimal | int | None]:
    return [*(row.points[code] for code in codes), row.total, row.rank]


def _shown(scheme: SchemeBook, cell: Decimal | int | None) -> str:
    if isinstance(cell, Decimal):
        rounded = round_half_up(cell, scheme.spec.decimals)
        # Points of a leaf may be finer than the scheme rounds; cells add up to the total then too.
        return f"{rounded:f}" if rounded == cell else plain(cell)
    return "" if cell is None else str(cell)


def write_results(
    stream: BinaryIO, scheme: SchemeBook, results: Sequence[UnitResult], made_by: str
) -> None:
    """The same table as a workbook, with a second sheet that explains every cell."""
    now = timezone.now()
    title = _("%s试算") % (scheme.name or _("考核方案"))
    meta = SheetMeta(title, _("全部单位"), made_by, now, now)
    with Book(stream, meta) as book:
        write_table(book, scheme, map(Row.of, results))
        _write_reasons(book, scheme, results)


def write_table(book: Book, scheme: SchemeBook, rows: Iterable[Row]) -> None:
    """Sheet 结果: the numbers of `rows_csv` as numbers."""
    codes = leaf_codes(scheme.spec)
    sheet = book.sheet(_("结果"))
    sheet.widths([24, 14, *[9] * len(codes), 10, 7, 9])
    sheet.put_row(1, ["单位", "分组", *shown_heads(scheme, codes), *ENDS], HEAD)
    for number, row in enumerate(rows, 2):
        cells = [*_cells(row, codes), row.grade]
        sheet.put_row(number, [row.unit, row.group], TEXT)
        for column, cell in enumerate(cells, 3):
            sheet.put(number, column, cell, TEXT if isinstance(cell, str) else NUMBER)
    sheet.freeze(2, 3)


def _write_reasons(book: Book, scheme: SchemeBook, results: Sequence[UnitResult]) -> None:
    sheet = book.sheet(_("说明"))
    sheet.widths([24, 10, 30, 9, 80])
    sheet.put_row(1, [_("单位"), _("编码"), _("指标"), _("得分"), _("怎样得来")], HEAD)
    sheet.freeze(2)
    row = 1
    for result in results:
        for line in result.lines:
            row += 1
            told = explain_line(scheme.spec, result, line.code)
            sheet.put_row(row, [result.unit.name, line.code, line.name, line.points, told])
        row += 1
        sheet.put_row(row, [result.unit.name, "", _("等次"), result.total, explain_grade(result)])
    if row == 1:
        sheet.put(2, 1, _("没有单位。"), PLAIN)
