"""May this user do it: money is proposed by one person and approved by another."""

from accounts.models import User
from accounts.rights import Scope
from assessment.permissions import holds_over
from core.models import AuditRecord
from rewards.models import RewardPlan

Status = RewardPlan.Status


def sees_whole_plan(user: User, plan: RewardPlan) -> bool:
    """An office or leader of the whole area; a unit sees its own share alone."""
    code = plan.run.scheme.region.code
    return any(
        grant.scope != Scope.OWN and code.startswith(grant.organisation.region.prefix)
        for grant in user.grants("reward.view")
    )


def edits_plans_of(user: User, plan: RewardPlan) -> bool:
    return holds_over(user, "reward.edit", plan.run.scheme)


def can_change_plan(user: User, plan: RewardPlan) -> bool:
    return plan.status == Status.DRAFT and edits_plans_of(user, plan)


def can_propose_plan(user: User, plan: RewardPlan) -> bool:
    return plan.can_become(Status.PROPOSED) and edits_plans_of(user, plan)


def is_own_plan(user: User, plan: RewardPlan) -> bool:
    """Drafted, changed or proposed by this user: somebody else must approve it."""
    if user.pk in (plan.proposed_by_id, plan.created_by_id):
        return True
    saved = AuditRecord.objects.filter(
        subject_type=RewardPlan._meta.label, subject_id=str(plan.pk), verb="rewards.save_plan"
    )
    return saved.filter(by=user.pk, outcome=AuditRecord.Outcome.SUCCESS).exists()


def may_approve_plan(user: User, plan: RewardPlan) -> bool:
    """The director, never who had a hand in the plan; whatever the state."""
    return holds_over(user, "reward.approve", plan.run.scheme) and not is_own_plan(user, plan)


def can_approve_plan(user: User, plan: RewardPlan) -> bool:
    return plan.can_become(Status.APPROVED) and may_approve_plan(user, plan)


def can_finish_plan(user: User, plan: RewardPlan) -> bool:
    return plan.can_become(Status.FINAL) and edits_plans_of(user, plan)


def can_export_plan(user: User, plan: RewardPlan) -> bool:
    """The whole list leaves the platform with the office or a leader, and never as a draft."""
    return plan.status != Status.DRAFT and sees_whole_plan(user, plan)
