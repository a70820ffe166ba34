"""Elements of WordprocessingML in one line each."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

Node = Any


def node(tag: str, *children: Node, **attributes: Any) -> Node:
    """`<w:tag w:attribute="value">` with its children; None among them is left out."""
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    element.extend(child for child in children if child is not None)
    return element


def run(text: str, *properties: Node) -> Node:
    """Text as one run; line breaks in it are kept."""
    pieces: list[Node] = []
    for place, line in enumerate(text.split("\n")):
        if place:
            pieces.append(node("br"))
        piece = node("t")
        piece.text = line
        piece.set(qn("xml:space"), "preserve")
        pieces.append(piece)
    return node("r", node("rPr", *properties) if properties else None, *pieces)


def paragraph(style: str, *content: Node, **changes: Node) -> Node:
    """A paragraph of the style; `changes` are elements of its properties, in Word's order."""
    return node("p", node("pPr", node("pStyle", val=style), *changes.values()), *content)
