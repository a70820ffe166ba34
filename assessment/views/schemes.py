"""Schemes: list, the whole table with what is wrong in it, and its way to the final result."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.models import Activity
from assessment import actions, permissions
from assessment.forms import ApproveResultsForm, NoticeSchemeForm, PublishSchemeForm, ReasonForm
from assessment.models import Indicator, Run, Scheme
from assessment.rules import Role, RuleRefused
from assessment.specification import measure_of, rule_of
from core.access import requires
from core.models import Job
from core.pages import paginate, perform, render_page
from organisations.models import Region


@require_safe
@requires("scheme.view")
def scheme_list(request: HttpRequest) -> HttpResponse:
    schemes = (
        Scheme.objects.visible_to(request.user)
        .annotate(
            units=Count("members", distinct=True),
            computed_at=Max("runs__finished_at"),
        )
        .order_by("-year", "-pk")
    )
    context = {
        "page": paginate(request, schemes),
        "can_create": request.user.can("scheme.edit"),
        "can_see_scores": request.user.can("score.view"),
    }
    return render_page(request, "assessment/scheme_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def scheme_create(request: HttpRequest) -> HttpResponse:
    """Draft the year's scheme from the notice's own demands."""
    posted = request.POST if request.method == "POST" else None
    form = NoticeSchemeForm(posted, user=request.user, year=request.year)
    if posted is not None and form.is_valid():
        scheme = perform(
            request,
            actions.draft_notice_scheme,
            _county_of(request),
            year=form.cleaned_data["year"],
            department=form.cleaned_data["department"],
            done=_("已按通知要求生成方案草稿，可以修改，改好后由负责人发布。"),
        )
        if scheme:
            return redirect("assessment:scheme_detail", pk=scheme.pk)
    status = 422 if posted is not None else 200
    return render_page(request, "assessment/scheme_form.html", {"form": form}, status=status)


def _county_of(request: HttpRequest) -> Region:
    return request.user.grants("scheme.edit")[0].organisation.region


def visible_scheme(request: HttpRequest, pk: int) -> Scheme:
    schemes = Scheme.objects.visible_to(request.user)
    return get_object_or_404(schemes.select_related("created_by", "published_by", "region"), pk=pk)


def _within_reach(request: HttpRequest, pk: int, action: str) -> Scheme:
    """A scheme that the user sees, and over whose region they hold the right."""
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, action, scheme):
        raise PermissionDenied
    return scheme


@require_safe
@requires("scheme.view")
def scheme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = visible_scheme(request, pk)
    user = request.user
    run = Run.objects.latest_finished(scheme)
    is_drafting = permissions.can_edit_scheme(user, scheme) or user.can("scheme.publish")
    context = {
        "scheme": scheme,
        "rows": indicator_rows(scheme),
        "faults": actions.scheme_faults(scheme) if is_drafting else [],
        "warnings": actions.scheme_warnings(scheme),
        "groups": scheme.groups.annotate(units=Count("members")).order_by("order", "pk"),
        "vetoes": scheme.vetoes.select_related("organisation__region__parent"),
        "marking": marking_progress(scheme),
        "run": run,
        "job": _own_job(scheme, request),
        "can_edit": permissions.can_edit_scheme(user, scheme),
        "can_publish": permissions.can_publish_scheme(user, scheme),
        "can_compute": permissions.can_compute_scores(user, scheme),
        "can_approve": permissions.can_approve_results(user, scheme, run),
        "can_reopen": permissions.can_reopen_scoring(user, scheme),
        "can_finish": permissions.can_finish_scheme(user, scheme),
        "can_veto": permissions.can_record_veto(user, scheme),
        "can_see_scores": user.can("score.view") and run is not None,
    }
    return render_page(request, "assessment/scheme_detail.html", context)


def indicator_rows(scheme: Scheme) -> list[dict[str, Any]]:
    """The tree as rows of a table, in order, with depth and the rule in words; one query."""
    indicators = list(scheme.indicators.select_related("department"))
    depths: dict[int | None, int] = {None: -1}
    rows = []
    for indicator in _in_tree_order(indicators):
        depths[indicator.pk] = depths[indicator.parent_id] + 1
        rows.append(
            {
                "indicator": indicator,
                "depth": depths[indicator.pk],
                "rule": rule_words(indicator),
                "kinds": _kind_words(indicator),
            }
        )
    return rows


def _in_tree_order(indicators: list[Indicator]) -> list[Indicator]:
    children: dict[int | None, list[Indicator]] = {}
    for indicator in indicators:
        children.setdefault(indicator.parent_id, []).append(indicator)
    ordered: list[Indicator] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        indicator = waiting.pop()
        ordered.append(indicator)
        waiting += reversed(children.get(indicator.pk, []))
    return ordered


def rule_words(indicator: Indicator) -> str:
    """The leaf's rule as a sentence; a fault of its parameters is said instead."""
    try:
        rule = rule_of(indicator)
    except RuleRefused as refused:
        return str(refused)
    if rule is None:
        return ""
    return rule.describe(indicator.points, measure_of(indicator), Role(indicator.role))


