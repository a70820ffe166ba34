"""The scheme editor: the draft's table as cells, saved by the row; its settings."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from assessment import actions, permissions
from assessment.actions.table import DOWN, IN, OUT, UP
from assessment.forms import SchemeSettingsForm, SchemeTable, followed_words, foot_words
from assessment.forms.sums import WORDS
from assessment.forms.table import Row, Typed
from assessment.models import Indicator, Scheme
from assessment.views.schemes import visible_scheme
from core.access import requires
from core.errors import RuleError
from core.models import AuditRecord
from core.pages import attempt, perform, perform_form, record_refusal, render_page


def edited_scheme(request: HttpRequest, pk: int) -> Scheme:
    """A scheme over whose region the user may write."""
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, "scheme.edit", scheme):
        raise PermissionDenied
    return scheme


def leave_frozen(request: HttpRequest, scheme: Scheme) -> HttpResponse:
    messages.error(request, actions.frozen_words())
    return redirect("assessment:scheme_detail", pk=scheme.pk)


def editor_tabs(scheme: Scheme, current: str) -> list[dict[str, Any]]:
    parts = (
        ("scheme_edit", _("指标表")),
        ("scheme_applies", _("适用类型")),
        ("scheme_departments", _("评分部门")),
        ("scheme_groups", _("考核分组")),
    )
    return [
        {
            "key": name,
            "label": label,
            "url": reverse(f"assessment:{name}", args=[scheme.pk]),
            "is_current": name == current,
        }
        for name, label in parts
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def scheme_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The table; sent whole, all of it is saved, then one thing is done with the chosen row."""
    scheme = edited_scheme(request, pk)
    if scheme.status not in Scheme.EDITABLE:
        return leave_frozen(request, scheme)
    if request.method != "POST":
        return _page(request, scheme)
    table = SchemeTable(scheme, request.user)
    saved = _save(request, table)
    for words in _followed(table):
        messages.info(request, words)
    if any(row.has_fault for row in table.rows):
        return _page(request, scheme, typed=table, status=422)
    deed = request.POST.get("deed", "")
    chosen = table.by_pk.get(_number(request.POST.get("row")))
    if deed == "delete" and chosen:
        return redirect("assessment:indicator_delete", pk=chosen.indicator.pk)
    if deed:
        at = _do(request, table, deed, chosen and chosen.indicator)
    else:
        messages.success(request, _("已保存 {n} 行。").format(n=saved))
        at = chosen and chosen.indicator
    address = reverse("assessment:scheme_edit", args=[scheme.pk])
    return redirect(f"{address}?row={at.pk}#row-{at.pk}" if at else address)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 18 else 0


def _current(request: HttpRequest, table: SchemeTable) -> int:
    """The row to go on with: by number, or by the code that a fault names."""
    code = request.GET.get("code")
    if code:
        return next((pk for pk, row in table.by_pk.items() if row.indicator.code == code), 0)
    return _number(request.GET.get("row") or request.POST.get("row"))


