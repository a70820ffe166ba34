"""What a metric is: records that count for organisations, and how they are counted.

A metric names a queryset of records and the path from a record to its organisation. The value of
all organisations is one grouped query over it; the evidence of one organisation is the very same
queryset narrowed to it. So what a point shows on a click is what was counted, by construction.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Aggregate,
    BigIntegerField,
    Case,
    Count,
    F,
    QuerySet,
    Value,
    When,
)


@dataclass(frozen=True)
class MetricQuery:
    """Which records: of which year, known until when, under which filters.

    `data_as_of` leaves out what was accepted or recorded later, so that a frozen run keeps
    showing its own evidence.
    """

    year: int
    data_as_of: datetime
    filters: Mapping[str, Any] = field(default_factory=dict)
    # Ended organisation → who its records of the year count for; see organisations.successions.
    successions: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Metric:
    """A data source of indicators.

    key: what schemes and workbooks call it. label and unit: Chinese, for people (`次`, `个`).
    filters: allowed filter keys with their Chinese labels. records: the counted rows.
    organisation: the path from a record to the organisation it counts for.
    counted: the path from a record to what is counted once each; the record itself unless told
    otherwise.
    """

    key: str
    label: str
    unit: str
    records: Callable[[MetricQuery], QuerySet]
    organisation: str
    filters: Mapping[str, str] = field(default_factory=dict)
    counted: str = "pk"

    @property
    def value(self) -> Aggregate:
        return Count(self.counted, distinct=True)

    def check_filters(self, filters: Mapping[str, Any]) -> list[str]:
        """The filter keys that this metric does not know."""
        return [key for key in filters if key not in self.filters]

    def values(self, query: MetricQuery) -> dict[int, Decimal]:
        """Organisation pk → value, for every organisation with at least one record: one query."""
        rows = self._counted_records(query).order_by()
        grouped = rows.values_list("counts_for").annotate(metric_value=self.value)
        return {organisation: Decimal(value or 0) for organisation, value in grouped}

    def evidence(self, query: MetricQuery, organisation_id: int) -> QuerySet:
        """The records that were counted for one organisation."""
        return self._mine(query, organisation_id).distinct()

    def counted_keys(self, query: MetricQuery, organisation_id: int) -> list[Any]:
        """What was counted for one organisation, once each: as many as its value; one query."""
        mine = self._mine(query, organisation_id).order_by()
        keys = mine.values_list(self.counted, flat=True).distinct()
        return sorted(key for key in keys if key is not None)

    def record_counts(self, query: MetricQuery, organisation_ids: Collection[int]) -> QuerySet:
        """Pairs of an organisation's number and how many records it has; not yet asked for."""
        rows = self._counted_records(query, organisation_ids).order_by()
        return rows.values_list("counts_for").annotate(record_count=Count("pk", distinct=True))

    def _mine(self, query: MetricQuery, organisation_id: int) -> QuerySet:
        return self._counted_records(query, [organisation_id])

    def _counted_records(
        self, query: MetricQuery, organisation_ids: Collection[int] | None = None
    ) -> QuerySet:
        """The records with `counts_for`: their organisation, or who has taken over its year."""
        column = f"{self.organisation}_id"
        rows = self.records(query)
        moved = query.successions
        if organisation_ids is not None:
            wanted = set(organisation_ids)
            before = [ended for ended, successor in moved.items() if successor in wanted]
            rows = rows.filter(**{f"{column}__in": [*wanted.difference(moved), *before]})
        if not moved:
            return rows.annotate(counts_for=F(column))
        cases = [When(**{column: ended}, then=Value(heir)) for ended, heir in moved.items()]
        return rows.annotate(
            counts_for=Case(*cases, default=F(column), output_field=BigIntegerField())
        )


REGISTRY: dict[str, Metric] = {}


def register(metric: Metric) -> Metric:
    if metric.key in REGISTRY:
        raise ValueError(f"metric {metric.key} is declared twice")
    REGISTRY[metric.key] = metric
    return metric
