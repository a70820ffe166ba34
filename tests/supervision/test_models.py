"""Constraints of findings, and what the querysets select."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.rights import Role
from organisations.models.kinds import Kind
from supervision.models import Finding, Inspection
from tests.factories.organisations import OrganisationFactory, UserFactory, office, user_with
from tests.factories.supervision import (
    FindingFactory,
    InspectionFactory,
    checked_finding,
    rectified_finding,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"rectified_on": DAY}, "finding_rectified_by_and_on"),
        ({"checked_on": DAY}, "finding_checked_by_and_on"),
    ],
)
def test_who_and_when_stand_together(facts, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        FindingFactory(**facts)


def test_nothing_is_checked_before_it_is_rectified():
    with pytest.raises(IntegrityError, match="finding_checked_by_and_on"), transaction.atomic():
        FindingFactory(checked_on=DAY, checked_by=UserFactory())


def test_transitions_name_every_state():
    assert set(Finding.TRANSITIONS) == set(Finding.State)


def yesterday():
    return timezone.localdate() - timedelta(days=1)


@pytest.mark.parametrize(
    ("make", "standing", "label"),
    [
        ([], "clean", "未发现问题"),
        ([FindingFactory], "open", "待整改"),
        ([rectified_finding, checked_finding], "rectified", "待复核"),
        ([checked_finding], "checked", "已全部销号"),
        ([lambda **f: FindingFactory(due_on=yesterday(), **f)], "overdue", "逾期未整改"),
        ([lambda **f: rectified_finding(due_on=yesterday(), **f)], "rectified", "待复核"),
    ],
)
def test_standing_is_the_most_urgent_state(make, standing, label):
    inspection = InspectionFactory()
    for build in make:
        build(inspection=inspection)

    assert (inspection.standing, inspection.get_standing_display()) == (standing, label)


def test_rows_say_what_they_are():
    inspection = InspectionFactory(organisation=OrganisationFactory(short_name="甲镇"))

    assert str(inspection) == "甲镇 2026-04-10"
    assert str(FindingFactory(what="台账不全")) == "台账不全"


def test_overdue_on_a_day_knows_late_rectifications():
    open_late = FindingFactory(due_on=date(2026, 4, 1))
    late = rectified_finding(due_on=date(2026, 4, 2))
    in_time = FindingFactory(
        due_on=date(2026, 4, 3),
        rectification="已补",
        rectified_on=date(2026, 4, 3),
        rectified_by=UserFactory(),
    )
    FindingFactory(due_on=date(2026, 6, 1))

    assert list(Finding.objects.overdue_on(DAY)) == [open_late, late]
    assert in_time.is_overdue is False


def test_inspection_is_seen_by_its_unit_and_the_office():
    township = OrganisationFactory()
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=township)
    inspection = InspectionFactory(organisation=village)
    users = [
        user_with(Role.LIAISON, village),
        user_with(Role.LIAISON, township),
        user_with(Role.OFFICE_STAFF),
        user_with(Role.LEADER),
        user_with(Role.LIAISON, OrganisationFactory()),
        user_with(Role.SCORER),
    ]

    seen = [list(Inspection.objects.visible_to(user)) == [inspection] for user in users]

    assert seen == [True, True, True, True, False, False]


def test_what_waits_for_whom():
    unit = OrganisationFactory()
    to_rectify = FindingFactory(inspection__organisation=unit).inspection
    to_check = rectified_finding(inspection__organisation=unit).inspection
    rectified_finding(inspection__organisation=office())
    checked_finding(inspection__organisation=unit)

    waiting = [
        list(Inspection.objects.waiting_for(user))
        for user in (
            user_with(Role.LIAISON, unit),
            user_with(Role.OFFICE_STAFF),
            user_with(Role.LEADER),
        )
    ]

    assert waiting == [[to_rectify], [to_check], []]
