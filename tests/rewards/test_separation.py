"""Whose plan it is, who sees all of it, and on which results its money rests."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment.actions import reopen_scoring
from assessment.models import Scheme
from core.errors import RuleError
from organisations.models import Region
from rewards import actions, permissions
from rewards.forms import RewardPlanForm
from rewards.models import RewardPlan
from tests.factories.assessment import RunFactory, run_with_totals, scored_units
from tests.factories.organisations import AssignmentFactory, UserFactory, office, user_with
from tests.factories.rewards import RewardPlanFactory

pytestmark = pytest.mark.django_db
Status = RewardPlan.Status


@pytest.fixture
def both():
    """One person who is a member of staff and a director."""
    user = user_with(Role.OFFICE_DIRECTOR)
    AssignmentFactory(user=user, role=Role.OFFICE_STAFF, organisation=office())
    return user


def computed_again(plan: RewardPlan):
    scheme = plan.run.scheme
    reopen_scoring(scheme, reason="更正", by=UserFactory())
    run = RunFactory(scheme=scheme, number=plan.run.number + 1)
    Scheme.objects.filter(pk=scheme.pk).update(
        status=Scheme.Status.APPROVED, approved_by=UserFactory(), approved_at=run.finished_at
    )
    return run


def test_approve_plan_refuses_who_changed_the_draft(client, both):
    plan = RewardPlanFactory(run=run_with_totals("90"))
    actions.save_plan(plan, tiers=[], by=both)
    actions.propose_plan(plan, by=plan.created_by)

    with pytest.raises(RuleError, match="不能审批自己起草、修改或提交的奖补方案"):
        actions.approve_plan(plan, minutes_number="纪要5号", by=both)

    client.force_login(both)
    assert client.get(reverse("rewards:plan_approve", args=[plan.pk])).status_code == 403


def test_propose_plan_rests_on_the_approved_run():
    plan = RewardPlanFactory(run=run_with_totals("90"))
    computed_again(plan)

    with pytest.raises(RuleError, match="不是审定的结果"):
        actions.propose_plan(plan, by=plan.created_by)


def test_approve_plan_refuses_results_that_were_reopened():
    plan = RewardPlanFactory(run=run_with_totals("90"))
    actions.propose_plan(plan, by=plan.created_by)
    reopen_scoring(plan.run.scheme, reason="更正", by=UserFactory())

    with pytest.raises(RuleError, match="考核结果还未审定"):
        actions.approve_plan(plan, minutes_number="纪要5号", by=UserFactory())


def test_finish_plan_refuses_results_that_were_reopened():
    plan = RewardPlanFactory(run=run_with_totals("90"))
    actions.propose_plan(plan, by=plan.created_by)
    actions.approve_plan(plan, minutes_number="纪要5号", by=UserFactory())
    reopen_scoring(plan.run.scheme, reason="更正", by=UserFactory())

    with pytest.raises(RuleError, match="考核结果还未审定"):
        actions.finish_plan(plan, by=plan.created_by)


def leader_of_a_township():
    run = run_with_totals("90", "60")
    plan = RewardPlanFactory(run=run)
    actions.propose_plan(plan, by=plan.created_by)
    return plan, user_with(Role.LEADER, scored_units(run)[1])


def test_leader_of_a_township_does_not_see_the_countys_plan_before_it_is_final(client):
    plan, leader = leader_of_a_township()
    client.force_login(leader)

    assert client.get(reverse("rewards:plan_detail", args=[plan.pk])).status_code == 404


def test_leader_of_a_township_sees_its_share_alone(client):
    plan, leader = leader_of_a_township()
    actions.approve_plan(plan, minutes_number="纪要5号", by=UserFactory())
    actions.finish_plan(plan, by=plan.created_by)
    client.force_login(leader)

    response = client.get(reverse("rewards:plan_detail", args=[plan.pk]))
    export = client.get(reverse("rewards:plan_export", args=[plan.pk]))

    assert [row.organisation for row in response.context["rows"]] == [scored_units(plan.run)[1]]
    assert "结余" not in response.text
    assert export.status_code == 403


def test_office_of_a_township_is_offered_no_run_of_the_county():
    run = run_with_totals("90")
    staff = user_with(Role.OFFICE_STAFF, scored_units(run)[0])

    form = RewardPlanForm(user=staff)

    assert list(form.fields["run"].queryset) == []
    assert permissions.can_change_plan(staff, RewardPlanFactory(run=run)) is False


def test_league_office_sees_the_countys_plans():
    plan = RewardPlanFactory(run=run_with_totals("90"))
    league = Region.objects.create(
        code="150500000000", name="通辽市", short_name="通辽", level=Region.Level.PREFECTURE
    )
    unit = scored_units(plan.run)[0]
    unit.region = league
    unit.save()

    assert list(RewardPlan.objects.visible_to(user_with(Role.LEADER, unit))) == [plan]


def test_plan_form_refuses_a_pool_beyond_what_one_share_can_hold(client):
    run = run_with_totals("90")
    client.force_login(user_with(Role.OFFICE_STAFF))
    facts = {
        "title": "方案",
        "run": run.pk,
        "pool": "500000000000",
        "method": "share",
        "rounding_unit": "0.01",
        "tiers-TOTAL_FORMS": "0",
        "tiers-INITIAL_FORMS": "0",
    }

    response = client.post(reverse("rewards:plan_create"), facts)

    assert "资金总额不能超过" in response.text
    assert RewardPlan.objects.count() == 0


def test_plan_export_of_a_title_with_a_line_break_is_a_file(client):
    plan = RewardPlanFactory(title="a\nb", run=run_with_totals("90"), pool=D(100))
    actions.propose_plan(plan, by=plan.created_by)
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(reverse("rewards:plan_export", args=[plan.pk]))

    assert response["Content-Disposition"] == 'attachment; filename="a b.xlsx"'


def test_plan_return_warns_of_a_private_phone_in_the_reason(client):
    plan = RewardPlanFactory(run=run_with_totals("90"))
    actions.propose_plan(plan, by=plan.created_by)
    client.force_login(user_with(Role.OFFICE_DIRECTOR))
    url = reverse("rewards:plan_return", args=[plan.pk])
    facts = {"reason": "请联系13812345678核对"}

    warned = client.post(url, facts)
    plan.refresh_from_db()
    before = plan.status
    client.post(url, {**facts, "keep_text": "on"})

    plan.refresh_from_db()
    assert (warned.status_code, "keep_text" in warned.text) == (200, True)
    assert (before, plan.status) == (Status.PROPOSED, Status.DRAFT)
