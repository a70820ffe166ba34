"""Whole schemes against sums done by hand."""

from decimal import Decimal

import pytest

from assessment.rules import Role, make_rule
from assessment.scoring import (
    GradeBand,
    GradeReason,
    IndicatorSpec,
    LineStatus,
    NaPolicy,
    SchemeRefused,
    SchemeSpec,
    UnitSpec,
    ValueFault,
    ValuesRefused,
    Veto,
    VetoKind,
    canonical_bytes,
    digest,
    score_units,
)


def leaf(code, points, parent="", kind="flag", params=None, **extra):
    return IndicatorSpec(
        code=code,
        name=f"指标{code}",
        points=Decimal(points),
        parent=parent,
        rule=make_rule(kind, params or {}),
        **extra,
    )


def branch(code, points, parent="", **extra):
    return IndicatorSpec(
        code=code, name=f"指标{code}", points=Decimal(points), parent=parent, **extra
    )


def scheme(*indicators, total=100, **settings):
    return SchemeSpec(total=Decimal(total), indicators=indicators, **settings)


def numbers(**rows):
    """Values from rows such as ``a={"A1": "2"}``."""
    return {
        (unit, code): Decimal(value) for unit, row in rows.items() for code, value in row.items()
    }


def points_of(result):
    return {line.code: line.points for line in result.lines}


TOWN = UnitSpec("town", "白音他拉苏木", "苏木乡镇组", "苏木乡镇")
OFFICE = UnitSpec("office", "教体局", "部门组", "政府部门")
BANDS = (
    GradeBand("优秀", Decimal(90)),
    GradeBand("良好", Decimal(80)),
    GradeBand("合格", Decimal(60)),
    GradeBand("不合格", Decimal(0)),
)


def county_scheme(**settings):
    """The demands of the notice, 100 points, with bonus, deduction and a converted survey."""
    return scheme(
        branch("1", 60),
        leaf("1.1", 20, "1", "计数", {"单价": "10"}, measure="次"),
        leaf("1.2", 10, "1", "有无", applies_to=frozenset({"政府部门"})),
        leaf("1.3", 20, "1", "完成率", {"目标": "6", "最低": "0.5"}),
        leaf("1.4", 10, "1", "逐次扣分", {"每次扣": "2", "最多扣": "6"}),
        branch("2", 100, weight=Decimal(40)),
        leaf("2.1", 70, "2", "外部成绩", {"满分": "100"}),
        leaf("2.2", 30, "2", "人工评分", {"去掉最高最低": "是"}),
        branch("3", 5, role=Role.BONUS),
        leaf("3.1", 4, "3", "计数", {"单价": "2"}),
        leaf("3.2", 3, "3", "有无"),
        branch("4", 6, role=Role.DEDUCTION),
        leaf("4.1", 9, "4", "计数", {"单价": "1.5"}),
        grade_bands=BANDS,
        **settings,
    )


COUNTY_VALUES = {
    **numbers(
        town={"1.1": "1", "1.3": "5", "1.4": "1", "2.1": "90", "3.1": "1", "3.2": "0", "4.1": "1"},
        office={
            "1.1": "3",
            "1.2": "1",
            "1.3": "2",
            "1.4": "4",
            "2.1": "85.5",
            "3.1": "5",
            "3.2": "1",
            "4.1": "7",
        },
    ),
    ("town", "2.2"): (Decimal(25), Decimal(30), Decimal(20), Decimal(28)),
    ("office", "2.2"): (Decimal(24), Decimal(25)),
}


