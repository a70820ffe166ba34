"""Tables of an appendix: head repeated on every page, rows whole.

Built element by element: python-docx looks the whole table through for every cell it is asked for.
"""

from itertools import accumulate, pairwise

from core.paper.letter import Align, Table, TableColumn
from core.paper.text import one_line
from core.paper.word.measures import AREA_WIDTH, THIN, millimetres
from core.paper.word.nodes import Node, node, paragraph, run
from core.paper.word.styles import HEITI, fonts

STYLES = {Align.LEFT: "TableText", Align.CENTRED: "TableCentred", Align.FIGURE: "TableFigure"}
# These rows stay with the next: the last page of a table has more than one.
KEPT_ROWS = 3
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def table_nodes(table: Table) -> list[Node]:
    """The caption and the table. Two tables are one to Word unless a paragraph parts them."""
    above = (
        paragraph("Caption", run(one_line(table.caption))) if table.caption else paragraph("Gap")
    )
    widths = _widths(table.columns)
    head = [
        _cell("TableHead", one_line(column.label), width)
        for column, width in zip(table.columns, widths, strict=True)
    ]
    rows = [_row(head, is_head=True)]
    for left, (row, cells) in zip(range(len(table.rows) - 1, -1, -1), table.lines(), strict=True):
        looks = {"stands_out": row.stands_out, "keeps_next": 0 < left <= KEPT_ROWS}
        shown = [
            _cell(STYLES[column.align], _lines(text), width, **looks)
            for (column, text), width in zip(cells, widths, strict=True)
        ]
        rows.append(_row(shown))
    grid = node("tblGrid", *(node("gridCol", w=width) for width in widths))
    return [above, node("tbl", _properties(), grid, *rows)]


def _widths(columns: tuple[TableColumn, ...]) -> list[int]:
    """In twips, together as wide as the type area."""
    whole = sum(column.width for column in columns)
    ends = accumulate((column.width for column in columns), initial=0)
    return [b - a for a, b in pairwise(round(AREA_WIDTH * end / whole) for end in ends)]


def _lines(text: str) -> str:
    return "\n".join(one_line(line) for line in text.splitlines())


def _properties() -> Node:
    borders = (node(side, val="single", sz=THIN, space=0, color="000000") for side in SIDES)
    across, along = millimetres(1.2), millimetres(0.8)
    margins = {"top": along, "left": across, "bottom": along, "right": across}
    return node(
        "tblPr",
        node("tblW", w=AREA_WIDTH, type="dxa"),
        node("tblBorders", *borders),
        node("tblLayout", type="fixed"),
        node("tblCellMar", *(node(side, w=w, type="dxa") for side, w in margins.items())),
    )


def _row(cells: list[Node], *, is_head: bool = False) -> Node:
    return node(
        "tr", node("trPr", node("cantSplit"), node("tblHeader") if is_head else None), *cells
    )


def _cell(
    style: str, text: str, width: int, *, stands_out: bool = False, keeps_next: bool = False
) -> Node:
    content = run(text, fonts(HEITI)) if stands_out else run(text)
    kept = {"keep": node("keepNext")} if keeps_next else {}
    return node(
        "tc",
        node("tcPr", node("tcW", w=width, type="dxa"), node("vAlign", val="center")),
        paragraph(style, content, **kept),
    )
