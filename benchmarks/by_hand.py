"""Indicators without the product: plain SQL and plain arithmetic, as a yardstick.

Whoever writes a year's scores for one table only, with no explanation, no check and no reuse, would
write about this. The totals must be those of the product, to the cent.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

ZERO = Decimal(0)
CENT = Decimal("0.01")
Numbers = Mapping[int, Decimal]
Formula = Callable[[Decimal, Decimal, Any], Decimal]

PARTS = """
SELECT p.organisation_id, COUNT(DISTINCT {what}) FROM activities_participation p
JOIN activities_activity a ON a.id = p.activity_id {joins}
WHERE a.status = 'accepted' AND p.confirmation = 'confirmed'
  AND a.starts_on BETWEEN %s AND %s
  AND a.reviewed_at <= %s AND p.confirmed_at <= %s {conditions} GROUP BY 1
"""
OF_FORM = (
    "JOIN activities_activity_partnerships ap ON ap.activity_id = a.id"
    " JOIN partnerships_partnership s ON s.id = ap.partnership_id"
)
OF_KIND = (
    "JOIN activities_activity_content_kinds ak ON ak.activity_id = a.id"
    " JOIN partnerships_contentkind k ON k.id = ak.contentkind_id"
)
OF_TAG = (
    "JOIN activities_activity_joint_tags at ON at.activity_id = a.id"
    " JOIN partnerships_jointtag t ON t.id = at.jointtag_id"
)
MEMBERS = """
SELECT m.organisation_id, COUNT(DISTINCT {what}) FROM partnerships_member m
JOIN partnerships_partnership s ON s.id = m.partnership_id {joins}
WHERE m.consent = 'agreed' AND s.status IN ('active', 'concluded')
  AND (s.ends_on IS NULL OR s.ends_on >= %s) AND s.starts_on <= %s
  AND s.decided_at <= %s AND m.consent_at <= %s {conditions} GROUP BY 1
"""
OTHERS = (
    "JOIN partnerships_member o ON o.partnership_id = s.id AND o.consent = 'agreed'"
    " AND o.organisation_id <> m.organisation_id"
)
FINDINGS = """
SELECT i.organisation_id, COUNT(DISTINCT f.id) FROM supervision_finding f
JOIN supervision_inspection i ON i.id = f.inspection_id
WHERE i.inspected_on BETWEEN %s AND %s
  AND i.recorded_at <= %s AND i.recorded_at <= %s {conditions} GROUP BY 1
"""


def parts(conditions: str = "", joins: str = "", what: str = "p.id") -> str:
    return PARTS.format(what=what, joins=joins, conditions=conditions and f"AND {conditions}")


def members(conditions: str = "", joins: str = "", what: str = "m.id") -> str:
    return MEMBERS.format(what=what, joins=joins, conditions=conditions and f"AND {conditions}")


def findings(conditions: str = "") -> str:
    return FINDINGS.format(conditions=conditions and f"AND {conditions}")


def counted(sql: str, year: int) -> dict[int, Decimal]:
    """What was known by now, like the product: a later report does not change a frozen result."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{year}-01-01", f"{year}-12-31", now, now])
        return {unit: Decimal(number) for unit, number in cursor.fetchall()}


def cents(points: Decimal, cap: Decimal) -> Decimal:
    return max(ZERO, min(points.quantize(CENT, ROUND_HALF_UP), cap))


def per_unit(price: str) -> Formula:
    return lambda v, p, _group: cents(v * Decimal(price), p)


def completion(target: str) -> Formula:
    return lambda v, p, _group: cents(min(v / Decimal(target), Decimal(1)) * p, p)


def quota(number: str, price: str) -> Formula:
    return lambda v, p, _group: cents(p - max(Decimal(number) - v, ZERO) * Decimal(price), p)


def deduct(price: str) -> Formula:
    return lambda v, p, _group: cents(p - min(v * Decimal(price), p), p)


def reached(bar: str) -> Formula:
    return lambda v, p, _group: p if v >= Decimal(bar) else ZERO


def flag(v: Decimal, p: Decimal, _group: Any) -> Decimal:
    return p if v > 0 else ZERO


def best_ratio(v: Decimal, p: Decimal, best: Decimal) -> Decimal:
    return cents(v / best * p, p) if best else ZERO


def mean_of(group: list[Decimal]) -> Decimal:
    return sum(group, ZERO) / len(group)


def versus_average(step: str, price: str) -> Formula:
    def points(v: Decimal, p: Decimal, mean: Decimal) -> Decimal:
        gap = mean - v
        steps = math.ceil(gap / Decimal(step)) if gap > 0 else 0
        return cents(p - steps * Decimal(price), p)

    return points


def ranks_of(group: list[Decimal]) -> dict[Decimal, int]:
    ranks: dict[Decimal, int] = {}
    for place, number in enumerate(sorted(group, reverse=True), 1):
        ranks.setdefault(number, place)
    return ranks


def ranked(places: Mapping[int, str], other: str) -> Formula:
    def points(v: Decimal, p: Decimal, ranks: Mapping[Decimal, int]) -> Decimal:
        return cents(Decimal(places.get(ranks[v], other)), p)

    return points


def bands(table: Iterable[tuple[str, str]]) -> Formula:
    steps = [(Decimal(start), Decimal(unit)) for start, unit in table]

    def points(v: Decimal, p: Decimal, _group: Any) -> Decimal:
        units = [unit for start, unit in steps if v >= start]
        return cents(v * units[-1], p) if units else ZERO

    return points


def share_of(full: str) -> Formula:
    return lambda v, p, _group: cents(v / Decimal(full) * p, p)


def mark(v: Decimal, p: Decimal, _group: Any) -> Decimal:
    return cents(v, p)


# What a formula has to know of the whole group, worked out once a group.
OF_GROUP: dict[str, Callable[[list[Decimal]], Any]] = {
    "best_ratio": max,
    "versus_average": mean_of,
    "rank": ranks_of,
}


def add_up(
    leaves: Iterable[tuple[str, Decimal, Formula, Numbers]], groups: Mapping[int, str]
) -> dict[int, Decimal]:
    """Unit → total, of leaves given as (kind, points, formula, unit → value)."""
    totals: dict[int, Decimal] = defaultdict(Decimal)
    for kind, full, formula, values in leaves:
        figures: dict[str, Any] = {}
        if kind in OF_GROUP:
            by_group: dict[str, list[Decimal]] = defaultdict(list)
            for unit, group in groups.items():
                by_group[group].append(values.get(unit, ZERO))
            figures = {group: OF_GROUP[kind](found) for group, found in by_group.items()}
        for unit, group in groups.items():
            totals[unit] += formula(values.get(unit, ZERO), full, figures.get(group))
    return totals
