"""Balancing inside the groups: figures, the office's word on each, marks sent back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessment import actions, permissions
from assessment.forms import BalanceForm, KeepMarksForm, MarkReturnForm
from assessment.group_figures import BalanceSheet, balance_sheets
from assessment.models import AssessmentGroup, MarkReturn, Run, Scheme
from assessment.views.schemes import visible_scheme
from assessment.way import Facts, is_stale
from core.access import requires
from core.pages import perform, perform_form, render_page


@require_safe
@requires("balance.view")
def balance_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Every group of the latest run with its figures and whether it is balanced."""
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, "balance.view", scheme):
        raise PermissionDenied
    facts = Facts.of(scheme, _latest(scheme))
    run = facts.judged
    sheets = balance_sheets(run) if run else []
    context = {
        "scheme": scheme,
        "run": run,
        "sheets": sheets,
        "chart": _chart(sheets),
        "left": sum(sheet.balance is None for sheet in sheets),
        "is_stale": run is not None and is_stale(facts),
        "can_balance": permissions.can_balance_groups(request.user, scheme),
    }
    return render_page(request, "assessment/balance_list.html", context)


def _latest(scheme: Scheme) -> Run | None:
    return Run.objects.select_related("scheme").latest_finished(scheme)


def _chart(sheets: list[BalanceSheet]) -> dict[str, Any]:
    series = {
        _("平均"): [float(sheet.spread.mean) for sheet in sheets],
        _("最高"): [float(sheet.spread.best) for sheet in sheets],
        _("最低"): [float(sheet.spread.lowest) for sheet in sheets],
    }
    return {
        "categories": [sheet.group.name for sheet in sheets],
        "series": [{"name": name, "data": data} for name, data in series.items()],
        "unit": _("分"),
    }


def _leave_settled(request: HttpRequest, scheme: Scheme) -> HttpResponse:
    words = _("方案现在是“%s”，评分中才能做组内平衡。") % scheme.get_status_display()
    messages.info(request, words)
    return redirect("assessment:balance_list", pk=scheme.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("score.balance")
def group_balance(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once, with the group's figures and its units from the best to the last."""
    group = _group(request, pk)
    if group.scheme.status != Scheme.Status.SCORING:
        return _leave_settled(request, group.scheme)
    scheme, run = group.scheme, _latest(group.scheme)
    posted = request.POST if request.method == "POST" else None
    form = BalanceForm(posted, initial={"run": run.number if run else None})
    if posted is not None and form.is_valid():
        words = {"note": form.cleaned_data["note"], "seen_run": form.cleaned_data["run"]}
        done = _("“%s”已平衡。") % group
        if perform_form(request, form, actions.balance_group, group, done=done, **words):
            return _after(request, scheme, run)
    sheets = balance_sheets(run) if run else []
    waiting = [sheet for sheet in sheets if sheet.balance is None and sheet.group != group]
    context = {
        "scheme": scheme,
        "group": group,
        "form": form,
        "sheet": next((sheet for sheet in sheets if sheet.group == group), None),
        "place": sum(sheet.balance is not None for sheet in sheets) + 1,
        "count": len(sheets),
        "following": waiting[0].group if waiting else None,
        "scores": _scores(run, group),
    }
    status = 422 if form.errors else 200
    return render_page(request, "assessment/group_balance.html", context, status=status)


def _after(request: HttpRequest, scheme: Scheme, run: Run | None) -> HttpResponse:
    """On to the next group where that was asked for, else back to all of them."""
    left = actions.groups_to_balance(run) if run and "next" in request.POST else []
    if left:
        return redirect("assessment:group_balance", pk=left[0].pk)
    return redirect("assessment:balance_list", pk=scheme.pk)


def _scores(run: Run | None, group: AssessmentGroup) -> Any:
    if run is None:
        return []
    rows = run.scores.filter(group=group).for_list().with_names()
    return rows.order_by("rank", "organisation__region__code", "pk")


def _group(request: HttpRequest, pk: int) -> AssessmentGroup:
    schemes = Scheme.objects.visible_to(request.user)
    groups = AssessmentGroup.objects.filter(scheme__in=schemes).select_related("scheme__region")
    group = get_object_or_404(groups, pk=pk)
    if not permissions.holds_over(request.user, "score.balance", group.scheme):
        raise PermissionDenied
    return group


@require_http_methods(["GET", "HEAD", "POST"])
@requires("score.balance")
def marks_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one department's marks of a group back, with the reason."""
    group = _group(request, pk)
    if group.scheme.status != Scheme.Status.SCORING:
        return _leave_settled(request, group.scheme)
    posted = request.POST if request.method == "POST" else None
    form = MarkReturnForm(posted, group=group)
    if posted is not None and form.is_valid():
        done = _("已退回，部门在评分页看到原因。")
        facts = form.cleaned_data
        if perform_form(request, form, actions.return_marks, group, done=done, **facts):
            return redirect("assessment:balance_list", pk=group.scheme_id)
    context = {
        "heading": _("退回评分"),
        "lead": _("“%s”里哪一项评分要部门再看一遍。") % group,
        "form": form,
        "back_url": reverse("assessment:balance_list", args=[group.scheme_id]),
        "back_label": _("组内平衡"),
        "submit_label": _("退回部门"),
    }
    status = 422 if form.errors else 200
    return render_page(request, "assessment/flow_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("mark.enter")
def marks_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """The department keeps its marks and says why."""
    returned = get_object_or_404(MarkReturn.objects.asked_of(request.user).for_list(), pk=pk)
    form = KeepMarksForm(request.POST or None)
    back_url = reverse("assessment:mark_grid", args=[returned.indicator.scheme_id])
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        done = _("已答复旗创建办，评分不变。")
        if perform(request, actions.keep_marks, returned, reason=reason, done=done):
            return redirect("assessment:mark_list")
    context = {
        "heading": _("维持原评分"),
        "lead": _("旗创建办退回“%(group)s”的评分：%(reason)s")
        % {"group": returned.group, "reason": returned.reason},
        "form": form,
        "back_url": back_url,
        "back_label": returned.indicator.name,
        "submit_label": _("维持并答复"),
    }
    status = 422 if form.errors else 200
    return render_page(request, "assessment/flow_form.html", context, status=status)
