"""Pages of the cultivation pool, the notices and the rules."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from demonstrations.models import Title, TitleNotice, TitleRule
from tests.factories.demonstrations import (
    NoticeEntryFactory,
    TitleFactory,
    TitleNoticeFactory,
    TitleObjectionFactory,
    TitleStepFactory,
    title_in,
)
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with

pytestmark = pytest.mark.django_db

POOL = reverse("demonstrations:pool_list")
CULTIVATE = reverse("demonstrations:title_cultivate")
NOTICES = reverse("demonstrations:notice_list")
NOTICE_NEW = reverse("demonstrations:notice_create")
RULES = reverse("demonstrations:rule_list")


def pooled(name, status="cultivating", day=date(2025, 1, 6), **facts):
    title = title_in(status, organisation=OrganisationFactory(short_name=name), **facts)
    TitleStepFactory(title=title, deed="cultivated", status=status, done_on=day)
    return title


@pytest.mark.parametrize("item_count", [1, 3])
def test_pool_list_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    for number in range(item_count):
        pooled(f"单位{number}")
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(POOL)

    with django_assert_num_queries(11):
        response = client.get(POOL)

    assert len(response.context["page"]) == item_count


def test_pool_list_tells_who_is_next(client):
    pooled("还缺", day=date(2024, 1, 1))
    pooled("后来", level="county", day=date(2025, 2, 1))
    pooled("先来", level="county", day=date(2025, 1, 1))
    ready = pooled("有旗级", day=date(2025, 3, 1))
    TitleFactory(organisation=ready.organisation, level="county")
    client.force_login(user_with(Role.LEADER))

    page = client.get(POOL).context["page"]

    assert [(row.organisation.short_name, row.is_ready) for row in page] == [
        ("先来", True),
        ("后来", True),
        ("有旗级", True),
        ("还缺", False),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"甲", "乙", "丙"}),
        ("q=jia", {"甲"}),
        ("status=applied", {"乙"}),
        ("level=county", {"丙"}),
        ("type=area", {"甲"}),
        ("batch=2025年度", {"甲", "乙", "丙"}),
        ("ready=yes", {"丙"}),
        ("ready=no", {"甲", "乙"}),
        ("township={township}", {"甲"}),
        ("sort=since", {"甲", "乙", "丙"}),
        ("township=x&ready=x&status=named", {"甲", "乙", "丙"}),
    ],
)
def test_pool_list_filters(client, query, found):
    region = RegionFactory(code="150525107000")
    township = OrganisationFactory(short_name="某镇", kind="township", region=region)
    below = RegionFactory(code="150525107201", level="village", parent=region)
    first = pooled("甲", type="area")
    first.organisation.region = below
    first.organisation.save()
    pooled("乙", "applied")
    pooled("丙", level="county")
    title_in("named")
    title_in("dropped")
    client.force_login(user_with(Role.OFFICE_STAFF))

    page = client.get(f"{POOL}?{query.format(township=township.pk)}").context["page"]

    assert {row.organisation.short_name for row in page} == found


def test_pool_list_of_a_liaison_holds_their_own_unit_and_what_is_public(client):
    mine = pooled("甲")
    pooled("乙")
    pooled("丙", "noticed")
    client.force_login(user_with(Role.LIAISON, mine.organisation))

    page = client.get(POOL).context["page"]

    assert {row.organisation.short_name for row in page} == {"甲", "丙"}


def test_pool_export_gives_exactly_what_is_filtered(client):
    title = pooled("甲", level="county")
    pooled("乙", "applied")
    client.force_login(user_with(Role.LEADER))
    url = reverse("demonstrations:pool_export", args=["csv"])

    lines = client.get(f"{url}?status=cultivating").content.decode("utf-8-sig").splitlines()

    assert len(lines[4:]) == 1
    assert lines[4].split(",")[0] == title.organisation.name
    assert lines[4].split(",")[-3:] == ["培育中", "2025-01-06", "已具备"]


def test_title_cultivate_puts_a_unit_into_the_pool(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))
    facts = {"organisation": unit.pk, "level": "city", "type": "unit", "done_on": "2025-01-06"}

    asked = client.get(CULTIVATE)
    empty = client.post(CULTIVATE, {})
    done = client.post(CULTIVATE, facts)
    again = client.post(CULTIVATE, facts)

    title = Title.objects.get()
    assert (asked.status_code, empty.status_code) == (200, 422)
    assert done.url == reverse("demonstrations:title_detail", args=[title.pk])
    assert again.context["form"].errors == {
        "organisation": ["该单位同级同类的示范正在培育或申报，请在原来那条上办理。"]
    }


@pytest.mark.parametrize("item_count", [1, 3])
def test_notice_list_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    for _number in range(item_count):
        title = title_in("noticed")
        TitleObjectionFactory(title=title, notice=title.notices.get())
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(NOTICES)

    with django_assert_num_queries(7):
        response = client.get(NOTICES)

    rows = response.context["page"]
    assert [(n.title_count, n.objection_count, n.open_count) for n in rows] == [
        (1, 1, 1)
    ] * item_count


@pytest.mark.parametrize("item_count", [1, 3])
def test_notice_detail_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    notice = TitleNoticeFactory()
    for title in [title_in("noticed") for _number in range(item_count)]:
        NoticeEntryFactory(title=title, notice=notice)
        TitleObjectionFactory(title=title, notice=notice)
    url = reverse("demonstrations:notice_detail", args=[notice.pk])
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(url)

    with django_assert_num_queries(8):
        response = client.get(url)

    assert len(response.context["rows"]) == item_count


def test_notice_of_another_county_stays_unseen(client):
    elsewhere = OrganisationFactory(region=RegionFactory(code="150421100000"))
    notice = title_in("noticed", organisation=elsewhere).notices.get()
    client.force_login(user_with(Role.OFFICE_STAFF))

    listed = client.get(NOTICES).context["page"]

    assert list(listed) == []
    assert client.get(reverse("demonstrations:notice_detail", args=[notice.pk])).status_code == 404


def test_notice_detail_keeps_a_stopped_application_from_other_units(client):
    title = title_in("noticed")
    notice = title.notices.get()
    Title.objects.filter(pk=title.pk).update(status="cultivating")
    TitleObjectionFactory(title=title, notice=notice)
    client.force_login(user_with(Role.LIAISON))

    context = client.get(reverse("demonstrations:notice_detail", args=[notice.pk])).context

    assert (list(context["rows"]), context["open_to"], context["objections"]) == (
        [title.notice_entries.get()],
        set(),
        [],
    )


def test_notice_paper_is_a_pdf_for_whoever_sees_the_notice(client):
    notice = title_in("noticed").notices.get()
    client.force_login(user_with(Role.LIAISON))

    response = client.get(reverse("demonstrations:notice_paper", args=[notice.pk]))

    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_notice_create_publishes_one_level_and_batch(client):
    first, second = title_in("checked"), title_in("checked")
    other = title_in("checked", level="county")
    client.force_login(user_with(Role.OFFICE_STAFF))

    asked = client.get(f"{NOTICE_NEW}?title={first.pk}")
    empty = client.post(f"{NOTICE_NEW}?title={first.pk}", {})
    done = client.post(
        f"{NOTICE_NEW}?title={first.pk}",
        {"titles": [first.pk, second.pk], "starts_on": "2025-06-03"},
    )

    notice = TitleNotice.objects.get()
    groups = [(group["label"], group["count"]) for group in asked.context["groups"]]
    assert sorted(groups) == [("2025年度 市级", 2), ("2025年度 旗级", 1)]
    assert (asked.context["chosen"]["level"], empty.status_code) == ("city", 422)
    assert done.url == reverse("demonstrations:notice_detail", args=[notice.pk])
    assert set(notice.titles.all()) == {first, second}
    other.refresh_from_db()
    assert other.status == "checked"


def test_notice_create_says_when_nobody_waits(client):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(f"{NOTICE_NEW}?title=nonsense")

    assert "没有等待公示的单位" in response.content.decode()


def test_notice_create_refuses_at_the_field(client):
    title = title_in("checked", organisation__valid_from=date(2025, 6, 4))
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(NOTICE_NEW, {"titles": [title.pk], "starts_on": "2025-06-03"})

    assert list(response.context["form"].errors) == ["starts_on"]


def test_rule_list_stands_from_the_highest_level_down(client):
    client.force_login(user_with(Role.OFFICE_DIRECTOR))

    rules = client.get(RULES).context["rules"]

    assert [rule.level for rule in rules] == ["national", "regional", "city", "county"]


RULE = {
    "validity_years": 4,
    "notice_days": 7,
    "year_quota": "",
    "batch_quota": 6,
    "prerequisite": "county",
    "prerequisite_years": 1,
    "warn_months": 9,
}


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE_STAFF, 302),
        (Role.OFFICE_DIRECTOR, 302),
        (Role.LIAISON, 403),
        (Role.LEADER, 403),
    ],
)
def test_rule_edit_is_the_office_s(client, role, status):
    rule = TitleRule.objects.get(level="city")
    client.force_login(user_with(role))

    response = client.post(reverse("demonstrations:rule_edit", args=[rule.pk]), RULE)

    rule.refresh_from_db()
    assert (response.status_code, rule.batch_quota) == (status, 6 if status == 302 else None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"validity_years": 0}, "validity_years"),
        ({"notice_days": 99}, "notice_days"),
        ({"year_quota": -1}, "year_quota"),
        ({"prerequisite": "national"}, "prerequisite"),
        ({"prerequisite": ""}, "prerequisite_years"),
        ({"seen_at": "2025-01-01T00:00:00+00:00"}, "__all__"),
    ],
)
def test_rule_edit_asks_again(client, changes, field):
    rule = TitleRule.objects.get(level="city")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(reverse("demonstrations:rule_edit", args=[rule.pk]), RULE | changes)

    rule.refresh_from_db()
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert rule.validity_years == 3


def test_notice_create_says_which_year_s_rest_days_are_not_known(client, settings):
    title = title_in("checked")
    TitleRule.objects.filter(level=title.level).update(notice_days=600)
    client.force_login(user_with(Role.OFFICE_STAFF))

    told = client.get(NOTICE_NEW)
    this_year = timezone.localdate().year
    settings.REST_DAYS = frozenset(date(this_year + n, 1, 1) for n in range(4))
    known = client.get(NOTICE_NEW)

    assert "的放假调休安排还没有录入" in told.context["caution"]
    assert told.context["caution"] in told.text
    assert known.context["caution"] == ""


@pytest.mark.parametrize(
    ("role", "told"),
    [(Role.OFFICE_STAFF, True), (Role.LIAISON, False)],
    ids=["staff", "liaison"],
)
def test_notice_detail_tells_the_office_that_rest_days_are_not_known(client, role, told):
    title = title_in("noticed")
    notice = title.notices.get()
    days = {"starts_on": date(2999, 1, 4), "ends_on": date(2999, 1, 8)}
    TitleNotice.objects.filter(pk=notice.pk).update(**days)
    client.force_login(user_with(role, title.organisation))

    response = client.get(reverse("demonstrations:notice_detail", args=[notice.pk]))

    assert ("2999年的放假调休安排还没有录入" in response.text) is told
