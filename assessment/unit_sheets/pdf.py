"""Assessment sheets as PDF: one page for a unit wherever it fits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from assessment.unit_sheets.sheet import SheetRow, UnitSheet
from core.demo import is_demo
from core.paper import PaperMeta, render_many
from core.sheets import lines_needed

TEMPLATE = "paper/assessment_sheet.html"


@dataclass(frozen=True)
class Density:
    """A size of type for the table: what its columns hold in half-width characters.

    `row` is the height of a row of one line, `line` of each further one, in millimetres.
    """

    name: str
    block_width: float
    name_width: float
    rule_width: float
    row: float
    line: float


# 10.5 pt (五号), 9 pt (小五), 7.5 pt (六号); the last one for what takes more pages anyway.
DENSITIES = (
    Density("roomy", 10, 19, 23, 6.5, 4.5),
    Density("compact", 12, 22, 26, 5.6, 4.0),
    Density("tight", 14, 27, 32, 4.4, 3.2),
)
# Millimetres that the page has for the lines of the table and the explanation of the total.
ROOM = 155
WORDS_WIDTH = 72
WORDS_LINE = 4.7


@dataclass(frozen=True)
class Block:
    """An indicator at the top of the tree with all lines below it."""

    top: SheetRow
    rows: tuple[SheetRow, ...]


def sheets_pdf(
    sheets: Iterable[UnitSheet],
    meta: PaperMeta,
    advance: Callable[[int], None] = lambda done: None,
) -> bytes:
    """All sheets in one PDF, each from page 1, found by bookmark.

    RuleError for missing fonts or when there is no sheet.
    """
    return render_many(TEMPLATE, map(sheet_context, sheets), meta=meta, advance=advance)


def paper_meta(title: str, *, by: User, made_at: Any, subject: str = "") -> PaperMeta:
    return PaperMeta(
        title=title, author=by.name, made_at=made_at, subject=subject, is_demo=is_demo()
    )


def sheet_context(sheet: UnitSheet) -> dict[str, Any]:
    """What the paper template shows."""
    blocks = blocks_of(sheet)
    return {
        "title": sheet.title,
        "sheet": sheet,
        "blocks": blocks,
        "density": density_of(sheet, blocks).name,
        "bookmark": _("%(unit)s（%(group)s）")
        % {"unit": sheet.unit, "group": sheet.result.unit.group},
    }


def blocks_of(sheet: UnitSheet) -> list[Block]:
    """The rows cut where an indicator stands at the top of the tree."""
    tops = [place for place, row in enumerate(sheet.rows) if not row.line.parent]
    ends = [*tops[1:], len(sheet.rows)]
    return [
        Block(sheet.rows[start], sheet.rows[start + 1 : end])
        for start, end in zip(tops, ends, strict=True)
    ]


def density_of(sheet: UnitSheet, blocks: Iterable[Block]) -> Density:
    """The largest type in which the lines fit on one page, else the smallest."""
    words = lines_needed(
        "".join((sheet.total_sentence, sheet.share_sentence, sheet.grade_note, *sheet.veto_notes)),
        WORDS_WIDTH,
    )
    room = ROOM - words * WORDS_LINE
    blocks = list(blocks)
    for density in DENSITIES:
        if sum(_block_height(block, density) for block in blocks) <= room:
            return density
    return DENSITIES[-1]


def _block_height(block: Block, density: Density) -> float:
    """As high as its lines, and at least as its own name with points on two more lines."""
    rows = sum(_height(row, density) for row in block.rows or (block.top,))
    name = lines_needed(block.top.indicator.name, density.block_width + 1)
    return max(rows, density.row + (name + 1) * density.line)


def _height(row: SheetRow, density: Density) -> float:
    name = lines_needed(str(row.indicator), density.name_width + 1)
    lines = max(name, lines_needed(row.rule, density.rule_width + 1))
    return density.row + (lines - 1) * density.line
