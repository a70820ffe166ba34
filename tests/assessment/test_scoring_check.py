from decimal import Decimal

import pytest

from assessment.rules import Role, find_rule, make_rule
from assessment.scoring import GradeBand, IndicatorSpec, NaPolicy, SchemeSpec, check_scheme


def leaf(code, points, parent="", **extra):
    rule = extra.pop("rule", make_rule("flag", {}))
    return IndicatorSpec(
        code=code, name=f"指标{code}", points=Decimal(points), parent=parent, rule=rule, **extra
    )


def branch(code, points, parent="", **extra):
    return leaf(code, points, parent, rule=None, **extra)


def scheme(*indicators, **settings):
    return SchemeSpec(total=Decimal(settings.pop("total", 100)), indicators=indicators, **settings)


def faults_of(spec):
    return [(fault.key, fault.code, fault.message) for fault in check_scheme(spec)]


def bands(text):
    pairs = [part.split(":") for part in text.split(" ")]
    return tuple(GradeBand(name, Decimal(lower)) for name, lower in pairs)


def test_a_sound_scheme_has_no_faults():
    spec = scheme(
        branch("A", 60),
        leaf("A1", 40, "A"),
        leaf("A2", 20, "A", excluded_by="A1"),
        branch("B", 100, weight=Decimal(40)),
        leaf("B1", 100, "B"),
        branch("C", 5, role=Role.BONUS),
        leaf("C1", 3, "C"),
        leaf("C2", 9, "C"),
        leaf("D", 5, role=Role.DEDUCTION),
        grade_bands=bands("优秀:90 良好:80 不合格:0"),
        excellent_ratio=Decimal("0.3"),
        na_policy=NaPolicy.FULL,
        decimals=0,
    )

    assert check_scheme(spec) == []


def test_leaves_may_stand_at_the_top():
    assert check_scheme(scheme(leaf("A", 60), leaf("B", 40))) == []


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ("38", "“A 指标A”的下级分值合计 38 分，比应有的 40 分少 2 分"),
        ("41.5", "“A 指标A”的下级分值合计 41.5 分，比应有的 40 分多 1.5 分"),
    ],
)
def test_children_must_add_up_to_their_branch(points, message):
    spec = scheme(branch("A", 40), leaf("A1", points, "A"), total=40)

    assert faults_of(spec) == [("分值", "A", message)]


@pytest.mark.parametrize(
    ("kind", "params", "points", "message"),
    [
        ("completion", {"目标": "10", "封顶比": "1.125"}, "3.33", "最多 3.74625 分"),
        ("per_unit", {"单价": "1", "封顶": "0.00001"}, "3.33", "最多 0.00001 分"),
        ("per_unit", {"单价": "1", "封顶": "0.00001"}, "3.00001", ""),
        ("threshold", {"条件": "≥", "标准": "1", "未达": "-0.12345"}, "3.33", "最少 −0.12345 分"),
    ],
)
def test_points_finer_than_what_is_stored_are_refused(kind, params, points, message):
    spec = scheme(leaf("A", points, rule=make_rule(kind, params)), total=points)

    told = f"“A”：{message}，小数超过 4 位，请改参数"
    assert faults_of(spec) == ([("参数", "A", told)] if message else [])


def test_base_branches_must_add_up_to_the_total():
    spec = scheme(leaf("A", 60), leaf("B", 30), leaf("C", 9, role=Role.BONUS))

    assert faults_of(spec) == [("总分", "", "基础分各项分值合计 90 分，比应有的 100 分少 10 分")]


def test_a_converted_branch_counts_as_its_weight():
    spec = scheme(
        branch("A", 50),
        branch("B", 100, "A", weight=Decimal(45)),
        leaf("B1", 100, "B"),
        leaf("C", 50),
    )

    assert faults_of(spec) == [
        ("分值", "A", "“A 指标A”的下级分值合计 45 分，比应有的 50 分少 5 分")
    ]


def test_sums_may_hold_for_each_kind_that_is_named():
    towns, offices = frozenset({"苏木乡镇", "街道"}), frozenset({"部门"})
    spec = scheme(
        leaf("A", 40),
        branch("B", 60),
        leaf("B1", 60, "B", applies_to=towns),
        leaf("B2", 35, "B", applies_to=offices),
        leaf("B3", 25, "B", applies_to=offices),
    )

    assert check_scheme(spec) == []


def test_sums_that_hold_for_all_need_not_hold_for_each_kind():
    spec = scheme(leaf("A", 60), leaf("B", 40, applies_to=frozenset({"部门"})))

    assert check_scheme(spec) == []


def test_sums_that_hold_for_no_reading_are_named_by_kind():
    spec = scheme(
        leaf("A", 40),
        leaf("B", 60, applies_to=frozenset({"苏木乡镇"})),
        leaf("C", 55, applies_to=frozenset({"部门"})),
        leaf("D", 61, applies_to=frozenset({"学校"})),
    )

    assert faults_of(spec) == [
        (
            "总分",
            "",
            "基础分各项（适用于“学校”的）分值合计 101 分，比应有的 100 分多 1 分",
        ),
        (
            "总分",
            "",
            "基础分各项（适用于“部门”的）分值合计 95 分，比应有的 100 分少 5 分",
        ),
    ]


