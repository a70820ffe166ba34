"""Papers: PDF set to GB/T 9704-2012, letters as Word too. No other module knows either format."""

from core.paper.fonts import check_fonts
from core.paper.formats import LETTER_FORMATS
from core.paper.ledger import render_list
from core.paper.letter import Align, Appendix, Letter, Paragraph, Table, TableColumn, TableRow
from core.paper.render import PaperMeta, render_many, render_pdf
from core.paper.titles import break_title

__all__ = [
    "LETTER_FORMATS",
    "Align",
    "Appendix",
    "Letter",
    "PaperMeta",
    "Paragraph",
    "Table",
    "TableColumn",
    "TableRow",
    "break_title",
    "check_fonts",
    "render_list",
    "render_many",
    "render_pdf",
]
