"""Metrics over inspections and their findings."""

from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.metrics.base import Metric, MetricQuery, register
from assessment.metrics.conditions import yes_no
from supervision.models import Finding, Inspection


def findings(query: MetricQuery) -> QuerySet[Finding]:
    """Findings of the year's inspections that were recorded before the cut-off."""
    return Finding.objects.filter(
        inspection__inspected_on__year=query.year,
        inspection__recorded_at__lte=query.data_as_of,
    )


def inspections(query: MetricQuery) -> QuerySet[Inspection]:
    """The year's inspections: each a sample, its findings the checks that it failed."""
    found = Inspection.objects.filter(
        inspected_on__year=query.year, recorded_at__lte=query.data_as_of
    )
    if "found" not in query.filters:
        return found
    failed = Exists(Finding.objects.filter(inspection=OuterRef("pk")))
    return found.filter(failed if query.filters["found"] else ~failed)


def due_findings(query: MetricQuery) -> QuerySet[Finding]:
    """Findings that had to be rectified by the cut-off, or were so before they had to be."""
    day = timezone.localdate(query.data_as_of)
    return findings(query).filter(Q(due_on__lt=day) | Q(rectified_on__lte=day))


def _rectified_on_time(query: MetricQuery) -> Q:
    day = timezone.localdate(query.data_as_of)
    return Q(rectified_on__lte=F("due_on")) & Q(rectified_on__lte=day)


def overdue_findings(query: MetricQuery) -> QuerySet[Finding]:
    """Those not rectified by their due day, as it stood at the cut-off."""
    day = timezone.localdate(query.data_as_of)
    late = Q(rectified_on__isnull=True) | Q(rectified_on__gt=F("due_on"))
    return findings(query).filter(late, due_on__lt=day)


FINDINGS = register(
    Metric(
        key="findings",
        label=_("督导检查发现的问题"),
        unit=_("个"),
        records=findings,
        organisation="inspection__organisation",
        dated="inspection__inspected_on",
    )
)
OVERDUE_FINDINGS = register(
    Metric(
        key="overdue_findings",
        label=_("逾期未整改的问题"),
        unit=_("个"),
        records=overdue_findings,
        organisation="inspection__organisation",
        dated="inspection__inspected_on",
    )
)
INSPECTIONS = register(
    Metric(
        key="inspections",
        label=_("接受督导检查"),
        unit=_("次"),
        records=inspections,
        organisation="organisation",
        filters={"found": yes_no(_("发现问题"))},
        dated="inspected_on",
    )
)
RECTIFIED_SHARE = register(
    Metric(
        key="rectified_share",
        label=_("问题按期整改率"),
        unit="%",
        records=due_findings,
        organisation="inspection__organisation",
        share=_rectified_on_time,
        # Who has nothing to rectify has left nothing unrectified.
        if_none=Decimal(100),
        none_told=_("没有到期的问题，按 100 % 计"),
    )
)
