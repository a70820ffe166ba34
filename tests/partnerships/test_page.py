"""The page of one partnership: who sees it, what it says."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.rights import Role
from organisations.actions.changes import merge_organisations
from partnerships import actions
from tests.factories.activities import accepted_activity
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    paper,
    user_with,
)
from tests.factories.partnerships import (
    AgreementFactory,
    MilestoneFactory,
    RegionalAllianceFactory,
    asked,
    pairing_of,
    proposed_pairing,
)

pytestmark = pytest.mark.django_db


def detail(partnership):
    return reverse("partnerships:partnership_detail", args=[partnership.pk])


def test_partnership_detail_who_gets_what(client):
    lead, other, stranger = OrganisationFactory.create_batch(3)
    pairing = pairing_of(lead, other)

    found = {}
    for name, user in {
        "staff": user_with(Role.OFFICE_STAFF),
        "leader": user_with(Role.LEADER),
        "lead": user_with(Role.LIAISON, lead),
        "member": user_with(Role.LIAISON, other),
        "stranger": user_with(Role.LIAISON, stranger),
        "auditor": user_with(Role.AUDITOR),
    }.items():
        client.force_login(user)
        found[name] = client.get(detail(pairing)).status_code

    assert found == {
        "staff": 200,
        "leader": 200,
        "lead": 200,
        "member": 200,
        "stranger": 404,
        "auditor": 403,
    }


@pytest.mark.parametrize("item_count", [1, 3])
def test_partnership_detail_query_count(client, django_assert_num_queries, item_count):
    lead, other = OrganisationFactory.create_batch(2)
    pairing = pairing_of(lead, other, starts_on=date(2026, 1, 1))
    for number in range(item_count):
        asked(pairing, OrganisationFactory())
        AgreementFactory(partnership=pairing)
        MilestoneFactory(partnership=pairing)
        pairing_of(lead, OrganisationFactory(), parent=pairing.partnership_ptr)
        accepted_activity(lead, title=f"座谈{number}").partnerships.add(pairing)
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(detail(pairing))

    with django_assert_num_queries(14):
        response = client.get(detail(pairing))

    page = response.context["page"]
    assert (len(page.activities), len(page.children)) == (item_count, item_count)


def what_now(client, user, pairing):
    client.force_login(user)
    return client.get(detail(pairing)).context["page"].what_now


def test_partnership_detail_says_what_now(client):
    lead = OrganisationFactory(short_name="牵头镇")
    other = OrganisationFactory(short_name="成员镇")
    pairing = proposed_pairing(lead, other)
    staff, leader = user_with(Role.OFFICE_STAFF), user_with(Role.LEADER)
    liaison = user_with(Role.LIAISON, other)

    assert what_now(client, staff, pairing) == "还差 2 家答复：牵头镇、成员镇。"
    assert what_now(client, liaison, pairing) == "成员镇还没有答复：请在下方选择同意或婉拒。"

    for member in pairing.members.all():
        actions.agree_member(member, by=liaison)
    late = asked(pairing, OrganisationFactory())
    assert what_now(client, staff, pairing) == (
        "含牵头单位在内 2 家已同意，点“启动”即可实施；还差 1 家答复，不影响启动。"
    )
    assert what_now(client, leader, pairing) == (
        "含牵头单位在内 2 家已同意，由旗创建办启动；还差 1 家答复，不影响启动。"
    )

    actions.start_partnership(pairing, by=staff)
    late.delete()
    assert what_now(client, staff, pairing) == "项目已启动，还没有计划：请加入要办的事和完成日期。"
    assert what_now(client, leader, pairing) == ""

    MilestoneFactory(partnership=pairing, due_on=date(2020, 1, 1))
    assert what_now(client, staff, pairing) == "有 1 项计划逾期：完成后请标为已完成。"

    pairing.refresh_from_db()
    pairing.ends_on = date(2026, 2, 1)
    pairing.save()
    assert what_now(client, staff, pairing) == "计划到2026年2月1日结束，已经过期：请结束项目。"

    actions.conclude_partnership(pairing, ended_on=date(2026, 2, 1), note="", by=staff)
    assert what_now(client, staff, pairing) == ""


def test_partnership_detail_asks_to_conclude_what_has_one_member_left(client):
    one, two, staff = OrganisationFactory(), OrganisationFactory(), user_with(Role.OFFICE_STAFF)
    pairing = pairing_of(one, two)
    before = what_now(client, staff, pairing)

    merge_organisations([two], into=one, paper=paper(), by=staff)

    assert before == "项目已启动，还没有计划：请加入要办的事和完成日期。"
    assert what_now(client, staff, pairing) == "项目只剩一家单位：请结束项目。"
    assert what_now(client, user_with(Role.LIAISON, one), pairing) == before


def test_partnership_detail_of_an_alliance_with_a_region_outside_is_not_alone(client):
    lead, staff = OrganisationFactory(), user_with(Role.OFFICE_STAFF)
    alliance = RegionalAllianceFactory(lead=lead)
    alliance.partner_regions.add(RegionFactory())
    AgreementFactory(partnership=alliance)
    actions.agree_member(asked(alliance, lead, "lead"), by=staff)

    words = what_now(client, staff, alliance)

    assert words == "项目已启动，还没有计划：请加入要办的事和完成日期。"


def test_partnership_detail_when_too_few_agreed(client):
    pairing = proposed_pairing(OrganisationFactory(), OrganisationFactory())
    for member in pairing.members.all():
        actions.decline_member(member, reason="人手不足", by=UserFactory())

    assert what_now(client, user_with(Role.OFFICE_STAFF), pairing) == (
        "没有足够的单位同意：请修改成员重新征询，或取消项目。"
    )


def test_partnership_detail_of_an_alliance_asks_for_the_agreement(client):
    lead = OrganisationFactory()
    alliance = RegionalAllianceFactory(
        lead=lead, status="proposed", decided_at=None, decided_by=None
    )
    alliance.partner_regions.add(RegionFactory())
    actions.agree_member(asked(alliance, lead, "lead"), by=UserFactory())

    words = what_now(client, user_with(Role.OFFICE_STAFF), alliance)

    assert words == "旗外地区没有单位答复：登记与其签订的协议后即可启动。"


def test_partnership_detail_names_many_who_owe(client):
    units = OrganisationFactory.create_batch(4)
    pairing = proposed_pairing(*units)

    words = what_now(client, user_with(Role.OFFICE_STAFF), pairing)

    assert words == f"还差 4 家答复：{units[0]}、{units[1]}、{units[2]}等。"


def test_partnership_detail_tells_its_history(client):
    staff = user_with(Role.OFFICE_STAFF, name="韩梅")
    lead = OrganisationFactory()
    outside = OrganisationFactory(short_name="通州民宗办", is_external=True)
    pairing = proposed_pairing(lead, outside, budget_asked=Decimal(100))
    actions.record_consent(pairing.members.last(), consent="declined", told_by="来函", by=staff)
    client.force_login(staff)

    history = client.get(detail(pairing)).context["page"].history

    assert [(entry["text"], entry["by"], entry["detail"]) for entry in history] == [
        ("登记答复：通州民宗办", "韩梅", "婉拒：来函")
    ]


def test_partnership_detail_tells_what_was_changed(client):
    staff = user_with(Role.OFFICE_STAFF)
    lead, other = OrganisationFactory.create_batch(2)
    pairing = proposed_pairing(lead, other, name="旧名")
    pairing.name = "新名"
    actions.revise_partnership(
        pairing, version=1, roles={lead: "lead", other: "member"}, content_kinds=[], by=staff
    )
    client.force_login(staff)

    history = client.get(detail(pairing)).context["page"].history

    assert [entry["detail"] for entry in history] == ["项目名称：旧名 → 新名"]


def test_partnership_detail_hides_activities_of_others(client):
    lead, other, third = OrganisationFactory.create_batch(3)
    pairing = pairing_of(lead, other, third)
    accepted_activity(lead, other, title="两家座谈").partnerships.add(pairing)
    client.force_login(user_with(Role.LIAISON, third))

    response = client.get(detail(pairing))

    assert response.context["page"].activities == []
    assert "活动由其他成员单位开展" in response.content.decode()


def test_partnership_detail_shows_facts_of_money_and_parent(client):
    lead = OrganisationFactory()
    parent = pairing_of(lead, name="片区协议")
    pairing = pairing_of(
        lead,
        parent=parent.partnership_ptr,
        budget_asked=Decimal(20000),
        budget_granted=Decimal(12000),
        status="cancelled",
        closing_note="单位撤并",
    )
    client.force_login(user_with(Role.OFFICE_STAFF))

    facts = client.get(detail(pairing)).context["page"].facts

    found = {fact["label"]: fact["value"] for fact in facts}
    assert found["所属片区协议"] == "片区协议"
    assert (found["申请经费"], found["核定经费"]) == ("20,000.00 元", "12,000.00 元")
    assert found["结束或取消说明"] == "单位撤并"
