"""A list as a file: one head, many rows, sums at the foot; .xlsx and .csv."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO, Literal

from django.utils.translation import gettext as _

from core.errors import RuleError
from core.sheets import book as looks
from core.sheets.book import Book, Sheet, SheetMeta, Style, sum_of
from core.sheets.text import clean_text, lines_needed, starts_like_formula

Kind = Literal["text", "number", "money", "points", "date", "datetime", "integer"]
LOOKS: dict[Kind, tuple[Style, float]] = {
    "text": (looks.TEXT, 18),
    "number": (looks.NUMBER, 11),
    "money": (looks.MONEY, 15),
    "points": (looks.POINTS, 9),
    "date": (looks.DATE, 12),
    "datetime": (looks.DATETIME, 17),
    "integer": (looks.INTEGER, 9),
}
EXCEL_ROWS = 1_048_576
SUM_FILL = "#F5F7F9"
LINE_POINTS = 15


@dataclass(frozen=True)
class Column:
    """A column of a list. `width` is in characters (0: by kind); `total` asks for its sum."""

    label: str
    kind: Kind = "text"
    width: float = 0
    total: bool = False

    def shown_width(self) -> float:
        """Wide enough for the kind and for the label on two lines."""
        return self.width or max(LOOKS[self.kind][1], len(self.label) + 3)


def write_table(
    stream: BinaryIO, meta: SheetMeta, columns: Sequence[Column], rows: Iterable[Sequence[Any]]
) -> int:
    """Write the list as .xlsx with flat memory; returns how many rows it has.

    Each row holds one value per column, in the order of the columns. Sums are live SUM formulas.
    RuleError when there are more rows than a sheet can hold.
    """
    with Book(stream, meta, streaming=True) as book:
        sheet = book.sheet(meta.title)
        sheet.widths(column.shown_width() for column in columns)
        head = sheet.put_heading(len(columns))
        sheet.put_row(head, [column.label for column in columns], looks.HEAD)
        sheet.freeze(head + 1)
        sheet.print_titles(head, head)
        sums, last = _put_rows(sheet, head, columns, rows)
        sheet.filter(head, 1, max(last, head + 1), len(columns))
        if last == head:
            sheet.put(head + 1, 1, _("没有符合条件的记录。"), looks.PLAIN)
        elif any(column.total for column in columns):
            _put_sums(sheet, head, last, columns, sums)
    return last - head


def _put_rows(
    sheet: Sheet, head: int, columns: Sequence[Column], rows: Iterable[Sequence[Any]]
) -> tuple[dict[int, Decimal], int]:
    """The rows below the head; returns the sums by column index and the last row's number."""
    sums = {index: Decimal(0) for index, column in enumerate(columns) if column.total}
    writers = [
        (column, column.shown_width(), sheet.column_writer(place, LOOKS[column.kind][0]))
        for place, column in enumerate(columns, 1)
    ]
    number = head
    for number, row in enumerate(rows, head + 1):  # noqa: B007 - the last number is returned
        if number >= EXCEL_ROWS:
            raise RuleError(_("记录超过一张工作表能容纳的 104 万行，请先筛选再导出。"))
        lines = 1
        for (column, width, put), value in zip(writers, row, strict=True):
            put(number, _fit(column, value))
            if isinstance(value, str):
                lines = max(lines, lines_needed(value, width))
        if lines > 1:
            # Not every office program finds the height of wrapped text by itself.
            sheet.height(number, LINE_POINTS * lines)
        for index in sums:
            if isinstance(row[index], int | Decimal):
                sums[index] += row[index]
    return sums, number


def _fit(column: Column, value: Any) -> Any:
    """A code such as 150525 in a text column is text, not a number."""
    if column.kind != "text" or value is None or isinstance(value, str | bool):
        return value
    return str(value)


def _put_sums(
    sheet: Sheet, head: int, last: int, columns: Sequence[Column], sums: dict[int, Decimal]
) -> None:
    named = False
    for index, column in enumerate(columns):
        style = replace(LOOKS[column.kind][0], bold=True, fill=SUM_FILL)
        value: Any = None
        if column.total:
            value = sum_of(index + 1, head + 1, last, sums[index])
        elif not named:
            value, named = _("合计"), True
        sheet.put(last + 1, index + 1, value, style)


def write_csv(
    stream: BinaryIO, meta: SheetMeta, columns: Sequence[Column], rows: Iterable[Sequence[Any]]
) -> int:
    """Write the list as CSV (UTF-8 with BOM, as office programs expect); returns its row count.

    Title, filter and origin stand above the head. Text that begins like a formula gets a leading
    apostrophe.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    for line in (meta.shown_title(), *meta.lines()):
        writer.writerow([guard_csv(line)])
    writer.writerow([guard_csv(column.label) for column in columns])
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last count is returned
        writer.writerow([_as_csv(_bare(*pair)) for pair in zip(columns, row, strict=True)])
    text.detach()
    return count


def _bare(column: Column, value: Any) -> Any:
    """Points as the screens show them, without idle zeros: 98.5000 → 98.5."""
    if column.kind == "points" and isinstance(value, Decimal):
        return value.normalize() if value else 0
    return _fit(column, value)


def _as_csv(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return f"{looks.naive(value):%Y-%m-%d %H:%M}"
    if isinstance(value, int | float | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return guard_csv(str(value))


def guard_csv(value: str) -> str:
    text = clean_text(value)
    return f"'{text}" if starts_like_formula(text) else text