def test_a_whole_scheme_worked_by_hand():
    town, office = score_units(county_scheme(), [TOWN, OFFICE], COUNTY_VALUES)

    assert points_of(town) == {
        "1": Decimal("34.67"),  # 10 + 16.67 + 8
        "1.1": Decimal(10),  # 1 × 10
        "1.2": None,  # not for towns
        "1.3": Decimal("16.67"),  # 5 ÷ 6 × 20
        "1.4": Decimal(8),  # 10 − 2
        "2": Decimal("35.80"),  # (63 + 26.5) ÷ 100 × 40
        "2.1": Decimal(63),  # 90 ÷ 100 × 70
        "2.2": Decimal("26.5"),  # mean of 25 and 28
        "3": Decimal(2),
        "3.1": Decimal(2),
        "3.2": Decimal(0),
        "4": Decimal("1.5"),
        "4.1": Decimal("1.5"),
    }
    assert town.earned == Decimal("70.47")  # 34.67 + 35.80
    assert town.obtainable == Decimal(90)
    assert town.base == Decimal("78.30")  # 70.47 × 100 ÷ 90
    assert town.bonus == Decimal(2)
    assert town.deduction == Decimal("1.5")
    assert town.total == Decimal("78.80")  # 78.30 + 2 − 1.5
    assert (town.rank, town.grade) == (1, "合格")
    assert points_of(office) == {
        "1": Decimal(34),  # 20 + 10 + 0 + 4
        "1.1": Decimal(20),  # 30, at most 20
        "1.2": Decimal(10),
        "1.3": Decimal(0),  # 2 ÷ 6 is below one half
        "1.4": Decimal(4),  # 10 − at most 6
        "2": Decimal("33.74"),  # (59.85 + 24.5) ÷ 100 × 40
        "2.1": Decimal("59.85"),
        "2.2": Decimal("24.5"),
        "3": Decimal(5),  # 4 + 3, at most 5
        "3.1": Decimal(4),
        "3.2": Decimal(3),
        "4": Decimal(6),  # 9, at most 6
        "4.1": Decimal(9),
    }
    assert office.earned == office.base == Decimal("67.74")
    assert office.total == Decimal("66.74")
    assert (office.rank, office.group_size, office.grade) == (1, 1, "合格")


@pytest.mark.parametrize(
    ("policy", "base"),
    [
        (NaPolicy.RESCALE, "78.30"),  # 70.47 × 100 ÷ 90
        (NaPolicy.FULL, "80.47"),  # 70.47 + 10
        (NaPolicy.ZERO, "70.47"),
    ],
)
def test_the_policy_decides_on_what_does_not_apply(policy, base):
    town, office = score_units(county_scheme(na_policy=policy), [TOWN, OFFICE], COUNTY_VALUES)

    assert town.base == Decimal(base)
    assert office.base == Decimal("67.74")
    assert town.line("1.2").points is None
    assert town.line("1.2").status is LineStatus.NOT_APPLICABLE


def test_lines_stand_in_the_order_of_the_table():
    spec = scheme(
        leaf("B1", 30, "B"),
        leaf("A1", 70, "A"),
        branch("B", 30),
        branch("A", 70),
    )

    (result,) = score_units(spec, [TOWN], numbers(town={"A1": "1", "B1": "1"}))

    assert [(line.code, line.depth, line.parent) for line in result.lines] == [
        ("B", 0, ""),
        ("B1", 1, "B"),
        ("A", 0, ""),
        ("A1", 1, "A"),
    ]


def test_a_line_knows_what_can_be_had_and_what_it_counts():
    (town, _) = score_units(county_scheme(), [TOWN, OFFICE], COUNTY_VALUES)

    first, second = town.line("1"), town.line("2")

    assert (first.full, first.obtainable, first.raw, first.is_leaf) == (60, 50, first.points, False)
    assert (second.full, second.obtainable, second.raw) == (100, 40, Decimal("89.5"))
    assert second.weight == Decimal(40)
    assert (town.line("1.1").obtainable, town.line("1.2").obtainable) == (20, 0)
    assert town.line("4").role is Role.DEDUCTION
    assert town.line("1.1").outcome.raw == Decimal(10)


def test_an_unknown_line_is_a_key_error():
    (town, _) = score_units(county_scheme(), [TOWN, OFFICE], COUNTY_VALUES)

    with pytest.raises(KeyError):
        town.line("9")


def test_common_and_specific_parts_need_no_rescaling():
    spec = scheme(
        leaf("A", 40),
        branch("B", 60),
        leaf("B1", 60, "B", applies_to=frozenset({"苏木乡镇"})),
        leaf("B2", 60, "B", applies_to=frozenset({"政府部门"})),
        na_policy=NaPolicy.FULL,
    )
    values = numbers(town={"A": "1", "B1": "0"}, office={"A": "0", "B2": "1"})

    town, office = score_units(spec, [TOWN, OFFICE], values)

    assert (town.base, office.base) == (Decimal(40), Decimal(60))


