"""Pages of standard sites."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.rights import Role
from demonstrations.models import StandardSite
from organisations.models import TradeSystem
from tests.factories.demonstrations import StandardSiteFactory
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db

LIST = reverse("demonstrations:site_list")
CREATE = reverse("demonstrations:site_create")


def edit(site):
    return reverse("demonstrations:site_edit", args=[site.pk])


def accept(site):
    return reverse("demonstrations:site_accept", args=[site.pk])


def posted(unit, **changes):
    system = TradeSystem.objects.get(name="教体")
    facts = {"organisation": unit.pk, "trade_system": system.pk, "name": "石榴籽校园"}
    return facts | {"started_on": "2024-03-01"} | changes


@pytest.mark.parametrize("item_count", [1, 3])
def test_site_list_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    StandardSiteFactory.create_batch(item_count)
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(LIST)

    with django_assert_num_queries(9):
        response = client.get(LIST)

    assert len(response.context["page"]) == item_count


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OFFICE_STAFF, 200), (Role.LIAISON, 200), (Role.LEADER, 200), (Role.SCORER, 403)],
)
def test_site_list_opens_by_role(client, role, status):
    client.force_login(user_with(role))

    assert client.get(LIST).status_code == status


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["乙点", "甲点"]),
        ("q=jia", ["甲点"]),
        ("trade_system={system}", ["乙点"]),
        ("acceptance=accepted", ["甲点"]),
        ("acceptance=building", ["乙点"]),
        ("sort=started", ["甲点", "乙点"]),
        ("trade_system=x&acceptance=x&sort=x", ["乙点", "甲点"]),
    ],
)
def test_site_list_filters_and_sorts(client, query, found):
    system = TradeSystem.objects.get(name="卫健")
    unit = OrganisationFactory(short_name="甲校", name="甲校")
    StandardSiteFactory(
        name="甲点", organisation=unit, started_on=date(2023, 1, 1), accepted_on=date(2023, 6, 1)
    )
    StandardSiteFactory(name="乙点", trade_system=system)
    client.force_login(user_with(Role.LEADER))

    response = client.get(f"{LIST}?{query.format(system=system.pk)}")

    assert [row.name for row in response.context["page"]] == found


def test_site_list_counts_by_trade_system_and_names_who_lacks_one(client):
    system = TradeSystem.objects.get(name="教体")
    StandardSiteFactory(trade_system=system, accepted_on=date(2024, 9, 1))
    StandardSiteFactory(trade_system=system)
    elsewhere = OrganisationFactory(region=RegionFactory(code="150421100000"))
    StandardSiteFactory(trade_system=system, organisation=elsewhere)
    client.force_login(user_with(Role.OFFICE_STAFF))

    context = client.get(LIST).context

    counts = {row.name: (row.accepted, row.building) for row in context["systems"]}
    assert (counts["教体"], counts["卫健"]) == ((1, 1), (0, 0))
    assert context["missing"] == "卫健、工商联、园区"


def test_site_export_gives_exactly_what_is_filtered(client):
    StandardSiteFactory(name="甲点", accepted_on=date(2024, 9, 1))
    StandardSiteFactory(name="乙点")
    client.force_login(user_with(Role.LEADER))
    url = reverse("demonstrations:site_export", args=["csv"])

    response = client.get(f"{url}?acceptance=accepted")

    lines = response.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[4:]] == ["甲点"]


def test_site_create_saves_a_site_that_is_being_built(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(unit, accepted_on="2024-09-01"), follow=True)

    assert StandardSite.objects.get().accepted_on is None
    told = [str(message) for message in response.context["messages"]]
    assert told == ["已录入，验收后计入该行业系统。"]


def test_site_create_refuses_a_day_before_the_unit(client):
    unit = OrganisationFactory(valid_from=date(2025, 1, 1))
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(unit))

    assert list(response.context["form"].errors) == ["started_on"]


def test_site_create_refuses_a_second_site_of_the_name(client):
    site = StandardSiteFactory(name="石榴籽校园")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(site.organisation))

    assert response.status_code == 422
    assert response.context["form"].errors == {"__all__": ["该单位已有同名示范点，请核对。"]}


@pytest.mark.parametrize(
    ("role", "in_county", "status", "done"),
    [
        (Role.OFFICE_STAFF, True, 302, True),
        (Role.OFFICE_STAFF, False, 404, False),
        (Role.OFFICE_DIRECTOR, True, 403, False),
        (Role.LIAISON, True, 403, False),
        (Role.LEADER, True, 403, False),
    ],
)
def test_site_edit_and_accept_are_the_office_s(client, role, in_county, status, done):
    region = RegionFactory() if in_county else RegionFactory(code="150421100000")
    site = StandardSiteFactory(organisation=OrganisationFactory(region=region), name="旧名")
    client.force_login(user_with(role))

    edited = client.post(edit(site), posted(site.organisation, name="新名"))
    accepted = client.post(accept(site), {"accepted_on": "2024-09-01"})

    site.refresh_from_db()
    assert (edited.status_code, accepted.status_code) == (status, status)
    assert (site.name, site.accepted_on) == (("新名", date(2024, 9, 1)) if done else ("旧名", None))


def test_site_of_another_township_is_seen_but_not_changed(client):
    """A leader of the county who is staff of one township only."""
    user = user_with(Role.OFFICE_STAFF, OrganisationFactory())
    AssignmentFactory(user=user, role=Role.LEADER, organisation=office())
    site = StandardSiteFactory()
    client.force_login(user)

    statuses = [client.post(url).status_code for url in (edit(site), accept(site))]

    assert statuses == [403, 403]


def test_site_create_and_accept_ask_again_when_a_form_is_empty(client):
    site = StandardSiteFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    statuses = [
        client.post(url, {"name": " "}).status_code for url in (CREATE, edit(site), accept(site))
    ]

    assert statuses == [422, 422, 422]


def test_site_edit_can_take_the_acceptance_back(client):
    site = StandardSiteFactory(accepted_on=date(2024, 9, 1))
    client.force_login(user_with(Role.OFFICE_STAFF))

    client.post(edit(site), posted(site.organisation, accepted_on=""))

    site.refresh_from_db()
    assert site.accepted_on is None


def test_site_accept_asks_for_the_day(client):
    site = StandardSiteFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    asked = client.get(accept(site))
    refused = client.post(accept(site), {"accepted_on": "2024-02-01"})

    assert asked.status_code == 200
    assert refused.status_code == 422
    assert refused.context["form"].errors == {
        "accepted_on": ["验收日期早于2024年3月1日开始打造，请核对两个日期。"]
    }
