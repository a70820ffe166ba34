"""A letter as Word: the words of the PDF in the same order, in styles that an office can edit."""

from collections.abc import Iterator
from io import BytesIO

from django.utils.translation import gettext as _

from core.paper.letter import Appendix, Letter, Paragraph
from core.paper.render import PaperMeta
from core.paper.text import one_line
from core.paper.titles import text_width
from core.paper.word import measures
from core.paper.word.imprint import imprint_nodes
from core.paper.word.nodes import Node, node, paragraph, run
from core.paper.word.shell import empty_document
from core.paper.word.tables import table_nodes
from core.templatetags.ui import cn_date

SIGNED_FROM_RIGHT = 4
MOST_KEPT = 8 * measures.CHARACTERS


def letter_docx(letter: Letter, *, meta: PaperMeta) -> bytes:
    """The letter as .docx without seal or picture; typefaces are named, not embedded."""
    document = empty_document(meta)
    body = document.element.body
    # The section's own properties stay the last of all.
    for place, one in enumerate(_letter(letter)):
        body.insert(place, one)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _letter(letter: Letter) -> Iterator[Node]:
    if letter.mark:
        yield from _head(letter)
    yield _title(letter.title_lines())
    if letter.addressee:
        yield paragraph("Addressee", run(one_line(letter.addressee) + "："))
    yield from _paragraphs(letter.body)
    yield from _attachments(letter.attachments)
    yield from _signature(letter)
    for appendix in letter.appendices:
        yield from _appendix(appendix)
    if letter.copies_to or letter.printed_by:
        yield from imprint_nodes(letter)


def _head(letter: Letter) -> Iterator[Node]:
    """7.2: 发文机关标志, 发文字号 and the red line."""
    size = letter.mark_points()
    look = (
        node("w", val=round(100 * letter.mark_scale())),
        node("sz", val=round(2 * size)),
        node("szCs", val=round(2 * size)),
    )
    spacing = node(
        "spacing",
        before=measures.MARK_TOP,
        line=measures.points(size),
        lineRule="exact",
    )
    yield paragraph("Mark", run(one_line(letter.mark), *look), spacing=spacing)
    if letter.number:
        yield paragraph("Number", run(one_line(letter.number)))
    line = node("bottom", val="single", sz=measures.BROAD, space=0, color=measures.RED)
    yield paragraph("RedLine", border=node("pBdr", line))


def _title(lines: list[str]) -> Node:
    return paragraph("Title", run("\n".join(map(one_line, lines))))


def _paragraphs(body: tuple[Paragraph, ...]) -> Iterator[Node]:
    """The last one stays with what follows: a signature never stands alone on a page.

    Not so a long one: LibreOffice would move all of it to the next page.
    """
    for place, one in enumerate(body, 1):
        style = f"Heading{one.level}" if one.level else "Body"
        is_kept = place == len(body) and text_width(one.text) <= MOST_KEPT
        kept = {"keep": node("keepNext")} if is_kept else {}
        yield paragraph(style, run(one_line(one.text)), **kept)


def _attachments(names: tuple[str, ...]) -> Iterator[Node]:
    for place, name in enumerate(names, 1):
        number = f"{place}." if len(names) > 1 else ""
        label, style = (_("附件："), "Attachments") if place == 1 else ("", "MoreAttachments")
        yield paragraph(style, run(label + number + one_line(name)))


def _signature(letter: Letter) -> Iterator[Node]:
    """7.3.5: the date four characters from the right, the signer centred on it."""
    signer, dated = one_line(letter.signer), cn_date(letter.signed_on)
    room = SIGNED_FROM_RIGHT + (text_width(dated) - text_width(signer)) / 2
    right = node("ind", right=measures.characters(max(room, 0)))
    yield paragraph("Signer", run(signer), indent=right)
    yield paragraph("SignedOn", run(dated))


def _appendix(appendix: Appendix) -> Iterator[Node]:
    new_page = node("pageBreakBefore")
    yield paragraph("AppendixNumber", run(one_line(appendix.number)), page=new_page)
    yield _title(appendix.title_lines())
    yield from _paragraphs(appendix.body)
    for table in appendix.tables:
        yield from table_nodes(table)
    if appendix.note:
        yield paragraph("Note", run(one_line(appendix.note)))
    elif appendix.tables:
        # Word wants a paragraph behind the last table; this one takes no room.
        yield paragraph("Gap")
