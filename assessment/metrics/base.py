"""What a metric is: records that count for organisations, and how they are counted.

A metric names a queryset of records and the path from a record to its organisation. The value of
all organisations is one grouped query over it, whatever shape a rule wants it in; the evidence of
one organisation is the very same queryset narrowed to it. So what a point shows on a click is what
was counted, by construction.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import ExtractQuarter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.metrics.conditions import Filter, Names, only_yes
from assessment.metrics.months import Month
from assessment.rules import Part, Period, ValueShape
from assessment.rules import Value as LeafValue
from assessment.rules.arithmetic import ZERO, exact

WEIGHTED = "weighted"
BY_WEIGHT = only_yes(gettext_lazy("难度系数"))
EXTRACT = {Period.MONTH: Month, Period.QUARTER: ExtractQuarter}
# A share is told in per cent, to this many places.
SHARE_STEP = Decimal("0.0001")


@dataclass(frozen=True)
class MetricQuery:
    """Which records: of which year, known until when, under which filters, in which shape.

    `data_as_of` leaves out what was accepted or recorded later, so that a frozen run keeps
    showing its own evidence.
    """

    year: int
    data_as_of: datetime
    filters: Mapping[str, Any] = field(default_factory=dict)
    # Ended organisation → who its records of the year count for; see organisations.successions.
    successions: Mapping[int, int] = field(default_factory=dict)
    shape: ValueShape = ValueShape()

    @property
    def is_weighted(self) -> bool:
        return bool(self.filters.get(WEIGHTED))


@dataclass(frozen=True)
class Metric:
    """A data source of indicators.

    key: what schemes and workbooks call it. label and unit: Chinese, for people (`次`, `个`).
    filters: what it may be narrowed to. records: the counted rows. organisation: the path from a
    record to the organisation it counts for. counted: the path from a record to what is counted
    once each; the record itself unless told otherwise. shared: the path to what has a record for
    each unit that took part: of units that have become one it counts once.

    dated: the path to the day by which records fall into months and quarters; it lies in the
    query's year. named: what parts them into levels, grades or kinds. weight: the path to a
    coefficient of each record, counted instead of 1 under the filter `weighted`. share: which of
    the records count, the value being their part of all in per cent. if_none: the value of an
    organisation without any record, and none_told the words for it where it is no plain 0.
    """

    key: str
    label: Any
    unit: Any
    records: Callable[[MetricQuery], QuerySet]
    organisation: str
    filters: Mapping[str, Filter] = field(default_factory=dict)
    counted: str = "pk"
    shared: str = ""
    dated: str = ""
    named: tuple[Names, ...] = ()
    weight: str = ""
    share: Callable[[MetricQuery], Q] | None = None
    if_none: Decimal = ZERO
    none_told: Any = ""

    def check_filters(self, filters: Mapping[str, Any]) -> list[str]:
        """The filter keys that this metric does not know."""
        return [key for key in filters if key not in self.filters]

    def is_plain(self, query: MetricQuery) -> bool:
        """Whether the value is simply how many things were counted."""
        return query.shape.is_number and not query.is_weighted and self.share is None

    def names_for(self, shape: ValueShape) -> Names | None:
        """What tells apart all the names that the shape has; None where nothing does."""
        if not shape.names:
            return None
        fitting = (one for one in self.named if len(one.stored(shape.names)) == len(shape.names))
        return next(fitting, None)

    def shape_fault(self, shape: ValueShape) -> str:
        """Why the metric cannot give this shape, and what it can give; empty where it can."""
        if shape.part is Part.MARKS:
            return _("“%(metric)s”由系统计算，不能给出评分") % {"metric": self.label}
        if shape.period is not None and not self.dated:
            return _("“%(metric)s”只有全年的数，不分月、季") % {"metric": self.label}
        if shape.names and self.names_for(shape) is None:
            words = {"metric": self.label, "given": self._given(), "wanted": shape.describe()}
            return _("“%(metric)s”只能给出%(given)s，不能给出%(wanted)s") % words
        return ""

    def _given(self) -> str:
        """``总数、按级别（国家级、市级）的数``: all that the metric can give."""
        given = [_("比例") if self.share else _("总数")]
        if self.dated:
            given.append(_("按月和按季的数"))
        for names in self.named:
            words = {"kinds": names.kinds.label, "known": "、".join(names.kinds.all_words())}
            given.append(_("按%(kinds)s（%(known)s）的数") % words)
        return "，".join(given)

    def none(self, shape: ValueShape) -> LeafValue:
        """The value of an organisation without records, in the shape."""
        if shape.is_number:
            return self.if_none
        return () if shape.part is Part.ITEMS else {}

    def values(
        self, query: MetricQuery, organisation_ids: Collection[int] | None = None
    ) -> dict[int, LeafValue]:
        """Organisation pk → value, for every organisation with at least one record: one query.

        Narrowed to some organisations where they are given.
        """
        rows = self._counted_records(query, organisation_ids).order_by()
        names, period = self.names_for(query.shape), query.shape.period
        columns: dict[str, Any] = {}
        if period is not None:
            columns["in_period"] = EXTRACT[period](self.dated)
        if names is not None:
            columns["named_so"] = F(names.path)
        if query.is_weighted:
            columns["weighs"] = F(self.weight)
        rows = rows.annotate(**columns)
        stored = names.stored(query.shape.names) if names else {}
        if names is not None:
            rows = rows.filter(named_so__in=stored)
        grouped = rows.values("counts_for", *columns).annotate(**self._numbers(query, rows))
        return self._folded(query, grouped, stored)

    def _numbers(self, query: MetricQuery, rows: QuerySet) -> dict[str, Count]:
        # To tell records apart costs the database as much again as to count them.
        distinct = self.counted != "pk" or _repeats_records(rows)
        numbers = {"number": Count(self.counted, distinct=distinct)}
        if self.share is not None:
            part = self.share(query)
            numbers["part"] = Count(self.counted, distinct=True, filter=part)
        return numbers

    def _folded(
        self, query: MetricQuery, grouped: Iterable[dict[str, Any]], names: Mapping[Any, str]
    ) -> dict[int, LeafValue]:
        """The rows of the grouped query as one value for each organisation."""
        folded: dict[int, Any] = {}
        for row in grouped:
            place: list[Any] = [row["counts_for"]]
            if "in_period" in row:
                place.append(str(row["in_period"]))
            if "named_so" in row:
                place.append(names[row["named_so"]])
            inner = folded
            for key in place[:-1]:
                inner = inner.setdefault(key, {})
            inner[place[-1]] = inner.get(place[-1], ZERO) + self._number(row)
        if query.shape.part is Part.ITEMS and query.shape.names:
            order = query.shape.names
            return {key: tuple(n for n in order if counts.get(n)) for key, counts in folded.items()}
        return folded

    def _number(self, row: Mapping[str, Any]) -> Decimal:
        with exact():
            if "part" in row:
                share = Decimal(row["part"]) * 100 / (row["number"] or 1)
                return share.quantize(SHARE_STEP, ROUND_HALF_UP)
            return Decimal(row["number"]) * row.get("weighs", 1)

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
        rows = self._with_names(query, rows)
        return rows.values_list("counts_for").annotate(record_count=Count("pk", distinct=True))

    def _mine(self, query: MetricQuery, organisation_id: int) -> QuerySet:
        return self._with_names(query, self._counted_records(query, [organisation_id]))

    def _with_names(self, query: MetricQuery, rows: QuerySet) -> QuerySet:
        """Without the records of which the rule knows no name: those are not counted."""
        names = self.names_for(query.shape)
        if names is None:
            return rows
        return rows.filter(**{f"{names.path}__in": names.stored(query.shape.names)})

    def _counted_records(
        self, query: MetricQuery, organisation_ids: Collection[int] | None = None
    ) -> QuerySet:
        """The records with `counts_for`: their organisation, or who has taken over its year.

        Of several records of one shared thing that count for the same organisation there is one:
        its own, else the first.
        """
        column = f"{self.organisation}_id"
        rows = self.records(query)
        moved = query.successions
        if organisation_ids is not None:
            wanted = set(organisation_ids)
            moved = {ended: heir for ended, heir in moved.items() if heir in wanted}
            own = wanted.difference(query.successions)
            rows = rows.filter(**{f"{column}__in": [*own, *moved]})
        if not moved:
            return rows.annotate(counts_for=F(column))
        cases = [When(**{column: ended}, then=Value(heir)) for ended, heir in moved.items()]
        rows = rows.annotate(
            counts_for=Case(*cases, default=F(column), output_field=BigIntegerField())
        )
        return self._without_doubles(rows, moved) if self.shared else rows

    def _without_doubles(self, rows: QuerySet, moved: Mapping[int, int]) -> QuerySet:
        """Left out are records of ended units beside another one of the same for their successor.

        Looked for among the records of ended units and successors alone.
        """
        column = f"{self.organisation}_id"
        of_ended = Q(**{f"{column}__in": list(moved)})
        of_heirs = Q(**{f"{column}__in": set(moved.values())})
        concerned = rows.filter(of_ended | of_heirs).order_by()
        # A successor's own record goes before: as less than any number of a record.
        place = Case(When(of_ended, then=F("pk")), default=0, output_field=BigIntegerField())
        kept = concerned.values("counts_for", self.shared).annotate(first=Min(place))
        return rows.filter(~of_ended | Q(pk__in=kept.values("first")))


def _repeats_records(rows: QuerySet) -> bool:
    """Whether a join to several rows can bring a record more than once."""
    joins = (getattr(table, "join_field", None) for table in rows.query.alias_map.values())
    return any(join is not None and join.one_to_many for join in joins)


REGISTRY: dict[str, Metric] = {}


def register(metric: Metric) -> Metric:
    if metric.key in REGISTRY:
        raise ValueError(f"metric {metric.key} is declared twice")
    REGISTRY[metric.key] = metric
    return metric
