"""The values that a scheme is scored with, from records, marks and imported figures."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from accounts.rights import Role
from assessment import actions
from assessment.leaf_values import leaf_values, source_fault
from assessment.models import ImportedValue, Indicator, ManualMark, Scheme
from assessment.rules import value_to_json
from core import jobs
from core.models import Job
from organisations.actions.changes import merge_organisations
from tests.factories.activities import accepted_activity
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
)
from tests.factories.organisations import OrganisationFactory, UserFactory, paper, user_with

pytestmark = pytest.mark.django_db

CHANGE = {
    "基础": "5",
    "每增加": "1",
    "增加封顶": "5",
    "每减少扣": "1",
    "减少封顶": "5",
}


@pytest.fixture
def unit():
    return OrganisationFactory()


@pytest.fixture
def scheme():
    return SchemeFactory()


def leaf(scheme, rule="per_unit", source="metric", metric="activities", **facts):
    params = facts.pop("params", {"单价": "1"} if rule == "per_unit" else {})
    return IndicatorFactory(
        scheme=scheme,
        rule_kind=rule,
        params=params,
        source=source,
        metric=metric if source == "metric" else "",
        **facts,
    )


def found(scheme, *units, **options):
    leaves = list(scheme.indicators.exclude(rule_kind=""))
    now = timezone.now() + timedelta(seconds=1)
    keys = [unit.pk for unit in units]
    return leaf_values(scheme, leaves, keys, data_as_of=now, **options)


def imported(indicator, unit, value, **facts):
    return ImportedValue.objects.create(
        indicator=indicator,
        organisation=unit,
        value=value_to_json(value),
        entered_by=UserFactory(),
        **facts,
    )


def marked(indicator, unit, *marks):
    for mark in marks:
        ManualMark.objects.create(
            indicator=indicator, organisation=unit, value=D(mark), marked_by=UserFactory()
        )


def test_metric_leaf_without_records_is_a_true_zero(scheme, unit):
    other = OrganisationFactory()
    accepted_activity(unit)
    leaf(scheme, code="A")

    assert found(scheme, unit, other).values == {
        (str(unit.pk), "A"): D(1),
        (str(other.pk), "A"): D(0),
    }


@pytest.mark.parametrize(
    ("rule", "params", "expected"),
    [
        ("per_unit", {"单价": "1", "周期": "月"}, {"5": D(2)}),
        ("quota", {"定额": "1", "每缺扣": "1", "周期": "季"}, {"2": D(2)}),
        ("level_highest", {"级别分": {"优秀": "2"}}, {"优秀": D(1)}),
        ("level_sum", {"级别分": {"优秀": "2"}, "周期": "月"}, {"5": {"优秀": D(1)}}),
        ("graded", {"等次分": {"优秀": "1", "较差": "-1"}}, {"优秀": D(1), "较差": D(1)}),
        ("checklist", {"清单": {"较差": "1", "优秀": "1"}}, ("较差", "优秀")),
        ("checklist", {"达标数": {"2": "1", "其他": "0"}}, D(2)),
        ("flag", {}, D(2)),
    ],
)
def test_metric_leaf_comes_in_the_shape_of_its_rule(scheme, unit, rule, params, expected):
    accepted_activity(unit, quality="excellent")
    accepted_activity(unit, quality="poor")
    leaf(scheme, rule, params=params, code="A")

    assert found(scheme, unit).values == {(str(unit.pk), "A"): expected}


def test_leaves_that_want_the_same_share_one_query(scheme, unit, django_assert_num_queries):
    leaf(scheme, code="A")
    leaf(scheme, "flag", code="B")
    leaf(scheme, code="C", metric_filters={"themed": True, "host": True})
    leaf(scheme, code="D", metric_filters={"host": True, "themed": True})
    leaves = list(scheme.indicators.all())

    with django_assert_num_queries(2):
        leaf_values(scheme, leaves, [unit.pk], data_as_of=timezone.now(), successions={})


def test_names_of_catalogues_are_asked_once(scheme, unit, django_assert_num_queries):
    for code, name in (("A", "组织联建"), ("B", "平台联搭")):
        leaf(scheme, "checklist", params={"清单": {name: "1"}}, code=code)
    leaves = list(scheme.indicators.all())

    # Two metrics, and each catalogue of names once.
    with django_assert_num_queries(4):
        leaf_values(scheme, leaves, [unit.pk], data_as_of=timezone.now(), successions={})


def test_marks_are_those_of_all_judges(scheme, unit):
    indicator = leaf(scheme, "manual", "manual", code="A")
    marked(indicator, unit, "8", "9.5")

    assert found(scheme, unit).values == {(str(unit.pk), "A"): (D(8), D("9.5"))}


@pytest.mark.parametrize(
    ("marks", "expected"), [(("8",), D(8)), (("8", "8"), D(8)), (("8", "9"), (D(8), D(9)))]
)
def test_number_by_mark_is_that_on_which_all_agree(scheme, unit, marks, expected):
    indicator = leaf(scheme, source="manual", code="A")
    marked(indicator, unit, *marks)

    assert found(scheme, unit).values == {(str(unit.pk), "A"): expected}


@pytest.mark.parametrize(
    ("rule", "params", "value"),
    [
        ("imported", {"满分": "100"}, D("86.5")),
        ("level_sum", {"级别分": {"省": "2"}}, {"省": D(2)}),
        ("level_sum", {"级别分": {"省": "2"}, "周期": "月"}, {"1": {"省": D(2)}}),
        ("checklist", {"清单": {"甲": "1"}}, ("甲",)),
        ("manual", {}, (D(8), D(9))),
    ],
)
def test_imported_values_may_have_any_shape(scheme, unit, rule, params, value):
    indicator = leaf(scheme, rule, "imported", params=params, code="A")
    imported(indicator, unit, value)
    imported(indicator, unit, D(1), is_previous=True)

    assert found(scheme, unit).values == {(str(unit.pk), "A"): value}


def test_what_nobody_entered_is_left_out(scheme, unit):
    leaf(scheme, "manual", "manual", code="A")
    indicator = leaf(scheme, "imported", "imported", params={"满分": "9"}, code="B")
    imported(indicator, OrganisationFactory(), D(1))
    leaf(scheme, "imported", "imported", params={"满分": "9"}, code="C")
    IndicatorFactory(scheme=scheme, rule_kind="constant", code="D")

    assert {key for key, _code in found(scheme, unit).values} == {
        str(ImportedValue.objects.get().organisation_id)
    }


def test_previous_of_a_metric_is_that_of_the_year_before(scheme, unit):
    accepted_activity(unit, starts_on=date(2025, 5, 1))
    leaf(scheme, "change", params=CHANGE, code="A")
    leaf(scheme, code="B")

    assert found(scheme, unit).previous == {(str(unit.pk), "A"): D(1)}


def test_previous_of_a_metric_follows_the_successions_of_its_own_year(scheme, unit):
    ended = OrganisationFactory()
    accepted_activity(ended, starts_on=date(2025, 5, 1))
    merge_organisations(
        [ended],
        into=unit,
        paper=paper(history="follows"),
        by=user_with(Role.OFFICE_STAFF),
    )
    leaf(scheme, "change", params=CHANGE, code="A")

    assert found(scheme, unit).previous == {(str(unit.pk), "A"): D(1)}


def last_years(scheme, status=Scheme.Status.FINAL, **facts):
    return SchemeFactory(
        region=scheme.region,
        year=2025,
        status=status,
        approved_by=UserFactory(),
        approved_at=timezone.now(),
        **facts,
    )


def test_previous_of_what_was_entered_is_that_of_last_years_scheme(scheme, unit):
    before = last_years(scheme)
    imported(leaf(before, source="imported", code="A"), unit, D(3))
    marked(leaf(before, source="manual", code="B"), unit, "4")
    imported(leaf(before, source="imported", code="C"), unit, D(9))
    for code, source in (("A", "imported"), ("B", "manual")):
        leaf(scheme, "change", source, params=CHANGE, code=code)
    leaf(scheme, source="imported", code="C")

    assert found(scheme, unit).previous == {
        (str(unit.pk), "A"): D(3),
        (str(unit.pk), "B"): D(4),
    }


def test_previous_that_was_imported_comes_before_last_years_scheme(scheme, unit):
    imported(leaf(last_years(scheme), source="imported", code="A"), unit, D(3))
    indicator = leaf(scheme, "change", "imported", params=CHANGE, code="A")
    imported(indicator, unit, D(5), is_previous=True)

    assert found(scheme, unit).previous == {(str(unit.pk), "A"): D(5)}


@pytest.mark.parametrize("status", [Scheme.Status.SCORING, Scheme.Status.REPLACED])
def test_previous_is_not_taken_from_a_scheme_that_is_not_final(scheme, unit, status):
    imported(leaf(last_years(scheme, status), source="imported", code="A"), unit, D(3))
    leaf(scheme, "change", "imported", params=CHANGE, code="A")

    assert found(scheme, unit).previous == {}


def test_units_narrow_everything_to_them(scheme, unit):
    other = OrganisationFactory()
    accepted_activity(unit, other)
    leaf(scheme, code="A")
    marks = leaf(scheme, "manual", "manual", code="B")
    values = leaf(scheme, source="imported", code="C")
    changed = leaf(scheme, "change", "imported", params=CHANGE, code="D")
    for one in (unit, other):
        marked(marks, one, "1")
        imported(values, one, D(1))
        imported(changed, one, D(1), is_previous=True)

    narrow = found(scheme, unit, other, units={unit.pk})

    assert {key for key, _code in narrow.values} == {str(unit.pk)}
    assert {code for _key, code in narrow.values} == {"A", "B", "C"}
    assert set(narrow.previous) == {(str(unit.pk), "D")}


def test_advance_is_told_a_few_times_how_far_it_is(scheme, unit):
    for number in range(7):
        leaf(scheme, metric_filters={"month": number + 1}, name=f"第{number}项")
    told = []

    found(scheme, unit, advance=lambda *words: told.append(words))

    assert told == [(0, 7, "第0项"), (3, 7, "第3项"), (6, 7, "第6项")]


@pytest.mark.parametrize(
    ("rule", "source", "params", "enter", "sentence"),
    [
        ("imported", "imported", {"满分": "9"}, None, "没有数据"),
        ("manual", "manual", {}, None, "没有数据"),
        (
            "manual",
            "manual",
            {"评委数": "3"},
            lambda leaf, unit: marked(leaf, unit, "8", "9"),
            "3 位评委中 2 位已评",
        ),
        (
            "per_unit",
            "manual",
            {"单价": "1"},
            lambda leaf, unit: marked(leaf, unit, "8", "9"),
            "应为一个数，现有 8、9，请核对成一个",
        ),
        ("change", "imported", CHANGE, lambda leaf, unit: imported(leaf, unit, D(1)), "没有上年"),
    ],
)
def test_run_names_unit_and_indicator_of_what_is_missing(
    scheme, unit, rule, source, params, enter, sentence
):
    group = AssessmentGroupFactory(scheme=scheme)
    GroupMemberFactory(group=group, organisation=unit)
    branch = IndicatorFactory(scheme=scheme, code="Z", points=100)
    one = leaf(scheme, rule, source, params=params, code="A", name="满意度", points=100)
    Indicator.objects.filter(pk=one.pk).update(parent=branch)
    if enter:
        enter(one, unit)

    run = actions.start_run(scheme, by=user_with(Role.OFFICE_STAFF))
    jobs.run(run.job_id)

    run.job.refresh_from_db()
    assert run.job.state == Job.State.FAILED
    assert f"“{unit.full_label}”的“A 满意度”：{sentence}" in run.job.message


@pytest.mark.parametrize(
    ("rule", "params", "source", "metric", "filters", "sentence"),
    [
        ("constant", {}, "", "", {}, ""),
        ("", {}, "", "", {}, ""),
        ("flag", {}, "", "", {}, "“满意度”没有数据来源，请选择系统数据、人工评分或导入"),
        ("flag", {}, "metric", "colour", {}, "没有数据来源“colour”，请重新选择"),
        ("flag", {}, "metric", "titles", {"level": "city"}, ""),
        (
            "flag",
            {},
            "metric",
            "titles",
            {"host": True},
            "“示范命名”没有这个条件，可用的条件：级别、命名类型、本年新增",
        ),
        (
            "flag",
            {},
            "metric",
            "findings",
            {"x": 1},
            "“督导检查发现的问题”没有这个条件，可用的条件：无",
        ),
        ("manual", {}, "metric", "titles", {}, "“示范命名”由系统计算，不能给出评分"),
        ("manual", {}, "manual", "", {}, ""),
        ("flag", {}, "manual", "", {}, ""),
        ("checklist", {"达标数": {"2": "1"}}, "manual", "", {}, ""),
        (
            "graded",
            {"等次分": {"好": "1"}},
            "manual",
            "",
            {},
            "人工评分只能给出分数或一个数，“等次累计”要的是“好”各自的个数，请改用导入",
        ),
        (
            "per_unit",
            {"单价": "1", "周期": "月"},
            "manual",
            "",
            {},
            "人工评分只能给出分数或一个数，“计数”要的是按月的数，请改用导入",
        ),
        ("graded", {"等次分": {"好": "1"}}, "imported", "", {}, ""),
    ],
)
def test_source_fault_says_what_a_source_can_give(rule, params, source, metric, filters, sentence):
    one = Indicator(
        name="满意度",
        rule_kind=rule,
        params=params,
        source=source,
        metric=metric,
        metric_filters=filters,
    )

    assert source_fault(one) == sentence


def test_scheme_faults_name_leaves_whose_source_cannot_feed_them(scheme):
    leaf(scheme, "graded", params={"等次分": {"好": "1"}}, code="A", name="质量")
    leaf(scheme, code="B", params={}, name="参数有错")
    leaf(scheme, code="C")

    faults = [fault for fault in actions.scheme_faults(scheme) if fault.key == "数据来源"]

    assert [fault.code for fault in faults] == ["A"]
    assert faults[0].message.startswith("“质量”：“联创活动”只能给出总数，按月和按季的数")
