"""What is done to the database from time to time."""

import pytest
from django.conf import settings
from django.db import connection

from core.tasks import refresh_statistics
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


def test_statistics_are_rung_every_hour():
    entry = settings.CELERY_BEAT_SCHEDULE["refresh-statistics"]

    assert entry["task"] == refresh_statistics.name


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL 自己统计")
def test_sqlite_knows_its_rows_after_it():
    OrganisationFactory()

    refresh_statistics()

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM sqlite_stat1 WHERE tbl = 'organisations_organisation'")
        assert cursor.fetchone()[0] > 0
