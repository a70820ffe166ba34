"""Bookings: asked for, answered, taken back; what was received and what was sent in one list."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import requires
from core.exports import export_list
from core.pages import paginate, perform, perform_form, render_page, safe_next
from organisations import permissions
from organisations.actions import (
    agree_booking,
    cancel_booking,
    decline_booking,
    request_booking,
    revoke_booking,
)
from organisations.exports import BOOKINGS
from organisations.filters import BookingFilter
from organisations.forms.resources import BookingForm, ReasonForm, ToldForm
from organisations.models import Booking, Resource
from organisations.views.register import export_links

LIST = "organisations:booking_list"
Status = Booking.Status


@require_safe
@requires("booking.view")
def booking_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    chosen = BookingFilter(request.GET, Booking.objects.visible_to(user).for_list(), user=user)
    page = paginate(request, chosen.qs)
    waiting = Booking.objects.answerable_by(user).count()
    context = {
        "filter": chosen,
        "page": page,
        "rows": rows_with_deeds(user, list(page)),
        "tabs": _tabs(request, user, waiting),
        "exports": export_links("organisations:booking_export"),
        "is_filtered": bool(request.GET),
    }
    return render_page(request, "organisations/booking_list.html", context, fragment="booking-rows")


def _tabs(request: HttpRequest, user: Any, waiting: int) -> list[dict[str, Any]]:
    """By side, for those who have a side; readers see one list."""
    if not user.can("resource.request"):
        return []
    side = request.GET.get("side", "")
    sides = [
        ("", _("全部"), None),
        ("answer", _("等我答复"), waiting),
        ("received", _("别人预约我们的"), None),
        ("sent", _("我们预约的"), None),
    ]
    url = reverse(LIST)
    return [
        {
            "url": f"{url}?side={key}" if key else url,
            "label": label,
            "count": count,
            "is_current": key == side,
        }
        for key, label, count in sides
    ]


@require_safe
@requires("booking.view")
def booking_export(request: HttpRequest, file_format: str) -> HttpResponse:
    return export_list(request, BOOKINGS, file_format)


def rows_with_deeds(user: Any, rows: list[Booking]) -> list[tuple[Booking, dict[str, bool]]]:
    """Each booking with what this user may do with it now."""
    among = Booking.objects.filter(pk__in=[row.pk for row in rows])
    owned = set(among.owned_by(user).values_list("pk", flat=True))
    received = set(among.received_by(user).values_list("pk", flat=True))
    sent = set(among.sent_by(user).values_list("pk", flat=True))
    return [(row, _deeds(row, row.pk in owned, row.pk in received, row.pk in sent)) for row in rows]


def _deeds(row: Booking, is_owned: bool, is_received: bool, is_sent: bool) -> dict[str, bool]:
    open_now = not row.is_over
    own_use = row.organisation_id == row.resource.organisation_id
    return {
        "agree": is_owned and open_now and is_received and row.is_waiting,
        "record": is_owned and open_now and not is_received and row.is_waiting,
        "decline": is_owned and open_now and row.is_waiting,
        "cancel": is_sent and open_now and row.can_become(Status.CANCELLED),
        "revoke": is_owned and open_now and row.can_become(Status.REVOKED) and not own_use,
    }


@require_http_methods(["GET", "POST"])
@requires("resource.request")
def booking_create(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Resource.objects.visible_to(request.user).for_list()
    resource = get_object_or_404(rows, pk=pk)
    form = BookingForm(request.POST or None, user=request.user, initial=_asked(request))
    probe = form if form.is_bound else BookingForm(request.GET, user=request.user)
    is_complete, asked = probe.is_valid(), probe.asked_span()
    if request.method == "POST" and is_complete:
        booking = perform_form(request, form, request_booking, resource, **form.facts())
        if booking:
            return _asked_for(request, booking)
    context = {"form": form, "resource": resource, **_in_the_way(resource, asked)}
    status = 422 if form.errors else 200
    return render_page(
        request,
        "organisations/booking_form.html",
        context,
        fragment="booking-conflicts",
        status=status,
    )


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The day that was clicked in the calendar."""
    probe = BookingForm(request.GET, user=request.user)
    probe.is_valid()
    known = ("first_day", "last_day", "part")
    return {name: probe.cleaned_data[name] for name in known if probe.cleaned_data.get(name)}


def _in_the_way(resource: Resource, asked: tuple[datetime, datetime] | None) -> dict[str, Any]:
    """Before anything is sent: what is promised or asked for in these hours."""
    if asked is None:
        return {"asked": False, "conflicts": []}
    taking = resource.bookings.filter(status__in=[Status.WAITING, Status.AGREED])
    rows = taking.overlapping(*asked).select_related("organisation").order_by("starts_at")
    return {"asked": True, "conflicts": rows}


