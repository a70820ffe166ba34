"""The very records that a line counted, and how many there are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Value

from assessment.metrics import METRICS, MetricQuery
from assessment.models import Indicator, Run
from assessment.unit_sheets.records import COUNTED, PRESENTED, Counted, Presenter


@dataclass(frozen=True)
class Evidence:
    """What stands behind one line of one unit as the data are now.

    `rows` are the counted records, `presenter` says how one reads. `counted` are the things that
    were counted once each where those are not the records themselves; `value` is their number.
    """

    rows: QuerySet
    presenter: Presenter
    counted: list[Counted]
    value: int
    counts_records: bool


def metric_query(run: Run, indicator: Indicator) -> MetricQuery:
    """What the run asked of the indicator's metric."""
    return MetricQuery(run.scheme.year, run.data_as_of, indicator.metric_filters, run.successions)


def evidence_of(run: Run, indicator: Indicator, organisation_id: int, user: Any) -> Evidence:
    """The records that a metric counted for a unit; links only to what the user may see."""
    metric = METRICS[indicator.metric]
    query = metric_query(run, indicator)
    rows = metric.evidence(query, organisation_id)
    presenter = PRESENTED[rows.model]
    keys = metric.counted_keys(query, organisation_id)
    counts_records = metric.counted == "pk"
    return Evidence(
        rows=presenter.load(rows),
        presenter=presenter,
        counted=[] if counts_records else COUNTED[metric.counted](keys, user),
        value=len(keys),
        counts_records=counts_records,
    )


def evidence_counts(
    run: Run, leaves: Iterable[Indicator], organisation_ids: Collection[int]
) -> dict[tuple[int, str], int]:
    """(organisation, code) → number of records, for all metric leaves together: one query."""
    parts = [
        METRICS[leaf.metric]
        .record_counts(metric_query(run, leaf), organisation_ids)
        .annotate(leaf=Value(leaf.code))
        for leaf in leaves
        if leaf.source == Indicator.Source.METRIC
    ]
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True)
    return {(organisation, code): count for organisation, count, code in rows}
