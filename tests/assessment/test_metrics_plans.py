"""SQLite finds the records of one unit from the unit, not from all records of the year."""

from datetime import date, timedelta
from itertools import cycle, islice

import pytest
from django.db import connection
from django.utils import timezone

from activities.models import Activity, Participation
from assessment.metrics import METRICS, MetricQuery
from core.upkeep import refresh_statistics
from tests.factories.activities import ActivityFactory, ParticipationFactory
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL 自己统计"),
]

UNITS, ACTIVITIES = 40, 1200
# How a step of a plan is told that goes by the unit.
BY_UNIT = "activities_participation USING INDEX"


@pytest.fixture
def units():
    """Each with as many of the year's activities as the others."""
    found = OrganisationFactory.create_batch(UNITS)
    who, day = UserFactory(), date(2026, 1, 1)
    accepted = {"status": Activity.Status.ACCEPTED, "reviewed_by": who, "created_by": who}
    activities = Activity.objects.bulk_create(
        ActivityFactory.build(
            reporter=unit,
            starts_on=day + timedelta(days=number % 365),
            reviewed_at=timezone.now(),
            **accepted,
        )
        for number, unit in enumerate(islice(cycle(found), ACTIVITIES))
    )
    Participation.objects.bulk_create(
        ParticipationFactory.build(
            activity=activity, organisation=activity.reporter, confirmed_by=who
        )
        for activity in activities
    )
    return found


@pytest.mark.parametrize("metric", ["activities", "content_kinds", "active_months"])
def test_the_activities_of_one_unit_are_found_from_the_unit(units, metric):
    refresh_statistics()
    query = MetricQuery(2026, timezone.now(), {}, {})

    plan = METRICS[metric].evidence(query, units[0].pk).explain()

    first, *_others = plan.splitlines()
    assert BY_UNIT in first
    assert "organisation_id=?" in first
