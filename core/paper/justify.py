"""Both edges straight: lines of Chinese are set to the full measure.

A line gives its last character to the next when that may not begin with a mark (，。 ）); the room
left is shared out between its characters, as office programs do. WeasyPrint widens spaces only, of
which Chinese has none, so this is done on its boxes, between layout and drawing.
The style sheet asks for it by the custom property `--justify: characters`.
"""

from collections import defaultdict
from collections.abc import Iterator

from weasyprint.document import Document
from weasyprint.formatting_structure import boxes

PROPERTY = "__justify"
# More room than this, in characters, means that the line was ended on purpose.
MOST_CHARACTERS = 2.5


def justify(document: Document) -> None:
    """Widen, in place, every line but the last of each paragraph that asks for it."""
    paragraphs: dict[int, list[tuple[boxes.LineBox, float]]] = defaultdict(list)
    for page in document.pages:
        for block in _blocks(page._page_box):  # noqa: SLF001 - there is no public way
            lines = [child for child in block.children if isinstance(child, boxes.LineBox)]
            # A paragraph over two pages is two boxes of one element.
            paragraphs[id(block.element)] += [(line, _room(block, line)) for line in lines]
    for lines in paragraphs.values():
        for line, room in lines[:-1]:
            _widen(line, room)


def _blocks(box: boxes.Box) -> Iterator[boxes.BlockContainerBox]:
    if not isinstance(box, boxes.ParentBox):
        return
    if isinstance(box, boxes.BlockContainerBox) and box.style[PROPERTY] and box.element is not None:
        yield box
    for child in box.children:
        if not isinstance(child, boxes.LineBox):
            yield from _blocks(child)


def _room(block: boxes.BlockContainerBox, line: boxes.LineBox) -> float:
    """Pixels left free on the right of a line."""
    return block.content_box_x() + block.width - (line.position_x + line.width)


def _widen(line: boxes.LineBox, room: float) -> None:
    texts = list(_texts(line))
    gaps = sum(len(box.text) for box in texts) - 1
    size = line.style["font_size"]
    if gaps < 1 or not 0 < room <= MOST_CHARACTERS * size:
        return
    shift = 0.0
    for box in texts:
        spacing = box.style["letter_spacing"]
        box.style = box.style.copy()
        box.style["letter_spacing"] = (0 if spacing == "normal" else spacing) + room / gaps
        box.position_x += shift
        added = room / gaps * len(box.text)
        box.width += added
        shift += added


def _texts(box: boxes.Box) -> Iterator[boxes.TextBox]:
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, boxes.ParentBox):
        for child in box.children:
            yield from _texts(child)
