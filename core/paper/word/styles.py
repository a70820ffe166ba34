"""Typefaces and paragraph styles: the office changes a style, not a hundred paragraphs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.paper.word.measures import (
    BODY_SIZE,
    LINE,
    PAGE_NUMBER_SIZE,
    RED,
    SQUEEZE,
    characters,
    points,
)
from core.paper.word.nodes import Node, node

FANGSONG, XIAOBIAOSONG = "仿宋_GB2312", "方正小标宋简体"
HEITI, KAITI, SONGTI = "黑体", "楷体_GB2312", "宋体"
# What Word and WPS take where the official typeface is not installed.
ALTERNATIVES = {
    FANGSONG: "仿宋",
    XIAOBIAOSONG: "方正小标宋_GBK",
    HEITI: "SimHei",
    KAITI: "楷体",
    SONGTI: "SimSun",
}
TABLE_SIZE = 10.5
TABLE: dict[str, Any] = {"size": TABLE_SIZE, "line": 263}


@dataclass(frozen=True)
class Style:
    """A paragraph style; sizes in points, lines, spaces and indents in twips.

    `first`, `left` and `hanging` count characters of the body, `edge` is the distance from the edge
    that the text is set against. Lines are exact, in tables at least
    as high.
    """

    key: str
    name: str
    font: str = FANGSONG
    size: float = BODY_SIZE
    line: int = LINE
    align: str = "both"
    first: float = 0
    left: float = 0
    hanging: float = 0
    edge: int = 0
    before: int = 0
    after: int = 0
    colour: str = ""
    outline: int | None = None
    keeps_next: bool = False


STYLES = (
    Style("Normal", "Normal"),
    Style("Heading1", "heading 1", font=HEITI, first=2, outline=0, keeps_next=True),
    Style("Heading2", "heading 2", font=KAITI, first=2, outline=1, keeps_next=True),
    Style("Heading3", "heading 3", first=2, outline=2, keeps_next=True),
    Style("Heading4", "heading 4", first=2, outline=3, keeps_next=True),
    Style("Body", "公文正文", first=2),
    Style("Mark", "发文机关标志", font=XIAOBIAOSONG, align="center", colour=RED),
    Style("Number", "发文字号", align="center", before=2 * LINE - points(4)),
    Style("RedLine", "红色分隔线", size=1, line=168, after=2 * LINE),
    Style(
        "Title",
        "Title",
        font=XIAOBIAOSONG,
        size=22,
        line=round(1.2 * LINE),
        align="center",
        after=LINE,
        keeps_next=True,
    ),
    Style("Addressee", "主送机关", align="left"),
    Style("Attachments", "附件说明", align="left", left=5, hanging=3, before=LINE, keeps_next=True),
    Style("MoreAttachments", "附件说明续", align="left", left=5, keeps_next=True),
    Style("Signer", "署名", align="right", before=3 * LINE, keeps_next=True),
    Style("SignedOn", "成文日期", align="right", edge=characters(4)),
    Style("AppendixNumber", "附件序号", font=HEITI, align="left", after=LINE, keeps_next=True),
    Style(
        "Caption",
        "caption",
        font=HEITI,
        **TABLE,
        align="center",
        before=points(6),
        after=points(3),
        keeps_next=True,
    ),
    Style(
        "TableHead",
        "表头",
        font=HEITI,
        **TABLE,
        align="center",
    ),
    Style("TableText", "表文", **TABLE, align="left"),
    Style("TableCentred", "表文居中", **TABLE, align="center"),
    Style("TableFigure", "表中数字", **TABLE, align="right"),
    Style("Note", "附注", size=12, line=points(18), first=2, before=points(6)),
    Style("Gap", "间隔", size=1, line=20),
    Style("Imprint", "版记", size=14, line=points(21), align="left"),
    Style(
        "PageNumberOdd",
        "单页页码",
        font=SONGTI,
        size=PAGE_NUMBER_SIZE,
        line=points(PAGE_NUMBER_SIZE),
        align="right",
        edge=points(PAGE_NUMBER_SIZE),
    ),
    Style(
        "PageNumberEven",
        "双页页码",
        font=SONGTI,
        size=PAGE_NUMBER_SIZE,
        line=points(PAGE_NUMBER_SIZE),
        align="left",
        edge=points(PAGE_NUMBER_SIZE),
    ),
    Style(
        "DemoMark",
        "演示标记",
        font=HEITI,
        size=12,
        line=points(18),
        align="right",
        colour=RED,
    ),
)


def style_nodes() -> Iterator[Node]:
    """The content of styles.xml."""
    default = node(
        "rPr", *_characters(FANGSONG, BODY_SIZE), node("lang", val="zh-CN", eastAsia="zh-CN")
    )
    yield node("docDefaults", node("rPrDefault", default), node("pPrDefault"))
    for style in STYLES:
        yield _style(style)
    yield node(
        "style",
        node("name", val="Normal Table"),
        node("uiPriority", val=99),
        node("semiHidden"),
        type="table",
        default=1,
        styleId="TableNormal",
    )


def font_nodes() -> Iterator[Node]:
    """The content of fontTable.xml: each typeface with what stands in for it."""
    for name, other in ALTERNATIVES.items():
        yield node("font", node("altName", val=other), node("charset", val=86), name=name)


def fonts(name: str) -> Node:
    """One typeface for Chinese, Latin and figures: quotation marks belong to both."""
    return node("rFonts", ascii=name, hAnsi=name, eastAsia=name, cs=name, hint="eastAsia")


def _style(style: Style) -> Node:
    is_normal = style.key == "Normal"
    kept = {"default": 1} if is_normal else {}
    is_own = style.name != style.key and not style.name.isascii()
    return node(
        "style",
        node("name", val=style.name),
        None if is_normal else node("basedOn", val="Normal"),
        node("next", val="Body") if style.outline is not None else None,
        node("qFormat"),
        node("pPr", *_paragraph(style)),
        node("rPr", *_characters(style.font, style.size, style.colour)),
        type="paragraph",
        styleId=style.key,
        **kept,
        **({"customStyle": 1} if is_own else {}),
    )


def _paragraph(style: Style) -> Iterator[Node]:
    """In the order of the schema."""
    if style.keeps_next:
        yield node("keepNext")
    if style.key == "Normal":
        # Between Chinese and figures Word would put a gap that the line has no room for.
        yield from (node("autoSpaceDE", val=0), node("autoSpaceDN", val=0))
        yield node("snapToGrid", val=0)
    yield node(
        "spacing",
        before=style.before,
        after=style.after,
        line=style.line,
        lineRule="atLeast" if style.size == TABLE_SIZE else "exact",
    )
    yield _indent(style)
    yield node("jc", val=style.align)
    if style.outline is not None:
        yield node("outlineLvl", val=style.outline)


def _indent(style: Style) -> Node:
    """Characters first, for Word and WPS; twips for programs that do not count characters."""
    if style.edge:
        return node("ind", **{style.align: style.edge})
    sides = {"left": style.left, "hanging": style.hanging, "firstLine": style.first}
    given = {name: count for name, count in sides.items() if count}
    by_character = {f"{name}Chars": round(100 * count) for name, count in given.items()}
    return node("ind", **by_character, **{k: characters(v) for k, v in given.items()})


def _characters(font: str, size: float, colour: str = "") -> Iterator[Node]:
    yield fonts(font)
    yield node("snapToGrid", val=0)
    if colour:
        yield node("color", val=colour)
    yield node("spacing", val=SQUEEZE if size == BODY_SIZE else 0)
    yield node("sz", val=round(2 * size))
    yield node("szCs", val=round(2 * size))
