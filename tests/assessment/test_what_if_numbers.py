"""试调: every number of a scheme can be moved, with a slider that fits it."""

from decimal import Decimal as D

import pytest

from assessment.rehearsals import what_if
from assessment.rehearsals.whatif_fields import Slider, slider
from assessment.rules import make_rule
from assessment.scoring import GradeBand, IndicatorSpec, SchemeSpec

BANDS = (GradeBand("优秀", D(90)), GradeBand("良好", D(80)), GradeBand("一般", D(0)))


def scheme(kind="constant", params=None, **facts):
    leaf = IndicatorSpec(code="A", name="甲", points=D(100), rule=make_rule(kind, params or {}))
    return SchemeSpec(total=D(100), indicators=(leaf,), **facts)


@pytest.mark.parametrize(
    ("kind", "params", "typed", "fields", "after"),
    [
        (
            "level_highest",
            {"级别分": "国家级:10，市级:4"},
            {"k-A-级别分:市级": "5"},
            {"k-A-级别分:国家级": "10", "k-A-级别分:市级": "4"},
            {"级别分": {"国家级": "10", "市级": "5"}},
        ),
        (
            "rank",
            {"名次分": "1:60，其他:0"},
            {"k-A-名次分:1": "50"},
            {"k-A-名次分:1": "60", "k-A-名次分:其他": "0"},
            {"名次分": {"1": "50", "其他": "0"}},
        ),
        (
            "graded",
            {"等次分": "优秀:1，一般:−0.5", "基础": "5"},
            {"k-A-等次分:一般": "−1", "k-A-基础": "６"},
            {"k-A-等次分:优秀": "1", "k-A-等次分:一般": "-0.5", "k-A-基础": "5"},
            {"等次分": {"优秀": "1", "一般": "-1"}, "基础": "6"},
        ),
        (
            "checklist",
            {"清单": "制度:2，台账:3"},
            {"k-A-清单:台账": "4"},
            {"k-A-清单:制度": "2", "k-A-清单:台账": "3"},
            {"清单": {"制度": "2", "台账": "4"}},
        ),
        (
            "bands",
            {"阶梯": "10:0.3，20:0.4", "封顶": "9"},
            {"k-A-阶梯:10": "0.2", "k-A-封顶": "8"},
            {"k-A-阶梯:10": "0.3", "k-A-阶梯:20": "0.4", "k-A-封顶": "9"},
            {"阶梯": {"10": "0.2", "20": "0.4"}, "封顶": "8"},
        ),
        (
            "level_sum",
            {"级别分": "省:8，市:4", "定额": "省:1，市:2", "封顶": "20"},
            {"k-A-定额:市": "3"},
            {
                "k-A-级别分:省": "8",
                "k-A-级别分:市": "4",
                "k-A-封顶": "20",
                "k-A-定额:省": "1",
                "k-A-定额:市": "2",
            },
            {"级别分": {"省": "8", "市": "4"}, "定额": {"省": "1", "市": "3"}, "封顶": "20"},
        ),
        ("flag", {"缺失": "计零"}, {}, {}, {"缺失": "计零"}),
    ],
    ids=["level_highest", "rank", "graded", "checklist", "bands", "level_sum", "no number"],
)
def test_every_number_of_a_parameter_is_moved_by_itself(kind, params, typed, fields, after):
    wish = what_if(scheme(kind, params), typed)

    (row,) = wish.rows
    (leaf,) = wish.spec.indicators
    assert {number.field: number.was for number in row.params} == fields
    assert (leaf.rule.to_params(), wish.faults) == (after, [])
    assert [number.field for number in wish.moved_numbers] == [
        field for field in fields if field in typed
    ]


def test_branch_has_no_parameters():
    branch = IndicatorSpec(code="A", name="甲", points=D(100))
    leaf = IndicatorSpec(
        code="A1", name="乙", points=D(100), parent="A", rule=make_rule("constant", {})
    )

    wish = what_if(SchemeSpec(total=D(100), indicators=(branch, leaf)), {})

    assert [row.params for row in wish.rows] == [(), ()]
    assert (wish.settings, wish.is_moved, wish.faults) == ([], False, [])


def test_lower_bounds_and_the_part_of_the_best_are_moved():
    spec = scheme(grade_bands=BANDS, excellent_ratio=D("0.3"))

    wish = what_if(spec, {"g-优秀": "95", "ratio": "25.5"})

    lower = [band.lower for band in wish.spec.grade_bands]
    assert [(one.label, one.was) for one in wish.settings] == [
        ("等次 优秀 不低于（分）", "90"),
        ("等次 良好 不低于（分）", "80"),
        ("优秀比例（%，0 为不限）", "30"),
    ]
    assert (lower, wish.spec.excellent_ratio) == ([D(95), D(80), D(0)], D("0.255"))
    assert wish.is_moved


