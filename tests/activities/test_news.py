"""News items: written down by the unit or the office, kept for the record."""

import csv
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from activities import actions
from activities.models import NewsItem, NewsUnit
from assessment.models import Scheme
from core.errors import RuleError
from core.models import AuditRecord
from tests.factories.activities import ActivityFactory, accepted_activity
from tests.factories.assessment import (
    GroupMemberFactory,
    IndicatorFactory,
    RunFactory,
    approved,
)
from tests.factories.organisations import OrganisationFactory, user_with
from tests.factories.records import in_days, news_facts, news_of

pytestmark = pytest.mark.django_db

LIST = reverse("activities:news_list")
CREATE = reverse("activities:news_create")


@pytest.fixture
def unit():
    return OrganisationFactory(short_name="甲镇", name="甲镇政府")


@pytest.fixture
def staff(client):
    user = user_with(Role.OFFICE_STAFF, name="韩梅")
    client.force_login(user)
    return user


@pytest.fixture
def liaison(client, unit):
    user = user_with(Role.LIAISON, unit, name="王芳")
    client.force_login(user)
    return user


def url_of(name, row):
    return reverse(f"activities:{name}", args=[row.pk])


def told(response):
    return [str(message) for message in response.context["messages"]]


def posted(*units, **changed):
    return {
        "title": "携手共建",
        "outlet": "通辽日报",
        "level": "city",
        "published_on": f"{timezone.localdate()}",
        "link": "https://www.example.cn/1.html",
        "organisations": [unit.pk for unit in units],
        "activity": "",
    } | changed


def test_news_is_recorded_changed_and_removed(staff, unit):
    item = actions.record_news(news_facts(unit), by=staff)
    actions.change_news(item, facts=news_facts(unit, outlet="内蒙古日报"), by=staff)
    item.refresh_from_db()
    outlet = item.outlet

    actions.remove_news(item, by=staff)

    assert (outlet, str(item), NewsItem.objects.count()) == ("内蒙古日报", "携手共建", 0)
    removed = AuditRecord.objects.get(verb="activities.remove_news")
    assert (removed.before["outlet"], removed.before["organisations"]) == ("内蒙古日报", ["甲镇"])


def test_a_unit_stands_in_an_item_once_and_is_kept_by_it(unit):
    item = news_of(unit, title="夜校")

    with pytest.raises(IntegrityError), transaction.atomic():
        NewsUnit.objects.create(item=item, organisation=unit)
    with pytest.raises(ProtectedError):
        unit.delete()

    assert str(item.units.get()) == "甲镇 夜校"


def test_record_news_refuses_a_day_to_come(staff, unit):
    with pytest.raises(RuleError, match="还没有到"):
        actions.record_news(news_facts(unit, published_on=in_days(1)), by=staff)

    assert NewsItem.objects.count() == 0


@pytest.mark.parametrize("item_count", [1, 3])
def test_news_list_needs_the_same_queries_for_any_number(
    client, staff, django_assert_num_queries, item_count
):
    for _ in range(item_count):
        news_of(*OrganisationFactory.create_batch(2))
    client.get(LIST)

    with django_assert_num_queries(9):
        response = client.get(LIST)

    assert response.context["page"].paginator.count == item_count


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["夜校", "义诊"]),
        ("q=夜校", ["夜校"]),
        ("q=民族报", ["义诊"]),
        ("q=jz 夜校", ["夜校"]),
        ("level=national", ["义诊"]),
        ("year=2025", ["义诊"]),
        ("unit={unit}", ["夜校"]),
        ("sort=published_on", ["义诊", "夜校"]),
        ("level=x&year=abc&unit=abc", ["夜校", "义诊"]),
    ],
)
def test_news_list_filters(client, staff, unit, query, expected):
    news_of(unit, title="夜校")
    news_of(
        OrganisationFactory(), title="义诊", outlet="中国民族报", level="national",
        published_on=date(2025, 3, 1),
    )  # fmt: skip

    response = client.get(f"{LIST}?{query.format(unit=unit.pk)}")

    assert [item.title for item in response.context["page"]] == expected


def test_news_list_says_that_it_is_not_scored(client, liaison):
    assert "不按刊发篇数计分" in client.get(LIST).text
    assert "还没有登记报道" in client.get(LIST).text
    assert "没有符合条件的报道" in client.get(LIST, {"q": "无"}).text


def test_news_export_gives_what_the_list_shows(client, liaison, unit):
    news_of(unit, title="夜校", activity=accepted_activity(unit, title="联办夜校"))
    news_of(OrganisationFactory(), title="别家的")

    response = client.get(reverse("activities:news_export", args=["csv"]))

    rows = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert [row[:6] for row in rows if row and row[0] in ("夜校", "别家的")] == [
        ["夜校", "通辽日报", "市级", "2026-05-20", "甲镇", "联办夜校"]
    ]


