"""Deeds on reward plans: what they change, and what they refuse."""

from decimal import Decimal as D

import pytest

from assessment.models import Scheme
from core.errors import RuleError
from core.models import AuditRecord
from rewards import actions
from rewards.models import RewardPlan, Tier
from tests.factories.assessment import RunFactory, ScoreFactory, run_with_totals, scored_units
from tests.factories.organisations import UserFactory
from tests.factories.rewards import RewardPlanFactory, TierFactory

pytestmark = pytest.mark.django_db


def test_save_plan_creates_it_with_its_tiers_and_a_record():
    author = UserFactory()
    plan = RewardPlan(
        title="方案", run=run_with_totals("90"), pool=D(5000), method=RewardPlan.Method.TIERS
    )

    actions.save_plan(plan, tiers=[Tier(name="一档", places=1, amount=D(5000))], by=author)

    record = AuditRecord.objects.get(verb="rewards.save_plan")
    assert list(plan.tiers.values_list("name", "places", "amount")) == [("一档", 1, D(5000))]
    assert (plan.created_by, record.is_decision, record.before) == (author, True, {})


def test_save_plan_replaces_the_tiers_of_a_draft():
    tier = TierFactory(plan__run=run_with_totals("90"))

    new = Tier(name="一等", places=2, amount=D(100))

    actions.save_plan(tier.plan, tiers=[new], by=tier.plan.created_by)

    assert [kept.name for kept in tier.plan.tiers.all()] == ["一等"]


@pytest.mark.parametrize(
    ("tiers", "sentence"),
    [
        ([], "至少要有一档"),
        ([Tier(name="一档", places=3, amount=D(50000))], "超出资金总额"),
    ],
)
def test_save_plan_refuses_tiers_that_the_pool_cannot_pay(tiers, sentence):
    plan = TierFactory(plan__run=run_with_totals("90")).plan

    with pytest.raises(RuleError, match=sentence):
        actions.save_plan(plan, tiers=tiers, by=plan.created_by)


def test_save_plan_refuses_a_run_under_way():
    plan = RewardPlanFactory.build(run=RunFactory(finished_at=None), created_by=UserFactory())

    with pytest.raises(RuleError, match="尚未计算完成"):
        actions.save_plan(plan, tiers=[], by=plan.created_by)


def test_save_plan_refuses_what_was_proposed_meanwhile():
    plan = RewardPlanFactory(proposed=True, run=run_with_totals("90"))

    with pytest.raises(RuleError, match="方案现在是“待审批”"):
        actions.save_plan(plan, tiers=[], by=plan.created_by)


def test_propose_plan_fixes_allocations_that_add_up_to_the_fen():
    plan = RewardPlanFactory(run=run_with_totals("90", "80", "70"), pool=D("1000.01"))

    proposed = actions.propose_plan(plan, by=plan.created_by)

    amounts = [a.amount for a in proposed.allocations.all()]
    assert (proposed.status, sum(amounts)) == (RewardPlan.Status.PROPOSED, D("1000.01"))
    assert amounts == [D("375.00"), D("333.34"), D("291.67")]


def test_propose_plan_names_the_tier_of_each_allocation():
    plan = RewardPlanFactory(run=run_with_totals("90", "80"), method=RewardPlan.Method.TIERS)
    tier = TierFactory(plan=plan, places=2)

    proposed = actions.propose_plan(plan, by=plan.created_by)

    assert [a.tier for a in proposed.allocations.all()] == [tier, tier]


def test_propose_plan_leaves_out_vetoed_units():
    run = run_with_totals("90")
    ScoreFactory(
        run=run,
        group=run.scores.get().group,
        total=D(0),
        vetoes=[["total", "发生重大事件"]],
        rank=2,
    )
    plan = RewardPlanFactory(run=run)

    proposed = actions.propose_plan(plan, by=plan.created_by)

    assert [a.organisation for a in proposed.allocations.all()] == scored_units(run)[:1]


def test_propose_plan_waits_for_approved_results():
    plan = RewardPlanFactory(run=run_with_totals("90"))
    Scheme.objects.update(status=Scheme.Status.SCORING)

    with pytest.raises(RuleError, match="考核结果还未审定"):
        actions.propose_plan(plan, by=plan.created_by)
    assert plan.allocations.count() == 0


def test_propose_plan_refuses_when_nobody_would_receive():
    run = run_with_totals("50")
    plan = RewardPlanFactory(run=run, score_floor=D(60), method=RewardPlan.Method.TIERS)
    TierFactory(plan=plan)

    with pytest.raises(RuleError, match="没有符合条件的单位"):
        actions.propose_plan(plan, by=plan.created_by)


def test_divide_plan_tells_why_it_cannot():
    plan = RewardPlanFactory(run=run_with_totals("50"), score_floor=D(60))

    with pytest.raises(RuleError, match="请降低最低得分"):
        actions.divide_plan(plan)


def test_return_plan_takes_the_allocations_back():
    plan = RewardPlanFactory(run=run_with_totals("90"))
    actions.propose_plan(plan, by=plan.created_by)

    returned = actions.return_plan(plan, reason="金额偏高", by=UserFactory())

    record = AuditRecord.objects.get(verb="rewards.return_plan")
    assert (returned.status, returned.allocations.count()) == (RewardPlan.Status.DRAFT, 0)
    assert record.reason == "金额偏高"


def test_approve_plan_keeps_the_minutes():
    plan = RewardPlanFactory(proposed=True)
    director = UserFactory()

    approved = actions.approve_plan(plan, minutes_number="纪要5号", by=director)

    assert (approved.status, approved.minutes_number, approved.approved_by) == (
        RewardPlan.Status.APPROVED,
        "纪要5号",
        director,
    )


def test_approve_plan_refuses_who_proposed_it():
    plan = RewardPlanFactory(proposed=True)

    with pytest.raises(RuleError, match="不能审批自己起草、修改或提交的奖补方案"):
        actions.approve_plan(plan, minutes_number="纪要5号", by=plan.proposed_by)


def test_approve_plan_tells_the_second_of_two():
    plan = RewardPlanFactory(proposed=True)
    actions.approve_plan(plan, minutes_number="纪要5号", by=UserFactory())

    with pytest.raises(RuleError, match="方案现在是“已审批”"):
        actions.approve_plan(plan, minutes_number="纪要6号", by=UserFactory())


def test_finish_plan_comes_after_approval():
    plan = RewardPlanFactory(proposed=True)
    with pytest.raises(RuleError, match="方案现在是“待审批”"):
        actions.finish_plan(plan, by=plan.created_by)
    actions.approve_plan(plan, minutes_number="纪要5号", by=UserFactory())

    finished = actions.finish_plan(plan, by=plan.created_by)

    assert finished.status == RewardPlan.Status.FINAL
