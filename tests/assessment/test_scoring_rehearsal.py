"""A draft on last year's data, what its results look like, and what if — by sums done by hand."""

from decimal import Decimal as D

import pytest

from assessment.rules import Role, RuleRefused, make_rule
from assessment.scoring import (
    Column,
    FlatLine,
    GradeBand,
    IndicatorSpec,
    NaPolicy,
    SchemeRefused,
    SchemeSpec,
    Standing,
    UnitSpec,
    ValuesRefused,
    check_scheme,
    flat_lines,
    grade_moves,
    histogram,
    mean_rate,
    moved,
    rehearse,
    spread,
    unseen_leaves,
)


def leaf(code, points, kind="per_unit", parent="", **facts):
    params = facts.pop("params", {"单价": "10"} if kind == "per_unit" else {})
    rule = make_rule(kind, params)
    return IndicatorSpec(code=code, name=code, points=D(points), parent=parent, rule=rule, **facts)


def branch(code, points, parent="", **facts):
    return IndicatorSpec(code=code, name=code, points=D(points), parent=parent, **facts)


UNITS = [UnitSpec(key, key, "组", "乡镇") for key in ("1", "2")]
SPEC = SchemeSpec(
    total=D(100),
    indicators=(
        branch("A", 60),
        leaf("A1", 40, parent="A"),
        leaf("A2", 20, parent="A"),
        leaf("B", 40, "manual", params={"步长": "1", "评委数": "3"}),
    ),
    na_policy=NaPolicy.ZERO,
)
VALUES = {("1", "A1"): D(4), ("2", "A1"): D(1), ("1", "A2"): D(1), ("2", "A2"): D(1)}


def test_rehearse_counts_last_years_marks_as_a_part_of_the_full_points():
    rates = {("1", "B"): D("0.9"), ("2", "B"): D("0.5"), ("1", "gone"): D(1)}

    one, two = rehearse(SPEC, UNITS, VALUES, rates)

    assert (one.total, two.total) == (D(40 + 10 + 36), D(10 + 10 + 20))


def test_rehearse_takes_the_rest_for_the_whole_where_a_leaf_is_left_out():
    one, two = rehearse(SPEC, UNITS, VALUES, {}, left_out=["B"])

    assert (one.total, two.total) == (D("83.33"), D("33.33"))
    assert (one.line("B").points, one.obtainable) == (None, D(60))


def test_rehearse_names_what_is_missing():
    with pytest.raises(ValuesRefused, match="没有数据"):
        rehearse(SPEC, UNITS, VALUES, {("1", "B"): D(1)})


def test_rehearse_refuses_an_unsound_draft():
    spec = SchemeSpec(total=D(90), indicators=SPEC.indicators)

    with pytest.raises(SchemeRefused, match="合计 100 分"):
        rehearse(spec, UNITS, VALUES, {}, left_out=["B"])


@pytest.mark.parametrize(
    ("policy", "points"),
    [(NaPolicy.RESCALE, D(75)), (NaPolicy.FULL, D(80)), (NaPolicy.ZERO, D(60))],
)
def test_rehearse_takes_what_is_left_out_for_the_rest_before_the_policy(policy, points):
    spec = SchemeSpec(
        total=D(100),
        indicators=(
            leaf("A", 60),
            leaf("B", 20, "manual"),
            leaf("C", 20, applies_to=frozenset({"部门"})),
        ),
        na_policy=policy,
    )

    one, _two = rehearse(spec, UNITS, {("1", "A"): D("4.5"), ("2", "A"): D(0)}, {}, left_out=["B"])

    # 45 of 60 stand for 60 of the 80 that apply.
    assert (one.earned, one.obtainable, one.total) == (D(45), D(60), points)


VOIDING = (
    leaf("B", 40, "deduct_each", params={"每次扣": "10"}),
    leaf("A", 60, excluded_by="B"),
)


