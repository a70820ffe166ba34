"""From the total of a scheme to what it counts in the county's annual performance assessment."""

from decimal import Decimal

from assessment.rules.arithmetic import exact, round_half_up

HUNDRED = Decimal(100)
# Both results are rounded once, from the total itself.
DECIMALS = 2


def out_of_hundred(total: Decimal, full: Decimal) -> Decimal:
    """The total of a table of ``full`` points as one of 100: total × 100 ÷ full."""
    with exact():
        return round_half_up(total * HUNDRED / full, DECIMALS)


def weighted(total: Decimal, full: Decimal, weight: Decimal) -> Decimal:
    """What the total counts: (total × 100 ÷ full) × weight ÷ 100, weight in per cent."""
    with exact():
        return round_half_up(total * HUNDRED / full * weight / HUNDRED, DECIMALS)