def test_a_base_branch_without_base_children_does_not_add_up():
    spec = scheme(branch("A", 100), leaf("A1", 5, "A", role=Role.BONUS))

    assert faults_of(spec) == [
        ("分值", "A", "“A 指标A”的下级分值合计 0 分，比应有的 100 分少 100 分")
    ]


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        (scheme(leaf("A", 0), total=0), ("总分", "", "总分必须大于 0")),
        (scheme(leaf("A", 100), decimals=5), ("小数位", "", "小数位应为 0 至 4")),
        (scheme(leaf("A", 100), decimals=-1), ("小数位", "", "小数位应为 0 至 4")),
        (
            scheme(leaf("A", 100), grade_bands=bands("优秀:0")),
            ("等次", "", "等次至少要有两档"),
        ),
        (
            scheme(leaf("A", 100), grade_bands=bands("优秀:90 优秀:0")),
            ("等次", "", "等次的名称不能为空，也不能重复"),
        ),
        (
            scheme(leaf("A", 100), grade_bands=bands("优秀:90 :0")),
            ("等次", "", "等次的名称不能为空，也不能重复"),
        ),
        (
            scheme(leaf("A", 100), grade_bands=bands("优秀:80 良好:90 差:0")),
            ("等次", "", "等次应从高到低：“优秀”80 分不高于“良好”90 分"),
        ),
        (
            scheme(leaf("A", 100), grade_bands=bands("优秀:90 良好:90")),
            ("等次", "", "等次应从高到低：“优秀”90 分不高于“良好”90 分"),
        ),
        (
            scheme(leaf("A", 100), excellent_ratio=Decimal("0.3")),
            ("等次", "", "写了优秀比例就要写等次"),
        ),
        (
            scheme(
                leaf("A", 100), grade_bands=bands("优秀:90 差:0"), excellent_ratio=Decimal("1.1")
            ),
            ("优秀比例", "", "优秀比例应大于 0、不大于 1，如 0.3"),
        ),
        (
            scheme(leaf("A", 100), grade_bands=bands("优秀:90 差:0"), excellent_ratio=Decimal(0)),
            ("优秀比例", "", "优秀比例应大于 0、不大于 1，如 0.3"),
        ),
        (scheme(leaf("A", 100), leaf("A", 5)), ("编码", "A", "编码“A”重复")),
        (scheme(leaf("A", 100), leaf(" ", 5)), ("编码", "", "指标“指标 ”没有编码")),
        (scheme(leaf("A", 100), leaf("", 5)), ("编码", "", "指标“指标”没有编码")),
        (
            scheme(leaf("A", 100), leaf("B", 1, "Z")),
            ("上级编码", "B", "“B”的上级编码“Z”不存在"),
        ),
        (
            scheme(leaf("A", 100), branch("B", 1, "B")),
            ("上级编码", "B", "“B”的上级关系成环：它是自己的上级"),
        ),
        (
            scheme(
                leaf("A", 95), branch("C", 5, role=Role.BONUS), leaf("C1", 5, "C", role=Role.BASE)
            ),
            ("角色", "C1", "“C1”的角色 base 与上级的角色 bonus 不符"),
        ),
        (
            scheme(
                leaf("A", 100),
                branch("C", 5, role=Role.DEDUCTION),
                leaf("C1", 5, "C", role=Role.BONUS),
            ),
            ("角色", "C1", "“C1”的角色 bonus 与上级的角色 deduction 不符"),
        ),
        (
            scheme(leaf("A", 101), leaf("B", -1)),
            ("分值", "B", "“B”的分值不能小于 0"),
        ),
        (
            scheme(leaf("A", 90, weight=Decimal(100))),
            ("折算", "A", "“A”没有下级，不能写折算"),
        ),
        (
            scheme(leaf("A", 100), branch("B", 0, weight=Decimal(0)), leaf("B1", 0, "B")),
            ("折算", "B", "“B”写了折算，折算与分值都必须大于 0"),
        ),
        (
            scheme(leaf("A", 105), branch("B", 5, weight=Decimal(-5)), leaf("B1", 5, "B")),
            ("折算", "B", "“B”写了折算，折算与分值都必须大于 0"),
        ),
        (
            scheme(branch("A", 100)),
            ("赋分办法", "A", "“A”没有赋分办法，也没有下级"),
        ),
        (
            scheme(leaf("A", 100), leaf("A1", 100, "A")),
            ("赋分办法", "A", "“A”有下级，不能写赋分办法"),
        ),
        (
            scheme(leaf("A", 100, rule=find_rule("completion")(target=Decimal(0)))),
            ("参数", "A", "“A”：目标：必须大于 0"),
        ),
        (
            scheme(leaf("A", 100, excluded_by="Z")),
            ("互斥", "A", "“A”的互斥指标“Z”不存在或不是末级指标"),
        ),
        (
            scheme(leaf("A", 50, excluded_by="B"), branch("B", 50), leaf("B1", 50, "B")),
            ("互斥", "A", "“A”的互斥指标“B”不存在或不是末级指标"),
        ),
        (
            scheme(leaf("A", 50, excluded_by="B"), leaf("B", 50, rule=make_rule("constant", {}))),
            ("互斥", "A", "“A”的互斥指标“B”是固定分，没有数据可比"),
        ),
        (
            scheme(leaf("A", 50), branch("B", 50, excluded_by="A"), leaf("B1", 50, "B")),
            ("互斥", "B", "“B”有下级，不能写互斥"),
        ),
        (
            scheme(leaf("A", 100, excluded_by="A")),
            ("互斥", "A", "“A”的互斥关系成环"),
        ),
        (
            scheme(leaf("A", "NaN")),
            ("分值", "A", "“分值”不是数"),
        ),
        (
            scheme(leaf("A", 100), total="Infinity"),
            ("总分", "", "“总分”不是数"),
        ),
    ],
)
def test_each_fault_is_named_with_its_column_and_code(spec, fault):
    assert faults_of(spec) == [fault]


