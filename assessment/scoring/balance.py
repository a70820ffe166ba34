"""Figures by which results are balanced inside a group: how they spread, and who marks strictly."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessment.rules.arithmetic import ZERO, exact, round_half_up

TWO = Decimal(2)


@dataclass(frozen=True, slots=True)
class Spread:
    """The totals of a group; ``deviation`` is the standard deviation over all its units."""

    units: int
    mean: Decimal
    median: Decimal
    best: Decimal
    lowest: Decimal
    deviation: Decimal

    @property
    def distance(self) -> Decimal:
        """From the lowest to the best."""
        return self.best - self.lowest


def spread_of(totals: Sequence[Decimal], decimals: int) -> Spread:
    """The spread of at least one total, every figure rounded to the scheme's decimals."""
    ordered, count = sorted(totals), len(totals)
    with exact():
        mean = sum(ordered, ZERO) / count
        median = (ordered[(count - 1) // 2] + ordered[count // 2]) / TWO
        variance = sum(((total - mean) ** 2 for total in ordered), ZERO) / count
        deviation = variance.sqrt()
    return Spread(
        units=count,
        mean=round_half_up(mean, decimals),
        median=round_half_up(median, decimals),
        best=ordered[-1],
        lowest=ordered[0],
        deviation=round_half_up(deviation, decimals),
    )


def share_of(part: Decimal, whole: Decimal) -> Decimal:
    """The part in per cent of the whole, one decimal; 0 where there is nothing."""
    return round_half_up(part * 100 / whole, 1) if whole else ZERO
