"""Where the title of a paper breaks: whole words, lines that form a trapezoid or a diamond.

Source: GB/T 9704-2012 7.3.1.
"""

import math
import re
from itertools import combinations, pairwise

LINE_CHARACTERS = 20
MOST_LINES = 3
# Words of the office's titles that must not be torn; longer ones first.
WORDS = re.compile(
    "铸牢中华民族共同体意识|中华民族共同体|民族团结进步|年度实绩考核|大沁他拉|联创共建|实施方案|领导小组|苏木乡镇|"
    "示范单位|教育基地|一对一|嘎查村|办公室|奈曼旗|内蒙古|自治区|通辽市|征求意见稿|暂行办法|评分细则|"
    "创建工作|工作|关于|印发|通知|通报|公示|公告|报告|总结|方案|办法|细则|协议|行动|活动|台账|创建|考核|评定|赋分|"
    "得分|结果|奖补|资金|分配|示范|命名|单位|部门|社区|街道|督导|检查|整改|年度|季度|情况|组织|开展|做好|"
    "推进|实施|领域|行业|联动|结对|代表性|矩阵|区域性|联盟|名单|意见|申报|报送|"
    r"[0-9０-９]+年?|[A-Za-z]+"
)
NEVER_FIRST = "的等了及和与暨、，。：；！？）》〉”’】〕"
NEVER_LAST = "“‘（《〈【〔"
TORN_WORD = 40
TORN_MARK = 60
EVEN_LINES = 6
HOURGLASS = 25


def break_title(title: str, most: int = LINE_CHARACTERS) -> list[str]:
    """The title's lines, each at most `most` characters; given line breaks are kept."""
    lines: list[str] = []
    for part in title.split("\n"):
        lines += _break_line(part.strip(), most)
    return lines or [""]


def _break_line(text: str, most: int) -> list[str]:
    if text_width(text) <= most:
        return [text]
    count = math.ceil(text_width(text) / most)
    choices = _choices(text, count, most) if count <= MOST_LINES else []
    if not choices:
        return _filled(text, most)
    costs = _break_costs(text)
    return min(choices, key=lambda lines: _cost(lines, costs))


def _choices(text: str, count: int, most: int) -> list[list[str]]:
    """Every way to cut the text into `count` lines of which none is too wide."""
    ways = (
        [text[start:end] for start, end in pairwise((0, *cuts, len(text)))]
        for cuts in combinations(range(1, len(text)), count - 1)
    )
    return [lines for lines in ways if all(text_width(line) <= most for line in lines)]


def _filled(text: str, most: int) -> list[str]:
    """Lines as long as they may be, for a title that no printer would set."""
    lines = [""]
    for mark in text:
        if text_width(lines[-1] + mark) > most:
            lines.append("")
        lines[-1] += mark
    return lines


def _break_costs(text: str) -> list[int]:
    costs = [0] * (len(text) + 1)
    for word in WORDS.finditer(text):
        for place in range(word.start() + 1, word.end()):
            costs[place] += TORN_WORD
    for place in range(1, len(text)):
        if text[place] in NEVER_FIRST or text[place - 1] in NEVER_LAST:
            costs[place] += TORN_MARK
    return costs


def _cost(lines: list[str], costs: list[int]) -> float:
    place, torn = 0, 0
    for line in lines[:-1]:
        place += len(line)
        torn += costs[place]
    widths = [text_width(line) for line in lines]
    uneven = max(widths) - min(widths)
    shape = EVEN_LINES if uneven == 0 else uneven
    hollow = any(a > b < c for a, b, c in zip(widths, widths[1:], widths[2:], strict=False))
    return torn + shape + (HOURGLASS if hollow else 0)


def text_width(text: str) -> float:
    """In full-width characters."""
    return sum(0.5 if mark.isascii() else 1 for mark in text)
