"""An empty document of ours: page, grid, page numbers, styles, properties; nothing of a template.

python-docx begins with a document of its own (paper of another size, Japanese settings, a
picture). Only its packaging is wanted here: all parts that say how a page looks are replaced.
"""

from datetime import UTC

from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Twips

from core.paper.render import PaperMeta
from core.paper.text import one_line
from core.paper.word import measures
from core.paper.word.nodes import Node, node, paragraph, run
from core.paper.word.styles import font_nodes, style_nodes

KEPT = {RT.STYLES, RT.SETTINGS}
APPLICATION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    'extended-properties"><Application>{}</Application></Properties>'
)
# Longer ones python-docx refuses.
MOST_CHARACTERS = 255


def empty_document(meta: PaperMeta) -> WordDocument:
    """A4 with the grid of 22 lines of 28 characters, without a paragraph."""
    document = Document()
    _drop_foreign_parts(document)
    _refill(document.styles.element, *style_nodes())
    _refill(document.settings.element, *_settings())
    _add_fonts(document)
    section = document.sections[0]
    _set_page(section)
    _refill(section.footer.part.element, _page_number("PageNumberOdd"))
    _refill(section.even_page_footer.part.element, _page_number("PageNumberEven"))
    if meta.is_demo:
        for header in (section.header, section.even_page_header):
            _refill(header.part.element, _demo_mark())
    _describe(document, meta)
    return document


def _drop_foreign_parts(document: WordDocument) -> None:
    for key, relation in list(document.part.rels.items()):
        if relation.reltype not in KEPT:
            del document.part.rels[key]
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype in (RT.THUMBNAIL, RT.EXTENDED_PROPERTIES):
            del package.rels[key]


def _refill(element: Node, *children: Node) -> None:
    element[:] = []
    element.extend(children)


def _settings() -> list[Node]:
    """In the order of the schema. Mode 15: Word opens it as a document of today."""
    mode = "http://schemas.microsoft.com/office/word"
    return [
        node("zoom", percent=100),
        node("defaultTabStop", val=measures.characters(2)),
        node("evenAndOddHeaders"),
        node("characterSpacingControl", val="doNotCompress"),
        node(
            "compat",
            node("balanceSingleByteDoubleByteWidth"),
            node("doNotExpandShiftReturn"),
            node("useFELayout"),
            node("compatSetting", name="compatibilityMode", uri=mode, val=15),
        ),
        node("themeFontLang", val="en-US", eastAsia="zh-CN"),
        node("decimalSymbol", val="."),
        node("listSeparator", val=","),
    ]


def _add_fonts(document: WordDocument) -> None:
    """Which typeface stands in where an official one is not installed."""
    part = document.part
    place = PackURI("/word/fontTable.xml")
    fonts = XmlPart(place, CT.WML_FONT_TABLE, node("fonts", *font_nodes()), part.package)
    part.relate_to(fonts, RT.FONT_TABLE)


def _set_page(section: Section) -> None:
    section.page_width = Twips(measures.PAGE_WIDTH)
    section.page_height = Twips(measures.PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Twips(measures.TOP), Twips(measures.BOTTOM)
    section.left_margin, section.right_margin = Twips(measures.LEFT), Twips(measures.RIGHT)
    section.header_distance = Twips(measures.HEADER)
    section.footer_distance = Twips(measures.FOOTER)
    for grid in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 - there is no public way
        section._sectPr.remove(grid)  # noqa: SLF001
    section._sectPr.append(  # noqa: SLF001
        node(
            "docGrid",
            type="linesAndChars",
            linePitch=measures.LINE,
            charSpace=measures.CHARACTER_SPACE,
        )
    )


def _page_number(style: str) -> Node:
    """7.5: — 1 —, one character of its own from the edge of the type area."""
    field = node("fldSimple", run("1"), instr=" PAGE ")
    return paragraph(style, run("— "), field, run(" —"))


def _demo_mark() -> Node:
    border = node("bdr", val="single", sz=measures.MEDIUM, space=1, color=measures.RED)
    return paragraph("DemoMark", run(_("演示数据"), border))


def _describe(document: WordDocument, meta: PaperMeta) -> None:
    """The properties of the file, those of the PDF as far as they are true of it."""
    facts, maker = document.core_properties, _("奈曼旗“联创共建”工作平台")
    facts.title = one_line(meta.title)[:MOST_CHARACTERS]
    facts.author = facts.last_modified_by = one_line(meta.author)[:MOST_CHARACTERS]
    facts.subject = one_line(meta.subject)[:MOST_CHARACTERS]
    facts.keywords = _("演示数据") if meta.is_demo else ""
    facts.comments = ""
    facts.language = "zh-CN"
    facts.created = facts.modified = meta.made_at.astimezone(UTC)
    package = document.part.package
    blob = APPLICATION.format(maker).encode()
    place = PackURI("/docProps/app.xml")
    package.relate_to(
        Part(place, CT.OFC_EXTENDED_PROPERTIES, blob, package), RT.EXTENDED_PROPERTIES
    )
