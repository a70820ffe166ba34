"""豁免: another leaf's value lifts a deduction, ``编码>=12`` or ``编码>=均值+5``."""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ZERO, plain
from assessment.rules.condition import ALSO, Condition
from assessment.rules.context import Peer
from assessment.rules.parameters import Unreadable, read_number, tidy

_TEXT = re.compile(r"(?P<code>[^<>=≥≤]+)(?P<mark>>=|<=|[<>=≥≤])(?P<mean>均值)?(?P<number>.*)")


@dataclass(frozen=True, slots=True)
class Exemption:
    """The value of the leaf ``code`` compared with a number, or with its group mean + number."""

    code: str
    condition: Condition
    number: Decimal
    is_of_mean: bool = False

    def bar(self, peer: Peer) -> Decimal | None:
        """What the other leaf's value is compared with; None without a group mean."""
        if not self.is_of_mean:
            return self.number
        return None if peer.mean is None else peer.mean + self.number

    def holds(self, peer: Peer) -> bool:
        """Whether the exemption applies; not where the other leaf has no value."""
        bar = self.bar(peer)
        return bar is not None and peer.value is not None and self.condition.holds(peer.value, bar)


@dataclass(frozen=True, slots=True)
class ReadExemption:
    """Reads and writes an exemption."""

    def read(self, raw: object) -> Exemption:
        match = _TEXT.fullmatch("".join(tidy(str(raw)).split()))
        if match is None:
            raise Unreadable(_("应写成“编码>=12”或“编码>=均值+5”"))
        mark, number = match["mark"], match["number"]
        return Exemption(
            code=match["code"],
            condition=ALSO.get(mark) or Condition(mark),
            number=ZERO if match["mean"] and not number else read_number(number),
            is_of_mean=match["mean"] is not None,
        )

    def write(self, value: Exemption) -> str:
        number = plain(value.number)
        if value.is_of_mean:
            number = "均值" + (number if value.number < 0 else f"+{number}")
        return f"{value.code}{value.condition}{number}"
