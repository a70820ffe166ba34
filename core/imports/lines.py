"""Which rows below the head of a ledger hold data, and which only look so."""

import re
import unicodedata
from typing import Protocol

from core.imports.labels import normalised
from core.sheets import Cell, Rows

TOTAL = re.compile(
    r"\(?(本页|本表|全旗|全县|全市|全镇|以上|各项)?(合计|总计|小计|共计|累计)\)?[:：]?"
    r"[\d.,家个人名项户元]*|共\d+[家个户名人所].{0,6}"
)
# 八仙筒镇小计: a total too, when nothing but numbers follows.
TOTAL_OF = re.compile(r".{1,12}(合计|总计|小计|共计):?")
SIGNED = (
    r"(填表|填报|填写|制表|报送|审核|审批|复核|经办|校对|联系|主管|分管|单位|主要)?"
    r"(人|负责人|领导|单位|时间|日期|要求|说明|电话)?(签字|签章|盖章)?"
)
NOTE = re.compile(
    rf"({SIGNED}|附?注|备注|数据来源|单位名称)\d*(\([^()]*\))?:.*"
    r"|(附?注|备注|说明)\d*[.、].*|\(?(以下空白|此页无正文|续表|接上表|接上页|转下页)\)?",
    re.DOTALL,
)
EXAMPLE = re.compile(r"[(【\[]?(示例|样例|填写示例|填写说明|填写要求|例如|例:).*", re.DOTALL)
SECTION = re.compile(r"\(?[一二三四五六七八九十]{1,3}[)、.].*", re.DOTALL)
NOTHING_FOUND = "没有符合条件的记录。"
# Totals are told by what stands so far to the left.
FIRST_CELLS = 3
# A row of column numbers under the head has at least so many.
NUMBERED = 3

Filled = list[tuple[int, Cell]]


class Heading(Protocol):
    """What is asked of a head (see `heads.Head`)."""

    @property
    def last_row(self) -> int: ...
    @property
    def columns(self) -> dict[int, str]: ...


def data_rows(rows: Rows, head: Heading) -> list[int]:
    """The numbers of the rows below the head that hold data in a column that has a key.

    Left out: totals, heads and titles repeated on later pages, headings of sections, column
    numbers, examples, and the notes at the foot.
    """
    above = [_filled(row) for row in rows[: head.last_row]]
    words = {
        index: {normalised(_at(row, index)) for row in rows[: head.last_row]} - {""}
        for index in head.columns
    }
    found, in_notes = [], False
    for number, row in enumerate(rows[head.last_row :], head.last_row + 1):
        filled = _filled(row)
        in_notes = len(filled) < 2 and in_notes or _is_note(filled)
        known = [(index, cell) for index, cell in filled if index in head.columns]
        if known and not in_notes and not _is_aside(filled, above, words, known):
            found.append(number)
    return found


def _is_aside(
    filled: Filled, above: list[Filled], words: dict[int, set[str]], known: Filled
) -> bool:
    return (
        _is_total(filled)
        or _is_heading(filled)
        or _are_column_numbers(filled)
        or filled in above
        or all(normalised(cell) in words[index] for index, cell in known[:FIRST_CELLS])
    )


def _filled(row: list[Cell]) -> Filled:
    return [(index, cell) for index, cell in enumerate(row) if cell is not None]


def _at(row: list[Cell], index: int) -> Cell:
    return row[index] if index < len(row) else None


def _compact(cell: Cell) -> str:
    return "".join(unicodedata.normalize("NFKC", cell).split()) if isinstance(cell, str) else ""


def _is_note(filled: Filled) -> bool:
    if not filled:
        return False
    text = _compact(filled[0][1])
    return bool(NOTE.fullmatch(text)) or text == NOTHING_FOUND


def _is_total(filled: Filled) -> bool:
    for position, (_index, cell) in enumerate(filled[:FIRST_CELLS]):
        text = _compact(cell)
        if TOTAL.fullmatch(text):
            return True
        if TOTAL_OF.fullmatch(text):
            return not any(isinstance(other, str) for _i, other in filled[position + 1 :])
    return False


def _is_heading(filled: Filled) -> bool:
    text = _compact(filled[0][1])
    return bool(EXAMPLE.fullmatch(text)) or (len(filled) == 1 and bool(SECTION.fullmatch(text)))


def _are_column_numbers(filled: Filled) -> bool:
    """1 2 3 4 …, or 甲 乙 1 2 …, under each label."""
    if len(filled) < NUMBERED or not str(filled[-1][1]).isdigit():
        return False
    cells = [str(cell) for _index, cell in filled]
    while cells and cells[0] in tuple("甲乙丙丁戊"):
        cells.pop(0)
    return cells == [str(one) for one in range(1, len(cells) + 1)]
