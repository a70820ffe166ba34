"""What comes out of the platform, looked at with other programs' eyes."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pdfplumber
from openpyxl.worksheet.worksheet import Worksheet

from tests.office import convert

MILLIMETRES = 25.4 / 72
# GB/T 9704: the type area of A4, and the line below it on which the page number stands.
LEFT, TOP, RIGHT, BOTTOM = 28, 37, 184, 262
TOLERANCE = 0.5


def recalculated(workbook: bytes, folder: Path) -> openpyxl.Workbook:
    """The workbook with every formula computed anew by LibreOffice."""
    folder.mkdir()
    return openpyxl.load_workbook(convert(workbook, folder), data_only=True)


def column(sheet: Worksheet, head: str) -> list[Any]:
    """What stands below this head; numbers as decimals, as far down as something stands."""
    found = next(cell for row in sheet.iter_rows() for cell in row if cell.value == head)
    below = [
        row[0].value
        for row in sheet.iter_rows(
            min_row=found.row + 1, min_col=found.column, max_col=found.column
        )
    ]
    while below and below[-1] is None:
        below.pop()
    return [Decimal(str(v)) if isinstance(v, int | float) else v for v in below]


def money(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


@contextmanager
def paper(content: bytes) -> Iterator[list[Any]]:
    """The pages of a PDF."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        yield pdf.pages


def text_of(page: Any) -> str:
    """All characters of a page in reading order, without any space."""
    return "".join(page.extract_text().split())


def size_in_millimetres(page: Any) -> tuple[int, int]:
    return round(float(page.width) * MILLIMETRES), round(float(page.height) * MILLIMETRES)


def stands_in_type_area(page: Any) -> bool:
    """Whether every character but those of the page number lies within the margins."""
    marks = [mark for mark in page.chars if mark["bottom"] * MILLIMETRES < BOTTOM + 3]
    return (
        min(mark["x0"] for mark in marks) * MILLIMETRES > LEFT - TOLERANCE
        and max(mark["x1"] for mark in marks) * MILLIMETRES < RIGHT + TOLERANCE
        and min(mark["top"] for mark in marks) * MILLIMETRES > TOP - TOLERANCE
        and max(mark["bottom"] for mark in marks) * MILLIMETRES < BOTTOM + TOLERANCE
    )


def title_type(page: Any) -> set[tuple[str, int]]:
    """Typeface and size of the page's first line."""
    first = min(mark["top"] for mark in page.chars)
    line = [mark for mark in page.chars if mark["top"] - first < mark["size"] / 2]
    return {(mark["fontname"].partition("+")[2], round(mark["size"])) for mark in line}
