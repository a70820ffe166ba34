"""What units share: the catalogue, one resource with its month, the form to enter it."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import requires
from core.exports import export_list
from core.pages import paginate, perform_form, render_page
from organisations import permissions
from organisations.actions import create_resource, edit_resource
from organisations.exports import RESOURCES
from organisations.filters import ResourceFilter
from organisations.forms.resources import ResourceForm
from organisations.models import Booking, Organisation, Resource
from organisations.models.period import span
from organisations.views.bookings import rows_with_deeds
from organisations.views.month import month_of, months_beside, weeks_of
from organisations.views.register import export_links
from organisations.views.tabs import register_tabs

LIST = "organisations:resource_list"
RECENT = 10


@require_safe
@requires("resource.view")
def resource_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    chosen = ResourceFilter(request.GET, Resource.objects.visible_to(user).for_list(), user=user)
    context = {
        "filter": chosen,
        "page": paginate(request, chosen.qs),
        "tabs": register_tabs(user, LIST),
        "exports": export_links("organisations:resource_export"),
        "can_create": user.can("resource.edit"),
        "can_request": user.can("resource.request"),
        "waiting_count": Booking.objects.answerable_by(user).count(),
        "waiting_url": f"{reverse('organisations:booking_list')}?side=answer",
        "is_filtered": bool(request.GET),
    }
    return render_page(
        request, "organisations/resource_list.html", context, fragment="resource-rows"
    )


@require_safe
@requires("resource.view")
def resource_export(request: HttpRequest, file_format: str) -> HttpResponse:
    return export_list(request, RESOURCES, file_format)


@require_safe
@requires("resource.view")
def resource_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """What one unit shares, for its page."""
    user = request.user
    organisation = get_object_or_404(Organisation.objects.visible_to(user), pk=pk)
    resources = Resource.objects.visible_to(user).filter(organisation=organisation).for_list()
    own = Organisation.objects.within(user, "resource.edit").filter(pk=pk)
    context = {
        "organisation": organisation,
        "resources": resources,
        "can_create": own.exists() or permissions.can_edit_organisation(user, organisation),
    }
    return render_page(request, "organisations/resource_panel.html", context)


@require_safe
@requires("resource.view")
def resource_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user = request.user
    resource = get_object_or_404(Resource.objects.visible_to(user).for_list(), pk=pk)
    can_request = resource.is_open and user.can("resource.request")
    context = {
        "resource": resource,
        "facts": _facts(resource),
        "can_edit": permissions.can_edit_resource(user, resource),
        "can_request": can_request,
        "bookings": rows_with_deeds(user, _recent(user, resource)),
        "bookings_url": f"{reverse('organisations:booking_list')}?resource={pk}",
        **_month(resource, month_of(request.GET.get("month", ""))),
    }
    return render_page(
        request, "organisations/resource_detail.html", context, fragment="resource-month"
    )


def _recent(user: Any, resource: Resource) -> list[Booking]:
    rows = Booking.objects.visible_to(user).filter(resource=resource).for_list()
    return list(rows.order_by("-starts_at", "-pk")[:RECENT])


def _month(resource: Resource, first: date) -> dict[str, Any]:
    before, after = months_beside(first)
    weeks = weeks_of(first, ())
    begins, ends = span(weeks[0][0].day)[0], span(weeks[-1][-1].day)[1]
    taking = resource.bookings.filter(status__in=["waiting", "agreed"])
    rows = taking.overlapping(begins, ends).select_related("organisation").order_by("starts_at")
    filled = weeks_of(first, rows)
    return {
        "month": first,
        "before": before,
        "after": after,
        "weeks": filled,
        "weekdays": list(_("一二三四五六日")),
        "month_has_bookings": any(day.in_month and day.bookings for week in filled for day in week),
    }


def _facts(resource: Resource) -> list[dict[str, Any]]:
    owner = resource.organisation
    room = _("%d 人") % resource.capacity if resource.capacity else ""
    return [
        {
            "label": _("所属单位"),
            "value": owner.full_label,
            "url": reverse("organisations:organisation_detail", args=[owner.pk]),
        },
        {"label": _("类别"), "value": resource.get_kind_display()},
        {"label": _("地点"), "value": resource.place},
        {"label": _("容纳人数"), "value": room},
        {"label": _("简介"), "value": resource.introduction},
        {"label": _("使用条件"), "value": resource.conditions},
        {"label": _("标签"), "value": "、".join(tag.name for tag in resource.tags.all())},
        {"label": _("最近空闲日"), "value": resource.next_free_on},
    ]


@require_http_methods(["GET", "POST"])
@requires("resource.edit")
def resource_create(request: HttpRequest) -> HttpResponse:
    unit = request.GET.get("organisation")
    given = {"organisation": unit} if unit else {}
    form = ResourceForm(request.POST or None, user=request.user, initial=given)
    if request.method == "POST" and form.is_valid():
        done = _("已登记，其他单位可以预约。")
        created = perform_form(request, form, create_resource, form.facts(), done=done)
        if created:
            return redirect("organisations:resource_detail", created.pk)
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
@requires("resource.edit")
def resource_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Resource.objects.visible_to(request.user).select_related("organisation__region__parent")
    resource = get_object_or_404(rows, pk=pk)
    if not permissions.can_edit_resource(request.user, resource):
        raise PermissionDenied
    label = resource.name
    form = ResourceForm(request.POST or None, instance=resource, user=request.user)
    if request.method == "POST" and form.is_valid():
        facts, seen_at = form.facts(), form.seen()
        done = _("已保存。")
        if perform_form(request, form, edit_resource, resource, facts, seen_at=seen_at, done=done):
            return redirect("organisations:resource_detail", pk)
        form.catch_up()
    return _form_page(request, form, resource, label)


def _form_page(
    request: HttpRequest, form: ResourceForm, resource: Resource | None, label: str = ""
) -> HttpResponse:
    context = {"form": form, "resource": resource, "label": label}
    status = 422 if form.errors else 200
    return render_page(request, "organisations/resource_form.html", context, status=status)
