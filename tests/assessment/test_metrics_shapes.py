"""What metrics give beside one number: by name, by month, weighted, as a share."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from accounts.rights import Role
from activities.models import Activity
from assessment.metrics import METRICS, MetricQuery
from assessment.metrics.months import Month
from assessment.rules import Part, Period, ValueShape
from demonstrations.models import StandardSite, Title
from organisations.actions.changes import merge_organisations
from organisations.models import successions
from partnerships.models import ContentKind, Form, JointTag
from supervision.models import Finding, Inspection
from tests.factories.activities import accepted_activity
from tests.factories.organisations import (
    OrganisationFactory,
    TradeSystemFactory,
    UserFactory,
    paper,
    user_with,
)
from tests.factories.partnerships import MemberFactory, MilestoneFactory, pairing_of

pytestmark = pytest.mark.django_db

BY_MONTH, BY_QUARTER = ValueShape(period=Period.MONTH), ValueShape(period=Period.QUARTER)


def query(shape=None, year=2026, **filters):
    now = timezone.now() + timedelta(seconds=1)
    return MetricQuery(year, now, filters, shape=shape or ValueShape())


def by_name(*names, period=None):
    return ValueShape(Part.BY_NAME, names, period)


def items(*names):
    return ValueShape(Part.ITEMS, names)


def values(metric, asked):
    return METRICS[metric].values(asked)


@pytest.fixture
def unit():
    return OrganisationFactory()


def test_activities_by_quality_leave_out_what_the_rule_does_not_name(unit):
    for quality in ("excellent", "excellent", "good", "poor", ""):
        accepted_activity(unit, quality=quality)

    found = values("activities", query(by_name("优秀", "较差")))

    assert found == {unit.pk: {"优秀": D(2), "较差": D(1)}}


def test_activities_by_month_and_quarter(unit):
    for day in (date(2026, 1, 5), date(2026, 2, 1), date(2026, 2, 9), date(2026, 12, 1)):
        accepted_activity(unit, starts_on=day)

    by_month = values("activities", query(BY_MONTH))
    by_quarter = values("activities", query(BY_QUARTER))

    assert by_month == {unit.pk: {"1": D(1), "2": D(2), "12": D(1)}}
    assert by_quarter == {unit.pk: {"1": D(3), "4": D(1)}}


def test_activities_by_month_and_name(unit):
    accepted_activity(unit, starts_on=date(2026, 1, 5), quality="good")
    accepted_activity(unit, starts_on=date(2026, 3, 5), quality="good")
    accepted_activity(unit, starts_on=date(2026, 3, 6), quality="poor")

    found = values("activities", query(by_name("良好", "较差", period=Period.MONTH)))

    assert found == {unit.pk: {"1": {"良好": D(1)}, "3": {"良好": D(1), "较差": D(1)}}}


def test_activities_of_several_projects_count_once_under_a_form(unit):
    other = OrganisationFactory()
    activity = accepted_activity(unit, difficulty=D("1.5"))
    activity.partnerships.set([pairing_of(unit, other), pairing_of(other, unit)])

    plain = values("activities", query(by_name("一对一结对", "同行业联动")))
    weighted = values("activities", query(by_name("一对一结对"), weighted=True))

    assert plain == {unit.pk: {"一对一结对": D(1)}}
    assert weighted == {unit.pk: {"一对一结对": D("1.5")}}


def test_activities_weighted_sum_the_coefficients_exactly(unit):
    for difficulty in ("1.1", "1.1", "0.9", "1"):
        accepted_activity(unit, difficulty=D(difficulty))

    weighted = values("activities", query(weighted=True))
    by_month = values("activities", query(BY_MONTH, weighted=True))

    assert weighted == {unit.pk: D("4.1")}
    assert by_month == {unit.pk: {"5": D("4.1")}}


def test_items_are_the_names_with_a_record_in_the_order_of_the_rule(unit):
    first, second = JointTag.objects.all()[:2]
    for _ in range(2):
        accepted_activity(unit).joint_tags.set([second])
    accepted_activity(unit).joint_tags.set([first])
    other = OrganisationFactory()
    accepted_activity(other)

    names = list(JointTag.objects.values_list("name", flat=True))
    found = values("activities", query(items(*names)))

    assert found == {unit.pk: (first.name, second.name)}


def test_content_kinds_are_items_or_their_number(unit):
    kinds = ContentKind.objects.filter(form="pairing")[:2]
    accepted_activity(unit).content_kinds.set(kinds)

    named = values("content_kinds", query(items(*[kind.name for kind in kinds])))
    number = values("content_kinds", query(items()))

    assert named == {unit.pk: tuple(kind.name for kind in kinds)}
    assert number == {unit.pk: D(2)}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"quality": "good"}, 1),
        ({"month": 3}, 1),
        ({"host": False}, 1),
        ({"host": True}, 2),
        ({"themed": False}, 2),
        ({"form": Form.PAIRING}, 1),
        ({"form": Form.MATRIX}, 0),
        ({"content_kind": "宣传教育"}, 1),
        ({"joint_tag": "活动联办"}, 1),
        ({"joint_tag": "活动联办", "month": 5}, 0),
    ],
)
def test_activities_are_narrowed_by_every_filter(unit, filters, expected):
    other = OrganisationFactory()
    accepted_activity(unit, starts_on=date(2026, 3, 1)).joint_tags.set(
        JointTag.objects.filter(name="活动联办")
    )
    accepted_activity(unit, quality="good").content_kinds.set(
        ContentKind.objects.filter(form="pairing", name="宣传教育")
    )
    accepted_activity(other, unit, is_themed=True).partnerships.set([pairing_of(other, unit)])

    assert values("activities", query(**filters)).get(unit.pk, 0) == expected


def test_titles_by_level_type_and_newness(unit):
    facts = {"organisation": unit, "authority": "市民委", "document_number": "1号"}
    Title.objects.create(level="city", type="unit", named_on=date(2024, 1, 1), **facts)
    Title.objects.create(level="county", type="area", named_on=date(2026, 1, 1), **facts)

    assert values("titles", query(by_name("国家级", "市级", "旗级"))) == {
        unit.pk: {"市级": D(1), "旗级": D(1)}
    }
    assert values("titles", query(by_name("示范区"))) == {unit.pk: {"示范区": D(1)}}
    assert values("titles", query(new=True)) == {unit.pk: D(1)}
    assert values("titles", query(by_name("旗级"), new=False)) == {}
    assert values("titles", query(type="unit", level="city")) == {unit.pk: D(1)}


def test_sites_of_the_year_are_told_from_earlier_ones(unit):
    for day in (date(2025, 3, 1), date(2026, 3, 1), date(2026, 4, 1)):
        StandardSite.objects.create(
            organisation=unit,
            trade_system=TradeSystemFactory(),
            name=f"示范校{day}",
            started_on=date(2025, 1, 1),
            accepted_on=day,
        )

    assert values("standard_sites", query()) == {unit.pk: D(3)}
    assert values("standard_sites", query(new=True)) == {unit.pk: D(2)}


def test_partnerships_by_pairing_type(unit):
    pairing_of(unit, type="villages")
    pairing_of(unit, type="townships")

    assert values("partnerships", query(pairing_type="villages")) == {unit.pk: D(1)}
    assert values("partnerships", query(by_name("乡镇与乡镇"))) == {unit.pk: {"乡镇与乡镇": D(1)}}


def test_confirmed_members_count_once_for_the_lead(unit):
    two, three, declined = OrganisationFactory.create_batch(3)
    pairing = pairing_of(unit, two)
    pairing_of(unit, two, three)
    MemberFactory(partnership=pairing, organisation=declined, consent="declined")

    assert values("confirmed_members", query()) == {unit.pk: D(2)}
    assert values("confirmed_members", query(form=Form.MATRIX)) == {}


def test_milestones_by_form_and_month(unit):
    pairing = pairing_of(unit, OrganisationFactory())
    MilestoneFactory(partnership=pairing, due_on=date(2026, 1, 9), done_on=date(2025, 12, 30))

    assert values("milestones_on_time", query(BY_MONTH, form=Form.PAIRING)) == {
        unit.pk: {"1": D(1)}
    }
    assert values("milestones_on_time", query(by_name("同行业联动"))) == {}


def inspected(unit, *findings, on=date(2026, 2, 1)):
    user = UserFactory()
    inspection = Inspection.objects.create(
        organisation=unit, inspected_on=on, summary="查看台账", recorded_by=user
    )
    for due_on, done in findings:
        Finding.objects.create(
            inspection=inspection,
            what="台账不全",
            due_on=due_on,
            rectified_on=done,
            rectified_by=user if done else None,
        )


DUE = date(2026, 3, 1)


def test_inspections_count_samples_and_findings_the_checks_they_failed(unit):
    inspected(unit, (DUE, None), (DUE, DUE), on=date(2026, 2, 1))
    inspected(unit, on=date(2026, 5, 1))

    assert values("inspections", query()) == {unit.pk: D(2)}
    assert values("inspections", query(found=True)) == {unit.pk: D(1)}
    assert values("inspections", query(found=False)) == {unit.pk: D(1)}
    assert values("findings", query(BY_QUARTER)) == {unit.pk: {"1": D(2)}}


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([(DUE, DUE), (DUE, None)], D(50)),
        ([(DUE, DUE), (DUE, DUE), (DUE, date(2026, 3, 2))], D("66.6667")),
        ([(DUE, date(2026, 2, 2))], D(100)),
        ([(date(2126, 1, 1), date(2026, 2, 2))], D(100)),
        ([(date(2126, 1, 1), None)], None),
    ],
)
def test_rectified_share_is_of_what_had_to_be_rectified(unit, findings, expected):
    inspected(unit, *findings)

    assert values("rectified_share", query()).get(unit.pk) == expected
    assert METRICS["rectified_share"].none(ValueShape()) == 100


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (ValueShape(), D(0)),
        (items(), D(0)),
        (items("甲"), ()),
        (BY_MONTH, {}),
        (by_name("优秀"), {}),
        (by_name("优秀", period=Period.MONTH), {}),
    ],
)
def test_no_records_are_a_true_nothing(shape, expected):
    assert METRICS["activities"].none(shape) == expected


SHAPES = [
    ("activities", by_name("优秀"), {}),
    ("activities", by_name("优秀", period=Period.MONTH), {"weighted": True}),
    ("titles", by_name("市级"), {}),
    ("findings", BY_MONTH, {}),
    ("rectified_share", ValueShape(), {}),
]


@pytest.mark.parametrize("unit_count", [1, 3])
@pytest.mark.parametrize(("metric", "shape", "filters"), SHAPES)
def test_every_shape_takes_one_query(metric, shape, filters, unit_count, django_assert_num_queries):
    for _ in range(unit_count):
        accepted_activity(OrganisationFactory(), quality="excellent")

    with django_assert_num_queries(1):
        values(metric, query(shape, **filters))


@pytest.mark.parametrize(
    ("shape", "filters"),
    [
        (by_name("优秀"), {}),
        (by_name("一对一结对"), {"weighted": True}),
        (BY_MONTH, {}),
        (ValueShape(), {"weighted": True}),
    ],
)
def test_evidence_is_what_was_counted_and_no_more(unit, shape, filters):
    other = OrganisationFactory()
    counted = accepted_activity(unit, other, quality="excellent")
    counted.partnerships.set([pairing_of(unit, other), pairing_of(unit, other)])
    if shape.names:
        accepted_activity(unit, quality="good")
    metric, asked = METRICS["activities"], query(shape, **filters)

    assert [part.activity for part in metric.evidence(asked, unit.pk)] == [counted]
    assert len(metric.counted_keys(asked, unit.pk)) == 1
    assert dict(metric.record_counts(asked, [unit.pk])) == {unit.pk: 1}


def test_values_narrow_to_units(unit, django_assert_num_queries):
    accepted_activity(unit, OrganisationFactory(), quality="good")
    asked = query(by_name("良好"))

    with django_assert_num_queries(1):
        found = METRICS["activities"].values(asked, [unit.pk])

    assert found == {unit.pk: {"良好": D(1)}}


def test_successions_are_honoured_in_every_shape(unit):
    ended = OrganisationFactory()
    accepted_activity(ended, starts_on=date(2025, 5, 1), quality="good")
    accepted_activity(unit, starts_on=date(2025, 7, 1), quality="good", difficulty=D("1.5"))
    merge_organisations(
        [ended], into=unit, paper=paper(history="follows"), by=user_with(Role.OFFICE_STAFF)
    )
    now = timezone.now() + timedelta(seconds=1)
    asked = MetricQuery(2025, now, {}, successions(2025, now), by_name("良好"))
    weighted = replace(asked, shape=BY_MONTH, filters={"weighted": True})

    assert METRICS["activities"].values(asked) == {unit.pk: {"良好": D(2)}}
    assert METRICS["activities"].values(weighted, [unit.pk]) == {
        unit.pk: {"5": D(1), "7": D("1.5")}
    }


@pytest.mark.parametrize(
    ("metric", "shape", "words"),
    [
        ("activities", ValueShape(), ""),
        ("activities", items(), ""),
        ("activities", by_name("优秀"), ""),
        ("activities", by_name("组织联建"), ""),
        ("titles", by_name("国家级", period=Period.MONTH), "“示范命名”只有全年的数，不分月、季"),
        ("activities", ValueShape(Part.MARKS), "“联创活动”由系统计算，不能给出评分"),
        (
            "titles",
            by_name("国家级", "省级"),
            "“示范命名”只能给出总数，按级别（国家级、自治区级、市级、旗级）的数，"
            "按命名类型（示范区、示范单位、教育基地）的数，不能给出“国家级、省级”各自的个数",
        ),
        ("rectified_share", items("甲"), "“问题按期整改率”只能给出比例，不能给出达到的项目"),
        (
            "findings",
            by_name("甲"),
            "“督导检查发现的问题”只能给出总数，按月和按季的数，不能给出“甲”各自的个数",
        ),
    ],
)
def test_shape_fault_says_what_the_metric_can_give(metric, shape, words):
    assert METRICS[metric].shape_fault(shape) == words


def test_quality_names_are_those_of_activities():
    assert [str(label) for label in Activity.Quality.labels] == ["优秀", "良好", "一般", "较差"]


def test_month_of_a_moment_is_that_of_this_place(unit):
    # 1 February 2026 at half past midnight in Beijing is still January in London.
    activity = accepted_activity(unit, difficulty=D(1))
    moment = datetime(2026, 1, 31, 16, 30, tzinfo=UTC)
    Activity.objects.filter(pk=activity.pk).update(reviewed_at=moment, starts_on=date(2026, 1, 31))

    months = Activity.objects.values_list(Month("reviewed_at"), Month("starts_on"))

    assert list(months) == [(2, 1)]
