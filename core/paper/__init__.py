"""Papers: PDF set to GB/T 9704-2012. No other module knows PDF."""

from core.paper.fonts import check_fonts
from core.paper.ledger import render_list
from core.paper.letter import Appendix, Letter, Paragraph
from core.paper.render import PaperMeta, render_many, render_pdf
from core.paper.titles import break_title

__all__ = [
    "Appendix",
    "Letter",
    "PaperMeta",
    "Paragraph",
    "break_title",
    "check_fonts",
    "render_list",
    "render_many",
    "render_pdf",
]