@pytest.mark.parametrize(
    ("values", "points"),
    [({("1", "B"): D(0)}, D(60)), ({("1", "B"): D(1)}, D(0)), ({}, D(60))],
    ids=["nothing happened", "something happened", "nobody knows"],
)
def test_rehearse_voids_by_the_value_of_what_people_gave(values, points):
    spec = SchemeSpec(total=D(100), indicators=VOIDING)
    values = values | {("1", "A"): D(6)}

    (one,) = rehearse(spec, UNITS[:1], values, {("1", "B"): D("0.75")})

    assert (one.line("A").points, one.line("B").points) == (points, D(30))


@pytest.mark.parametrize(
    ("kind", "params", "bar"),
    [("imported", {"满分": "50"}, "45"), ("manual", {"评委数": "3"}, "9")],
)
def test_rehearse_exempts_by_what_a_rate_tells_of_the_value(kind, params, bar):
    step = {"标准": "10", "步长": "1", "每步扣": "5", "豁免": f"B>={bar}"}
    leaves = (leaf("A", 90, "sliding", params=step), leaf("B", 10, kind, params=params))
    spec = SchemeSpec(total=D(100), indicators=leaves)
    counted = {("1", "A"): D(0), ("2", "A"): D(0)}

    one, two = rehearse(spec, UNITS, counted, {("1", "B"): D("0.9"), ("2", "B"): D("0.89")})

    assert (one.total, two.total) == (D(90 + 9), D("48.9"))


@pytest.mark.parametrize(
    ("kind", "params", "rate", "points"),
    [
        ("completion", {"目标": "10", "封顶比": "1.2"}, "1.2", "72"),
        ("completion", {"目标": "10"}, "1.2", "60"),
        ("threshold", {"条件": ">", "标准": "1", "未达": "-6"}, "-0.1", "-6"),
        ("manual", {}, "-0.1", "0"),
    ],
)
def test_rehearse_keeps_the_limits_of_the_leafs_own_rule(kind, params, rate, points):
    spec = SchemeSpec(total=D(100), indicators=(leaf("A", 60, kind, params=params), leaf("B", 40)))

    (one,) = rehearse(spec, UNITS[:1], {("1", "B"): D(0)}, {("1", "A"): D(rate)})

    assert one.total == D(points)


@pytest.mark.parametrize(
    ("values", "codes", "expected"),
    [
        ({("1", "B"): D(0)}, "AB", ["B"]),
        ({("1", "B"): D(0), ("2", "B"): D(2)}, "AB", []),
        ({}, "A", []),
    ],
    ids=["one unit has none", "all have one", "not given by people"],
)
def test_unseen_leaves_are_looked_at_and_have_no_value(values, codes, expected):
    spec = SchemeSpec(total=D(100), indicators=VOIDING)
    other_kind = UnitSpec("3", "3", "组", "部门")
    rates = {("1", "B"): D(1), ("1", "gone"): D(1)}

    assert unseen_leaves(spec, UNITS, values, rates, codes) == expected
    only = IndicatorSpec(
        code="B", name="B", points=D(40), rule=VOIDING[0].rule, applies_to=frozenset({"乡镇"})
    )
    spec = SchemeSpec(total=D(100), indicators=(only, VOIDING[1]))
    assert unseen_leaves(spec, [other_kind], values, rates, codes) == []


def test_unseen_leaves_of_an_exemption_are_those_that_what_is_counted_looks_at():
    step = {"标准": "10", "步长": "1", "每步扣": "5", "豁免": "B>=1"}
    leaves = (leaf("A", 90, "sliding", params=step), leaf("B", 10))
    spec = SchemeSpec(total=D(100), indicators=leaves)

    found = [unseen_leaves(spec, UNITS, {}, {}, codes) for codes in ("B", "AB")]

    assert found == [["B"], []]


