"""Whose records of the year count for whom: values, evidence and counts by the same rows."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.rights import Role
from assessment.metrics import METRICS, MetricQuery
from organisations.actions.changes import merge_organisations
from organisations.models import successions
from tests.factories.activities import accepted_activity
from tests.factories.organisations import OrganisationFactory, paper, user_with
from tests.factories.partnerships import pairing_of

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
