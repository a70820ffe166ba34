"""Inspections: list, page, form with its findings."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import requires
from core.exports import export_list
from core.pages import paginate, perform_form, render_page
from supervision import actions
from supervision.exports import INSPECTIONS
from supervision.filters import OVERDUE, WAITING, InspectionFilter
from supervision.forms import FindingFormSet, InspectionForm, initial_findings
from supervision.models import Finding, Inspection
from supervision.permissions import can_edit_inspection, can_inspect, can_rectify
from supervision.views.wording import history_of, what_now

FORM = "supervision/inspection_form.html"


@require_safe
@requires("inspection.view")
def inspection_list(request: HttpRequest) -> HttpResponse:
    seen = Inspection.objects.visible_to(request.user)
    chosen = InspectionFilter(request.GET, seen.for_list(), user=request.user)
    waiting, late = _urgent(request, seen)
    context = {
        "filter": chosen,
        "page": paginate(request, chosen.qs),
        "exports": [
            {
                "label": _("导出 %s") % label,
                "url": reverse("supervision:inspection_export", args=[extension]),
            }
            for extension, label in (("xlsx", "Excel"), ("csv", "CSV"))
        ],
        "waiting_count": waiting,
        "late_count": late,
        "waiting_url": f"{request.path}?state={WAITING}",
        "late_url": f"{request.path}?state={OVERDUE}",
        "can_record": request.user.can("inspection.edit"),
        "is_filtered": any(request.GET.get(key) for key in ("q", "year", "township", "state")),
    }
    return render_page(
        request, "supervision/inspection_list.html", context, fragment="inspection-rows"
    )


def _urgent(request: HttpRequest, seen: QuerySet[Inspection]) -> tuple[int, int]:
    """How many inspections wait for this user, and how many have a finding past its day."""
    waiting = Inspection.objects.waiting_for(request.user).values("pk")
    late = Inspection.objects.with_overdue().values("pk")
    counts = seen.order_by().aggregate(
        waiting=Count("pk", filter=Q(pk__in=waiting)), late=Count("pk", filter=Q(pk__in=late))
    )
    return counts["waiting"], counts["late"]


@require_safe
@requires("inspection.view")
def inspection_export(request: HttpRequest, extension: str) -> HttpResponse:
    return export_list(request, INSPECTIONS, extension)


@require_safe
@requires("inspection.view")
def inspection_detail(request: HttpRequest, pk: int) -> HttpResponse:
    inspection = get_object_or_404(Inspection.objects.visible_to(request.user).for_list(), pk=pk)
    user = request.user
    findings = list(inspection.findings.all())
    may_rectify = can_rectify(user, inspection.organisation)
    may_check = can_inspect(user, inspection.organisation)
    for finding in findings:
        finding.can_rectify = may_rectify and finding.can_become(Finding.State.RECTIFIED)
        finding.can_check = may_check and finding.can_become(Finding.State.CHECKED)
    context = {
        "inspection": inspection,
        "findings": findings,
        "can_edit": can_edit_inspection(user, inspection),
        "what_now": what_now(inspection, findings),
        "history": history_of(inspection),
    }
    return render_page(request, "supervision/inspection_detail.html", context)


@require_http_methods(["GET", "POST"])
@requires("inspection.edit")
def inspection_create(request: HttpRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = InspectionForm(data, user=request.user, initial=_preset(request))
    findings = FindingFormSet(_with_row(data), prefix="findings")
    if _is_whole(request, form, findings):
        organisation = form.cleaned_data["organisation"]
        if not can_inspect(request.user, organisation):
            raise PermissionDenied(_("不能检查自己所在的单位，请由其他工作人员登记。"))
        facts = form.facts(findings.facts())
        done = _("已登记，受检单位能看到问题和期限。")
        inspection = perform_form(
            request, form, actions.record_inspection, organisation, facts=facts, done=done
        )
        if inspection:
            return redirect("supervision:inspection_detail", inspection.pk)
    return _form_page(request, form, findings)


def _preset(request: HttpRequest) -> dict[str, Any]:
    unit = request.GET.get("unit", "")
    return {"organisation": unit} if unit.isdecimal() and len(unit) <= 18 else {}


@require_http_methods(["GET", "POST"])
@requires("inspection.edit")
def inspection_edit(request: HttpRequest, pk: int) -> HttpResponse:
    inspection = get_object_or_404(Inspection.objects.visible_to(request.user).for_list(), pk=pk)
    if not can_edit_inspection(request.user, inspection):
        raise PermissionDenied(_("不能改对自己所在单位的检查记录，请由其他工作人员办理。"))
    data = request.POST if request.method == "POST" else None
    form = InspectionForm(data, user=request.user, inspection=inspection)
    findings = FindingFormSet(
        _with_row(data), initial=initial_findings(inspection), prefix="findings"
    )
    if _is_whole(request, form, findings):
        facts = form.facts(findings.facts())
        done = _("检查记录已修改。")
        if perform_form(
            request, form, actions.change_inspection, inspection, facts=facts, done=done
        ):
            return redirect("supervision:inspection_detail", inspection.pk)
    return _form_page(request, form, findings, inspection)


def _with_row(data: QueryDict | None) -> QueryDict | None:
    """One more row when it was asked for: the way of those without JavaScript too."""
    if data is None or "add_row" not in data:
        return data
    more = data.copy()
    total = more.get("findings-TOTAL_FORMS", "")
    more["findings-TOTAL_FORMS"] = (
        str(int(total) + 1) if total.isdecimal() and len(total) < 4 else "1"
    )
    return more


def _is_whole(request: HttpRequest, form: InspectionForm, findings: FindingFormSet) -> bool:
    if request.method != "POST" or "add_row" in request.POST:
        return False
    # Both are asked, so that all faults are told at once.
    return all([form.is_valid(), findings.is_valid()])


def _form_page(
    request: HttpRequest,
    form: InspectionForm,
    findings: FindingFormSet,
    inspection: Inspection | None = None,
) -> HttpResponse:
    asks_for_row = "add_row" in request.POST
    cancel = reverse("supervision:inspection_list")
    if inspection:
        cancel = reverse("supervision:inspection_detail", args=[inspection.pk])
    context = {
        "form": form,
        "findings": findings,
        "inspection": inspection,
        "settled": _settled(inspection),
        "cancel_url": cancel,
        "shows_faults": request.method == "POST" and not asks_for_row,
    }
    return render_page(request, FORM, context, fragment="finding-rows")


def _settled(inspection: Inspection | None) -> list[Finding]:
    """Findings that are rectified already and stay as they are."""
    if inspection is None:
        return []
    return [row for row in inspection.findings.all() if row.state != Finding.State.OPEN]
