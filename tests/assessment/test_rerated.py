"""A changed grade or difficulty is named as what moved a line."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from activities import actions
from activities.ratings import Rating
from assessment.actions import start_run
from core import jobs
from tests.factories.activities import accepted_activity
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
    score_of,
)
from tests.factories.organisations import OrganisationFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def unit():
    return OrganisationFactory()


def scheme_of(unit, kind, params, filters):
    """Of one leaf on activities for one unit."""
    scheme = SchemeFactory()
    IndicatorFactory(
        scheme=scheme,
        code="A",
        rule_kind=kind,
        params=params,
        source="metric",
        metric="activities",
        metric_filters=filters,
    )
    GroupMemberFactory(group=AssessmentGroupFactory(scheme=scheme), organisation=unit)
    return scheme


def computed(scheme, staff):
    run = start_run(scheme, by=staff)
    jobs.run(run.job_id)
    run.refresh_from_db()
    return run


def changes(client, scheme, unit, staff):
    client.force_login(staff)
    run = computed(scheme, staff)
    page = client.get(reverse("assessment:score_detail", args=[score_of(run, unit).pk]))
    return [change.reason for change in page.context["changes"].lines]


def rated(unit, title="文艺汇演"):
    return accepted_activity(unit, title=title, quality="fair", starts_on=date(2026, 5, 1))


def better(activity, staff):
    actions.change_rating(
        activity, Rating("good", D("1.5")), seen=Rating("fair"), reason="复核材料", by=staff
    )


UNIT = {"单价": "1"}
BY_LEVEL = {"级别分": {"良好": "2", "一般": "1"}}
TOLD = "“文艺汇演”改评，质量等次 一般 → 良好，难度系数 1 → 1.5（复核材料）"


@pytest.mark.parametrize(
    ("kind", "params", "filters", "first"),
    [
        ("per_unit", UNIT, {"quality": "good"}, "数据由 0 次变为 1 次"),
        ("per_unit", UNIT, {"weighted": True}, "数据由 1 次变为 1.5 次"),
        ("level_sum", BY_LEVEL, {}, "数据由 良好:0，一般:1 变为 良好:1，一般:0"),
    ],
    ids=["filter", "weight", "levels"],
)
def test_a_changed_rating_is_the_cause(client, unit, staff, kind, params, filters, first):
    scheme = scheme_of(unit, kind, params, filters)
    activity = rated(unit)
    computed(scheme, staff)

    better(activity, staff)

    assert changes(client, scheme, unit, staff) == [f"{first}；{TOLD}"]


def test_other_lines_do_not_name_it(client, unit, staff):
    scheme = scheme_of(unit, "per_unit", UNIT, {})
    activity = rated(unit)
    computed(scheme, staff)

    better(activity, staff)
    rated(unit, "又一次")

    assert changes(client, scheme, unit, staff) == ["数据由 1 次变为 2 次"]


def test_many_changes_are_counted(client, unit, staff):
    scheme = scheme_of(unit, "per_unit", UNIT, {"quality": "good"})
    activities = [rated(unit, f"第{number}次") for number in range(5)]
    computed(scheme, staff)

    for activity in activities:
        better(activity, staff)

    (reason,) = changes(client, scheme, unit, staff)
    parts = reason.split("；")
    assert (len(parts), parts[0], parts[-1]) == (5, "数据由 0 次变为 5 次", "另有 2 次改评")
