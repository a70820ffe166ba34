from decimal import ROUND_DOWN, Decimal, getcontext, localcontext

import pytest

from assessment.rules import plain, show
from assessment.rules.arithmetic import clamp, exact, round_half_up, settle


@pytest.mark.parametrize(
    ("number", "decimals", "expected"),
    [
        ("2.345", 2, "2.35"),
        ("2.344999", 2, "2.34"),
        ("-2.345", 2, "-2.35"),
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("0.00005", 4, "0.0001"),
        ("7", 2, "7.00"),
        ("-0.001", 2, "0.00"),
    ],
)
def test_round_half_up_goes_away_from_zero_on_the_half(number, decimals, expected):
    rounded = round_half_up(Decimal(number), decimals)

    assert str(rounded) == expected


def test_round_half_up_sees_the_half_behind_an_endless_quotient():
    with exact():
        half = Decimal(1) / 3 * Decimal("0.03") - Decimal("0.005")

    assert half < Decimal("0.005")
    assert round_half_up(half, 2) == Decimal("0.01")


def test_arithmetic_ignores_the_context_of_the_caller():
    with localcontext() as context:
        context.prec = 3
        context.rounding = ROUND_DOWN
        rounded = round_half_up(Decimal("12345.675"), 2)
        with exact():
            quotient = Decimal(1) / 7

    assert rounded == Decimal("12345.68")
    assert len(quotient.as_tuple().digits) == 120


def test_exact_leaves_the_context_of_the_caller_as_it_was():
    before = getcontext().prec

    with exact():
        pass

    assert getcontext().prec == before


def test_settle_removes_the_dust_of_quotients():
    with exact():
        whole = Decimal(1) / 3 * 3

    assert whole != 1
    assert settle(whole) == 1


@pytest.mark.parametrize(("number", "expected"), [("-1", "0"), ("0.5", "0.5"), ("9", "4")])
def test_clamp_stays_inside_its_ends(number, expected):
    clamped = clamp(Decimal(number), Decimal(0), Decimal(4))

    assert clamped == Decimal(expected)


@pytest.mark.parametrize(
    ("number", "stored", "shown"),
    [
        ("2.50", "2.5", "2.5"),
        ("4.00", "4", "4"),
        ("100", "100", "100"),
        ("1E+3", "1000", "1000"),
        ("-0.00", "0", "0"),
        ("-3.10", "-3.1", "−3.1"),
        ("0.07", "0.07", "0.07"),
    ],
)
def test_plain_and_show_print_no_exponent_and_no_idle_zeros(number, stored, shown):
    assert plain(Decimal(number)) == stored
    assert show(Decimal(number)) == shown
