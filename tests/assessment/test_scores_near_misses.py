"""What a line did not count, each record with its reason."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from activities.models import Activity, Participation
from assessment.models import ImportedValue, Indicator
from demonstrations.models import StandardSite, Title
from partnerships.models import Member, Partnership
from tests.factories.activities import accepted_activity
from tests.factories.assessment import computed, score_of, scored_scheme
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    TradeSystemFactory,
    UserFactory,
    user_with,
)
from tests.factories.partnerships import MilestoneFactory, pairing_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return OrganisationFactory(region=RegionFactory())


@pytest.fixture
def other():
    return OrganisationFactory(region=RegionFactory())


def evidence(client, run, unit, code, role=Role.LIAISON):
    client.force_login(user_with(role, unit if role == Role.LIAISON else None))
    leaf = run.scheme.indicators.get(code=code)
    return client.get(reverse("assessment:evidence_list", args=[score_of(run, unit).pk, leaf.pk]))


def reasons(client, run, unit, code):
    found = evidence(client, run, unit, code).context["near_misses"]
    return {miss.record.title: miss.reason for miss in found}


def leaf_of(run, metric, **facts):
    """One more leaf, on the metric."""
    return Indicator.objects.create(
        scheme=run.scheme,
        parent=run.scheme.indicators.get(code="E"),
        code="M1",
        name="试项",
        role="bonus",
        points=1,
        order=100,
        rule_kind="per_unit",
        params={"单价": "1"},
        source="metric",
        metric=metric,
        **facts,
    )


def activity(unit, other, title, part=None, **facts):
    made = accepted_activity(other, unit, title=title)
    Activity.objects.filter(pk=made.pk).update(**facts)
    made.participations.filter(organisation=unit).update(**(part or {}))


def test_activities_that_do_not_count_say_why(client, unit, other):
    activity(unit, other, "算数")
    activity(unit, other, "草稿", status="draft", reporter=unit)
    activity(unit, other, "已报", status="submitted")
    activity(unit, other, "已退", status="returned", return_reason="缺人数")
    unasked = {"confirmation": "pending", "confirmed_at": None, "confirmed_by": None}
    activity(unit, other, "没确认", part=unasked)
    activity(unit, other, "年外", starts_on=date(2027, 1, 2))
    activity(unit, other, "去年", starts_on=date(2025, 6, 2))
    activity(unit, other, "别人的草稿", status="draft")
    run = scored_scheme()
    Activity.objects.filter(title="算数").update(reviewed_at=timezone.now())
    activity(unit, other, "新采用")

    assert reasons(client, run, unit, "B1") == {
        "草稿": "还是草稿，没有报送",
        "已报": "已报送，旗创建办还没有采用",
        "已退": "已退回，修改后再报送、采用才计入",
        "没确认": "本单位的参加情况是“待确认”，确认参加才计入",
        "年外": "不在 2026 年内",
        "算数": "这次计算之后才采用或确认，下次计算计入",
        "新采用": "这次计算之后才采用或确认，下次计算计入",
    }


def test_activities_that_miss_the_condition_name_it(client, unit, other):
    activity(unit, other, "不是主题活动")
    run = scored_scheme()

    assert reasons(client, run, unit, "B2") == {"不是主题活动": "不符合本项的条件（主题活动）"}


def test_partnerships_that_do_not_count_say_why(client, unit, other):
    def partnership(name, place=None, **facts):
        pairing = pairing_of(unit, other)
        Partnership.objects.filter(pk=pairing.pk).update(name=name, **facts)
        Member.objects.filter(partnership=pairing, organisation=unit).update(**(place or {}))

    partnership("算数")
    partnership("意向", status="proposed", decided_at=None, decided_by=None)
    partnership("没同意", place={"consent": "declined"})
    partnership("早已结束", starts_on=date(2024, 1, 1), ends_on=date(2025, 2, 1))
    run = scored_scheme()
    partnership("新启动")
    leaf_of(run, "partnerships", metric_filters={"form": "industry"})
    second = computed(run.scheme, run.requested_by)

    assert reasons(client, run, unit, "A1") == {
        "意向": "项目现在是“意向”，启动实施才计入",
        "没同意": "本单位的意愿是“婉拒”，同意参加才计入",
        "新启动": "这次计算之后才启动或同意，下次计算计入",
    }
    assert reasons(client, second, unit, "M1")["算数"] == "不符合本项的条件（形式）"


def test_steps_of_the_plan_that_do_not_count_say_why(client, unit, other):
    pairing, idea = pairing_of(unit, other), pairing_of(unit, other)
    Partnership.objects.filter(pk=idea.pk).update(
        status="proposed", decided_at=None, decided_by=None
    )
    due = {"due_on": date(2026, 6, 1)}
    MilestoneFactory(partnership=pairing, what="算数", done_on=date(2026, 5, 1), **due)
    MilestoneFactory(partnership=pairing, what="没做", **due)
    MilestoneFactory(partnership=pairing, what="晚了", done_on=date(2026, 7, 1), **due)
    MilestoneFactory(partnership=idea, what="意向", done_on=date(2026, 5, 1), **due)
    run = scored_scheme()
    MilestoneFactory(
        partnership=pairing, what="以后", due_on=date(2026, 12, 31), done_on=date(2026, 12, 30)
    )
    run.data_as_of = datetime(2026, 12, 1, tzinfo=UTC)
    run.save()

    found = reasons(client, run, unit, "A3")

    assert found == {
        "没做": "还没有填写完成日期",
        "晚了": "2026-07-01 完成，晚于计划",
        "意向": "项目现在是“意向”，启动实施才计入",
        "以后": "这次计算之后才完成，下次计算计入",
    }


def test_sites_and_titles_that_do_not_count_say_why(client, unit):
    system = TradeSystemFactory()
    for name, day in (("没验收", None), ("明年", date(2027, 5, 1)), ("算数", date(2026, 2, 1))):
        StandardSite.objects.create(
            organisation=unit,
            trade_system=system,
            name=name,
            started_on=date(2026, 1, 1),
            accepted_on=day,
        )
    facts = {"organisation": unit, "authority": "通辽市民委", "document_number": "1号"}
    named = facts | {"named_on": date(2020, 5, 1)}
    Title.objects.create(**named, level="city", type="unit")
    Title.objects.create(**named, level="county", type="unit", valid_until=date(2025, 1, 1))
    Title.objects.create(**named, level="county", type="area", status="withdrawn")
    Title.objects.create(organisation=unit, level="region", type="unit", status="cultivating")
    run = scored_scheme()
    leaf_of(run, "titles", metric_filters={"level": "national"})
    second = computed(run.scheme, run.requested_by)

    assert reasons(client, run, unit, "E1") == {"没验收": "还没有验收", "明年": "2027-05-01 才验收"}
    assert sorted(reasons(client, second, unit, "M1").values()) == [
        "2025-01-01 已期满",
        "不符合本项的条件（级别）",
        "已撤销",
        "还没有命名（培育中）",
    ]


def test_evidence_list_says_what_is_missing(client, unit, other):
    accepted_activity(unit, other)
    run = scored_scheme()

    context = evidence(client, run, unit, "B1").context

    assert context["sentence"].endswith("得 4 分，比满分 16 分少 12 分")
    assert context["missing"] == "再有 1 次可得 4 分"


@pytest.mark.parametrize(("role", "told"), [(Role.LIAISON, False), (Role.OFFICE_STAFF, True)])
def test_evidence_list_of_an_imported_value_names_its_source(client, unit, role, told):
    run = scored_scheme()
    leaf = run.scheme.indicators.get(code="B1")
    Indicator.objects.filter(pk=leaf.pk).update(source="imported", metric="")
    clerk = UserFactory(name="录入的人")
    for is_previous in (False, True):
        ImportedValue.objects.create(
            indicator=leaf,
            organisation=unit,
            value="0",
            basis="民意调查〔2026〕3号",
            is_previous=is_previous,
            entered_by=clerk,
        )

    response = evidence(client, run, unit, "B1", role)

    text = response.content.decode()
    assert (response.context["has_changed"], "民意调查〔2026〕3号" in text) == (False, True)
    assert ("录入的人" in text) == told


def test_evidence_list_says_that_an_imported_value_is_gone(client, unit):
    run = scored_scheme()
    run.scheme.indicators.filter(code="B1").update(source="imported", metric="")

    response = evidence(client, run, unit, "B1")

    assert response.context["has_changed"] is True
    assert "这项数据已经撤下" in response.content.decode()


def test_near_misses_keep_to_the_unit(client, unit, other):
    activity(other, OrganisationFactory(), "别家的", status="submitted")
    run = scored_scheme()

    assert Participation.objects.count() == 2
    assert reasons(client, run, unit, "B1") == {}
