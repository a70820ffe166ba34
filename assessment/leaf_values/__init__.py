"""The values of the leaves from the database, in the shapes that their rules want.

What counts records is asked once for all organisations and once for all leaves that want the same
of it; marks and imported values come with one query each. What nobody entered is left out, so that
scoring names the unit and the indicator; only a metric without records is a true 0.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assessment.leaf_values.counted import Counting, metric_query
from assessment.leaf_values.entered import imported_values, marked_values
from assessment.leaf_values.previous import Comparing
from assessment.leaf_values.sources import source_fault
from assessment.metrics import catalogues_read_once
from assessment.models import Indicator, Scheme
from assessment.rules import Value
from assessment.specification import rule_of
from organisations.models import successions as successions_of

__all__ = ["LeafValues", "leaf_values", "metric_query", "source_fault"]

Key = tuple[str, str]
Source = Indicator.Source


@dataclass(frozen=True)
class LeafValues:
    """By (unit key, leaf code), as `score_units` takes them; `previous` are those of last year.

    `gaps` say why one of last year is not there where a change of units is the cause, `taken`
    whose values are in it beside the unit's own.
    """

    values: dict[Key, Value]
    previous: dict[Key, Value]
    gaps: dict[Key, str] = field(default_factory=dict)
    taken: dict[Key, str] = field(default_factory=dict)


def leaf_values(
    scheme: Scheme,
    leaves: Sequence[Indicator],
    organisation_ids: Collection[int],
    *,
    data_as_of: datetime,
    units: Collection[int] | None = None,
    successions: Mapping[int, int] | None = None,
    advance: Callable[[int, int, str], None] = lambda done, total, name: None,
) -> LeafValues:
    """The values of these leaves for these organisations.

    With `units` for those of them alone, by queries narrowed to them. `successions` are those of
    the scheme's year where the caller has them already. `advance` is told a few times how far the
    work is: queries done, queries in all, the name of what is counted.
    """
    compared = [leaf for leaf in leaves if _compares(leaf)]
    wanted = organisation_ids if units is None else set(units).intersection(organisation_ids)
    narrow = None if units is None else wanted
    counting = Counting(wanted, data_as_of, is_narrow=units is not None, advance=advance)
    metric = _of(Source.METRIC, leaves)
    moved = successions
    if moved is None and (metric or compared):
        moved = successions_of(scheme.year, data_as_of)
    with catalogues_read_once():
        values = counting.values(metric, scheme.year, moved)
        # What this year's records are compared with is of the same units: by this year's changes.
        before = counting.values(_of(Source.METRIC, compared), scheme.year - 1, moved)
    values |= marked_values(_of(Source.MANUAL, leaves), narrow)
    values |= imported_values(_of(Source.IMPORTED, leaves), narrow)
    comparing = Comparing(scheme, frozenset(wanted), moved or {}, data_as_of)
    last = comparing.last_years(compared, before)
    return LeafValues(values, last.values, last.gaps, last.taken)


def _of(source: str, leaves: Iterable[Indicator]) -> list[Indicator]:
    return [leaf for leaf in leaves if leaf.source == source]


def _compares(leaf: Indicator) -> bool:
    rule = rule_of(leaf)
    return rule is not None and rule.uses_previous
