"""Deeds on reward plans. Every one leaves an audit record kept as a decision on money."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import Run, Scheme, Score
from core import audit
from core.errors import RuleError
from rewards.models import Allocation, RewardPlan, Tier
from rewards.permissions import is_own_plan
from rewards.scoring import (
    Candidate,
    Division,
    DivisionError,
    TierSpec,
    check_tiers,
    divide_by_share,
    divide_by_tiers,
)

FACTS = (
    "title",
    "pool",
    "method",
    "score_floor",
    "minimum",
    "maximum",
    "rounding_unit",
    "status",
    "minutes_number",
)
# Money follows results that the director has approved; a draft may look at them earlier.


def divide_plan(plan: RewardPlan) -> Division:
    """The division as the plan stands now; nothing is written. Raises RuleError with the remedy."""
    scores = Score.objects.filter(run=plan.run_id).order_by("organisation__region__code", "pk")
    candidates = [
        Candidate(
            key=score.organisation_id,
            total=score.total,
            order=order,
            is_vetoed=score.is_vetoed,
        )
        for order, score in enumerate(scores)
    ]
    try:
        if plan.method == RewardPlan.Method.TIERS:
            tiers = [TierSpec(t.name, t.places, t.amount) for t in plan.tiers.all()]
            return divide_by_tiers(plan.pool, tiers, candidates, score_floor=plan.score_floor)
        return divide_by_share(
            plan.pool,
            candidates,
            score_floor=plan.score_floor,
            minimum=plan.minimum,
            maximum=plan.maximum,
            unit=Decimal(plan.rounding_unit),
        )
    except DivisionError as error:
        raise RuleError(str(error)) from error


@transaction.atomic
def save_plan(plan: RewardPlan, *, tiers: Sequence[Tier], by: User) -> RewardPlan:
    """Create a plan or change a draft, with its tiers."""
    before: dict[str, Any] = {}
    if plan.pk:
        stored = RewardPlan.objects.select_for_update().get(pk=plan.pk)
        _require(stored, RewardPlan.Status.DRAFT)
        before = audit.snapshot(stored, FACTS)
    else:
        plan.created_by = by
    _require_usable_run(plan.run)
    if plan.method == RewardPlan.Method.TIERS:
        _require_affordable(plan.pool, tiers)
    plan.save()
    plan.tiers.all().delete()
    for order, tier in enumerate(tiers):
        tier.pk, tier.plan, tier.order = None, plan, order
        tier.save(force_insert=True)
    _record("rewards.save_plan", plan, by=by, before=before)
    return plan


def _require_affordable(pool: Decimal, tiers: Sequence[Tier]) -> None:
    try:
        check_tiers(pool, [TierSpec(tier.name, tier.places, tier.amount) for tier in tiers])
    except DivisionError as error:
        raise RuleError(str(error)) from error


def _require_usable_run(run: Run) -> None:
    if run.finished_at is None:
        raise RuleError(_("所选评分尚未计算完成，请等计算完成后再选。"), field="run")


@transaction.atomic
def propose_plan(plan: RewardPlan, *, by: User) -> RewardPlan:
    """Fix the division and hand it to the director."""
    plan = _locked(plan)
    _require(plan, RewardPlan.Status.DRAFT)
    _require_approved_run(plan)
    _write_allocations(plan)
    plan.status = RewardPlan.Status.PROPOSED
    plan.proposed_at, plan.proposed_by = timezone.now(), by
    plan.save(update_fields=["status", "proposed_at", "proposed_by"])
    _record("rewards.propose_plan", plan, by=by, before={"status": RewardPlan.Status.DRAFT})
    return plan


def _require_approved_run(plan: RewardPlan) -> None:
    """Money follows the approved results; they are held until the deed is done."""
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=plan.run.scheme_id)
    if scheme.status not in Scheme.DECIDED:
        raise RuleError(
            _("考核结果还未审定，奖补方案不能提交、审批或定稿；请先审定“{scheme}”的得分。").format(
                scheme=scheme
            )
        )
    approved = Run.objects.latest_finished(scheme)
    if approved is not None and approved.pk != plan.run_id:
        raise RuleError(
            _(
                "方案依据的第 {own} 次计算不是审定的结果，审定的是第 {n} 次；"
                "请退回后改选第 {n} 次计算再提交。"
            ).format(own=plan.run.number, n=approved.number)
        )


def _write_allocations(plan: RewardPlan) -> None:
    division = divide_plan(plan)
    if not division.shares:
        raise RuleError(_("没有符合条件的单位，请降低最低得分或核对评分结果。"))
    tiers = {tier.name: tier for tier in plan.tiers.all()}
    plan.allocations.all().delete()
    Allocation.objects.bulk_create(
        Allocation(
            plan=plan,
            organisation_id=share.key,
            tier=tiers.get(share.tier),
            total=share.total,
            amount=share.amount,
            explanation=share.explanation,
        )
        for share in division.shares
    )


@transaction.atomic
def return_plan(plan: RewardPlan, *, reason: str, by: User) -> RewardPlan:
    """Back to its drafter, with the reason."""
    plan = _locked(plan)
    _require(plan, RewardPlan.Status.PROPOSED)
    plan.status = RewardPlan.Status.DRAFT
    plan.save(update_fields=["status"])
    plan.allocations.all().delete()
    _record(
        "rewards.return_plan",
        plan,
        by=by,
        before={"status": RewardPlan.Status.PROPOSED},
        reason=reason,
    )
    return plan


@transaction.atomic
def approve_plan(plan: RewardPlan, *, minutes_number: str, by: User) -> RewardPlan:
    """Approve with the minutes of the meeting that decided it; never by who proposed it."""
    plan = _locked(plan)
    _require(plan, RewardPlan.Status.PROPOSED)
    if is_own_plan(by, plan):
        raise RuleError(_("不能审批自己起草、修改或提交的奖补方案，请由另一位负责人审批。"))
    _require_approved_run(plan)
    plan.status = RewardPlan.Status.APPROVED
    plan.minutes_number = minutes_number
    plan.approved_at, plan.approved_by = timezone.now(), by
    plan.save(update_fields=["status", "minutes_number", "approved_at", "approved_by"])
    _record("rewards.approve_plan", plan, by=by, before={"status": RewardPlan.Status.PROPOSED})
    return plan


@transaction.atomic
def finish_plan(plan: RewardPlan, *, by: User) -> RewardPlan:
    """After the public notice: units see their share from now on."""
    plan = _locked(plan)
    _require(plan, RewardPlan.Status.APPROVED)
    _require_approved_run(plan)
    plan.status = RewardPlan.Status.FINAL
    plan.save(update_fields=["status"])
    _record("rewards.finish_plan", plan, by=by, before={"status": RewardPlan.Status.APPROVED})
    return plan


def _locked(plan: RewardPlan) -> RewardPlan:
    return RewardPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)


def _require(plan: RewardPlan, status: str) -> None:
    if plan.status != status:
        raise RuleError(
            _("方案现在是“{now}”，不能这样操作；页面已更新，请重新查看。").format(
                now=plan.get_status_display()
            )
        )


def _record(
    verb: str, plan: RewardPlan, *, by: User, before: dict[str, Any], reason: str = ""
) -> None:
    after = audit.snapshot(plan, FACTS)
    after["divided"] = str(sum((a.amount for a in plan.allocations.all()), Decimal(0)))
    audit.record(verb, plan, by=by, before=before, after=after, reason=reason, is_decision=True)