def test_mean_rate_is_that_of_all_points_together():
    results = rehearse(SPEC, UNITS, VALUES, {}, left_out=["B"])

    assert (mean_rate(results), mean_rate([])) == (D("0.5833"), D(0))


def test_spread_is_that_of_the_whole_group():
    found = spread([D(70), D(80), D(90), D(100)], ["良好", "良好", "优秀", "优秀"])

    assert (found.units, found.mean, found.deviation) == (4, D(85), D("11.18"))
    assert (found.lowest, found.median, found.highest) == (D(70), D(85), D(100))
    assert found.grades == {"良好": 2, "优秀": 2}


def test_histogram_leaves_no_gap():
    found = histogram([D(70), D("74.99"), D(85), D(100)], D(100))

    assert [(one.lower, one.count) for one in found] == [
        (D(70), 2),
        (D(75), 0),
        (D(80), 0),
        (D(85), 1),
        (D(90), 0),
        (D(95), 0),
        (D(100), 1),
    ]
    assert (found[0], histogram([], D(100))) == (Column(D(70), D(75), 2), [])


def test_flat_lines_tell_nobody_apart():
    points = {
        "1": {"A": D(10), "B": D(0), "C": D(3), "D": D(2), "E": None},
        "2": {"A": D(10), "B": D(0), "C": D(4), "D": D(2), "E": D(1)},
    }
    full = {code: D(10) for code in "ABCDE"}

    assert flat_lines(points, full) == [
        FlatLine("A", D(10), is_full=True, units=2),
        FlatLine("B", D(0), is_full=False, units=2),
        FlatLine("D", D(2), is_full=False, units=2),
    ]


def test_grade_moves_name_the_lines_that_made_them():
    before = {
        "1": Standing(D(92), "优秀", {"A": D(40), "B": D(30), "C": D(5), "D": D(4)}),
        "2": Standing(D(70), "合格", {"A": D(20)}),
        "3": Standing(D(85), "良好", {}),
        "gone": Standing(D(85), "良好", {}),
    }
    after = {
        "1": Standing(D(80), "良好", {"A": D(32), "B": D(31), "C": D(5), "D": None, "E": D(3)}),
        "2": Standing(D(91), "优秀", {"A": D(41)}),
        "3": Standing(D(86), "良好", {}),
        "new": Standing(D(86), "良好", {}),
    }

    one, two = grade_moves(before, after, ["优秀", "良好", "合格"], most_lines=1)

    assert (one.unit, one.grade_before, one.grade, one.is_up) == ("1", "优秀", "良好", False)
    assert (one.total_before, one.total, one.lines) == (D(92), D(80), (("A", D(40), D(32)),))
    assert (two.unit, two.is_up, two.lines) == ("2", True, (("A", D(20), D(41)),))


def test_grade_moves_name_what_applies_no_longer_first():
    before = {"1": Standing(D(60), "合格", {"A": D(3), "C": D(10), "D": None})}
    after = {"1": Standing(D(55), "", {"A": D(5), "C": None, "D": D(1)})}

    (move,) = grade_moves(before, after, ["合格"])

    assert move.lines == (
        ("C", D(10), None),
        ("A", D(3), D(5)),
        ("D", None, D(1)),
    )


def test_grade_moves_take_an_unknown_grade_for_the_last():
    before = {"1": Standing(D(80), "旧等次", {})}
    after = {"1": Standing(D(80), "合格", {})}

    assert grade_moves(before, after, ["优秀", "合格"])[0].is_up is True


def counts(spec):
    return {one.code: one.counts_as for one in spec.indicators}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"A": 60, "A1": 40, "A2": 20, "B": 40}),
        ({"B": "30"}, {"A": 70, "A1": "46.67", "A2": "23.33", "B": 30}),
        ({"A": "30"}, {"A": 30, "A1": 20, "A2": 10, "B": 70}),
        ({"A1": "50"}, {"A": 60, "A1": 50, "A2": 10, "B": 40}),
        ({"A": "50", "A1": "40"}, {"A": 50, "A1": 40, "A2": 10, "B": 50}),
        ({"A1": "70"}, {"A": 60, "A1": 70, "A2": 20, "B": 40}),
    ],
    ids=["nothing", "leaf", "branch", "inner leaf", "both", "too much"],
)
def test_moved_scales_what_stands_beside_and_below(changes, expected):
    found = moved(SPEC, {code: D(points) for code, points in changes.items()})

    assert counts(found) == {code: D(points) for code, points in expected.items()}


