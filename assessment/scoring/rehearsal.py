"""A draft scored with last year's data, and what its results look like as a whole.

Pure. What people gave last year (marks, values from outside) comes as a part of the full points
(得分率) and counts as that part of whatever the draft gives for the same line. The value that it
was is for the other lines that look at it (互斥, 豁免).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from statistics import median
from typing import Any, ClassVar, cast

from assessment.rules import GroupContext, Outcome, Rule, Value
from assessment.rules.arithmetic import ZERO, exact, round_half_up
from assessment.rules.imported import Imported
from assessment.rules.manual import Manual
from assessment.scoring.check import SchemeRefused, check_scheme
from assessment.scoring.engine import Values, score_sheet
from assessment.scoring.results import UnitResult
from assessment.scoring.sheet import Sheet
from assessment.scoring.spec import IndicatorSpec, SchemeSpec, UnitSpec, Veto

Rates = Mapping[tuple[str, str], Decimal]
# A kind that no unit has: what applies to it alone applies to nobody.
NOBODY = frozenset({"—"})
# So many columns a histogram has for the whole of the scheme's total.
COLUMNS = 20
SPREAD_DECIMALS = 2


def rehearse(
    spec: SchemeSpec,
    units: Sequence[UnitSpec],
    values: Values,
    rates: Rates,
    *,
    left_out: Collection[str] = (),
    previous: Values | None = None,
    vetoes: Iterable[Veto] = (),
) -> list[UnitResult]:
    """The results of the draft. ``values`` are those of the leaves that are counted, ``rates`` the
    parts of the full points of those that people give; what ``values`` say of these is for other
    leaves to look at. ``left_out`` are leaves that nobody gave anything for: they count for nobody,
    and the rest of what applies is taken for the whole of it. ``vetoes`` come last, as they do in a
    run.

    Raises what ``score_units`` raises.
    """
    # Without what is left out the sums need not add up any more: the draft is checked as it is.
    faults = check_scheme(spec)
    if faults:
        raise SchemeRefused(faults)
    rated = {code for _unit, code in rates}
    indicators = tuple(
        _as_rehearsed(one, is_rated=one.code in rated, is_left_out=one.code in left_out)
        for one in spec.indicators
    )
    return score_sheet(
        Sheet(replace(spec, indicators=indicators)),
        units,
        _seen(spec, values, rates),
        vetoes,
        previous={**(previous or {}), **rates},
        whole=Sheet(spec),
    )


def _as_rehearsed(one: IndicatorSpec, *, is_rated: bool, is_left_out: bool) -> IndicatorSpec:
    if is_left_out:
        return replace(one, applies_to=NOBODY)
    if is_rated and one.rule is not None:
        return replace(one, rule=Rated(own=one.rule))
    return one


@dataclass(frozen=True, kw_only=True)
class Rated(Manual):
    """A leaf that people gave something for last year: as if marked with that part of its points,
    which comes as last year's value, within the limits of its own rule.

    Its value brings no points; other leaves see in it what they see in one of its own rule.
    """

    uses_previous: ClassVar[bool] = True

    own: Rule[Any]

    def outcome(self, value: Value, context: GroupContext) -> Outcome:
        rate = cast("Decimal | None", context.previous)
        return super().outcome(None if rate is None else context.points * rate, context)

    def cap(self, context: GroupContext) -> Decimal:
        return self.own.cap(context)

    def floor(self, context: GroupContext) -> Decimal:
        return self.own.floor(context)

    def group_value(self, value: Value) -> Decimal | None:
        return self.own.group_value(value)


def _seen(spec: SchemeSpec, values: Values, rates: Rates) -> dict[tuple[str, str], Value]:
    """The values, with those that the rates themselves tell where there is none: a mark, and a
    result from outside."""
    leaves = {one.code: one for one in spec.indicators}
    seen = dict(values)
    with exact():
        for (unit, code), rate in rates.items():
            value = _told(leaves[code], rate) if code in leaves else None
            if value is not None:
                seen.setdefault((unit, code), value)
    return seen


def _told(leaf: IndicatorSpec, rate: Decimal) -> Value:
    if isinstance(leaf.rule, Manual):
        return (leaf.points * rate,) * (leaf.rule.judges or 1)
    if isinstance(leaf.rule, Imported):
        return leaf.rule.full_mark * rate
    return None


def unseen_leaves(
    spec: SchemeSpec,
    units: Iterable[UnitSpec],
    values: Values,
    rates: Rates,
    codes: Collection[str],
) -> list[str]:
    """Those of the leaves that people give, ``codes``, that others look at (互斥, 豁免) though some
    unit has no value to be seen there; ``spec`` is sound.
    """
    sheet, seen = Sheet(spec), _seen(spec, values, rates)
    looked_at = {leaf.excluded_by for leaf in sheet.leaves}
    # What people give was given with the exemption in mind; only what is counted asks for it again.
    counted = [rule for code, rule in sheet.rules.items() if code not in codes]
    looked_at.update(*[rule.peer_codes() for rule in counted])
    with exact():
        applying = [(unit.key, sheet.for_kind(unit.kind).applies) for unit in units]
    return [
        leaf.code
        for leaf in sheet.leaves
        if leaf.code in looked_at
        and leaf.code in codes
        and any(
            leaf.code in applies and (unit, leaf.code) not in seen for unit, applies in applying
        )
    ]


def mean_rate(results: Iterable[UnitResult]) -> Decimal:
    """Of all base points that the units could get, the part that they got."""
    earned, obtainable = ZERO, ZERO
    with exact():
        for result in results:
            earned += result.earned
            obtainable += result.obtainable
        return round_half_up(earned / obtainable, 4) if obtainable else ZERO


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a histogram: totals from ``lower`` on, below ``upper``."""

    lower: Decimal
    upper: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The totals of some units as a whole. ``deviation`` is that of the whole population."""

    units: int
    mean: Decimal
    deviation: Decimal
    lowest: Decimal
    median: Decimal
    highest: Decimal
    grades: Mapping[str, int]


def spread(totals: Sequence[Decimal], grades: Iterable[str]) -> Spread:
    """The figures of at least one total."""
    with exact():
        mean = sum(totals, ZERO) / len(totals)
        variance = sum(((one - mean) ** 2 for one in totals), ZERO) / len(totals)
        return Spread(
            units=len(totals),
            mean=round_half_up(mean, SPREAD_DECIMALS),
            deviation=round_half_up(variance.sqrt(), SPREAD_DECIMALS),
            lowest=min(totals),
            median=round_half_up(median(totals), SPREAD_DECIMALS),
            highest=max(totals),
            grades=dict(Counter(grades)),
        )


def histogram(totals: Sequence[Decimal], full: Decimal) -> list[Column]:
    """Equal columns from the lowest to the highest total, none left out between them."""
    if not totals:
        return []
    with exact():
        width = full / COLUMNS
        places = Counter(int((one / width).to_integral_value(ROUND_FLOOR)) for one in totals)
        return [
            Column(width * place, width * (place + 1), places[place])
            for place in range(min(places), max(places) + 1)
        ]


@dataclass(frozen=True, slots=True)
class FlatLine:
    """A leaf that tells nobody apart: all units to whom it applies have the same of it."""

    code: str
    points: Decimal
    is_full: bool
    units: int


def flat_lines(
    points: Mapping[str, Mapping[str, Decimal | None]], full: Mapping[str, Decimal]
) -> list[FlatLine]:
    """The leaves on which at least two units have something and all have the same.

    ``points`` are by unit, then by leaf; None where a leaf does not apply. ``full`` are those of
    the leaves, in the order of the table.
    """
    found: defaultdict[str, list[Decimal]] = defaultdict(list)
    for lines in points.values():
        for code, had in lines.items():
            if had is not None:
                found[code].append(had)
    return [
        FlatLine(code, found[code][0], found[code][0] == most, len(found[code]))
        for code, most in full.items()
        if len(found[code]) > 1 and len(set(found[code])) == 1
    ]


MovedLine = tuple[str, Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class GradeMove:
    """A unit whose grade is another one; ``lines`` are (code, before, after), the greatest first.

    None where the leaf does not apply. ``is_up`` where the new grade is the better one.
    """

    unit: str
    grade_before: str
    grade: str
    total_before: Decimal
    total: Decimal
    is_up: bool
    lines: tuple[MovedLine, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a comparison knows of one unit: total, grade, and its points by leaf."""

    total: Decimal
    grade: str
    lines: Mapping[str, Decimal | None]


def grade_moves(
    before: Mapping[str, Standing],
    after: Mapping[str, Standing],
    grades: Sequence[str],
    *,
    most_lines: int = 3,
) -> list[GradeMove]:
    """The units in both whose grade differs, in the order of ``after``. ``grades`` best first."""
    places = {name: place for place, name in enumerate(grades)}
    last = len(places)
    moves = []
    for unit, now in after.items():
        was = before.get(unit)
        if was is None or was.grade == now.grade:
            continue
        moves.append(
            GradeMove(
                unit,
                was.grade,
                now.grade,
                was.total,
                now.total,
                places.get(now.grade, last) < places.get(was.grade, last),
                _lines_of(was, now, most_lines),
            )
        )
    return moves


def _lines_of(was: Standing, now: Standing, most: int) -> tuple[MovedLine, ...]:
    """The leaves that both know and that differ most; what does not apply brings nothing."""
    differing: list[MovedLine] = [
        (code, was.lines[code], points)
        for code, points in now.lines.items()
        if code in was.lines and was.lines[code] != points
    ]
    differing.sort(key=lambda line: -abs((line[2] or ZERO) - (line[1] or ZERO)))
    return tuple(differing[:most])
