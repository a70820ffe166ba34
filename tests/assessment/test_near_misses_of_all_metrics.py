"""Every metric says of the unit's other records why they do not count."""

from datetime import date

import pytest

from accounts.rights import Role
from activities.models import CollectionWindow, ShowcaseCase
from assessment.metrics import METRICS
from assessment.unit_sheets import near_misses
from assessment.unit_sheets.near_misses import FINDERS
from partnerships.models import Member, Partnership
from tests.factories.activities import accepted_activity, sent_activity
from tests.factories.assessment import IndicatorFactory, RunFactory
from tests.factories.demonstrations import StandardSiteFactory
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with
from tests.factories.partnerships import (
    IndustryLinkageFactory,
    MilestoneFactory,
    asked,
    pairing_of,
)
from tests.factories.records import (
    CollectionWindowFactory,
    NewsItemFactory,
    ShowcaseCaseFactory,
    WindowAnswerFactory,
    answered,
    at,
)
from tests.factories.supervision import FindingFactory, InspectionFactory

pytestmark = pytest.mark.django_db
CUT_OFF = at(2026, 7, 1)


@pytest.fixture
def unit():
    return OrganisationFactory(short_name="本局")


@pytest.fixture
def other():
    return OrganisationFactory(short_name="别局")


def misses(metric, unit, user=None, **filters):
    """Title → reason, as of the first of July."""
    leaf = IndicatorFactory(
        rule_kind="per_unit",
        params={"单价": "1"},
        source="metric",
        metric=metric,
        metric_filters=filters,
    )
    run = RunFactory(scheme=leaf.scheme, data_as_of=CUT_OFF)
    user = user or user_with(Role.OFFICE_STAFF)
    return {one.record.title: one.reason for one in near_misses(run, leaf, unit.pk, user)}


def test_no_metric_is_without_near_misses():
    assert sorted(FINDERS) == sorted(METRICS)


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_a_unit_without_records_has_none(metric, unit):
    assert misses(metric, unit) == {}


def window(title, due_on, **facts):
    return CollectionWindowFactory(
        **{"title": title, "due_on": due_on, "opened_at": at(2026, 1, 5)} | facts
    )


def windows_of(unit):
    spring = date(2026, 5, 10)
    answered(window=window("按时", spring), organisation=unit, answered_at=at(2026, 5, 9))
    late = {"in_time": False, "answered_at": at(2026, 5, 12)}
    answered(window=window("晚了", spring), organisation=unit, **late)
    WindowAnswerFactory(window=window("没答", spring), organisation=unit)
    open_one = window("过了截止", date(2026, 6, 29), closes_on=date(2026, 7, 9))
    WindowAnswerFactory(window=open_one, organisation=unit)
    WindowAnswerFactory(window=window("没到期", date(2026, 7, 20)), organisation=unit)
    WindowAnswerFactory(window=window("去年的", date(2025, 12, 20)), organisation=unit)
    gone = {
        "cancelled_at": at(2026, 4, 1),
        "cancelled_by": UserFactory(),
        "cancel_reason": "不再需要",
    }
    WindowAnswerFactory(window=window("撤了", spring, **gone), organisation=unit)
    new = window("新发的", date(2026, 8, 10), opened_at=at(2026, 7, 2))
    answered(window=new, organisation=unit, answered_at=at(2026, 7, 3))
    waiting = window("刚答", date(2026, 7, 10))
    answered(window=waiting, organisation=unit, answered_at=at(2026, 7, 3))


def test_windows_not_answered_say_why(unit):
    windows_of(unit)

    assert misses("windows_answered", unit) == {
        "晚了": "2026-05-12 答复，晚于按时截止的 2026-05-10",
        "没答": "没有答复，填报已经关闭",
        "过了截止": "2026-06-29 按时截止，还没有答复，现在答复已不算按时",
        "没到期": "还没有答复，2026-07-20 以前答复才计入",
        "去年的": "不在 2026 年内",
        "撤了": "填报已经撤销",
        "新发的": "这次计算之后才发出，下次计算计入",
        "刚答": "这次计算之后才答复，下次计算计入",
    }


def test_windows_not_missed_say_why(unit):
    windows_of(unit)

    assert misses("windows_missed", unit) == {
        "按时": "2026-05-09 按时答复",
        "过了截止": "计算时填报还没有关闭（2026-07-09 关闭）",
        "没到期": "计算时填报还没有关闭（2026-07-25 关闭）",
        "去年的": "不在 2026 年内",
        "撤了": "填报已经撤销",
        "新发的": "这次计算之后才发出，下次计算计入",
        "刚答": "计算时填报还没有关闭（2026-07-15 关闭）",
    }


def test_windows_of_others_stay_out(unit, other):
    windows_of(other)

    assert misses("windows_answered", unit) == {}
    assert misses("windows_answered", other, user_with(Role.LIAISON, unit)) == {}
    assert CollectionWindow.objects.count() == 9


