import pytest

from core.imports.heads import Head, data_rows, fill_merged, find_head, pick_sheet
from core.sheets import SheetRows, Workbook

KNOWN = {
    "单位名称": "name",
    "全称": "name",
    "村（社区）": "name",
    "简称": "short_name",
    "乡镇": "place",
    "类型": "kind",
    "有效期起": "valid_from",
    "有效期止": "valid_until",
    "愿意结对": "is_willing",
}
LEDGER = [
    ["奈曼旗创建主体台账", None, None, None, None, None, None],
    ["制表单位：创建办", None, None, None, None, None, "2023年5月"],
    ["序号", "乡 镇", "单位\n名称（全称）", "有效期", None, "＊是否愿意结对", "备注"],
    [None, None, None, "起", "止", None, None],
    [1, "八仙筒镇", "甲村村民委员会", "2023.5", None, "是", None],
    [2, None, "乙社区", None, None, "否", None],
    ["小计", None, 2],
    [],
    ["序号", "乡 镇", "单位\n名称（全称）", "有效期", None, "＊是否愿意结对", "备注"],
    [None, None, None, "起", "止", None, None],
    [3, "东明镇", "丙村", None, None, None, None],
    ["注：本表一式两份"],
    ["另报旗统计局"],
]
MERGED = [(1, 1, 1, 7), (3, 4, 3, 5), *[(3, column, 4, column) for column in (1, 2, 3, 6, 7)]]
HEAD = Head(
    first_row=3,
    last_row=4,
    labels=["序号", "乡镇", "单位名称（全称）", "有效期/起", "有效期/止", "＊是否愿意结对", "备注"],
    columns={1: "place", 2: "name", 3: "valid_from", 4: "valid_until", 5: "is_willing"},
)


@pytest.mark.parametrize("merged", [MERGED, []], ids=["merged", "forgotten"])
def test_find_head_joins_two_rows_below_titles(merged):
    assert find_head(LEDGER, KNOWN, merged) == HEAD


def test_data_rows_are_neither_totals_nor_repeated_heads_nor_notes():
    assert data_rows(LEDGER, HEAD) == [5, 6, 11]


def test_fill_merged_puts_the_township_beside_each_of_its_villages():
    filled = fill_merged(LEDGER, [*MERGED, (5, 2, 8, 2)], HEAD)

    assert [row[1] for row in filled[4:7]] == ["八仙筒镇"] * 3
    assert filled[7] == []
    assert LEDGER[5][1] is None


def test_pick_sheet_finds_the_ledger_wherever_it_stands():
    ledger = SheetRows("台账", LEDGER, MERGED)
    notes = SheetRows("说明", [["填写说明"], ["单位名称", "填全称"]] * 20)

    assert pick_sheet(Workbook("xlsx", [notes, SheetRows("空", []), ledger]), KNOWN) is ledger


def test_pick_sheet_without_a_ledger_is_the_longest_sheet():
    sheets = [SheetRows("一", [["甲"]]), SheetRows("二", [["甲"], ["乙"]])]

    assert pick_sheet(Workbook("xlsx", sheets), KNOWN) is sheets[1]


def test_find_head_finds_none_where_there_is_none():
    assert find_head([["奈曼旗", "单位"], ["甲", "乙"]], KNOWN) is None