def test_a_branch_may_apply_to_some_kinds_only():
    spec = scheme(
        leaf("A", 40),
        branch("B", 60, applies_to=frozenset({"政府部门"})),
        leaf("B1", 60, "B"),
    )

    town, office = score_units(
        spec, [TOWN, OFFICE], numbers(town={"A": "1"}, office={"A": "1", "B1": "0"})
    )

    assert points_of(town) == {"A": Decimal(40), "B": None, "B1": None}
    assert town.total == Decimal(100)
    assert office.total == Decimal(40)


def test_values_of_leaves_that_do_not_apply_are_not_looked_at():
    spec = scheme(leaf("A", 40), leaf("B", 60, applies_to=frozenset({"政府部门"})))

    (town,) = score_units(spec, [TOWN], {("town", "A"): Decimal(1), ("town", "B"): ("甲",)})

    assert town.line("B").points is None


def test_a_base_branch_is_capped_at_its_points():
    spec = scheme(
        branch("A", 50),
        leaf("A1", 30, "A", "completion", {"目标": "10", "封顶比": "1.5"}),
        leaf("A2", 20, "A"),
        leaf("B", 50),
    )

    (town,) = score_units(spec, [TOWN], numbers(town={"A1": "15", "A2": "1", "B": "1"}))

    assert town.line("A1").points == Decimal(45)
    assert (town.line("A").raw, town.line("A").points) == (Decimal(65), Decimal(50))
    assert town.total == Decimal(100)


def test_conversion_and_rescaling_round_half_up():
    spec = scheme(
        branch("A", 30, weight=Decimal(50)),
        leaf("A1", 20, "A", "imported", {"满分": "20"}),
        leaf("A2", 10, "A", applies_to=frozenset({"政府部门"})),
        leaf("B", 50),
        decimals=1,
    )

    (town,) = score_units(spec, [TOWN], numbers(town={"A1": "17.5", "B": "0"}))

    assert town.line("A").points == Decimal("29.2")  # 17.5 ÷ 30 × 50 = 29.1666…
    assert town.base == Decimal("35.0")  # 29.2 × 100 ÷ (20 ÷ 30 × 50 + 50) = 35.04


def test_nested_branches_convert_one_after_the_other():
    spec = scheme(
        branch("A", 200, weight=Decimal(100)),
        branch("A1", 50, "A", weight=Decimal(200)),
        leaf("A11", 50, "A1", "imported", {"满分": "50"}),
    )

    (town,) = score_units(spec, [TOWN], numbers(town={"A11": "40"}))

    assert points_of(town) == {"A": Decimal(80), "A1": Decimal(160), "A11": Decimal(40)}


def test_a_bonus_inside_a_base_branch_counts_in_the_total():
    spec = scheme(
        branch("A", 100),
        leaf("A1", 100, "A"),
        branch("A2", 5, "A", role=Role.BONUS),
        leaf("A21", 9, "A2", "per_unit", {"单价": "1"}),
        leaf("A3", 9, "A", "per_unit", {"单价": "1"}, role=Role.DEDUCTION),
    )

    (town,) = score_units(spec, [TOWN], numbers(town={"A1": "1", "A21": "7", "A3": "2"}))

    assert town.line("A").points == Decimal(100)
    assert (town.bonus, town.deduction, town.total) == (Decimal(5), Decimal(2), Decimal(103))


def test_several_bonus_branches_have_caps_of_their_own():
    spec = scheme(
        leaf("A", 100),
        branch("B", 2, role=Role.BONUS),
        leaf("B1", 9, "B", "per_unit", {"单价": "1"}),
        branch("C", 3, role=Role.BONUS),
        leaf("C1", 9, "C", "per_unit", {"单价": "1"}),
    )

    (town,) = score_units(spec, [TOWN], numbers(town={"A": "1", "B1": "9", "C1": "9"}))

    assert (town.bonus, town.total) == (Decimal(5), Decimal(105))


def test_the_total_may_fall_below_0():
    spec = scheme(leaf("A", 100), leaf("D", 20, "", "per_unit", {"单价": "5"}, role=Role.DEDUCTION))

    (town,) = score_units(spec, [TOWN], numbers(town={"A": "0", "D": "3"}))

    assert town.total == Decimal(-15)


