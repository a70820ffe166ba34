from dataclasses import replace
from decimal import Decimal

import pytest

from assessment.rules import Role, make_rule
from assessment.scoring import (
    GradeBand,
    IndicatorSpec,
    NaPolicy,
    SchemeSpec,
    UnitSpec,
    Veto,
    VetoKind,
    explain_grade,
    explain_line,
    explain_total,
    score_units,
)

BANDS = (GradeBand("优秀", Decimal(90)), GradeBand("良好", Decimal(0)))


def leaf(code, name, points, parent="", kind="flag", params=None, **extra):
    return IndicatorSpec(
        code=code,
        name=name,
        points=Decimal(points),
        parent=parent,
        rule=make_rule(kind, params or {}),
        **extra,
    )


def branch(code, points, parent="", **extra):
    return IndicatorSpec(code=code, name=code, points=Decimal(points), parent=parent, **extra)


def spec_of(policy=NaPolicy.RESCALE):
    return SchemeSpec(
        total=Decimal(100),
        indicators=(
            branch("A", 60),
            leaf("A1", "主题活动", 40, "A", "per_unit", {"单价": "20"}, measure="次"),
            leaf("A2", "示范点", 20, "A", measure="处", applies_to=frozenset({"部门"})),
            branch("B", 60, weight=Decimal(40)),
            leaf(
                "B1", "满意度", 60, "B", "completion", {"目标": "90", "封顶比": "1.5"}, measure="分"
            ),
            branch("C", 5, role=Role.BONUS),
            leaf("C1", "典型案例", 3, "C", "per_unit", {"单价": "2"}, measure="个"),
            leaf("C2", "带动", 3, "C", applies_to=frozenset({"部门"})),
            branch("D", 5, role=Role.DEDUCTION),
            leaf("D1", "迟报", 9, "D", "per_unit", {"单价": "1"}, measure="次", excluded_by="D2"),
            leaf("D2", "漏报", 2, "D", measure="次"),
        ),
        na_policy=policy,
        grade_bands=BANDS,
    )


def scored(spec, kind="部门", vetoes=(), **values):
    given = {"A1": 2, "A2": 1, "B1": 90, "C1": 0, "C2": 0, "D1": 0, "D2": 0} | values
    numbers = {("u", code): Decimal(value) for code, value in given.items()}
    (result,) = score_units(spec, [UnitSpec("u", "某局", "组", kind)], numbers, vetoes)
    return result


@pytest.mark.parametrize(
    ("code", "values", "sentence"),
    [
        ("A1", {}, "主题活动 2 次 × 20 分 = 40 分，得 40 分"),
        ("A", {}, "40 + 20 = 60 分，得 60 分"),
        ("B", {"B1": 45}, "30 分；折算 30 ÷ 60 × 40 = 20 分，得 20 分"),
        ("B", {"B1": 44}, "29.33 分；折算 29.33 ÷ 60 × 40 ≈ 19.55 分，得 19.55 分"),
        ("B", {"B1": 120}, "80 分；封顶 60 分；折算 60 ÷ 60 × 40 = 40 分，得 40 分"),
        ("C", {"C1": 2, "C2": 1}, "3 + 3 = 6 分；封顶 5 分，加 5 分"),
        ("D", {"D1": 3}, "3 + 0 = 3 分，扣 3 分"),
        ("D1", {"D1": 3}, "迟报 3 次 × 1 分 = 3 分，扣 3 分"),
        (
            "D1",
            {"D1": 3, "D2": 1},
            "迟报 3 次 × 1 分 = 3 分，扣 3 分；因“D2”已经计分，本项作废，扣 0 分",
        ),
    ],
)
def test_explain_line_adds_up(code, values, sentence):
    spec = spec_of()

    assert explain_line(spec, scored(spec, **values), code) == sentence


@pytest.mark.parametrize(
    ("policy", "code", "sentence"),
    [
        (NaPolicy.RESCALE, "A2", "不适用于“乡镇”，按方案重新折算"),
        (NaPolicy.FULL, "A2", "不适用于“乡镇”，按方案计满分"),
        (NaPolicy.RESCALE, "C2", "不适用于“乡镇”，不计"),
        (NaPolicy.RESCALE, "A", "40 分，得 40 分"),
    ],
)
def test_explain_line_says_what_does_not_apply(policy, code, sentence):
    spec = spec_of(policy)

    assert explain_line(spec, scored(spec, "乡镇"), code) == sentence


def test_explain_line_shows_what_is_taken_off():
    spec = SchemeSpec(
        total=Decimal(100),
        indicators=(
            branch("A", 100),
            leaf("A1", "甲", 90, "A"),
            leaf("A2", "乙", 10, "A", "threshold", {"条件": "≥", "标准": "1", "未达": "-2"}),
        ),
    )
    values = {("u", "A1"): Decimal(1), ("u", "A2"): Decimal(0)}
    (result,) = score_units(spec, [UnitSpec("u", "某局", "组", "部门")], values)

    assert explain_line(spec, result, "A") == "90 − 2 = 88 分，得 88 分"


