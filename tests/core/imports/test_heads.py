import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("＊单 位\n名称", "name"),
        ("单位名称（必填）", "name"),
        ("【必填】单位名称", "name"),
        ("必填单位名称", "name"),
        ("１、单位名称", "name"),
        ("村（社区）", "name"),
        ("是否愿意结对", "is_willing"),
        ("所在乡镇", "place"),
        ("单位名称情况", "name"),
        ("愿意接对", None),
        ("上级单位名称", None),
        ("停用日期", None),
        ("成立或启用日其", "founded"),
        ("备注", None),
        ("单位名称" * 11, None),
        (2023, None),
    ],
)
def test_find_head_knows_a_label_in_all_its_dresses(label, key):
    known = {**KNOWN, "成立或启用日期": "founded", "启用日期": "founded", "序": "number"}

    head = find_head([["序", label, "类型"], [1, "甲", "乙"]], known)

    assert head.columns.get(1) == key


def test_find_head_gives_each_key_to_the_column_that_names_it_best():
    head = find_head([["单位名称情况", "乡镇", "单位名称", "全称"], ["甲", "乙", "丙"]], KNOWN)

    assert head.columns == {1: "place", 2: "name"}


@pytest.mark.parametrize(
    "rows",
    [
        [["序号", "单位名称"], [1, "甲"]],
        [["单位名称"], ["甲"]],
        [["2023年单位名册"], [None, "全称"], [None, "甲"]],
    ],
)
def test_find_head_takes_a_single_known_column_in_a_narrow_table(rows):
    assert list(find_head(rows, KNOWN).columns.values()) == ["name"]


def test_find_head_wants_two_known_columns_in_a_wide_table():
    assert find_head([["单位名称", "甲", "乙", "丙"], ["一", "二"]], KNOWN) is None


def test_find_head_keeps_upper_labels_that_tell_columns_apart():
    rows = [
        ["牵头单位", None, "成员单位", None, "乡镇"],
        ["名称", "类型", "名称", "电话", None],
        ["甲", "乙", "丙", "丁", "戊"],
    ]
    known = {"牵头单位名称": "lead", "成员单位名称": "member", "类型": "kind", "乡镇": "place"}

    head = find_head(rows, known, [(1, 1, 1, 2), (1, 3, 1, 4)])

    assert head.labels == ["牵头单位/名称", "类型", "成员单位/名称", "成员单位/电话", "乡镇"]
    assert head.columns == {0: "lead", 1: "kind", 2: "member", 4: "place"}


def test_find_head_joins_as_many_of_three_rows_as_name_a_column():
    rows = [
        ["单位基本情况", None, None, None],
        ["单位名称", "有效期", None, "所在"],
        [None, "起", "止", "乡镇"],
        ["甲", "2023.5", None, "乙"],
    ]
    merged = [(1, 1, 1, 4), (2, 1, 3, 1), (2, 2, 2, 3)]

    head = find_head(rows, KNOWN, merged)

    assert (head.first_row, head.last_row) == (2, 3)
    assert head.labels == ["单位名称", "有效期/起", "有效期/止", "乡镇"]


def test_find_head_leaves_out_the_group_title_of_three_rows():
    rows = [
        ["序号", "单位基本情况", None, None],
        [None, "单位名称", "有效期", None],
        [None, None, "起", "止"],
        [1, "甲", "2023.5", None],
    ]
    merged = [(1, 1, 3, 1), (1, 2, 1, 4), (2, 2, 3, 2), (2, 3, 2, 4)]

    head = find_head(rows, KNOWN, merged)

    assert (head.first_row, head.last_row) == (1, 3)
    assert head.labels == ["序号", "单位名称", "有效期/起", "有效期/止"]
    assert head.columns == {1: "name", 2: "valid_from", 3: "valid_until"}


def test_find_head_takes_the_upper_label_when_the_lower_is_a_hint():
    rows = [
        ["单位名称", "乡镇", "有效期起", "有效期止"],
        ["（与公章一致）", "（全称）", "（年月日）", "（年月日）"],
        ["甲", "乙", None, None],
    ]
    merged = [(1, 1, 2, 1)]

    head = find_head(rows, {**KNOWN, "全称": "full"}, merged)

    assert (head.first_row, head.last_row) == (1, 2)
    assert set(head.columns.values()) >= {"place", "valid_from", "valid_until"}


def test_find_head_takes_in_the_row_that_names_columns_it_does_not_know():
    rows = [
        ["某某台账", None, None],
        ["序号", "基本情况", None],
        [None, "单位名称", "乡镇"],
        [1, "甲", "乙"],
    ]

    head = find_head(rows, KNOWN)

    assert (head.first_row, head.last_row) == (2, 3)
    assert head.labels == ["序号", "单位名称", "乡镇"]


def test_find_head_does_not_follow_a_merge_through_the_whole_sheet():
    rows = [["单位名称", "乡镇", "备注"], *[["甲", "乙", None]] * 9]

    head = find_head(rows, KNOWN, [(1, 3, 10, 3)])

    assert (head.first_row, head.last_row) == (1, 1)


def test_find_head_searches_no_deeper_than_sixty_rows():
    head = [["单位名称", "乡镇"]]

    assert find_head([["甲"]] * 59 + head, KNOWN).first_row == 60
    assert find_head([["甲"]] * 60 + head, KNOWN) is None


def test_find_head_of_an_empty_sheet_is_none():
    assert find_head([], KNOWN) is None


def test_fill_merged_leaves_heads_wide_blocks_and_blank_blocks_alone():
    rows = [["单位名称", "乡镇"], [None, "甲"], [None, "乙", 1], ["丙", "丁"], ["戊"]]
    head = find_head(rows, KNOWN)

    filled = fill_merged(rows, [(1, 1, 3, 1), (2, 1, 3, 1), (4, 2, 9, 3)], head)

    assert filled == [*rows[:4], ["戊", "丁"]]


