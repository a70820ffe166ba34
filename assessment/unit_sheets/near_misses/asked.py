"""What a line asked for, and what a search for the records that it passed over is."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.metrics import Metric, MetricQuery

# Records so near to the year on either side that one may wonder whether they count.
DAYS_BEYOND = 31


@dataclass(frozen=True)
class Asked:
    """What the line asked for, as far as a reason needs it."""

    metric: Metric
    query: MetricQuery
    units: Collection[int]
    user: Any

    @property
    def days(self) -> tuple[date, date]:
        """The year and a month on either side."""
        beyond = timedelta(days=DAYS_BEYOND)
        return date(self.query.year, 1, 1) - beyond, date(self.query.year, 12, 31) + beyond

    @property
    def day(self) -> date:
        return min(timezone.localdate(self.query.data_as_of), date(self.query.year, 12, 31))

    def condition(self) -> str:
        """不符合本项条件（主题活动）: the filters of the line by name."""
        filters = self.metric.filters
        names = [str(one.label) for key, one in filters.items() if key in self.query.filters]
        if not names:
            return _("不符合本项的条件")
        return _("不符合本项的条件（%(names)s）") % {"names": "、".join(names)}

    def outside(self, day: date) -> str:
        """不在 2026 年内; empty for a day of the year."""
        if day.year == self.query.year:
            return ""
        return _("不在 %(year)s 年内") % {"year": self.query.year}


@dataclass(frozen=True)
class Finder:
    """Rows in which one may look for what a metric counts, and why one of them does not count.

    They are of the model of the metric's evidence, or of what it counts once each.
    """

    find: Callable[[Asked], QuerySet]
    reason: Callable[[Any, Asked], str]

    def rows(self, asked: Asked, organisation_id: int) -> QuerySet:
        """Those that were not counted; at most one query before they are asked for."""
        found = self.find(asked)
        counted = asked.metric.evidence(asked.query, organisation_id).order_by()
        shared = asked.metric.shared
        if counted.model is found.model and shared and len(asked.units) > 1:
            # What counts once for units that have become one was not passed over for any of them.
            return found.exclude(**{f"{shared}__in": counted.values(shared)})
        if counted.model is found.model:
            return found.exclude(pk__in=counted.values("pk"))
        return found.exclude(pk__in=asked.metric.counted_keys(asked.query, organisation_id))


def shown(day: date) -> str:
    return f"{day:%Y-%m-%d}"
