"""The numbers of a scheme that can be moved in a what-if, each with its field and its slider."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import plain
from assessment.rules.parameters import Unreadable, Whole, read_number
from assessment.scoring import IndicatorSpec, SchemeSpec

RATIO_FIELD = "ratio"
HUNDRED = Decimal(100)
# A slider has about a hundred places, a round number apart.
PLACES = 100
STEPS = tuple(
    Decimal(text) for text in ("0.01", "0.05", "0.1", "0.5", "1", "5", "10", "50", "100", "500")
)


@dataclass(frozen=True)
class Slider:
    """How far, and in which steps, a number can be pulled."""

    low: str
    high: str
    step: str
    at: str


@dataclass(frozen=True)
class WhatIfNumber:
    """One number that can be moved: of a leaf's parameters, or of the scheme's grades.

    `key` is the parameter's; `name` is the entry's where the parameter is a map.
    """

    key: str
    field: str
    was: str
    typed: str
    name: str = ""
    is_whole: bool = False
    most: Decimal | None = None
    error: str = ""

    @property
    def label(self) -> str:
        return f"{self.key} {self.name}".strip()

    @property
    def is_moved(self) -> bool:
        return self.typed != self.was

    @property
    def slider(self) -> Slider:
        return slider(self.was, self.typed, most=self.most, is_whole=self.is_whole)


def slider(was: str, typed: str, *, most: Decimal | None = None, is_whole: bool = False) -> Slider:
    """From 0, or as far below it as above, to twice what it was, or to `most`."""
    number, now = number_of(was) or Decimal(0), number_of(typed)
    at = number if now is None else now
    high = max(abs(number) * 2 or Decimal(10), at) if most is None else max(most, at)
    low = min(Decimal(0), at) if number >= 0 else min(-high, at)
    wanted = (high - low) / PLACES
    step = next((step for step in STEPS if step >= wanted), STEPS[-1])
    fitting = [one for one in STEPS if one <= step and not (number - low) % one]
    step = max([Decimal(1), step] if is_whole else fitting or [_finest(number)])
    return Slider(plain(low), plain(high), plain(step), plain(at))


def number_of(text: str) -> Decimal | None:
    """None for what is not a number."""
    try:
        return read_number(text)
    except Unreadable:
        return None


def _finest(number: Decimal) -> Decimal:
    return Decimal(1).scaleb(min(0, int(number.as_tuple().exponent)))


def leaf_numbers(one: IndicatorSpec, typed: Mapping[str, str]) -> Iterator[WhatIfNumber]:
    """The numbers among a leaf's parameters; of a map, that of every entry."""
    if one.rule is None:
        return
    readers = {spec.key: spec.reader for spec in one.rule.parameters()}
    for key, value in one.rule.to_params().items():
        entries = value.items() if isinstance(value, dict) else [("", value)]
        for name, text in entries:
            if not isinstance(text, str) or not _is_number(text):
                continue
            field = f"k-{one.code}-{key}" + (f":{name}" if name else "")
            told = typed.get(field, text).strip()
            yield WhatIfNumber(key, field, text, told, name, _is_whole(readers[key]))


def _is_whole(reader: Any) -> bool:
    return isinstance(getattr(reader, "number", reader), Whole)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def leaf_params(one: IndicatorSpec, numbers: list[WhatIfNumber]) -> dict[str, object]:
    """All parameters of a leaf, with what was typed for these numbers in them."""
    if one.rule is None:
        return {}
    params: dict[str, object] = {}
    for key, value in one.rule.to_params().items():
        params[key] = dict(value) if isinstance(value, dict) else value
    for number in numbers:
        entries = params[number.key]
        if isinstance(entries, dict):
            entries[number.name] = number.typed
        else:
            params[number.key] = number.typed
    return params


def scheme_numbers(spec: SchemeSpec, typed: Mapping[str, str]) -> list[WhatIfNumber]:
    """The lower bounds of the grades, but for the last, which takes all below; the best's part."""
    numbers = [
        WhatIfNumber(
            key=_("等次"),
            field=f"g-{band.name}",
            was=plain(band.lower),
            typed=typed.get(f"g-{band.name}", plain(band.lower)).strip(),
            name=_("{grade} 不低于（分）").format(grade=band.name),
            most=spec.total,
        )
        for band in spec.grade_bands[:-1]
    ]
    if not spec.grade_bands:
        return []
    ratio = "0" if spec.excellent_ratio is None else plain(spec.excellent_ratio * HUNDRED)
    told = typed.get(RATIO_FIELD, ratio).strip() or "0"
    label = _("优秀比例（%，0 为不限）")
    return [*numbers, WhatIfNumber(label, RATIO_FIELD, ratio, told, most=HUNDRED)]
