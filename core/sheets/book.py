"""Workbooks written cell by cell: styles, merged heads, live formulas that also carry their value.

Rows and columns are counted from 1, as in the formulas. XlsxWriter is used because it stores the
value of a formula beside it: readers that do not calculate (previews on a phone, Excel's protected
view, our own import) then show the sum and not a blank.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from types import TracebackType
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from core.sheets.text import clean_text, starts_like_formula

A4 = 9
SHEET_NAME_LENGTH = 31
# Excel shows no longer message beside a cell.
MOST_HINTED = 255
# Excel keeps 15 significant digits: a longer number is a code and stays text.
LARGEST_EXACT = 10**15
# The calendar of spreadsheets begins here; older dates stay text.
FIRST_YEAR = 1900


@dataclass(frozen=True)
class Style:
    """How a cell looks: sizes in points, colours as #RRGGBB, number formats as Excel's."""

    font: str = "宋体"
    size: float = 11
    bold: bool = False
    color: str = ""
    fill: str = ""
    align: str = ""
    wrap: bool = False
    border: bool = True
    number_format: str = ""
    quoted: bool = False

    def properties(self) -> dict[str, Any]:
        """The style in XlsxWriter's words."""
        wanted = {
            "font_name": self.font,
            "font_size": self.size,
            "bold": self.bold,
            "font_color": self.color,
            "bg_color": self.fill,
            "align": self.align,
            "valign": "vcenter",
            "text_wrap": self.wrap,
            "border": int(self.border),
            "num_format": self.number_format,
            "quote_prefix": self.quoted,
        }
        return {name: value for name, value in wanted.items() if value}


PLAIN = Style(border=False)
TITLE = Style(font="黑体", size=16, bold=True, align="center", border=False)
NOTE = Style(size=10, color="#555555", border=False)
HEAD = Style(bold=True, fill="#E8EDF2", align="center", wrap=True)
TEXT = Style(wrap=True)
CENTRED = Style(align="center", wrap=True)
NUMBER = Style(number_format="#,##0.##########")
INTEGER = Style(number_format="#,##0")
POINTS = Style(number_format="0.00##")
MONEY = Style(number_format="#,##0.00")
DATE = Style(number_format="yyyy-mm-dd", align="center")
DATETIME = Style(number_format="yyyy-mm-dd hh:mm", align="center")


@dataclass(frozen=True)
class Formula:
    """A live formula without its equals sign, and the value it has now (kept beside it)."""

    text: str
    value: Decimal | int | str = 0


def cell_name(row: int, column: int) -> str:
    """B5 for row 5, column 2."""
    return xl_rowcol_to_cell(row - 1, column - 1)


def sum_of(column: int, first_row: int, last_row: int, value: Decimal | int) -> Formula:
    """The sum of one column from row to row; `value` is the sum as we know it."""
    span = f"{cell_name(first_row, column)}:{cell_name(last_row, column)}"
    return Formula(f"SUM({span})", value)


@dataclass(frozen=True)
class SheetMeta:
    """What every exported sheet says about itself, whatever its format."""

    title: str
    filter_text: str
    made_by: str
    made_at: datetime
    data_as_of: datetime
    is_demo: bool = False

    def shown_title(self) -> str:
        return _("%s（演示数据）") % self.title if self.is_demo else self.title

    def lines(self) -> tuple[str, str]:
        """The filter in words; who made it, when, as of which data."""
        chosen = _("筛选条件：%s") % (self.filter_text or _("全部"))
        made = _("制表：%(by)s　制表时间：%(at)s　数据截至：%(of)s") % {
            "by": self.made_by,
            "at": _moment(self.made_at),
            "of": _moment(self.data_as_of),
        }
        return chosen, made


def _moment(value: datetime) -> str:
    return naive(value).strftime("%Y-%m-%d %H:%M")


