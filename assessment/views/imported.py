"""Values from outside the system: what is there, a workbook in, looked at before it is saved."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessment import actions, permissions
from assessment.actions import ValueChange
from assessment.forms import ValuesUploadForm
from assessment.imported_values import Preview, ShownChange, ValueTable, preview_of, read_imported
from assessment.models import GroupMember, Scheme
from assessment.rules import show_value, value_from_json
from assessment.rules.values import JsonValue
from assessment.value_book import write_values
from assessment.views.schemes import visible_scheme
from core import audit
from core.access import requires
from core.demo import is_demo
from core.errors import RuleError
from core.exports import WRITERS
from core.file_names import safe_file_name
from core.pages import file_response, paginate, perform, record_refusal, render_page
from core.sheets import SheetMeta, open_workbook

ROWS = 100
MOST_SHOWN = 200
SALT = "assessment.imported_values"
# So long a preview may be looked at.
SECONDS = 24 * 3600
XLSX = WRITERS["xlsx"][1]


def _own_scheme(request: HttpRequest, pk: int) -> Scheme:
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, "score.compute", scheme):
        raise PermissionDenied
    return scheme


@require_safe
@requires("score.compute")
def value_list(request: HttpRequest, pk: int) -> HttpResponse:
    return _value_page(request, _own_scheme(request, pk), ValuesUploadForm())


def _value_page(
    request: HttpRequest, scheme: Scheme, form: ValuesUploadForm, status: int = 200
) -> HttpResponse:
    table = ValueTable(scheme)
    page = paginate(request, list(table.members.values()), per_page=ROWS)
    context = {
        "scheme": scheme,
        "form": form,
        "columns": table.columns,
        "page": page,
        "rows": [_row(table, member) for member in page],
        "progress": table.progress(),
        "last_year_notes": table.last_year_notes() if table.previous else [],
        "can_import": scheme.status in Scheme.OPEN,
    }
    return render_page(request, "assessment/value_list.html", context, status=status)


def _row(table: ValueTable, member: GroupMember) -> dict[str, Any]:
    cells = []
    for column in table.columns:
        stored = table.stored.get(column.key(member.organisation_id))
        cells.append(
            {
                "column": column,
                "applies": column.applies(member),
                "value": _shown(stored.value) if stored else "",
                "basis": stored.basis if stored else "",
            }
        )
    return {"member": member, "cells": cells}


def _shown(stored: JsonValue) -> str:
    """As people read it; counts of nothing are 无."""
    if stored is None:
        return ""
    return show_value(value_from_json(stored)) or _("无")


@require_safe
@requires("score.compute")
def value_template(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook to fill in, with the units, the codes and what is known already."""
    scheme = _own_scheme(request, pk)
    now, title = timezone.now(), _("{scheme}数据").format(scheme=scheme.title)
    meta = SheetMeta(title, _("全部"), request.user.name, now, now, is_demo=is_demo())
    audit.record("assessment.export_values", scheme, by=request.user)
    content = write_values(ValueTable(scheme), meta)
    return file_response(safe_file_name(title, "xlsx"), content, XLSX)


@require_POST
@requires("score.compute")
def value_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a workbook and show what saving it would change; nothing is saved yet."""
    scheme = _own_scheme(request, pk)
    form = ValuesUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _value_page(request, scheme, form, status=422)
    table = ValueTable(scheme)
    try:
        _require_open(scheme)
        book = open_workbook(form.cleaned_data["file"], takes_csv=False)
    except RuleError as error:
        record_refusal("assessment.save_imported_values", scheme, request, error)
        form.add_error("file", error.message)
        return _value_page(request, scheme, form, status=422)
    found = read_imported(book, table, blank_clears=form.blank_clears)
    context: dict[str, Any] = {"scheme": scheme, "faults": found.faults, "notes": found.notes}
    if found.faults:
        # A file cannot be handed back; what was said of it can.
        kept = {name: form.cleaned_data[name] for name in ("basis", "blanks")}
        context["form"] = ValuesUploadForm(initial=kept)
        return render_page(request, "assessment/value_preview.html", context, status=422)
    preview, basis = preview_of(table, found.values), form.cleaned_data["basis"]
    context |= {
        "preview": preview,
        "shown": [_line(change) for change in preview.all[:MOST_SHOWN]],
        "unshown": max(len(preview.all) - MOST_SHOWN, 0),
        "basis": basis,
        "signed": _signed(scheme, preview, basis, request),
    }
    return render_page(request, "assessment/value_preview.html", context)


def _require_open(scheme: Scheme) -> None:
    if scheme.status not in Scheme.OPEN:
        raise RuleError(
            _("方案现在是“{now}”，不能导入数据。").format(now=scheme.get_status_display())
        )


def _line(change: ShownChange) -> dict[str, Any]:
    return {
        "unit": change.unit,
        "column": change.column,
        "before": _shown(change.before),
        "after": _shown(change.after),
    }


def _signed(scheme: Scheme, preview: Preview, basis: str, request: HttpRequest) -> str:
    """The changes as shown: what comes back is saved as it was looked at, or not at all."""
    facts = {
        "scheme": scheme.pk,
        "user": request.user.pk,
        "basis": basis,
        "changes": [[*one.key, one.before, one.after] for one in preview.all],
    }
    return signing.dumps(facts, salt=SALT, compress=True)


@require_POST
@requires("score.compute")
def value_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what the preview showed."""
    scheme = _own_scheme(request, pk)
    back = reverse("assessment:value_list", args=[scheme.pk])
    try:
        facts = signing.loads(request.POST.get("signed", ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        facts = {}
    if (facts.get("scheme"), facts.get("user")) != (scheme.pk, request.user.pk):
        messages.error(request, _("预览已经失效，没有保存；请重新上传。"))
        return redirect(back)
    changes = [
        ValueChange((indicator, unit, is_previous), before, after)
        for indicator, unit, is_previous, before, after in facts["changes"]
    ]
    done = _("已保存 {n} 处数据，下次计算时生效。").format(n=len(changes))
    deed = actions.save_imported_values
    perform(request, deed, scheme, changes, basis=facts["basis"], done=done)
    return redirect(back)