def test_explain_line_does_not_know_other_codes():
    spec = spec_of()

    with pytest.raises(KeyError):
        explain_line(spec, scored(spec), "Z")


@pytest.mark.parametrize(
    ("policy", "kind", "values", "sentence"),
    [
        (NaPolicy.RESCALE, "部门", {}, "基础分 100 分。总分 100 分"),
        (
            NaPolicy.RESCALE,
            "部门",
            {"C1": 1, "D1": 3},
            "基础分 100 分；基础分 100 + 加分 2 − 扣分 3 = 99 分。总分 99 分",
        ),
        (
            NaPolicy.RESCALE,
            "部门",
            {"C1": 1},
            "基础分 100 分；基础分 100 + 加分 2 = 102 分。总分 102 分",
        ),
        (
            NaPolicy.RESCALE,
            "部门",
            {"D1": 1},
            "基础分 100 分；基础分 100 − 扣分 1 = 99 分。总分 99 分",
        ),
        (
            NaPolicy.RESCALE,
            "乡镇",
            {"A1": 1},
            "基础分 60 分，适用分值 80 分，折算 × 100 ÷ 80 = 75 分。总分 75 分",
        ),
        (
            NaPolicy.FULL,
            "乡镇",
            {"A1": 1},
            "基础分 60 分，不适用的 20 分计满分，共 80 分。总分 80 分",
        ),
        (NaPolicy.ZERO, "乡镇", {"A1": 1}, "基础分 60 分，不适用的 20 分计零分。总分 60 分"),
    ],
)
def test_explain_total_adds_up(policy, kind, values, sentence):
    spec = spec_of(policy)

    assert explain_total(spec, scored(spec, kind, **values)) == sentence


def test_explain_total_of_applicable_points_without_an_end():
    spec = SchemeSpec(
        total=Decimal(100),
        decimals=4,
        indicators=(
            leaf("A", "甲", 60),
            branch("B", 30, weight=Decimal(40)),
            leaf("B1", "乙", 20, "B"),
            leaf("B2", "丙", 10, "B", applies_to=frozenset({"部门"})),
        ),
    )
    values = {("u", "A"): Decimal(1), ("u", "B1"): Decimal(0), ("u", "B2"): Decimal(0)}
    (result,) = score_units(spec, [UnitSpec("u", "某镇", "组", "乡镇")], values)
    stored = replace(result, obtainable=Decimal("86.6667"))

    told = "基础分 60 分，适用分值 86.6667 分，折算 × 100 ÷ 86.6667 ≈ 69.2308 分。总分 69.2308 分"
    assert [explain_total(spec, one) for one in (result, stored)] == [told, told]


def test_explain_total_ends_with_the_veto():
    spec = spec_of()
    vetoes = [Veto("u", VetoKind.TOTAL, "发生重大事件"), Veto("u", VetoKind.TOTAL)]

    sentence = explain_total(spec, scored(spec, vetoes=vetoes))

    assert sentence == ("基础分 100 分；一票否决（一票否决、发生重大事件），总分计 0 分。总分 0 分")


def group_of(totals, vetoes=(), **settings):
    spec = SchemeSpec(
        total=Decimal(100),
        indicators=(leaf("A", "成绩", 100, "", "imported", {"满分": "100"}),),
        **settings,
    )
    units = [UnitSpec(key, key, "组", "部门") for key in totals]
    values = {(key, "A"): Decimal(total) for key, total in totals.items()}
    return [explain_grade(result) for result in score_units(spec, units, values, vetoes)]


def test_explain_grade_without_grades():
    assert group_of({"a": "95"}) == ["总分 95 分，本组 1 家中第 1 名"]


def test_explain_grade_names_places_and_ties():
    sentences = group_of(
        {"a": "99", "b": "95", "c": "95", "d": "94", "e": "50"},
        grade_bands=BANDS,
        excellent_ratio=Decimal("0.4"),
    )

    assert sentences == [
        "总分 99 分，本组 5 家中第 1 名，按分数线为“优秀”",
        "总分 95 分，本组 5 家中第 2 名，与另外 1 家并列，分数线为“优秀”，"
        "并列单位超出本组 2 个名额的余数，均定为“良好”",
        "总分 95 分，本组 5 家中第 2 名，与另外 1 家并列，分数线为“优秀”，"
        "并列单位超出本组 2 个名额的余数，均定为“良好”",
        "总分 94 分，本组 5 家中第 4 名，分数线为“优秀”，"
        "本组名额 2 个已由名次在前的单位占满，定为“良好”",
        "总分 50 分，本组 5 家中第 5 名，按分数线为“良好”",
    ]


def test_explain_grade_names_vetoes():
    sentences = group_of(
        {"a": "99", "b": "95"},
        [Veto("a", VetoKind.TOP_GRADE, "通报批评"), Veto("b", VetoKind.TOTAL, "重大事件")],
        grade_bands=BANDS,
    )

    assert sentences == [
        "总分 99 分，本组 2 家中第 1 名，分数线为“优秀”，因一票否优（通报批评）定为“良好”",
        "总分 0 分，本组 2 家中第 2 名，因一票否决（重大事件）定为“良好”",
    ]
