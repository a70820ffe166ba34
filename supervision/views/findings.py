"""What becomes of a finding: rectified by the unit, struck off or sent back by the office."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import requires
from core.pages import perform, perform_form, render_page
from supervision import actions
from supervision.forms import RectificationForm, SendBackForm
from supervision.models import Finding, Inspection
from supervision.permissions import can_check_finding, can_rectify_finding


def _seen(request: HttpRequest, pk: int) -> Finding:
    inspections = Inspection.objects.visible_to(request.user)
    rows = Finding.objects.filter(inspection__in=inspections)
    return get_object_or_404(rows.select_related("inspection__organisation"), pk=pk)


@require_http_methods(["GET", "POST"])
@requires("finding.rectify")
def finding_rectify(request: HttpRequest, pk: int) -> HttpResponse:
    finding = _seen(request, pk)
    if not can_rectify_finding(request.user, finding):
        raise PermissionDenied(_("只有受检单位能填报整改，而且要在整改完成之前。"))
    form = RectificationForm(request.POST or None, initial={"rectification": finding.rectification})
    if request.method == "POST" and form.is_valid():
        done = _("整改情况已报，等旗创建办复核。")
        text = form.cleaned_data["rectification"]
        if perform_form(
            request, form, actions.rectify_finding, finding, rectification=text, done=done
        ):
            return redirect("supervision:inspection_detail", finding.inspection_id)
    context = {"finding": finding, "inspection": finding.inspection, "form": form}
    return render_page(request, "supervision/finding_form.html", context)


def _checked(request: HttpRequest, pk: int) -> Finding:
    finding = _seen(request, pk)
    if not can_check_finding(request.user, finding):
        raise PermissionDenied(
            _("只能复核已填报整改的问题，而且不能复核自己所在单位的；请由其他工作人员办理。")
        )
    return finding


@require_POST
@requires("inspection.edit")
def finding_check(request: HttpRequest, pk: int) -> HttpResponse:
    finding = _checked(request, pk)
    perform(request, actions.check_finding, finding, done=_("已销号：%s") % finding)
    return redirect("supervision:inspection_detail", finding.inspection_id)


@require_http_methods(["GET", "POST"])
@requires("inspection.edit")
def finding_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    finding = _checked(request, pk)
    form = SendBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("已退回继续整改，受检单位会看到原因。")
        reason = form.cleaned_data["reason"]
        if perform_form(
            request, form, actions.send_back_finding, finding, reason=reason, done=done
        ):
            return redirect("supervision:inspection_detail", finding.inspection_id)
    context = {"finding": finding, "inspection": finding.inspection, "form": form}
    return render_page(request, "supervision/finding_confirm_send_back.html", context)
