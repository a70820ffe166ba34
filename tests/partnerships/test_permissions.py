"""Who may do what: roles, and how far they reach."""

import pytest

from accounts.rights import Role
from organisations.models.kinds import Kind
from partnerships import permissions
from partnerships.models import Partnership
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with
from tests.factories.partnerships import asked, proposed_pairing

pytestmark = pytest.mark.django_db


@pytest.fixture
def pairing():
    lead = OrganisationFactory(short_name="牵头镇")
    return proposed_pairing(lead, OrganisationFactory(short_name="成员镇"))


def other_county():
    region = RegionFactory(code="150524000000", name="库伦旗", level="county")
    return OrganisationFactory(kind=Kind.PARTY_DEPARTMENT, region=region)


def user_as(who, pairing):
    lead, member = (row.organisation for row in pairing.members.order_by("pk")[:2])
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=lead)
    return {
        "staff": lambda: user_with(Role.OFFICE_STAFF),
        "staff elsewhere": lambda: user_with(Role.OFFICE_STAFF, other_county()),
        "director": lambda: user_with(Role.OFFICE_DIRECTOR),
        "leader": lambda: user_with(Role.LEADER),
        "lead": lambda: user_with(Role.LIAISON, lead),
        "member": lambda: user_with(Role.LIAISON, member),
        "village": lambda: user_with(Role.LIAISON, village),
        "auditor": lambda: user_with(Role.AUDITOR),
    }[who]()


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("staff", True),
        ("staff elsewhere", False),
        ("director", True),
        ("leader", True),
        ("lead", True),
        ("member", True),
        ("village", False),
        ("auditor", False),
    ],
)
def test_visible_to(pairing, who, sees):
    user = user_as(who, pairing)

    assert Partnership.objects.visible_to(user).exists() is sees


@pytest.mark.parametrize(
    ("who", "decide", "keep", "edit", "propose"),
    [
        ("staff", True, True, True, True),
        ("staff elsewhere", False, False, False, True),
        ("director", False, False, False, False),
        ("leader", False, False, False, False),
        ("lead", False, True, True, True),
        ("member", False, False, False, True),
        ("auditor", False, False, False, False),
    ],
)
def test_deeds_on_a_partnership(pairing, who, decide, keep, edit, propose):
    user = user_as(who, pairing)

    assert permissions.can_decide_partnership(user, pairing) is decide
    assert permissions.can_keep_partnership(user, pairing) is keep
    assert permissions.can_edit_partnership(user, pairing) is edit
    assert permissions.can_propose_partnership(user) is propose


def test_proposer_may_edit_although_another_leads(pairing):
    user = user_as("member", pairing)
    pairing.proposed_by = user

    assert permissions.can_edit_partnership(user, pairing)


def test_grant_budget_is_not_for_the_proposer(pairing):
    proposer, other = user_with(Role.OFFICE_STAFF), user_with(Role.OFFICE_STAFF)
    pairing.proposed_by = proposer

    assert not permissions.can_grant_budget(proposer, pairing)
    assert permissions.can_grant_budget(other, pairing)


@pytest.mark.parametrize(
    ("who", "may"),
    [("staff", False), ("leader", False), ("lead", False), ("member", True), ("auditor", False)],
)
def test_answer_is_the_units_own(pairing, who, may):
    user = user_as(who, pairing)

    assert permissions.can_answer_member(user, pairing.members.last()) is may


def test_township_answers_for_its_village(pairing):
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=pairing.lead)
    member = asked(pairing, village)

    assert permissions.can_answer_member(user_as("lead", pairing), member)
    assert not permissions.can_answer_member(user_as("member", pairing), member)


def test_office_records_only_for_the_voiceless(pairing):
    staff = user_with(Role.OFFICE_STAFF)
    voiced, silent = pairing.members.order_by("pk")
    user_with(Role.LIAISON, voiced.organisation)
    outside = asked(
        pairing,
        OrganisationFactory(
            kind=Kind.OUTSIDE_REGION,
            is_external=True,
            region=RegionFactory(code="110112000000", level="county"),
        ),
    )

    assert not permissions.can_record_consent(staff, voiced)
    assert permissions.can_record_consent(staff, silent)
    assert permissions.can_record_consent(staff, outside)
    assert not permissions.can_record_consent(user_with(Role.OFFICE_DIRECTOR), outside)
