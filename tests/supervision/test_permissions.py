"""Who may do what in supervision."""

import pytest

from accounts.rights import Role
from organisations.models.kinds import Kind
from supervision import permissions
from supervision.models import Inspection
from tests.factories.organisations import OrganisationFactory, RegionFactory, office, user_with
from tests.factories.supervision import (
    FindingFactory,
    InspectionFactory,
    checked_finding,
    rectified_finding,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def township():
    return OrganisationFactory()


@pytest.fixture
def village(township):
    return OrganisationFactory(kind=Kind.VILLAGE, superior=township)


@pytest.fixture
def people(township, village):
    elsewhere = RegionFactory(code="150524000000", level="county", name="库伦旗")
    return {
        "township": user_with(Role.LIAISON, township),
        "village": user_with(Role.LIAISON, village),
        "stranger": user_with(Role.LIAISON, OrganisationFactory()),
        "staff": user_with(Role.OFFICE_STAFF),
        "own_staff": user_with(Role.OFFICE_STAFF, village),
        "staff_elsewhere": user_with(Role.OFFICE_STAFF, OrganisationFactory(region=elsewhere)),
        "director": user_with(Role.OFFICE_DIRECTOR),
        "leader": user_with(Role.LEADER),
        "auditor": user_with(Role.AUDITOR),
    }


def allowed(people, may):
    return {name for name, user in people.items() if may(user)}


def test_can_inspect(people, village):
    inspection = InspectionFactory(organisation=village)

    assert allowed(people, lambda user: permissions.can_inspect(user, village)) == {"staff"}
    assert allowed(people, lambda user: permissions.can_edit_inspection(user, inspection)) == {
        "staff"
    }


def test_office_does_not_inspect_itself(people):
    assert permissions.can_inspect(people["staff"], office()) is False


@pytest.mark.parametrize(
    ("make", "rectifying", "checking"),
    [
        (FindingFactory, {"township", "village"}, set()),
        (rectified_finding, set(), {"staff"}),
        (checked_finding, set(), set()),
    ],
)
def test_deeds_on_a_finding(people, village, make, rectifying, checking):
    finding = make(inspection__organisation=village)

    assert (
        allowed(people, lambda user: permissions.can_rectify_finding(user, finding)) == rectifying
    )
    assert allowed(people, lambda user: permissions.can_check_finding(user, finding)) == checking


def test_nobody_checks_a_village_for_which_their_own_unit_acts():
    township = OrganisationFactory()
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=township, region=township.region)
    officer = user_with(Role.OFFICE_STAFF, township)
    finding = rectified_finding(inspection__organisation=village)

    assert permissions.can_inspect(officer, village) is False
    assert permissions.can_check_finding(officer, finding) is False
    assert list(Inspection.objects.waiting_for(officer)) == []
