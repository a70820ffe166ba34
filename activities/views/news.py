"""News items: list, page, form. Kept for the record."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activities import actions
from activities.closed_years import why_closed
from activities.exports import NEWS
from activities.filters import NewsFilter
from activities.forms import NewsForm
from activities.models import Activity, NewsItem
from activities.permissions import can_edit_news
from activities.views.tabs import activity_tabs, export_links
from core.access import requires
from core.exports import export_list
from core.pages import paginate, perform, perform_form, render_page

FORM = "activities/news_form.html"


@require_safe
@requires("news.view")
def news_list(request: HttpRequest) -> HttpResponse:
    seen = NewsItem.objects.visible_to(request.user)
    chosen = NewsFilter(request.GET, seen.for_list(), user=request.user)
    context = {
        "filter": chosen,
        "page": paginate(request, chosen.qs),
        "tabs": activity_tabs(request.user, "activities:news_list"),
        "exports": export_links("activities:news_export"),
        "can_record": request.user.can("news.edit"),
        "is_filtered": any(request.GET.get(key) for key in ("q", "level", "year", "unit")),
    }
    return render_page(request, "activities/news_list.html", context, fragment="news-rows")


@require_safe
@requires("news.view")
def news_export(request: HttpRequest, extension: str) -> HttpResponse:
    return export_list(request, NEWS, extension)


@require_safe
@requires("news.view")
def news_detail(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(NewsItem.objects.visible_to(request.user).for_list(), pk=pk)
    shown = Activity.objects.visible_to(request.user).filter(pk=item.activity_id)
    context = {
        "item": item,
        "can_open_activity": shown.exists(),
        "can_edit": can_edit_news(request.user, item),
    }
    return render_page(request, "activities/news_detail.html", context)


@require_http_methods(["GET", "POST"])
@requires("news.edit")
def news_create(request: HttpRequest) -> HttpResponse:
    form = NewsForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        done = _("已登记。")
        if item := perform_form(request, form, actions.record_news, form.facts(), done=done):
            return redirect("activities:news_detail", item.pk)
    context = {"form": form, "cancel_url": reverse("activities:news_list")}
    return render_page(request, FORM, context)


def _edited(request: HttpRequest, pk: int) -> NewsItem:
    item = get_object_or_404(NewsItem.objects.visible_to(request.user), pk=pk)
    if not can_edit_news(request.user, item):
        raise PermissionDenied(_("还涉及别的单位的，由旗创建办修改或删除。"))
    return item


@require_http_methods(["GET", "POST"])
@requires("news.edit")
def news_edit(request: HttpRequest, pk: int) -> HttpResponse:
    item = _edited(request, pk)
    data = request.POST if request.method == "POST" else None
    form = NewsForm(data, user=request.user, item=item)
    back = reverse("activities:news_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        done = _("已修改。")
        if perform_form(request, form, actions.change_news, item, facts=form.facts(), done=done):
            return redirect(back)
    return render_page(request, FORM, {"form": form, "item": item, "cancel_url": back})


@require_http_methods(["GET", "POST"])
@requires("news.edit")
def news_remove(request: HttpRequest, pk: int) -> HttpResponse:
    item = _edited(request, pk)
    if request.method == "POST":
        done = _("已删除“%s”。") % item
        if perform(request, actions.remove_news, item, done=done):
            return redirect("activities:news_list")
        return redirect("activities:news_detail", pk)
    if reason := why_closed(item):
        messages.warning(request, reason)
        return redirect("activities:news_detail", pk)
    context = {"item": item, "cancel_url": reverse("activities:news_detail", args=[pk])}
    return render_page(request, "activities/news_confirm_remove.html", context)
