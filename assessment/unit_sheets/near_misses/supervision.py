"""Inspections and findings that did not count, for better or worse."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assessment.unit_sheets.near_misses.asked import Asked, Finder, shown
from supervision.models import Finding, Inspection


def _inspections(asked: Asked) -> QuerySet[Inspection]:
    visible = Inspection.objects.visible_to(asked.user)
    return visible.filter(organisation__in=asked.units, inspected_on__range=asked.days)


def _inspection_reason(inspection: Inspection, asked: Asked) -> str:
    return _not_known(inspection, asked) or asked.condition()


def _not_known(inspection: Inspection, asked: Asked) -> str:
    if told := asked.outside(inspection.inspected_on):
        return told
    if inspection.recorded_at > asked.query.data_as_of:
        return _("这次计算之后才登记，下次计算计入")
    return ""


def _findings(asked: Asked) -> QuerySet[Finding]:
    return Finding.objects.filter(inspection__in=_inspections(asked).values("pk"))


def _finding_reason(finding: Finding, asked: Asked) -> str:
    return _not_known(finding.inspection, asked) or asked.condition()


def _overdue_reason(finding: Finding, asked: Asked) -> str:
    if told := _not_known(finding.inspection, asked):
        return told
    if finding.rectified_on is not None and finding.rectified_on <= finding.due_on:
        return _("%(day)s 整改，没有逾期") % {"day": shown(finding.rectified_on)}
    return _not_due(finding)


def _due_reason(finding: Finding, asked: Asked) -> str:
    return _not_known(finding.inspection, asked) or _not_due(finding)


def _not_due(finding: Finding) -> str:
    return _("整改期限 %(day)s，计算时还没有过") % {"day": shown(finding.due_on)}


FINDERS = {
    "findings": Finder(_findings, _finding_reason),
    "overdue_findings": Finder(_findings, _overdue_reason),
    "rectified_share": Finder(_findings, _due_reason),
    "inspections": Finder(_inspections, _inspection_reason),
}
