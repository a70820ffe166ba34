from decimal import Decimal

import pytest

from assessment.rules import make_rule
from assessment.scoring import (
    GradeBand,
    GradeReason,
    IndicatorSpec,
    SchemeSpec,
    UnitSpec,
    Veto,
    VetoKind,
    score_units,
)

BANDS = (
    GradeBand("优秀", Decimal(90)),
    GradeBand("良好", Decimal(80)),
    GradeBand("合格", Decimal(60)),
    GradeBand("不合格", Decimal(0)),
)


def results_of(totals, vetoes=(), groups=None, **settings):
    """Results by unit key, for units with these totals."""
    mark = IndicatorSpec(
        code="A", name="成绩", points=Decimal(100), rule=make_rule("imported", {"满分": "100"})
    )
    spec = SchemeSpec(total=Decimal(100), indicators=(mark,), **settings)
    units = [UnitSpec(key, key, (groups or {}).get(key, "组"), "部门") for key in totals]
    values = {(key, "A"): Decimal(total) for key, total in totals.items()}
    return {result.unit.key: result for result in score_units(spec, units, values, vetoes)}


def test_ties_share_the_better_rank_and_the_next_is_skipped():
    results = results_of({"a": "80", "b": "95", "c": "90", "d": "90", "e": "90.00", "f": "10"})

    assert {key: (one.rank, one.tied) for key, one in results.items()} == {
        "b": (1, 1),
        "c": (2, 3),
        "d": (2, 3),
        "e": (2, 3),
        "a": (5, 1),
        "f": (6, 1),
    }
    assert list(results) == ["a", "b", "c", "d", "e", "f"]


def test_ranks_count_inside_a_group():
    results = results_of(
        {"a": "80", "b": "95", "c": "90"}, groups={"a": "甲", "b": "乙", "c": "甲"}
    )

    assert {key: (one.rank, one.group_size) for key, one in results.items()} == {
        "a": (2, 2),
        "b": (1, 1),
        "c": (1, 2),
    }


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("100", "优秀"),
        ("90", "优秀"),
        ("89.99", "良好"),
        ("80", "良好"),
        ("60", "合格"),
        ("59.99", "不合格"),
        ("0", "不合格"),
    ],
)
def test_grades_follow_the_lower_bounds(total, grade):
    result = results_of({"a": total}, grade_bands=BANDS)["a"]

    assert (result.grade, result.band, result.reason) == (grade, grade, GradeReason.BAND)
    assert result.excellent_places is None


def test_the_last_grade_takes_all_that_is_below():
    bands = (GradeBand("好", Decimal(60)), GradeBand("差", Decimal(50)))

    assert results_of({"a": "10"}, grade_bands=bands)["a"].grade == "差"


def test_without_bands_there_are_no_grades():
    result = results_of({"a": "10"}, [Veto("a", VetoKind.TOTAL)])["a"]

    assert (result.grade, result.band, result.reason) == ("", "", GradeReason.NONE)
    assert result.total == Decimal(0)


@pytest.mark.parametrize(
    ("size", "ratio", "places"),
    [(10, "0.3", 3), (9, "0.3", 2), (3, "0.3", 0), (3, "1", 3), (7, "0.333", 2)],
)
def test_excellent_places_are_rounded_down(size, ratio, places):
    totals = {str(number): str(100 - number) for number in range(size)}

    results = results_of(totals, grade_bands=BANDS, excellent_ratio=Decimal(ratio))

    grades = [result.grade for result in results.values()]
    assert results["0"].excellent_places == places
    assert grades.count("优秀") == places


def test_who_finds_no_place_drops_to_the_next_grade():
    results = results_of(
        {"a": "99", "b": "95", "c": "92", "d": "70"},
        grade_bands=BANDS,
        excellent_ratio=Decimal("0.5"),
    )

    assert {key: (one.band, one.grade, one.reason) for key, one in results.items()} == {
        "a": ("优秀", "优秀", GradeReason.BAND),
        "b": ("优秀", "优秀", GradeReason.BAND),
        "c": ("优秀", "良好", GradeReason.PLACES_TAKEN),
        "d": ("合格", "合格", GradeReason.BAND),
    }


def test_places_stay_empty_where_totals_do_not_reach_the_band():
    results = results_of(
        {"a": "91", "b": "85", "c": "84", "d": "83"},
        grade_bands=BANDS,
        excellent_ratio=Decimal("0.5"),
    )

    assert [one.grade for one in results.values()] == ["优秀", "良好", "良好", "良好"]


def test_a_tie_at_the_edge_gets_no_place_and_is_not_overtaken():
    results = results_of(
        {"a": "99", "b": "95", "c": "95", "d": "94", "e": "10"},
        grade_bands=BANDS,
        excellent_ratio=Decimal("0.4"),
    )

    assert {key: (one.grade, one.reason) for key, one in results.items()} == {
        "a": ("优秀", GradeReason.BAND),
        "b": ("良好", GradeReason.TIE_AT_EDGE),
        "c": ("良好", GradeReason.TIE_AT_EDGE),
        "d": ("良好", GradeReason.PLACES_TAKEN),
        "e": ("不合格", GradeReason.BAND),
    }


def test_a_tie_that_fits_gets_its_places():
    results = results_of(
        {"a": "95", "b": "95", "c": "94", "d": "10"},
        grade_bands=BANDS,
        excellent_ratio=Decimal("0.5"),
    )

    assert [one.grade for one in results.values()] == ["优秀", "优秀", "良好", "不合格"]


@pytest.mark.parametrize(
    ("frees_place", "grades"),
    [(True, ["良好", "优秀", "优秀", "良好"]), (False, ["良好", "优秀", "良好", "良好"])],
)
def test_a_unit_barred_from_the_top_grade_leaves_its_place_or_not(frees_place, grades):
    results = results_of(
        {"a": "99", "b": "95", "c": "92", "d": "91"},
        [Veto("a", VetoKind.TOP_GRADE, "通报批评")],
        grade_bands=BANDS,
        excellent_ratio=Decimal("0.5"),
        veto_frees_place=frees_place,
    )

    assert [one.grade for one in results.values()] == grades
    assert results["a"].reason is GradeReason.TOP_GRADE_BARRED
    assert (results["a"].total, results["a"].rank) == (Decimal(99), 1)


def test_being_barred_from_the_top_grade_changes_no_lower_grade():
    results = results_of({"a": "85"}, [Veto("a", VetoKind.TOP_GRADE)], grade_bands=BANDS)

    assert (results["a"].grade, results["a"].reason) == ("良好", GradeReason.BAND)


def test_a_vetoed_unit_ranks_with_0_points_and_takes_no_place():
    results = results_of(
        {"a": "99", "b": "95", "c": "92"},
        [Veto("a", VetoKind.TOTAL)],
        grade_bands=BANDS,
        excellent_ratio=Decimal("0.7"),
    )

    assert {key: (one.rank, one.grade) for key, one in results.items()} == {
        "a": (3, "不合格"),
        "b": (1, "优秀"),
        "c": (2, "优秀"),
    }


def test_a_vetoed_unit_gets_the_bottom_grade_even_where_0_is_good():
    bands = (GradeBand("好", Decimal(-5)), GradeBand("差", Decimal(-9)))

    results = results_of({"a": "50"}, [Veto("a", VetoKind.TOTAL)], grade_bands=bands)

    assert (results["a"].band, results["a"].grade) == ("好", "差")
