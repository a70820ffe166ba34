"""A unit asks for a shared resource, its owner answers; nothing is promised twice."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleError
from core.templatetags.ui import cn_datetime
from organisations.models import Booking, Organisation, Resource

Status = Booking.Status
FACTS = ("resource", "organisation", "period", "purpose", "people_count", "status")


@transaction.atomic
def request_booking(
    resource: Resource,
    *,
    organisation: Organisation,
    starts_at: datetime,
    ends_at: datetime,
    purpose: str,
    people_count: int | None = None,
    by: User,
) -> Booking:
    """Ask for a resource; the owner's own use needs no answer.

    RuleError when it is not shared now, too small, promised for these hours, or asked already.
    """
    held = _lock(resource)
    booking = Booking(
        resource=held,
        organisation=organisation,
        starts_at=starts_at,
        ends_at=ends_at,
        purpose=purpose,
        people_count=people_count,
        asked_by=by,
    )
    _check_asked(booking)
    if organisation == held.organisation:
        _put_answer(booking, Status.AGREED, "", by)
    booking.save()
    after = audit.snapshot(booking, FACTS)
    audit.record("organisations.request_booking", booking, by=by, after=after)
    return booking


@transaction.atomic
def agree_booking(booking: Booking, *, by: User, told_by: str = "") -> Booking:
    """Promise it; `told_by` where the office writes down what a unit without an account said."""
    held = _lock(booking.resource)
    row = _locked(booking, Status.AGREED)
    other = _promised(held, row)
    if other is not None:
        raise RuleError(
            _("%(period)s已同意给%(unit)s使用，不能再同意；请谢绝这项预约，或先撤回那一项。")
            % {"period": other.period, "unit": other.organisation.short_name}
        )
    return _answer(row, Status.AGREED, told_by, "organisations.agree_booking", by)


@transaction.atomic
def decline_booking(booking: Booking, *, reason: str, by: User) -> Booking:
    _demand(reason)
    row = _locked(booking, Status.DECLINED)
    return _answer(row, Status.DECLINED, reason, "organisations.decline_booking", by)


@transaction.atomic
def cancel_booking(booking: Booking, *, by: User) -> Booking:
    """The asking unit needs it no more."""
    row = _locked(booking, Status.CANCELLED)
    return _end(row, Status.CANCELLED, "", "organisations.cancel_booking", by)


@transaction.atomic
def revoke_booking(booking: Booking, *, reason: str, by: User) -> Booking:
    """The owner cannot keep the promise."""
    _demand(reason)
    row = _locked(booking, Status.REVOKED)
    return _end(row, Status.REVOKED, reason, "organisations.revoke_booking", by)


def _lock(resource: Resource) -> Resource:
    """Whoever promises it waits for the row; on PostgreSQL a constraint stands behind."""
    rows = Resource.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=resource.pk)


def _locked(booking: Booking, wanted: str) -> Booking:
    rows = Booking.objects.select_for_update(of=("self",)).select_related("resource__organisation")
    row = rows.get(pk=booking.pk)
    if not row.can_become(wanted):
        raise RuleError(_already(row))
    if row.is_over and wanted != Status.DECLINED:
        raise RuleError(_("%s 已过，不必再办。") % row.period)
    return row


def _already(row: Booking) -> str:
    if row.is_waiting:
        return _("这项预约还没有答复，没有改动。")
    at, who = (row.ended_at, row.ended_by) if row.ended_at else (row.answered_at, row.answered_by)
    return _("这项预约已于%(at)s由%(who)s办理为“%(status)s”，没有改动。") % {
        "at": cn_datetime(at),
        "who": who.name,
        "status": row.get_status_display(),
    }


def _demand(reason: str) -> None:
    if not reason.strip():
        raise RuleError(_("请写明原因。"), field="reason")


def _check_asked(booking: Booking) -> None:
    resource = booking.resource
    if not resource.is_open:
        raise RuleError(_("“%s”暂不开放共享，请另选一处。") % resource.name)
    if booking.is_over:
        raise RuleError(_("这个时段已过，请另选日期。"), field="first_day")
    count, room = booking.people_count, resource.capacity
    if count and room and count > room:
        raise RuleError(
            _("“%(name)s”最多容纳 %(room)d 人，请另选一处或核对人数。")
            % {"name": resource.name, "room": room},
            field="people_count",
        )
    other = _promised(resource, booking)
    if other is not None:
        raise RuleError(
            _("%(period)s已同意给%(unit)s使用，请另选时间。")
            % {"period": other.period, "unit": other.organisation.short_name},
            field="first_day",
        )
    _check_not_asked_twice(booking)


def _promised(resource: Resource, booking: Booking) -> Booking | None:
    """What is agreed already for some of these hours."""
    taken = resource.bookings.agreed().overlapping(booking.starts_at, booking.ends_at)
    return taken.select_related("organisation").order_by("starts_at").first()


def _check_not_asked_twice(booking: Booking) -> None:
    asked = booking.resource.bookings.waiting().filter(organisation=booking.organisation)
    own = asked.overlapping(booking.starts_at, booking.ends_at).first()
    if own is not None:
        raise RuleError(
            _("%(unit)s已预约过 %(period)s，正等对方答复，不必重复。")
            % {"unit": booking.organisation.short_name, "period": own.period},
            field="first_day",
        )


def _put_answer(row: Booking, status: str, note: str, by: User) -> None:
    row.status, row.answer_note = status, note.strip()
    row.answered_at, row.answered_by = timezone.now(), by


def _answer(row: Booking, status: str, note: str, verb: str, by: User) -> Booking:
    before = {"status": row.status}
    _put_answer(row, status, note, by)
    row.save(update_fields=["status", "answer_note", "answered_at", "answered_by"])
    after = audit.snapshot(row, ["status", "answer_note"])
    audit.record(verb, row, by=by, before=before, after=after)
    return row


def _end(row: Booking, status: str, reason: str, verb: str, by: User) -> Booking:
    before = {"status": row.status}
    row.status, row.end_reason = status, reason.strip()
    row.ended_at, row.ended_by = timezone.now(), by
    row.save(update_fields=["status", "end_reason", "ended_at", "ended_by"])
    after = audit.snapshot(row, ["status", "end_reason"])
    audit.record(verb, row, by=by, before=before, after=after)
    return row