def case(unit, title, published_at, **facts):
    given = {
        "status": ShowcaseCase.Status.PUBLISHED,
        "published_at": published_at,
        "published_by": UserFactory(),
    }
    made = ShowcaseCaseFactory(title=title, **given | facts)
    made.organisations.add(unit)
    return made


@pytest.mark.parametrize("role", [Role.OFFICE_STAFF, Role.LIAISON])
def test_cases_that_do_not_count_say_why(unit, role):
    case(unit, "算数", at(2026, 3, 1))
    case(unit, "去年的", at(2025, 12, 20))
    case(unit, "新发布", at(2026, 7, 5))
    case(
        unit,
        "撤下的",
        at(2026, 3, 1),
        status=ShowcaseCase.Status.WITHDRAWN,
        withdrawn_at=at(2026, 4, 1),
        withdrawn_by=UserFactory(),
        withdraw_reason="做法有误",
    )
    user = user_with(role, unit if role == Role.LIAISON else None)

    seen = {"去年的": "不在 2026 年内", "新发布": "这次计算之后才发布，下次计算计入"}
    withdrawn = {"撤下的": "案例已经撤下"} if role == Role.OFFICE_STAFF else {}
    assert misses("showcase_cases", unit, user) == seen | withdrawn


def news(unit, title, published_on, recorded_at, level="county"):
    item = NewsItemFactory(
        title=title, published_on=published_on, recorded_at=recorded_at, level=level
    )
    item.organisations.add(unit)


def test_news_that_do_not_count_say_why(unit):
    news(unit, "算数", date(2026, 3, 1), at(2026, 3, 2), level="city")
    news(unit, "旗里的", date(2026, 3, 1), at(2026, 3, 2))
    news(unit, "去年的", date(2025, 12, 20), at(2026, 1, 2), level="city")
    news(unit, "新登记", date(2026, 6, 1), at(2026, 7, 2), level="city")

    assert misses("news_items", unit, level="city") == {
        "旗里的": "不符合本项的条件（级别）",
        "去年的": "不在 2026 年内",
        "新登记": "这次计算之后才登记，下次计算计入",
    }


def inspection(unit, summary, day, recorded_at=None):
    return InspectionFactory(
        organisation=unit,
        summary=summary,
        inspected_on=day,
        recorded_at=recorded_at or at(2026, 6, 1),
    )


def test_inspections_that_do_not_count_say_why(unit):
    FindingFactory(inspection=inspection(unit, "算数", date(2026, 3, 1)))
    inspection(unit, "没问题", date(2026, 3, 2))
    inspection(unit, "去年的", date(2025, 12, 20))
    inspection(unit, "新登记", date(2026, 6, 30), at(2026, 7, 2))

    assert misses("inspections", unit, found=True) == {
        "没问题": "不符合本项的条件（发现问题）",
        "去年的": "不在 2026 年内",
        "新登记": "这次计算之后才登记，下次计算计入",
    }


def findings_of(unit):
    visit = inspection(unit, "检查", date(2026, 3, 1))
    done = {"rectification": "已改", "rectified_by": UserFactory()}
    FindingFactory(inspection=visit, what="逾期", due_on=date(2026, 4, 1))
    FindingFactory(
        inspection=visit,
        what="按期",
        due_on=date(2026, 4, 1),
        rectified_on=date(2026, 3, 9),
        **done,
    )
    FindingFactory(inspection=visit, what="没到期", due_on=date(2026, 7, 20))
    old = inspection(unit, "去年的检查", date(2025, 12, 20))
    FindingFactory(inspection=old, what="去年的", due_on=date(2026, 1, 10))
    new = inspection(unit, "新登记的检查", date(2026, 6, 30), at(2026, 7, 2))
    FindingFactory(inspection=new, what="新登记", due_on=date(2026, 7, 10))


OUTSIDE = {"去年的": "不在 2026 年内", "新登记": "这次计算之后才登记，下次计算计入"}
NOT_DUE = {"没到期": "整改期限 2026-07-20，计算时还没有过"}


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("findings", OUTSIDE),
        ("overdue_findings", OUTSIDE | NOT_DUE | {"按期": "2026-03-09 整改，没有逾期"}),
        ("rectified_share", OUTSIDE | NOT_DUE),
    ],
)
def test_findings_that_do_not_count_say_why(unit, metric, expected):
    findings_of(unit)

    assert misses(metric, unit) == expected


def test_activities_of_a_linkage_that_do_not_count_say_why(unit, other):
    linkage = IndustryLinkageFactory(lead=unit)
    themed = {"starts_on": date(2026, 3, 1), "is_themed": True}
    reviewed_at = {"新采用": at(2026, 7, 2)}
    told = {
        "算数": {},
        "不是主题": {"is_themed": False},
        "去年的": {"starts_on": date(2025, 12, 20)},
        "新采用": {},
    }
    for title, facts in told.items():
        made = accepted_activity(unit, other, title=title, **themed | facts)
        made.partnerships.add(linkage)
        made.reviewed_at = reviewed_at.get(title, at(2026, 3, 9))
        made.save()
    accepted_activity(unit, other, title="没有联动", **themed)

    assert misses("linkage_themed_activities", unit) == {
        "不是主题": "不是主题活动",
        "去年的": "不在 2026 年内",
        "新采用": "这次计算之后才采用，下次计算计入",
    }


