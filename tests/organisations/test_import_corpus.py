"""Every messy ledger of the corpus, brought in as a user would."""

import pytest

from accounts.rights import Role
from core.models import ImportRun
from tests import corpus
from tests.factories.organisations import county, user_with
from tests.imports import bring

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", corpus.NAMES)
def test_import_reads_every_row_of_a_messy_ledger(name, messy_ledgers):
    county()
    sample = messy_ledgers[name]

    run = bring(user_with(Role.OFFICE_STAFF), sample.path.read_bytes())

    assert run.state == ImportRun.State.READY, run.message
    found = {(row.number, fault["key"]) for row in run.rows.all() for fault in row.faults}
    assert run.rows.count() == len(sample.expected_rows)
    assert found >= set(sample.faults)
