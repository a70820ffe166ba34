"""Alliances have another side; seats come, change and go; names are erased."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.rights import Role
from alliances import actions, permissions
from alliances.models import RegionalAlliance, Seat
from alliances.tasks import erase_expired_seat_names
from core.errors import RuleError
from core.models import AuditRecord
from tests.factories.organisations import OrganisationFactory, RegionFactory, UserFactory, user_with
from tests.factories.partnerships import MemberFactory, RepresentativeMatrixFactory, SeatFactory

pytestmark = pytest.mark.django_db


def unsaved(lead):
    return RegionalAlliance(form="alliance", name="区域联盟", lead=lead, starts_on=date(2026, 3, 1))


def test_propose_alliance_with_regions_only():
    lead, region = OrganisationFactory(), RegionFactory(code="110112000000", level="county")

    row = actions.propose_alliance(
        unsaved(lead),
        roles={lead: "lead"},
        content_kinds=[],
        regions=[region],
        by=user_with(Role.LIAISON, lead),
    )

    assert list(row.partner_regions.all()) == [region]


def test_propose_alliance_without_another_side_is_refused():
    lead = OrganisationFactory()

    with pytest.raises(RuleError) as refusal:
        actions.propose_alliance(
            unsaved(lead),
            roles={lead: "lead", OrganisationFactory(): "member"},
            content_kinds=[],
            regions=[],
            by=user_with(Role.LIAISON, lead),
        )

    assert refusal.value.field == "partner_regions"


def test_revise_alliance_changes_its_regions():
    lead, outside = OrganisationFactory(), OrganisationFactory(is_external=True)
    staff = user_with(Role.OFFICE_STAFF)
    first, second = RegionFactory(), RegionFactory()
    row = actions.propose_alliance(
        unsaved(lead), roles={lead: "lead"}, content_kinds=[], regions=[first], by=staff
    )

    actions.revise_alliance(
        row,
        version=1,
        roles={lead: "lead", outside: "member"},
        content_kinds=[],
        regions=[second],
        by=staff,
    )

    assert list(row.partner_regions.all()) == [second]
    assert row.members.count() == 2


def test_seat_comes_changes_and_goes():
    matrix = RepresentativeMatrixFactory()
    unit = OrganisationFactory(short_name="东明镇")
    seat = Seat(
        capacity="旗人大代表",
        organisation=unit,
        term_from=date(2026, 1, 1),
        term_until=date(2027, 1, 1),
        public_name="某某",
    )

    actions.add_seat(matrix, seat=seat, by=UserFactory())
    seat.capacity = "旗政协委员"
    actions.change_seat(seat, by=UserFactory())
    actions.remove_seat(seat, by=UserFactory())

    assert not matrix.seats.exists()
    records = AuditRecord.objects.order_by("pk")
    assert [record.verb for record in records] == [
        "alliances.add_seat",
        "alliances.change_seat",
        "alliances.remove_seat",
    ]
    assert records[1].before["capacity"] == "旗人大代表"
    assert "某某" not in "".join(f"{record.before}{record.after}" for record in records)


def test_seat_of_a_closed_matrix_stays():
    matrix = RepresentativeMatrixFactory(status="concluded", ends_on=date(2026, 6, 1))
    seat = SeatFactory(matrix=matrix)

    with pytest.raises(RuleError) as refusal:
        actions.remove_seat(seat, by=UserFactory())

    assert refusal.value.message == "这个矩阵已结束，席位不能再改。"


def test_erase_expired_seat_names_once():
    yesterday = timezone.localdate() - timedelta(days=1)
    over = SeatFactory(public_name="某某", term_from=date(2020, 1, 1), term_until=yesterday)
    running = SeatFactory(public_name="某甲", term_until=date(2099, 1, 1))

    assert actions.erase_expired_seat_names(by=None) == 1
    assert actions.erase_expired_seat_names(by=None) == 0

    over.refresh_from_db()
    running.refresh_from_db()
    assert (over.public_name, running.public_name) == ("", "某甲")
    record = AuditRecord.objects.get()
    assert (record.verb, record.subject_id) == ("alliances.erase_seat_name", str(over.matrix_id))
    assert "某某" not in f"{record.before}{record.after}{record.subject_label}"


def test_erasure_is_rung_every_night():
    SeatFactory(public_name="某某", term_from=date(2020, 1, 1), term_until=date(2020, 2, 1))

    erase_expired_seat_names()

    assert Seat.objects.get().public_name == ""
    entry = settings.CELERY_BEAT_SCHEDULE["erase-seat-names"]
    assert entry["task"] == erase_expired_seat_names.name


def test_can_edit_seat():
    lead = OrganisationFactory()
    matrix = RepresentativeMatrixFactory(lead=lead)
    MemberFactory(partnership=matrix, organisation=lead)
    other = MemberFactory(partnership=matrix).organisation
    seat = SeatFactory(matrix=matrix)

    assert permissions.can_edit_seat(user_with(Role.LIAISON, lead), seat)
    assert permissions.can_edit_seat(user_with(Role.OFFICE_STAFF), seat)
    assert not permissions.can_edit_seat(user_with(Role.LIAISON, other), seat)
