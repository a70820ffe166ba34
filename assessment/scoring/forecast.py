"""One unit before the year is over: what it has, what it can still get, what nobody has given yet.

Pure, like ``score_units``; but no rank and no grade, and a value that is not there is no fault: its
line is pending (待评), with the least and the most that it can bring.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from assessment.rules import GroupContext, Outcome, Role, Value, ValueRefused
from assessment.rules.arithmetic import ONE, ZERO, clamp, exact
from assessment.rules.values import is_zero
from assessment.scoring.check import SchemeRefused, check_scheme
from assessment.scoring.engine import unit_result
from assessment.scoring.leaves import Leaves, Values, is_excluded
from assessment.scoring.reachable import best_points
from assessment.scoring.results import Line, UnitResult
from assessment.scoring.sheet import Sheet
from assessment.scoring.spec import IndicatorSpec, SchemeSpec, UnitSpec, Veto

# So many leaves that void others are gone through in all ways; beyond that none of them voids.
MOST_VOIDING = 6


@dataclass(frozen=True, slots=True)
class Prospect:
    """A leaf that applies: its outcome as things stand, and the points that it can come to.

    ``best`` is what helps the unit most: the most points, under a deduction the fewest. A pending
    leaf stands at what it gives for nothing. A settled one stays: its value is what others gave,
    or its time is over.
    """

    now: Outcome
    best: Decimal
    is_pending: bool
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class UnitForecast:
    """``now`` is the result with 0 for what is pending, ``given`` with the best marks for it, and
    ``best`` the result when everything that can still be reached is reached.

    Where one leaf is void once another counts (互斥), there are several ``ways``; ``best`` is the
    one of them with the highest total.
    """

    now: UnitResult
    given: UnitResult
    best: UnitResult
    prospects: Mapping[str, Prospect]
    ways: tuple[UnitResult, ...]

    @property
    def pending(self) -> Decimal:
        """What others still have to give, at most."""
        return self.given.total - self.now.total

    @property
    def reachable(self) -> Decimal:
        """What the unit's own work can still bring, at most."""
        return self.best.total - self.given.total

    def open(self, line: Line) -> Decimal:
        """What a line can still gain, the best way; under a deduction what may be spared."""
        now, best = self.now.line(line.code).points, self._best(line)
        return ZERO if best is None or now is None else abs(best - now)

    def lost(self, line: Line) -> Decimal:
        """The points of a line that are beyond reach by now; of a deduction what stays deducted."""
        best = self._best(line)
        if best is None:
            return ZERO
        if line.role is Role.DEDUCTION:
            return best
        return max(line.obtainable - best, ZERO)

    def _best(self, line: Line) -> Decimal | None:
        """Never worse than now: another way may give this line up."""
        found = [way.line(line.code).points for way in (self.now, *self.ways)]
        points = [one for one in found if one is not None]
        pick = min if line.role is Role.DEDUCTION else max
        return pick(points, default=None)


def score_one(
    spec: SchemeSpec,
    unit: UnitSpec,
    values: Values,
    *,
    peers: Sequence[UnitSpec] = (),
    vetoes: Iterable[Veto] = (),
    previous: Values | None = None,
    given: frozenset[str] = frozenset(),
    undecided: frozenset[str] = frozenset(),
    reach: Mapping[str, Value] | None = None,
) -> UnitForecast:
    """The forecast of one unit.

    ``values`` are its own, and those of ``peers``, the other members of its group, on leaves that
    compare with the group. ``given`` are the leaves whose value stays once it is there: what others
    gave, and what has its time behind it; without one they are pending, whatever a missing value
    does in the end (缺失). ``undecided`` are pending with a value: it is not known yet what they
    compare with. ``reach`` says for leaves on which time sets a limit which value can still come
    about. Raises ``SchemeRefused`` for an unsound scheme.
    """
    faults = check_scheme(spec)
    if faults:
        raise SchemeRefused(faults)
    sheet = Sheet(spec)
    with exact():
        leaves = Leaves(sheet, [unit, *peers], values, previous or {})
        prospects = dict(_prospects(sheet, unit, leaves, given, undecided, reach or {}))
        pending = {code for code, one in prospects.items() if one.is_pending}
        ways = Ways(sheet, unit, values, tuple(vetoes), prospects)
        (now,) = ways.all(frozenset())
        given_ways = ways.all(frozenset(pending))
        best_ways = ways.all(frozenset(prospects))
    return UnitForecast(now, _highest(given_ways), _highest(best_ways), prospects, best_ways)