def sliding(exemption):
    params = {"标准": "80", "步长": "1", "每步扣": "1", "豁免": exemption}
    return make_rule("sliding", params)


@pytest.mark.parametrize("other", ["B", "A", "D1"])
def test_an_exemption_may_look_at_any_leaf_with_a_number(other):
    spec = scheme(
        leaf("A", 60, rule=sliding(f"{other}>=1")),
        leaf("B", 40),
        branch("D", 5, role=Role.DEDUCTION),
        leaf("D1", 5, "D"),
    )

    assert check_scheme(spec) == []


@pytest.mark.parametrize("other", ["Z", "D", "C", "E"])
def test_an_exemption_by_anything_else_is_refused(other):
    spec = scheme(
        leaf("A", 60, rule=sliding(f"{other}>=1")),
        leaf("C", 20, rule=make_rule("level_sum", {"级别分": "市:1"})),
        leaf("E", 20, rule=make_rule("constant", {})),
        branch("D", 5, role=Role.DEDUCTION),
        leaf("D1", 5, "D"),
    )

    assert faults_of(spec) == [
        (
            "参数",
            "A",
            f"“A”：豁免所看的“{other}”不存在，或不是以一个数计分的末级指标",
        )
    ]


def test_a_scheme_without_indicators_is_refused():
    assert faults_of(scheme()) == [
        ("编码", "", "方案没有指标，请先添加指标"),
        ("总分", "", "基础分各项分值合计 0 分，比应有的 100 分少 100 分"),
    ]


def test_a_cycle_is_reported_for_its_members_only():
    spec = scheme(
        leaf("A", 100),
        branch("B", 1, "C"),
        branch("C", 1, "B"),
        leaf("D", 1, "C"),
        branch("E", 1, "Z"),
        leaf("F", 1, "E"),
    )

    assert faults_of(spec) == [
        ("上级编码", "B", "“B”的上级关系成环：它是自己的上级"),
        ("上级编码", "C", "“C”的上级关系成环：它是自己的上级"),
        ("上级编码", "E", "“E”的上级编码“Z”不存在"),
    ]


def test_a_cycle_of_exclusions_is_reported_for_its_members_only():
    spec = scheme(
        leaf("A", 40, excluded_by="B"),
        leaf("B", 40, excluded_by="A"),
        leaf("C", 10, excluded_by="A"),
        leaf("D", 10, excluded_by="C"),
    )

    assert faults_of(spec) == [
        ("互斥", "A", "“A”的互斥关系成环"),
        ("互斥", "B", "“B”的互斥关系成环"),
    ]


def test_all_faults_come_at_once():
    spec = scheme(
        branch("A", 60),
        leaf("A1", 50, "A"),
        branch("B", 50),
        leaf("B", 1),
        grade_bands=bands("优秀:90"),
        decimals=9,
    )

    assert faults_of(spec) == [
        ("小数位", "", "小数位应为 0 至 4"),
        ("等次", "", "等次至少要有两档"),
        ("编码", "B", "编码“B”重复"),
        ("赋分办法", "B", "“B”没有赋分办法，也没有下级"),
        ("总分", "", "基础分各项分值合计 110 分，比应有的 100 分多 10 分"),
        ("分值", "A", "“A 指标A”的下级分值合计 50 分，比应有的 60 分少 10 分"),
    ]


def test_infinite_numbers_are_reported_everywhere():
    endless = Decimal("Infinity")
    spec = scheme(
        branch("A", 100, weight=endless),
        leaf("A1", 100, "A"),
        grade_bands=(GradeBand("优秀", endless), GradeBand("差", Decimal(0))),
        excellent_ratio=endless,
    )

    assert faults_of(spec) == [
        ("优秀比例", "", "“优秀比例”不是数"),
        ("等次", "", "“等次”不是数"),
        ("折算", "A", "“折算”不是数"),
    ]
