"""The forecast of one unit, by sums done by hand."""

from decimal import Decimal as D

import pytest

from assessment.rules import Role, make_rule
from assessment.scoring import (
    IndicatorSpec,
    SchemeRefused,
    SchemeSpec,
    UnitSpec,
    Veto,
    VetoKind,
    score_one,
    score_units,
)

UNIT = UnitSpec("1", "一乡", "苏木乡镇", "苏木乡镇")
PEER = UnitSpec("2", "二乡", "苏木乡镇", "苏木乡镇")


def leaf(code, points, kind, parent="", role=None, excluded_by="", **params):
    return IndicatorSpec(
        code=code,
        name=code,
        points=D(points),
        parent=parent,
        role=role,
        rule=make_rule(kind, params),
        excluded_by=excluded_by,
        measure="次",
    )


SPEC = SchemeSpec(
    total=D(100),
    indicators=(
        IndicatorSpec(code="A", name="A", points=D(60)),
        leaf("A1", 40, "per_unit", "A", 单价="10"),
        leaf("A2", 20, "deduct_each", "A", 每次扣="5"),
        leaf("B", 40, "manual"),
        IndicatorSpec(code="C", name="C", points=D(5), role=Role.BONUS),
        leaf("C1", 5, "flag", "C"),
        IndicatorSpec(code="D", name="D", points=D(3), role=Role.DEDUCTION),
        leaf("D1", 3, "per_unit", "D", 单价="1"),
    ),
)
NOTHING = {"A1": D(0), "A2": D(0), "C1": D(0), "D1": D(0)}


def forecast(values, spec=SPEC, **options):
    given = {("1", code): value for code, value in (NOTHING | values).items()}
    return score_one(spec, UNIT, given, **options)


@pytest.mark.parametrize(
    ("values", "now", "pending", "reachable"),
    [
        ({}, 20, 40, 45),
        ({"A1": D(2)}, 40, 40, 25),
        ({"A1": D(9), "C1": D(1)}, 65, 40, 0),
        ({"A2": D(1), "D1": D(2)}, 13, 40, 45),
        ({"B": (D(30),)}, 50, 0, 45),
    ],
    ids=["nothing", "half", "full", "lost", "marked"],
)
def test_forecast_parts_what_is_had_from_what_is_open(values, now, pending, reachable):
    found = forecast(values, given=frozenset({"B"}))

    assert (found.now.total, found.pending, found.reachable) == (D(now), D(pending), D(reachable))
    assert found.best.total == D(now + pending + reachable)


def test_forecast_of_complete_values_is_the_score():
    values = {("1", code): value for code, value in (NOTHING | {"B": (D(30),)}).items()}
    (scored,) = score_units(SPEC, [UNIT], values)

    found = score_one(SPEC, UNIT, values)

    assert (found.now.lines, found.now.total) == (scored.lines, scored.total)


def test_forecast_names_what_is_lost_and_open_line_by_line():
    found = forecast({"A1": D(1), "A2": D(1), "D1": D(2)})

    lines = {line.code: (found.open(line), found.lost(line)) for line in found.now.lines}
    assert lines == {
        "A": (D(30), D(5)),
        "A1": (D(30), D(0)),
        "A2": (D(0), D(5)),
        "B": (D(40), D(0)),
        "C": (D(5), D(0)),
        "C1": (D(5), D(0)),
        "D": (D(0), D(2)),
        "D1": (D(0), D(2)),
    }


def test_forecast_of_pending_lines_has_a_range():
    pending = forecast({}).prospects["B"]

    assert (pending.is_pending, pending.now.points, pending.now.value, pending.best) == (
        True,
        D(0),
        None,
        D(40),
    )


@pytest.mark.parametrize(
    ("reached", "best"), [("3", 30), ("9", 40), ("1", 20)], ids=["short", "enough", "no worse"]
)
def test_forecast_knows_what_time_still_allows(reached, best):
    found = forecast({"A1": D(2)}, reach={"A1": D(reached)})

    assert found.prospects["A1"].best == D(best)


