"""Renaming, merging, splitting and closing a unit: a form, the numbers, one question."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core.access import requires
from core.pages import perform_form, render_page
from organisations import permissions
from organisations.actions.changes import (
    close_organisation,
    merge_organisations,
    rehearse,
    rename_organisation,
    split_organisation,
)
from organisations.forms.changes import CloseForm, MergeForm, RenameForm, SplitForm
from organisations.models import Organisation, OrganisationChange
from organisations.succession import told

POSTS = ["GET", "POST"]


@dataclass(frozen=True)
class ChangePage:
    """The words of one kind of change, its form and its deed."""

    title: Any
    question: Any
    text: Any
    done: Any
    form: type
    deed: Callable[..., OrganisationChange]


RENAME = ChangePage(
    title=gettext_lazy("更名"),
    question=gettext_lazy("给%(unit)s更名？"),
    text=gettext_lazy("原名留作曾用名；生效日期以前的台账和考核仍显示原名。"),
    done=gettext_lazy("已更名，原名留作曾用名。"),
    form=RenameForm,
    deed=rename_organisation,
)
MERGE = ChangePage(
    title=gettext_lazy("合并"),
    question=gettext_lazy("合并%(unit)s？"),
    text=gettext_lazy("被合并的单位停用，以后不能再选；它的记录都保留。合并后不能撤回。"),
    done=gettext_lazy("已合并，未了的事项由承接单位继续办理。"),
    form=MergeForm,
    deed=merge_organisations,
)
SPLIT = ChangePage(
    title=gettext_lazy("拆分"),
    question=gettext_lazy("拆分%(unit)s？"),
    text=gettext_lazy("拆分出的单位录入名册，类型、区划和上级同原单位。拆分后不能撤回。"),
    done=gettext_lazy("已拆分，新单位已录入名册。"),
    form=SplitForm,
    deed=split_organisation,
)
CLOSE = ChangePage(
    title=gettext_lazy("撤销"),
    question=gettext_lazy("撤销%(unit)s？"),
    text=gettext_lazy("单位停用，以后不能再选；它的记录都保留。撤销后不能撤回。"),
    done=gettext_lazy("已撤销。"),
    form=CloseForm,
    deed=close_organisation,
)


@require_http_methods(POSTS)
@requires("organisation.edit")
def organisation_rename(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, pk, RENAME)


@require_http_methods(POSTS)
@requires("organisation.edit")
def organisation_merge(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, pk, MERGE)


@require_http_methods(POSTS)
@requires("organisation.edit")
def organisation_split(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, pk, SPLIT)


@require_http_methods(POSTS)
@requires("organisation.edit")
def organisation_close(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, pk, CLOSE)


def _change(request: HttpRequest, pk: int, page: ChangePage) -> HttpResponse:
    """The form; with good answers the numbers and the question; confirmed, the deed."""
    rows = Organisation.objects.visible_to(request.user).select_related("region__parent")
    organisation = get_object_or_404(rows, pk=pk)
    if not permissions.can_edit_organisation(request.user, organisation):
        raise PermissionDenied
    form = page.form(request.POST or None, organisation=organisation, user=request.user)
    if request.method == "POST" and "back" not in request.POST and form.is_valid():
        subject = form.merged() if page is MERGE else organisation
        if "confirmed" in request.POST:
            done = str(page.done)
            if perform_form(request, form, page.deed, subject, done=done, **form.deed()):
                return redirect("organisations:organisation_detail", organisation.pk)
        elif change := perform_form(request, form, rehearse, page.deed, subject, **form.deed()):
            return _question(request, organisation, page, form, change)
    status = 422 if form.is_bound and "back" not in request.POST else 200
    context = {"form": form, "organisation": organisation, "page": page}
    template = "organisations/organisation_change_form.html"
    return render_page(request, template, context, status=status)


def _question(
    request: HttpRequest,
    organisation: Organisation,
    page: ChangePage,
    form: Any,
    change: OrganisationChange,
) -> HttpResponse:
    context = {
        "organisation": organisation,
        "page": page,
        "question": str(page.question) % {"unit": organisation.full_label},
        "facts": told(change.passed, has_successor=form.has_successor()),
        "answers": _answers(form),
        "form": form.as_hidden(),
    }
    return render_page(request, "organisations/organisation_confirm_change.html", context)


def _answers(form: Any) -> list[tuple[str, str]]:
    """What was filled in, to be read once more before it is done."""
    told_of = []
    for name, field in form.fields.items():
        if name == "keep_text":
            continue
        value = form.cleaned_data.get(name)
        if value not in (None, "", False) and (words := _in_words(field, value)):
            told_of.append((field.label, words))
    return told_of


def _in_words(field: Any, value: Any) -> str:
    if value is True:
        return _("是")
    if isinstance(value, Organisation):
        return value.full_label
    if hasattr(field, "choices") and isinstance(value, str):
        return str(dict(field.choices)[value])
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return str(value)
    return "、".join(one.full_label for one in value)
