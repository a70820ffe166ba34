"""A run asks the database no more often for more units, nor for leaves that want the same."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.rights import Role
from assessment import actions
from assessment.leaf_values.counted import by_wish
from assessment.models import Indicator
from core import jobs
from core.models import Job
from tests.factories.activities import accepted_activity
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
)
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with

pytestmark = pytest.mark.django_db

# Fewer different wishes than leaves: every fifth asks what another asks.
WISHES = [
    ("activities", {}, "per_unit", {"单价": "1"}),
    ("activities", {"themed": True}, "per_unit", {"单价": "1"}),
    ("activities", {}, "graded", {"等次分": {"优秀": "1"}}),
    ("titles", {}, "flag", {}),
    ("activities", {}, "flag", {}),
]
MOST = 10
# Three tellings at most while counting, one before saving, savepoints for the cut-off and the
# results, scores, lines, run, job.
WRITES = 12


def scheme_of(leaf_count, unit_count):
    scheme = SchemeFactory()
    group = AssessmentGroupFactory(scheme=scheme)
    for _ in range(unit_count):
        unit = OrganisationFactory(region=RegionFactory())
        GroupMemberFactory(group=group, organisation=unit)
        accepted_activity(unit, quality="excellent")
    branch = IndicatorFactory(scheme=scheme, points=100)
    for number in range(leaf_count):
        metric, filters, rule, params = WISHES[number % len(WISHES)]
        month = {"month": number // len(WISHES) + 1} if metric == "activities" else {}
        IndicatorFactory(
            scheme=scheme,
            parent=branch,
            points=100 / leaf_count,
            rule_kind=rule,
            params=params,
            source=Indicator.Source.METRIC,
            metric=metric,
            metric_filters=filters | month,
        )
    return scheme


@pytest.mark.parametrize("unit_count", [1, 3])
@pytest.mark.parametrize(("leaf_count", "distinct"), [(5, 4), (20, 13)])
def test_run_takes_one_query_for_each_metric_and_ten_more(leaf_count, distinct, unit_count):
    scheme = scheme_of(leaf_count, unit_count)
    run = actions.start_run(scheme, by=user_with(Role.OFFICE_STAFF))
    handle = jobs.JobHandle(run.job, "claim")
    Job.objects.filter(pk=run.job_id).update(
        claim="claim", state=Job.State.RUNNING, heartbeat_at=timezone.now()
    )

    with CaptureQueriesContext(connection) as asked:
        actions.compute_run(handle)

    run.refresh_from_db()
    leaves = scheme.indicators.exclude(rule_kind="")
    assert (len(by_wish(leaves)), run.scores.count()) == (distinct, unit_count)
    reads = [one for one in asked.captured_queries if one["sql"].startswith("SELECT")]
    assert len(reads) <= distinct + MOST
    # The rest writes the result at once, or tells the job how far it is.
    assert len(asked) - len(reads) <= WRITES
