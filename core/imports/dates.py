"""Dates as people type them: 2023.5.6, 2023年5月, 20230506, 二〇二三年五月六日, 45052."""

import re
import unicodedata
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.imports.faults import ValueFault
from core.imports.numerals import DIGITS, number_from_text

FIRST_YEAR, LAST_YEAR = 1900, 2100
# Spreadsheets count days from here (from March 1900 on, which is all that is read).
DAY_ZERO = date(1899, 12, 30)
# Day numbers up to here would be years (2023) or slips of the hand (12).
FIRST_SERIAL = LAST_YEAR + 1
LAST_SERIAL = (date(LAST_YEAR, 12, 31) - DAY_ZERO).days

ZEROS = str.maketrans("〇○ОoO。．", "零零零零零..")
CLOCK = re.compile(r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*Z?$", re.ASCII)
WEEKDAY = re.compile(r"\(?(星期|周)[一二三四五六日天]\)?$")
SEPARATOR = r"[./\-、_]"
DAY = re.compile(
    rf"(\d{{4}})(?:年|{SEPARATOR})(\d{{1,2}})(?:月|{SEPARATOR})(\d{{1,2}})[日号]?\.?", re.ASCII
)
PACKED = re.compile(r"(\d{4})(\d\d)(\d\d)?", re.ASCII)
MONTH = re.compile(rf"(\d{{4}})(?:年|{SEPARATOR})(\d{{1,2}})(?:月份?)?\.?", re.ASCII)
HAN = re.compile(
    rf"([{DIGITS}]{{4}})年([{DIGITS}十]{{1,3}})月份?(?:([{DIGITS}十廿]{{1,3}})[日号])?"
)
NUMBER = re.compile(r"(\d{4,5})(?:\.(\d+))?", re.ASCII)
YEAR = re.compile(rf"(\d{{4}}|[{DIGITS}]{{4}})年?", re.ASCII)
YEAR_LAST = re.compile(rf"\d{{1,2}}{SEPARATOR}\d{{1,2}}{SEPARATOR}\d{{4}}", re.ASCII)
SHORT_YEAR = re.compile(
    rf"'?\d\d(?:年|{SEPARATOR})\d{{1,2}}(?:月|{SEPARATOR})(?:\d{{1,2}}[日号]?)?|\d{{6}}", re.ASCII
)
NO_YEAR = re.compile(rf"\d{{1,2}}(?:月|{SEPARATOR})\d{{1,2}}[日号]?", re.ASCII)


def date_of(year: int, month: int, day: int) -> date:
    """ValueFault with the part that is wrong."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        facts = {"year": year, "first": FIRST_YEAR, "last": LAST_YEAR}
        raise ValueFault(
            _("年份 %(year)d 不在 %(first)d 至 %(last)d 年之间；请核对后重填。") % facts
        )
    if not 1 <= month <= 12:
        raise ValueFault(_("没有 %d 月；请核对月份后重填。") % month)
    try:
        return date(year, month, day)
    except ValueError as error:
        facts = {"year": year, "month": month, "day": day}
        raise ValueFault(
            _("%(year)d 年 %(month)d 月没有 %(day)d 日；请核对后重填。") % facts
        ) from error


def date_from_text(text: str, *, is_number: bool = False) -> date:
    """`is_number`: the text is the content of a number cell, where a trailing 0 has got lost."""
    text = unicodedata.normalize("NFKC", text).translate(ZEROS).strip()
    text = WEEKDAY.sub("", CLOCK.sub("", text).strip())
    compact = "".join(text.split())
    if found := DAY.fullmatch(compact):
        return date_of(*map(int, found.groups()))
    if found := HAN.fullmatch(compact):
        return _from_han(*found.groups(default="一"))
    if is_number and (found := NUMBER.fullmatch(compact)):
        return _from_number(found[1], found[2] or "")
    if found := MONTH.fullmatch(compact):
        return date_of(int(found[1]), int(found[2]), 1)
    if found := NUMBER.fullmatch(compact):
        return _from_number(found[1], found[2] or "")
    if (found := PACKED.fullmatch(compact)) and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return date_of(int(found[1]), int(found[2]), int(found[3] or 1))
    raise ValueFault(_why(compact))


def _from_han(year: str, month: str, day: str) -> date:
    day = day.replace("廿", "二十").replace("二十十", "二十")
    digits = "".join(str(DIGITS.index(mark)) for mark in year)
    return date_of(int(digits), int(number_from_text(month)), int(number_from_text(day)))


def _from_number(whole: str, rest: str) -> date:
    number = int(whole)
    if FIRST_SERIAL <= number <= LAST_SERIAL:
        return DAY_ZERO + timedelta(days=number)
    if not FIRST_YEAR <= number <= LAST_YEAR or len(rest) > 2:
        raise ValueFault(_why(whole))
    if not rest:
        raise ValueFault(_why(whole))
    if rest == "1":
        facts = {"year": number}
        raise ValueFault(
            _("可能是 1 月，也可能是 10 月；请写成 %(year)d年1月 或 %(year)d年10月。") % facts
        )
    return date_of(number, int(rest), 1)


def _why(compact: str) -> str:
    if YEAR.fullmatch(compact):
        return _("只有年份；请补上月份，例如 2023年5月。")
    if YEAR_LAST.fullmatch(compact):
        return _("分不清月和日；请把年份写在最前面，例如 2023-05-06。")
    if SHORT_YEAR.fullmatch(compact):
        return _("年份要写四位；请写成 2023-05-06 这样。")
    if NO_YEAR.fullmatch(compact):
        return _("没有年份；请写成 2023-05-06 这样。")
    return _("不是日期；请写成 2023-05-06 或 2023年5月。")