def test_sites_of_a_trade_system_that_do_not_count_say_why(unit):
    linkage = IndustryLinkageFactory(lead=unit)
    idea = IndustryLinkageFactory(
        lead=unit, status=Partnership.Status.PROPOSED, decided_by=None, decided_at=None
    )
    for name, day in (("算数", date(2026, 2, 1)), ("没验收", None), ("晚", date(2026, 7, 2))):
        StandardSiteFactory(trade_system=linkage.trade_system, name=name, accepted_on=day)
    StandardSiteFactory(trade_system=idea.trade_system, name="意向的", accepted_on=date(2026, 2, 1))

    assert misses("linkage_sites", unit) == {
        "没验收": "还没有验收",
        "晚": "2026-07-02 才验收",
        "意向的": "本行业的联动项目还没有启动实施",
    }


def early(partnership):
    """As of long before the cut-off."""
    Partnership.objects.filter(pk=partnership.pk).update(decided_at=at(2026, 1, 10))
    Member.objects.filter(partnership=partnership, consent="agreed").update(
        consent_at=at(2026, 1, 10)
    )


def test_members_beside_the_lead_that_do_not_count_say_why(unit, other):
    running = pairing_of(unit, other, name="算数")
    asked(running, OrganisationFactory(short_name="没答的"))
    early(running)
    late = pairing_of(unit, OrganisationFactory(), name="新启动")
    early(late)
    Partnership.objects.filter(pk=late.pk).update(decided_at=at(2026, 7, 2))
    led = pairing_of(other, unit, name="别人牵头")
    early(led)

    assert misses("confirmed_members", unit) == {
        "算数": "“没答的”的意愿是“待确认”，同意参加才计入",
        "新启动": "这次计算之后才启动或同意，下次计算计入",
    }


def test_members_of_another_form_do_not_fit(unit, other):
    early(pairing_of(unit, other, name="结对"))

    assert misses("confirmed_members", unit, form="industry") == {
        "结对": "不符合本项的条件（形式）"
    }


def test_projects_without_partners_say_so(unit):
    alone = pairing_of(unit, name="只有自己")
    asked(alone, OrganisationFactory())
    early(alone)

    assert misses("partners", unit) == {"只有自己": "还没有别的成员同意参加"}


def test_a_place_taken_over_later_says_when(unit, other):
    project = pairing_of(unit, other, name="承接的", starts_on=date(2025, 1, 10))
    early(project)
    Member.objects.filter(organisation=unit).update(taken_over_on=date(2027, 2, 1))

    assert misses("partnerships", unit) == {"承接的": "2027-02-01 才承接这个项目"}


def test_steps_of_another_form_do_not_fit(unit, other):
    project = pairing_of(unit, other)
    due = date(2026, 6, 1)
    MilestoneFactory(partnership=project, what="做了", due_on=due, done_on=date(2026, 5, 1))

    assert misses("milestones_on_time", unit, form="industry") == {
        "做了": "不符合本项的条件（形式）"
    }


def test_steps_of_a_project_that_another_leads_name_who_has_them(unit, other):
    other.short_name = "牵头镇"
    other.save()
    due = date(2026, 6, 1)
    MilestoneFactory(partnership=pairing_of(other, unit), what="做了", due_on=due, done_on=due)

    assert misses("milestones_on_time", unit) == {"做了": "由牵头单位“牵头镇”计"}
    assert misses("milestones_on_time", other) == {}


def test_reports_not_accepted_say_so_in_a_linkage(unit, other):
    linkage = IndustryLinkageFactory(lead=unit)
    sent = sent_activity(unit, other, by=user_with(Role.LIAISON, unit), is_themed=True)
    sent.partnerships.add(linkage)
    year = sent.starts_on.year
    expected = {2026: "已报送，旗创建办还没有采用"}.get(year, "不在 2026 年内")

    assert misses("linkage_themed_activities", unit) == {sent.title: expected}


@pytest.mark.parametrize("number", [1, 3])
def test_near_misses_take_the_same_queries(unit, number, django_assert_num_queries):
    for place in range(number):
        WindowAnswerFactory(window=window(f"第{place}次", date(2026, 5, 10)), organisation=unit)
    leaf = IndicatorFactory(
        rule_kind="per_unit",
        params={"单价": "1"},
        source="metric",
        metric="windows_answered",
    )
    run, staff = RunFactory(scheme=leaf.scheme, data_as_of=CUT_OFF), user_with(Role.OFFICE_STAFF)

    with django_assert_num_queries(3):
        found = near_misses(run, leaf, unit.pk, staff)

    assert len(found) == number
