"""How a user wants to see a list: its columns, its saved filters."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import signed_in
from core.lists import deeds
from core.lists.forms import SavedFilterForm
from core.lists.models import SavedFilter
from core.lists.tools import LISTS, UserList
from core.pages import perform, perform_form, safe_next


@require_POST
@signed_in
def columns_choose(request: HttpRequest, key: str) -> HttpResponse:
    """Keep which columns of a list this user sees; 恢复默认 forgets the choice."""
    one = _list_or_404(request, key)
    is_reset = "reset" in request.POST
    keys = one.default_keys() if is_reset else request.POST.getlist("columns")
    deeds.choose_columns(one, keys, by=request.user)
    messages.success(
        request, _("已恢复默认的列。") if is_reset else _("列已保存，下次打开仍是这样。")
    )
    return redirect(safe_next(request, one.url))


@require_POST
@signed_in
def saved_filter_create(request: HttpRequest, key: str) -> HttpResponse:
    one = _list_or_404(request, key)
    form, query = SavedFilterForm(request.POST), request.POST.get("query", "")
    if form.is_valid():
        saved = perform_form(
            request, form, deeds.save_filter, one, query=query, **form.cleaned_data
        )
        if saved:
            messages.success(request, _("已保存，在名单的“常用筛选”里打开。"))
            return redirect(f"{one.url}?{saved.query}")
    context = {"form": form, "back_url": safe_next(request, one.url), "query": query}
    return render(request, "core/saved_filter_form.html", context, status=422)


@require_http_methods(["GET", "POST"])
@signed_in
def saved_filter_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share, delete one's own."""
    saved = get_object_or_404(SavedFilter, pk=pk, owner=request.user)
    one = _list_or_404(request, saved.list_key)
    back_url = f"{one.url}?{saved.query}"
    facts = {"name": saved.name, "is_shared": saved.is_shared}
    form = SavedFilterForm(request.POST or None, initial=facts)
    if request.method == "POST" and form.is_valid():
        done = _("已保存。")
        if perform_form(request, form, deeds.edit_filter, saved, done=done, **form.cleaned_data):
            return redirect(back_url)
    context = {"form": form, "saved": saved, "back_url": back_url}
    status = 422 if form.errors else 200
    return render(request, "core/saved_filter_form.html", context, status=status)


@require_POST
@signed_in
def saved_filter_delete(request: HttpRequest, pk: int) -> HttpResponse:
    saved = get_object_or_404(SavedFilter, pk=pk, owner=request.user)
    one = _list_or_404(request, saved.list_key)
    told = _("已删除常用筛选“%s”。") % saved.name
    perform(request, deeds.delete_filter, saved, done=told)
    return redirect(one.url)


def _list_or_404(request: HttpRequest, key: str) -> UserList:
    one = LISTS.get(key)
    if one is None:
        raise Http404
    if not request.user.can(one.action):
        raise PermissionDenied
    return one
