"""The list, one partnership, and the deeds from their pages."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from core.models import AuditRecord
from organisations.models.kinds import Kind
from partnerships import actions
from partnerships.models import ContentKind, Member
from tests.factories.activities import accepted_activity
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    TradeSystemFactory,
    UserFactory,
    user_with,
)
from tests.factories.partnerships import (
    AgreementFactory,
    IndustryLinkageFactory,
    MemberFactory,
    MilestoneFactory,
    RegionalAllianceFactory,
    asked,
    pairing_of,
    proposed_pairing,
)

pytestmark = pytest.mark.django_db

LIST = "/partnerships/"


def detail(partnership):
    return reverse("partnerships:partnership_detail", args=[partnership.pk])


def names(response):
    return sorted(row.name for row in response.context["page"])


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


# --- The list ---


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE_STAFF, 200),
        (Role.OFFICE_DIRECTOR, 200),
        (Role.LEADER, 200),
        (Role.LIAISON, 200),
        (Role.SCORER, 403),
        (Role.SYSTEM_ADMIN, 403),
        (Role.AUDITOR, 403),
    ],
)
def test_partnership_list_who_gets_what(client, role, status):
    client.force_login(user_with(role))

    assert client.get(LIST).status_code == status


def test_partnership_list_shows_a_liaison_their_own(client):
    unit = OrganisationFactory()
    pairing_of(unit, OrganisationFactory(), name="本单位的")
    pairing_of(OrganisationFactory(), OrganisationFactory(), name="别人的")
    client.force_login(user_with(Role.LIAISON, unit))

    assert names(client.get(LIST)) == ["本单位的"]


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize(("role", "queries"), [(Role.OFFICE_STAFF, 15), (Role.LIAISON, 16)])
def test_partnership_list_query_count(client, django_assert_num_queries, item_count, role, queries):
    unit = OrganisationFactory()
    for number in range(item_count):
        pairing_of(unit, OrganisationFactory(), OrganisationFactory())
        pairing = proposed_pairing(OrganisationFactory(), unit)
        accepted_activity(unit, title=f"座谈{number}").partnerships.add(pairing)
    client.force_login(user_with(role, unit if role == Role.LIAISON else None))
    client.get(LIST)

    with django_assert_num_queries(queries):
        response = client.get(LIST)

    assert len(response.context["page"].object_list) == item_count * 2


@pytest.fixture
def four(db):
    """One partnership of every form with its own facts, as the office sees them."""
    township = RegionFactory(code="150525011000", name="东明镇")
    unit = OrganisationFactory(name="东明镇人民政府", short_name="东明镇", region=township)
    system = TradeSystemFactory(name="教体")
    pairing = pairing_of(unit, OrganisationFactory(), name="东明结对", ends_on=date(2027, 1, 1))
    pairing.content_kinds.set(_kinds("pairing"))
    linkage = IndustryLinkageFactory(trade_system=system, name="教体联动")
    MemberFactory(partnership=linkage, organisation=linkage.lead)
    alliance = RegionalAllianceFactory(name="通州联盟", starts_on=date(2024, 1, 1))
    MemberFactory(partnership=alliance, organisation=alliance.lead)
    waiting = proposed_pairing(OrganisationFactory(), OrganisationFactory(), name="等答复")
    return {"township": township, "unit": unit, "system": system, "waiting": waiting}


def _kinds(form):
    return ContentKind.objects.filter(form=form)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["东明结对", "教体联动", "等答复", "通州联盟"]),
        ({"form": "pairing"}, ["东明结对", "等答复"]),
        ({"status": "proposed"}, ["等答复"]),
        ({"status": "active", "form": "industry"}, ["教体联动"]),
        ({"year": "2024"}, ["通州联盟"]),
        ({"year": "2023"}, []),
        ({"year": ""}, ["东明结对", "教体联动", "等答复", "通州联盟"]),
        ({"waiting": "answers"}, ["等答复"]),
        ({"waiting": "start"}, []),
        ({"q": "东明"}, ["东明结对"]),
        ({"q": "dmz"}, ["东明结对"]),
        ({"q": "教体 联动"}, ["教体联动"]),
        ({"q": "无此项目"}, []),
        ({"township": "TOWNSHIP"}, ["东明结对"]),
        ({"unit": "UNIT"}, ["东明结对"]),
        ({"trade_system": "SYSTEM"}, ["教体联动"]),
        ({"kind": "KIND"}, ["东明结对"]),
    ],
)
def test_partnership_list_filters(client, four, query, found):
    known = {
        "TOWNSHIP": four["township"].pk,
        "UNIT": four["unit"].pk,
        "SYSTEM": four["system"].pk,
        "KIND": _kinds("pairing")[0].pk,
    }
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(LIST, {key: known.get(value, value) for key, value in query.items()})

    assert names(response) == sorted(found)


@pytest.mark.parametrize(
    "query",
    [
        "?year=abcd&form=x&status=%F0&page=99999&per_page=-1&sort=;drop",
        "?unit=99999999999999999999999999&township=x&kind=0&trade_system=-5&waiting=1",
        "?q=" + "长" * 300,
        "?sort=-members&page=0",
        "?year=&year=2026&form=&form=pairing",
    ],
)
def test_partnership_list_takes_senseless_addresses_calmly(client, four, query):
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert client.get(LIST + query).status_code == 200


@pytest.mark.parametrize(
    "key", ["name", "form", "lead", "starts_on", "status", "members", "activities"]
)
@pytest.mark.parametrize("direction", ["", "-"])
def test_partnership_list_sorts(client, four, key, direction):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(LIST, {"sort": f"{direction}{key}"})

    assert len(names(response)) == 4


def test_partnership_list_sorts_by_date(client, four):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(LIST, {"sort": "starts_on"})

    assert response.context["page"][0].name == "通州联盟"


def test_partnership_list_counts_each_form(client, four):
    client.force_login(user_with(Role.OFFICE_STAFF))

    tabs = client.get(LIST, {"form": "pairing"}).context["tabs"]

    assert [(tab["label"], tab["count"], tab["is_current"]) for tab in tabs] == [
        ("全部", 4, False),
        ("一对一结对", 2, True),
        ("同行业联动", 1, False),
        ("代表性矩阵", 0, False),
        ("区域性联盟", 1, False),
    ]
    assert tabs[0]["url"] == "/partnerships/"


def test_partnership_list_tells_the_office_what_waits(client):
    client.force_login(user_with(Role.OFFICE_STAFF))
    assert client.get(LIST).context["what_now"] is None

    pairing = proposed_pairing(OrganisationFactory(), OrganisationFactory())
    words = client.get(LIST).context["what_now"]
    assert (words["text"], words["action"]) == ("1 个项目还在等单位答复", "只看等答复的")

    for member in pairing.members.all():
        actions.agree_member(member, by=UserFactory())
    words = client.get(LIST).context["what_now"]
    assert (words["text"], words["url"]) == (
        "1 个项目可以启动",
        "/partnerships/?year=&waiting=start",
    )


def test_partnership_list_begins_with_what_a_liaison_owes(client):
    unit = OrganisationFactory()
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=unit)
    pairing = proposed_pairing(OrganisationFactory(), unit, name="待答复的")
    asked(pairing, village)
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.get(LIST)

    assert [row.organisation for row in response.context["asked"]] == [unit, village]
    assert response.content.decode().index("待我单位答复") < response.content.decode().index(
        "filters"
    )


def test_partnership_list_answers_htmx_with_the_region(client, four):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(LIST, headers={"HX-Request": "true", "HX-Target": "partnership-rows"})

    assert response.content.decode().strip().startswith('<div id="partnership-rows"')


def test_partnership_list_says_why_it_is_empty(client):
    client.force_login(user_with(Role.LEADER))

    assert "没有符合条件的联创项目" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OFFICE_STAFF, 200), (Role.LIAISON, 200), (Role.LEADER, 403)]
)
def test_partnership_create_offers_four_forms(client, role, status):
    client.force_login(user_with(role))

    response = client.get("/partnerships/new/?lead=5")

    assert response.status_code == status
    if status == 200:
        assert [card["url"] for card in response.context["cards"]] == [
            "/pairings/new/?lead=5",
            "/alliances/linkages/new/?lead=5",
            "/alliances/matrices/new/?lead=5",
            "/alliances/regional/new/?lead=5",
        ]


# --- One partnership ---


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


# --- Answers ---


def test_member_agree_with_one_click(client):
    unit = OrganisationFactory(short_name="东明镇")
    member = proposed_pairing(OrganisationFactory(), unit, name="两镇结对").members.last()
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.post(f"/partnerships/members/{member.pk}/agree/", {"next": LIST}, follow=True)

    member.refresh_from_db()
    assert member.consent == "agreed"
    assert response.redirect_chain == [(LIST, 302)]
    assert messages_of(response) == ["东明镇已同意参加“两镇结对”，牵头单位和旗创建办会看到。"]


def test_member_agree_twice_tells_of_the_first(client):
    unit = OrganisationFactory()
    member = proposed_pairing(OrganisationFactory(), unit).members.last()
    actions.decline_member(member, reason="人手不足", by=UserFactory(name="乌兰"))
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.post(f"/partnerships/members/{member.pk}/agree/", follow=True)

    member.refresh_from_db()
    assert member.consent == "declined"
    assert messages_of(response)[0].endswith("由乌兰答复“婉拒”，不必再次答复。")
    assert AuditRecord.objects.first().outcome == "refused"


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        ("agree", {"own": 302, "lead": 403, "staff": 403, "stranger": 404, "leader": 403}),
        ("decline", {"own": 422, "lead": 403, "staff": 403, "stranger": 404, "leader": 403}),
        ("record", {"own": 403, "lead": 403, "staff": 403, "stranger": 403, "leader": 403}),
    ],
)
def test_answers_who_gets_what(client, deed, expected):
    lead, unit, stranger = OrganisationFactory.create_batch(3)
    users = {
        "own": user_with(Role.LIAISON, unit),
        "lead": user_with(Role.LIAISON, lead),
        "staff": user_with(Role.OFFICE_STAFF),
        "stranger": user_with(Role.LIAISON, stranger),
        "leader": user_with(Role.LEADER),
    }
    member = proposed_pairing(lead, unit).members.last()

    found = {}
    for name, user in users.items():
        client.force_login(user)
        found[name] = client.post(f"/partnerships/members/{member.pk}/{deed}/").status_code

    assert found == expected


def test_member_agree_by_get_is_no_deed(client):
    unit = OrganisationFactory()
    member = proposed_pairing(unit).members.get()
    client.force_login(user_with(Role.LIAISON, unit))

    assert client.get(f"/partnerships/members/{member.pk}/agree/").status_code == 405


def test_member_decline_asks_for_the_reason(client):
    unit = OrganisationFactory()
    member = proposed_pairing(OrganisationFactory(), unit).members.last()
    client.force_login(user_with(Role.LIAISON, unit))
    url = f"/partnerships/members/{member.pk}/decline/"

    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": " "}).status_code == 422
    response = client.post(url, {"reason": "今年人手不足", "next": "//evil.example"})

    member.refresh_from_db()
    assert response.url == detail(member.partnership)
    assert (member.consent, member.consent_note) == ("declined", "今年人手不足")


def test_member_decline_after_an_answer_says_so(client):
    unit = OrganisationFactory()
    member = proposed_pairing(OrganisationFactory(), unit).members.last()
    actions.agree_member(member, by=UserFactory(name="乌兰"))
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.post(f"/partnerships/members/{member.pk}/decline/", {"reason": "人手不足"})

    assert response.status_code == 422
    assert response.context["form"].non_field_errors()[0].endswith("不必再次答复。")


def test_member_record_for_an_outside_partner(client):
    outside = OrganisationFactory(is_external=True)
    member = proposed_pairing(OrganisationFactory(), outside).members.last()
    staff = user_with(Role.OFFICE_STAFF)
    client.force_login(staff)
    url = f"/partnerships/members/{member.pk}/record/"

    assert client.get(url).status_code == 200
    client.post(url, {"consent": "agreed", "told_by": "该局办公室来函"})

    member.refresh_from_db()
    assert (member.consent, member.consent_by, member.consent_note) == (
        "agreed",
        staff,
        "该局办公室来函",
    )


# --- The course of a partnership ---


DECIDED = {"staff": 302, "director": 403, "leader": 403, "lead": 403, "stranger": 403}


@pytest.mark.parametrize(
    ("deed", "data"),
    [
        ("start", {}),
        ("conclude", {"ended_on": "2026-06-01"}),
        ("cancel", {"note": "单位撤并"}),
        ("budget", {"amount": "100"}),
    ],
)
def test_deeds_of_the_office_who_gets_what(client, deed, data):
    lead = OrganisationFactory()
    users = {
        "director": user_with(Role.OFFICE_DIRECTOR),
        "leader": user_with(Role.LEADER),
        "lead": user_with(Role.LIAISON, lead),
        "stranger": user_with(Role.LIAISON, OrganisationFactory()),
        "staff": user_with(Role.OFFICE_STAFF),
    }
    pairing = pairing_of(lead, OrganisationFactory(), budget_asked=Decimal(1000))

    found = {}
    for name, user in users.items():
        client.force_login(user)
        found[name] = client.post(f"{detail(pairing)}{deed}/", data).status_code

    assert found == DECIDED


@pytest.mark.parametrize("deed", ["start", "conclude", "cancel", "budget"])
def test_deeds_of_another_county_are_not_found(client, deed):
    region = RegionFactory(code="150524000000", level="county")
    elsewhere = OrganisationFactory(kind=Kind.PARTY_DEPARTMENT, region=region)
    pairing = pairing_of(OrganisationFactory())
    client.force_login(user_with(Role.OFFICE_STAFF, elsewhere))

    assert client.post(f"{detail(pairing)}{deed}/").status_code == 404


def test_partnership_start(client):
    pairing = proposed_pairing(OrganisationFactory(), OrganisationFactory(), name="两镇结对")
    for member in pairing.members.all():
        actions.agree_member(member, by=UserFactory())
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(f"{detail(pairing)}start/", follow=True)

    pairing.refresh_from_db()
    assert pairing.status == "active"
    assert messages_of(response) == ["“两镇结对”已启动，成员单位可以在它下面报送活动。"]


def test_partnership_start_twice_tells_the_second(client):
    pairing = pairing_of(OrganisationFactory(), OrganisationFactory())
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(f"{detail(pairing)}start/", follow=True)

    assert messages_of(response)[0].startswith("这个项目已由")


def test_partnership_conclude(client):
    pairing = pairing_of(OrganisationFactory(), ends_on=date(2026, 6, 30))
    client.force_login(user_with(Role.OFFICE_STAFF))
    url = f"{detail(pairing)}conclude/"

    assert client.get(url).context["form"]["ended_on"].value() == date(2026, 6, 30)
    late = timezone.localdate() + timedelta(days=1)
    refused = client.post(url, {"ended_on": late.isoformat()})
    assert refused.context["form"].errors["ended_on"] == [
        "结束日期晚于今天，请填写实际结束的日期。"
    ]
    client.post(url, {"ended_on": "2026-06-20", "note": "办成三件事"})

    pairing.refresh_from_db()
    assert (pairing.status, pairing.ends_on) == ("concluded", date(2026, 6, 20))


def test_partnership_cancel_asks_for_the_reason(client):
    pairing = pairing_of(OrganisationFactory())
    client.force_login(user_with(Role.OFFICE_STAFF))
    url = f"{detail(pairing)}cancel/"

    assert [fact["figure"] for fact in client.get(url).context["facts"]] == [1, 0, 0]
    assert client.post(url, {"note": ""}).status_code == 422
    client.post(url, {"note": "单位撤并"})

    pairing.refresh_from_db()
    assert (pairing.status, pairing.closing_note) == ("cancelled", "单位撤并")


def test_partnership_grant(client):
    pairing = pairing_of(OrganisationFactory(), budget_asked=Decimal(1000))
    client.force_login(user_with(Role.OFFICE_STAFF))
    url = f"{detail(pairing)}budget/"

    assert client.get(url).status_code == 200
    assert client.post(url, {"amount": "1000.01"}).status_code == 422
    client.post(url, {"amount": "800"})

    pairing.refresh_from_db()
    assert pairing.budget_granted == Decimal(800)


def test_partnership_grant_by_the_proposer_is_forbidden(client):
    pairing = pairing_of(
        OrganisationFactory(), budget_asked=Decimal(1000), proposed_by=user_with(Role.OFFICE_STAFF)
    )
    client.force_login(pairing.proposed_by)

    assert client.get(f"{detail(pairing)}budget/").status_code == 403


# --- The plan ---


PLAN_DEEDS = ["agreement_create", "milestone_create"]


@pytest.mark.parametrize("name", PLAN_DEEDS)
def test_plan_who_gets_what(client, name):
    lead, other, stranger = OrganisationFactory.create_batch(3)
    users = {
        "staff": user_with(Role.OFFICE_STAFF),
        "lead": user_with(Role.LIAISON, lead),
        "member": user_with(Role.LIAISON, other),
        "stranger": user_with(Role.LIAISON, stranger),
        "leader": user_with(Role.LEADER),
    }
    pairing = pairing_of(lead, other)
    url = reverse(f"partnerships:{name}", args=[pairing.pk])

    found = {}
    for who, user in users.items():
        client.force_login(user)
        found[who] = client.get(url).status_code

    assert found == {"staff": 200, "lead": 200, "member": 403, "stranger": 404, "leader": 403}


def test_agreement_create_and_remove(client):
    lead = OrganisationFactory()
    pairing = pairing_of(lead)
    client.force_login(user_with(Role.LIAISON, lead))
    url = reverse("partnerships:agreement_create", args=[pairing.pk])

    paper = {"document_number": "奈创协〔2026〕1号", "signed_on": "2026-02-01"}
    assert client.post(url, paper | {"valid_until": "2026-01-01"}).status_code == 422
    client.post(url, paper)
    agreement = pairing.agreements.get()
    remove = reverse("partnerships:agreement_remove", args=[agreement.pk])
    assert client.get(remove).status_code == 200
    client.post(remove)

    assert not pairing.agreements.exists()


def test_milestone_from_plan_to_done_and_back(client):
    lead = OrganisationFactory()
    pairing = pairing_of(lead)
    client.force_login(user_with(Role.LIAISON, lead))

    client.post(
        reverse("partnerships:milestone_create", args=[pairing.pk]),
        {"what": "召开座谈会", "due_on": "2026-06-01"},
    )
    step = pairing.milestones.get()
    complete = reverse("partnerships:milestone_complete", args=[step.pk])
    assert client.get(complete).context["form"]["done_on"].value() == timezone.localdate()
    assert client.post(complete, {"done_on": "2999-01-01"}).status_code == 422
    client.post(complete, {"done_on": "2026-05-20"})
    step.refresh_from_db()
    assert step.done_on == date(2026, 5, 20)

    client.post(reverse("partnerships:milestone_reopen", args=[step.pk]))
    step.refresh_from_db()
    assert step.done_on is None

    remove = reverse("partnerships:milestone_remove", args=[step.pk])
    assert client.get(remove).status_code == 200
    client.post(remove)
    assert not pairing.milestones.exists()


@pytest.mark.parametrize("name", ["milestone_complete", "milestone_reopen", "milestone_remove"])
def test_milestones_of_others_stay(client, name):
    lead, other, stranger = OrganisationFactory.create_batch(3)
    step = MilestoneFactory(partnership=pairing_of(lead, other))
    url = reverse(f"partnerships:{name}", args=[step.pk])

    found = []
    for unit in (other, stranger):
        client.force_login(user_with(Role.LIAISON, unit))
        found.append(client.post(url).status_code)

    assert found == [403, 404]


@pytest.mark.parametrize("name", ["agreement_create", "milestone_create"])
def test_plan_of_a_closed_partnership_says_why_not(client, name):
    lead = OrganisationFactory()
    pairing = pairing_of(lead, status="concluded", ends_on=date(2026, 6, 1))
    client.force_login(user_with(Role.LIAISON, lead))
    data = {
        "what": "座谈",
        "due_on": "2026-06-01",
        "document_number": "1号",
        "signed_on": "2026-02-01",
    }

    response = client.post(reverse(f"partnerships:{name}", args=[pairing.pk]), data)

    assert response.context["form"].non_field_errors() == ["这个项目已结束，计划和协议不能再改。"]


def test_member_consent_words_have_tones():
    assert set(Member.CONSENT_TONES) == set(Member.CONSENT_ICONS) == set(Member.Consent.values)
