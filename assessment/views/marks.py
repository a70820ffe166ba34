"""Manual marks by the scoring departments, and vetoes by the office."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessment import actions, permissions
from assessment.forms import MarkGrid, ReasonForm, VetoForm
from assessment.models import Indicator, Scheme, Veto
from assessment.views.schemes import visible_scheme
from core.access import requires
from core.errors import RuleError
from core.pages import perform, render_page

MARKED_STATES = (Scheme.Status.PUBLISHED, Scheme.Status.SCORING)


@require_safe
@requires("mark.enter")
def mark_list(request: HttpRequest) -> HttpResponse:
    """The indicators assigned to the user's department, with how far their marks have come."""
    mine = Count("marks", filter=Q(marks__marked_by=request.user))
    indicators = (
        _assigned(request)
        .filter(scheme__year=request.year)
        .annotate(done=mine)
        .order_by("scheme", "order")
    )
    units = actions.markable_counts(request.user, year=request.year)
    rows = [
        {
            "indicator": indicator,
            "done": indicator.done,
            "total": sum(
                count
                for (scheme_id, kind), count in units.items()
                if scheme_id == indicator.scheme_id
                and (not indicator.applies_to or kind in indicator.applies_to)
            ),
        }
        for indicator in indicators
    ]
    context = {"rows": rows, "shown_year": request.year}
    return render_page(request, "assessment/mark_list.html", context)


def _assigned(request: HttpRequest) -> "Indicator.objects":
    departments = [grant.organisation.pk for grant in request.user.grants("mark.enter")]
    return (
        Indicator.objects.filter(source=Indicator.Source.MANUAL, department__in=departments)
        .exclude(scheme__status=Scheme.Status.DRAFT)
        .select_related("scheme")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("mark.enter")
def mark_form(request: HttpRequest, pk: int) -> HttpResponse:
    indicator = get_object_or_404(_assigned(request), pk=pk)
    members = actions.markable_members(indicator, request.user)
    stored = {mark.organisation_id: mark for mark in indicator.marks.filter(marked_by=request.user)}
    posted = request.POST if request.method == "POST" else None
    grid = MarkGrid(indicator, members, stored, posted)
    fault = ""
    if posted is not None:
        try:
            typed = grid.read()
        except RuleError as error:
            fault = error.message
        else:
            marks = {key: actions.Mark(value, reason) for key, (value, reason) in typed.items()}
            saved = perform(request, actions.save_marks, indicator, marks, done=_("评分已保存。"))
            if saved is not None:
                return redirect("assessment:mark_form", pk=indicator.pk)
    context = {
        "indicator": indicator,
        "grid": grid,
        "fault": fault,
        "can_mark": indicator.scheme.status in MARKED_STATES,
    }
    status = 422 if posted is not None else 200
    return render_page(request, "assessment/mark_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("veto.record")
def veto_create(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, "veto.record", scheme):
        raise PermissionDenied
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
    if not permissions.can_record_veto(request.user, veto.scheme):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        done = _("否决已撤销，下次计算时生效。")
        perform(request, actions.withdraw_veto, veto, reason=reason, done=done)
        return redirect("assessment:scheme_detail", pk=veto.scheme_id)
    return render_page(
        request, "assessment/veto_confirm_withdraw.html", {"veto": veto, "form": form}
    )