def _cell_text(value: object) -> str:
    text = clean_text(value)
    # XlsxWriter takes text between these two tags for markup of its own and writes it as is.
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _is_exact_number(value: object) -> bool:
    if not isinstance(value, int | float | Decimal):
        return False
    return value == value and abs(value) < LARGEST_EXACT  # noqa: PLR0124 - false for NaN


def naive(value: datetime) -> datetime:
    """The wall clock of the installation's time zone; spreadsheets know no zones."""
    return timezone.make_naive(value) if timezone.is_aware(value) else value


class Book:
    """A workbook being written to a binary stream; use it as a context manager.

    `streaming` keeps memory flat whatever the number of rows, and asks that cells are put row by
    row from the top.
    """

    def __init__(self, stream: BinaryIO, meta: SheetMeta, *, streaming: bool = False) -> None:
        self.meta = meta
        self._book = Workbook(stream, {"constant_memory": streaming})
        self._formats: dict[Style, Any] = {}
        self._names: set[str] = set()
        self._book.set_properties(
            {
                "title": clean_text(meta.shown_title()),
                "author": clean_text(meta.made_by),
                "comments": clean_text("\n".join(meta.lines())),
                "created": naive(meta.made_at),
            }
        )

    def __enter__(self) -> "Book":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None and not self._names:
            self.sheet(self.meta.title)
        self._book.close()

    def sheet(self, name: str, *, landscape: bool = True) -> "Sheet":
        """A new sheet, A4, one page wide; the name is made legal and unique."""
        page = self._book.add_worksheet(self._free_name(name))
        page.set_paper(A4)
        if landscape:
            page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        page.set_footer(_("&C第 &P 页，共 &N 页"))
        if self.meta.is_demo:
            page.set_header(_("&R演示数据"))
        return Sheet(self, page)

    def format(self, style: Style) -> Any:
        if style not in self._formats:
            self._formats[style] = self._book.add_format(style.properties())
        return self._formats[style]

    def _free_name(self, name: str) -> str:
        legal = "".join("_" if mark in "[]:*?/\\" else mark for mark in clean_text(name))
        legal = " ".join(legal.split()).strip("'")[:SHEET_NAME_LENGTH] or "Sheet"
        free, number = legal, 1
        while free.casefold() in self._names:
            number += 1
            tail = f"({number})"
            free = legal[: SHEET_NAME_LENGTH - len(tail)] + tail
        self._names.add(free.casefold())
        return free


