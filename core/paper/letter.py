"""What an official letter consists of, apart from how it is set (GB/T 9704-2012 7 and 10.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.paper.titles import break_title

MARK_POINTS = 44
TYPE_AREA_POINTS = 442  # 156 mm
# Printers narrow a long name to three fifths rather than set it as small as the title.
NARROWEST = 0.6


@dataclass(frozen=True)
class Paragraph:
    """`level` 0 is body text; 1 to 4 are the heads 一、 （一） 1. （1）."""

    text: str
    level: int = 0


class Align(StrEnum):
    LEFT = ""
    CENTRED = "centred"
    FIGURE = "figure"


@dataclass(frozen=True)
class TableColumn:
    """`width` is its share of the type area, in per cent."""

    label: str
    width: int
    align: Align = Align.LEFT


@dataclass(frozen=True)
class TableRow:
    """One text for each column, over several lines where it holds line breaks."""

    cells: tuple[str, ...]
    stands_out: bool = False


@dataclass(frozen=True)
class Table:
    """A table below its caption; the head is repeated on every page and rows stay whole."""

    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    caption: str = ""

    def lines(self) -> Iterator[tuple[TableRow, list[tuple[TableColumn, str]]]]:
        """Each row with its cells beside their columns."""
        for row in self.rows:
            yield row, list(zip(self.columns, row.cells, strict=True))


@dataclass(frozen=True)
class Appendix:
    """On a page of its own: its number (附件1), title, body, tables, and a note below them."""

    number: str
    title: str
    body: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()
    note: str = ""

    def title_lines(self) -> list[str]:
        return break_title(self.title)


@dataclass(frozen=True)
class Letter:
    """An official letter. Empty parts are left out; without `mark` it has no red head."""

    title: str
    body: tuple[Paragraph, ...]
    signer: str
    signed_on: date
    mark: str = ""
    number: str = ""
    addressee: str = ""
    attachments: tuple[str, ...] = ()
    appendices: tuple[Appendix, ...] = ()
    copies_to: str = ""
    printed_by: str = ""
    printed_on: date | None = None

    def title_lines(self) -> list[str]:
        return break_title(self.title)

    def mark_points(self) -> float:
        """Size of 发文机关标志: at most 44 points; a long name is smaller, and narrowed as well."""
        return round(min(MARK_POINTS, self._mark_room() / NARROWEST), 1)

    def mark_scale(self) -> float:
        """Width of its characters, 1 for as wide as high."""
        return round(min(1, self._mark_room() / self.mark_points()), 3)

    def _mark_room(self) -> float:
        """Points for each character when the mark is as wide as the type area."""
        return TYPE_AREA_POINTS / max(len(self.mark), 1)
