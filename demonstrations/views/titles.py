"""Titles that were given: list with its expiries, export, form."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import requires
from core.exports import export_list
from core.lists.tools import list_tools
from core.pages import paginate, perform_form, render_page
from demonstrations import permissions
from demonstrations.actions import create_title, edit_title, editable_fields
from demonstrations.exports import TITLES
from demonstrations.filters import EXPIRED, TITLE_LIST, TitleFilter
from demonstrations.forms import TitleForm
from demonstrations.models import Duty, Title
from demonstrations.models.title import TitleQuerySet
from demonstrations.views.parts import (
    TITLE_PAGE,
    posted,
    title_tabs,
    title_url,
    visible_title,
)
from organisations.views.register import export_links
from organisations.views.tabs import register_tabs


@require_safe
@requires("title.view")
def title_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    given = Title.objects.visible_to(user).given()
    chosen = TitleFilter(request.GET, given.for_list().with_duty())
    can_edit = permissions.can_create_title(user)
    context = {
        "filter": chosen,
        "tools": list_tools(request, TITLE_LIST),
        "page": paginate(request, chosen.qs),
        "register_tabs": register_tabs(user, TITLE_PAGE),
        "tabs": title_tabs(user, TITLE_PAGE),
        "exports": export_links("demonstrations:title_export"),
        "can_edit": can_edit,
        "expiries": _expiries(given, request.GET.get("expiry", "")),
        **(_owing(given) if can_edit else {}),
    }
    return render_page(request, "demonstrations/title_list.html", context, fragment="title-rows")


def _expiries(given: TitleQuerySet, chosen: str) -> list[dict[str, Any]]:
    """How many run out within 3, 6 and 12 months, and how many have; each opens its list."""
    url, counts = reverse(TITLE_PAGE), given.expiry_counts((3, 6, 12))
    spans = [
        ("3", _("3 个月内到期"), counts["in_3"]),
        ("6", _("6 个月内到期"), counts["in_6"]),
        ("12", _("12 个月内到期"), counts["in_12"]),
        (EXPIRED, _("已期满"), counts["expired"]),
    ]
    return [
        {
            "label": label,
            "figure": count,
            "url": url if key == chosen else f"{url}?expiry={key}&sort=until",
            "hint": _("点一下看全部") if key == chosen else "",
        }
        for key, label, count in spans
    ]


def _owing(given: TitleQuerySet) -> dict[str, Any]:
    owing = given.bound().with_duty().filter(has_partner=False)
    return {
        "unmet_count": owing.values("organisation").distinct().count(),
        "unmet_url": f"{reverse(TITLE_PAGE)}?duty={Duty.UNMET}",
    }


@require_safe
@requires("title.view")
def title_export(request: HttpRequest, file_format: str) -> HttpResponse:
    return export_list(request, TITLES, file_format)


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def title_create(request: HttpRequest) -> HttpResponse:
    form = TitleForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        title = perform_form(request, form, create_title, form.facts())
        if title:
            messages.success(request, _told(title))
            return redirect(title_url(title))
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def title_edit(request: HttpRequest, pk: int) -> HttpResponse:
    title = visible_title(request, pk, permissions.can_edit_title)
    if not editable_fields(title):
        told = _("这个示范现在是“%s”，不能修改，没有改动。")
        messages.warning(request, told % title.get_status_display())
        return redirect(title_url(title))
    form = TitleForm(posted(request), instance=title, user=request.user)
    if request.method == "POST" and form.is_valid():
        facts = {"seen_at": form.seen(), "done": _("已保存。")}
        if perform_form(request, form, edit_title, title, form.facts(), **facts):
            return redirect(title_url(title))
        form.catch_up()
    return _form_page(request, form, title)


def _told(title: Title) -> str:
    if title.must_bring_along:
        return _("已录入。按要求，市级及以上示范至少带动 1 家，可到联创项目里结对。")
    return _("已录入。")


def _form_page(request: HttpRequest, form: TitleForm, title: Title | None) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "cancel_url": title_url(title) if title else reverse(TITLE_PAGE),
    }
    status = 422 if form.errors else 200
    return render_page(request, "demonstrations/title_form.html", context, status=status)
