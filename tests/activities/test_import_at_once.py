"""The same ledger in two windows, saved at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.rights import Role
from activities.models import Activity
from core import jobs
from core.imports import deeds
from core.models import ImportRun
from tests.factories.organisations import OrganisationFactory, RegionFactory, county, user_with
from tests.imports import bring

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
ROWS = [
    ["活动名称", "活动时间", "地点"],
    *([f"文艺汇演{n}", "2026.5.20", "广场"] for n in range(9)),
]


def test_two_imports_at_once_enter_each_activity_once():
    county()
    region = RegionFactory(code="150525100000", name="大沁他拉镇")
    town = OrganisationFactory(name="大沁他拉镇", short_name="大沁他拉镇", region=region)
    liaison = user_with(Role.LIAISON, town)
    runs = [bring(liaison, ROWS, "activities.activities") for _window in range(2)]
    for run in runs:
        deeds.save_import(run, only_good=False, by=liaison)
    barrier = Barrier(len(runs))

    def work_off(run):
        barrier.wait()
        try:
            run.refresh_from_db()
            jobs.run(run.job_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(runs)) as threads:
        list(threads.map(work_off, runs))

    states = ImportRun.objects.values_list("state", flat=True)
    assert sorted(states) == [ImportRun.State.READY, ImportRun.State.SAVED]
    assert Activity.objects.count() == len(ROWS) - 1
