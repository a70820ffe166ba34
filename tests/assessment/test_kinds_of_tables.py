"""K1–K34: every kind of rule of published scoring tables, with the points worked out by hand.

The list with words stands in docs/scoring-tables.md; a test holds the two together.
"""

import re
from pathlib import Path

import pytest

from tests.assessment.trial import branch, leaf, scheme_book, score

# Kind, rule, parameters, points of the leaf, cell → points.
ALONE = [
    ("K1", "有无", "", 5, {0: "0.00", 2: "5.00"}),
    ("K2", "清单", "清单=制度:2，台账:1，阵地:2", 5, {"制度，阵地": "4.00", "无": "0.00"}),
    ("K3", "清单", "达标数=5:1，4:0.8，3:0.6，其他:0", 10,
     {"a，b，c，d": "8.00", 5: "10.00", 2: "0.00"}),
    ("K4", "计数", "单价=1.5", 6, {3: "4.50", 5: "6.00"}),
    ("K5", "定额", "定额=4；每缺扣=2", 10, {3: "8.00", 0: "2.00", 5: "10.00"}),
    ("K6", "完成率", "目标=12；最低=0.5", 10, {9: "7.50", 15: "10.00", 5: "0.00"}),
    ("K7", "达标", "条件=≥；标准=90", 4, {90: "4.00", 89.9: "0.00"}),
    ("K8", "达标递减", "标准=95；步长=1；每步扣=0.5", 10, {93.2: "9.00", 95: "10.00"}),
    ("K14", "最高级别", "级别分=省级:3，市级:2，旗级:1；起数=市级:2", 3,
     {"市级:1，旗级:3": "1.00", "市级:2": "2.00", "省级:1": "3.00"}),
    ("K15", "分级计数",
     "级别分=省级:4，市级:2，旗级:1；定额=省级:1，市级:2，旗级:3；加分单价=省级:2，市级:1，旗级:0.5",
     20, {"省级:2，市级:1，旗级:5": "12.00"}),
    ("K16", "等次累计", "等次分=优秀:1，好:0，一般:−0.5，差:−2", 10,
     {"优秀:2，一般:3，差:1": "8.50", "优秀:3": "10.00"}),
    ("K17", "阶梯", "阶梯=10:0.3，20:0.4；方式=整体", 20, {15: "4.50", 25: "10.00", 8: "0.00"}),
    ("K17", "阶梯", "阶梯=10:0.3，20:0.4；方式=分段", 20, {25: "5.00"}),
    ("K18", "计数", "单价=2", 10, {3.1: "6.20"}),
    ("K19", "人工评分", "评委数=5；去掉最高最低=是", 10, {"8，9，7.5，9.5，6": "8.17"}),
    ("K20", "外部成绩", "满分=100", 20, {87.5: "17.50"}),
    ("K21", "达标", "条件=>=；标准=1", 5, {1: "5.00", 0.9: "0.00"}),
    ("K21", "逐次扣分", "每次扣=1", 5, {2: "3.00"}),
    ("K22", "逐次扣分", "每次扣=3；扣完为止", 5, {1: "2.00", 2: "0.00"}),
    ("K22", "逐次扣分", "发生即零=是", 5, {0: "5.00", 1: "0.00"}),
    ("K28", "外部成绩", "满分=120", 10, {90: "7.50"}),
    ("K31", "计数", "单价=5；周期=月；周期封顶=10", 120, {"1:3，2:1": "15.00"}),
    ("K32", "达标", "条件=>；标准=0", 8, {0: "0.00", 1: "8.00"}),
    ("K34", "逐次扣分", "每次扣=2", 20, {3: "14.00"}),
]  # fmt: skip
TOGETHER = {f"K{number}" for number in (9, 10, 11, 12, 13, 23, 24, 25, 26, 27, 29, 30, 33)}
CELLS = [
    pytest.param(kind, params, points, cell, expected, id=f"{name}-{kind}-{cell}")
    for name, kind, params, points, cells in ALONE
    for cell, expected in cells.items()
]


@pytest.mark.parametrize(("kind", "params", "points", "cell", "expected"), CELLS)
def test_a_leaf_alone(kind, params, points, cell, expected):
    scheme = scheme_book([leaf("A", points, kind, params)], {"总分": points})

    rows = score(scheme, [["单位", "分组", "类型", "A"], ["甲", "一", "苏木乡镇", cell]])

    assert [row["A"] for row in rows] == [expected]


def _column(rows, code):
    return [row[code] for row in rows]


def _in_group(kind, params, points, values, previous=()):
    scheme = scheme_book([leaf("A", points, kind, params)], {"总分": points})
    units = [f"单位{number}" for number in range(len(values))]
    head = ["单位", "分组", "类型", "A"]
    data = [head, *([unit, "一", "", value] for unit, value in zip(units, values, strict=True))]
    last = [["单位", "A"], *zip(units, previous, strict=False)] if previous else ()
    return _column(score(scheme, data, last), "A")


def test_k9_a_deduction_lifted_by_another_ratio():
    scheme = scheme_book(
        [
            leaf("A", 90, "达标递减", "标准=95；步长=1；每步扣=2；豁免=B>=均值+5"),
            leaf("B", 10, "完成率", "目标=100"),
        ]
    )

    rows = score(
        scheme,
        [["单位", "分组", "类型", "A", "B"], ["甲", "一", "", 90, 80], ["乙", "一", "", 90, 60]],
    )

    # The mean of B is 70: 80 is 5 above it and more, 60 is not.
    assert _column(rows, "A") == ["90.00", "80.00"]


def test_k10_against_the_mean_of_the_group():
    assert _in_group("与均值比", "步长=1；每步扣=1", 10, [90, 94, 92]) == ["8.00", "10.00", "10.00"]


