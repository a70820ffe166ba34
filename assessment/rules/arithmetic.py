"""Exact decimals: one context for all arithmetic of points, one way to round, one way to print.

Nothing here depends on the context that a caller happens to have set.
"""

from contextlib import AbstractContextManager
from decimal import (
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from functools import cache

ZERO = Decimal(0)
ONE = Decimal(1)
LARGEST = Decimal(10) ** 15
"""No value or parameter may lie further from 0 than this."""

MOST_DECIMALS = 4
"""Of points: more are neither stored nor shown."""

FINEST = 40
"""No value or parameter may have more decimal places than this."""

_EXACT = Context(
    prec=120,
    rounding=ROUND_HALF_EVEN,
    Emin=-9999,
    Emax=9999,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
# A quotient such as 1/3 is cut after 120 digits. Rounding first to 40 places makes a sum of three
# of them exactly 1 again, so that a point on the half is seen on the half.
_GUARD = ONE.scaleb(-FINEST)


def exact() -> AbstractContextManager[Context]:
    """A decimal context with 120 digits; use as ``with exact():`` around arithmetic."""
    return localcontext(_EXACT)


def settle(number: Decimal) -> Decimal:
    """The number without the dust that endless quotients leave behind (40 decimal places)."""
    return number.quantize(_GUARD, context=_EXACT)


def round_half_up(number: Decimal, decimals: int) -> Decimal:
    """The number rounded half-up (四舍五入, away from zero) to so many decimal places."""
    return settle_and_round(number, decimals)[1]


def settle_and_round(number: Decimal, decimals: int) -> tuple[Decimal, Decimal]:
    """The number settled, and rounded half-up; most numbers are round already."""
    places = _place(decimals)
    rounded = number.quantize(places, ROUND_HALF_UP, _EXACT)
    if rounded != number:
        number = settle(number)
        rounded = number.quantize(places, ROUND_HALF_UP, _EXACT)
    # No points have no sign.
    return number, rounded if rounded else rounded.copy_abs()


@cache
def _place(decimals: int) -> Decimal:
    return ONE.scaleb(-decimals)


def clamp(number: Decimal, lowest: Decimal, highest: Decimal) -> Decimal:
    """The number, or the end of [lowest, highest] that it lies beyond."""
    return max(lowest, min(number, highest))


def plain(number: Decimal) -> str:
    """The canonical text of a number for storage: no exponent, no idle zeros, ASCII minus."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def show(number: Decimal) -> str:
    """The number as people read it: ``plain`` with the typographic minus sign."""
    return plain(number).replace("-", "−")