@pytest.mark.parametrize(
    ("kind", "params", "value", "best"),
    [("per_unit", {"单价": "1"}, "2", 2), ("best_ratio", {}, "1", 0)],
    ids=["never taken back", "caught up"],
)
def test_forecast_of_a_deduction_is_what_may_be_spared(kind, params, value, best):
    spec = SchemeSpec(
        total=D(10),
        indicators=(leaf("A", 10, "flag"), leaf("D", 3, kind, role=Role.DEDUCTION, **params)),
    )

    found = score_one(spec, UNIT, {("1", "A"): D(1), ("1", "D"): D(value)})

    assert found.prospects["D"].best == D(best)


def test_forecast_of_what_is_not_given_yet_is_pending_even_where_nothing_counts_as_zero():
    spec = SchemeSpec(
        total=D(100),
        indicators=(
            leaf("A", 60, "manual", 缺失="计零"),
            leaf("B", 40, "imported", 满分="100", 缺失="计零"),
        ),
    )

    found = score_one(spec, UNIT, {}, given=frozenset({"A", "B"}))

    assert (found.now.total, found.pending, found.best.total) == (D(0), D(100), D(100))
    assert [found.lost(line) for line in found.now.lines] == [D(0), D(0)]


def test_forecast_of_what_is_still_to_be_compared_is_pending_and_voids_as_it_stands():
    spec = SchemeSpec(
        total=D(70),
        indicators=(
            leaf("A", 60, "rank", 名次分="1:60，2:50", 缺失="计零"),
            leaf("B", 10, "per_unit", excluded_by="A", 单价="1"),
        ),
    )

    found = score_one(spec, UNIT, {("1", "A"): D(2), ("1", "B"): D(3)}, undecided=frozenset({"A"}))

    assert (found.now.total, found.pending, found.reachable) == (D(0), D(60), D(0))
    assert found.prospects["A"].is_pending


def test_forecast_of_a_pending_deduction_hopes_for_none():
    spec = SchemeSpec(
        total=D(10),
        indicators=(leaf("A", 10, "flag"), leaf("D", 3, "manual", role=Role.DEDUCTION)),
    )

    found = score_one(spec, UNIT, {("1", "A"): D(1)})

    assert (found.now.total, found.pending, found.prospects["D"].best) == (D(10), D(0), D(0))


def test_forecast_compares_with_the_group():
    spec = SchemeSpec(total=D(10), indicators=(leaf("A", 10, "best_ratio"),))
    values = {("1", "A"): D(2), ("2", "A"): D(4)}

    found = score_one(spec, UNIT, values, peers=[PEER])

    assert (found.now.total, found.best.total) == (D(5), D(10))


def test_forecast_leaves_alone_what_is_excluded_or_does_not_apply():
    base = leaf("A", 10, "per_unit", excluded_by="B", 单价="1")
    other = IndicatorSpec(
        code="Z", name="Z", points=D(5), rule=make_rule("flag", {}), applies_to=frozenset({"部门"})
    )
    spec = SchemeSpec(total=D(25), indicators=(base, leaf("B", 10, "flag"), other))

    found = score_one(spec, UNIT, {("1", "A"): D(1), ("1", "B"): D(1)})

    line = {one.code: one for one in found.now.lines}
    assert (found.open(line["A"]), found.lost(line["A"])) == (D(0), D(10))
    assert (found.open(line["Z"]), found.lost(line["Z"]), "Z" in found.prospects) == (
        D(0),
        D(0),
        False,
    )


def test_forecast_of_a_constant_stays():
    spec = SchemeSpec(total=D(10), indicators=(leaf("A", 10, "constant"),))

    assert score_one(spec, UNIT, {}).prospects["A"].best == D(10)