def _asked_for(request: HttpRequest, booking: Booking) -> HttpResponse:
    if booking.is_waiting:
        told = _("已预约，请等%s答复。") % booking.resource.organisation.short_name
    else:
        told = _("已登记本单位自用，别的单位不能再预约这个时段。")
    messages.success(request, told)
    return redirect("organisations:resource_detail", booking.resource_id)


@require_http_methods(["GET", "POST"])
@requires("resource.answer")
def booking_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner's yes with one click; the office also says who told it."""
    booking = _visible(request, pk)
    as_owner = permissions.answers_as_owner(request.user, booking)
    if not as_owner and not permissions.can_answer_booking(request.user, booking):
        raise PermissionDenied
    form = None if as_owner else ToldForm(_sent(request))
    done = _("已同意%(unit)s使用，对方首页会看到。") % {"unit": booking.organisation.short_name}
    answer = _ask(request, booking, form, agree_booking, done)
    return answer or _deed_page(
        request,
        booking,
        form,
        title=_("同意%(unit)s在 %(period)s 使用“%(name)s”？") % _words(booking),
        text="" if as_owner else _no_account(booking),
        confirm_label=_("同意"),
    )


@require_http_methods(["GET", "POST"])
@requires("resource.answer")
def booking_decline(request: HttpRequest, pk: int) -> HttpResponse:
    booking = _visible(request, pk)
    if not permissions.can_answer_booking(request.user, booking):
        raise PermissionDenied
    form = ReasonForm(_sent(request))
    answer = _ask(request, booking, form, decline_booking, _("已谢绝，原因已告知对方。"))
    return answer or _deed_page(
        request,
        booking,
        form,
        title=_("谢绝%(unit)s在 %(period)s 使用“%(name)s”？") % _words(booking),
        text=_("对方会看到原因，可以另选时间再预约。"),
        confirm_label=_("谢绝"),
    )


@require_http_methods(["GET", "POST"])
@requires("resource.request")
def booking_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    booking = _visible(request, pk)
    if not permissions.can_cancel_booking(request.user, booking):
        raise PermissionDenied
    answer = _ask(request, booking, None, cancel_booking, _("已取消预约。"))
    return answer or _deed_page(
        request,
        booking,
        None,
        title=_("取消%(unit)s在 %(period)s 使用“%(name)s”的预约？") % _words(booking),
        text=_("取消后这个时段让给别的单位，要用须重新预约。"),
        confirm_label=_("取消预约"),
        confirm_tone="danger",
    )


@require_http_methods(["GET", "POST"])
@requires("resource.answer")
def booking_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    booking = _visible(request, pk)
    if not permissions.can_answer_booking(request.user, booking):
        raise PermissionDenied
    form = ReasonForm(_sent(request))
    answer = _ask(request, booking, form, revoke_booking, _("已撤回同意，原因已告知对方。"))
    return answer or _deed_page(
        request,
        booking,
        form,
        title=_("撤回同意，不让%(unit)s在 %(period)s 使用“%(name)s”？") % _words(booking),
        text=_("对方可能已经通知参加的人，请先电话说明。"),
        confirm_label=_("撤回同意"),
        confirm_tone="danger",
    )


def _visible(request: HttpRequest, pk: int) -> Booking:
    return get_object_or_404(Booking.objects.visible_to(request.user).for_list(), pk=pk)


def _sent(request: HttpRequest) -> Any:
    """What was sent, for a form; an empty body is an answer too."""
    return request.POST if request.method == "POST" else None


def _ask(
    request: HttpRequest,
    booking: Booking,
    form: forms.Form | None,
    deed: Callable[..., Any],
    done: str,
) -> HttpResponse | None:
    """The way back once the deed is done or refused; None while it is still to be asked."""
    if request.method != "POST":
        return None
    back = safe_next(request, reverse("organisations:resource_detail", args=[booking.resource_id]))
    if form is None:
        perform(request, deed, booking, done=done)
        return redirect(back)
    if not form.is_valid():
        return None
    if perform_form(request, form, deed, booking, done=done, **form.cleaned_data):
        return redirect(back)
    return None


def _words(booking: Booking) -> dict[str, str]:
    return {
        "unit": booking.organisation.full_label,
        "period": booking.period,
        "name": booking.resource.name,
    }


def _no_account(booking: Booking) -> str:
    return _("%s没有平台账号，由旗创建办按其告知的意见登记；登记人和时间一并留存。") % (
        booking.resource.organisation.short_name
    )


def _deed_page(
    request: HttpRequest, booking: Booking, form: forms.Form | None, **words: str
) -> HttpResponse:
    here = reverse("organisations:resource_detail", args=[booking.resource_id])
    context = {"booking": booking, "form": form, "cancel_url": safe_next(request, here), **words}
    status = 422 if form is not None and form.errors else 200
    return render_page(request, "organisations/booking_confirm_deed.html", context, status=status)
