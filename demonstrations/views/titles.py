"""Demonstration titles: list, export, form."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import requires
from core.exports import export_list
from core.lists.tools import list_tools
from core.pages import paginate, perform_form, render_page
from demonstrations import permissions
from demonstrations.actions import create_title, edit_title
from demonstrations.exports import TITLES
from demonstrations.filters import TITLE_LIST, TitleFilter
from demonstrations.forms import TitleForm
from demonstrations.models import Duty, Title
from organisations.views.register import export_links
from organisations.views.tabs import register_tabs

LIST = "demonstrations:title_list"


@require_safe
@requires("title.view")
def title_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    rows = Title.objects.visible_to(user).for_list().with_duty()
    chosen = TitleFilter(request.GET, rows)
    can_edit = permissions.can_create_title(user)
    context = {
        "filter": chosen,
        "tools": list_tools(request, TITLE_LIST),
        "page": paginate(request, chosen.qs),
        "tabs": register_tabs(user, LIST),
        "exports": export_links("demonstrations:title_export"),
        "can_edit": can_edit,
        **(_owing(user) if can_edit else {}),
    }
    return render_page(request, "demonstrations/title_list.html", context, fragment="title-rows")


def _owing(user: Any) -> dict[str, Any]:
    owing = Title.objects.visible_to(user).bound().with_duty().filter(has_partner=False)
    return {
        "unmet_count": owing.values("organisation").distinct().count(),
        "unmet_url": f"{reverse(LIST)}?duty={Duty.UNMET}",
    }


@require_safe
@requires("title.view")
def title_export(request: HttpRequest, file_format: str) -> HttpResponse:
    return export_list(request, TITLES, file_format)


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def title_create(request: HttpRequest) -> HttpResponse:
    form = TitleForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        title = perform_form(request, form, create_title, form.facts())
        if title:
            messages.success(request, _told(title))
            return redirect(LIST)
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def title_edit(request: HttpRequest, pk: int) -> HttpResponse:
    title = get_object_or_404(Title.objects.visible_to(request.user).for_list(), pk=pk)
    if not permissions.can_edit_title(request.user, title):
        raise PermissionDenied
    form = TitleForm(request.POST or None, instance=title, user=request.user)
    valid = request.method == "POST" and form.is_valid()
    if valid and perform_form(request, form, edit_title, title, form.facts(), done=_("已保存。")):
        return redirect(LIST)
    return _form_page(request, form, title)


def _told(title: Title) -> str:
    if title.must_bring_along:
        return _("已录入。按要求，市级及以上示范至少带动 1 家，可到联创项目里结对。")
    return _("已录入。")


def _form_page(request: HttpRequest, form: TitleForm, title: Title | None) -> HttpResponse:
    context = {"form": form, "title": title}
    status = 422 if form.errors else 200
    return render_page(request, "demonstrations/title_form.html", context, status=status)
