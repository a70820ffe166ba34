"""An empty table to be filled in: head, one example, hints and lists to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Literal

from django.utils.translation import gettext as _

from core.sheets.book import HEAD, PLAIN, Book, Sheet, SheetMeta, Style, cell_name

FORMATS = {"text": "@", "number": "", "date": "yyyy-mm-dd"}
REQUIRED_HEAD = replace(HEAD, color="#A61B29")
EXAMPLE = Style(color="#6B7683", fill="#F5F7F9", wrap=True)
# The head, and the example below it.
FIRST_ROW = 3


@dataclass(frozen=True)
class Blank:
    """A column to be filled in. `options` are offered in its cells."""

    label: str
    kind: Literal["text", "number", "date"] = "text"
    width: float = 18
    is_required: bool = False
    hint: str = ""
    example: object = ""
    options: Sequence[str] = ()

    def shown_label(self) -> str:
        return _("%s（必填）") % self.label if self.is_required else self.label


def write_template(
    stream: BinaryIO, meta: SheetMeta, columns: Sequence[Blank], *, rows: int
) -> None:
    """Write it as .xlsx; so many rows offer choices. The example's first cell says what it is."""
    with Book(stream, meta) as book:
        sheet = book.sheet(meta.title)
        for number, column in enumerate(columns, 1):
            style = replace(PLAIN, number_format=FORMATS[column.kind])
            sheet.columns_like(style, max(column.width, 2 * len(column.shown_label()) + 2), number)
        sheet.height(1, 24)
        for number, column in enumerate(columns, 1):
            _put_head(sheet, number, column)
            sheet.put(2, number, _example(number, column), EXAMPLE)
        sheet.freeze(FIRST_ROW - 1, 2)
        _offer(book, sheet, columns, rows)


def _put_head(sheet: Sheet, number: int, column: Blank) -> None:
    sheet.put(1, number, column.shown_label(), REQUIRED_HEAD if column.is_required else HEAD)
    if column.hint:
        sheet.comment(1, number, column.hint)


def _example(number: int, column: Blank) -> object:
    if number > 1:
        return column.example
    return _("示例：%s") % column.example if column.example else _("示例")


def _offer(book: Book, sheet: Sheet, columns: Sequence[Blank], rows: int) -> None:
    """Choices stand on a hidden sheet of their own: in the cell's rule few would fit."""
    lists = book.sheet(_("选项")) if any(column.options for column in columns) else None
    for number, column in enumerate(columns, 1):
        span = ""
        if lists and column.options:
            for row, option in enumerate(column.options, 1):
                lists.put(row, number, option, PLAIN)
            first, last = (_fixed(row, number) for row in (1, len(column.options)))
            span = f"'{lists.name}'!{first}:{last}"
        if span or column.hint:
            sheet.ask(
                FIRST_ROW,
                number,
                FIRST_ROW + rows - 1,
                hint=column.hint,
                options=span,
                warning=_("请从下拉列表里选择。"),
            )
    if lists:
        lists.hide()


def _fixed(row: int, column: int) -> str:
    """$B$5, which stays when a rule is carried to other cells."""
    name = cell_name(row, column)
    return f"${name.rstrip('0123456789')}${row}"
