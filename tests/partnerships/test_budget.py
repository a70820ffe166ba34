"""Money of a partnership: asked by one person, granted by another, for what was asked."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from pairings.models import Pairing
from partnerships import actions
from partnerships.models import Milestone
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with
from tests.factories.partnerships import MilestoneFactory, proposed_pairing

pytestmark = pytest.mark.django_db


@pytest.fixture
def pairing():
    units = OrganisationFactory.create_batch(2)
    return proposed_pairing(*units, budget_asked=D(1000))


def revised(pairing, *, by, **facts):
    row = Pairing.objects.get(pk=pairing.pk)
    for name, value in facts.items():
        setattr(row, name, value)
    roles = {member.organisation: member.role for member in row.members.all()}
    return actions.revise_partnership(
        row, version=row.version, roles=roles, content_kinds=[], by=by
    )


def test_grant_budget_refuses_who_changed_what_is_asked(client, pairing):
    staff = user_with(Role.OFFICE_STAFF)
    revised(pairing, by=staff, budget_asked=D(900000))

    with pytest.raises(RuleError, match="提出或修改过项目的人不能核定"):
        actions.grant_budget(pairing, amount=D(900000), by=staff)

    client.force_login(staff)
    url = reverse("partnerships:partnership_grant", args=[pairing.pk])
    assert client.get(url).status_code == 403


def test_revise_partnership_takes_the_grant_back_when_another_sum_is_asked(pairing):
    actions.grant_budget(pairing, amount=D(800), by=user_with(Role.OFFICE_STAFF))

    revised(pairing, by=user_with(Role.OFFICE_STAFF), budget_asked=D(500))

    pairing.refresh_from_db()
    record = AuditRecord.objects.get(verb="partnerships.revise_partnership")
    assert (pairing.budget_asked, pairing.budget_granted) == (D(500), None)
    assert record.before["budget_granted"] == "800.00"
    assert (record.after["budget_granted"], record.is_decision) == (None, True)


def test_revise_partnership_keeps_the_grant_of_the_same_sum(pairing):
    actions.grant_budget(pairing, amount=D(800), by=user_with(Role.OFFICE_STAFF))

    revised(pairing, by=user_with(Role.OFFICE_STAFF), name="改了名")

    pairing.refresh_from_db()
    assert (pairing.name, pairing.budget_granted) == ("改了名", D(800))


@pytest.mark.parametrize("deed", ["complete", "reopen", "remove"])
def test_a_milestone_that_somebody_has_removed_is_told(deed):
    step = MilestoneFactory()
    gone = Milestone.objects.select_related("partnership").get(pk=step.pk)
    step.delete()
    deeds = {
        "complete": lambda: actions.complete_milestone(
            gone, done_on=gone.partnership.starts_on, by=UserFactory()
        ),
        "reopen": lambda: actions.reopen_milestone(gone, by=UserFactory()),
        "remove": lambda: actions.remove_milestone(gone, by=UserFactory()),
    }

    with pytest.raises(RuleError, match="已被他人删除"):
        deeds[deed]()
