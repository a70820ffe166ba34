"""What text may stand in a cell of a spreadsheet."""

import math
import re

from django.utils.translation import gettext as _

MAX_CELL_UNITS = 32767
# So many characters fit even if each of them takes two units.
SURELY_SHORT = MAX_CELL_UNITS // 2
# Characters that XML 1.0 cannot hold, the deletion mark, and halves of surrogate pairs.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
# A cell that begins so is read as a formula by some office program; the full-width ones by
# programs set to Chinese or Japanese.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def clean_text(value: object) -> str:
    """The text as a cell can hold it: no illegal characters, at most 32767 UTF-16 units.

    What is cut off is said at the end of the cell.
    """
    text = str(value)
    if len(text) <= SURELY_SHORT and text.isprintable():
        return text
    text = ILLEGAL.sub("", text).replace("\r\n", "\n")
    if len(text.encode("utf-16-le")) <= MAX_CELL_UNITS * 2:
        return text
    note = _("……（超出单元格上限，以下略）")
    kept = text.encode("utf-16-le")[: (MAX_CELL_UNITS - len(note)) * 2]
    return kept.decode("utf-16-le", errors="ignore") + note


def starts_like_formula(text: str) -> bool:
    """Would an office program take this text for a formula once someone edits or imports it?"""
    return text.startswith(FORMULA_STARTS)


def lines_needed(text: str, width: float) -> int:
    """How many lines the text takes in a column so many (half-width) characters wide."""
    if len(text) * 2 < width and "\n" not in text:
        return 1
    # GBK takes one byte for a half-width character and two for a full-width one.
    sizes = [len(line.encode("gbk", errors="replace")) for line in text.split("\n")]
    return sum(max(1, math.ceil(size / max(width - 1, 1))) for size in sizes)
