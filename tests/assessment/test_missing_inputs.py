"""What has to be entered before a computation, told as the computation would find it."""

from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment import actions
from assessment.missing_inputs import missing_inputs
from assessment.models import ImportedValue, ManualMark, Scheme
from core import jobs
from core.errors import RuleError
from core.models import Job
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
)
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db
# Indicators, members with their names, marks, values, what last year's scheme has of them.
MOST_QUERIES = 9


@pytest.fixture
def scheme():
    """A hundred points: 60 marked, 30 imported, 10 compared with last year."""
    scheme = SchemeFactory(status=Scheme.Status.PUBLISHED)
    facts = {"scheme": scheme, "role": "base"}
    IndicatorFactory(**facts, code="M", points=60, rule_kind="manual", source="manual")
    IndicatorFactory(
        **facts, code="I", points=30, rule_kind="per_unit", params={"单价": "1"}, source="imported"
    )
    IndicatorFactory(
        **facts, code="C", points=10, rule_kind="change", source="imported",
        params={"基础": "5", "每增加": "1", "增加封顶": "5", "每减少扣": "1", "减少封顶": "5"},
    )  # fmt: skip
    return scheme


def members(scheme, count):
    group = AssessmentGroupFactory(scheme=scheme)
    return [GroupMemberFactory(group=group).organisation for _ in range(count)]


def enter(scheme, unit, code, value="3", *, is_previous=False):
    leaf = scheme.indicators.get(code=code)
    if leaf.source == "manual":
        return ManualMark.objects.create(
            indicator=leaf, organisation=unit, value=D(value), marked_by=UserFactory()
        )
    return ImportedValue.objects.create(
        indicator=leaf, organisation=unit, value=value, is_previous=is_previous,
        entered_by=UserFactory(),
    )  # fmt: skip


def found(scheme):
    return [(one.indicator.code, one.is_previous, one.units) for one in missing_inputs(scheme)]


def test_missing_inputs_count_units_by_indicator(scheme):
    units = members(scheme, 3)
    before = found(scheme)
    enter(scheme, units[0], "M")
    enter(scheme, units[1], "I")
    for unit in units:
        enter(scheme, unit, "C")
    enter(scheme, units[2], "C", is_previous=True)

    assert before == [("M", False, 3), ("I", False, 3), ("C", False, 3)]
    assert found(scheme) == [("M", False, 2), ("I", False, 2), ("C", True, 2)]


def test_what_is_missing_is_what_a_computation_names(scheme):
    (unit,) = members(scheme, 1)
    enter(scheme, unit, "I")
    enter(scheme, unit, "C")
    told = found(scheme)

    run = actions.start_run(scheme, by=user_with(Role.OFFICE_STAFF))
    jobs.run(run.job_id)
    failed = Job.objects.get(pk=run.job_id)
    enter(scheme, unit, "M")
    enter(scheme, unit, "C", is_previous=True)
    again = actions.start_run(scheme, by=user_with(Role.OFFICE_STAFF))
    jobs.run(again.job_id)

    assert told == [("M", False, 1), ("C", True, 1)]
    assert (failed.state, failed.message.count("“M 指标") + failed.message.count("“C 指标")) == (
        Job.State.FAILED, 2,
    )  # fmt: skip
    assert (found(scheme), Job.objects.get(pk=again.job_id).state) == ([], Job.State.DONE)


def test_part_of_the_marks_is_missing_too_and_who_does_not_apply_is_not(scheme):
    unit, village = members(scheme, 2)
    scheme.indicators.exclude(code="M").delete()
    leaf = scheme.indicators.get()
    leaf.params, leaf.applies_to = {"评委数": "2"}, [unit.kind]
    leaf.save()
    type(village).objects.filter(pk=village.pk).update(kind="village")
    scheme.members.filter(organisation=village).update(kind="village")
    enter(scheme, unit, "M")
    one_of_two = found(scheme)
    enter(scheme, unit, "M")

    assert (one_of_two, found(scheme)) == ([("M", False, 1)], [])


def test_an_unsound_rule_is_left_to_the_computation(scheme):
    members(scheme, 1)
    scheme.indicators.filter(code="I").update(params={"单价": "许多"})

    assert found(scheme) == []


@pytest.mark.parametrize("item_count", [1, 3])
def test_missing_inputs_take_the_same_queries(scheme, item_count, django_assert_num_queries):
    members(scheme, item_count)

    with django_assert_num_queries(MOST_QUERIES):
        rows = found(scheme)

    assert [units for _code, _previous, units in rows] == [item_count] * 3


def test_nothing_entered_by_people_asks_for_nothing(django_assert_num_queries):
    scheme = SchemeFactory()
    members(scheme, 1)

    with django_assert_num_queries(1):
        assert found(scheme) == []


def test_scheme_detail_names_what_is_missing_instead_of_the_button(client, scheme):
    units = members(scheme, 2)
    client.force_login(user_with(Role.OFFICE_STAFF))
    address = reverse("assessment:scheme_detail", args=[scheme.pk])
    asked = client.get(address)
    for unit in units:
        for code in "MIC":
            enter(scheme, unit, code)
        enter(scheme, unit, "C", is_previous=True)

    ready = client.get(address)

    assert (asked.context["deed"].url, asked.context["deed"].reason) == (
        "", "还有 3 项缺数据，共 6 处，补齐后才能计算。",
    )  # fmt: skip
    assert [url in asked.text for url in links(scheme)] == [True, True]
    assert (ready.context["missing"], ready.context["deed"].reason) == ([], "")


def links(scheme):
    names = ("marking_detail", "value_list")
    return [f'href="{reverse(f"assessment:{name}", args=[scheme.pk])}"' for name in names]


@pytest.mark.parametrize(
    ("role", "is_told"),
    [(Role.OFFICE_STAFF, True), (Role.LIAISON, False), (Role.LEADER, False)],
    ids=["staff", "liaison", "leader"],
)
def test_missing_inputs_are_for_who_computes(client, scheme, role, is_told):
    members(scheme, 1)
    client.force_login(user_with(role, OrganisationFactory()) if role == Role.LIAISON
                       else user_with(role))  # fmt: skip

    response = client.get(reverse("assessment:scheme_detail", args=[scheme.pk]))

    assert bool(response.context["missing"]) == is_told


def test_a_year_that_has_not_begun_is_not_computed(client, scheme):
    staff, year = user_with(Role.OFFICE_STAFF), timezone.localdate().year + 1
    scheme.year = year
    scheme.save()
    client.force_login(staff)

    deed = client.get(reverse("assessment:scheme_detail", args=[scheme.pk])).context["deed"]
    with pytest.raises(RuleError) as refusal:
        actions.start_run(scheme, by=staff)

    words = f"{year}年还没有开始，到{year}年1月1日才能计算评分。"
    assert (refusal.value.message, deed.reason, deed.url) == (words, words, "")
    assert (scheme.runs.count(), Scheme.objects.get(pk=scheme.pk).status) == (
        0, Scheme.Status.PUBLISHED,
    )  # fmt: skip