@pytest.mark.parametrize(
    ("ratio", "typed", "after"),
    [
        (None, {"ratio": "20"}, D("0.2")),
        (D("0.3"), {"ratio": "0"}, None),
        (D("0.3"), {"ratio": ""}, None),
        (D("0.3"), {"g-优秀": "95"}, D("0.3")),
        (None, {}, None),
    ],
    ids=["set", "lifted", "emptied", "left", "none"],
)
def test_part_of_the_best_may_be_set_and_lifted(ratio, typed, after):
    wish = what_if(scheme(grade_bands=BANDS, excellent_ratio=ratio), typed)

    assert (wish.spec.excellent_ratio, wish.faults) == (after, [])


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"g-优秀": "70"}, "等次应从高到低：“优秀”70 分不高于“良好”80 分"),
        ({"g-优秀": "高"}, "“等次 优秀 不低于（分）”：“高”不是数，请写成 2、0.5 这样的数"),
        ({"ratio": "120"}, "优秀比例应大于 0、不大于 1，如 0.3"),
        ({"ratio": "20.25"}, "“优秀比例（%，0 为不限）”最多 1 位小数"),
        ({"p-A": "1000.00001"}, "“甲”最多 4 位小数"),
    ],
)
def test_what_makes_no_scheme_is_told(typed, fault):
    wish = what_if(scheme(grade_bands=BANDS), typed)

    errors = {one.field: one.error for one in (*wish.settings, *wish.rows) if one.error}
    assert (wish.spec, wish.faults) == (None, [fault])
    assert errors == wish.errors == dict.fromkeys(typed, fault)


@pytest.mark.parametrize(
    ("kind", "params", "typed", "fault"),
    [
        ("completion", {"目标": "10"}, {"k-A-目标": "0"}, "“甲”的目标：必须大于 0"),
        (
            "level_highest",
            {"级别分": "国家级:10，市级:4"},
            {"k-A-级别分:市级": "多"},
            "“甲”的级别分：市级 “多”不是数，请写成 2、0.5 这样的数",
        ),
    ],
    ids=["a number", "an entry"],
)
def test_fault_of_a_parameter_names_its_indicator_and_its_field(kind, params, typed, fault):
    wish = what_if(scheme(kind, params), typed)

    (row,) = wish.rows
    errors = {one.field: one.error for one in row.params if one.error}
    assert (wish.spec, wish.faults) == (None, [fault])
    assert errors == dict.fromkeys(typed, fault)


def test_fault_that_no_field_is_to_blame_for_marks_none():
    branch = IndicatorSpec(code="A", name="甲", points=D(100))
    leaf = IndicatorSpec(
        code="A1", name="乙", points=D(100), parent="A", rule=make_rule("constant", {})
    )

    wish = what_if(
        SchemeSpec(total=D(100), indicators=(branch, leaf)), {"p-A1": "90", "fixed": "1"}
    )

    assert (len(wish.faults), wish.errors) == (1, {})


@pytest.mark.parametrize(
    ("was", "typed", "facts", "expected"),
    [
        ("12", "12", {}, ("0", "24", "0.5", "12")),
        ("12", "15", {}, ("0", "24", "0.5", "15")),
        ("12", "60", {}, ("0", "60", "1", "60")),
        ("12", "多", {}, ("0", "24", "0.5", "12")),
        ("12", "-3", {}, ("-3", "24", "0.5", "-3")),
        ("0", "0", {}, ("0", "10", "0.1", "0")),
        ("-0.5", "-0.5", {}, ("-1", "1", "0.05", "-0.5")),
        ("0.6", "0.6", {}, ("0", "1.2", "0.05", "0.6")),
        ("0.3333", "0.3333", {}, ("0", "0.6666", "0.0001", "0.3333")),
        ("5", "5", {"is_whole": True}, ("0", "10", "1", "5")),
        ("90", "90", {"most": D(100)}, ("0", "100", "1", "90")),
        ("90", "110", {"most": D(100)}, ("0", "110", "5", "110")),
        ("6000", "6000", {}, ("0", "12000", "500", "6000")),
        ("60000", "60000", {}, ("0", "120000", "500", "60000")),
    ],
)
def test_slider_reaches_far_enough_in_round_steps(was, typed, facts, expected):
    assert slider(was, typed, **facts) == Slider(*expected)


def test_moved_row_tells_what_was_typed_from_what_followed():
    leaves = tuple(
        IndicatorSpec(code=code, name=code, points=D(50), rule=make_rule("constant", {}))
        for code in "AB"
    )

    wish = what_if(SchemeSpec(total=D(100), indicators=leaves), {"p-A": "60"})

    told = [(row.is_typed, row.is_moved, row.now, row.slider.at) for row in wish.rows]
    assert told == [(True, True, D(60), "60"), (False, True, D(40), "50")]
