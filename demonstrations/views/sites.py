"""Standard sites of the trade systems: list, export, page, form, acceptance."""

from collections.abc import Callable
from typing import Any

from django import forms
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
from core.templatetags.ui import cn_date
from demonstrations import permissions
from demonstrations.actions import (
    accept_site,
    create_site,
    edit_site,
    send_site_to_mend,
    withdraw_acceptance,
)
from demonstrations.exports import SITES
from demonstrations.filters import SITE_LIST, SiteFilter
from demonstrations.forms import AcceptForm, SiteForm, WithdrawForm
from demonstrations.models import SiteAcceptance, SiteChecklist, StandardSite
from demonstrations.views.parts import posted
from organisations.models import TradeSystem
from organisations.views.register import export_links
from organisations.views.tabs import register_tabs

LIST = "demonstrations:site_list"
DETAIL = "demonstrations:site_detail"


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
        "sees_checklists": permissions.can_edit_rules(user),
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


@require_safe
@requires("title.view")
def site_detail(request: HttpRequest, pk: int) -> HttpResponse:
    site = _site(request, pk)
    user = request.user
    acceptances = list(
        site.acceptances.select_related(
            "recorded_by", "withdrawn_by", "checklist__trade_system"
        ).prefetch_related("met_items", "checklist__items")
    )
    may_accept = permissions.may_accept_site(user, site)
    can_accept = not site.accepted_on and permissions.can_accept_site(user, site)
    context = {
        "site": site,
        "facts": _facts(site),
        "acceptances": [_acceptance(row) for row in acceptances],
        "can_edit": permissions.can_edit_site(user, site),
        "can_accept": can_accept,
        "can_withdraw": site.accepted_on and may_accept,
        **_what_now(site, acceptances, is_own=may_accept and not can_accept, user=user),
    }
    return render_page(request, "demonstrations/site_detail.html", context)


def _facts(site: StandardSite) -> list[dict[str, Any]]:
    url = reverse("organisations:organisation_detail", args=[site.organisation_id])
    accepted = f"{site.accepted_on:%Y-%m-%d}" if site.accepted_on else ""
    return [
        {"label": _("所在单位"), "value": site.organisation.full_label, "url": url},
        {"label": _("行业系统"), "value": site.trade_system},
        {"label": _("地点"), "value": site.place},
        {"label": _("开始打造"), "value": f"{site.started_on:%Y-%m-%d}"},
        {"label": _("验收日期"), "value": accepted},
        {"label": _("录入人"), "value": site.registered_by.name if site.registered_by else ""},
    ]


def _what_now(
    site: StandardSite, acceptances: list[SiteAcceptance], *, is_own: bool, user: User
) -> dict[str, str]:
    if site.accepted_on:
        return {}
    last = acceptances[0] if acceptances else None
    if last and last.result == SiteAcceptance.Result.MEND:
        words = _("上次验收需整改，期限%s，整改后再验收。") % cn_date(last.mend_due_on)
        return {"now": words, "tone": "warning"}
    if is_own and site.registered_by_id == user.pk:
        return {"now": _("这个示范点由你录入，请由另一位工作人员或负责人验收。"), "tone": "info"}
    if is_own:
        return {"now": _("这个示范点你修改过，请由另一位工作人员或负责人验收。"), "tone": "info"}
    return {"now": _("正在打造，验收后计入%s系统。") % site.trade_system, "tone": "info"}


def _acceptance(row: SiteAcceptance) -> dict[str, Any]:
    """One look at the site with every item of the list that was used."""
    met = {item.pk for item in row.met_items.all()}
    items = row.checklist.items.all() if row.checklist else []
    return {"row": row, "items": [(item, item.pk in met) for item in items]}


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def site_create(request: HttpRequest) -> HttpResponse:
    form = SiteForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        done = _("已录入，由另一位工作人员或负责人验收后计入该行业系统。")
        site = perform_form(request, form, create_site, form.facts(), done=done)
        if site:
            return redirect(DETAIL, site.pk)
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def site_edit(request: HttpRequest, pk: int) -> HttpResponse:
    site = _site(request, pk, permissions.can_edit_site)
    form = SiteForm(posted(request), instance=site, user=request.user)
    if request.method == "POST" and form.is_valid():
        facts = {"seen_at": form.seen(), "done": _("已保存。")}
        if perform_form(request, form, edit_site, site, form.facts(), **facts):
            return redirect(DETAIL, pk)
        form.catch_up()
    return _form_page(request, form, site)


@require_http_methods(["GET", "POST"])
@requires("site.accept")
def site_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick what is met, then accept, or say what is to be mended."""
    site = _site(request, pk, permissions.may_accept_site)
    checklist = SiteChecklist.objects.for_system(site.trade_system)
    form = AcceptForm(posted(request), checklist=checklist)
    if request.method == "POST" and form.is_valid() and _accept(request, form, site):
        return redirect(DETAIL, pk)
    text = _("验收后计入%s系统的标准化示范点。") % site.trade_system
    return _deed_page(request, form, site, heading=_("验收"), text=text)


def _accept(request: HttpRequest, form: AcceptForm, site: StandardSite) -> Any:
    facts = form.acceptance()
    if form.cleaned_data["result"] == AcceptForm.Result.MEND:
        due_on = form.cleaned_data["due_on"]
        done = _("已登记需整改，整改后再验收。")
        return perform_form(
            request, form, send_site_to_mend, site, facts=facts, due_on=due_on, done=done
        )
    told = _("“%(name)s”已验收，计入%(system)s系统。")
    done = told % {"name": site.name, "system": site.trade_system}
    return perform_form(request, form, accept_site, site, facts=facts, done=done)


@require_http_methods(["GET", "POST"])
@requires("site.accept")
def site_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    site = _site(request, pk, permissions.may_accept_site)
    if not site.accepted_on:
        messages.warning(request, _("“%s”没有验收，或验收刚被撤回，没有改动。") % site.name)
        return redirect(DETAIL, pk)
    form = WithdrawForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = _("已撤回验收，恢复为打造中。")
        if perform_form(request, form, withdraw_acceptance, site, done=done, **form.facts()):
            return redirect(DETAIL, pk)
    text = _("撤回后不再计入%s系统，验收记录和原因保留。") % site.trade_system
    return _deed_page(request, form, site, heading=_("撤回验收"), text=text, tone="danger")


def _site(
    request: HttpRequest, pk: int, may: Callable[[User, StandardSite], bool] | None = None
) -> StandardSite:
    rows = StandardSite.objects.visible_to(request.user).for_list()
    site = get_object_or_404(rows.select_related("registered_by"), pk=pk)
    if may and not may(request.user, site):
        raise PermissionDenied
    return site


def _deed_page(
    request: HttpRequest,
    form: forms.BaseForm,
    site: StandardSite,
    *,
    heading: str,
    text: str,
    tone: str = "primary",
) -> HttpResponse:
    context = {
        "form": form,
        "site": site,
        "title": f"{heading}：{site.name}",
        "text": text,
        "confirm_label": heading,
        "confirm_tone": tone,
        "cancel_url": reverse(DETAIL, args=[site.pk]),
    }
    status = 422 if form.errors else 200
    return render_page(request, "demonstrations/site_confirm_deed.html", context, status=status)


def _form_page(request: HttpRequest, form: SiteForm, site: StandardSite | None) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "site": site,
        "cancel_url": reverse(DETAIL, args=[site.pk]) if site else reverse(LIST),
    }
    status = 422 if form.errors else 200
    return render_page(request, "demonstrations/site_form.html", context, status=status)
