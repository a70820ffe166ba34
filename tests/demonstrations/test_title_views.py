"""Pages of demonstration titles."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.rights import Role
from core.models import AuditRecord
from demonstrations.models import Title
from tests.factories.demonstrations import TitleFactory
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    office,
    user_with,
)
from tests.factories.partnerships import pairing_of

pytestmark = pytest.mark.django_db

LIST = reverse("demonstrations:title_list")
CREATE = reverse("demonstrations:title_create")


def edit(title):
    return reverse("demonstrations:title_edit", args=[title.pk])


def posted(unit, **changes):
    return {
        "organisation": unit.pk,
        "level": "city",
        "type": "unit",
        "authority": "通辽市人民政府",
        "document_number": "通政发〔2024〕3号",
        "named_on": "2024-03-01",
        "status": "named",
    } | changes


@pytest.mark.parametrize("item_count", [1, 3])
def test_title_list_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    for title in TitleFactory.create_batch(item_count):
        pairing_of(title.organisation, OrganisationFactory())
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(LIST)

    with django_assert_num_queries(8):
        response = client.get(LIST)

    assert [row.duty for row in response.context["page"]] == ["met"] * item_count


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE_STAFF, 200),
        (Role.OFFICE_DIRECTOR, 200),
        (Role.LIAISON, 200),
        (Role.LEADER, 200),
        (Role.SCORER, 403),
        (Role.AUDITOR, 403),
    ],
)
def test_title_list_opens_by_role(client, role, status):
    client.force_login(user_with(role))

    assert client.get(LIST).status_code == status


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["丙", "乙", "甲"]),
        ("q=yi", ["乙"]),
        ("level=city", ["乙"]),
        ("type=area", ["丙"]),
        ("force=yes", ["丙", "乙"]),
        ("force=no", ["甲"]),
        ("duty=unmet", ["乙"]),
        ("duty=met", []),
        ("sort=named", ["甲", "乙", "丙"]),
        ("sort=nonsense&level=nonsense&page=x", ["丙", "乙", "甲"]),
    ],
)
def test_title_list_filters_and_sorts(client, query, found):
    rows = [
        ("甲", {"level": "national", "named_on": date(2018, 1, 1)}),
        ("乙", {"named_on": date(2023, 1, 1)}),
        ("丙", {"level": "county", "type": "area", "named_on": date(2024, 1, 1)}),
    ]
    for name, facts in rows:
        TitleFactory(organisation=OrganisationFactory(short_name=name), **facts)
    Title.objects.filter(level="national").update(valid_until=date(2023, 1, 1))
    client.force_login(user_with(Role.LEADER))

    response = client.get(f"{LIST}?{query}")

    assert [row.organisation.short_name for row in response.context["page"]] == found


def test_title_list_tells_the_office_who_owes(client):
    TitleFactory()
    unit = TitleFactory().organisation
    TitleFactory(organisation=unit, level="national")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(LIST)

    assert response.context["unmet_count"] == 2
    assert response.context["unmet_url"] == f"{LIST}?duty=unmet"


def test_title_list_answers_htmx_with_the_rows_alone(client):
    client.force_login(user_with(Role.LEADER))

    response = client.get(LIST, headers={"HX-Request": "true", "HX-Target": "title-rows"})

    assert response.content.decode().lstrip().startswith('<div id="title-rows"')


def test_title_export_gives_exactly_what_is_filtered(client):
    TitleFactory(organisation=OrganisationFactory(name="全称甲"))
    TitleFactory(level="county")
    client.force_login(user_with(Role.LEADER))
    url = reverse("demonstrations:title_export", args=["csv"])

    response = client.get(f"{url}?level=city")

    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[1] == "筛选条件：级别：市级"
    assert [line.split(",")[0] for line in lines[4:]] == ["全称甲"]
    assert lines[4].split(",")[-2:] == ["尚未带动", "已命名"]


def test_title_create_saves_and_reminds_of_the_duty(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(unit), follow=True)

    assert Title.objects.get().organisation == unit
    told = [str(message) for message in response.context["messages"]]
    assert told == ["已录入。按要求，市级及以上示范至少带动 1 家，可到联创项目里结对。"]


def test_title_create_of_a_county_title_reminds_of_nothing(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(unit, level="county"), follow=True)

    assert [str(message) for message in response.context["messages"]] == ["已录入。"]


def test_title_create_shows_a_broken_rule_at_its_field(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(unit, level="county", authority="旗创建办"))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["authority"]
    record = AuditRecord.objects.get()
    assert (record.verb, record.outcome) == ("demonstrations.create_title", "refused")


def test_title_create_refuses_the_same_title_twice(client):
    title = TitleFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(title.organisation))

    assert response.context["form"].errors == {
        "__all__": ["该单位同日同级同类的命名已录入，请核对。"]
    }


@pytest.mark.parametrize(
    ("role", "in_county", "status", "saved"),
    [
        (Role.OFFICE_STAFF, True, 302, "withdrawn"),
        (Role.OFFICE_STAFF, False, 404, "named"),
        (Role.OFFICE_DIRECTOR, True, 403, "named"),
        (Role.LIAISON, True, 403, "named"),
        (Role.LEADER, True, 403, "named"),
    ],
)
def test_title_edit_is_the_office_s(client, role, in_county, status, saved):
    region = RegionFactory() if in_county else RegionFactory(code="150421100000")
    title = TitleFactory(organisation=OrganisationFactory(region=region))
    client.force_login(user_with(role))

    response = client.post(edit(title), posted(title.organisation, status="withdrawn"))

    title.refresh_from_db()
    assert (response.status_code, title.status) == (status, saved)


def test_title_of_another_township_is_seen_but_not_changed(client):
    """A leader of the county who is staff of one township only."""
    user = user_with(Role.OFFICE_STAFF, OrganisationFactory())
    AssignmentFactory(user=user, role=Role.LEADER, organisation=office())
    client.force_login(user)

    assert client.get(edit(TitleFactory())).status_code == 403


def test_title_forms_ask_again_when_they_are_empty(client):
    title = TitleFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    statuses = [client.post(url, {"batch": " "}).status_code for url in (CREATE, edit(title))]

    assert statuses == [422, 422]


def test_title_edit_keeps_an_organisation_that_ended(client):
    unit = OrganisationFactory(valid_until=date(2025, 1, 1))
    title = TitleFactory(organisation=unit)
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert client.get(edit(title)).status_code == 200
    assert client.post(edit(title), posted(unit)).status_code == 302