@pytest.mark.parametrize(
    ("other", "points", "status"),
    [
        (Decimal(0), Decimal(40), LineStatus.SCORED),
        (Decimal(1), Decimal(0), LineStatus.EXCLUDED),
        (Decimal(-1), Decimal(0), LineStatus.EXCLUDED),
        (None, Decimal(40), LineStatus.SCORED),
    ],
)
def test_a_leaf_is_void_when_the_other_one_has_a_value(other, points, status):
    spec = scheme(
        leaf("A", 40, excluded_by="B"),
        leaf("B", 60, params={"缺失": "计零"}),
    )

    (town,) = score_units(spec, [TOWN], {("town", "A"): Decimal(1), ("town", "B"): other})

    assert (town.line("A").points, town.line("A").status) == (points, status)


def test_a_leaf_that_does_not_apply_excludes_nothing():
    spec = scheme(leaf("A", 40, excluded_by="B"), leaf("B", 60, applies_to=frozenset({"政府部门"})))

    (town,) = score_units(spec, [TOWN], numbers(town={"A": "1", "B": "1"}))

    assert town.line("A").points == Decimal(40)


def test_a_constant_needs_no_value():
    spec = scheme(leaf("A", 100, kind="constant"))

    (town,) = score_units(spec, [TOWN], {})

    assert town.total == Decimal(100)


def test_every_missing_and_uncountable_value_is_named():
    spec = scheme(
        leaf("A", 40),
        leaf("B", 30, applies_to=frozenset({"政府部门"})),
        leaf("C", 30, params={"缺失": "计零"}),
    )
    values = {("office", "A"): None, ("town", "A"): ("甲",), ("office", "B"): Decimal("NaN")}

    with pytest.raises(ValuesRefused) as caught:
        score_units(spec, [TOWN, OFFICE], values)

    assert caught.value.faults == (
        ValueFault("town", "A", "“白音他拉苏木”的“A 指标A”：应为一个数"),
        ValueFault("office", "A", "“教体局”的“A 指标A”：没有数据", is_missing=True),
        ValueFault("office", "B", "“教体局”的“B 指标B”：“NaN”不是数，请写成 2、0.5 这样的数"),
    )
    assert str(caught.value) == "；".join(fault.message for fault in caught.value.faults)


def test_faults_of_units_and_vetoes_come_with_those_of_values():
    spec = scheme(leaf("A", 100, applies_to=frozenset({"政府部门"})))

    with pytest.raises(ValuesRefused) as caught:
        score_units(spec, [TOWN, OFFICE, OFFICE], {}, [Veto("nobody", VetoKind.TOTAL)])

    assert [(fault.unit, fault.code, fault.message) for fault in caught.value.faults] == [
        ("office", "", "单位“office”出现了多次"),
        ("town", "", "没有一项基础指标适用于“白音他拉苏木”（类型“苏木乡镇”）"),
        ("nobody", "", "一票否决的单位“nobody”不在考核范围内"),
        ("office", "A", "“教体局”的“A 指标A”：没有数据"),
        ("office", "A", "“教体局”的“A 指标A”：没有数据"),
    ]


def test_an_unsound_scheme_is_refused():
    with pytest.raises(SchemeRefused) as caught:
        score_units(scheme(leaf("A", 90)), [TOWN], {})

    assert [fault.message for fault in caught.value.faults] == [
        "基础分各项分值合计 90 分，比应有的 100 分少 10 分"
    ]


def test_no_units_have_no_results():
    assert score_units(scheme(leaf("A", 100)), [], {}) == []


def three_towns(*groups):
    return [
        UnitSpec(str(at), f"单位{at}", group, "苏木乡镇")
        for at, group in enumerate(groups, start=1)
    ]


def test_rules_on_a_group_see_their_own_group_only():
    spec = scheme(
        leaf("A", 60, kind="名次", params={"名次分": "1:60，2:40，其他:0"}),
        leaf("B", 40, kind="与最优比"),
    )
    values = {(unit, code): Decimal(10) * int(unit) for unit in "1234" for code in "AB"}

    results = score_units(spec, three_towns("甲", "甲", "乙", "乙"), values)

    assert [points_of(result) for result in results] == [
        {"A": Decimal(40), "B": Decimal(20)},
        {"A": Decimal(60), "B": Decimal(40)},
        {"A": Decimal(40), "B": Decimal(30)},
        {"A": Decimal(60), "B": Decimal(40)},
    ]
    assert results[0].line("A").outcome.facts == {
        "rank": Decimal(2),
        "tied": Decimal(1),
        "members": Decimal(2),
    }


