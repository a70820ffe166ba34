"""Corrections: a leaf's points set by decision, told in the sentence of the line."""

from decimal import Decimal

import pytest

from assessment.rules import make_rule
from assessment.scoring import (
    Correction,
    IndicatorSpec,
    LineStatus,
    SchemeSpec,
    UnitSpec,
    digest,
    explain_line,
    score_units,
)

UNITS = [UnitSpec("1", "甲", "组", "镇"), UnitSpec("2", "乙", "组", "苏木")]
VALUES = {
    (unit, code): Decimal(number)
    for unit, code, number in [("1", "A1", 2), ("2", "A1", 3), ("1", "A2", 1), ("2", "A2", 1)]
}
SPEC = SchemeSpec(
    total=Decimal(10),
    indicators=(
        IndicatorSpec(code="A", name="活动", points=Decimal(10)),
        IndicatorSpec(
            code="A1",
            name="联创活动",
            points=Decimal(6),
            parent="A",
            rule=make_rule("per_unit", {"单价": "2"}),
            measure="次",
        ),
        IndicatorSpec(
            code="A2",
            name="仅镇适用",
            points=Decimal(4),
            parent="A",
            rule=make_rule("flag", {}),
            applies_to=frozenset({"镇"}),
        ),
    ),
)


def totals(*corrections):
    results = score_units(SPEC, UNITS, VALUES, corrections=corrections)
    return [result.total for result in results]


def test_correction_replaces_the_points_and_everything_above_follows():
    before = totals()

    after = totals(Correction("1", "A1", Decimal("5.5"), "异议答复〔2026〕1号"))

    assert before == [Decimal(8), Decimal(10)]
    assert after == [Decimal("9.5"), Decimal(10)]


@pytest.mark.parametrize(
    ("corrections", "expected"),
    [
        pytest.param([("1", "A1", "1"), ("1", "A1", "3")], ["7", "10"], id="the_last_one_counts"),
        pytest.param([("2", "A2", "4")], ["8", "10"], id="not_where_the_leaf_does_not_apply"),
        pytest.param([("9", "A1", "4")], ["8", "10"], id="not_for_an_unknown_unit"),
    ],
)
def test_which_correction_takes_effect(corrections, expected):
    given = [Correction(unit, code, Decimal(n), "依据") for unit, code, n in corrections]

    assert totals(*given) == [Decimal(number) for number in expected]


def test_corrected_line_keeps_its_outcome_and_tells_the_basis():
    correction = Correction("1", "A1", Decimal("5.5"), "异议答复〔2026〕1号")

    result = score_units(SPEC, UNITS, VALUES, corrections=[correction])[0]

    line = result.line("A1")
    assert (line.status, line.points, line.outcome.points) == (
        LineStatus.CORRECTED,
        Decimal("5.5"),
        Decimal(4),
    )
    assert explain_line(SPEC, result, "A1") == (
        "联创活动 2 次 × 2 分 = 4 分，得 4 分，比满分 6 分少 2 分；"
        "按更正（异议答复〔2026〕1号）得 5.5 分"
    )


def test_correction_changes_the_digest():
    plain = score_units(SPEC, UNITS, VALUES)
    corrected = score_units(
        SPEC, UNITS, VALUES, corrections=[Correction("1", "A1", Decimal(4), "依据")]
    )

    assert digest(plain) != digest(corrected)
