"""Papers as PDF, set to GB/T 9704-2012 by templates/paper/ and static/css/paper.css."""

import io
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

import pydyf
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from pypdf import PdfWriter
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.logger import LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from core.errors import RuleError
from core.paper.fonts import Face, choose_faces, no_glyph
from core.paper.justify import justify
from core.paper.letter import Letter
from core.paper.text import printable
from core.paper.titles import break_title

STYLESHEET = settings.BASE_DIR / "static" / "css" / "paper.css"
# What the stylesheet itself puts on the page.
OWN_TEXT = "— 0123456789"
CHUNK = 40
# Pango's font set-up is shared by the papers of a process and is not made for threads.
ENGINE = threading.RLock()

Faces = tuple[tuple[str, tuple[Face, ...]], ...]
Context = Mapping[str, Any]


@dataclass(frozen=True)
class PaperMeta:
    """What a paper says about itself, on the page where due and in the properties of the PDF.

    `made_at` is an aware datetime.
    """

    title: str
    author: str
    made_at: datetime
    subject: str = ""
    is_demo: bool = False


def render_pdf(
    template: str, context: Context, *, meta: PaperMeta, landscape: bool = False
) -> bytes:
    """One paper as PDF. The template extends `paper/base.html`.

    Besides `context` it gets `meta`, `landscape` and `title_lines` (the title broken by 7.3.1).
    RuleError when a font is missing or a character has no glyph: never an empty box.
    """
    return render_many(template, [context], meta=meta, landscape=landscape)


def letter_pdf(letter: Letter, *, meta: PaperMeta) -> bytes:
    """The letter with its appendices; RuleError as `render_pdf`."""
    return render_pdf("paper/letter.html", {"letter": letter, "title": letter.title}, meta=meta)


def render_many(
    template: str,
    contexts: Iterable[Context],
    *,
    meta: PaperMeta,
    landscape: bool = False,
    advance: Callable[[int], None] = lambda done: None,
) -> bytes:
    """Many papers of one kind in one PDF, each with pages numbered from 1.

    Memory is bounded: 40 papers are laid out at a time. `advance` is told after each paper how
    many are done. RuleError as `render_pdf`, and when there is nothing to print.
    """
    stock, parts, fonts, done = iter(contexts), [], set(), 0
    while chunk := list(islice(stock, CHUNK)):
        with ENGINE:
            documents = []
            for document in _lay_out(template, chunk, meta, landscape):
                documents.append(document)
                done += 1
                advance(done)
            content, used = _write(documents, meta)
        parts.append(content)
        fonts |= used
    if not parts:
        raise RuleError(_("没有可以打印的内容，请调整筛选条件后重试。"))
    return parts[0] if len(parts) == 1 else _join(parts, _properties(meta, fonts))


def _lay_out(
    template: str, contexts: list[Context], meta: PaperMeta, landscape: bool
) -> Iterator[Document]:
    pages = []
    for context in contexts:
        shown = {"title_lines": break_title(context.get("title", meta.title)), **context}
        shown |= {"meta": meta, "landscape": landscape}
        source = printable(render_to_string(template, shown))
        # A paper holds all it needs: nothing is fetched from files or networks.
        closed = URLFetcher(allowed_protocols=("data",))
        pages.append(HTML(string=source, url_fetcher=closed))
    text = "".join("".join(page.etree_element.itertext()) for page in pages)
    faces = choose_faces(text + OWN_TEXT)
    fonts, sheets = _engine(tuple(faces.items()))
    for page in pages:
        document = page.render(font_config=fonts, stylesheets=sheets)
        justify(document)
        yield document


@lru_cache(maxsize=2)
def _engine(faces: Faces) -> tuple[FontConfiguration, list[CSS]]:
    """The font set-up and style sheets; one FontConfiguration must serve both and the rendering."""
    fonts = FontConfiguration()
    rules = [
        f'@font-face {{ font-family: "{face.name}"; src: url("{face.url()}"); }}'
        for face in {face for _role, chain in faces for face in chain}
    ]
    chains = [
        f"--{role}: " + ", ".join(f'"{face.name}"' for face in chain) for role, chain in faces
    ]
    rules.append(":root { " + "; ".join(chains) + " }")
    return fonts, [
        CSS(string="\n".join(rules), font_config=fonts),
        CSS(filename=STYLESHEET, font_config=fonts),
    ]


def _write(documents: list[Document], meta: PaperMeta) -> tuple[bytes, set[str]]:
    """One PDF of all pages, and the names of its fonts.

    A font is embedded once, as the subset of what all pages use.
    """
    fonts: set[str] = set()

    def tell(document: Document, pdf: pydyf.PDF) -> None:
        fonts.update(font.family for font in document.fonts.values())
        for key, value in _properties(meta, fonts).items():
            pdf.info[key.removeprefix("/")] = pydyf.String(value)

    pages = [page for document in documents for page in document.pages]
    with _Boxes() as boxes:
        content = documents[0].copy(pages).write_pdf(finisher=tell)
    if boxes.marks:
        raise no_glyph(boxes.marks)
    return content, fonts


class _Boxes(logging.Handler):
    """Listens to WeasyPrint for characters that it drew as empty boxes, whatever the reason."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.marks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg.startswith(".notdef"):
            self.marks.append(record.args[0])

    def __enter__(self) -> "_Boxes":
        LOGGER.addHandler(self)
        return self

    def __exit__(self, *_error: object) -> None:
        LOGGER.removeHandler(self)


def _join(parts: list[bytes], properties: dict[str, str]) -> bytes:
    writer = PdfWriter()
    for part in parts:
        writer.append(io.BytesIO(part))
    writer.add_metadata(properties)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _properties(meta: PaperMeta, fonts: set[str]) -> dict[str, str]:
    """The document properties; the keywords name the typefaces that are embedded."""
    made = timezone.localtime(meta.made_at).strftime("%Y%m%d%H%M%S%z")
    keywords = [_("字体：%s") % "、".join(sorted(fonts))]
    if meta.is_demo:
        keywords.insert(0, _("演示数据"))
    return {
        "/Title": meta.title,
        "/Author": meta.author,
        "/Subject": meta.subject,
        "/Keywords": "；".join(keywords),
        "/Creator": _("奈曼旗“联创共建”工作平台"),
        "/CreationDate": f"D:{made[:17]}'{made[17:]}'",
    }
