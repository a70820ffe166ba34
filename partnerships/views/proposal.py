"""The page on which a partnership of any form is proposed or changed; each form's app calls it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.errors import RuleError
from core.pages import attempt, record_refusal, render_page
from partnerships.actions import DuplicateError, StaleError
from partnerships.forms import PartnershipForm
from partnerships.models import Partnership
from partnerships.permissions import can_edit_partnership
from partnerships.views.deed import posted

Deed = Callable[..., Partnership]
ID_DIGITS = 18


def propose_page(
    request: HttpRequest, form_class: type[PartnershipForm], deed: Deed, *, basis: str
) -> HttpResponse:
    """Ask for a new partnership of one form; `basis` is the notice's sentence about it."""
    form = form_class(posted(request), user=request.user, initial=_prefilled(request))
    if request.method == "POST" and form.is_valid():
        row = _attempt(request, form, deed, **form.terms())
        if row is not None:
            return _proposed(request, row)
    context = {
        "form": form,
        "title": _("提出%s") % form_class.FORM.label,
        "basis": basis,
        "submit_label": _("提出并征询各单位"),
        "cancel_url": reverse("partnerships:partnership_create"),
    }
    return _form_page(request, context)


def edit_page(
    request: HttpRequest, pk: int, form_class: type[PartnershipForm], deed: Deed
) -> HttpResponse:
    """Change a proposed partnership; its members are asked again where the matter changes."""
    seen = form_class._meta.model.objects.visible_to(request.user)
    row = get_object_or_404(seen, pk=pk)
    if not can_edit_partnership(request.user, row):
        raise PermissionDenied
    here = reverse("partnerships:partnership_detail", args=[pk])
    if request.method == "GET" and not row.is_proposed:
        messages.info(request, _("项目已经启动或结束，内容不再修改；计划和协议在本页维护。"))
        return redirect(here)
    form = form_class(posted(request), instance=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        if _attempt(request, form, deed, version=version, **form.terms()) is not None:
            messages.success(request, _("已保存；新增的单位和需要重新征询的单位会看到待答复事项。"))
            return redirect(here)
    context = {
        "form": form,
        "title": _("修改“%s”") % row.name,
        "basis": _("修改牵头单位、起止日期或形式内容后，已同意的其他单位会被重新征询。"),
        "submit_label": _("保存"),
        "cancel_url": here,
    }
    return _form_page(request, context)


def _form_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return render_page(request, "partnerships/partnership_form.html", context, status=status)


def _prefilled(request: HttpRequest) -> dict[str, Any]:
    """Units, type or parent that a link has chosen already; senseless values are dropped."""
    initial: dict[str, Any] = {
        key: request.GET[key]
        for key in ("lead", "parent", "trade_system")
        if _is_id(request.GET.get(key, ""))
    }
    partners = [value for value in request.GET.getlist("partners") if _is_id(value)]
    if partners:
        initial["partners"] = partners
    return initial | {key: request.GET[key] for key in ("type", "group") if key in request.GET}


def _is_id(value: str) -> bool:
    return value.isdecimal() and len(value) <= ID_DIGITS


def _attempt(
    request: HttpRequest, form: PartnershipForm, deed: Deed, **terms: Any
) -> Partnership | None:
    """Do it, or show the refusal at its field; a stale form may be sent again as it stands."""
    try:
        return attempt(deed, form.instance, by=request.user, **terms)
    except RuleError as error:
        subject = Partnership.objects.filter(pk=form.instance.pk).first()
        record_refusal(f"partnerships.{deed.__name__}", subject, request, error)
        field = error.field if error.field in form.fields else None
        form.add_error(field, _with_link(error))
        if isinstance(error, StaleError):
            form.data = form.data.copy()
            form.data["version"] = str(error.version)
        return None


def _with_link(error: RuleError) -> str:
    if not isinstance(error, DuplicateError):
        return error.message
    url = reverse("partnerships:partnership_detail", args=[error.existing.pk])
    return format_html('{}<a href="{}">{}</a>', error.message, url, _("查看该项目"))


def _proposed(request: HttpRequest, row: Partnership) -> HttpResponse:
    asked = row.members.filter(consent="pending").count()
    done = _("已提出“%s”") % row.name
    then = _("已向 %d 家单位征询意愿，答复后由旗创建办启动。") % asked if asked else ""
    messages.success(request, f"{done}。{then}" if then else _("%s，可由旗创建办启动。") % done)
    for warning in row.warnings():
        messages.warning(request, warning)
    return redirect("partnerships:partnership_detail", pk=row.pk)
