"""Which value can still come about before the year is over, where time sets the limit."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from activities.models import Activity, Participation
from alliances.models import IndustryLinkage
from assessment.metrics import METRICS
from assessment.metrics.base import WEIGHTED
from assessment.metrics.months import Month
from assessment.models import Indicator
from assessment.rules import Part, Period, Value, ValueShape
from assessment.rules.arithmetic import ZERO
from assessment.scoring import PLENTY
from assessment.specification import rule_of

MONTHS = 12
MOST_PER_CENT = Decimal(100)
ACTIVE_MONTHS, CONTENT_KINDS = "active_months", "content_kinds"
LINKAGE_ACTIVITIES = "linkage_themed_activities"
# What is counted of activities: a report that waits may still come to count for its own month.
OF_ACTIVITIES = ("activities", CONTENT_KINDS, ACTIVE_MONTHS, LINKAGE_ACTIVITIES)
# To these each report adds one, to the others it may add several or none.
COUNTING_REPORTS = ("activities", LINKAGE_ACTIVITIES)
# What is put right after the year still counts for the findings of the year.
NEVER_OVER = ("rectified_share", "overdue_findings")

Waiting = Mapping[int, int]
"""Month → reports that have not been accepted or confirmed yet."""


UNDER_WAY = [Activity.Status.SUBMITTED, Activity.Status.RETURNED]


def waiting_reports(year: int, organisation_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Organisation → its reports under way by month; one query.

    Drafts are its own affair until they are sent, so of drafts only those that it reports itself.
    """
    states = Participation.Confirmation
    under_way = Q(activity__status__in=UNDER_WAY)
    own_draft = Q(activity__status=Activity.Status.DRAFT, activity__reporter=F("organisation"))
    unconfirmed = Q(activity__status=Activity.Status.ACCEPTED, confirmation=states.PENDING)
    rows = Participation.objects.filter(
        under_way | own_draft | unconfirmed,
        organisation__in=organisation_ids,
        activity__starts_on__year=year,
        confirmation__in=[states.PENDING, states.CONFIRMED],
    )
    return _by_month(rows, "organisation_id", "activity")


def waiting_of_linkages(year: int, lead_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Lead of linkages → reports under way of their activities by month, whoever sends them; one
    query. Confirmations do not matter to it."""
    own_draft = Q(activities__status=Activity.Status.DRAFT, activities__reporter=F("lead"))
    rows = IndustryLinkage.objects.filter(
        Q(activities__status__in=UNDER_WAY) | own_draft,
        lead__in=lead_ids,
        activities__starts_on__year=year,
    )
    return _by_month(rows, "lead_id", "activities")


def _by_month(rows: QuerySet, unit: str, activity: str) -> dict[int, dict[int, int]]:
    months = rows.order_by().annotate(month=Month(f"{activity}__starts_on"))
    numbers = months.values(unit, "month").annotate(number=Count(activity, distinct=True))
    found: dict[int, dict[int, int]] = {}
    for pk, month, number in numbers.values_list(unit, "month", "number"):
        found.setdefault(pk, {})[int(month)] = number
    return found


@dataclass(frozen=True)
class Reach:
    """Seen from a moment, for the year of a scheme and one unit with reports that wait.

    `of_linkages`: those that wait of the linkages it leads. `content_kinds`: how many kinds of
    content there are to cover; None where nobody asked.
    """

    year: int
    now: datetime
    waiting: Waiting = field(default_factory=dict)
    content_kinds: int | None = None
    of_linkages: Waiting = field(default_factory=dict)

    @property
    def month(self) -> int:
        """The month that runs: 1 before the year, 13 after it."""
        today = timezone.localdate(self.now)
        if today.year != self.year:
            return 1 if today.year < self.year else MONTHS + 1
        return today.month

    def is_over(self, leaf: Indicator) -> bool:
        """Whether nothing that the unit does now counts for the leaf any more."""
        if leaf.source != Indicator.Source.METRIC or leaf.metric in NEVER_OVER:
            return False
        return self.month > MONTHS and not self._waiting(leaf)

    def _waiting(self, leaf: Indicator) -> Waiting:
        """The reports that may still come to count for the leaf."""
        if leaf.metric == LINKAGE_ACTIVITIES:
            return self.of_linkages
        return self.waiting if leaf.metric in OF_ACTIVITIES else {}

    def of(self, leaf: Indicator, value: Value) -> Value:
        """The best value still possible; None where nothing sets a limit."""
        rule = rule_of(leaf)
        if rule is None or leaf.source != Indicator.Source.METRIC or value is None:
            return None
        shape = rule.value_shape()
        if shape.period is not None and shape.part in (Part.NUMBER, Part.BY_NAME):
            return self._periods(leaf, shape, shape.period, value)
        if self.month > MONTHS and leaf.metric in COUNTING_REPORTS:
            late = sum(self._waiting(leaf).values())
            return _with_reports(leaf, shape, value, late)
        if not isinstance(value, Decimal):
            return None
        if leaf.metric == ACTIVE_MONTHS:
            return self._months(value)
        if leaf.metric == CONTENT_KINDS and self.content_kinds is not None:
            return max(Decimal(self.content_kinds), value)
        return MOST_PER_CENT if METRICS[leaf.metric].share is not None else None

    def _months(self, value: Decimal) -> Decimal:
        """With the months to come, the one that runs, and past ones in which a report waits.

        Nobody says which months have had their activity: as many as they can be.
        """
        waiting = len([month for month in self.waiting if month < self.month])
        left = MONTHS - self.month + (1 if value < self.month <= MONTHS else 0)
        return min(value + max(left, 0) + waiting, Decimal(MONTHS))

    def _periods(self, leaf: Indicator, shape: ValueShape, period: Period, value: Any) -> Value:
        """Periods that are over stay as they are but for reports that wait, the others bring all
        they can."""
        per_month = MONTHS // period.in_year
        running = (self.month - 1) // per_month + 1
        plenty: Any = PLENTY
        if shape.part is Part.BY_NAME:
            plenty = dict.fromkeys(shape.names, PLENTY)
        late: Counter[str] = Counter()
        for month, number in self._waiting(leaf).items():
            late[str((month - 1) // per_month + 1)] += number
        found: dict[str, Any] = {}
        for name in period.names:
            if int(name) >= running or (late[name] and leaf.metric not in COUNTING_REPORTS):
                found[name] = plenty
            elif late[name]:
                found[name] = _with_reports(leaf, shape, value.get(name), late[name])
            elif name in value:
                found[name] = value[name]
        return found


def _with_reports(leaf: Indicator, shape: ValueShape, value: Any, number: int) -> Any:
    """The value, or that of one period, when so many reports have come to count as much as they
    can; by name, for each name. None where things are met and not counted."""
    more = number * (Activity.HARDEST if leaf.metric_filters.get(WEIGHTED) else 1)
    if shape.part is Part.BY_NAME:
        return {name: (value or {}).get(name, ZERO) + more for name in shape.names}
    return None if shape.part is Part.ITEMS and shape.names else (value or ZERO) + more