def test_figures_of_a_group_leave_out_whom_the_leaf_does_not_concern():
    spec = scheme(
        leaf("A", 40, kind="与均值比", params={"步长": "1", "每步扣": "1", "缺失": "不计"}),
        leaf("B", 60, kind="constant"),
    )
    strict = scheme(
        leaf("A", 40, kind="与最优比", applies_to=frozenset({"苏木乡镇"})),
        leaf("B", 60, kind="constant"),
    )
    office = UnitSpec("9", "某局", "甲", "政府部门")
    values = numbers(**{"1": {"A": "4"}, "2": {"A": "8"}, "9": {"A": "100"}})

    left_out = score_units(spec, three_towns("甲", "甲", "甲"), values)
    not_concerned = score_units(strict, [*three_towns("甲", "甲"), office], values)

    assert [result.line("A").points for result in left_out] == [Decimal(38), 40, 0]
    assert [result.line("A").points for result in not_concerned] == [Decimal(20), 40, None]


def test_rules_on_last_year_see_their_own_unit():
    spec = scheme(
        leaf("A", 10, kind="同比", params={"基础": "5", "每增加": "1", "每减少扣": "1"}),
        leaf("B", 90, kind="constant"),
    )
    values = numbers(**{"1": {"A": "7"}, "2": {"A": "7"}})
    previous = numbers(**{"1": {"A": "5"}, "2": {"A": "9"}})

    results = score_units(spec, three_towns("甲", "甲"), values, previous=previous)

    assert [result.line("A").points for result in results] == [Decimal(7), Decimal(3)]


def test_a_missing_last_year_is_named():
    spec = scheme(leaf("A", 100, kind="同比", params={"基础": "5"}))

    with pytest.raises(ValuesRefused) as caught:
        score_units(spec, [TOWN], numbers(town={"A": "7"}))

    assert caught.value.faults == (
        ValueFault("town", "A", "“白音他拉苏木”的“A 指标A”：没有上年数据", True, about="上年"),
    )


def test_an_exemption_looks_at_another_leaf_and_its_mean():
    spec = scheme(
        leaf(
            "A",
            60,
            kind="达标递减",
            params={"标准": "80", "步长": "1", "每步扣": "2", "豁免": "B>=均值+2"},
        ),
        leaf("B", 40, kind="imported", params={"满分": "40", "缺失": "计零"}),
    )
    values = numbers(**{"1": {"A": "70", "B": "12"}, "2": {"A": "70", "B": "9"}, "3": {"A": "79"}})

    results = score_units(spec, three_towns("甲", "甲", "甲"), values)

    # The mean of 12, 9 and 0 is 7: 12 is 5 above it, 9 is 2 above it, 0 is not.
    assert [result.line("A").points for result in results] == [Decimal(60), 60, 58]


def test_an_exemption_by_a_leaf_that_does_not_apply_does_not_hold():
    spec = scheme(
        leaf(
            "A",
            60,
            kind="达标递减",
            params={"标准": "80", "步长": "1", "每步扣": "2", "豁免": "B>=均值"},
        ),
        leaf("B", 40, applies_to=frozenset({"政府部门"})),
    )

    (town,) = score_units(spec, [TOWN], numbers(town={"A": "70", "B": "1"}))

    assert town.line("A").points == Decimal(40)


def test_a_total_veto_comes_last():
    vetoes = [
        Veto("town", VetoKind.TOTAL, "发生重大事件"),
        Veto("town", VetoKind.TOP_GRADE, "通报批评"),
    ]

    town, _ = score_units(county_scheme(), [TOWN, OFFICE], COUNTY_VALUES, vetoes)

    assert (town.subtotal, town.total, town.grade) == (Decimal("78.80"), Decimal(0), "不合格")
    assert town.reason is GradeReason.VETOED
    assert town.vetoes == (vetoes[1], vetoes[0])


def test_a_run_can_be_proved_to_the_byte():
    results = score_units(county_scheme(), [OFFICE, TOWN], COUNTY_VALUES)

    assert digest(results) == "e37b96d19878f3809cc6583e62ed4bb274ec03a96a58e08c4e8808e4a517fe06"
    assert (
        canonical_bytes(results)
        .decode()
        .startswith('[{"base":"67.74","bonus":"5","deduction":"6","earned":"67.74",')
    )