def test_k11_against_last_year():
    params = "基础=6；每增加=1；增加封顶=4；每减少扣=2；减少封顶=6"

    assert _in_group("同比", params, 10, [8, 3, 5, 20], [5, 5, 5, 5]) == [
        "9.00",
        "2.00",
        "6.00",
        "10.00",
    ]


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("同名次", ["60.00", "57.00", "57.00", "50.00"]),
        ("平均", ["60.00", "55.50", "55.50", "50.00"]),
    ],
)
def test_k12_by_rank(ties, expected):
    params = f"名次分=1:60，2:57，3:54，其他:50；并列={ties}"

    assert _in_group("名次", params, 60, [10, 9, 9, 5]) == expected


def test_k13_against_the_best():
    assert _in_group("与最优比", "方向=越高越好", 10, [8, 10]) == ["8.00", "10.00"]
    assert _in_group("与最优比", "方向=越低越好", 10, [4, 5]) == ["10.00", "8.00"]


def test_k23_deducted_under_b_not_again_under_a():
    scheme = scheme_book(
        [leaf("A", 60, "计数", "单价=10", 互斥="B"), leaf("B", 40, "逐次扣分", "每次扣=5")]
    )

    rows = score(
        scheme,
        [["单位", "分组", "类型", "A", "B"], ["甲", "一", "", 3, 1], ["乙", "一", "", 3, 0]],
    )

    assert [(row["A"], row["B"]) for row in rows] == [("0.00", "35.00"), ("30.00", "40.00")]


def _with_extras(role, cap):
    return scheme_book(
        [
            leaf("A", 100, "固定分"),
            branch("X", cap, 角色=role),
            leaf("X1", cap, "计数", f"单价=6；封顶={cap}", 上级编码="X"),
            leaf("X2", cap, "计数", f"单价=6；封顶={cap}", 上级编码="X"),
        ]
    )


@pytest.mark.parametrize(
    ("role", "cap", "total"), [("bonus", 10, "110.00"), ("deduction", 15, "85.00")]
)
def test_k24_k25_extras_with_a_cap_of_their_own(role, cap, total):
    rows = score(
        _with_extras(role, cap),
        [["单位", "分组", "类型", "A", "X1", "X2"], ["甲", "一", "", None, 9, 2]],
    )

    assert _column(rows, "总分") == [total]


def test_k26_k27_vetoes():
    scheme = scheme_book(
        [leaf("A", 100, "计数", "单价=1")],
        {"等次": "优秀:90，良好:80，不合格:0"},
        [("甲", "一票否决", "弄虚作假"), ("乙", "一票否优", "整改逾期")],
    )

    rows = score(
        scheme,
        [
            ["单位", "分组", "类型", "A"],
            ["甲", "一", "", 99],
            ["乙", "一", "", 95],
            ["丙", "一", "", 91],
        ],
    )

    assert [(row["总分"], row["名次"], row["等次"]) for row in rows] == [
        ("0.00", "3", "不合格"),
        ("95.00", "1", "良好"),
        ("91.00", "2", "优秀"),
    ]


@pytest.mark.parametrize(
    ("policy", "total"), [("重新折算", "75.00"), ("计满分", "85.00"), ("计零分", "45.00")]
)
def test_k29_what_does_not_concern_a_unit(policy, total):
    scheme = scheme_book(
        [leaf("A", 60, "计数", "单价=1"), leaf("B", 40, "计数", "单价=1", 适用类型="苏木乡镇")],
        {"不适用": policy},
    )

    rows = score(scheme, [["单位", "分组", "类型", "A", "B"], ["某局", "一", "政府部门", 45, None]])

    assert [(row["B"], row["总分"]) for row in rows] == [("", total)]


def test_k30_a_common_part_and_one_for_each_kind():
    scheme = scheme_book(
        [
            branch("A", 40),
            leaf("A1", 40, "计数", "单价=1", 上级编码="A"),
            branch("B", 60, 适用类型="苏木乡镇"),
            leaf("B1", 60, "计数", "单价=1", 上级编码="B"),
            branch("C", 60, 适用类型="政府部门、人民团体"),
            leaf("C1", 60, "计数", "单价=2", 上级编码="C"),
        ]
    )

    rows = score(
        scheme,
        [
            ["单位", "分组", "类型", "A1", "B1", "C1"],
            ["某镇", "一", "苏木乡镇", 30, 50, None],
            ["某局", "二", "政府部门", 30, None, 20],
        ],
    )

    assert _column(rows, "总分") == ["80.00", "70.00"]


def test_k33_parts_converted():
    scheme = scheme_book(
        [
            branch("A", 100, 折算=40),
            leaf("A1", 100, "外部成绩", "满分=100", 上级编码="A"),
            branch("B", 100, 折算=40),
            leaf("B1", 100, "外部成绩", "满分=100", 上级编码="B"),
            branch("C", 10, 折算=20),
            leaf("C1", 10, "外部成绩", "满分=10", 上级编码="C"),
        ]
    )

    rows = score(
        scheme, [["单位", "分组", "类型", "A1", "B1", "C1"], ["甲", "一", "", 90, 85.5, 9.7]]
    )

    # 36 + 34.2 + 19.4
    assert _column(rows, "总分") == ["89.60"]


def test_every_kind_of_table_has_an_example_and_stands_in_the_list():
    listed = Path("docs/scoring-tables.md").read_text(encoding="utf-8")

    shown = {name for name, *_rest in ALONE} | TOGETHER
    assert shown == {f"K{number}" for number in range(1, 35)}
    assert set(re.findall(r"^\| (K\d+) \|", listed, re.MULTILINE)) == shown
