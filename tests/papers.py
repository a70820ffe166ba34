"""The words of a paper in the order they stand, whatever its format."""

import io
import re

from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader


def pdf_words(content: bytes, mark: str = "", head: str = "") -> str:
    """Without blanks, page numbers and the mark of demonstration data.

    `mark` (发文机关标志) is narrowed, and therefore drawn behind all else of the first page; `head`
    is that of a table, repeated where a page begins within it.
    """
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    pages = [_bare(re.sub(r"— \d+ —", "", text)) for text in pages]
    before, found, behind = pages[0].rpartition(mark) if mark else ("", "", pages[0])
    assert found == mark
    return "".join([mark, before, behind, *(page.removeprefix(head) for page in pages[1:])])


def word_words(content: bytes) -> str:
    """Without blanks; head and foot of the pages are left out."""
    body = Document(io.BytesIO(content)).element.body
    return _bare("".join(text.text or "" for text in body.iter(qn("w:t"))))


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text).removeprefix("演示数据")
