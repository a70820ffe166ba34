"""Two units merged into each other by two people at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.rights import Role
from core.errors import RuleError
from organisations.actions.changes import merge_organisations
from organisations.models import Organisation
from tests.factories.organisations import OrganisationFactory, paper, user_with

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.mark.parametrize("attempt", range(3))
def test_two_mergers_the_other_way_round_wait_for_each_other(attempt):
    one, other = OrganisationFactory.create_batch(2)
    staff = user_with(Role.OFFICE_STAFF)
    barrier = Barrier(2)

    def merge(pair):
        barrier.wait()
        try:
            return merge_organisations([pair[0]], into=pair[1], paper=paper(), by=staff)
        except RuleError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(merge, [(one, other), (other, one)]))

    assert [isinstance(outcome, RuleError) for outcome in outcomes].count(True) == 1
    assert Organisation.objects.filter(valid_until=None, pk__in=[one.pk, other.pk]).count() == 1