class Sheet:
    """One sheet of a Book."""

    def __init__(self, book: Book, page: Worksheet) -> None:
        self.book = book
        self._page = page

    @property
    def name(self) -> str:
        """As it stands on the tab; other sheets' formulas call it by this name."""
        return self._page.get_name()

    def put(self, row: int, column: int, value: object, style: Style = TEXT) -> None:
        """One cell. Text stays text whatever it begins with; only a Formula becomes a formula.

        None is an empty cell, a boolean reads 是 or 否, an aware datetime is shown in local time.
        """
        place = row - 1, column - 1
        if isinstance(value, Formula):
            cached = float(value.value) if isinstance(value.value, Decimal) else value.value
            self._page.write_formula(*place, f"={value.text}", self.book.format(style), cached)
        elif value is None or value == "":
            self._page.write_blank(*place, None, self.book.format(style))
        elif isinstance(value, bool):
            self._put_text(row, column, _("是") if value else _("否"), style)
        elif _is_exact_number(value):
            self._page.write_number(*place, value, self.book.format(style))
        elif isinstance(value, date) and value.year >= FIRST_YEAR:
            self._put_date(row, column, value, style)
        else:
            self._put_text(row, column, value, style)

    def _put_date(self, row: int, column: int, value: date, style: Style) -> None:
        timed = isinstance(value, datetime)
        if not style.number_format:
            shown = DATETIME if timed else DATE
            style = replace(style, number_format=shown.number_format, align=shown.align)
        moment = naive(value) if timed else value
        self._page.write_datetime(row - 1, column - 1, moment, self.book.format(style))

    def _put_text(self, row: int, column: int, value: object, style: Style) -> None:
        text = _cell_text(value)
        style = replace(style, quoted=starts_like_formula(text), number_format="")
        self._page.write_string(row - 1, column - 1, text, self.book.format(style))

    def column_writer(self, column: int, style: Style) -> Callable[[int, object], None]:
        """`put` for a column of many rows: called with row and value, its styles looked up once."""
        place, blank = column - 1, self.book.format(style)
        plain, quoted = (
            self.book.format(replace(style, quoted=is_quoted, number_format=""))
            for is_quoted in (False, True)
        )
        write_string, write_blank = self._page.write_string, self._page.write_blank

        def put(row: int, value: object) -> None:
            if value is None or value == "":
                write_blank(row - 1, place, None, blank)
            elif isinstance(value, str):
                text = _cell_text(value)
                look = quoted if starts_like_formula(text) else plain
                write_string(row - 1, place, text, look)
            else:
                self.put(row, column, value, style)

        return put

    def put_row(self, row: int, values: Iterable[object], style: Style = TEXT) -> None:
        """Cells side by side from the first column on."""
        for column, value in enumerate(values, 1):
            self.put(row, column, value, style)

    def merge(
        self, row: int, column: int, last_row: int, last_column: int, value: object, style: Style
    ) -> None:
        """One value over a block of cells; a block of one cell is just that cell."""
        if (row, column) != (last_row, last_column):
            block = row - 1, column - 1, last_row - 1, last_column - 1
            self._page.merge_range(*block, "", self.book.format(style))
        self.put(row, column, value, style)

    def put_heading(self, columns: int) -> int:
        """Title, filter and origin over so many columns; returns the first free row (4)."""
        meta = self.book.meta
        self.merge(1, 1, 1, max(columns, 1), meta.shown_title(), TITLE)
        self.height(1, 30)
        for row, line in enumerate(meta.lines(), 2):
            self.put(row, 1, line, NOTE)
        return 4

    def widths(self, widths: Iterable[float]) -> None:
        """Column widths in characters, from the first column on; before any cell is put."""
        for column, width in enumerate(widths):
            self._page.set_column(column, column, width)

    def columns_like(self, style: Style, width: float, column: int) -> None:
        """Width and look of a column, of its cells that nobody put too."""
        self._page.set_column(column - 1, column - 1, width, self.book.format(style))

    def height(self, row: int, points: float) -> None:
        """Height of a row, before the next row is put."""
        self._page.set_row(row - 1, points)

    def freeze(self, row: int, column: int = 1) -> None:
        """Keep in sight what stands above `row` and left of `column`."""
        self._page.freeze_panes(row - 1, column - 1)

    def filter(self, row: int, column: int, last_row: int, last_column: int) -> None:
        self._page.autofilter(row - 1, column - 1, last_row - 1, last_column - 1)

    def print_titles(self, row: int, last_row: int) -> None:
        """Repeat these rows on top of every printed page."""
        self._page.repeat_rows(row - 1, last_row - 1)

    def comment(self, row: int, column: int, text: str) -> None:
        """A note that shows when the pointer rests on the cell."""
        self._page.write_comment(row - 1, column - 1, clean_text(text), {"x_scale": 1.6})

    def ask(
        self,
        row: int,
        column: int,
        last_row: int,
        *,
        hint: str = "",
        options: str = "",
        warning: str = "",
    ) -> None:
        """What is said when a cell of the column is chosen, and what may be chosen in it.

        `options` is a formula that names the cells with the choices.
        """
        rule: dict[str, Any] = {"validate": "any"}
        if options:
            rule = {"validate": "list", "source": f"={options}", "error_message": warning}
        if hint:
            rule["input_message"] = hint[:MOST_HINTED]
        self._page.data_validation(row - 1, column - 1, last_row - 1, column - 1, rule)

    def hide(self) -> None:
        self._page.hide()
