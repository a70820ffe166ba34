"""One cell of a ledger as a value. Each reader gives None (or "", or []) for a blank cell, and
raises ValueFault with one sentence for what it cannot take without guessing.

Ledgers are typed by hand: full-width digits, spaces inside words, 2023.5.6, 约30人, 3万 are what
people write, and are read. What could mean two things (5/6/2023) is asked back.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from core.imports.dates import date_from_text, date_of
from core.imports.faults import ValueFault
from core.imports.numerals import number_from_text
from core.sheets import Cell

Value = TypeVar("Value")

__all__ = [
    "ValueFault",
    "read_boolean",
    "read_choice",
    "read_date",
    "read_decimal",
    "read_integer",
    "read_list",
    "read_name",
    "read_text",
]

ERROR = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|名称\?|值!)", re.IGNORECASE)
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
BETWEEN_HAN = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
# What people put into a cell to say that nothing belongs there.
NOTHING = re.compile(r"[-—–－―/／\\＼.。…_]+|无|暂无|没有|空|[nN]/[aA]")
LIST_MARKS = re.compile(r"[、，,；;\n]+")
YES = frozenset(("是", "有", "√", "✓", "✔", "☑", "对", "y", "yes", "1", "true"))
YES |= {"愿意", "已", "同意", "可以"}
NO = frozenset(("否", "无", "×", "✗", "✘", "☒", "x", "不", "n", "no", "0", "false"))
NO |= {"不愿意", "未", "没有", "不同意", "不可以"}
# So many choices are named in a sentence.
MOST_NAMED = 20
# How alike (of 100) a label must be to be offered.
NEAR = 70
# Spreadsheets keep no more digits.
LARGEST = 10**15
# No date or number takes so many characters.
MOST_READ = 60


def read_text(cell: Cell, *, most: int | None = None) -> str:
    """The text as typed, without the traces of its layout; "" for blank and for 无 or /."""
    text = _text(cell)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    text = "\n".join(line for line in lines if line)
    if NOTHING.fullmatch(text):
        return ""
    if most is not None and len(text) > most:
        facts = {"size": len(text), "most": most}
        raise ValueFault(_("有 %(size)d 个字，最多 %(most)d 个字；请缩短。") % facts)
    return text


def read_name(cell: Cell, *, most: int | None = None) -> str:
    """A name on one line: spaces and line breaks beside Chinese characters are only layout."""
    text = read_text(cell)
    return read_text(BETWEEN_HAN.sub("", text).replace("\n", " "), most=most)


def read_date(cell: Cell) -> date | None:
    """A day; the first of the month where only the month is told."""
    if isinstance(cell, date):
        return date_of(cell.year, cell.month, cell.day)
    if isinstance(cell, bool | time | timedelta):
        raise ValueFault(_("不是日期；请写成 2023-05-06 或 2023年5月。"))
    text = _filled(cell)
    return date_from_text(text, is_number=not isinstance(cell, str)) if text else None


def read_decimal(cell: Cell) -> Decimal | None:
    """A number; 5% is 0.05."""
    if isinstance(cell, date | time | timedelta):
        raise ValueFault(_("单元格设成了日期或时间；请把格式改为“常规”，只填数字。"))
    if isinstance(cell, bool):
        raise ValueFault(_("不是数字；请只填数字，例如 12。"))
    if isinstance(cell, str | None):
        text = _filled(cell)
        return number_from_text(text) if text else None
    if abs(cell) >= LARGEST:
        raise ValueFault(_("数字过大；请核对后重填。"))
    return Decimal(cell)


def read_integer(cell: Cell) -> int | None:
    number = read_decimal(cell)
    if number is None:
        return None
    if number != int(number):
        raise ValueFault(_("要填整数，不能带小数；请改正。"))
    return int(number)


def read_boolean(cell: Cell) -> bool | None:
    if isinstance(cell, bool):
        return cell
    text = _squeezed(_text(cell))
    if text in YES or text in NO:
        return text in YES
    if not text or NOTHING.fullmatch(text):
        return None
    raise ValueFault(_("看不出是或否；请填“是”或“否”。"))


def read_choice(cell: Cell, choices: Mapping[str, Value]) -> Value | None:
    """The value of the label that the cell shows, whatever its spaces, brackets and width."""
    text = _squeezed(_text(cell))
    found = {_squeezed(label): value for label, value in choices.items()}
    if text in found:
        return found[text]
    if not text or NOTHING.fullmatch(text):
        return None
    near = process.extractOne(text, list(found), scorer=fuzz.ratio, score_cutoff=NEAR)
    if near:
        label = list(choices)[near[2]]
        raise ValueFault(_("没有这个选项；是不是“%s”？请照样填写。") % label)
    labels = "、".join(list(choices)[:MOST_NAMED])
    more = _("等") if len(choices) > MOST_NAMED else ""
    raise ValueFault(_("没有这个选项；可以填：%s。") % (labels + more))


def read_list(cell: Cell) -> list[str]:
    """Several words in one cell, each once, in their order."""
    parts = (read_text(part.strip()) for part in LIST_MARKS.split(read_text(cell)))
    return list(dict.fromkeys(part for part in parts if part))


def _filled(cell: Cell) -> str:
    """The text of the cell, "" when it says that nothing belongs there."""
    text = read_text(cell)
    if len(text) > MOST_READ:
        raise ValueFault(_("内容过长，看不准；请核对后重填。"))
    return text


def _text(cell: Cell) -> str:
    """What the cell shows; ValueFault for an error of a formula."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("是") if cell else _("否")
    if isinstance(cell, datetime):
        is_day = cell.time() == time()
        return f"{cell:%Y-%m-%d}" if is_day else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    # An apostrophe before the text is how people tell Excel that it is text.
    text = INVISIBLE.sub("", str(cell)).strip().removeprefix("'")
    if ERROR.fullmatch(text):
        raise ValueFault(_("公式出错（%s）；请改成结果本身。") % text)
    return text


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
