"""Workbooks as offices write them: any marks, any order, what is missing, what does not apply."""

import pytest

from assessment.scheme_book import BookRefused, read_scheme, read_values, score_values
from tests.assessment.trial import HEAD, book, branch, leaf, scheme_book, score

UNITS = ["单位", "分组", "类型"]


def refusals(read, *args):
    with pytest.raises(BookRefused) as refused:
        read(*args)
    return [str(fault) for fault in refused.value.faults]


def test_codes_are_found_whatever_their_marks():
    scheme = scheme_book(
        [
            leaf(
                "Ａ（１）", 40, "达标递减", "标准=9；步长=1；每步扣=10；豁免=A(2)>=5", 上级编码="Ａ"
            ),
            leaf("A(2)", 60, "计数", "单价=10", 上级编码="A", 互斥="Ａ(３)"),
            branch("A", 100),
            leaf("A(3)", 5, "有无", "缺失=计零", 角色="bonus"),
        ]
    )

    rows = score(
        scheme, [[*UNITS, "Ａ（2）", "A(1)"], ["甲", "一", "", 5, 7], ["乙", "一", "", 4, 7]]
    )

    # The codes stand at the head as the scheme writes them.
    assert [(row["Ａ（１）"], row["A(2)"], row["总分"]) for row in rows] == [
        ("40.00", "50.00", "90.00"),
        ("20.00", "40.00", "60.00"),
    ]


def test_kinds_and_units_are_found_whatever_their_marks():
    scheme = scheme_book(
        [
            leaf("A", 60, "有无", 适用类型="垂管（驻旗）、苏木(镇)"),
            leaf("B", 40, "同比", "基础=40", 适用类型="苏木（镇）"),
        ],
        {"不适用": "计零分"},
        [("办事处(二)", "一票否决", "逾期")],
    )
    data = [
        [*UNITS, "A", "B"],
        ["办事处（一）", "一", "垂管(驻旗)", 1, None],
        ["办事处（二）", "一", "苏木（镇）", 1, 3],
    ]

    rows = score(scheme, data, [["单位", "B"], ["办事处(二)", 3]])

    assert [(row["单位"], row["A"], row["B"], row["总分"]) for row in rows] == [
        ("办事处（一）", "60.00", "", "60.00"),
        ("办事处（二）", "60.00", "40.00", "0.00"),
    ]


def test_what_stands_in_a_cell_that_does_not_apply_is_not_looked_at():
    scheme = scheme_book(
        [leaf("A", 60, "有无"), leaf("B", 40, "计数", "单价=1", 适用类型="镇")],
        {"不适用": "计满分"},
    )

    rows = score(
        scheme, [[*UNITS, "A", "B"], ["甲", "一", "村", 1, "／"], ["乙", "一", "镇", 1, 7]]
    )

    assert [(row["B"], row["总分"]) for row in rows] == [("", "100.00"), ("7.00", "67.00")]


@pytest.mark.parametrize("cell", ["无", "0", "1:0", "１：０、２：０"])
def test_nothing_in_any_period_is_written_in_several_ways(cell):
    scheme = scheme_book([leaf("A", 100, "定额", "定额=1；每缺扣=5；周期=季；周期封顶=25")])

    rows = score(scheme, [[*UNITS, "A"], ["甲", "一", "", cell]])

    # 25 − 5 in each of the four quarters.
    assert rows[0]["A"] == "80.00"


@pytest.mark.parametrize(
    ("marks", "expected"), [("8", "9.00"), ("4，9、6，8，1", "9.00"), ("3", "7.00")]
)
def test_an_exemption_sees_the_mean_of_several_judges(marks, expected):
    scheme = scheme_book(
        [
            leaf("A", 9, "达标递减", "标准=5；步长=1；每步扣=2；豁免=B≥6"),
            leaf("B", 91, "人工评分", "去掉最高最低=是"),
        ]
    )

    rows = score(scheme, [[*UNITS, "A", "B"], ["甲", "一", "", 4, marks]])

    # Without 9 and 1 the mean of 4, 6 and 8 is 6.
    assert rows[0]["A"] == expected


@pytest.mark.parametrize(("met", "expected"), [("a，b", "9.00"), ("a", "7.00"), ("无", "7.00")])
def test_an_exemption_sees_how_many_items_are_met(met, expected):
    scheme = scheme_book(
        [
            leaf("A", 9, "达标递减", "标准=5；步长=1；每步扣=2；豁免=B>=2"),
            leaf("B", 91, "清单", "清单=a:1，b:2，c:88"),
        ]
    )

    rows = score(scheme, [[*UNITS, "A", "B"], ["甲", "一", "", 4, met]])

    assert rows[0]["A"] == expected