def test_forecast_of_a_vetoed_unit_is_nothing():
    found = forecast({}, vetoes=[Veto("1", VetoKind.TOTAL, "弄虚作假")])

    assert (found.now.total, found.reachable) == (D(0), D(0))


def test_forecast_of_an_unsound_scheme_is_refused():
    with pytest.raises(SchemeRefused):
        score_one(SchemeSpec(total=D(10), indicators=()), UNIT, {})


def test_forecast_takes_the_better_of_two_that_void_each_other():
    spec = SchemeSpec(
        total=D(10),
        indicators=(
            leaf("A", 10, "per_unit", excluded_by="X", 单价="1"),
            leaf("X", 4, "flag", role=Role.BONUS),
        ),
    )

    found = score_one(spec, UNIT, {("1", "A"): D(2), ("1", "X"): D(0)})

    opened = {line.code: found.open(line) for line in found.now.lines}
    assert (found.now.total, found.best.total, len(found.ways)) == (D(2), D(10), 2)
    assert opened == {"A": D(8), "X": D(4)}


def test_forecast_tries_not_all_ways_of_very_many_that_void_others():
    pairs = [
        (
            leaf(f"A{number}", 1, "per_unit", excluded_by=f"X{number}", 单价="1"),
            leaf(f"X{number}", 1, "flag", role=Role.BONUS),
        )
        for number in range(7)
    ]
    spec = SchemeSpec(total=D(7), indicators=tuple(one for pair in pairs for one in pair))

    found = score_one(spec, UNIT, {("1", leaf.code): D(0) for leaf in spec.indicators})

    assert len(found.ways) == 1


def test_forecast_of_levels_that_can_lose_points_is_the_cap():
    params = {"级别分": "省:2", "定额": "省:1", "加分单价": "省:-1", "周期": "月", "周期封顶": "9"}
    spec = SchemeSpec(total=D(10), indicators=(leaf("A", 10, "level_sum", **params),))
    value = {"1": {"省": D(1)}}

    found = score_one(spec, UNIT, {("1", "A"): value}, reach={"A": {"1": {"省": D(5)}}})

    assert (found.now.total, found.best.total) == (D(2), D(10))


@pytest.mark.parametrize(
    ("kind", "params", "value", "best"),
    [
        ("per_unit", {"单价": "0.001"}, D(0), 10),
        ("threshold", {"条件": "=", "标准": "5"}, D(3), 10),
        ("threshold", {"条件": "≤", "标准": "5"}, D(9), 0),
        ("sliding", {"标准": "5", "步长": "1", "每步扣": "1", "方向": "越低越好"}, D(8), 7),
        ("bands", {"阶梯": "1:1，5:2"}, D(2), 10),
        ("bands", {"阶梯": "1:1，5:0.1"}, D(2), 10),
        ("level_highest", {"级别分": "省:8，市:4"}, {"省": D(0), "市": D(0)}, 8),
        ("graded", {"等次分": "优:1，差:-2", "基础": "4"}, {"优": D(0), "差": D(1)}, 10),
        ("graded", {"等次分": "差:-2"}, {"差": D(1)}, 8),
        ("level_sum", {"级别分": "省:2，市:-1"}, {"省": D(1), "市": D(1)}, 10),
        (
            "level_sum",
            {"级别分": "省:2", "定额": "省:3", "加分单价": "省:-1"},
            {"省": D(1)},
            10,
        ),
        ("checklist", {"清单": "a:3，b:2"}, ("a",), 5),
        ("checklist", {"达标数": "3:0.5，1:0.8"}, D(0), 8),
        ("deduct_each", {"每次扣": "2"}, D(1), 8),
    ],
)
def test_forecast_is_as_tight_as_the_rule_allows(kind, params, value, best):
    spec = SchemeSpec(total=D(10), indicators=(leaf("A", 10, kind, **params),))

    assert score_one(spec, UNIT, {("1", "A"): value}).best.total == D(best)


QUOTAS = {"级别分": "省:0，市:0", "定额": "省:1，市:2", "加分单价": "省:2，市:1"}


