"""Constraints, and what the querysets select."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.rights import Role
from activities.models import Activity, Participation
from organisations.models.kinds import Kind
from tests.factories.activities import (
    ActivityFactory,
    AttachmentFactory,
    ParticipationFactory,
    accepted_activity,
    draft_of,
    sent_activity,
)
from tests.factories.organisations import OrganisationFactory, UserFactory, office, user_with

pytestmark = pytest.mark.django_db

ASKED = {"confirmation": "pending", "confirmed_at": None, "confirmed_by": None}


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"ends_on": date(2026, 5, 19)}, "activity_ends_after_start"),
        ({"title": ""}, "activity_sent_is_complete"),
        ({"starts_on": None}, "activity_sent_is_complete"),
        ({"submitted_at": None}, "activity_sent_is_complete"),
        ({"submitted_by": None}, "activity_sent_is_complete"),
        ({"status": "accepted"}, "activity_reviewed_by_and_at"),
        ({"status": "returned", "return_reason": "补"}, "activity_reviewed_by_and_at"),
        ({"quality": "good"}, "activity_rated_when_accepted"),
        ({"difficulty": Decimal("1.1")}, "activity_rated_when_accepted"),
    ],
)
def test_activity_constraints(facts, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ActivityFactory(**facts)


@pytest.mark.parametrize("difficulty", ["0.49", "2.01"])
def test_difficulty_lies_within_its_bounds(difficulty):
    with (
        pytest.raises(IntegrityError, match="activity_difficulty_within_bounds"),
        transaction.atomic(),
    ):
        accepted_activity(OrganisationFactory(), difficulty=Decimal(difficulty))


def test_returned_activity_has_a_reason():
    reviewed = {"reviewed_at": timezone.now(), "reviewed_by": UserFactory()}

    with pytest.raises(IntegrityError, match="activity_returned_has_reason"), transaction.atomic():
        ActivityFactory(status="returned", **reviewed)


@pytest.mark.parametrize(
    "facts",
    [
        {"confirmation": "confirmed", "confirmed_by": None},
        {"confirmation": "absent", "confirmed_at": None},
        {"confirmation": "pending"},
        {"confirmation": "not_asked"},
    ],
)
def test_answer_has_who_and_when(facts):
    name = "participation_answer_has_who_and_when"

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ParticipationFactory(**facts)


def test_unit_takes_part_once():
    part = ParticipationFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        ParticipationFactory(activity=part.activity, organisation=part.organisation)


def test_activity_has_one_host():
    part = ParticipationFactory(is_host=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        ParticipationFactory(activity=part.activity, is_host=True)


def test_file_is_attached_once():
    attachment = AttachmentFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        AttachmentFactory(activity=attachment.activity, sha256=attachment.sha256)


def test_rows_say_what_they_are():
    part = ParticipationFactory(organisation=OrganisationFactory(short_name="甲镇"))

    assert str(part) == "甲镇 已确认"
    assert str(AttachmentFactory(name="合影.jpg")) == "合影.jpg"
    assert str(Activity(title="")) == "未命名草稿"


def test_transitions_name_every_state():
    assert set(Activity.TRANSITIONS) == set(Activity.Status)


def test_draft_is_seen_by_its_reporter_alone():
    unit, partner = OrganisationFactory(), OrganisationFactory()
    liaison = user_with(Role.LIAISON, unit)
    draft = draft_of(unit, partner, by=liaison)
    others = [
        user_with(Role.LIAISON, partner),
        user_with(Role.OFFICE_STAFF),
        user_with(Role.LEADER),
        user_with(Role.SCORER),
    ]

    assert list(Activity.objects.visible_to(liaison)) == [draft]
    assert [Activity.objects.visible_to(user).count() for user in others] == [0, 0, 0, 0]


def test_sent_report_is_seen_by_who_takes_part_and_by_the_office():
    unit, partner = OrganisationFactory(), OrganisationFactory()
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=partner)
    sent_activity(unit, village, by=user_with(Role.LIAISON, unit))
    seeing = [
        user_with(Role.LIAISON, unit),
        user_with(Role.LIAISON, partner),
        user_with(Role.LIAISON, village),
        user_with(Role.OFFICE_STAFF),
        user_with(Role.OFFICE_DIRECTOR),
        user_with(Role.LEADER),
        user_with(Role.LIAISON, OrganisationFactory()),
        user_with(Role.SCORER),
    ]

    counts = [Activity.objects.visible_to(user).count() for user in seeing]

    assert counts == [1, 1, 1, 1, 1, 1, 0, 0]


def test_what_waits_for_whom():
    unit, partner = OrganisationFactory(), OrganisationFactory()
    liaison, asked = user_with(Role.LIAISON, unit), user_with(Role.LIAISON, partner)
    staff = user_with(Role.OFFICE_STAFF)
    sent = sent_activity(unit, partner, by=liaison)
    returned = ActivityFactory(
        reporter=unit,
        status="returned",
        return_reason="补",
        reviewed_at=timezone.now(),
        reviewed_by=staff,
    )
    own = ActivityFactory(reporter=unit)
    ParticipationFactory(activity=own, organisation=office(), **ASKED)

    assert list(Activity.objects.waiting_for(liaison)) == [returned]
    assert list(Activity.objects.waiting_for(asked)) == [sent]
    assert list(Activity.objects.waiting_for(staff)) == [sent]
    assert list(Activity.objects.waiting_for(user_with(Role.LEADER))) == []


def test_only_confirmed_parts_of_accepted_activities_count():
    one, two, three = (OrganisationFactory() for _ in range(3))
    accepted_activity(one, two, starts_on=date(2026, 3, 1))
    accepted_activity(one, starts_on=date(2025, 3, 1))
    third = accepted_activity(one, starts_on=date(2026, 4, 1))
    ParticipationFactory(activity=third, organisation=three, confirmation="absent")
    ParticipationFactory(activity=third, organisation=two, **ASKED)
    outside = {"confirmation": "not_asked", "confirmed_at": None, "confirmed_by": None}
    ParticipationFactory(activity=third, **outside)
    ParticipationFactory(organisation=three)

    per_unit = Participation.objects.counted_in(2026).activities_per_organisation()

    assert per_unit == {one.pk: 2, two.pk: 1}
    assert Participation.objects.counted().count() == 4


def test_accepted_in_a_year():
    this = accepted_activity(OrganisationFactory(), starts_on=date(2026, 1, 1))
    accepted_activity(OrganisationFactory(), starts_on=date(2025, 12, 31))
    ActivityFactory(starts_on=date(2026, 1, 1))

    assert list(Activity.objects.accepted_in(2026)) == [this]


def test_host_and_joint_units_come_from_the_listed_rows(django_assert_num_queries):
    one, two = OrganisationFactory(), OrganisationFactory()
    accepted_activity(one, two)
    activity = Activity.objects.for_list().get()

    with django_assert_num_queries(0):
        parties = (activity.host, activity.joint_units, activity.count_answers()["confirmed"])

    assert parties == (one, [two], 2)


def test_activity_without_parties_has_no_host():
    ActivityFactory()

    assert Activity.objects.for_list().get().host is None
