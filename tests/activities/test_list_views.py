"""The list of activities, its filters, its export."""

import csv
from datetime import date

import pytest
from django.urls import reverse

from accounts.rights import Role
from activities import actions
from activities.models import Activity
from organisations.models.kinds import Kind
from partnerships.models import ContentKind
from tests.factories.activities import (
    ActivityFactory,
    AttachmentFactory,
    ParticipationFactory,
    accepted_activity,
    draft_of,
    sent_activity,
)
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    office,
    user_with,
)
from tests.factories.partnerships import IndustryLinkageFactory, pairing_of

pytestmark = pytest.mark.django_db

LIST = reverse("activities:activity_list")
ASKED = {"confirmation": "pending", "confirmed_at": None, "confirmed_by": None}


@pytest.fixture
def staff(client):
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)
    return user


def titles(response):
    return [activity.title for activity in response.context["page"]]


@pytest.mark.parametrize("item_count", [1, 3])
def test_activity_list_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    unit = OrganisationFactory()
    liaison = user_with(Role.LIAISON, unit)
    for _ in range(item_count):
        sent = sent_activity(OrganisationFactory(), unit, by=user_with(Role.LIAISON))
        ParticipationFactory(activity=sent)
    client.force_login(liaison)
    client.get(LIST)

    with django_assert_num_queries(21):
        response = client.get(LIST)

    assert len(titles(response)) == item_count


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE_STAFF, 200),
        (Role.OFFICE_DIRECTOR, 200),
        (Role.LIAISON, 200),
        (Role.LEADER, 200),
        (Role.SCORER, 403),
        (Role.AUDITOR, 403),
        (Role.SYSTEM_ADMIN, 403),
    ],
)
def test_activity_list_is_for_who_may_see_activities(client, role, status):
    client.force_login(user_with(role))

    assert client.get(LIST).status_code == status


def test_activity_list_without_log_in_leads_to_it(client):
    response = client.get(LIST)

    assert response.url == f"{reverse('accounts:login')}?next={LIST}"


@pytest.fixture
def five(staff):
    """Activities that differ in everything by which the list is narrowed."""
    township = OrganisationFactory(short_name="甲镇", name="甲镇政府")
    village = OrganisationFactory(
        short_name="东明村",
        kind=Kind.VILLAGE,
        superior=township,
        region=RegionFactory(
            code=township.region.code[:9] + "201", level="village", parent=township.region
        ),
    )
    school = OrganisationFactory(short_name="实验小学", name="实验小学", kind=Kind.SCHOOL)
    pairing = pairing_of(township, school)
    linkage = IndustryLinkageFactory(lead=school)
    kind = ContentKind.objects.get(form="industry", name="实践活动")
    first = accepted_activity(
        township, school, title="甲镇汇演", starts_on=date(2026, 3, 1), is_themed=True
    )
    first.partnerships.add(pairing)
    second = accepted_activity(village, title="村里义诊", starts_on=date(2025, 4, 1))
    third = accepted_activity(school, title="校园宣讲", starts_on=date(2026, 5, 1), place="操场")
    third.partnerships.add(linkage)
    third.content_kinds.add(kind)
    fourth = ActivityFactory(title="那达慕", starts_on=date(2026, 6, 1))
    ParticipationFactory(activity=fourth, organisation=school, **ASKED)
    return {
        "township": township.pk,
        "school": school.pk,
        "pairing": pairing.pk,
        "kind": kind.pk,
        "all": [fourth, third, first, second],
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["那达慕", "校园宣讲", "甲镇汇演", "村里义诊"]),
        ("q=汇演", ["甲镇汇演"]),
        ("q=操场", ["校园宣讲"]),
        ("q=dmc", ["村里义诊"]),
        ("q=syxx 宣讲", ["校园宣讲"]),
        ("year=2025", ["村里义诊"]),
        ("form=pairing", ["甲镇汇演"]),
        ("form=industry", ["校园宣讲"]),
        ("form=matrix", []),
        ("township={township}", ["甲镇汇演", "村里义诊"]),
        ("partnership={pairing}", ["甲镇汇演"]),
        ("kind={kind}", ["校园宣讲"]),
        ("themed=yes", ["甲镇汇演"]),
        ("themed=no", ["那达慕", "校园宣讲", "村里义诊"]),
        ("unit={school}", ["那达慕", "校园宣讲", "甲镇汇演"]),
        ("status=submitted", ["那达慕"]),
        ("status=waiting", ["那达慕"]),
        ("sort=starts_on", ["村里义诊", "甲镇汇演", "校园宣讲", "那达慕"]),
        ("sort=-title", ["那达慕", "甲镇汇演", "村里义诊", "校园宣讲"]),
        ("unit={school}&year=2026&themed=yes", ["甲镇汇演"]),
    ],
)
def test_activity_list_filters(client, five, query, expected):
    response = client.get(f"{LIST}?{query.format(**five)}")

    shown = titles(response)
    assert sorted(shown) == sorted(expected) if "title" in query else shown == expected


