"""Invariants of titles and sites, and what a title obliges to."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.rights import Role
from demonstrations.models import StandardSite, Title, TitleDecision, TitleRule
from tests.factories.demonstrations import (
    NoticeEntryFactory,
    SiteAcceptanceFactory,
    SiteCheckItemFactory,
    SiteChecklistFactory,
    StandardSiteFactory,
    TitleDecisionFactory,
    TitleFactory,
    TitleNoticeFactory,
    TitleObjectionFactory,
    TitleStepFactory,
    title_in,
)
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with
from tests.factories.partnerships import MemberFactory, pairing_of

pytestmark = pytest.mark.django_db


def test_a_title_is_given_once_on_a_day():
    title = TitleFactory()

    with pytest.raises(IntegrityError):
        TitleFactory(organisation=title.organisation)


def test_a_title_is_valid_beyond_the_day_it_was_given():
    with pytest.raises(IntegrityError):
        TitleFactory(valid_until=date(2024, 3, 1))


def test_a_site_name_stands_once_in_an_organisation():
    site = StandardSiteFactory()

    with pytest.raises(IntegrityError):
        StandardSiteFactory(organisation=site.organisation, name=site.name)


def test_a_site_is_not_accepted_before_it_was_begun():
    with pytest.raises(IntegrityError):
        StandardSiteFactory(accepted_on=date(2024, 2, 29))


def test_a_title_is_underway_once():
    title = title_in("cultivating")

    with pytest.raises(IntegrityError):
        title_in("noticed", organisation=title.organisation)


@pytest.mark.parametrize("facts", [{"named_on": None}, {"authority": ""}, {"document_number": ""}])
def test_a_title_is_given_by_a_document(facts):
    with pytest.raises(IntegrityError):
        TitleFactory(**facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"level": "city", "validity_years": 0},
        {"level": "city", "notice_days": 0},
        {"level": "city", "warn_months": 0},
        {"level": "city", "prerequisite": "city"},
    ],
)
def test_a_rule_can_be_kept(facts):
    rule = TitleRule.objects.filter(level=facts.pop("level"))

    with pytest.raises(IntegrityError):
        rule.update(**facts)


def test_one_decision_of_a_title_waits():
    decision = TitleDecisionFactory()

    with pytest.raises(IntegrityError):
        TitleDecisionFactory(title=decision.title)


@pytest.mark.parametrize("who", ["nobody", "proposer"])
def test_a_decision_is_approved_by_another(who):
    decision = TitleDecisionFactory()
    found = TitleDecision.objects.filter(pk=decision.pk)
    answered = {"answered_by": decision.proposed_by, "answered_at": timezone.now()}

    with pytest.raises(IntegrityError):
        found.update(status="approved", **(answered if who == "proposer" else {}))


def test_a_notice_ends_after_it_began():
    with pytest.raises(IntegrityError):
        TitleNoticeFactory(ends_on=date(2025, 3, 2))


@pytest.mark.parametrize(
    "facts",
    [
        {"answer": "已核对"},
        {"answered_on": date(2025, 3, 5)},
        {"outcome": "dismissed"},
        {"answered_on": date(2025, 3, 3), "outcome": "dismissed", "answer": "已核对", "by": True},
    ],
)
def test_an_objection_is_answered_as_a_whole_and_later(facts):
    if facts.pop("by", False):
        facts["answered_by"] = user_with(Role.OFFICE_STAFF)

    with pytest.raises(IntegrityError):
        TitleObjectionFactory(**facts)


def test_a_checklist_has_its_versions_once():
    checklist = SiteChecklistFactory(is_current=False)

    with pytest.raises(IntegrityError):
        SiteChecklistFactory(trade_system=checklist.trade_system)


def test_a_system_has_one_current_checklist():
    checklist = SiteChecklistFactory()

    with pytest.raises(IntegrityError):
        SiteChecklistFactory(trade_system=checklist.trade_system, version=2)


def test_all_systems_have_one_current_checklist():
    with pytest.raises(IntegrityError):
        SiteChecklistFactory(trade_system=None, version=2)


def test_a_title_stands_once_on_a_notice():
    entry = NoticeEntryFactory()

    with pytest.raises(IntegrityError):
        NoticeEntryFactory(notice=entry.notice, title=entry.title)


def test_an_item_stands_once_in_a_checklist():
    item = SiteCheckItemFactory()

    with pytest.raises(IntegrityError):
        SiteCheckItemFactory(checklist=item.checklist, text=item.text)


@pytest.mark.parametrize(
    "facts", [{"withdrawn_on": date(2024, 10, 1)}, {"mend_due_on": date(2024, 10, 1)}]
)
def test_an_acceptance_is_withdrawn_as_a_whole_and_mended_only_when_not_passed(facts):
    with pytest.raises(IntegrityError):
        SiteAcceptanceFactory(**facts)


def test_names_of_what_belongs_to_titles_and_sites():
    assert str(TitleStepFactory.build()) == "命名"
    assert str(NoticeEntryFactory.build(label="旗妇联", name="")) == "旗妇联"
    assert str(TitleObjectionFactory.build()) == "活动次数与实际不符"
    assert str(TitleRule.objects.get(level="city")) == "市级"
    assert str(SiteCheckItemFactory.build(text="有标识")) == "有标识"
    assert str(SiteAcceptanceFactory.build()) == "通过"
    assert str(SiteChecklistFactory(trade_system__name="林草")) == "林草验收清单（第1版）"


def test_names_of_titles_and_sites():
    assert str(TitleFactory.build()) == "市级示范单位"
    assert str(StandardSiteFactory.build(name="石榴籽校园")) == "石榴籽校园"


@pytest.mark.parametrize(
    ("facts", "partnered", "duty"),
    [
        ({"level": "national"}, False, "unmet"),
        ({"level": "national"}, True, "met"),
        ({"level": "regional"}, False, "unmet"),
        ({"level": "city"}, True, "met"),
        ({"level": "county"}, False, ""),
        ({"status": "withdrawn"}, False, ""),
        ({"status": "rectifying"}, True, ""),
        ({"status": "reviewing"}, True, "met"),
        ({"valid_until": date(2025, 1, 1)}, False, ""),
    ],
)
def test_duty_binds_titles_of_city_level_and_above_in_force(facts, partnered, duty):
    title = TitleFactory(**facts)
    if partnered:
        pairing_of(title.organisation, OrganisationFactory())

    row = Title.objects.with_duty().get()

    words = {"met": "已带动", "unmet": "尚未带动", "": ""}
    assert (row.duty, row.get_duty_display()) == (duty, words[duty])


def test_duty_is_not_met_by_a_partner_who_has_not_agreed():
    title = TitleFactory()
    pairing = pairing_of(title.organisation)
    MemberFactory(partnership=pairing, consent="pending", consent_at=None, consent_by=None)

    assert Title.objects.with_duty().get().duty == "unmet"


def test_bound_leaves_out_what_is_owed_nothing():
    owing = TitleFactory()
    TitleFactory(level="county")
    TitleFactory(valid_until=timezone.localdate() - timedelta(days=1))
    TitleFactory(status="withdrawn")

    assert list(Title.objects.bound()) == [owing]


def test_a_title_is_in_force_on_its_last_day():
    today = timezone.localdate()
    title = TitleFactory(valid_until=today)

    assert not title.is_expired
    assert list(Title.objects.in_force_on(today)) == [title]
    assert list(Title.objects.in_force_on(today + timedelta(days=1))) == []


def test_acceptance_of_a_site_in_words():
    done, building = StandardSiteFactory(accepted_on=date(2024, 9, 1)), StandardSiteFactory()

    words = [(row.acceptance, row.get_acceptance_display()) for row in (done, building)]

    assert words == [("accepted", "已验收"), ("building", "打造中")]
    assert list(StandardSite.objects.accepted_by(date(2024, 9, 1))) == [done]


def test_titles_and_sites_of_other_counties_stay_unseen():
    elsewhere = OrganisationFactory(region=RegionFactory(code="150421100000"))
    TitleFactory(organisation=elsewhere)
    StandardSiteFactory(organisation=elsewhere)
    staff = user_with(Role.OFFICE_STAFF)

    assert list(Title.objects.visible_to(staff)) == []
    assert list(StandardSite.objects.visible_to(staff)) == []
