"""Faults and refusals: what is wrong with parameters, values and schemes, all of it at once."""

from collections.abc import Sequence
from dataclasses import dataclass

PREVIOUS = "上年"
"""The key of a fault of last year's value."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, with the sentence that says what and how to mend it.

    ``key`` is the parameter's Chinese key or the column of the scheme workbook (分值, 上级编码 …);
    ``code`` is the indicator concerned, empty where the fault belongs to no single one.
    """

    key: str
    message: str
    code: str = ""


class Refused(ValueError):
    """Input that cannot be worked with; ``faults`` names everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("；".join(fault.message for fault in self.faults))


class RuleRefused(Refused):
    """Parameters from which no rule can be made."""


class ValueRefused(Refused):
    """A value that the rule cannot take: of the wrong shape, or not a finite number."""


class ValueMissing(ValueRefused):
    """There is no value, and nothing says that a missing one counts as 0."""
