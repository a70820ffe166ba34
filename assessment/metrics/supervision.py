"""Metrics over inspections and their findings."""

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.metrics.base import Metric, MetricQuery, register
from supervision.models import Finding


def findings(query: MetricQuery) -> QuerySet[Finding]:
    """Findings of the year's inspections that were recorded before the cut-off."""
    return Finding.objects.filter(
        inspection__inspected_on__year=query.year,
        inspection__recorded_at__lte=query.data_as_of,
    )


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
    )
)
OVERDUE_FINDINGS = register(
    Metric(
        key="overdue_findings",
        label=_("逾期未整改的问题"),
        unit=_("个"),
        records=overdue_findings,
        organisation="inspection__organisation",
    )
)