@pytest.mark.parametrize(
    "query",
    [
        "year=abc&form=x&township=0&partnership=99999999999999999999&kind=%F0&themed=maybe",
        "unit=1%27&status=nonsense&sort=password&page=-1&per_page=7",
        "page=999999999999&q=%25%5C_%00".replace("%00", ""),
        "unit=99999999999999999999999&sort=&q=" + "x" * 3000,
    ],
)
def test_activity_list_survives_any_query(client, five, query):
    assert client.get(f"{LIST}?{query}").status_code == 200


def test_activity_list_counts_states_under_the_other_filters(client, five):
    response = client.get(f"{LIST}?year=2026&status=submitted")

    tabs = [(tab["label"], tab["count"], tab["is_current"]) for tab in response.context["tabs"]]
    assert tabs == [
        ("全部", 3, False),
        ("待我办", 1, False),
        ("已报送", 1, True),
        ("已采用", 2, False),
    ]


def test_activity_list_fragment_is_the_region_alone(client, five):
    response = client.get(LIST, headers={"HX-Request": "true", "HX-Target": "activity-rows"})

    assert response.content.decode().strip().startswith('<div id="activity-rows"')


def test_activity_list_offers_each_user_their_own_deeds(client):
    unit, partner = OrganisationFactory(), OrganisationFactory()
    sent = sent_activity(unit, partner, by=user_with(Role.LIAISON, unit))
    seen = {}
    for name, user in {
        "reporter": user_with(Role.LIAISON, unit),
        "partner": user_with(Role.LIAISON, partner),
        "staff": user_with(Role.OFFICE_STAFF),
        "leader": user_with(Role.LEADER),
    }.items():
        client.force_login(user)
        context = client.get(LIST).context
        ((row, asked, to_review, _is_mine),) = context["rows"]
        words = context["what_now"].get("text", "")
        labels = [action["label"] for action in context["bulk_actions"]]
        seen[name] = (row == sent, len(asked), to_review, labels, words)

    assert seen == {
        "reporter": (True, 0, False, [], ""),
        "partner": (True, 1, False, ["确认参加"], "1 个活动等您确认是否参加。"),
        "staff": (True, 0, True, ["采用"], "1 份报送等待审核。"),
        "leader": (True, 0, False, [], ""),
    }


def test_activity_list_tells_of_returned_reports(client):
    unit = OrganisationFactory()
    liaison = user_with(Role.LIAISON, unit)
    sent = sent_activity(unit, OrganisationFactory(), by=liaison)
    actions.return_activity(sent, reason="补", by=user_with(Role.OFFICE_STAFF))
    client.force_login(liaison)

    assert client.get(LIST).context["what_now"] == {
        "text": "1 份报送被退回待修改。",
        "url": f"{LIST}?status=waiting",
        "action": "去处理",
    }


@pytest.mark.parametrize(
    ("role", "query", "title"),
    [
        (Role.LIAISON, "", "还没有活动"),
        (Role.LEADER, "", "还没有活动"),
        (Role.LIAISON, "?q=无", "没有符合条件的活动"),
        (Role.LIAISON, "?status=waiting", "没有等您办的活动"),
    ],
)
def test_activity_list_says_why_it_is_empty(client, role, query, title):
    client.force_login(user_with(role))

    response = client.get(LIST + query)

    assert response.context["empty"]["title"] == title


def export(client, extension="xlsx", query=""):
    return client.get(f"{reverse('activities:activity_export', args=[extension])}{query}")


def test_activity_export_holds_exactly_what_is_listed(client, five):
    first = Activity.objects.get(title="甲镇汇演")
    AttachmentFactory(activity=first)
    absent = OrganisationFactory(short_name="丙镇")
    ParticipationFactory(activity=first, organisation=absent, confirmation="absent")

    lines = export(client, "csv", "?themed=yes").content.decode("utf-8-sig").splitlines()

    *_, head, row = csv.reader(lines)
    facts = dict(zip(head, row, strict=True))
    assert facts["活动名称"] == "甲镇汇演"
    assert facts["主办单位"] == "甲镇"
    assert facts["参加单位"] == "实验小学、丙镇"
    assert facts["已确认单位"] == "甲镇、实验小学"
    assert facts["未参加单位"] == "丙镇"
    assert facts["形式"] == "一对一结对"
    assert facts["主题活动"] == "是"
    assert facts["状态"] == "已采用"


@pytest.mark.parametrize(("extension", "status"), [("xlsx", 200), ("csv", 200), ("exe", 404)])
def test_activity_export_formats(client, five, extension, status):
    assert export(client, extension).status_code == status


def test_activity_export_leaves_out_what_the_user_may_not_see(client):
    unit = OrganisationFactory()
    draft_of(unit, by=user_with(Role.LIAISON, unit), title="别人的草稿")
    client.force_login(user_with(Role.OFFICE_STAFF, office()))

    assert "别人的草稿" not in export(client, "csv").content.decode()
