"""How a value is compared with a standard (条件)."""

import operator
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum


class Condition(StrEnum):
    """≥ > ≤ < =."""

    AT_LEAST = "≥"
    ABOVE = ">"
    AT_MOST = "≤"
    BELOW = "<"
    EQUAL = "="

    def holds(self, value: Decimal, standard: Decimal) -> bool:
        """Whether the value stands in this relation to the standard."""
        return _HOLDS[self](value, standard)


_HOLDS: dict[Condition, Callable[[Decimal, Decimal], bool]] = {
    Condition.AT_LEAST: operator.ge,
    Condition.ABOVE: operator.gt,
    Condition.AT_MOST: operator.le,
    Condition.BELOW: operator.lt,
    Condition.EQUAL: operator.eq,
}
ALSO = {
    ">=": Condition.AT_LEAST,
    "≧": Condition.AT_LEAST,
    "<=": Condition.AT_MOST,
    "≦": Condition.AT_MOST,
    "==": Condition.EQUAL,
}
"""Other ways to write a condition."""
