"""Inspections as a sheet: one row each, its findings in words."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.exports import ListExport, register
from core.sheets import Column
from supervision.filters import InspectionFilter
from supervision.models import Finding, Inspection


def select_inspections(user: User, query: QueryDict) -> InspectionFilter:
    rows = Inspection.objects.visible_to(user).for_list()
    return InspectionFilter(query, rows, user=user)


def inspection_row(inspection: Inspection) -> list[Any]:
    findings = list(inspection.findings.all())
    return [
        inspection.unit_label,
        inspection.inspected_on,
        inspection.basis,
        inspection.summary,
        len(findings),
        sum(finding.state == Finding.State.OPEN for finding in findings),
        sum(finding.state == Finding.State.CHECKED for finding in findings),
        sum(finding.is_overdue for finding in findings),
        "\n".join(_told(number, finding) for number, finding in enumerate(findings, 1)),
    ]


def _told(number: int, finding: Finding) -> str:
    words = _("%(number)d. %(what)s（期限 %(due)s，%(state)s）") % {
        "number": number,
        "what": finding.what,
        "due": finding.due_on,
        "state": finding.get_state_display(),
    }
    return f"{words}{finding.rectification}"


INSPECTIONS = register(
    ListExport(
        key="supervision.inspection_list",
        title=gettext_lazy("督导检查台账"),
        columns=(
            Column(gettext_lazy("受检单位"), width=20),
            Column(gettext_lazy("检查日期"), "date"),
            Column(gettext_lazy("依据"), width=18),
            Column(gettext_lazy("检查情况"), width=44),
            Column(gettext_lazy("问题数"), "integer", total=True),
            Column(gettext_lazy("待整改"), "integer", total=True),
            Column(gettext_lazy("已销号"), "integer", total=True),
            Column(gettext_lazy("逾期未整改"), "integer", total=True),
            Column(gettext_lazy("问题和整改"), width=56),
        ),
        select=select_inspections,
        as_row=inspection_row,
    )
)
