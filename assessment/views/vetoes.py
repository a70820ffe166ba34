"""Vetoes by the office."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessment import actions, permissions
from assessment.forms import ReasonForm, VetoForm
from assessment.models import Scheme, Veto
from assessment.views.schemes import leave_past, visible_scheme
from core.access import requires
from core.pages import perform, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@requires("veto.record")
def veto_create(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, "veto.record", scheme):
        raise PermissionDenied
    if scheme.status not in Scheme.OPEN:
        return leave_past(request, scheme, _("发布之后、审定之前才能登记否决。"))
    posted = request.POST if request.method == "POST" else None
    form = VetoForm(posted, scheme=scheme, user=request.user)
    if posted is not None and form.is_valid():
        done = _("已登记，下次计算时生效。")
        if perform(request, actions.record_veto, scheme, **form.cleaned_data, done=done):
            return redirect("assessment:scheme_detail", pk=scheme.pk)
    context = {"form": form, "scheme": scheme}
    status = 422 if posted is not None else 200
    return render_page(request, "assessment/veto_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("veto.record")
def veto_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    schemes = Scheme.objects.visible_to(request.user)
    vetoes = Veto.objects.filter(scheme__in=schemes).select_related(
        "scheme__region", "organisation"
    )
    veto = get_object_or_404(vetoes, pk=pk)
    if not permissions.holds_over(request.user, "veto.record", veto.scheme):
        raise PermissionDenied
    if veto.scheme.status not in Scheme.OPEN:
        return leave_past(request, veto.scheme, _("审定之后不能再撤销否决。"))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        done = _("否决已撤销，下次计算时生效。")
        perform(request, actions.withdraw_veto, veto, reason=reason, done=done)
        return redirect("assessment:scheme_detail", pk=veto.scheme_id)
    return render_page(
        request, "assessment/veto_confirm_withdraw.html", {"veto": veto, "form": form}
    )
