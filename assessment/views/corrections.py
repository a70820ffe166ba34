"""Corrections of a final result: proposed, confirmed or declined, as a paper."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessment import actions, permissions
from assessment.forms import CorrectionForm, ReasonForm
from assessment.models import Correction, Scheme
from assessment.views.exports import send_paper
from assessment.views.foreseen import foreseen_figures, others_text
from assessment.views.schemes import visible_scheme
from core.access import requires
from core.pages import paginate, perform, perform_form, render_page
from core.templatetags.ui import points


@require_safe
@requires("correction.view")
def correction_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The history of a scheme's corrections, newest first."""
    scheme = _scheme(request, pk, "correction.view")
    context = {
        "scheme": scheme,
        "page": paginate(request, scheme.corrections.for_list()),
        "can_propose": permissions.can_propose_correction(request.user, scheme),
        "confirmable": request.user.can("correction.confirm"),
        "why_not": "" if scheme.status == Scheme.Status.FINAL else _why_not(scheme),
    }
    return render_page(request, "assessment/correction_list.html", context)


def _why_not(scheme: Scheme) -> str:
    return _("方案现在是“%s”：公示期间的更正来自成立的异议，其他更正定稿后才能提出。") % (
        scheme.get_status_display()
    )


def _scheme(request: HttpRequest, pk: int, action: str) -> Scheme:
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, action, scheme):
        raise PermissionDenied
    return scheme


@require_http_methods(["GET", "HEAD", "POST"])
@requires("correction.propose")
def correction_create(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = _scheme(request, pk, "correction.propose")
    if scheme.status != Scheme.Status.FINAL:
        messages.info(request, _why_not(scheme))
        return redirect("assessment:correction_list", pk=scheme.pk)
    posted = request.POST if request.method == "POST" else None
    form = CorrectionForm(posted, scheme=scheme, user=request.user)
    if posted is not None and form.is_valid():
        done = _("更正已提出，等负责人确认；确认后重新计算。")
        facts = form.cleaned_data
        if perform_form(request, form, actions.propose_correction, scheme, done=done, **facts):
            return redirect("assessment:correction_list", pk=scheme.pk)
    context = {
        "heading": _("提出更正"),
        "lead": _(
            "定稿后的得分只能这样更正：写明原因和依据，由另一位负责人确认，原来的结果都留着。"
        ),
        "form": form,
        "back_url": reverse("assessment:correction_list", args=[scheme.pk]),
        "back_label": _("得分更正"),
        "submit_label": _("提请负责人确认"),
    }
    status = 422 if form.errors else 200
    return render_page(request, "assessment/flow_form.html", context, status=status)


def _correction(request: HttpRequest, pk: int) -> Correction:
    schemes = Scheme.objects.visible_to(request.user)
    rows = Correction.objects.filter(scheme__in=schemes).for_list()
    return get_object_or_404(rows, pk=pk)


def _for_director(request: HttpRequest, pk: int) -> Correction:
    correction = _correction(request, pk)
    if not permissions.may_confirm_correction(request.user, correction):
        raise PermissionDenied
    return correction


def _leave_settled(request: HttpRequest, correction: Correction) -> HttpResponse:
    words = _("这条更正现在是“%s”，不能再办。") % correction.get_status_display()
    messages.info(request, words)
    return redirect("assessment:correction_list", pk=correction.scheme_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("correction.confirm")
def correction_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once, with what was decided on the old result and stays as it is."""
    correction = _for_director(request, pk)
    if correction.status != Correction.Status.PROPOSED:
        return _leave_settled(request, correction)
    back = redirect("assessment:correction_list", pk=correction.scheme_id)
    if request.method == "POST":
        done = _("已更正并重新计算，得分、名次和等次按更正后的显示。")
        perform(request, actions.confirm_correction, correction, done=done)
        return back
    seen = actions.foresee(
        correction.scheme,
        correction.organisation_id,
        correction.indicator,
        correction.points_after,
    )
    context = {
        "correction": correction,
        "scheme": correction.scheme,
        "figures": [*_figures(correction), *foreseen_figures(seen)],
        "others": others_text(seen),
        "rewards": _rewards(correction.scheme),
    }
    return render_page(request, "assessment/correction_confirm_carry.html", context)


def _figures(correction: Correction) -> list[dict[str, Any]]:
    return [
        {"figure": points(correction.points_before), "unit": _("分"), "label": _("这一项现在得分")},
        {"figure": points(correction.points_after), "unit": _("分"), "label": _("更正为")},
    ]


def _rewards(scheme: Scheme) -> list[str]:
    """Rewards on the old results, which a correction leaves alone."""
    runs = scheme.runs.order_by("number").prefetch_related("reward_plans")
    plans = [plan for run in runs for plan in run.reward_plans.all() if plan.approved_at]
    return [
        _("奖补方案“%(plan)s”%(state)s，不随更正改变；需要调整的另按奖补程序办。")
        % {"plan": plan, "state": plan.get_status_display()}
        for plan in plans
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires("correction.confirm")
def correction_decline(request: HttpRequest, pk: int) -> HttpResponse:
    correction = _for_director(request, pk)
    if correction.status != Correction.Status.PROPOSED:
        return _leave_settled(request, correction)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        done = _("已答复不同意，得分不变。")
        perform(request, actions.decline_correction, correction, reason=reason, done=done)
        return redirect("assessment:correction_list", pk=correction.scheme_id)
    context = {
        "heading": _("不同意更正"),
        "lead": f"{correction}：{correction.reason}",
        "form": form,
        "back_url": reverse("assessment:correction_list", args=[correction.scheme_id]),
        "back_label": _("得分更正"),
        "submit_label": _("不同意"),
    }
    status = 422 if form.errors else 200
    return render_page(request, "assessment/flow_form.html", context, status=status)


@require_safe
@requires("score.view")
def correction_paper(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """A confirmed correction as a letter to the unit, which finds it on its own sheet."""
    correction = _correction(request, pk)
    if not permissions.can_read_correction(request.user, correction):
        raise PermissionDenied
    is_confirmed = correction.status == Correction.Status.CONFIRMED
    if file_format not in actions.LETTERS or not is_confirmed:
        raise Http404
    back, deed = _asked_from(request, correction), actions.export_correction
    return send_paper(request, deed, correction, file_format=file_format, back=back)


def _asked_from(request: HttpRequest, correction: Correction) -> str:
    """The list of all, for a unit its latest results."""
    name = "correction_list" if request.user.can("correction.view") else "score_list"
    return reverse(f"assessment:{name}", args=[correction.scheme_id])