NOT_DATA = {
    "total": ["合计", 12],
    "total with spaces": [None, " 总　计：", 12],
    "total in words": ["合计：12家"],
    "total of a township": ["八仙筒镇小计", None, 3],
    "running total": [None, "（本页合计）", 3],
    "column numbers": [1, 2, 3, 4],
    "column signs": ["甲", "乙", 1, 2],
    "numbers as text": ["1", "2", "3"],
    "section": ["一、苏木乡镇"],
    "section in brackets": ["（二）旗直单位"],
    "example": ["示例", "大沁他拉街道", "大沁他拉"],
    "marked example": ["（示例）大沁他拉街道", "大沁他拉"],
    "instruction": ["填写说明：全称与公章一致"],
    "head of the next page": ["序号", "单 位 名 称", "乡镇", "备注"],
    "title of the next page": ["奈曼旗单位台账"],
    "serial number only": [7],
    "total in a sentence": [None, "共 12 家单位"],
    "note": ["注：本表一式两份"],
    "note with a point": ["注1.本表一式两份"],
    "whose seal": ["单位（盖章）：", None, "2023年5月6日"],
    "signature": ["分管领导签字：", None, "主管领导："],
    "nothing more": [None, "以下空白"],
    "numbered note": ["备注2：以公章为准", None, "乙"],
    "who filled it in": ["填表人：", None, "审核人："],
    "our own export without rows": ["没有符合条件的记录。"],
}
PAGE = [["奈曼旗单位台账"], ["序号", "单位名称", "乡镇", "备注"]]


@pytest.mark.parametrize("row", NOT_DATA.values(), ids=NOT_DATA.keys())
def test_data_rows_leave_out_what_only_looks_like_data(row):
    rows = [*PAGE, row, [1, "甲村", "八仙筒镇"]]
    head = find_head(rows, KNOWN)

    assert data_rows(rows, head) == [4]


@pytest.mark.parametrize(
    "row",
    [
        [1, "小计村", "八仙筒镇"],
        [1, "甲乙村委会小计", "八仙筒镇"],
        [3, "说明村", None],
        ["备用", "注溪村", None],
        [None, None, "八仙筒镇"],
        [2, "二、三联合村", "八仙筒镇"],
    ],
)
def test_data_rows_keep_data_that_looks_odd(row):
    rows = [*PAGE, row, [1, "甲村", "八仙筒镇"]]
    head = find_head(rows, KNOWN)

    assert data_rows(rows, head) == [3, 4]


def test_data_rows_leave_out_the_further_lines_of_a_note():
    rows = [*PAGE, [1, "甲村"], [None, "注：一、全称以公章为准"], [None, "二、乡镇写全"], []]
    head = find_head(rows, KNOWN)

    assert data_rows(rows, head) == [3]


dressed = st.sampled_from(
    [
        lambda label: label,
        lambda label: f"＊{label}",
        lambda label: " ".join(label),
        lambda label: f"{label[:2]}\n{label[2:]}",
        lambda label: f"{label}（必填）",
        lambda label: f"{label}：",
        lambda label: f"【选填】{label}",
    ]
)
LABELS = {"单位名称": "name", "简称": "short_name", "乡镇": "place", "类型": "kind"}
LABELS |= {"有效期起": "valid_from", "有效期止": "valid_until", "愿意结对": "is_willing"}
STRANGE = ["序号", "备注", "电话", "面积", None]


@settings(deadline=None)
@given(data=st.data())
def test_find_head_finds_any_arrangement_below_any_titles(data):
    labels = data.draw(st.lists(st.sampled_from(sorted(LABELS)), min_size=2, unique=True))
    strange = data.draw(st.lists(st.sampled_from(STRANGE), max_size=4))
    order = data.draw(st.permutations([*labels, *strange]))
    shown = [data.draw(dressed)(label) if label in LABELS else label for label in order]
    titles = data.draw(
        st.lists(
            st.sampled_from([[], ["奈曼旗台账"], ["制表单位：创建办", None, "2023年"], [None, 3]]),
            max_size=11,
        )
    )
    rows = [*titles, shown, *[[f"甲{column}" for column in range(len(order))]] * 3]

    head = find_head(rows, LABELS)

    assert (head.first_row, head.last_row) == (len(titles) + 1, len(titles) + 1)
    wanted = {index: LABELS[label] for index, label in enumerate(order) if label in LABELS}
    assert head.columns == wanted
    assert data_rows(rows, head) == [len(titles) + 2, len(titles) + 3, len(titles) + 4]


any_cell = st.one_of(
    st.none(),
    st.text(max_size=6),
    st.integers(),
    st.sampled_from([*KNOWN, "合计", "序号", "注：", "一、"]),
)
any_rows = st.lists(st.lists(any_cell, max_size=6), max_size=12)
any_block = st.tuples(*[st.integers(1, 8)] * 4).map(
    lambda block: (*map(min, block[:2], block[2:]), *map(max, block[:2], block[2:]))
)


@settings(deadline=None)
@given(rows=any_rows, merged=st.lists(any_block, max_size=4))
def test_no_sheet_brings_the_reading_down(rows, merged):
    head = find_head(rows, KNOWN, merged)

    if head:
        numbers = data_rows(fill_merged(rows, merged, head), head)
        assert head.first_row <= head.last_row <= len(rows)
        assert len(set(head.columns.values())) == len(head.columns)
        assert numbers == sorted(numbers)
        assert all(head.last_row < number <= len(rows) for number in numbers)
