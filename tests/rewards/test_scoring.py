"""Division of reward money: tables worked by hand, and properties that must always hold."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.scoring import (
    Candidate,
    DivisionError,
    TierSpec,
    divide_by_share,
    divide_by_tiers,
    eligible,
)

TIERS = (TierSpec("一档", 1, D("5000.00")), TierSpec("二档", 2, D("3000.00")))


def units(*totals: str) -> list[Candidate]:
    return [Candidate(key=i, total=D(total), order=i) for i, total in enumerate(totals)]


def amounts(division) -> dict:
    return {share.key: share.amount for share in division.shares}


def test_eligible_sorts_by_total_and_names_who_is_out():
    vetoed = Candidate(key="v", total=D(99), is_vetoed=True)

    taken, excluded = eligible([*units("80", "95", "60"), vetoed], D(80))

    assert [c.key for c in taken] == [1, 0]
    assert excluded == [("v", "有一票否决，不参加奖补"), (2, "得分低于 80 分")]


def test_tiers_are_filled_from_the_best_down():
    division = divide_by_tiers(D("11000.00"), TIERS, units("90", "85", "95", "70"))

    assert amounts(division) == {2: D(5000), 0: D(3000), 1: D(3000)}
    assert division.remainder == D(0)
    assert division.excluded == ((3, "名额已满"),)
    assert division.shares[0].explanation == "得 95 分，列一档"


def test_tiers_tied_units_share_the_places_they_cover():
    division = divide_by_tiers(D("11000.00"), TIERS, units("90", "90", "80"))

    assert amounts(division) == {0: D(4000), 1: D(4000), 2: D(3000)}
    assert division.shares[0].explanation == "2 家同为 90 分，平分一档、二档共 8,000.00 元"


def test_tiers_tie_at_the_last_place_shares_it_and_keeps_the_odd_fen():
    division = divide_by_tiers(D(100), [TierSpec("一档", 1, D(100))], units("90", "90", "90"))

    assert amounts(division) == {0: D("33.33"), 1: D("33.33"), 2: D("33.33")}
    assert division.remainder == D("0.01")


def test_tiers_with_too_few_units_leave_a_remainder():
    division = divide_by_tiers(D("11000.00"), TIERS, units("90"))

    assert (division.divided, division.remainder) == (D(5000), D(6000))


def test_tiers_beyond_the_pool_are_refused_with_the_difference():
    with pytest.raises(DivisionError, match=r"各档合计 11,000\.00 元，超出资金总额 1\.00 元"):
        divide_by_tiers(D("10999.00"), TIERS, units("90"))


def test_share_divides_in_proportion_to_points_above_the_floor():
    division = divide_by_share(D("1000.00"), units("90", "85", "80"), score_floor=D(80))

    assert amounts(division) == {0: D("666.67"), 1: D("333.33")}
    assert division.excluded == ((2, "没有高出起点的得分"),)
    assert division.shares[0].explanation == "高出起点 10 分 ÷ 合计 15 分 × 1,000.00 元 = 666.67 元"


def test_share_gives_the_odd_fen_to_the_largest_remainder():
    division = divide_by_share(D("100.00"), units("1", "1", "1"))

    assert amounts(division) == {0: D("33.34"), 1: D("33.33"), 2: D("33.33")}


def test_share_keeps_minimum_and_maximum():
    division = divide_by_share(D("1000.00"), units("90", "9", "1"), minimum=D(100), maximum=D(700))

    assert amounts(division) == {0: D(700), 1: D(200), 2: D(100)}
    assert "按单家限额和取整得 700.00 元" in division.shares[0].explanation


def test_share_rounds_to_hundreds_and_keeps_what_is_less():
    division = divide_by_share(D("1050.50"), units("2", "1"), unit=D(100))

    assert amounts(division) == {0: D(700), 1: D(300)}
    assert division.remainder == D("50.50")


def test_share_all_at_the_maximum_leaves_a_remainder():
    division = divide_by_share(D(1000), units("2", "1"), maximum=D(300))

    assert amounts(division) == {0: D(300), 1: D(300)}
    assert division.remainder == D(400)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"minimum": D(600)}, "2 家每家至少 600.00 元，超出资金总额"),
        ({"score_floor": D(99)}, "没有符合条件的单位"),
        ({"unit": D(100), "maximum": D(50)}, "单家最高低于单家最低或为零"),
    ],
)
def test_share_that_cannot_be_is_refused_in_words(facts, sentence):
    with pytest.raises(DivisionError, match=sentence):
        divide_by_share(D(1000), units("90", "80"), **facts)


totals = st.lists(
    st.decimals(min_value="0.01", max_value=120, places=2), min_size=1, max_size=40
).map(lambda values: units(*map(str, values)))
pools = st.decimals(min_value=1, max_value=10_000_000, places=2)


@given(pools, totals, st.sampled_from(["0.01", "1", "100"]))
def test_share_adds_up_to_the_fen_and_never_reverses_ranks(pool, candidates, unit):
    try:
        division = divide_by_share(pool, candidates, unit=D(unit))
    except DivisionError:
        assert pool < D(unit)
        return
    by_total = sorted(division.shares, key=lambda s: s.total)

    assert division.divided + division.remainder == pool
    assert division.remainder < D(unit)
    assert all(a.amount <= b.amount + D(unit) for a, b in zip(by_total, by_total[1:], strict=False))


@given(pools, totals, st.integers(1, 5), st.integers(6, 50))
def test_share_stays_within_its_bounds(pool, candidates, low, high):
    minimum, maximum = D(low), D(high * 10)
    try:
        division = divide_by_share(pool, candidates, minimum=minimum, maximum=maximum)
    except DivisionError:
        assert minimum * len(candidates) > pool
        return

    assert division.divided + division.remainder == pool
    assert all(minimum <= share.amount <= maximum for share in division.shares)


@given(totals, st.integers(1, 10), st.decimals(min_value="0.01", max_value=9999, places=2))
def test_tiers_treat_equal_totals_alike(candidates, places, amount):
    pool = amount * places

    division = divide_by_tiers(pool, [TierSpec("一档", places, amount)], candidates)

    assert division.divided + division.remainder == pool
    paid = {}
    for share in division.shares:
        assert paid.setdefault(share.total, share.amount) == share.amount


@given(totals)
def test_share_does_not_depend_on_the_order_of_units(candidates):
    forward = divide_by_share(D(5000), candidates)
    backward = divide_by_share(D(5000), reversed(candidates))

    assert amounts(forward) == amounts(backward)
