"""May this user do it: money is proposed by one person and approved by another."""

from accounts.models import User
from rewards.models import RewardPlan

Status = RewardPlan.Status


def can_change_plan(user: User, plan: RewardPlan) -> bool:
    return user.can("reward.edit") and plan.status == Status.DRAFT


def can_propose_plan(user: User, plan: RewardPlan) -> bool:
    return user.can("reward.edit") and plan.can_become(Status.PROPOSED)


def is_own_plan(user: User, plan: RewardPlan) -> bool:
    """Drafted or proposed by this user: somebody else must approve it."""
    return user.pk in (plan.proposed_by_id, plan.created_by_id)


def can_approve_plan(user: User, plan: RewardPlan) -> bool:
    may = user.can("reward.approve") and not is_own_plan(user, plan)
    return may and plan.can_become(Status.APPROVED)


def can_finish_plan(user: User, plan: RewardPlan) -> bool:
    return user.can("reward.edit") and plan.can_become(Status.FINAL)


def can_export_plan(user: User, plan: RewardPlan) -> bool:
    """The whole list leaves the platform with the office or a leader, and never as a draft."""
    may = user.can("reward.edit") or user.can("reward.approve") or user.can("dashboard.view")
    return may and plan.status != Status.DRAFT
