"""Metrics over accepted activities: an activity counts for every unit that confirmed its part."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Participation
from alliances.models import IndustryLinkage
from assessment.metrics.base import BY_WEIGHT, WEIGHTED, Metric, MetricQuery, register
from assessment.metrics.conditions import Filter, Names, named_in, one_of, yes_no
from assessment.metrics.months import Month
from partnerships.models import ContentKind, Form, JointTag

FORM = one_of(_("形式"), Form)
CONTENT_KIND = named_in(_("联创内容"), ContentKind)
JOINT_TAG = named_in(_("五联标签"), JointTag)
QUALITY = one_of(_("质量等次"), Activity.Quality)
ACTIVITY_FILTERS = {
    "form": FORM,
    "content_kind": CONTENT_KIND,
    "joint_tag": JOINT_TAG,
    "themed": yes_no(_("主题活动")),
    "host": yes_no(_("主办")),
    "quality": QUALITY,
    "month": Filter(_("月份"), lambda: [(month, f"{month}月") for month in range(1, 13)]),
}
# Rows of other tables that belong to an activity: looked for, not joined, so nothing comes twice.
# Asked for once for all activities: SQLite would look for each record anew with EXISTS.
RELATED = {
    "form": (Activity.partnerships, "partnership__form"),
    "content_kind": (Activity.content_kinds, "contentkind__name"),
    "joint_tag": (Activity.joint_tags, "jointtag__name"),
}
PLAIN = {"themed": "is_themed", "quality": "quality", "month": "starts_on__month"}


def activity_condition(filters: Mapping[str, Any]) -> Q:
    """The filters as a condition on a part, reaching to its activity."""
    found = Q()
    for key, value in filters.items():
        if key in RELATED:
            relation, column = RELATED[key]
            rows = relation.through.objects.filter(**{column: value})
            found &= Q(activity__in=rows.values("activity"))
        elif key in PLAIN:
            found &= Q(**{f"activity__{PLAIN[key]}": value})
        elif key == "host":
            found &= Q(is_host=value)
    return found


def _within_year(year: int) -> Q:
    """Parts in activities that began in the year.

    Its end is a condition that no index answers: SQLite takes an index with both ends for so few
    rows that it would read all activities of the year to find those of one unit.
    """
    after = Q(activity__starts_on__gt=date(year, 12, 31))
    return Q(activity__starts_on__gte=date(year, 1, 1)) & ~after


def participations(query: MetricQuery) -> QuerySet[Participation]:
    """Confirmed parts in activities of the year that the office accepted before the cut-off."""
    return Participation.objects.filter(
        activity_condition(query.filters),
        _within_year(query.year),
        confirmation=Participation.Confirmation.CONFIRMED,
        confirmed_at__lte=query.data_as_of,
        activity__status=Activity.Status.ACCEPTED,
        activity__reviewed_at__lte=query.data_as_of,
    )


def _with_month(query: MetricQuery) -> QuerySet[Participation]:
    return participations(query).annotate(month=Month("activity__starts_on"))


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
        shared="activity",
        filters={**ACTIVITY_FILTERS, WEIGHTED: BY_WEIGHT},
        dated="activity__starts_on",
        named=(
            Names("activity__quality", QUALITY),
            Names("activity__partnerships__form", FORM),
            Names("activity__content_kinds__name", CONTENT_KIND),
            Names("activity__joint_tags__name", JOINT_TAG),
        ),
        weight="activity__difficulty",
    )
)
CONTENT_KINDS = register(
    Metric(
        key="content_kinds",
        label=_("活动覆盖的联创内容"),
        unit=_("类"),
        records=participations,
        organisation="organisation",
        shared="activity",
        filters=ACTIVITY_FILTERS,
        counted="activity__content_kinds",
        dated="activity__starts_on",
        named=(Names("activity__content_kinds__name", CONTENT_KIND),),
    )
)
ACTIVE_MONTHS = register(
    Metric(
        key="active_months",
        label=_("有活动的月份"),
        unit=_("个月"),
        records=_with_month,
        organisation="organisation",
        shared="activity",
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
        dated="activities__starts_on",
    )
)
