"""Asking for a shared resource and answering: each state once, nothing promised twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from organisations.actions import (
    agree_booking,
    cancel_booking,
    decline_booking,
    request_booking,
    revoke_booking,
)
from organisations.models import Booking
from organisations.models.period import Part, period_words, span
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with
from tests.factories.resources import BookingFactory, ResourceFactory, in_days

pytestmark = pytest.mark.django_db

Status = Booking.Status
DEEDS = {
    "agree": agree_booking,
    "decline": lambda row, by: decline_booking(row, reason="当天有会", by=by),
    "cancel": cancel_booking,
    "revoke": lambda row, by: revoke_booking(row, reason="临时停电", by=by),
}


def ask(resource, unit, *, day=None, part=Part.DAY, by=None, **facts):
    starts_at, ends_at = span(day or in_days(2), part)
    return request_booking(
        resource,
        organisation=unit,
        starts_at=starts_at,
        ends_at=ends_at,
        purpose="举办联创共建宣讲",
        by=by or UserFactory(),
        **facts,
    )


def in_state(status, **facts):
    """A booking that came to its state by the deeds themselves."""
    row = BookingFactory(**facts)
    by = UserFactory()
    for deed in {
        Status.WAITING: (),
        Status.AGREED: ("agree",),
        Status.DECLINED: ("decline",),
        Status.CANCELLED: ("cancel",),
        Status.REVOKED: ("agree", "revoke"),
    }[status]:
        row = DEEDS[deed](row, by=by)
    return row


def test_request_booking_waits_for_the_owner():
    resource, unit, by = ResourceFactory(), OrganisationFactory(), UserFactory()

    booking = ask(resource, unit, by=by, people_count=60)

    held = Booking.objects.get()
    assert (held, held.status, held.organisation, held.people_count, held.asked_by) == (
        booking,
        Status.WAITING,
        unit,
        60,
        by,
    )
    record = AuditRecord.objects.get(verb="organisations.request_booking")
    assert (record.by, record.after["period"]) == (by, f"{in_days(2)} 全天")


def test_request_booking_of_one_s_own_resource_needs_no_answer():
    resource, by = ResourceFactory(), UserFactory()

    booking = ask(resource, resource.organisation, by=by)

    assert (booking.status, booking.answered_by) == (Status.AGREED, by)


@pytest.mark.parametrize(
    ("facts", "asked", "sentence"),
    [
        ({"is_open": False}, {}, "“礼堂”暂不开放共享，请另选一处。"),
        ({}, {"day": in_days(-1)}, "这个时段已过，请另选日期。"),
        ({"capacity": 50}, {"people_count": 51}, "“礼堂”最多容纳 50 人，请另选一处或核对人数。"),
    ],
)
def test_request_booking_says_why_not(facts, asked, sentence):
    resource = ResourceFactory(name="礼堂", **facts)

    with pytest.raises(RuleError) as refused:
        ask(resource, OrganisationFactory(), **asked)

    assert (refused.value.message, Booking.objects.count()) == (sentence, 0)


@pytest.mark.parametrize(
    ("held", "asked", "is_free"),
    [
        (Part.DAY, Part.MORNING, False),
        (Part.MORNING, Part.DAY, False),
        (Part.MORNING, Part.AFTERNOON, True),
        (Part.DAY, Part.EVENING, True),
        (Part.EVENING, Part.EVENING, False),
    ],
)
def test_request_booking_refuses_hours_that_are_promised(held, asked, is_free):
    booking = BookingFactory(agreed=True, part=held, organisation__short_name="新镇")
    refusals = []

    try:
        ask(booking.resource, OrganisationFactory(), part=asked)
    except RuleError as refused:
        refusals.append((refused.message, refused.field))

    told = (f"{booking.period}已同意给新镇使用，请另选时间。", "first_day")
    assert refusals == ([] if is_free else [told])


def test_request_booking_twice_says_so():
    resource, unit = ResourceFactory(), OrganisationFactory(short_name="新镇")
    ask(resource, unit)

    with pytest.raises(RuleError, match="新镇已预约过 .* 全天，正等对方答复，不必重复。"):
        ask(resource, unit, part=Part.MORNING)

    assert Booking.objects.count() == 1


def test_two_units_may_ask_for_the_same_day():
    resource = ResourceFactory()
    ask(resource, OrganisationFactory())

    ask(resource, OrganisationFactory())

    assert Booking.objects.waiting().count() == 2


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize(
    ("deed", "to"),
    [
        ("agree", Status.AGREED),
        ("decline", Status.DECLINED),
        ("cancel", Status.CANCELLED),
        ("revoke", Status.REVOKED),
    ],
)
def test_each_deed_is_done_from_its_states_alone(status, deed, to):
    row = in_state(status)
    allowed = to in Booking.TRANSITIONS[status]
    told = []

    try:
        DEEDS[deed](row, by=UserFactory())
    except RuleError as refused:
        told.append(refused.message)

    row.refresh_from_db()
    assert row.status == (to if allowed else status)
    verb = AuditRecord.objects.filter(verb=f"organisations.{deed}_booking")
    was_there = status == to or (status == Status.REVOKED and deed == "agree")
    assert verb.count() == int(allowed or was_there)
    if not allowed and status != Status.WAITING:
        assert f"办理为“{row.get_status_display()}”，没有改动。" in told[0]


def test_revoke_of_what_was_never_agreed_is_refused():
    row = in_state(Status.WAITING)

    with pytest.raises(RuleError, match="这项预约还没有答复，没有改动。"):
        revoke_booking(row, reason="停电", by=UserFactory())


def test_an_answer_keeps_who_when_and_why():
    by, row = UserFactory(), BookingFactory()

    decline_booking(row, reason=" 当天有会 ", by=by)

    row.refresh_from_db()
    assert (row.answered_by, row.answer_note, row.ended_by) == (by, "当天有会", None)
    record = AuditRecord.objects.get(verb="organisations.decline_booking")
    assert (record.before, record.after) == (
        {"status": "waiting"},
        {"status": "declined", "answer_note": "当天有会"},
    )


def test_agree_booking_keeps_who_told_the_office():
    row = BookingFactory()

    agree_booking(row, told_by="村委会办公室电话告知", by=UserFactory())

    row.refresh_from_db()
    assert (row.status, row.answer_note) == (Status.AGREED, "村委会办公室电话告知")


@pytest.mark.parametrize("deed", [decline_booking, revoke_booking])
def test_a_no_needs_its_reason(deed):
    row = BookingFactory(agreed=deed is revoke_booking)

    with pytest.raises(RuleError) as refused:
        deed(row, reason=" ", by=UserFactory())

    assert (refused.value.message, refused.value.field) == ("请写明原因。", "reason")


def test_agree_booking_refuses_what_is_promised_to_another():
    first, second = BookingFactory(), None
    second = BookingFactory(resource=first.resource, organisation=OrganisationFactory())
    agree_booking(first, by=UserFactory())

    with pytest.raises(RuleError, match="不能再同意；请谢绝这项预约，或先撤回那一项。"):
        agree_booking(second, by=UserFactory())

    second.refresh_from_db()
    assert second.status == Status.WAITING


def test_hours_that_are_given_back_can_be_promised_again():
    first = in_state(Status.AGREED)
    second = BookingFactory(resource=first.resource, organisation=OrganisationFactory())
    cancel_booking(first, by=UserFactory())

    agree_booking(second, by=UserFactory())

    assert list(Booking.objects.agreed()) == [second]


@pytest.mark.parametrize(
    ("deed", "agreed", "done"),
    [
        ("agree", False, False),
        ("decline", False, True),
        ("cancel", True, False),
        ("revoke", True, False),
    ],
)
def test_what_is_over_can_only_be_declined(deed, agreed, done):
    row = BookingFactory(day=in_days(-3), agreed=agreed)
    refusals = []

    try:
        DEEDS[deed](row, by=UserFactory())
    except RuleError as refused:
        refusals.append(refused.message)

    assert refusals == ([] if done else [f"{row.period} 已过，不必再办。"])


def test_days_in_a_row_are_taken_without_a_break():
    starts_at, ends_at = span(in_days(1), Part.DAY, in_days(3))

    booking = BookingFactory(agreed=True, starts_at=starts_at, ends_at=ends_at)

    assert booking.period == f"{in_days(1)} 至 {in_days(3)}"
    with pytest.raises(RuleError, match="已同意给"):
        ask(booking.resource, OrganisationFactory(), day=in_days(2), part=Part.EVENING)


def test_hours_of_their_own_are_told_by_the_clock():
    starts_at, _ends_at = span(in_days(1), Part.MORNING)

    words = period_words(starts_at, starts_at + timedelta(hours=1))

    assert words == f"{in_days(1)} 08:00–09:00"


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"ends_at": span(in_days(0))[0], "starts_at": span(in_days(0))[1]}, "ends_after_start"),
        ({"people_count": 0}, "counts_somebody"),
        ({"status": "agreed"}, "answer_has_who_and_when"),
        ({"answered_at": timezone.now()}, "answer_has_who_and_when"),
        ({"status": "cancelled"}, "end_has_who_and_when"),
        ({"ended_at": timezone.now()}, "end_has_who_and_when"),
        ({"agreed": True, "status": "declined"}, "no_has_its_reason"),
    ],
)
def test_the_database_refuses_what_is_no_booking(facts, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        BookingFactory(**facts)


def test_the_database_refuses_to_revoke_without_reason():
    row = in_state(Status.REVOKED)
    row.end_reason = ""

    with pytest.raises(IntegrityError, match="no_has_its_reason"):
        row.save()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL's own constraint")
def test_the_database_itself_refuses_to_promise_twice():
    first = BookingFactory(agreed=True, part=Part.DAY)

    with pytest.raises(IntegrityError, match="booking_agreed_once"):
        BookingFactory(agreed=True, part=Part.AFTERNOON, resource=first.resource)


def test_the_database_lets_others_be_promised_beside_it():
    first = BookingFactory(agreed=True, part=Part.MORNING)

    BookingFactory(agreed=True, part=Part.AFTERNOON, resource=first.resource)
    BookingFactory(agreed=True, part=Part.MORNING)
    BookingFactory(part=Part.MORNING, resource=first.resource)

    assert Booking.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_agreements_at_once_promise_it_once():
    resource = ResourceFactory()
    rows = [BookingFactory(resource=resource) for _number in range(2)]
    owners = [user_with(Role.LIAISON, resource.organisation) for _number in range(2)]
    barrier = Barrier(2)

    def agree(row, by):
        try:
            barrier.wait()
            agree_booking(row, by=by)
        except RuleError:
            return "told"
        finally:
            connection.close()
        return "agreed"

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(agree, rows, owners))

    assert sorted(outcomes) == ["agreed", "told"]
    assert sorted(Booking.objects.values_list("status", flat=True)) == ["agreed", "waiting"]
