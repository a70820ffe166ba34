"""Numbers as people type them: 1,234.50元, １２家, 约30人, 3万, 5%, 十二."""

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext as _

from core.imports.faults import ValueFault

# More digits than a spreadsheet keeps are a code or a slip of the hand.
MOST_DIGITS = 15
DIGITS = "零一二三四五六七八九"
PLACES = ("", "十", "百", "千")
SCALES = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
UNITS = (
    "家企业|家单位|个单位|家|个|人次|人|名|位|次|场次|场|期|户|口|元整|元|块|年|个月|月|天|日|所|处|对"
    "|支|项|份|件|条|篇|本|册|亩|公里|平方米|平米|分"
)
WRITTEN = re.compile(
    r"(?:大约|约|近|共|计|¥|人民币)?(?P<sign>[+-]?)"
    r"(?:(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<rest>\.[0-9]+)?|(?P<han>[零一二三四五六七八九十百千万]+))"
    rf"[余多]?(?P<scale>[百千万亿]?)[余多]?(?P<mark>[%‰])?(?:{UNITS})?(?:左右)?"
)
RAISED = re.compile("[⁰¹²³⁴-⁹₀-₉]")
RANGE = re.compile(r"[0-9]+(?:[-~至到—]|——)[0-9]+.{0,3}")


def number_from_text(text: str) -> Decimal:
    """The number a text stands for; ValueFault when it is none, or could be several."""
    if RAISED.search(text):
        # Normalised, 10² would be read as 102.
        raise ValueFault(_("有上标或下标数字，看不准；请把数字写全，例如 100。"))
    compact = "".join(unicodedata.normalize("NFKC", text).split())
    compact = compact.translate(str.maketrans("〇○两兩−﹣", "零零二二--"))
    found = WRITTEN.fullmatch(compact)
    if not found:
        if RANGE.fullmatch(compact):
            raise ValueFault(_("写的是一个范围；请只填一个数字。"))
        raise ValueFault(_("不是数字；请只填数字，例如 12。"))
    if len(compact) > MOST_DIGITS * 2 or len(found["digits"] or "") > MOST_DIGITS:
        raise ValueFault(_("数字过大；请核对后重填。"))
    return _value(found)


def _value(found: re.Match[str]) -> Decimal:
    if found["han"]:
        value = Decimal(_han(found["han"]))
    else:
        value = Decimal(found["digits"].replace(",", "") + (found["rest"] or ""))
    value *= SCALES[found["scale"]]
    if found["mark"]:
        value /= 100 if found["mark"] == "%" else 1000
    return -value if found["sign"] == "-" else value


def _han(text: str) -> int:
    """一百零五 as 105; ValueFault for what nobody would write so (一百五: 105 or 150?)."""
    total = section = digit = 0
    for mark in text:
        if mark in DIGITS:
            digit = DIGITS.index(mark)
        elif mark in PLACES:
            section, digit = section + (digit or 1) * SCALES[mark], 0
        else:
            total, section, digit = (total + section + digit) * SCALES[mark], 0, 0
    total += section + digit
    if to_han(total) not in (text, f"一{text}"):
        raise ValueFault(_("中文数字看不准；请改用阿拉伯数字，例如 12。"))
    return total


def to_han(number: int) -> str:
    """105 as 一百零五, in full (一十 for 10); below 一亿."""
    high, low = divmod(number, 10_000)
    text = f"{to_han(high)}万" if high else ""
    for power in (3, 2, 1, 0):
        digit = low // 10**power % 10
        if digit:
            text += DIGITS[digit] + PLACES[power]
        elif text and low % 10**power and not text.endswith(DIGITS[0]):
            text += DIGITS[0]
    return text or DIGITS[0]
