"""The list of partnerships, its filters and tabs, the choice of a form."""

from datetime import date

import pytest

from accounts.rights import Role
from organisations.models.kinds import Kind
from partnerships import actions
from partnerships.models import ContentKind
from tests.factories.activities import accepted_activity
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    TradeSystemFactory,
    UserFactory,
    user_with,
)
from tests.factories.partnerships import (
    IndustryLinkageFactory,
    MemberFactory,
    RegionalAllianceFactory,
    asked,
    pairing_of,
    proposed_pairing,
)

pytestmark = pytest.mark.django_db

LIST = "/partnerships/"


def names(response):
    return sorted(row.name for row in response.context["page"])


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
@pytest.mark.parametrize(("role", "queries"), [(Role.OFFICE_STAFF, 16), (Role.LIAISON, 18)])
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
