"""One scheme workbook with every kind of fault: each is told, at its cell, all at once."""

import pytest

from assessment.scheme_book import BookRefused, read_scheme, read_values
from tests.assessment.trial import HEAD, book, branch, leaf, scheme_book

SHEET = "工作表“指标”第 %d 行 %s：%s"


def refusals(read, *args):
    with pytest.raises(BookRefused) as refused:
        read(*args)
    return [str(fault) for fault in refused.value.faults]


# Row, kind or None for a branch, parameters, other columns → column and the beginning of the words.
P = "G 列（参数）"
FAULTY = [
    (leaf("A1", 5, "计数", "单价=2；单价=3"), P, "参数“单价”写了两次"),
    (leaf("A2", 5, "计数", "单价=-1"), P, "单价：必须大于 0"),
    (leaf("A3", 5, "计数", "单价=1；=3"), P, "“=3”缺少参数名"),
    (leaf("A4", 5, "计数", "单价=1；颜色=红"), P, "没有参数“颜色”"),
    (leaf("A5", 5, "完成率", "目标=０"), P, "目标：必须大于 0"),
    (leaf("A6", 5, "外部成绩", "满分=－１"), P, "满分：必须大于 0"),
    (leaf("A7", 5, "达标递减", "标准=9；步长=0；每步扣=1"), P, "步长：必须大于 0"),
    (
        leaf("A8", 5, "达标递减", "标准=9；步长=1；每步扣=1；豁免=高于均值"),
        P,
        "豁免：",
    ),
    (
        leaf("A9", 5, "达标递减", "标准=9；步长=1；每步扣=1；豁免=没有>=1"),
        P,
        "“A9”：豁免",
    ),
    (leaf("B1", 5, "名次", "名次分=1:6，3:4"), P, "“名次分”应从第 1 名起连续写"),
    (leaf("B2", 5, "名次", "名次分=1:6，1:4"), P, "名次分：“1”写了两次"),
    (leaf("B3", 5, "阶梯", "阶梯=20:1，10:2"), P, "阶梯：起点应从小到大"),
    (leaf("B4", 5, "清单", "清单=a:1；达标数=1:1"), P, "“清单”与“达标数”"),
    (leaf("B5", 5, "逐次扣分"), P, "缺少参数“每次扣”"),
    (
        leaf("B6", 5, "逐次扣分", "每次扣=1；周期封顶=2"),
        P,
        "写了“周期封顶”就要写“周期”",
    ),
    (leaf("B7", 5, "分级计数", "级别分=省:2；定额=市:1"), P, "“定额”里的“市”"),
    (leaf("B8", 5, "计数", "单价=1；缺失=不计"), P, "缺失：请写其中之一：计零"),
    (leaf("B9", 5, "固定分", "缺失=计零"), P, "没有参数“缺失”"),
    (leaf("C1", 5, "打分"), "F 列（赋分办法）", "没有赋分办法“打分”"),
    (leaf("C2", "五", "有无"), "E 列（分值）", "“五”不是数"),
    (leaf("C3", -5, "有无"), "E 列（分值）", "“C3”的分值不能小于 0"),
    (leaf("C4", "9" * 40, "有无"), "E 列（分值）", "“99999999999999999999…”太大"),
    (leaf("C5", 5, "有无", 折算=5), "J 列（折算）", "“C5”没有下级"),
    (leaf("C6", 5, "有无", 互斥="C6"), "I 列（互斥）", "“C6”的互斥关系成环"),
    (leaf("C7", 5, "有无", 互斥="D"), "I 列（互斥）", "“C7”的互斥指标“D”不存在或不是末级指标"),
    (leaf("C8", 5, "有无", 互斥="C9"), "I 列（互斥）", "“C8”的互斥关系成环"),
    (leaf("C9", 5, "有无", 互斥="C8"), "I 列（互斥）", "“C9”的互斥关系成环"),
    (leaf("D1", 5, "有无", 上级编码="D", 角色="额外"), "D 列（角色）", "请写其中之一"),
    (branch("D", 5, 折算=0), "J 列（折算）", "“D”写了折算，折算与分值都必须大于 0"),
    (branch("E", 0, 折算=5), "J 列（折算）", "“E”写了折算，折算与分值都必须大于 0"),
    (leaf("E1", 0, "有无", 上级编码="E", 角色="base"), "", ""),
    (branch("F", 5, 角色="bonus"), "", ""),
    (leaf("F1", 5, "有无", 上级编码="F", 角色="deduction"), "D 列（角色）", "“F1”的角色 deduction"),
    (leaf("G", 5, "有无", 上级编码="H"), "B 列（上级编码）", "“G”的上级关系成环"),
    (leaf("H", 5, "有无", 上级编码="G"), "B 列（上级编码）", "“H”的上级关系成环"),
    (leaf("J", 5, "有无", 上级编码="K"), "B 列（上级编码）", "“J”的上级编码“K”不存在"),
    (leaf("C1", 5, "有无"), "A 列（编码）", "编码“C1”重复"),
    (leaf("", 5, "有无"), "A 列（编码）", "没有填编码"),
    (leaf("L", 5, "有无", 名称="长" * 10_000), "C 列（名称）", "有 10000 个字，最多 100 个字"),
]


def test_every_fault_of_a_table_is_told_at_its_cell():
    rows = [[row.get(label) for label in HEAD] for row, _column, _words in FAULTY]

    found = refusals(read_scheme, book({"方案": [("总分", 100)], "指标": [HEAD, *rows]}))

    missed = [
        (row["编码"], column, words)
        for number, (row, column, words) in enumerate(FAULTY, 2)
        if column and not any(text.startswith(SHEET % (number, column, words)) for text in found)
    ]
    assert missed == []


def test_a_sheet_of_ten_thousand_rows_is_checked_whole():
    scheme = scheme_book([leaf("A", 100, "计数", "单价=1")])
    rows = [[f"单位{number}", "一", "", "错"] for number in range(10_000)]

    found = refusals(read_values, book({"数据": [["单位", "分组", "类型", "A"], *rows]}), scheme)

    assert len(found) == 10_000
    assert found[-1].startswith("工作表“数据”第 10001 行 D 列（A）：“错”不是数")
