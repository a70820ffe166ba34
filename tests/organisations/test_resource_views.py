"""The catalogue, one resource with its month, the form, the panel of a unit."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from core.models import AuditRecord
from organisations.models import OrganisationTag, Resource
from organisations.models.period import Part, span
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    county,
    office,
    user_with,
)
from tests.factories.resources import BookingFactory, ResourceFactory, in_days

pytestmark = pytest.mark.django_db

LIST = reverse("organisations:resource_list")
CREATE = reverse("organisations:resource_create")


def detail(resource):
    return reverse("organisations:resource_detail", args=[resource.pk])


def edit(resource):
    return reverse("organisations:resource_edit", args=[resource.pk])


def panel(unit):
    return reverse("organisations:resource_panel", args=[unit.pk])


def posted(unit, **changes):
    return {
        "organisation": unit.pk,
        "kind": "hall",
        "name": "镇礼堂",
        "place": "镇政府一楼",
        "is_open": "on",
    } | changes


def today_at(monkeypatch, hour):
    moment = timezone.localtime().replace(hour=hour, minute=0)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def listed(client, **query):
    return [row.name for row in client.get(LIST, query).context["page"]]


@pytest.mark.parametrize("item_count", [1, 3])
def test_resource_list_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    for _number in range(item_count):
        BookingFactory(agreed=True)
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(LIST)

    with django_assert_num_queries(10):
        response = client.get(LIST)

    assert len(response.context["page"]) == item_count


@pytest.mark.parametrize("hour", [7, 13, 19])
def test_resource_list_says_when_each_is_free_next(client, monkeypatch, hour):
    resource = ResourceFactory()
    today_at(monkeypatch, hour)
    BookingFactory(resource=resource, agreed=True, day=in_days(0))
    BookingFactory(resource=resource, agreed=True, day=in_days(1), part=Part.MORNING)
    BookingFactory(resource=resource, day=in_days(2))
    client.force_login(user_with(Role.LEADER))

    (row,) = client.get(LIST).context["page"]

    assert row.next_free_on == in_days(2)


@pytest.mark.parametrize(("hour", "days"), [(7, 0), (13, 0), (19, 1)])
def test_today_is_a_free_day_until_its_hours_are_over(client, monkeypatch, hour, days):
    ResourceFactory()
    today_at(monkeypatch, hour)
    # At that hour: a log-in of another would have run out.
    client.force_login(user_with(Role.LEADER))

    (row,) = client.get(LIST).context["page"]

    assert row.next_free_on == in_days(days)


def test_resource_list_says_when_nothing_is_free(client):
    starts_at, ends_at = span(in_days(0), Part.DAY, in_days(70))
    BookingFactory(agreed=True, starts_at=starts_at, ends_at=ends_at)
    client.force_login(user_with(Role.LEADER))

    html = client.get(LIST).content.decode()

    assert "两个月内已满" in html


def test_resource_list_is_narrowed(client):
    town = OrganisationFactory(short_name="八仙筒镇")
    hall = ResourceFactory(organisation=town, name="八仙筒礼堂", place="新馆")
    troupe = ResourceFactory(name="乌兰牧骑", kind="troupe")
    troupe.tags.add(OrganisationTag.objects.get(name="文艺队伍"))
    ResourceFactory(name="旧礼堂", is_open=False)
    BookingFactory(resource=hall, agreed=True, day=in_days(5), part=Part.MORNING)
    client.force_login(user_with(Role.LIAISON, town))

    found = {
        "all": listed(client),
        "kind": listed(client, kind="troupe"),
        "township": listed(client, township=town.pk),
        "words": listed(client, q="新馆"),
        "tag": listed(client, q="文艺队伍"),
        "unit": listed(client, q="八仙筒"),
        "nothing": listed(client, q="八仙筒 乌兰"),
        "day": listed(client, free_on=in_days(5)),
        "afternoon": listed(client, free_on=in_days(5), part="afternoon"),
        "past": listed(client, free_on="0001-01-01"),
        "mine": listed(client, mine="yes"),
        "closed": listed(client, shared="closed"),
    }

    both = ["八仙筒礼堂", "乌兰牧骑"]
    assert found == {
        "all": both,
        "kind": ["乌兰牧骑"],
        "township": ["八仙筒礼堂"],
        "words": ["八仙筒礼堂"],
        "tag": ["乌兰牧骑"],
        "unit": ["八仙筒礼堂"],
        "nothing": [],
        "day": ["乌兰牧骑"],
        "afternoon": both,
        "past": [],
        "mine": ["八仙筒礼堂"],
        "closed": ["旧礼堂"],
    }
    assert len(listed(client, shared="all")) == 3


def test_resource_list_says_why_it_is_empty(client):
    client.force_login(user_with(Role.LEADER))

    assert "还没有登记阵地资源" in client.get(LIST).content.decode()
    assert "没有符合条件的资源" in client.get(LIST, {"kind": "hall"}).content.decode()


def test_resource_list_points_to_what_waits(client):
    booking = BookingFactory()
    client.force_login(user_with(Role.LIAISON, booking.resource.organisation))

    html = client.get(LIST).content.decode()

    assert "有 1 项预约等您答复。" in html


def test_resource_export_holds_what_the_list_shows(client):
    ResourceFactory(name="镇礼堂", introduction="有投影")
    ResourceFactory(name="旧礼堂", is_open=False)
    client.force_login(user_with(Role.OFFICE_STAFF))

    text = client.get(reverse("organisations:resource_export", args=["csv"])).content.decode()

    assert ("镇礼堂" in text, "有投影" in text, "旧礼堂" in text) == (True, True, False)


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        (Role.LIAISON, "county", 200),
        (Role.LEADER, "county", 200),
        (Role.OFFICE_STAFF, "outside", 200),
        (Role.LIAISON, "outside", 200),
        (Role.LIAISON, "far", 404),
        (Role.SCORER, "county", 403),
    ],
)
def test_resource_detail_opens_within_one_s_sight(client, role, where, status):
    far = RegionFactory(code="150421100000")
    unit = {
        "county": OrganisationFactory(),
        "outside": OrganisationFactory(region=far, is_external=True),
        "far": OrganisationFactory(region=far),
    }[where]
    client.force_login(user_with(role))

    assert client.get(detail(ResourceFactory(organisation=unit))).status_code == status


@pytest.mark.parametrize("item_count", [1, 3])
def test_resource_detail_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    resource = ResourceFactory()
    for number in range(item_count):
        BookingFactory(resource=resource, agreed=True, day=in_days(number))
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(detail(resource))

    with django_assert_num_queries(13):
        response = client.get(detail(resource))

    assert len(response.context["bookings"]) == item_count


def test_resource_detail_shows_its_month(client):
    resource = ResourceFactory()
    first = timezone.localdate().replace(day=1)
    starts_at, ends_at = span(first, Part.DAY, first.replace(day=2))
    BookingFactory(resource=resource, agreed=True, starts_at=starts_at, ends_at=ends_at)
    BookingFactory(resource=resource, day=first.replace(day=3), part=Part.MORNING)
    client.force_login(user_with(Role.LIAISON))

    context = client.get(detail(resource)).context

    days = {day.day.day: day for week in context["weeks"] for day in week if day.in_month}
    assert [hours for day in (1, 2, 3) for hours, _row in days[day].entries] == [
        "全天",
        "全天",
        "上午",
    ]
    assert [days[day].is_full for day in (1, 2, 3, 4)] == [True, True, False, False]
    assert context["month_has_bookings"] is True


def test_resource_detail_is_full_when_both_halves_are_promised(client):
    resource, day = ResourceFactory(), timezone.localdate().replace(day=9)
    for part in (Part.AFTERNOON, Part.MORNING):
        BookingFactory(resource=resource, agreed=True, day=day, part=part)
    client.force_login(user_with(Role.LIAISON))

    weeks = client.get(detail(resource)).context["weeks"]

    assert [d.day for week in weeks for d in week if d.is_full] == [day]


@pytest.mark.parametrize(
    ("asked", "shown", "beside"),
    [
        ("2027-02", "2027-02", ("2027-01", "2027-03")),
        ("2026-12", "2026-12", ("2026-11", "2027-01")),
        ("2026-13", None, None),
        ("9999-01", None, None),
        ("٢٠٢٦-٠١", None, None),
    ],
)
def test_resource_detail_turns_to_other_months(client, asked, shown, beside):
    resource = ResourceFactory()
    client.force_login(user_with(Role.LEADER))

    context = client.get(detail(resource), {"month": asked}).context

    now = f"{timezone.localdate():%Y-%m}"
    assert f"{context['month']:%Y-%m}" == (shown or now)
    if beside:
        assert (context["before"], context["after"]) == beside


def test_resource_detail_answers_htmx_with_the_month_alone(client):
    resource = ResourceFactory()
    client.force_login(user_with(Role.LEADER))

    html = client.get(
        detail(resource), headers={"HX-Request": "true", "HX-Target": "resource-month"}
    ).content.decode()

    assert html.lstrip().startswith('<section class="panel" id="resource-month">')


@pytest.mark.parametrize(
    ("role", "whose", "status"),
    [
        (Role.OFFICE_STAFF, "other", 302),
        (Role.LIAISON, "own", 302),
        (Role.LIAISON, "other", 403),
        (Role.OFFICE_DIRECTOR, "own", 403),
        (Role.LEADER, "own", 403),
        (Role.OFFICE_STAFF, "far", 404),
    ],
)
def test_resource_edit_is_for_the_office_and_the_unit_itself(client, role, whose, status):
    own = OrganisationFactory()
    unit = {
        "own": own,
        "other": OrganisationFactory(),
        "far": OrganisationFactory(region=RegionFactory(code="150421100000")),
    }[whose]
    resource = ResourceFactory(organisation=unit, name="旧名")
    client.force_login(user_with(role, own if role == Role.LIAISON else None))
    changed = posted(unit, seen_at=resource.updated_at.isoformat())

    assert client.post(edit(resource), changed).status_code == status
    resource.refresh_from_db()
    assert resource.name == ("镇礼堂" if status == 302 else "旧名")


def test_resource_create_by_the_unit_itself(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.LIAISON, unit))

    offered = client.get(CREATE).context["form"]
    response = client.post(CREATE, posted(unit, capacity="80"), follow=True)

    resource = Resource.objects.get()
    assert offered.initial["organisation"] == unit.pk
    assert (resource.organisation, resource.capacity) == (unit, 80)
    assert response.redirect_chain == [(detail(resource), 302)]


def test_resource_create_by_the_office_for_a_partner_outside(client):
    unit = OrganisationFactory(region=RegionFactory(code="150421100000"), is_external=True)
    client.force_login(user_with(Role.OFFICE_STAFF))

    client.post(CREATE, posted(unit))

    assert Resource.objects.get().organisation == unit


def test_resource_create_begins_with_the_unit_that_was_looked_at(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    form = client.get(CREATE, {"organisation": unit.pk}).context["form"]

    assert form.initial["organisation"] == str(unit.pk)


def test_resource_create_is_not_for_other_units(client):
    client.force_login(user_with(Role.LIAISON, OrganisationFactory()))

    response = client.post(CREATE, posted(OrganisationFactory()))

    assert (response.status_code, Resource.objects.count()) == (422, 0)
    assert list(response.context["form"].errors) == ["organisation"]


def test_resource_create_warns_of_private_phones(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.post(CREATE, posted(unit, conditions="联系 13812345678"))

    assert list(response.context["form"].errors) == ["conditions"]


def test_resource_create_tells_of_a_second_of_the_name(client):
    resource = ResourceFactory(name="镇礼堂")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(resource.organisation))

    assert response.context["form"].errors == {
        "__all__": ["这个单位已登记过同名资源，请在原记录上修改。"]
    }


def test_resource_edit_tells_the_second_and_saves_the_second_time(client):
    resource = ResourceFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))
    old = posted(resource.organisation, seen_at="2020-01-01T00:00:00+08:00")

    told = client.post(edit(resource), old)
    seen_at = told.context["form"]["seen_at"].value()
    client.post(edit(resource), {**old, "seen_at": seen_at})

    assert told.status_code == 422
    resource.refresh_from_db()
    assert resource.name == "镇礼堂"
    assert AuditRecord.objects.filter(outcome="refused").count() == 1


def test_resource_edit_takes_senseless_times_for_unseen(client):
    resource = ResourceFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    client.post(edit(resource), posted(resource.organisation, seen_at="2020-99-99T00:00"))

    resource.refresh_from_db()
    assert resource.name == "镇礼堂"


def test_resource_edit_shows_what_is_known(client):
    resource = ResourceFactory(name="镇礼堂")
    client.force_login(user_with(Role.OFFICE_STAFF))

    form = client.get(edit(resource)).context["form"]

    assert form["name"].value() == "镇礼堂"
    assert "organisation" not in form.fields


@pytest.mark.parametrize("item_count", [1, 3])
def test_resource_panel_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    unit = OrganisationFactory()
    ResourceFactory.create_batch(item_count, organisation=unit)
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(panel(unit))

    with django_assert_num_queries(9):
        response = client.get(panel(unit))

    assert len(response.context["resources"]) == item_count


@pytest.mark.parametrize(
    ("role", "own", "can_create"),
    [
        (Role.OFFICE_STAFF, False, True),
        (Role.LIAISON, True, True),
        (Role.LIAISON, False, False),
        (Role.LEADER, False, False),
    ],
)
def test_resource_panel_offers_to_enter_one_to_who_may(client, role, own, can_create):
    unit = OrganisationFactory()
    client.force_login(user_with(role, unit if own else office()))

    response = client.get(panel(unit))

    assert response.context["can_create"] is can_create
    assert "没有登记可共享的场地、展馆或队伍。" in response.content.decode()


def test_a_resource_is_told_with_its_unit():
    unit = OrganisationFactory(short_name="八仙筒镇", region=county())

    assert ResourceFactory(organisation=unit, name="礼堂").label == "八仙筒镇 礼堂"
