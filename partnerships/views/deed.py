"""The one page on which a deed on a partnership is asked for: facts, a few fields, one button."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.pages import render_page, safe_next
from partnerships.models import Partnership


def posted(request: HttpRequest) -> Any:
    """What was sent, for a form; an empty body is an answer too."""
    return request.POST if request.method == "POST" else None


def deed_page(
    request: HttpRequest,
    partnership: Partnership,
    form: forms.BaseForm | None,
    *,
    title: str,
    text: str = "",
    facts: list[dict[str, Any]] | None = None,
    confirm_label: str,
    confirm_tone: str = "primary",
) -> HttpResponse:
    here = reverse("partnerships:partnership_detail", args=[partnership.pk])
    context = {
        "partnership": partnership,
        "form": form,
        "title": title,
        "text": text,
        "facts": facts or [],
        "confirm_label": confirm_label,
        "confirm_tone": confirm_tone,
        "cancel_url": safe_next(request, here),
        "cancel_label": _("返回"),
    }
    status = 422 if form is not None and form.errors else 200
    return render_page(
        request, "partnerships/partnership_confirm_deed.html", context, status=status
    )
