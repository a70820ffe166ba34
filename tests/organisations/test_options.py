"""What the unit picker is told."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.rights import Role
from organisations.models.kinds import Kind
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with
from tests.factories.partnerships import pairing_of

pytestmark = pytest.mark.django_db

URL = reverse("organisations:organisation_options")


def names(response):
    return [row["name"] for row in response.json()["results"]]


def test_organisation_options_gives_name_hint_and_id(client):
    unit = OrganisationFactory(name="奈曼旗大沁他拉镇", short_name="大沁他拉镇")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(URL, {"q": "ＤＱＴＬ"})

    assert response.json() == {
        "results": [{"id": unit.pk, "name": "大沁他拉镇", "hint": "苏木乡镇", "group": ""}]
    }


def test_organisation_options_puts_partners_first_before_anything_is_typed(client):
    own, partner, other = (OrganisationFactory(short_name=name) for name in ("甲", "丙", "乙"))
    pairing_of(own, partner)
    client.force_login(user_with(Role.LIAISON, own))

    rows = client.get(URL).json()["results"]

    assert [(row["name"], row["group"]) for row in rows] == [
        ("丙", "常用"),
        ("甲", "全部"),
        ("乙", "全部"),
    ]
    assert other.short_name == rows[2]["name"]


def test_organisation_options_offers_only_active_units(client):
    OrganisationFactory(short_name="旧乡", valid_until=date(2024, 1, 1))
    OrganisationFactory(short_name="新乡", valid_from=date(2999, 1, 1))
    now = OrganisationFactory(short_name="今乡")
    client.force_login(user_with(Role.LEADER, now))

    assert names(client.get(URL, {"q": "乡"})) == ["今乡"]


def test_organisation_options_keeps_to_the_kinds_asked_for(client):
    OrganisationFactory(short_name="甲镇")
    OrganisationFactory(short_name="甲校", kind=Kind.SCHOOL)
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(URL, {"q": "甲", "kinds": "school,nonsense"})

    assert names(response) == ["甲校"]


def test_organisation_options_keeps_to_the_reach_of_the_right(client):
    own = OrganisationFactory(short_name="本镇")
    OrganisationFactory(short_name="本镇某村", kind=Kind.VILLAGE, superior=own, region=own.region)
    OrganisationFactory(short_name="本外镇")
    client.force_login(user_with(Role.LIAISON, own))

    shown = names(client.get(URL, {"q": "本", "scope": "activity.report"}))

    assert len(shown) == 2
    assert shown[0] == "本镇"


@pytest.mark.parametrize("scope", ["audit.view", "role.grant"])
def test_organisation_options_gives_nothing_for_a_right_one_lacks(client, scope):
    OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert names(client.get(URL, {"scope": scope})) == []


def test_organisation_options_hides_other_counties(client):
    OrganisationFactory(short_name="外县镇", region=RegionFactory(code="150421100000"))
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert names(client.get(URL, {"q": "外县"})) == []


def test_organisation_options_serves_the_security_administrator(client):
    unit = OrganisationFactory(short_name="甲镇")
    client.force_login(user_with(Role.SECURITY_ADMIN))

    assert names(client.get(URL, {"q": "甲", "scope": "role.grant"})) == [unit.short_name]


def test_organisation_options_stops_at_twenty(client):
    OrganisationFactory.create_batch(25)
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert len(names(client.get(URL, {"q": "苏木"}))) == 20
    assert len(names(client.get(URL))) == 20


@pytest.mark.parametrize("query", ["?q=%25%5F'\"", "?kinds=,,", "?scope=", "?q=" + "a" * 3000])
def test_organisation_options_survives_junk(client, query):
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert client.get(URL + query).status_code == 200


def test_organisation_options_sends_visitors_to_the_log_in(client):
    assert client.get(URL).status_code == 302


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize("text", ["", "苏木"])
def test_organisation_options_needs_one_query_for_any_number(
    client, django_assert_num_queries, item_count, text
):
    staff = user_with(Role.OFFICE_STAFF)
    OrganisationFactory.create_batch(item_count)
    client.force_login(staff)
    client.get(URL)  # the session's own writing

    # session, user, assignments, options
    with django_assert_num_queries(4):
        client.get(URL, {"q": text})
