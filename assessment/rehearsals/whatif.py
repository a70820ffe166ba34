"""What if: the fields that can be moved, what was typed into them, and the table they make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.rehearsals.whatif_fields import (
    HUNDRED,
    RATIO_FIELD,
    Slider,
    WhatIfNumber,
    leaf_numbers,
    leaf_params,
    scheme_numbers,
    slider,
)
from assessment.rules import Fault, Role, RuleRefused, make_rule
from assessment.rules.arithmetic import plain
from assessment.rules.parameters import Unreadable, read_number
from assessment.scoring import GradeBand, IndicatorSpec, SchemeSpec, check_scheme, moved
from assessment.scoring.tree import Tree

MOST = Decimal(9999)
# Finer points could not be stored.
PLACES = 4
PERCENT_PLACES = 1


@dataclass(frozen=True)
class WhatIfRow:
    """One line: what it counts as in the draft, what was typed, and what it comes to."""

    code: str
    name: str
    depth: int
    role: Role
    is_leaf: bool
    field: str
    was: Decimal
    now: Decimal
    typed: str
    params: tuple[WhatIfNumber, ...]
    error: str = ""

    @property
    def is_moved(self) -> bool:
        return self.now != self.was

    @property
    def was_text(self) -> str:
        return plain(self.was)

    @property
    def is_typed(self) -> bool:
        """Moved by hand, not by what was moved beside it."""
        return self.typed != self.was_text

    @property
    def slider(self) -> Slider:
        return slider(self.was_text, self.typed)


@dataclass(frozen=True)
class WhatIf:
    """`spec` is the table that was tried, None where what was typed makes none.

    `errors` are those of the faults that a field can be blamed for, by field.
    """

    rows: list[WhatIfRow]
    is_scaled: bool
    spec: SchemeSpec | None
    faults: list[str] = field(default_factory=list)
    settings: list[WhatIfNumber] = field(default_factory=list)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_moved(self) -> bool:
        return any(row.is_moved for row in self.rows) or bool(self.moved_numbers)

    @property
    def moved_numbers(self) -> list[WhatIfNumber]:
        numbers = [*self.settings, *(param for row in self.rows for param in row.params)]
        return [number for number in numbers if number.is_moved]


def what_if(spec: SchemeSpec, typed: Mapping[str, str]) -> WhatIf:
    """The table that these fields ask for: ``p-编码`` for points, ``k-编码-键`` for a parameter and
    ``k-编码-键:名称`` for one entry of it, ``g-等次`` for lower bounds, ``ratio`` for the part
    of the best grade.

    What is missing or as it was is not moved; ``fixed`` leaves everything else as it is.
    """
    found = Found()
    counts = _counts(spec, typed, found)
    params = _params(spec, typed, found)
    settings = scheme_numbers(spec, typed)
    graded = _graded(spec, settings, found)
    is_scaled = not typed.get("fixed")
    tried = None
    if not found.unmade:
        tried = moved(graded, counts, params, is_scaled=is_scaled)
        for fault in check_scheme(tried):
            found.add(fault.message, *_blamed(fault, counts, settings))
    rows = _rows(spec, tried or spec, typed, found.errors)
    settings = [replace(one, error=found.errors.get(one.field, "")) for one in settings]
    sound = None if found.faults else tried
    return WhatIf(rows, is_scaled, sound, found.faults, settings, found.errors)


@dataclass
class Found:
    """What is wrong so far. `unmade` are leaves that have no rule with what was typed."""

    faults: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    unmade: set[str] = field(default_factory=set)

    def add(self, message: str, *fields: str) -> None:
        self.faults.append(message)
        for name in fields:
            self.errors.setdefault(name, message)


def _blamed(
    fault: Fault, counts: Mapping[str, Decimal], settings: Sequence[WhatIfNumber]
) -> list[str]:
    """The fields that were moved and at which the fault of the whole table can be mended."""
    if fault.code:
        return [f"p-{fault.code}"] if fault.code in counts else []
    named = {"等次": "g-", "优秀比例": RATIO_FIELD}.get(fault.key)
    moved_fields = [one.field for one in settings if one.is_moved]
    return [name for name in moved_fields if named and name.startswith(named)]


def _counts(spec: SchemeSpec, typed: Mapping[str, str], found: Found) -> dict[str, Decimal]:
    counts = {}
    for one in spec.indicators:
        name = f"p-{one.code}"
        text = typed.get(name, "").strip()
        if not text:
            continue
        number = _number(text, one.name, PLACES, name, found)
        if number is None or number == one.counts_as:
            continue
        if not 0 <= number <= MOST:
            words = _("“%(name)s”的分值应在 0 至 9999 之间") % {"name": one.name}
            found.add(words, name)
        else:
            counts[one.code] = number
    return counts


def _number(text: str, name: str, places: int, where: str, found: Found) -> Decimal | None:
    """What was typed for a number of that name; a fault where it is none, or too fine."""
    try:
        number = read_number(text)
    except Unreadable as problem:
        found.add(f"“{name}”：{problem}", where)
        return None
    if number != round(number, places):
        words = {"name": name, "places": places}
        found.add(_("“%(name)s”最多 %(places)d 位小数") % words, where)
        return None
    return number


def _params(
    spec: SchemeSpec, typed: Mapping[str, str], found: Found
) -> dict[str, dict[str, object]]:
    """The whole parameters of every leaf of which one was moved."""
    changed = {}
    for one in spec.indicators:
        numbers = list(leaf_numbers(one, typed))
        if one.rule is None or not any(number.is_moved for number in numbers):
            continue
        changed[one.code] = leaf_params(one, numbers)
        try:
            make_rule(one.rule.kind, changed[one.code])
        except RuleRefused as refused:
            found.unmade.add(one.code)
            for fault in refused.faults:
                words = _("“%(name)s”的%(fault)s") % {"name": one.name, "fault": fault.message}
                found.add(words, *_at(fault, numbers))
    return changed


def _at(fault: Fault, numbers: Sequence[WhatIfNumber]) -> list[str]:
    """The moved fields of the parameter at fault; of a map, those whose entry is named."""
    own = [one for one in numbers if one.key == fault.key and one.is_moved]
    named = [one for one in own if one.name and one.name in fault.message]
    return [one.field for one in named or own]


def _graded(spec: SchemeSpec, settings: list[WhatIfNumber], found: Found) -> SchemeSpec:
    """The scheme with the lower bounds of grades, and the part of the best, that were typed."""
    numbers = {
        one.field: _number(
            one.typed,
            one.label,
            PERCENT_PLACES if one.field == RATIO_FIELD else PLACES,
            one.field,
            found,
        )
        for one in settings
        if one.is_moved
    }
    if not numbers:
        return spec
    bands = tuple(_bound(band, numbers.get(f"g-{band.name}")) for band in spec.grade_bands)
    ratio = spec.excellent_ratio
    percent = numbers.get(RATIO_FIELD)
    if percent is not None:
        ratio = percent / HUNDRED if percent else None
    return replace(spec, grade_bands=bands, excellent_ratio=ratio)


def _bound(band: GradeBand, lower: Decimal | None) -> GradeBand:
    return band if lower is None else replace(band, lower=lower)


def _rows(
    spec: SchemeSpec, tried: SchemeSpec, typed: Mapping[str, str], errors: Mapping[str, str]
) -> list[WhatIfRow]:
    tree = Tree.of(spec.indicators)
    now = {one.code: one for one in tried.indicators}
    return [_row(one, now[one.code], tree, typed, errors) for one in tree.order]


def _row(
    one: IndicatorSpec,
    now: IndicatorSpec,
    tree: Tree,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> WhatIfRow:
    return WhatIfRow(
        code=one.code,
        name=one.name,
        depth=tree.depth[one.code],
        role=tree.role[one.code],
        is_leaf=one.rule is not None,
        field=f"p-{one.code}",
        was=one.counts_as,
        now=now.counts_as,
        typed=typed.get(f"p-{one.code}", "") or plain(one.counts_as),
        params=tuple(
            replace(number, error=errors.get(number.field, ""))
            for number in leaf_numbers(one, typed)
        ),
        error=errors.get(f"p-{one.code}", ""),
    )