def _kind_words(indicator: Indicator) -> str:
    labels = dict(indicator.scheme.members.model._meta.get_field("kind").choices)
    return "、".join(str(labels.get(kind, kind)) for kind in indicator.applies_to)


def marking_progress(scheme: Scheme) -> list[dict[str, Any]]:
    """For each manual indicator how many units have a mark, of how many; three queries."""
    leaves = scheme.indicators.filter(source=Indicator.Source.MANUAL).select_related("department")
    leaves = leaves.annotate(done=Count("marks__organisation", distinct=True)).order_by("order")
    by_kind = dict(scheme.members.order_by().values_list("kind").annotate(Count("pk")))
    return [
        {
            "indicator": leaf,
            "done": leaf.done,
            "total": sum(
                n for kind, n in by_kind.items() if not leaf.applies_to or kind in leaf.applies_to
            ),
        }
        for leaf in leaves
    ]


def _own_job(scheme: Scheme, request: HttpRequest) -> Job | None:
    """The user's computation that is under way, or has failed since the last finished one."""
    run = scheme.runs.select_related("job").order_by("-number").first()
    is_mine = run is not None and run.requested_by_id == request.user.pk
    return run.job if is_mine and run.finished_at is None else None


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.publish")
def scheme_publish(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = visible_scheme(request, pk)
    if not permissions.may_publish_scheme(request.user, scheme):
        raise PermissionDenied
    form = PublishSchemeForm(request.POST or None)
    if form.is_valid():
        done = _("方案已发布，各单位现在可以看到；从此不能再改。")
        if perform(request, actions.publish_scheme, scheme, **form.cleaned_data, done=done):
            return redirect("assessment:scheme_detail", pk=scheme.pk)
    context = {
        "scheme": scheme,
        "form": form,
        "warnings": actions.scheme_warnings(scheme),
        "figures": [
            {"figure": scheme.members.count(), "unit": _("家"), "label": _("被考核单位")},
            {
                "figure": scheme.indicators.filter(~Q(rule_kind="")).count(),
                "unit": _("项"),
                "label": _("指标"),
            },
        ],
    }
    return render_page(request, "assessment/scheme_confirm_publish.html", context)


@require_POST
@requires("score.compute")
def scheme_compute(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = _within_reach(request, pk, "score.compute")
    perform(request, actions.start_run, scheme, done=_("已开始计算，完成后本页显示结果。"))
    return redirect("assessment:scheme_detail", pk=scheme.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("score.approve")
def scheme_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once, with what is decided in numbers and what has not been reviewed yet."""
    scheme = visible_scheme(request, pk)
    run = Run.objects.latest_finished(scheme)
    if not permissions.may_approve_results(request.user, scheme, run):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = ApproveResultsForm(posted, initial={"run": run.number if run else None})
    if posted is not None and form.is_valid():
        done = _("结果已审定，可以公示；需要更正时可退回评分。")
        seen_run = form.cleaned_data["run"]
        perform(request, actions.approve_results, scheme, seen_run=seen_run, done=done)
        return redirect("assessment:scheme_detail", pk=scheme.pk)
    context = {"scheme": scheme, "form": form, "figures": _approval_figures(scheme, run)}
    return render_page(request, "assessment/scheme_confirm_approve.html", context)


def _approval_figures(scheme: Scheme, run: Run | None) -> list[dict[str, Any]]:
    waiting = Activity.objects.filter(status=Activity.Status.SUBMITTED, starts_on__year=scheme.year)
    return [
        {"figure": run.scores.count() if run else 0, "unit": _("家"), "label": _("单位的得分")},
        {
            "figure": waiting.count(),
            "unit": _("份"),
            "label": _("本年报送还没有审核，审定后不再计入"),
        },
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires("score.approve")
def scheme_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = _within_reach(request, pk, "score.approve")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        done = _("已退回评分，更正后重新计算、审定。")
        perform(request, actions.reopen_scoring, scheme, reason=reason, done=done)
        return redirect("assessment:scheme_detail", pk=scheme.pk)
    context = {"scheme": scheme, "form": form}
    return render_page(request, "assessment/scheme_confirm_reopen.html", context)


@require_POST
@requires("score.compute")
def scheme_finish(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = _within_reach(request, pk, "score.compute")
    perform(request, actions.finish_scheme, scheme, done=_("结果已定稿。"))
    return redirect("assessment:scheme_detail", pk=scheme.pk)
