"""Handing over the duties of a unit: proposed, confirmed, shown to both."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import requires, signed_in
from core.pages import paginate, perform, perform_form, render_page
from core.templatetags.ui import cn_date, cn_datetime
from organisations import permissions
from organisations.actions import (
    confirm_handover,
    decline_handover,
    hand_over_liaison,
    propose_handover,
    withdraw_handover,
)
from organisations.forms.handovers import HandoverForm
from organisations.forms.resources import ReasonForm
from organisations.models import Assignment, Handover, Organisation
from organisations.open_items import open_items_of

DETAIL = "organisations:handover_detail"


@require_safe
@signed_in
def handover_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    rows = Handover.objects.visible_to(user).for_list()
    units = Organisation.objects.without_liaison() if user.can("organisation.edit") else None
    context = {
        "page": paginate(request, rows),
        "unattended": units.within(user, "organisation.edit").count() if units else 0,
        "unattended_url": f"{reverse('organisations:organisation_list')}?liaison=none",
    }
    return render_page(request, "organisations/handover_list.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def handover_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose; who grants roles does it at once."""
    user = request.user
    rows = Assignment.objects.exclude(role="").select_related("user", "organisation__region")
    assignment = get_object_or_404(rows, pk=pk)
    if not permissions.can_propose_handover(user, assignment):
        raise PermissionDenied
    at_once = user.can("role.grant")
    form = HandoverForm(request.POST or None, user=user, assignment=assignment)
    if request.method == "POST" and form.is_valid():
        deed = hand_over_liaison if at_once else propose_handover
        done = _("已办理交接。") if at_once else _("已提出，请安全管理员确认；确认前一切照旧。")
        made = perform_form(request, form, deed, assignment, done=done, **form.cleaned_data)
        if made:
            return redirect(DETAIL, made.pk)
    context = {
        "form": form,
        "assignment": assignment,
        "at_once": at_once,
        "items": open_items_of(assignment.organisation, assignment.role),
    }
    status = 422 if form.errors else 200
    return render_page(request, "organisations/handover_form.html", context, status=status)


@require_safe
@signed_in
def handover_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user = request.user
    handover = _visible(request, pk)
    context = {
        "handover": handover,
        "facts": _facts(handover),
        "items": _items(user, handover),
        "can_decide": handover.is_open and user.can("role.grant"),
        "can_withdraw": handover.is_open and _may_withdraw(user, handover),
    }
    return render_page(request, "organisations/handover_detail.html", context)


def _items(user: Any, handover: Handover) -> list[dict[str, Any]]:
    """The numbers of the day it was decided; while it waits, those of now."""
    if not handover.is_open:
        return handover.numbers
    return open_items_of(handover.organisation, handover.role)


def _facts(row: Handover) -> list[dict[str, Any]]:
    said = f"{row.proposed_by.name} {cn_datetime(row.proposed_at)}"
    decided = f"{row.decided_by.name} {cn_datetime(row.decided_at)}" if row.decided_by else ""
    return [
        {"label": _("单位"), "value": row.organisation.full_label},
        {"label": _("角色"), "value": row.get_role_display()},
        {"label": _("移交人"), "value": row.from_user.name},
        {"label": _("接任人"), "value": row.to_user.name},
        {"label": _("最后一天"), "value": cn_date(row.last_day)},
        {"label": _("说明"), "value": row.note},
        {"label": _("提出"), "value": said},
        {"label": _("办理"), "value": decided, "help": row.decision_note},
    ]


@require_POST
@requires("role.grant")
def handover_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    handover = _visible(request, pk)
    done = _("已确认，%s从次日起任职。") % handover.to_user.name
    perform(request, confirm_handover, handover, done=done)
    return redirect(DETAIL, pk)


@require_http_methods(["GET", "POST"])
@requires("role.grant")
def handover_decline(request: HttpRequest, pk: int) -> HttpResponse:
    handover = _visible(request, pk)
    form: forms.Form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = _("已登记为不同意。")
        deed = decline_handover
        if perform_form(request, form, deed, handover, done=done, **form.cleaned_data):
            return redirect(DETAIL, pk)
    context = {"form": form, "handover": handover}
    status = 422 if form.errors else 200
    return render_page(
        request, "organisations/handover_confirm_decline.html", context, status=status
    )


@require_POST
@requires("handover.propose")
def handover_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    handover = _visible(request, pk)
    if not _may_withdraw(request.user, handover):
        raise PermissionDenied
    perform(request, withdraw_handover, handover, done=_("已撤回，一切照旧。"))
    return redirect(DETAIL, pk)


def _may_withdraw(user: Any, handover: Handover) -> bool:
    """Who may propose one for the unit may take it back."""
    if not user.can("handover.propose"):
        return False
    units = Organisation.objects.within(user, "handover.propose")
    return units.filter(pk=handover.organisation_id).exists()


def _visible(request: HttpRequest, pk: int) -> Handover:
    return get_object_or_404(Handover.objects.visible_to(request.user).for_list(), pk=pk)
