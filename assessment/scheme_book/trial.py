"""What a rehearsal prints: one row per unit, one column per leaf, total, rank and grade."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.scheme_book.scheme import SchemeBook
from assessment.scoring import explain_grade, explain_line
from assessment.scoring.results import UnitResult
from assessment.scoring.spec import SchemeSpec
from core.sheets import HEAD, NUMBER, PLAIN, TEXT, Book, SheetMeta

ENDS = ("总分", "名次", "等次")


def leaf_codes(spec: SchemeSpec) -> list[str]:
    """The codes of the leaves in the order of the sheet 指标."""
    parents = {indicator.parent for indicator in spec.indicators}
    return [one.code for one in spec.indicators if one.code not in parents]


def as_csv(scheme: SchemeBook, results: Sequence[UnitResult]) -> str:
    """``单位,分组,<编码 …>,总分,名次,等次``; a leaf that does not apply is an empty cell."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    codes = leaf_codes(scheme.spec)
    writer.writerow(["单位", "分组", *codes, *ENDS])
    for result in results:
        cells = [_shown(scheme, cell) for cell in _cells(result, codes)]
        writer.writerow([result.unit.name, result.unit.group, *cells, result.grade])
    return stream.getvalue()


def _cells(result: UnitResult, codes: Iterable[str]) -> list[Decimal | int | None]:
    points = {line.code: line.points for line in result.lines}
    return [*(points[code] for code in codes), result.total, result.rank]


def _shown(scheme: SchemeBook, cell: Decimal | int | None) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:.{scheme.spec.decimals}f}"
    return "" if cell is None else str(cell)


def write_results(
    stream: BinaryIO, scheme: SchemeBook, results: Sequence[UnitResult], made_by: str
) -> None:
    """The same table as a workbook, with a second sheet that explains every cell."""
    now = timezone.now()
    title = _("%s试算") % (scheme.name or _("考核方案"))
    meta = SheetMeta(title, _("全部单位"), made_by, now, now)
    with Book(stream, meta) as book:
        _write_table(book, scheme, results)
        _write_reasons(book, scheme, results)


def _write_table(book: Book, scheme: SchemeBook, results: Sequence[UnitResult]) -> None:
    codes = leaf_codes(scheme.spec)
    sheet = book.sheet(_("结果"))
    sheet.widths([24, 14, *[9] * len(codes), 10, 7, 9])
    sheet.put_row(1, ["单位", "分组", *codes, *ENDS], HEAD)
    for row, result in enumerate(results, 2):
        cells = [*_cells(result, codes), result.grade]
        sheet.put_row(row, [result.unit.name, result.unit.group], TEXT)
        for column, cell in enumerate(cells, 3):
            sheet.put(row, column, cell, TEXT if isinstance(cell, str) else NUMBER)
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