def _page(
    request: HttpRequest,
    scheme: Scheme,
    *,
    typed: SchemeTable | None = None,
    settings: SchemeSettingsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    table = SchemeTable(scheme, request.user, actions.scheme_faults(scheme))
    if typed:
        table.take_over(typed)
    context = {
        "scheme": scheme,
        "table": table,
        "foot": foot_words(scheme, table.indicators),
        "words": {key: str(words) for key, words in WORDS.items()},
        "tabs": editor_tabs(scheme, "scheme_edit"),
        "current": _current(request, table),
        "settings_form": settings or SchemeSettingsForm(scheme=scheme),
        "roles": Indicator.IndicatorRole.choices,
        "wrong": sum(row.has_fault for row in table.rows),
    }
    return render_page(request, "assessment/scheme_edit.html", context, status=status)


def _save(request: HttpRequest, table: SchemeTable) -> int:
    """Save what was typed, row by row; returns how many rows. A refused one is told at its cell."""
    saved = 0
    for typed in table.read(request.POST):
        try:
            done = attempt(
                actions.save_row,
                typed.row.indicator,
                typed.values,
                seen=typed.seen,
                by=request.user,
            )
        except RuleError as error:
            record_refusal("assessment.save_indicator", typed.row.indicator, request, error)
            typed.row.tell_error(error.field, error.message)
            continue
        saved += 1
        typed.row.followed, typed.row.indicator.code = done.followed, done.indicator.code
        _tell_clashes(typed, done.clashes, request.user)
    return saved


def _followed(table: SchemeTable) -> list[str]:
    return [followed_words(row.followed, row.indicator.code) for row in table.rows if row.followed]


def _tell_clashes(typed: Typed, clashes: dict[str, str], by: User) -> None:
    if not clashes:
        return
    row = typed.row.indicator
    last = AuditRecord.objects.filter(subject_type=row._meta.label, subject_id=str(row.pk))
    who = last.exclude(by=None).exclude(by=by).order_by("-pk").values_list("by_name", "at").first()
    for key, stored in clashes.items():
        cell = typed.row.cells[key]
        words = (
            _("{name} {at} 已改为“{now}”，您填的是“{mine}”。")
            if who
            else _("刚才已有人改为“{now}”，您填的是“{mine}”。")
        )
        cell.stored = stored
        cell.clash = words.format(
            name=who[0] if who else "",
            at=f"{timezone.localtime(who[1]):%H:%M}" if who else "",
            now=stored or _("（空）"),
            mine=cell.value or _("（空）"),
        )


def _do(
    request: HttpRequest, table: SchemeTable, deed: str, row: Indicator | None
) -> Indicator | None:
    """One deed with the chosen row; returns the row to go on with."""
    scheme = table.scheme
    if deed == "sibling":
        parent = row.parent if row else None
        done = _("已加一行，填好名称和分值。")
        return perform(request, actions.add_row, scheme, parent=parent, after=row, done=done)
    if row is None:
        messages.error(request, _("先选一行：点行首的圆点，或点进那一行。"))
        return None
    if deed == "child":
        return (
            perform(request, actions.add_row, scheme, parent=row, done=_("已加一行下级。")) or row
        )
    if deed in (UP, DOWN, IN, OUT):
        return perform(request, actions.move_row, row, deed) or row
    if deed == "under":
        parent = _row_of(request, table, "place")
        return perform(request, actions.move_row_under, row, parent, done=_("已移动。")) or row
    if deed == "drop":
        parent, before = (_row_of(request, table, name) for name in ("place", "before"))
        done = _("已移动。")
        return (
            perform(request, actions.move_row_under, row, parent, before=before, done=done) or row
        )
    if deed == "copy":
        done = _("已复制，编码是新拟的，可以改。")
        return perform(request, actions.copy_row, row, done=done) or row
    return row


def _row_of(request: HttpRequest, table: SchemeTable, name: str) -> Indicator | None:
    """The row whose number was sent under that name."""
    found = table.by_pk.get(_number(request.POST.get(name)))
    return found and found.indicator


@require_POST
@requires("scheme.edit")
def indicator_save_row(request: HttpRequest, pk: int) -> HttpResponse:
    """One row of the table, as the page's script sends it; answers with what is known then."""
    schemes = Scheme.objects.visible_to(request.user)
    found = Indicator.objects.filter(scheme__in=schemes).select_related("scheme__region")
    indicator = get_object_or_404(found, pk=pk)
    scheme = indicator.scheme
    if not permissions.holds_over(request.user, "scheme.edit", scheme):
        raise PermissionDenied
    if scheme.status not in Scheme.EDITABLE:
        return JsonResponse({"gone": actions.frozen_words()}, status=409)
    table = SchemeTable(scheme, request.user)
    _save(request, table)
    fresh = SchemeTable(scheme, request.user, actions.scheme_faults(scheme))
    fresh.take_over(table)
    if pk not in fresh.by_pk:
        return JsonResponse({"gone": _("这一行已被他人删除。")}, status=409)
    return JsonResponse(_answer(request, fresh, fresh.by_pk[pk], _followed(table)))


def _answer(
    request: HttpRequest, table: SchemeTable, row: Row, followed: list[str]
) -> dict[str, Any]:
    foot = foot_words(table.scheme, table.indicators)
    faults = render(request, "assessment/_table_faults.html", {"table": table})
    saved = _("已保存 {at}").format(at=f"{timezone.localtime():%H:%M}")
    return {
        "saved": "；".join([saved, *followed]),
        "excluded_by": {
            one.prefix: one.seen["excluded_by"] for one in table.rows if "excluded_by" in one.seen
        }
        if followed
        else {},
        "offered": {
            "leaves": [[code, leaf.name] for code, leaf in table.leaves.items()],
            "branches": [[one.pk, f"{one.code} {one.name}"] for one in table.branches],
        },
        "seen": row.seen,
        "warns": row.warns,
        "cautions": row.cautions,
        "cells": {
            key: {
                "value": cell.value,
                "error": cell.error,
                "clash": cell.clash,
                "stored": cell.stored,
            }
            for key, cell in row.cells.items()
        },
        "sums": {
            one.prefix: {"text": one.sum.text, "right": one.sum.is_right}
            for one in table.rows
            if one.sum
        },
        "foot": {"text": foot[0].text, "right": foot[0].is_right},
        "faults": faults.content.decode(),
    }


@require_POST
@requires("scheme.edit")
def scheme_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """The settings stand on the editor's page; refused, they come back there."""
    scheme = edited_scheme(request, pk)
    if scheme.status not in Scheme.EDITABLE:
        return leave_frozen(request, scheme)
    form = SchemeSettingsForm(request.POST, scheme=scheme)
    if form.is_valid():
        saved = perform_form(
            request,
            form,
            actions.save_scheme_settings,
            scheme,
            form.values(),
            seen=form.seen(),
            done=_("方案设置已保存。"),
        )
        if saved:
            return redirect("assessment:scheme_edit", pk=scheme.pk)
        form.renew_seen()
    return _page(request, scheme, settings=form, status=422)
