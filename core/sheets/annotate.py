"""Writes comments into a workbook in a process of its own; run as a script, with bounds.

openpyxl keeps a whole workbook in memory, far more of it than the file takes: a file that asks for
too much ends this process and nothing else. It imports nothing of Django.

Arguments: path of a pickled dict (see `marking`), path of the .xlsx to write.
"""

import math
import pickle
import re
import resource
import sys
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 60
# A sheet with more comments opens slowly; the list at the end names them all.
MOST_COMMENTS = 5000
FAULTY = PatternFill("solid", fgColor="FFFDE3E1")
HEAD = PatternFill("solid", fgColor="FFE8EDF2")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
FIRST_YEAR = 1900
WIDEST = 40
LINE_POINTS = 16
LIST_WIDTHS = (16, 7, 7, 18, 30, 70)


def annotate(wanted: dict[str, Any]) -> Workbook:
    if wanted["path"]:
        book = load_workbook(wanted["path"], rich_text=True)
        page = book[wanted["sheet"]]
    else:
        book = _plain(wanted)
        page = book.active
    _forget_earlier(book, page, wanted)
    for row, column, text in wanted["marks"][:MOST_COMMENTS]:
        _mark(page, row, column, text, wanted["author"])
    _add_list(book, page, wanted)
    return book


def _plain(wanted: dict[str, Any]) -> Workbook:
    """A new workbook with the same cells in the same places."""
    book = Workbook()
    page = book.active
    page.title = re.sub(r"[\[\]:*?/\\]", "_", wanted["sheet"])[:31]
    for number, row in enumerate(wanted["rows"], 1):
        for column, value in enumerate(row, 1):
            if value is not None:
                _put(page.cell(number, column), value)
    for column, cells in enumerate(page.iter_cols(values_only=True), 1):
        longest = max((len(str(value)) for value in cells[:200] if value is not None), default=0)
        page.column_dimensions[get_column_letter(column)].width = min(longest * 2 + 2, WIDEST)
    return book


def _put(cell: Cell, value: Any) -> None:
    """What begins like a formula stays text."""
    if isinstance(value, date) and value.year < FIRST_YEAR:
        value = str(value)
    if isinstance(value, str):
        value = ILLEGAL.sub("", value)
        cell.value = value
        cell.data_type = "s"
        if value.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")):
            cell.quotePrefix = True
    else:
        cell.value = value


def _forget_earlier(book: Workbook, page: Worksheet, wanted: dict[str, Any]) -> None:
    """Our own comments and list, where the file comes back mended in part."""
    name, head = wanted["list_name"], wanted["list_head"]
    if name in book.sheetnames and book[name]["A1"].value == head[0] and len(book.sheetnames) > 1:
        del book[name]
    for row in page.iter_rows():
        for cell in row:
            if cell.comment and cell.comment.author == wanted["author"]:
                cell.comment = None
                if cell.fill == FAULTY:
                    cell.fill = PatternFill()


def _mark(page: Worksheet, row: int, column: int, text: str, author: str) -> None:
    cell = page.cell(row, column)
    if isinstance(cell, MergedCell):
        block = next(one for one in page.merged_cells.ranges if cell.coordinate in one)
        cell = page.cell(block.min_row, block.min_col)
    kept = f"{cell.comment.text}\n" if cell.comment else ""
    told = ILLEGAL.sub("", f"{kept}{text}")
    height = 40 + 20 * (len(told) // 18 + told.count("\n"))
    cell.comment = Comment(told, author, height=min(height, 400), width=260)
    cell.fill = FAULTY


def _add_list(book: Workbook, page: Worksheet, wanted: dict[str, Any]) -> None:
    """Every fault in a row of its own, on a last sheet; the place leads to its cell."""
    listing = book.create_sheet(wanted["list_name"])
    quoted = page.title.replace("'", "''")
    for number, row in enumerate([wanted["list_head"], *wanted["list_rows"]], 1):
        for column, value in enumerate(row, 1):
            cell = listing.cell(number, column)
            _put(cell, value)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if number == 1:
                cell.font, cell.fill = Font(bold=True), HEAD
        if number > 1:
            place = f"'{quoted}'!{row[2] or 'A'}{row[1]}"
            cell = listing.cell(number, 2)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)
            cell.font = Font(underline="single", color="FF1F4E79")
        listing.row_dimensions[number].height = LINE_POINTS * _lines(row)
    for column, width in enumerate(LIST_WIDTHS, 1):
        listing.column_dimensions[get_column_letter(column)].width = width
    listing.freeze_panes = "A2"
    listing.page_setup.orientation = "landscape"
    listing.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    listing.page_setup.fitToHeight = 0


def _lines(row: list[Any]) -> int:
    """A Chinese character is as wide as two others, of which widths speak."""
    pairs = zip(row, LIST_WIDTHS, strict=True)
    return max(math.ceil((2 * len(str(text)) + 1) / width) for text, width in pairs)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    wanted = pickle.loads(Path(sys.argv[1]).read_bytes())  # noqa: S301 - written by our own process
    annotate(wanted).save(sys.argv[2])


if __name__ == "__main__":
    main()