def test_news_create_by_the_liaison_for_the_own_unit(client, liaison, unit):
    activity = accepted_activity(unit, starts_on=timezone.localdate())
    ActivityFactory(reporter=unit, starts_on=timezone.localdate())

    form = client.get(CREATE).context["form"]
    response = client.post(CREATE, posted(unit, activity=activity.pk))

    item = NewsItem.objects.get()
    assert form.initial["organisations"] == [unit.pk]
    assert list(form.fields["activity"].queryset) == [activity]
    assert (item.recorded_by, item.activity, response.url) == (
        liaison,
        activity,
        url_of("news_detail", item),
    )


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"link": "javascript:alert(1)"}, "link", "http:// 或 https://"),
        ({"link": "ftp://example.cn/1"}, "link", "http:// 或 https://"),
        ({"level": "world"}, "level", "不在可选范围"),
        ({"published_on": f"{in_days(2)}"}, "published_on", "还没有到"),
        ({"outlet": ""}, "outlet", "这一项要填"),
    ],
    ids=["script", "ftp", "level", "day to come", "no outlet"],
)
def test_news_create_tells_at_the_field_what_is_wrong(client, liaison, unit, changed, field, words):
    response = client.post(CREATE, posted(unit, **changed))

    assert list(response.context["form"].errors) == [field]
    assert words in response.context["form"].errors[field][0]


def test_news_create_for_another_unit_is_refused(client, liaison):
    response = client.post(CREATE, posted(OrganisationFactory()))

    assert list(response.context["form"].errors) == ["organisations"]


def test_news_edit_keeps_the_activity_however_long_ago(client, staff, unit):
    activity = accepted_activity(unit, starts_on=date(2024, 5, 1))
    item = news_of(unit, activity=activity)

    form = client.get(url_of("news_edit", item)).context["form"]
    response = client.post(
        url_of("news_edit", item), posted(unit, title="改过的", activity=activity.pk)
    )

    item.refresh_from_db()
    assert form.initial["activity"] == activity.pk
    assert (item.title, item.activity, response.url) == (
        "改过的",
        activity,
        url_of("news_detail", item),
    )


def test_news_edit_shows_the_refusal_at_the_field(client, staff, unit):
    item = news_of(unit)

    response = client.post(url_of("news_edit", item), posted(unit, published_on=f"{in_days(2)}"))

    assert list(response.context["form"].errors) == ["published_on"]


def test_news_remove_asks_once(client, liaison, unit):
    item = news_of(unit, title="夜校")

    asked = client.get(url_of("news_remove", item))
    response = client.post(url_of("news_remove", item), follow=True)

    assert asked.status_code == 200
    assert (told(response), NewsItem.objects.count()) == (["已删除“夜校”。"], 0)


def test_what_concerns_others_too_is_for_the_office_to_change(client, liaison, unit):
    shared = news_of(unit, OrganisationFactory())

    shown = client.get(url_of("news_detail", shared))
    answers = [
        client.post(url_of(deed, shared)).status_code for deed in ("news_edit", "news_remove")
    ]
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert (shown.context["can_edit"], answers) == (False, [403, 403])
    assert client.get(url_of("news_detail", shared)).context["can_edit"]


def test_news_of_others_is_not_found(client, liaison):
    item = news_of(OrganisationFactory())

    assert client.get(url_of("news_detail", item)).status_code == 404
    assert client.post(url_of("news_remove", item)).status_code == 404


def test_a_leader_reads_and_does_not_change(client, unit):
    client.force_login(user_with(Role.LEADER))
    item = news_of(unit)

    assert client.get(url_of("news_detail", item)).context["can_edit"] is False


@pytest.fixture
def counted(unit):
    """An item in the year of a scheme that counts news of the level, its run before the result."""
    item = news_of(unit, title="夜校", level="city", published_on=date(2026, 3, 5))
    member = GroupMemberFactory(organisation=unit, group__scheme__year=2026)
    IndicatorFactory(
        scheme=member.scheme,
        rule_kind="per_unit",
        params={"单价": "1"},
        source="metric",
        metric="news_items",
        metric_filters={"level": "city"},
    )
    finished = timezone.now()
    RunFactory(scheme=member.scheme, data_as_of=finished, finished_at=finished)
    approved(member.scheme)
    return item


def test_news_that_a_decided_result_counted_stays(client, staff, counted, unit):
    asked = client.get(url_of("news_remove", counted), follow=True)
    removed = client.post(url_of("news_remove", counted), follow=True)
    changed = client.post(url_of("news_edit", counted), posted(unit, level="county"))
    renamed = client.post(
        url_of("news_edit", counted), posted(unit, title="新题", published_on="2026-03-05")
    )

    for response in (asked, removed):
        assert "这条信息已计入 2026 年的考核结果" in told(response)[0]
        assert response.redirect_chain[-1][0] == url_of("news_detail", counted)
    assert changed.context["form"].non_field_errors()[0].startswith("这条信息已计入")
    counted.refresh_from_db()
    assert (renamed.status_code, counted.title, counted.level) == (302, "新题", "city")


@pytest.mark.parametrize(
    "facts",
    [
        {"level": "county"},
        {"published_on": date(2025, 3, 5)},
        {"recorded_at": timezone.now() + timedelta(days=1)},
    ],
    ids=["another level", "another year", "after the run"],
)
def test_news_that_no_result_counted_may_go(staff, counted, facts):
    NewsItem.objects.filter(pk=counted.pk).update(**facts)

    actions.remove_news(NewsItem.objects.get(), by=staff)

    assert not NewsItem.objects.exists()


def test_news_may_go_while_the_result_is_open(staff, counted):
    Scheme.objects.update(status=Scheme.Status.SCORING, approved_at=None, approved_by=None)

    actions.remove_news(counted, by=staff)

    assert not NewsItem.objects.exists()
