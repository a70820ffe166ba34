"""What the pages of titles have in common: their tabs, and the page that asks for a deed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from core.pages import render_page
from demonstrations import permissions
from demonstrations.models import Title

TITLE_PAGE = "demonstrations:title_list"
POOL_PAGE = "demonstrations:pool_list"
NOTICE_PAGE = "demonstrations:notice_list"
RULE_PAGE = "demonstrations:rule_list"


def title_tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """The parts of the life of a title, each a page."""
    tabs = [
        (TITLE_PAGE, _("已命名"), True),
        (POOL_PAGE, _("培育库"), permissions.can_follow_titles(user)),
        (NOTICE_PAGE, _("公示"), True),
        (RULE_PAGE, _("命名规则"), permissions.can_edit_rules(user)),
    ]
    return [
        {"url": reverse(name), "label": label, "is_current": name == current}
        for name, label, is_shown in tabs
        if is_shown
    ]


def posted(request: HttpRequest) -> Any:
    """What was sent, for a form; an empty body is an answer too."""
    return request.POST if request.method == "POST" else None


def visible_title(
    request: HttpRequest, pk: int, may: Callable[[User, Title], bool] | None = None
) -> Title:
    """404 for a row that one may not see, 403 for a deed that one may not do."""
    rows = Title.objects.visible_to(request.user).for_list().with_duty()
    title = get_object_or_404(rows, pk=pk)
    if may and not may(request.user, title):
        raise PermissionDenied
    return title


def title_url(title: Title) -> str:
    return reverse("demonstrations:title_detail", args=[title.pk])


def label_of(title: Title) -> str:
    return f"{title.organisation.full_label} · {title}"


def deed_page(
    request: HttpRequest,
    title: Title,
    form: forms.BaseForm | None,
    *,
    heading: str,
    text: str = "",
    warning: str = "",
    facts: list[dict[str, Any]] | None = None,
    confirm_label: str,
    confirm_tone: str = "primary",
) -> HttpResponse:
    """The one page on which a deed on a title is asked for."""
    context = {
        "title": heading,
        "form": form,
        "text": text,
        "warning": warning,
        "facts": facts or [],
        "confirm_label": confirm_label,
        "confirm_tone": confirm_tone,
        "title_label": label_of(title),
        "cancel_url": title_url(title),
    }
    status = 422 if form is not None and form.errors else 200
    return render_page(request, "demonstrations/title_confirm_deed.html", context, status=status)
