"""Answers, start, end, money and plan: what they change and refuse, what the log says."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from partnerships import actions
from partnerships.models import Agreement, Member, Milestone, Partnership
from tests.factories.organisations import OrganisationFactory, RegionFactory, UserFactory, user_with
from tests.factories.partnerships import (
    AgreementFactory,
    MilestoneFactory,
    RegionalAllianceFactory,
    asked,
    pairing_of,
    proposed_pairing,
)

pytestmark = pytest.mark.django_db


def agreed_pairing(**facts):
    """Proposed, and everybody said yes."""
    pairing = proposed_pairing(OrganisationFactory(), OrganisationFactory(), **facts)
    pairing.members.update(
        consent=Member.Consent.AGREED, consent_at=timezone.now(), consent_by=UserFactory()
    )
    return pairing


def last_record():
    return AuditRecord.objects.first()


def test_agree():
    pairing = proposed_pairing(OrganisationFactory(), OrganisationFactory(short_name="东明镇"))
    member = pairing.members.last()
    liaison = user_with(Role.LIAISON, member.organisation)

    actions.agree_member(member, by=liaison)

    member.refresh_from_db()
    assert (member.consent, member.consent_by) == ("agreed", liaison)
    assert last_record().verb == "partnerships.agree_member"
    assert last_record().after == {"organisation": "东明镇", "consent": "agreed", "note": ""}


def test_decline_keeps_the_reason():
    member = proposed_pairing(OrganisationFactory()).members.get()

    actions.decline_member(member, reason="今年人手不足", by=UserFactory())

    member.refresh_from_db()
    assert (member.consent, member.consent_note) == ("declined", "今年人手不足")


def test_second_answer_of_a_unit_is_told_of_the_first():
    member = proposed_pairing(OrganisationFactory(short_name="东明镇")).members.get()
    stale = Member.objects.get(pk=member.pk)
    actions.agree_member(member, by=UserFactory(name="乌兰"))

    with pytest.raises(RuleError) as refusal:
        actions.decline_member(stale, reason="人手不足", by=UserFactory())

    assert refusal.value.message.startswith("东明镇已于")
    assert refusal.value.message.endswith("由乌兰答复“同意”，不必再次答复。")
    member.refresh_from_db()
    assert member.consent == "agreed"


def test_answer_after_the_end_is_refused():
    pairing = proposed_pairing(OrganisationFactory())
    actions.cancel_partnership(pairing, note="不再开展", by=UserFactory())

    with pytest.raises(RuleError) as refusal:
        actions.agree_member(pairing.members.get(), by=UserFactory())

    assert refusal.value.message == "这个项目已取消，不再需要答复。"


def test_answer_is_still_taken_while_active():
    pairing = pairing_of(OrganisationFactory(), OrganisationFactory())
    late = asked(pairing, OrganisationFactory())

    actions.agree_member(late, by=UserFactory())

    late.refresh_from_db()
    assert late.has_agreed


def test_start():
    pairing, office = agreed_pairing(), user_with(Role.OFFICE_STAFF)
    pending = asked(pairing, OrganisationFactory())

    actions.start_partnership(pairing, by=office)

    pairing.refresh_from_db()
    pending.refresh_from_db()
    assert (pairing.status, pairing.decided_by, pending.consent) == ("active", office, "pending")
    assert (last_record().verb, last_record().before) == (
        "partnerships.start_partnership",
        {"status": "proposed"},
    )


def test_second_start_is_told_who_was_quicker():
    pairing = agreed_pairing()
    stale = Partnership.objects.get(pk=pairing.pk)
    actions.start_partnership(pairing, by=user_with(Role.OFFICE_STAFF, name="韩梅"))

    with pytest.raises(RuleError) as refusal:
        actions.start_partnership(stale, by=user_with(Role.OFFICE_STAFF, name="李雷"))

    assert refusal.value.message.startswith("这个项目已由韩梅于")
    assert AuditRecord.objects.filter(verb="partnerships.start_partnership").count() == 1


def test_start_waits_for_the_lead():
    pairing = proposed_pairing(OrganisationFactory(short_name="东明镇"), OrganisationFactory())

    with pytest.raises(RuleError) as refusal:
        actions.start_partnership(pairing, by=UserFactory())

    assert refusal.value.message == "牵头单位东明镇还没有同意，请等它答复后再启动。"


def test_start_waits_for_one_other():
    pairing = proposed_pairing(OrganisationFactory(), OrganisationFactory())
    actions.agree_member(pairing.members.first(), by=UserFactory())
    actions.decline_member(pairing.members.last(), reason="人手不足", by=UserFactory())

    with pytest.raises(RuleError) as refusal:
        actions.start_partnership(pairing, by=UserFactory())

    assert refusal.value.message == (
        "除牵头单位外还没有单位同意，请至少等一家答复或先登记协议后再启动。"
    )


def test_start_of_an_alliance_with_a_region_needs_the_agreement():
    lead = OrganisationFactory()
    alliance = RegionalAllianceFactory(
        lead=lead, status="proposed", decided_at=None, decided_by=None
    )
    alliance.partner_regions.add(RegionFactory())
    actions.agree_member(asked(alliance, lead, "lead"), by=UserFactory())

    with pytest.raises(RuleError):
        actions.start_partnership(alliance, by=UserFactory())

    AgreementFactory(partnership=alliance)
    row = actions.start_partnership(alliance, by=UserFactory())
    assert row.status == "active"


def test_conclude():
    pairing = pairing_of(OrganisationFactory())

    actions.conclude_partnership(
        pairing, ended_on=date(2026, 6, 1), note="办成三件事", by=UserFactory()
    )

    pairing.refresh_from_db()
    assert (pairing.status, pairing.ends_on, pairing.closing_note) == (
        "concluded",
        date(2026, 6, 1),
        "办成三件事",
    )


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (timedelta(days=1), "结束日期晚于今天，请填写实际结束的日期。"),
        (timedelta(days=-9999), "结束日期早于开始日期2026年1月10日，请核对。"),
    ],
)
def test_conclude_on_a_senseless_day_is_refused(days, words):
    pairing = pairing_of(OrganisationFactory())

    with pytest.raises(RuleError) as refusal:
        actions.conclude_partnership(
            pairing, ended_on=timezone.localdate() + days, note="", by=UserFactory()
        )

    assert (refusal.value.field, refusal.value.message) == ("ended_on", words)


def test_conclude_of_a_proposal_is_refused():
    pairing = proposed_pairing(OrganisationFactory())

    with pytest.raises(RuleError) as refusal:
        actions.conclude_partnership(
            pairing, ended_on=timezone.localdate(), note="", by=UserFactory()
        )

    assert refusal.value.message == (
        "这个项目现在是“意向”，不能改为“已结束”，请刷新页面查看最新情况。"
    )


def test_cancel_keeps_the_reason():
    pairing = pairing_of(OrganisationFactory())

    actions.cancel_partnership(pairing, note="单位撤并", by=UserFactory())

    pairing.refresh_from_db()
    assert (pairing.status, pairing.closing_note) == ("cancelled", "单位撤并")


def test_grant_budget_is_a_decision():
    pairing = pairing_of(OrganisationFactory(), budget_asked=Decimal(20000))

    actions.grant_budget(pairing, amount=Decimal("12000.50"), by=UserFactory())

    pairing.refresh_from_db()
    assert pairing.budget_granted == Decimal("12000.50")
    assert last_record().is_decision


def test_grant_budget_by_the_proposer_is_refused():
    pairing = pairing_of(OrganisationFactory(), budget_asked=Decimal(20000))

    with pytest.raises(RuleError) as refusal:
        actions.grant_budget(pairing, amount=Decimal(1), by=pairing.proposed_by)

    assert refusal.value.message == "提出或修改过项目的人不能核定它的经费，请由另一位工作人员核定。"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"budget_asked": Decimal(100)}, "核定金额超过申请的 100.00 元，请改小。"),
        ({}, "项目没有申请经费或已经结束，不能核定经费。"),
        (
            {"budget_asked": Decimal(900), "status": "cancelled", "closing_note": "撤并"},
            "项目没有申请经费或已经结束，不能核定经费。",
        ),
    ],
)
def test_grant_budget_beyond_the_rules_is_refused(facts, words):
    pairing = pairing_of(OrganisationFactory(), **facts)

    with pytest.raises(RuleError) as refusal:
        actions.grant_budget(pairing, amount=Decimal(500), by=UserFactory())

    assert refusal.value.message == words


def test_agreement_comes_and_goes():
    pairing = pairing_of(OrganisationFactory())
    paper = Agreement(document_number="奈创协〔2026〕1号", signed_on=date(2026, 2, 1))

    actions.add_agreement(pairing, agreement=paper, by=UserFactory())
    assert [str(row) for row in pairing.agreements.all()] == ["奈创协〔2026〕1号"]

    actions.remove_agreement(paper, by=UserFactory())
    assert not pairing.agreements.exists()
    assert last_record().before["document_number"] == "奈创协〔2026〕1号"


def test_milestone_is_added_done_reopened_removed():
    pairing = pairing_of(OrganisationFactory())
    step = Milestone(what="召开座谈会", due_on=date(2026, 6, 1))

    actions.add_milestone(pairing, milestone=step, by=UserFactory())
    actions.complete_milestone(step, done_on=date(2026, 5, 20), by=UserFactory())
    assert pairing.milestones.get().done_on == date(2026, 5, 20)

    actions.reopen_milestone(step, by=UserFactory())
    assert pairing.milestones.get().done_on is None

    actions.remove_milestone(step, by=UserFactory())
    assert not pairing.milestones.exists()
    verbs = AuditRecord.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        "partnerships.add_milestone",
        "partnerships.complete_milestone",
        "partnerships.reopen_milestone",
        "partnerships.remove_milestone",
    ]


def test_milestone_is_not_done_tomorrow():
    step = MilestoneFactory(partnership=pairing_of(OrganisationFactory()))

    with pytest.raises(RuleError) as refusal:
        actions.complete_milestone(
            step, done_on=timezone.localdate() + timedelta(days=1), by=UserFactory()
        )

    assert refusal.value.message == "完成日期晚于今天，请填写实际完成的日期。"


def test_plan_of_a_closed_partnership_stays():
    pairing = pairing_of(OrganisationFactory(), status="concluded", ends_on=date(2026, 6, 1))
    step = Milestone(what="召开座谈会", due_on=date(2026, 6, 1))

    with pytest.raises(RuleError) as refusal:
        actions.add_milestone(pairing, milestone=step, by=UserFactory())

    assert refusal.value.message == "这个项目已结束，计划和协议不能再改。"