@pytest.mark.parametrize(
    ("params", "value", "limit", "best"),
    [
        (QUOTAS, {"省": D(0), "市": D(0)}, None, 10),
        (QUOTAS, {"省": D(0), "市": D(0)}, {"省": D(3), "市": D(3)}, 5),
        (
            {"级别分": "省:-1，市:1", "定额": "省:3", "加分单价": "省:1"},
            {"省": D(0), "市": D(1)},
            {"省": D(4), "市": D(3)},
            3,
        ),
        (
            {"周期": "季", "周期封顶": "9", **QUOTAS},
            {"1": {"省": D(1)}},
            {"1": {"省": D(3), "市": D(2)}},
            4,
        ),
    ],
    ids=["plenty", "as far as time goes", "not what costs points", "by quarter"],
)
def test_forecast_grows_levels_that_bring_points_above_their_quota(params, value, limit, best):
    spec = SchemeSpec(
        total=D(10),
        indicators=(
            leaf("Z", 10, "constant"),
            leaf("A", 10, "level_sum", role=Role.BONUS, **params),
        ),
    )

    found = score_one(spec, UNIT, {("1", "A"): value}, reach={"A": limit})

    assert found.best.bonus == D(best)


BY_QUARTER = {"周期": "季", "周期封顶": "2"}


@pytest.mark.parametrize(
    ("kind", "params", "value", "limit", "best"),
    [
        ("per_unit", {"单价": "1"}, {"1": D(1)}, {"1": D(1), "2": D(3)}, 3),
        ("per_unit", {"单价": "1"}, {"1": D(1)}, None, 8),
        ("level_sum", {"级别分": "省:1"}, {"1": {"省": D(1)}}, None, 8),
    ],
    ids=["as far as time goes", "plenty", "plenty of levels"],
)
def test_forecast_grows_every_quarter_up_to_its_cap(kind, params, value, limit, best):
    spec = SchemeSpec(
        total=D(10),
        indicators=(
            leaf("Z", 10, "constant"),
            leaf("A", 10, kind, role=Role.BONUS, **params, **BY_QUARTER),
        ),
    )

    found = score_one(spec, UNIT, {("1", "A"): value}, reach={"A": limit})

    assert found.best.bonus == D(best)


def test_forecast_of_levels_knows_what_time_still_allows():
    spec = SchemeSpec(
        total=D(10), indicators=(leaf("A", 10, "level_highest", 级别分="省:8，市:4"),)
    )
    value, limit = {"省": D(0), "市": D(0)}, {"省": D(0), "市": D(1)}

    assert score_one(spec, UNIT, {("1", "A"): value}, reach={"A": limit}).best.total == D(4)


def test_forecast_of_a_deduction_by_grades_hopes_for_those_that_lessen_it():
    graded = leaf("D", 5, "graded", role=Role.DEDUCTION, 等次分="优:-2", 基础="5")
    spec = SchemeSpec(total=D(10), indicators=(leaf("Z", 10, "constant"), graded))

    found = score_one(spec, UNIT, {("1", "D"): {"优": D(0)}})

    assert (found.now.total, found.best.total) == (D(5), D(10))


@pytest.mark.parametrize(
    ("kind", "params", "limit", "best"),
    [
        ("bands", {"阶梯": "1:1，5:0.1"}, D(6), 4),
        ("bands", {"阶梯": "1:1，5:0.1"}, D(600), 10),
        ("bands", {"阶梯": "1:1，5:0.1"}, D("4.5"), 10),
    ],
    ids=["tried one by one", "too many", "not whole"],
)
def test_forecast_tries_what_time_allows(kind, params, limit, best):
    spec = SchemeSpec(total=D(10), indicators=(leaf("A", 10, kind, **params),))

    found = score_one(spec, UNIT, {("1", "A"): D(2)}, reach={"A": limit})

    assert found.best.total == D(best)
