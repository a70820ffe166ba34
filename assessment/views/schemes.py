"""Schemes: list, the whole table with what is wrong in it, and its way to the final result."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from activities.models import Activity
from assessment import actions, permissions
from assessment.forms import ApproveResultsForm, PublishSchemeForm, ReasonForm
from assessment.group_figures import group_glances
from assessment.judging import office_progress
from assessment.models import Indicator, Rehearsal, Run, Scheme
from assessment.rehearsals import rehearsal_summary
from assessment.rules import Role, RuleRefused
from assessment.run_changes import changed_scores, run_before
from assessment.specification import measure_of, rule_of
from assessment.way import Facts, next_deed, way_of
from core.access import requires
from core.models import Job
from core.pages import paginate, perform, render_page

# Enough to see what was forgotten; the page of the groups has them all.
MOST_LEFT_OUT = 20


@require_safe
@requires("scheme.view")
def scheme_list(request: HttpRequest) -> HttpResponse:
    schemes = (
        Scheme.objects.visible_to(request.user)
        .annotate(
            units=Count("members", distinct=True),
            # What a correction computes is not what the result rests on.
            computed_at=Max("runs__finished_at", filter=Q(runs__is_corrected=False)),
            corrected_at=Max("runs__finished_at", filter=Q(runs__is_corrected=True)),
        )
        .order_by("-year", "-pk")
    )
    context = {
        "page": paginate(request, schemes),
        "can_create": request.user.can("scheme.edit"),
        "can_rehearse": request.user.can("scheme.rehearse"),
        "can_see_scores": request.user.can("score.view"),
        "can_see_objections": request.user.can("score_objection.view"),
    }
    return render_page(request, "assessment/scheme_list.html", context)


def visible_scheme(request: HttpRequest, pk: int) -> Scheme:
    schemes = Scheme.objects.visible_to(request.user)
    return get_object_or_404(
        schemes.select_related(
            "created_by", "published_by", "approved_by", "finished_by", "region"
        ),
        pk=pk,
    )


def _within_reach(request: HttpRequest, pk: int, action: str) -> Scheme:
    """A scheme that the user sees, and over whose region they hold the right."""
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, action, scheme):
        raise PermissionDenied
    return scheme


def leave_past(request: HttpRequest, scheme: Scheme, rule: str) -> HttpResponse:
    """Back to the scheme: the right is there, but the state has moved on; nobody tried too much.

    `rule` says when the deed is done, after the state that the scheme is in now.
    """
    words = _("方案现在是“%(now)s”，%(rule)s") % {"now": scheme.get_status_display(), "rule": rule}
    messages.info(request, words)
    return redirect("assessment:scheme_detail", pk=scheme.pk)


@require_safe
@requires("scheme.view")
def scheme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = visible_scheme(request, pk)
    user = request.user
    # Before the results: one that ends meanwhile is then followed to its end, and the page renewed.
    job = _own_job(scheme, request)
    run = Run.objects.select_related("scheme").latest_finished(scheme)
    facts = Facts.of(scheme, run)
    is_drafting = permissions.can_edit_scheme(user, scheme) or user.can("scheme.publish")
    context = {
        "scheme": scheme,
        "rows": indicator_rows(scheme),
        "faults": actions.scheme_faults(scheme) if is_drafting else [],
        "warnings": actions.scheme_warnings(scheme),
        "groups": scheme.groups.annotate(units=Count("members")).order_by("order", "pk"),
        "marking": office_progress(scheme),
        "can_see_marking": user.can("run.view"),
        "can_import": permissions.holds_over(user, "score.compute", scheme)
        and scheme.status not in Scheme.EDITABLE,
        "run": run,
        "job": job,
        "way": [] if scheme.status in Scheme.EDITABLE else way_of(facts),
        "deed": next_deed(facts, user),
        "missing": facts.missing if permissions.can_compute_scores(user, scheme) else [],
        "notice": facts.notice if permissions.can_see_notice(user, facts.notice) else None,
        "can_see_corrections": scheme.status == Scheme.Status.FINAL
        and permissions.holds_over(user, "correction.view", scheme),
        "can_see_balance": run is not None and permissions.holds_over(user, "balance.view", scheme),
        "can_see_scores": user.can("score.view") and run is not None,
        "rehearsal": _last_rehearsal(scheme, request),
        "can_forecast": user.can("score.view") and scheme.status in Scheme.OPEN,
        **_vetoes(user, scheme),
        **_deeds(user, scheme),
    }
    return render_page(request, "assessment/scheme_detail.html", context)


def _vetoes(user: User, scheme: Scheme) -> dict[str, Any]:
    seen = scheme.vetoes.visible_to(user)
    return {
        "vetoes": seen.select_related("organisation__region__parent", "recorded_by"),
        "sees_recorders": permissions.can_see_judges(user),
        "sees_all_vetoes": permissions.can_see_all_vetoes(user, scheme),
        "can_veto": permissions.can_record_veto(user, scheme),
    }


def _deeds(user: User, scheme: Scheme) -> dict[str, bool]:
    """What this user may do with the scheme in its state."""
    return {
        "can_edit": permissions.can_edit_scheme(user, scheme),
        "can_rehearse": permissions.can_rehearse_scheme(user, scheme),
        "can_revise": permissions.can_revise_scheme(user, scheme),
        "can_publish": permissions.can_publish_scheme(user, scheme),
        "can_compute": permissions.can_compute_scores(user, scheme),
        "can_reopen": permissions.can_reopen_scoring(user, scheme),
    }


def _last_rehearsal(scheme: Scheme, request: HttpRequest) -> Rehearsal | None:
    """The newest rehearsal of a draft, finished or under way."""
    if scheme.status not in Scheme.EDITABLE:
        return None
    found = Rehearsal.objects.visible_to(request.user).filter(scheme=scheme)
    return found.defer("values", "results").order_by("-pk").first()


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


def _own_job(scheme: Scheme, request: HttpRequest) -> Job | None:
    """The user's computation that is under way, or has failed since the last finished one."""
    run = scheme.runs.select_related("job").order_by("-number").first()
    is_mine = run is not None and run.requested_by_id == request.user.pk
    return run.job if is_mine and run.finished_at is None else None


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.publish")
def scheme_publish(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = _within_reach(request, pk, "scheme.publish")
    if scheme.status not in Scheme.EDITABLE:
        return leave_past(request, scheme, _("不用再发布；需要改动，由创建办“修订为新版”。"))
    if not permissions.may_publish_scheme(request.user, scheme):
        raise PermissionDenied
    asked = _publishing_form(scheme, request.POST or None)
    form = asked["form"]
    if form.is_valid():
        done = _("方案已发布，各单位现在可以看到；从此不能再改。")
        if perform(request, actions.publish_scheme, scheme, **form.facts(), done=done):
            return redirect("assessment:scheme_detail", pk=scheme.pk)
        # The draft may be another by now: the page is made anew from it, with what was typed.
        scheme = visible_scheme(request, pk)
        asked = _publishing_form(scheme, request.POST, is_anew=True)
    old = actions.replaced_by(scheme)
    context = {
        **asked,
        "scheme": scheme,
        "faults": actions.scheme_faults(scheme),
        "can_edit": permissions.can_edit_scheme(request.user, scheme),
        "figures": _publishing_figures(scheme),
        "text": _(
            "发布后各单位都能看到，方案不能再改；分组照现在的固定，单位类型按今天的名册固定。"
        ),
        **_register_today(scheme),
    }
    if old is not None:
        context["figures"] += _carried_figures(scheme)
        told = _("第 %d 版由这一版替代；赋分办法和分值没有变的指标，已录入的带到这一版。")
        context["text"] += told % old.version
    return render_page(request, "assessment/scheme_confirm_publish.html", context)


def _publishing_form(
    scheme: Scheme, posted: QueryDict | None, *, is_anew: bool = False
) -> dict[str, Any]:
    """The form, and what it asks for. `is_anew`: what was posted, about the draft as it is now."""
    # First of all: what is read after it and has changed since makes another stamp.
    stamp = actions.scheme_stamp(scheme)
    rehearsal = Rehearsal.objects.latest_finished(scheme)
    is_rehearsed = rehearsal is not None and actions.is_current(rehearsal, scheme)
    warnings = actions.scheme_warnings(scheme)
    if is_anew:
        posted = posted.copy()
        posted["seen"] = stamp
    form = PublishSchemeForm(
        posted,
        initial={"seen": stamp},
        scheme=scheme,
        is_rehearsed=is_rehearsed,
        is_outdated=rehearsal is not None,
        is_warned=bool(warnings),
    )
    return {
        "form": form,
        "warnings": warnings,
        "rehearsal": rehearsal,
        "is_rehearsed": is_rehearsed,
        "rehearsed": rehearsal_summary(rehearsal) if rehearsal else None,
    }


def leaf_count(scheme: Scheme) -> int:
    """How many indicators are scored: what stands above them only adds them up."""
    return scheme.indicators.exclude(rule_kind="").count()


def _publishing_figures(scheme: Scheme) -> list[dict[str, Any]]:
    return [
        {"figure": scheme.members.count(), "unit": _("家"), "label": _("被考核单位")},
        {"figure": leaf_count(scheme), "unit": _("项"), "label": _("末级指标")},
    ]


def _register_today(scheme: Scheme) -> dict[str, Any]:
    """What today's register says otherwise than the groups; three queries."""
    left_out = actions.left_out_units(scheme)
    return {
        "kind_changes": [
            {
                "unit": row.organisation.full_label,
                "old": row.get_kind_display(),
                "new": row.organisation.get_kind_display(),
            }
            for row in actions.kind_changes(scheme)
        ],
        "left_out": [
            {"unit": unit.full_label, "kind": unit.get_kind_display()}
            for unit in left_out[:MOST_LEFT_OUT]
        ],
        "left_out_count": left_out.count(),
    }


def _carried_figures(scheme: Scheme) -> list[dict[str, Any]]:
    """What the new version takes over, and what it cannot; only what there is."""
    found = actions.carried_figures(scheme)
    figures = [
        {"figure": found.marks, "unit": _("个"), "label": _("人工评分带到新版")},
        {"figure": found.marks_left, "unit": _("个"), "label": _("人工评分不再有效，要重评")},
        {"figure": found.values, "unit": _("个"), "label": _("导入数据带到新版")},
        {"figure": found.values_left, "unit": _("个"), "label": _("导入数据不再有效，要重导")},
        {"figure": found.vetoes, "unit": _("条"), "label": _("否决带到新版")},
    ]
    return [one for one in figures if one["figure"]]


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
    scheme = _within_reach(request, pk, "score.approve")
    if scheme.status not in (Scheme.Status.SCORING, Scheme.Status.BALANCED):
        return leave_past(request, scheme, _("各组平衡以后审定一次，不能在这时审定。"))
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
    context = {
        "scheme": scheme,
        "form": form,
        "figures": _approval_figures(scheme, run),
        "glances": group_glances(run) if run else [],
        "run": run,
    }
    before = run_before(run) if run else None
    if before is not None:
        context |= {"before": before, "changed": changed_scores(run, before).count()}
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
        *_days_left(scheme),
    ]


def _days_left(scheme: Scheme) -> list[dict[str, Any]]:
    """Results of a year that is still under way."""
    left = (date(scheme.year, 12, 31) - timezone.localdate()).days
    if left <= 0:
        return []
    label = _("离年度结束，审定后开展的活动不再计入")
    return [{"figure": left, "unit": _("天"), "label": label}]


@require_http_methods(["GET", "HEAD", "POST"])
@requires("score.approve")
def scheme_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = _within_reach(request, pk, "score.approve")
    if scheme.status != Scheme.Status.APPROVED:
        return leave_past(request, scheme, _("审定之后、公示之前才能退回评分。"))
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
