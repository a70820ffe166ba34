"""The most points that a leaf can still come to, by what its rule allows.

What is counted is never taken back: a value can only grow, each of its parts for itself. Where the
rule never gives less for more, what it gives for plenty is exactly the most there is; where it
may, the values in question are tried, or the cap stands for them.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

from assessment.rules import (
    GroupContext,
    Outcome,
    Part,
    Period,
    Role,
    Rule,
    Value,
    ValueShape,
)
from assessment.rules.arithmetic import ZERO, clamp
from assessment.rules.bands import BandMode, Bands
from assessment.rules.checklist import Checklist
from assessment.rules.graded import Graded
from assessment.rules.level_sum import LevelSum
from assessment.rules.threshold import Threshold
from assessment.rules.values import Counts

Pick = Callable[..., Decimal]

PLENTY = Decimal(10) ** 6
"""More than any rule gives points for."""

MOST_TRIED = 60
"""So many whole numbers are tried one by one."""

# More of it brings more, or less, all the way: the ends are the best and the worst.
STEADY = ("flag", "per_unit", "quota", "completion", "change", "sliding", "deduct_each")


def best_points(rule: Rule[Any], now: Outcome, context: GroupContext, limit: Value) -> Decimal:
    """The most, under a deduction the least, that the leaf can still yield; never worse than now.

    ``limit``: the value beyond which time does not let it grow; None where it does.
    """
    if not rule.needs_value:
        return now.points
    pick = min if now.role is Role.DEDUCTION else max
    ideal = rule.floor(context) if now.role is Role.DEDUCTION else rule.cap(context)
    grown = None
    if not rule.uses_group and not rule.peer_codes():
        grown = _grown(rule, now.value, limit)
    if grown is None:
        return pick(now.points, ideal)
    return pick(now.points, *(rule.evaluate(value, context).points for value in grown))


def _grown(rule: Rule[Any], value: Value, limit: Value) -> list[Value] | None:
    """Values to which this one may grow, the best among them; None where that cannot be told."""
    shape = rule.value_shape()
    if shape.period is not None:
        limit = _plenty_by_period(shape, shape.period) if limit is None else limit
        return _grown_by_period(rule, value, limit)
    if isinstance(limit, Decimal) and isinstance(value, Decimal):
        return [limit] if rule.kind in STEADY else _whole_numbers(value, limit)
    found = list(_ends(rule, value, limit))
    return found or None


def _whole_numbers(value: Decimal, limit: Decimal) -> list[Value] | None:
    more = limit - value
    if more != int(more) or more > MOST_TRIED:
        return None
    return [value + number for number in range(int(more) + 1)]


def _ends(rule: Rule[Any], value: Value, limit: Value) -> Iterator[Value]:
    names = rule.value_shape().names
    most = cast(Counts, dict.fromkeys(names, PLENTY) if limit is None else limit)
    if rule.kind in STEADY:
        yield PLENTY
    elif rule.kind == "level_highest":
        yield most
    elif isinstance(rule, Graded | LevelSum):
        if not _punishes_more(rule):
            yield from (_chosen(rule, cast(Counts, value), most, pick) for pick in (max, min))
    elif isinstance(rule, Threshold):
        yield PLENTY
        yield max(rule.standard, cast(Decimal, value))
    elif isinstance(rule, Bands) and _never_falls(rule):
        yield PLENTY
    elif isinstance(rule, Checklist):
        yield from _more_items(rule, value)


def _punishes_more(rule: Graded | LevelSum) -> bool:
    """Whether more than the quota costs points again."""
    return isinstance(rule, LevelSum) and any(extra < 0 for _name, extra in rule.extra_points)


def _chosen(rule: Graded | LevelSum, has: Counts, most: Counts, pick: Pick) -> Counts:
    """Of each name, for itself, the number that gives the most points, or the least.

    The points go up or down evenly but at the quota, so that the ends and the quota are enough.
    """
    quotas = dict(rule.quotas) if isinstance(rule, LevelSum) else {}
    chosen = {}
    for name in rule.value_shape().names:
        low, high = has.get(name, ZERO), most.get(name, ZERO)
        numbers = (low, high, clamp(quotas.get(name, low), low, high))
        chosen[name] = pick(numbers, key=lambda number, name=name: _points(rule, name, number))
    return chosen


def _points(rule: Graded | LevelSum, name: str, number: Decimal) -> Decimal:
    """What so many of one name give."""
    if isinstance(rule, Graded):
        return number * dict(rule.grade_points)[name]
    nothing = {level: ZERO for level, _points in rule.level_points}
    return rule.points_for({**nothing, name: number}, ZERO)


def _never_falls(rule: Bands) -> bool:
    units = [unit for _start, unit in rule.steps]
    if rule.mode is BandMode.WHOLE and units != sorted(units):
        return False
    return min(units) >= 0


def _more_items(rule: Checklist, value: Value) -> Iterator[Value]:
    if rule.items:
        yield rule.value_shape().names
        return
    count = value if isinstance(value, Decimal) else Decimal(len(cast(tuple[str, ...], value)))
    bars = [Decimal(name) for name, _factor in rule.factors if name[0].isdigit()]
    yield from (bar for bar in [*bars, PLENTY] if bar >= count)


def _grown_by_period(rule: Rule[Any], value: Value, limit: Value) -> list[Value] | None:
    """Each period grows up to its limit; of levels only those that bring points."""
    limits = cast(Mapping[str, Any], limit)
    if not isinstance(rule, LevelSum):
        return [limit]
    if _punishes_more(rule):
        return None
    has = cast(Mapping[str, Counts], value)
    return [
        {name: _chosen(rule, has.get(name, {}), most, pick) for name, most in limits.items()}
        for pick in (max, min)
    ]


def _plenty_by_period(shape: ValueShape, period: Period) -> Value:
    part = dict.fromkeys(shape.names, PLENTY) if shape.part is Part.BY_NAME else PLENTY
    return cast(Value, dict.fromkeys(period.names, part))