def test_a_mean_leaves_out_marks_that_cannot_be_counted():
    scheme = scheme_book(
        [
            leaf("A", 9, "达标递减", "标准=5；步长=1；每步扣=2；豁免=B>=均值"),
            leaf("B", 91, "人工评分", "评委数=2"),
        ]
    )
    data = [[*UNITS, "A", "B"], ["甲", "一", "", 4, "7，8，9"], ["乙", "一", "", 4, "6，6"]]

    values = read_values(book({"数据": data}), scheme)

    assert refusals(score_values, scheme, values) == [
        "工作表“数据”第 2 行 E 列（B）：“甲”的“B 指标B”：应有 2 位评委的评分，现有 3 个"
    ]


@pytest.mark.parametrize(
    ("points", "decimals", "cell"),
    [("2.5", 0, "2.5"), ("0.125", 2, "0.125"), ("3", 0, "3"), ("3", 4, "3.0000")],
)
def test_points_finer_than_the_scheme_are_printed_whole(points, decimals, cell):
    scheme = scheme_book([leaf("A", points, "有无")], {"总分": points, "小数位": decimals})

    rows = score(scheme, [[*UNITS, "A"], ["甲", "一", "", 1]])

    assert (rows[0]["A"], rows[0]["总分"]) == (cell, cell)


def test_no_points_have_no_sign():
    scheme = scheme_book([leaf("A", 100, "达标", "条件=>；标准=0；未达=－０")])

    rows = score(scheme, [[*UNITS, "A"], ["甲", "一", "", 0]])

    assert (rows[0]["A"], rows[0]["总分"]) == ("0.00", "0.00")


def test_unread_and_missing_cells_are_told_together():
    scheme = scheme_book(
        [
            leaf("A", 30, "同比", "基础=3"),
            leaf("B", 30, "计数", "单价=1"),
            leaf("C", 40, "名次", "名次分=1:40"),
        ],
        vetoes=[("丙", "一票否决", "")],
    )
    data = [[*UNITS, "A", "B"], ["甲", "一", "", 1, "一"], ["乙", "一", "", 1, None]]
    last = [["单位", "A"], ["甲", 1], ["甲", 2], ["乙", None]]

    found = refusals(read_values, book({"数据": data, "上年": last}), scheme)

    assert found == [
        "工作表“上年”第 3 行 A 列（单位）：与第 2 行是同一个单位",
        "工作表“上年”第 4 行 B 列（A）：“乙”的“A 指标A”：没有上年数据",
        "工作表“否决”第 2 行 A 列（单位）：“丙”不在“数据”表里",
        "工作表“数据”第 1 行（C）：缺少这一列，有单位要填",
        "工作表“数据”第 2 行 E 列（B）：“一”不是数，请写成 2、0.5 这样的数",
        "工作表“数据”第 3 行 E 列（B）：“乙”的“B 指标B”：没有数据",
    ]


def test_a_comparison_without_last_year_says_which_sheet_is_missing():
    scheme = scheme_book([leaf("A", 100, "同比", "基础=3")])
    values = read_values(book({"数据": [[*UNITS, "A"], ["甲", "一", "", 1]]}), scheme)

    assert refusals(score_values, scheme, values) == ["工作表“上年”：“甲”的“A 指标A”：没有上年数据"]


def test_a_unit_to_whose_kind_nothing_applies_is_told_at_its_row():
    scheme = scheme_book([leaf("A", 100, "有无", 适用类型="镇")])
    values = read_values(book({"数据": [[*UNITS, "A"], ["甲", "一", "村", 1]]}), scheme)

    assert refusals(score_values, scheme, values) == [
        "工作表“数据”第 2 行 A 列（单位）：没有一项基础指标适用于“甲”（类型“村”）"
    ]


def test_rows_without_a_code_are_told_at_their_rows():
    rows = [
        [None, None, "甲", None, 50, "有无"],
        ["A", None, "乙", None, 50, "有无"],
        [None, None, "丙"],
    ]
    sheets = {"方案": [("总分", 100)], "指标": [HEAD, *rows]}

    found = refusals(read_scheme, book(sheets))

    assert [text for text in found if "没有填编码" in text] == [
        "工作表“指标”第 2 行 A 列（编码）：没有填编码",
        "工作表“指标”第 4 行 A 列（编码）：没有填编码",
    ]
    assert all("第" in text for text in found)
