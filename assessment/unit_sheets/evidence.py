"""The very records that a line counted, and how many there are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet, Value
from django.utils.translation import gettext as _

from activities.models import Activity, Participation
from assessment.leaf_values import metric_query
from assessment.metrics import METRICS, Metric, MetricQuery
from assessment.models import Indicator, Run
from assessment.rules import Value as LeafValue
from assessment.specification import rule_of
from assessment.unit_sheets.records import COUNTED, PRESENTED, Counted, Presenter
from partnerships.models import Member, Partnership


@dataclass(frozen=True)
class Evidence:
    """What stands behind one line of one unit as the data are now.

    `rows` are the counted records, `presenter` says how one reads. `counted` are the things that
    were counted once each where those are not the records themselves; `count` is their number and
    `value` what the rule makes of them. `told` says how records become the value.
    """

    rows: QuerySet
    presenter: Presenter
    counted: list[Counted]
    count: int
    value: LeafValue
    counts_records: bool
    told: str


def query_of(run: Run, indicator: Indicator) -> MetricQuery:
    """What the run asked of the indicator's metric."""
    return metric_query(indicator, run.scheme.year, run.data_as_of, run.successions)


def evidence_of(run: Run, indicator: Indicator, organisation_id: int, user: Any) -> Evidence:
    """The records that a metric counted for a unit; links only to what the user may see."""
    metric = METRICS[indicator.metric]
    query = query_of(run, indicator)
    rows = metric.evidence(query, organisation_id)
    presenter = PRESENTED[rows.model]
    keys = metric.counted_keys(query, organisation_id)
    counts_records = metric.counted == "pk"
    return Evidence(
        rows=presenter.load(rows),
        presenter=presenter,
        counted=[] if counts_records else COUNTED[metric.counted](keys, user),
        count=len(keys),
        value=_value(metric, query, indicator, organisation_id, len(keys)),
        counts_records=counts_records,
        told=_told(metric, query),
    )


# What a counted record is part of, where units know that and not the record itself.
WHOLES: dict[type[Model], tuple[type[Model], str]] = {
    Participation: (Activity, "activity"),
    Member: (Partnership, "partnership"),
}


@dataclass(frozen=True)
class CountedKeys:
    """The kind of things that a line counts, and which of them it counted for a unit."""

    model: type[Model] | None = None
    keys: frozenset[int] = frozenset()


def counted_keys(run: Run, indicator: Indicator, organisation_id: int) -> CountedKeys:
    """Nothing for a line that counts no records; else one query."""
    metric = METRICS.get(indicator.metric)
    if metric is None:
        return CountedKeys()
    rows = metric.evidence(query_of(run, indicator), organisation_id)
    model, path = WHOLES.get(rows.model, (rows.model, "pk"))
    return CountedKeys(model, frozenset(rows.order_by().values_list(path, flat=True)))


def _value(
    metric: Metric, query: MetricQuery, indicator: Indicator, organisation_id: int, count: int
) -> LeafValue:
    """The value now, as the rule stores it; no query where it is simply how many there are."""
    rule = rule_of(indicator)
    if metric.is_plain(query):
        value: LeafValue = Decimal(count)
    else:
        found = metric.values(query, [organisation_id])
        value = found.get(organisation_id, metric.none(query.shape))
    return rule.stored(rule.take(value)) if rule else value


def _told(metric: Metric, query: MetricQuery) -> str:
    if metric.share is not None:
        return _("按其中做到的占全部的比例计")
    if query.is_weighted:
        return _("每条按难度系数计")
    return ""


def evidence_counts(
    run: Run, leaves: Iterable[Indicator], organisation_ids: Collection[int]
) -> dict[tuple[int, str], int]:
    """(organisation, code) → number of records, for all metric leaves together: one query."""
    parts = [
        METRICS[leaf.metric]
        .record_counts(query_of(run, leaf), organisation_ids)
        .annotate(leaf=Value(leaf.code))
        for leaf in leaves
        if leaf.source == Indicator.Source.METRIC
    ]
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True)
    return {(organisation, code): count for organisation, count, code in rows}
