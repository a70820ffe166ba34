"""Standard sites of the trade systems: list, export, form, acceptance."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core.access import requires
from core.exports import export_list
from core.lists.tools import list_tools
from core.pages import paginate, perform_form, render_page
from demonstrations import permissions
from demonstrations.actions import accept_site, create_site, edit_site
from demonstrations.exports import SITES
from demonstrations.filters import SITE_LIST, SiteFilter
from demonstrations.forms import AcceptForm, SiteForm
from demonstrations.models import StandardSite
from organisations.models import TradeSystem
from organisations.views.register import export_links
from organisations.views.tabs import register_tabs

LIST = "demonstrations:site_list"


@require_safe
@requires("title.view")
def site_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    visible = StandardSite.objects.visible_to(user)
    chosen = SiteFilter(request.GET, visible.for_list())
    systems = list(_systems(visible))
    missing = [row.name for row in systems if row.is_first_mover and not row.accepted]
    context = {
        "filter": chosen,
        "tools": list_tools(request, SITE_LIST),
        "page": paginate(request, chosen.qs),
        "tabs": register_tabs(user, LIST),
        "exports": export_links("demonstrations:site_export"),
        "can_edit": permissions.can_create_site(user),
        "systems": systems,
        "missing": "、".join(missing),
    }
    return render_page(request, "demonstrations/site_list.html", context, fragment="site-rows")


def _systems(visible: QuerySet[StandardSite]) -> QuerySet[TradeSystem]:
    """Every trade system with how many sites it has accepted and is building."""
    mine = Q(sites__in=visible)
    return TradeSystem.objects.annotate(
        accepted=Count("sites", mine & Q(sites__accepted_on__isnull=False)),
        building=Count("sites", mine & Q(sites__accepted_on__isnull=True)),
    ).order_by("order", "name")


@require_safe
@requires("title.view")
def site_export(request: HttpRequest, file_format: str) -> HttpResponse:
    return export_list(request, SITES, file_format)


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def site_create(request: HttpRequest) -> HttpResponse:
    form = SiteForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        done = _("已录入，验收后计入该行业系统。")
        if perform_form(request, form, create_site, form.facts(), done=done):
            return redirect(LIST)
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def site_edit(request: HttpRequest, pk: int) -> HttpResponse:
    site = _editable(request, pk, permissions.can_edit_site)
    form = SiteForm(request.POST or None, instance=site, user=request.user)
    valid = request.method == "POST" and form.is_valid()
    if valid and perform_form(request, form, edit_site, site, form.facts(), done=_("已保存。")):
        return redirect(LIST)
    return _form_page(request, form, site)


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def site_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the day of acceptance, then accept."""
    site = _editable(request, pk, permissions.can_accept_site)
    form = AcceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["accepted_on"]
        if perform_form(request, form, accept_site, site, accepted_on=day):
            told = _("“%(name)s”已验收，计入%(system)s系统。")
            messages.success(request, told % {"name": site.name, "system": site.trade_system})
            return redirect(LIST)
    context = {
        "form": form,
        "site": site,
        "heading": _("验收“%s”") % site.name,
        "text": _("验收后计入%s系统的标准化示范点；日期有误可在修改里更正。") % site.trade_system,
        "list_url": reverse(LIST),
    }
    status = 422 if form.errors else 200
    return render_page(request, "demonstrations/site_confirm_accept.html", context, status=status)


def _editable(
    request: HttpRequest, pk: int, may: Callable[[User, StandardSite], bool]
) -> StandardSite:
    site = get_object_or_404(StandardSite.objects.visible_to(request.user).for_list(), pk=pk)
    if not may(request.user, site):
        raise PermissionDenied
    return site


def _form_page(request: HttpRequest, form: SiteForm, site: StandardSite | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "site": site}
    status = 422 if form.errors else 200
    return render_page(request, "demonstrations/site_form.html", context, status=status)
