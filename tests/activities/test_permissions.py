"""Who may do what with an activity: role × scope × state."""

import pytest

from accounts.rights import Role
from activities import permissions
from activities.models import Activity
from organisations.models.kinds import Kind
from tests.factories.activities import ActivityFactory, ParticipationFactory
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    county,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db

Status = Activity.Status


@pytest.fixture
def people():
    """Everybody who could stand before a report of 甲村, whose township is 甲镇."""
    naiman = county()
    township = OrganisationFactory(short_name="甲镇", region__parent=naiman)
    village = OrganisationFactory(
        short_name="甲村",
        kind=Kind.VILLAGE,
        superior=township,
        region=RegionFactory(
            code=township.region.code[:9] + "201", level="village", parent=township.region
        ),
    )
    elsewhere = RegionFactory(code="150524000000", level="county", name="库伦旗")
    return {
        "village": village,
        "partner": OrganisationFactory(short_name="乙镇"),
        "township_liaison": user_with(Role.LIAISON, township),
        "village_liaison": user_with(Role.LIAISON, village),
        "partner_liaison": None,
        "stranger": user_with(Role.LIAISON, OrganisationFactory()),
        "staff": user_with(Role.OFFICE_STAFF, office()),
        "staff_elsewhere": user_with(Role.OFFICE_STAFF, OrganisationFactory(region=elsewhere)),
        "director": user_with(Role.OFFICE_DIRECTOR, office()),
        "leader": user_with(Role.LEADER, office()),
        "scorer": user_with(Role.SCORER, office()),
        "auditor": user_with(Role.AUDITOR, office()),
    }


def report(people, status=Status.SUBMITTED):
    facts = {"return_reason": "补"} if status == Status.RETURNED else {}
    if status in (Status.ACCEPTED, Status.RETURNED):
        facts |= {"reviewed_by": people["staff"], "reviewed_at": "2026-05-21T09:00+08:00"}
    activity = ActivityFactory(reporter=people["village"], status=status, **facts)
    ParticipationFactory(activity=activity, organisation=people["village"], is_host=True)
    ParticipationFactory(
        activity=activity,
        organisation=people["partner"],
        confirmation="pending",
        confirmed_at=None,
        confirmed_by=None,
    )
    people["partner_liaison"] = user_with(Role.LIAISON, people["partner"])
    return activity


def allowed(people, may):
    """Names of the users to whom the permission says yes."""
    users = {name: user for name, user in people.items() if hasattr(user, "roles")}
    return {name for name, user in users.items() if may(user)}


REPORTERS = {"township_liaison", "village_liaison"}


def test_can_report_activity(people):
    assert (
        allowed(people, lambda user: permissions.can_report_activity(user, people["village"]))
        == REPORTERS
    )


@pytest.mark.parametrize(
    ("permission", "open_in"),
    [
        (permissions.can_edit_activity, {Status.DRAFT, Status.RETURNED}),
        (permissions.can_delete_activity, {Status.DRAFT}),
        (permissions.can_withdraw_activity, {Status.SUBMITTED}),
        (permissions.can_copy_activity, set(Status.values)),
    ],
)
@pytest.mark.parametrize("status", Status.values)
def test_the_reporters_deeds(people, permission, open_in, status):
    activity = report(people, status)

    expected = REPORTERS if status in open_in else set()

    assert allowed(people, lambda user: permission(user, activity)) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.DRAFT, set()),
        (Status.SUBMITTED, {"partner_liaison"}),
        (Status.ACCEPTED, {"partner_liaison"}),
        (Status.RETURNED, set()),
    ],
)
def test_can_confirm_participation(people, status, expected):
    part = report(people, status).participations.get(organisation=people["partner"])

    assert (
        allowed(people, lambda user: permissions.can_confirm_participation(user, part)) == expected
    )


def test_nobody_answers_for_the_reporter_or_for_partners_outside(people):
    activity = report(people)
    own = activity.participations.get(organisation=people["village"])
    outside = ParticipationFactory(
        activity=activity,
        organisation=OrganisationFactory(superior=people["partner"], kind=Kind.VILLAGE),
        confirmation="not_asked",
        confirmed_at=None,
        confirmed_by=None,
    )

    for part in (own, outside):
        assert (
            allowed(
                people, lambda user, part=part: permissions.can_confirm_participation(user, part)
            )
            == set()
        )


def test_township_answers_for_its_village(people):
    activity = report(people)
    activity.reporter = people["partner"]
    activity.save()
    part = activity.participations.get(organisation=people["village"])

    assert (
        allowed(people, lambda user: permissions.can_confirm_participation(user, part)) == REPORTERS
    )


def test_can_review_activity(people):
    activity = report(people)

    assert allowed(people, lambda user: permissions.can_review_activity(user, activity)) == {
        "staff"
    }


@pytest.mark.parametrize("part", ["reporter", "joint"])
def test_officer_does_not_review_a_report_of_their_own_unit(people, part):
    activity = report(people)
    if part == "reporter":
        activity.reporter = office()
        activity.save()
    else:
        ParticipationFactory(activity=activity, organisation=office())

    assert permissions.is_own_report(people["staff"], activity) is True
    assert permissions.can_review_activity(people["staff"], activity) is False
