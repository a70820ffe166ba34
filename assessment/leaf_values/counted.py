"""What metrics count: one query for all leaves that want the same of one."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assessment.metrics import METRICS, MetricQuery
from assessment.models import Indicator
from assessment.rules import Value, ValueShape
from assessment.specification import rule_of
from organisations.models import successions

Key = tuple[str, str]
Wish = tuple[str, tuple[tuple[str, Any], ...], ValueShape]
"""Metric, filters and shape: what makes the query of one leaf that of another."""

MOST_TELLINGS = 3
"""How often `advance` is told at most: each telling costs a query of its own."""


def metric_query(
    leaf: Indicator, year: int, data_as_of: datetime, moved: Mapping[int, int]
) -> MetricQuery:
    """What a leaf asks of its metric."""
    rule = rule_of(leaf)
    shape = rule.value_shape() if rule else ValueShape()
    return MetricQuery(year, data_as_of, leaf.metric_filters, moved, shape)


def _wish(leaf: Indicator) -> Wish:
    rule = rule_of(leaf)
    filters = tuple(sorted(leaf.metric_filters.items()))
    return leaf.metric, filters, rule.value_shape() if rule else ValueShape()


def by_wish(leaves: Iterable[Indicator]) -> dict[Wish, list[Indicator]]:
    """Leaves that can share one query, together."""
    shared: dict[Wish, list[Indicator]] = {}
    for leaf in leaves:
        shared.setdefault(_wish(leaf), []).append(leaf)
    return shared


@dataclass(frozen=True)
class Counting:
    """Counts for some organisations what was known at one moment.

    is_narrow: ask for these organisations alone, and not for all. advance: told a few times how
    far it is, by queries done, queries in all and the name of what is counted.
    """

    organisation_ids: Collection[int]
    data_as_of: datetime
    is_narrow: bool
    advance: Callable[[int, int, str], None]

    def values(
        self, leaves: Iterable[Indicator], year: int, moved: Mapping[int, int] | None = None
    ) -> dict[Key, Value]:
        """The values of metric leaves; as many queries as wishes, and one for what has moved.

        An organisation without records has what the metric says of none.
        """
        values: dict[Key, Value] = {}
        shared = by_wish(leaves)
        if shared and moved is None:
            moved = successions(year, self.data_as_of)
        step = max(1, -(-len(shared) // MOST_TELLINGS))
        for done, alike in enumerate(shared.values()):
            if done % step == 0:
                self.advance(done, len(shared), alike[0].name)
            found, none = self._count(alike[0], year, moved or {})
            for leaf in alike:
                for pk in self.organisation_ids:
                    values[str(pk), leaf.code] = found.get(pk, none)
        return values

    def _count(
        self, leaf: Indicator, year: int, moved: Mapping[int, int]
    ) -> tuple[dict[int, Value], Value]:
        metric = METRICS[leaf.metric]
        query = metric_query(leaf, year, self.data_as_of, moved)
        narrow = self.organisation_ids if self.is_narrow else None
        return metric.values(query, narrow), metric.none(query.shape)
