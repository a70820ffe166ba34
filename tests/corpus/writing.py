"""How people write the same facts into cells."""

from datetime import date

from tests.corpus.truth import KINDS

WIDE = str.maketrans("0123456789.-()", "０１２３４５６７８９．－（）")
HAN = "〇一二三四五六七八九十"
LABELS = {
    "name": "单位名称",
    "short_name": "简称",
    "kind": "单位性质",
    "place": "乡镇",
    "superior": "主管部门",
    "trade_system": "所属系统",
    "valid_from": "成立时间",
    "valid_until": "撤销日期",
    "capacity": "带动能力",
    "is_willing": "是否愿意结对",
    "offers": "可提供资源",
    "needs": "需求",
    "former_names": "曾用名",
}


def head(keys, **labels):
    return [labels.get(key, LABELS[key]) for key in keys]


def rows(units, keys, **write):
    """The cells of the units; `write`: key → function of the value."""
    return [[write.get(key, plain)(unit[key]) for key in keys] for unit in units]


def numbered(table, first=1):
    """With 序号 in front."""
    return [[number, *row] for number, row in enumerate(table, first)]


def plain(value):
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "、".join(value)
    return KINDS.get(value, value)


def wide(value):
    """Full-width digits and signs."""
    shown = plain(value)
    return None if shown is None else str(shown).translate(WIDE)


def apostrophe(value):
    shown = plain(value)
    return None if shown is None else f"'{shown}"


def dotted(day):
    return f"{day.year}.{day.month}.{day.day}" if day else "——"


def slashed(day):
    return f"{day.year}/{day.month}/{day.day} 0:00" if day else "/"


def packed(day):
    return int(f"{day:%Y%m%d}") if day else None


def serial(day):
    return (day - date(1899, 12, 30)).days if day else None


def serial_text(day):
    return str(serial(day)) if day else "无"


def in_words(day):
    return f"{day.year} 年 {day.month} 月 {day.day} 日" if day else None


def month_in_words(day):
    return f"{day.year}年{day.month}月" if day else None


def month_dotted(day):
    return f"{day.year}.{day.month:02}" if day else None


def in_han(day):
    if not day:
        return None
    year = "".join(HAN[int(digit)] for digit in str(day.year))
    return f"{year}年{_han(day.month)}月{_han(day.day)}日"


def _han(number):
    tens, ones = divmod(number, 10)
    return (HAN[tens] if tens > 1 else "") + (HAN[10] if tens else "") + (HAN[ones] if ones else "")


def as_date(day):
    """A cell of the spreadsheet's own date type."""
    return day


def spaced(text):
    """奈 曼 旗: names are drawn apart so as to fill the column."""
    return " ".join(text)


def broken(text):
    """A line break inside, where the column was too narrow."""
    return f"{text[:4]}\n{text[4:]}" if len(text) > 4 else text


def ticked(value):
    return "√" if value else "×"


def lettered(value):
    return "Y" if value else "n"


def about(value):
    return f"约{value}家"


def with_unit(value):
    return f"{value}家"


def in_chinese(value):
    return f"{HAN[value]}家" if value else "0"


def by_lines(words):
    return "\n".join(words) or None


def by_semicolons(words):
    return "；".join(words) or "无"


def by_commas(words):
    return "，".join(words) or "-"


def full_kind(value):
    return " ".join(KINDS[value])
