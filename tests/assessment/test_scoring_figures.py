"""Figures beside the results, against numbers worked out by hand."""

from decimal import Decimal as D

import pytest

from assessment.scoring import spread
from assessment.scoring.annual import out_of_hundred, weighted
from assessment.scoring.balance import share_of, spread_of


def numbers(*texts):
    return [D(text) for text in texts]


@pytest.mark.parametrize(
    ("totals", "mean", "median", "deviation"),
    [
        (["7"], "7", "7", "0"),
        (["1", "4"], "2.5", "2.5", "1.5"),
        (["9", "1", "2"], "4", "2", "3.56"),
        (["1", "10", "2", "4"], "4.25", "3", "3.49"),
    ],
)
def test_spread_of_a_group(totals, mean, median, deviation):
    found = spread_of(numbers(*totals), 2)

    assert (found.units, found.mean, found.median, found.deviation) == (
        len(totals), D(mean), D(median), D(deviation),
    )  # fmt: skip
    assert (found.best, found.lowest) == (max(numbers(*totals)), min(numbers(*totals)))
    assert found.distance == found.best - found.lowest


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [("1", "8", "12.5"), ("1", "3", "33.3"), ("5", "5", "100"), ("3", "0", "0"), ("0", "4", "0")],
)
def test_share_is_in_per_cent_with_one_decimal(part, whole, share):
    assert share_of(D(part), D(whole)) == D(share)


@pytest.mark.parametrize(
    ("total", "full", "weight", "hundred", "counts"),
    [
        ("90", "120", "5", "75", "3.75"),
        ("100", "120", "10", "83.33", "8.33"),
        ("110", "110", "2.5", "100", "2.5"),
    ],
)
def test_total_counts_with_its_weight_in_the_annual_assessment(
    total, full, weight, hundred, counts
):
    assert out_of_hundred(D(total), D(full)) == D(hundred)
    assert weighted(D(total), D(full), D(weight)) == D(counts)


def test_spread_of_a_rehearsal_has_two_decimals():
    found = spread(numbers("1", "2", "2"), ["良好", "优秀", "良好"])

    assert (found.mean, found.deviation) == (D("1.67"), D("0.47"))
