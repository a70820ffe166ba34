"""Pages of reward plans: list, form with preview, approval, and the plan as a workbook."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import requires
from core.errors import RuleError
from core.file_names import safe_file_name
from core.money import capital_numerals
from core.pages import file_response, paginate, perform, render_page
from organisations.models import Organisation
from rewards import actions, permissions
from rewards.exports import plan_workbook
from rewards.forms import ApprovePlanForm, ReturnPlanForm, RewardPlanForm, TierFormSet
from rewards.models import Allocation, RewardPlan, Tier
from rewards.scoring import Share

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@requires("reward.view")
def plan_list(request: HttpRequest) -> HttpResponse:
    plans = RewardPlan.objects.visible_to(request.user).for_list()
    context = {
        "page": paginate(request, plans.filter(run__scheme__year=request.year)),
        "can_create": request.user.can("reward.edit"),
        "shown_year": request.year,
    }
    return render_page(request, "rewards/plan_list.html", context)


@require_safe
@requires("reward.view")
def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _visible(request, pk)
    user = request.user
    context = {
        "plan": plan,
        "can_change": permissions.can_change_plan(user, plan),
        "can_propose": permissions.can_propose_plan(user, plan),
        "can_approve": permissions.can_approve_plan(user, plan),
        "can_finish": permissions.can_finish_plan(user, plan),
        "can_export": permissions.can_export_plan(user, plan),
        "sees_whole": permissions.sees_whole_plan(user, plan),
        "facts": _facts(plan),
        **(_preview(plan) if plan.status == RewardPlan.Status.DRAFT else _fixed(plan, request)),
    }
    return render_page(request, "rewards/plan_detail.html", context)


def _visible(request: HttpRequest, pk: int) -> RewardPlan:
    plans = RewardPlan.objects.visible_to(request.user).for_list()
    return get_object_or_404(plans.prefetch_related("tiers"), pk=pk)


def _editable(request: HttpRequest, pk: int) -> RewardPlan:
    plan = _visible(request, pk)
    if not permissions.edits_plans_of(request.user, plan):
        raise PermissionDenied
    return plan


def _fixed(plan: RewardPlan, request: HttpRequest) -> dict[str, Any]:
    """The allocations as they were fixed; a unit sees only its own."""
    allocations = plan.allocations.for_list()
    if not permissions.sees_whole_plan(request.user, plan):
        mine = Organisation.objects.within(request.user, "reward.view")
        allocations = allocations.filter(organisation__in=mine)
    rows = list(allocations)
    return {"rows": rows, **_sums(plan, rows)}


def _preview(plan: RewardPlan) -> dict[str, Any]:
    """What a draft would give, or why it cannot be divided yet."""
    try:
        division = actions.divide_plan(plan)
    except RuleError as error:
        return {"rows": [], "fault": error.message, **_sums(plan, [])}
    keys = [share.key for share in division.shares] + [key for key, _why in division.excluded]
    units = Organisation.objects.select_related("region__parent").with_names().in_bulk(keys)
    rows = [_preview_row(share, units, plan) for share in division.shares]
    excluded = [{"organisation": units[key], "reason": why} for key, why in division.excluded]
    return {"rows": rows, "division": division, "excluded": excluded, **_sums(plan, rows)}


def _preview_row(share: Share, units: dict[int, Organisation], plan: RewardPlan) -> Allocation:
    """A share as the unsaved allocation that it would become."""
    return Allocation(
        plan=plan,
        organisation=units[share.key],
        tier=Tier(name=share.tier) if share.tier else None,
        total=share.total,
        amount=share.amount,
        explanation=share.explanation,
    )


def _sums(plan: RewardPlan, rows: list[Allocation]) -> dict[str, Any]:
    """The figures above the table, of the rows that are shown."""
    divided = sum((row.amount for row in rows), Decimal(0))
    return {
        "pool_text": f"{plan.pool:,.2f}",
        "divided_text": f"{divided:,.2f}",
        "remainder_text": f"{plan.pool - divided:,.2f}",
        "receivers": len(rows),
        "capital": capital_numerals(divided) if rows else "",
    }


def _facts(plan: RewardPlan) -> list[tuple[str, Any]]:
    facts = [
        (
            _("依据的评分"),
            _("{scheme}，第 {n} 次计算").format(scheme=plan.run.scheme, n=plan.run.number),
        ),
        (_("分配办法"), plan.get_method_display()),
        (_("最低得分"), plan.score_floor if plan.score_floor is not None else _("不限")),
    ]
    if plan.method == RewardPlan.Method.TIERS:
        tiers = [f"{t.name} {t.places} 家 × {t.amount:,.2f} 元" for t in plan.tiers.all()]
        facts.append((_("档次"), "；".join(tiers)))
    else:
        facts += [
            (_("单家最低"), _yuan(plan.minimum)),
            (_("单家最高"), _yuan(plan.maximum)),
            (_("取整到"), plan.get_rounding_unit_display()),
        ]
    if plan.minutes_number:
        facts.append((_("会议纪要"), plan.minutes_number))
    return facts


def _yuan(amount: Decimal | None) -> str:
    return _("不限") if amount is None else _("{amount} 元").format(amount=f"{amount:,.2f}")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reward.edit")
def plan_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, RewardPlan(created_by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reward.edit")
def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _editable(request, pk)
    if not permissions.can_change_plan(request.user, plan):
        messages.error(request, _("方案已提交，不能再修改；需要修改请联系负责人退回。"))
        return redirect("rewards:plan_detail", pk=plan.pk)
    return _edit(request, plan)


def _edit(request: HttpRequest, plan: RewardPlan) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = RewardPlanForm(posted, instance=plan, user=request.user)
    stored = list(plan.tiers.values("name", "places", "amount")) if plan.pk else []
    tiers = TierFormSet(posted, initial=stored, prefix="tiers")
    if posted is not None and form.is_valid() and tiers.is_valid():
        done = _("方案已保存，下面是按它分配的结果，核对后提交。")
        saved = perform(request, actions.save_plan, form.instance, tiers=tiers.tiers(), done=done)
        if saved:
            return redirect("rewards:plan_detail", pk=saved.pk)
    status = 422 if posted is not None else 200
    context = {
        "form": form,
        "tiers": tiers,
        "plan": plan,
        "common_fields": [field for field in form if field.name not in form.SHARE_ONLY],
        "share_fields": [form[name] for name in form.SHARE_ONLY],
    }
    return render_page(request, "rewards/plan_form.html", context, status=status)


@require_POST
@requires("reward.edit")
def plan_propose(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _editable(request, pk)
    perform(request, actions.propose_plan, plan, done=_("已提交，等待负责人审批。"))
    return redirect("rewards:plan_detail", pk=plan.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reward.approve")
def plan_approve(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _visible(request, pk)
    if not permissions.may_approve_plan(request.user, plan):
        raise PermissionDenied
    form = ApprovePlanForm(request.POST or None)
    if form.is_valid():
        perform(
            request,
            actions.approve_plan,
            plan,
            minutes_number=form.cleaned_data["minutes_number"],
            done=_("已审批，公示期满后由工作人员定稿。"),
        )
        return redirect("rewards:plan_detail", pk=plan.pk)
    context = {"plan": plan, "form": form, "facts": _figures(plan)}
    return render_page(request, "rewards/plan_confirm_approve.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reward.approve")
def plan_return(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _visible(request, pk)
    if not permissions.may_approve_plan(request.user, plan):
        raise PermissionDenied
    form = ReturnPlanForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        perform(request, actions.return_plan, plan, reason=reason, done=_("已退回起草人修改。"))
        return redirect("rewards:plan_detail", pk=plan.pk)
    context = {"plan": plan, "form": form, "facts": _figures(plan)}
    return render_page(request, "rewards/plan_confirm_return.html", context)


def _figures(plan: RewardPlan) -> list[dict[str, Any]]:
    """What is decided, in numbers, for the page that asks once more."""
    return [
        {"figure": f"{plan.divided or 0:,.2f}", "unit": _("元"), "label": _("分配金额")},
        {"figure": plan.receivers, "unit": _("家"), "label": _("获奖补单位")},
    ]


@require_POST
@requires("reward.edit")
def plan_finish(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _editable(request, pk)
    perform(
        request, actions.finish_plan, plan, done=_("方案已定稿，获奖补单位可以看到本单位的金额。")
    )
    return redirect("rewards:plan_detail", pk=plan.pk)


@require_safe
@requires("reward.view")
def plan_export(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _visible(request, pk)
    if not permissions.can_export_plan(request.user, plan):
        raise PermissionDenied
    content = plan_workbook(plan, by=request.user)
    return file_response(safe_file_name(plan.title, "xlsx"), content, XLSX)
