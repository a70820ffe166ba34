"""Whose records of the year count for whom: values, evidence and counts by the same rows."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment.metrics import METRICS, MetricQuery
from assessment.models import GroupMember
from assessment.rules import Part, Period, ValueShape
from organisations.actions.changes import merge_organisations
from organisations.models import successions
from tests.factories.activities import accepted_activity
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
    computed,
    score_of,
)
from tests.factories.organisations import OrganisationFactory, paper, user_with
from tests.factories.partnerships import pairing_of
from tests.factories.records import news_of, published_case

pytestmark = pytest.mark.django_db


def query(year):
    now = timezone.now() + timedelta(seconds=1)
    return MetricQuery(year, now, {}, successions(year, now))


@pytest.mark.parametrize(("history", "own", "taken"), [("follows", 0, 2), ("stays", 1, 1)])
def test_activities_of_the_year_count_as_the_office_chose(history, own, taken):
    ended, into = OrganisationFactory(), OrganisationFactory()
    accepted_activity(ended, starts_on=date(2025, 5, 1))
    accepted_activity(into, starts_on=date(2025, 7, 1))
    accepted_activity(ended, starts_on=date(2024, 5, 1))
    merge_organisations(
        [ended], into=into, paper=paper(history=history), by=user_with(Role.OFFICE_STAFF)
    )
    metric, asked = METRICS["activities"], query(2025)

    values = metric.values(asked)
    counts = dict(metric.record_counts(asked, [ended.pk, into.pk]))

    assert [values.get(unit.pk, 0) for unit in (ended, into)] == [own, taken]
    assert [metric.evidence(asked, unit.pk).count() for unit in (ended, into)] == [own, taken]
    assert counts == values
    assert metric.values(query(2024)) == {ended.pk: 1}


def test_partnerships_count_where_they_stood_at_the_year_s_end():
    ended, into, other = OrganisationFactory.create_batch(3)
    pairing_of(ended, other, starts_on=date(2024, 1, 10))
    merge_organisations([ended], into=into, paper=paper(), by=user_with(Role.OFFICE_STAFF))

    found = [METRICS["partnerships"].values(query(year)) for year in (2024, 2025)]

    assert found == [{ended.pk: 1, other.pk: 1}, {into.pk: 1, other.pk: 1}]


THIS_YEAR = paper(effective_on=date(2026, 6, 1), history="follows")


def merged(*ended, into):
    merge_organisations(ended, into=into, paper=THIS_YEAR, by=user_with(Role.OFFICE_STAFF))


@pytest.mark.usefixtures("in_2026")
@pytest.mark.parametrize(
    ("metric", "happened"),
    [
        ("activities", accepted_activity),
        ("content_kinds", accepted_activity),
        ("active_months", accepted_activity),
        ("showcase_cases", published_case),
        ("news_items", news_of),
    ],
)
def test_what_merged_units_shared_counts_once(metric, happened):
    one, two, into, other = OrganisationFactory.create_batch(4)
    for units in ((one, into, other), (into, two), (one, two), (two,), (other,)):
        happened(*units)
    merged(one, two, into=into)
    source, asked = METRICS[metric], query(2026)

    rows = source.evidence(asked, into.pk)
    counts = dict(source.record_counts(asked, [unit.pk for unit in (one, two, into, other)]))

    shared = f"{source.shared}_id"
    assert len(set(rows.values_list(shared, flat=True))) == rows.count() == 4
    # Its own part stands before that of who has been merged into it; of those any one stands.
    owners = [row.organisation_id for row in rows]
    assert owners.count(into.pk) == 2
    assert {into.pk, two.pk} <= set(owners) <= {into.pk, one.pk, two.pk}
    assert counts == {into.pk: 4, other.pk: 2}
    if source.counted == "pk":
        assert source.values(asked) == {into.pk: D(4), other.pk: D(2)}
        assert source.values(asked, [into.pk]) == {into.pk: D(4)}
        assert len(source.counted_keys(asked, into.pk)) == 4


@pytest.mark.parametrize(
    ("shape", "filters", "value"),
    [
        (ValueShape(), {"weighted": True}, D("1.5")),
        (ValueShape(), {"host": True}, D(1)),
        (ValueShape(Part.BY_NAME, ("良好",)), {}, {"良好": D(1)}),
        (ValueShape(period=Period.MONTH), {"weighted": True}, {"5": D("1.5")}),
    ],
    ids=["weighted", "hosted", "by grade", "by month"],
)
def test_an_activity_of_merged_units_counts_once_in_every_shape(shape, filters, value):
    ended, into = OrganisationFactory.create_batch(2)
    accepted_activity(ended, into, quality="good", difficulty=D("1.5"))
    merged(ended, into=into)
    metric, asked = METRICS["activities"], replace(query(2026), shape=shape, filters=filters)

    assert metric.values(asked) == {into.pk: value}
    assert metric.evidence(asked, into.pk).count() == 1


@pytest.mark.parametrize("filters", [{}, {"host": True}], ids=["all", "hosted"])
def test_evidence_of_merged_units_lists_an_activity_once(client, filters):
    ended, into = OrganisationFactory.create_batch(2)
    accepted_activity(ended, into)
    scheme = SchemeFactory(total=D(5))
    leaf = IndicatorFactory(
        scheme=scheme,
        points=D(5),
        rule_kind="per_unit",
        params={"单价": "1"},
        source="metric",
        metric="activities",
        metric_filters=filters,
    )
    group = AssessmentGroupFactory(scheme=scheme)
    for unit in (ended, into):
        GroupMemberFactory(group=group, organisation=unit)
    merged(ended, into=into)
    score = score_of(computed(scheme, user_with(Role.OFFICE_STAFF)), into)
    client.force_login(user_with(Role.LIAISON, into))

    page = client.get(reverse("assessment:evidence_list", args=[score.pk, leaf.pk]))

    assert GroupMember.objects.get(scheme=scheme).organisation == into
    assert score.total == D(1)
    assert page.context["summary"] == "1 条记录，每条计 1 次"
    assert (len(page.context["records"]), page.context["near_misses"]) == (1, [])


def test_nothing_is_told_apart_where_nothing_has_moved(django_assert_num_queries):
    accepted_activity(OrganisationFactory())
    asked = MetricQuery(2026, timezone.now() + timedelta(seconds=1))

    with django_assert_num_queries(1) as found:
        METRICS["activities"].values(asked)

    (told,) = found.captured_queries
    assert [word for word in ("DISTINCT", "MIN(", "CASE") if word in told["sql"]] == []
