"""Two people at the same moment: one does it, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.errors import RuleError
from core.models import AuditRecord
from pairings.actions import propose_pairing
from pairings.models import Pairing
from partnerships import actions
from partnerships.models import Partnership
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with
from tests.factories.partnerships import proposed_pairing

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def at_once(*deeds):
    """Run the deeds in threads that set off together; what each returned or was refused with."""
    barrier = Barrier(len(deeds))

    def run(deed):
        try:
            barrier.wait()
            return deed()
        except RuleError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))


def refusals(outcomes):
    return [outcome.message for outcome in outcomes if isinstance(outcome, RuleError)]


def test_two_starts_at_once():
    pairing = proposed_pairing(OrganisationFactory(), OrganisationFactory())
    for member in pairing.members.all():
        actions.agree_member(member, by=UserFactory())
    staff = UserFactory.create_batch(2)

    outcomes = at_once(*(lambda by=by: actions.start_partnership(pairing, by=by) for by in staff))

    (refusal,) = refusals(outcomes)
    assert refusal.startswith("这个项目已由")
    assert AuditRecord.objects.filter(verb="partnerships.start_partnership").count() == 1
    assert Partnership.objects.get().status == "active"


def test_two_answers_at_once():
    member = proposed_pairing(OrganisationFactory()).members.get()
    users = UserFactory.create_batch(2)

    outcomes = at_once(
        lambda: actions.agree_member(member, by=users[0]),
        lambda: actions.decline_member(member, reason="人手不足", by=users[1]),
    )

    (refusal,) = refusals(outcomes)
    assert refusal.endswith("不必再次答复。")


def test_two_proposals_of_the_same_pair_at_once():
    one, other = OrganisationFactory.create_batch(2)
    users = [user_with("liaison", unit) for unit in (one, other)]

    def propose(lead, partner, by):
        row = Pairing(
            form="pairing", name="结对", lead=lead, type="townships", starts_on="2026-03-01"
        )
        row.clean_fields(exclude=["dimension", "proposed_by"])
        roles = {lead: "lead", partner: "member"}
        return propose_pairing(row, roles=roles, content_kinds=[], by=by)

    outcomes = at_once(lambda: propose(one, other, users[0]), lambda: propose(other, one, users[1]))

    assert len(refusals(outcomes)) == 1
    assert Pairing.objects.count() == 1