def test_moved_branch_to_nothing_takes_its_leaves_along():
    leaves = (leaf("B", 60), branch("P", 40), leaf("P1", 40, parent="P"))

    found = moved(SchemeSpec(total=D(100), indicators=leaves), {"P": D(0)})

    assert counts(found) == {"B": D(100), "P": D(0), "P1": D(0)}
    assert check_scheme(found) == []


def test_moved_scheme_still_adds_up():
    assert check_scheme(moved(SPEC, {"B": D("33.3")})) == []


def test_moved_without_scaling_leaves_the_rest():
    found = moved(SPEC, {"B": D(30)}, is_scaled=False)

    assert counts(found) == {"A": D(60), "A1": D(40), "A2": D(20), "B": D(30)}
    assert "少 10 分" in check_scheme(found)[0].message


def test_moved_conversion_changes_the_weight():
    spec = SchemeSpec(
        total=D(100),
        indicators=(
            branch("A", 200, weight=D(60)),
            leaf("A1", 200, parent="A"),
            leaf("B", 40),
        ),
    )

    found = moved(spec, {"A": D(70)})

    assert counts(found) == {"A": D(70), "A1": D(200), "B": D(30)}
    assert found.indicators[0].points == D(200)


def test_moved_bonus_stays_alone():
    spec = SchemeSpec(
        total=D(100),
        indicators=(
            leaf("A", 100),
            branch("C", 10, role=Role.BONUS),
            leaf("C1", 6, parent="C"),
            leaf("C2", 6, parent="C"),
        ),
    )

    assert counts(moved(spec, {"C": D(5)})) == {"A": D(100), "C": D(5), "C1": D(6), "C2": D(6)}


def test_moved_keeps_the_parts_of_each_kind_adding_up():
    town, office = frozenset({"乡镇"}), frozenset({"部门"})
    spec = SchemeSpec(
        total=D(100),
        indicators=(
            leaf("A", 40),
            leaf("T", 60, applies_to=town),
            leaf("P", 60, applies_to=office),
        ),
    )

    found = moved(spec, {"A": D(70)})

    assert counts(found) == {"A": D(70), "T": D(30), "P": D(30)}
    assert check_scheme(found) == []


def test_moved_parameters_change_the_rule():
    found = moved(SPEC, {}, {"A1": {"单价": "20"}, "A": {"单价": "1"}})

    rules = {one.code: one.rule for one in found.indicators}
    assert rules["A1"] == make_rule("per_unit", {"单价": "20"})
    assert (rules["A"], rules["A2"]) == (None, SPEC.indicators[2].rule)
    with pytest.raises(RuleRefused):
        moved(SPEC, {}, {"A1": {"单价": "多"}})


def test_rehearsal_scales_marks_with_what_if():
    spec = moved(SPEC, {"B": D(20)})

    one, _two = rehearse(spec, UNITS, VALUES, {("1", "B"): D("0.9"), ("2", "B"): D(1)})

    assert one.line("B").points == D(18)


def test_rehearsal_gives_grades():
    bands = (GradeBand("优秀", D(80)), GradeBand("合格", D(0)))
    spec = SchemeSpec(total=D(100), indicators=SPEC.indicators, grade_bands=bands)

    results = rehearse(spec, UNITS, VALUES, {("1", "B"): D(1), ("2", "B"): D(1)})

    assert [one.grade for one in results] == ["优秀", "合格"]