def _prospects(
    sheet: Sheet,
    unit: UnitSpec,
    leaves: Leaves,
    given: frozenset[str],
    undecided: frozenset[str],
    reach: Mapping[str, Value],
) -> Iterator[tuple[str, Prospect]]:
    applies = sheet.for_kind(unit.kind).applies
    for leaf in sheet.leaves:
        if leaf.code not in applies:
            continue
        context = leaves.of[leaf.code].context(unit)
        rule, value = sheet.rules[leaf.code], leaves.values.get((unit.key, leaf.code))
        stays = leaf.code in given
        if leaf.code in undecided or (stays and value is None and rule.needs_value):
            yield leaf.code, _pending(sheet, leaf, context)
            continue
        try:
            now = rule.evaluate(value, context)
        except ValueRefused:
            yield leaf.code, _pending(sheet, leaf, context)
            continue
        best = now.points if stays else best_points(rule, now, context, reach.get(leaf.code))
        yield leaf.code, Prospect(now, best, is_pending=False, is_settled=stays)


def _pending(sheet: Sheet, leaf: IndicatorSpec, context: GroupContext) -> Prospect:
    rule = sheet.rules[leaf.code]
    cap, floor = rule.cap(context), rule.floor(context)
    points = clamp(ZERO, floor, cap)
    outcome = Outcome(
        points=points,
        raw=points,
        value=None,
        cap=cap,
        floor=floor,
        full=context.points,
        decimals=context.decimals,
        role=context.role,
        was_missing=True,
        facts={},
    )
    best = floor if context.role is Role.DEDUCTION else cap
    return Prospect(outcome, best, is_pending=True)


def _highest(ways: Sequence[UnitResult]) -> UnitResult:
    return max(ways, key=lambda way: way.total)


@dataclass(frozen=True, slots=True)
class Ways:
    """The results that a unit may come to, by which of the leaves that void others it takes up."""

    sheet: Sheet
    unit: UnitSpec
    values: Values
    vetoes: tuple[Veto, ...]
    prospects: Mapping[str, Prospect]

    def all(self, at_best: frozenset[str]) -> tuple[UnitResult, ...]:
        """With these leaves at their best; the first way voids nothing that is not void now."""
        voiding = [code for code in self._voiding() if code in at_best]
        if len(voiding) > MOST_VOIDING:
            return (self._result(at_best, frozenset()),)
        return tuple(
            self._result(at_best - (frozenset(voiding) - taken), taken)
            for count in range(len(voiding) + 1)
            for taken in map(frozenset, combinations(voiding, count))
        )

    def _voiding(self) -> list[str]:
        """Leaves that are at nothing, may come to something, and then void another."""
        codes = dict.fromkeys(leaf.excluded_by for leaf in self.sheet.leaves)
        return [
            code
            for code in codes
            if code in self.prospects
            and not self.prospects[code].is_settled
            and is_zero(self.values.get((self.unit.key, code)))
        ]

    def _result(self, at_best: frozenset[str], taken: frozenset[str]) -> UnitResult:
        values = {**self.values, **{(self.unit.key, code): ONE for code in taken}}
        lines = [self._line(leaf, values, leaf.code in at_best) for leaf in self.sheet.leaves]
        return unit_result(self.sheet, self.unit, lines, self.vetoes, {})

    def _line(self, leaf: IndicatorSpec, values: Values, is_at_best: bool) -> Line:
        plan = self.sheet.for_kind(self.unit.kind)
        one = self.prospects.get(leaf.code)
        if one is None:
            return plan.void_line(leaf.code)
        outcome = replace(one.now, points=one.best) if is_at_best else one.now
        is_void = is_excluded(plan, leaf, self.unit, values)
        return plan.leaf_line(leaf.code, outcome, is_excluded=is_void)
