"""版记 (7.4): to whom copies go and who printed it, at the foot of the last page."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.paper.letter import Letter
from core.paper.text import one_line
from core.paper.word.measures import AREA_WIDTH, MEDIUM, THIN, points
from core.paper.word.nodes import Node, node, paragraph, run
from core.templatetags.ui import cn_date

INDENT = points(14)
RULES = {"top": MEDIUM, "bottom": MEDIUM, "insideH": THIN}


def imprint_nodes(letter: Letter) -> Iterator[Node]:
    """A table tied to the foot of the page that its paragraph stands on."""
    rows = [_row(line) for line in _lines(letter)]
    yield node("tbl", _properties(), node("tblGrid", node("gridCol", w=AREA_WIDTH)), *rows)
    yield paragraph("Gap")


def _lines(letter: Letter) -> Iterator[list[Node]]:
    if letter.copies_to:
        yield [run(_("抄送：%s。") % one_line(letter.copies_to))]
    if letter.printed_by:
        day = cn_date(letter.printed_on) + _("印发") if letter.printed_on else ""
        yield [run(one_line(letter.printed_by)), node("r", node("tab")), run(day)]


def _row(content: list[Node]) -> Node:
    tab = node("tabs", node("tab", val="right", pos=AREA_WIDTH - 2 * INDENT))
    width = node("tcPr", node("tcW", w=AREA_WIDTH, type="dxa"))
    text = paragraph("Imprint", *content, tabs=tab)
    return node("tr", node("trPr", node("cantSplit")), node("tc", width, text))


def _properties() -> Node:
    place = {"vertAnchor": "margin", "horzAnchor": "margin"}
    rules = (node(side, val="single", sz=sz, space=0, color="000000") for side, sz in RULES.items())
    return node(
        "tblPr",
        node("tblpPr", **place, tblpXSpec="left", tblpYSpec="bottom"),
        node("tblW", w=AREA_WIDTH, type="dxa"),
        node("tblBorders", *rules),
        node("tblLayout", type="fixed"),
        node("tblCellMar", *(node(side, w=INDENT, type="dxa") for side in ("left", "right"))),
    )
