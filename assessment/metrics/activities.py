"""Metrics over accepted activities: an activity counts for every unit that confirmed its part."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import ExtractMonth
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Participation
from alliances.models import IndustryLinkage
from assessment.metrics.base import Metric, MetricQuery, register

ACTIVITY_FILTERS = {
    "form": _("形式"),
    "content_kind": _("联创内容"),
    "joint_tag": _("五联标签"),
    "themed": _("主题活动"),
    "host": _("主办"),
}


def activity_condition(filters: dict[str, Any], path: str) -> Q:
    """The filters as a condition on an activity reached by `path` (with its trailing `__`)."""
    columns = {
        "form": f"{path}partnerships__form",
        "content_kind": f"{path}content_kinds__name",
        "joint_tag": f"{path}joint_tags__name",
        "themed": f"{path}is_themed",
    }
    wanted = {columns[key]: value for key, value in filters.items() if key in columns}
    return Q(**wanted)


def participations(query: MetricQuery) -> QuerySet[Participation]:
    """Confirmed parts in activities of the year that the office accepted before the cut-off."""
    found = Participation.objects.filter(
        activity_condition(dict(query.filters), "activity__"),
        confirmation=Participation.Confirmation.CONFIRMED,
        confirmed_at__lte=query.data_as_of,
        activity__status=Activity.Status.ACCEPTED,
        activity__starts_on__year=query.year,
        activity__reviewed_at__lte=query.data_as_of,
    )
    if "host" in query.filters:
        found = found.filter(is_host=query.filters["host"])
    return found


def _with_month(query: MetricQuery) -> QuerySet[Participation]:
    return participations(query).annotate(month=ExtractMonth("activity__starts_on"))


def _linkage_activities(query: MetricQuery) -> QuerySet[IndustryLinkage]:
    """Linkages with their accepted themed activities; they count for the core unit."""
    return IndustryLinkage.objects.filter(
        activities__status=Activity.Status.ACCEPTED,
        activities__is_themed=True,
        activities__starts_on__year=query.year,
        activities__reviewed_at__lte=query.data_as_of,
    )


ACTIVITIES = register(
    Metric(
        key="activities",
        label=_("联创活动"),
        unit=_("次"),
        records=participations,
        organisation="organisation",
        filters=ACTIVITY_FILTERS,
    )
)
CONTENT_KINDS = register(
    Metric(
        key="content_kinds",
        label=_("活动覆盖的联创内容"),
        unit=_("类"),
        records=participations,
        organisation="organisation",
        filters={"form": _("形式")},
        counted="activity__content_kinds",
    )
)
ACTIVE_MONTHS = register(
    Metric(
        key="active_months",
        label=_("有活动的月份"),
        unit=_("个月"),
        records=_with_month,
        organisation="organisation",
        filters=ACTIVITY_FILTERS,
        counted="month",
    )
)
LINKAGE_THEMED_ACTIVITIES = register(
    Metric(
        key="linkage_themed_activities",
        label=_("本行业联动主题活动"),
        unit=_("次"),
        records=_linkage_activities,
        organisation="lead",
        counted="activities",
    )
)
