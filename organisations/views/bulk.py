"""Changing many organisations at once: what to change, a preview in numbers, one confirmation."""

from collections import Counter
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import requires
from core.models import AuditRecord
from core.pages import perform_form, render_page
from core.templatetags.ui import misread_words
from organisations.actions.bulk import BulkPlan, edit_organisations, for_bulk, plan_bulk
from organisations.filters import OrganisationFilter
from organisations.forms.bulk import BulkForm
from organisations.forms.fields import ID_DIGITS
from organisations.history import changes_in_words
from organisations.models import Organisation

SALT = "organisations.bulk"
MOST_LISTED = 50
# What the pages of one deed send along that is no field of the form.
KEPT = ("ids", "csrfmiddlewaretoken", "step", "seen")


@require_POST
@requires("organisation.edit")
def organisation_bulk(request: HttpRequest) -> HttpResponse:
    """The ticked rows, or with ?scope=all every row that the rest of the query finds."""
    if misread := _misread(request):
        messages.error(request, _("%s，没有修改；改好筛选再批量修改。") % misread)
        return redirect(_back(request))
    chosen = _chosen(request)
    if not chosen:
        messages.warning(request, _("没有选中单位，请先在名单左侧勾选。"))
        return redirect(_back(request))
    step = request.POST.get("step", "")
    form = BulkForm(request.POST if step else None, user=request.user)
    if step not in ("preview", "confirm") or not form.is_valid():
        return _form_page(request, form, chosen)
    if step == "confirm" and (done := _do(request, form, chosen)):
        return done
    return _preview(request, form, chosen)


def _misread(request: HttpRequest) -> str:
    """Which conditions of ?scope=all make no sense: they would choose every row."""
    if request.GET.get("scope") != "all":
        return ""
    rows = Organisation.objects.none()
    return misread_words(OrganisationFilter(_conditions(request), rows, user=request.user))


def _chosen(request: HttpRequest) -> list[int]:
    """In one order, whatever the list was sorted by."""
    visible = Organisation.objects.visible_to(request.user)
    if request.GET.get("scope") == "all":
        found = OrganisationFilter(_conditions(request), visible, user=request.user).qs
    else:
        ids = [text for text in request.POST.getlist("ids") if text.isdecimal()]
        found = visible.filter(pk__in=[int(text) for text in ids if len(text) <= ID_DIGITS])
    return sorted(set(found.values_list("pk", flat=True)))


def _conditions(request: HttpRequest) -> QueryDict:
    query = request.GET.copy()
    query.pop("scope", None)
    query.pop("page", None)
    return query


def _back(request: HttpRequest) -> str:
    query = _conditions(request).urlencode()
    return reverse("organisations:organisation_list") + (f"?{query}" if query else "")


def _do(request: HttpRequest, form: BulkForm, chosen: list[int]) -> HttpResponse | None:
    """Done, and back to the list; None when the preview no longer holds, said on the form."""
    seen_at = _seen_at(request, chosen)
    if seen_at is None:
        form.add_error(None, _("预览之后选中的单位有变化，没有保存；请核对下面的数字后再确认。"))
        return None
    facts = {"change": form.change(), "seen_at": seen_at}
    plan = perform_form(request, form, edit_organisations, chosen, **facts)
    if plan is None:
        return None
    messages.success(request, _told(plan, len(chosen)))
    return redirect(_back(request))


def _told(plan: BulkPlan, chosen: int) -> str:
    told = _("已修改 %d 个单位。") % len(plan.planned)
    if plan.unchanged:
        told += _("%d 个原来就是这样，没有改动。") % plan.unchanged
    if left := chosen - len(plan.planned) - plan.unchanged:
        told += _("%d 个不能这样改，没有改动。") % left
    return told


def _form_page(request: HttpRequest, form: BulkForm, chosen: list[int]) -> HttpResponse:
    context = {"form": form, "count": len(chosen), **_along(request, chosen)}
    status = 422 if form.errors else 200
    return render_page(request, "organisations/organisation_bulk.html", context, status=status)


def _preview(request: HttpRequest, form: BulkForm, chosen: list[int]) -> HttpResponse:
    now = timezone.now()
    rows = list(for_bulk(request.user, chosen))
    plan = plan_bulk(rows, form.change())
    facts = [
        {"figure": len(plan.planned), "unit": _("个"), "label": _("将修改")},
        {"figure": plan.unchanged, "unit": _("个"), "label": _("原来就是这样")},
        {"figure": len(plan.left_out), "unit": _("个"), "label": _("不能这样改")},
        {"figure": len(chosen) - len(rows), "unit": _("个"), "label": _("不在你的权限内")},
    ]
    context = {
        "form": form,
        "facts": [fact for place, fact in enumerate(facts) if fact["figure"] or not place],
        "planned": [(one.row, _in_words(one)) for one in plan.planned[:MOST_LISTED]],
        "planned_count": len(plan.planned),
        "reasons": Counter(reason for _row, reason in plan.left_out).most_common(),
        "left_out": [row for row, _reason in plan.left_out[:MOST_LISTED]],
        "seen": signing.dumps([now.isoformat(), _digest(chosen)], salt=SALT),
        "answers": _answers(request),
        **_along(request, chosen),
    }
    status = 409 if form.errors else 200
    page = "organisations/organisation_confirm_bulk.html"
    return render_page(request, page, context, status=status)


def _in_words(one: Any) -> str:
    return changes_in_words(AuditRecord(before=one.before, after=one.after))


def _along(request: HttpRequest, chosen: list[int]) -> dict[str, Any]:
    """What the next page needs to know which rows are meant."""
    by_filter = request.GET.get("scope") == "all"
    return {"ids": [] if by_filter else chosen, "back_url": _back(request)}


def _answers(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name in request.POST
        if name not in KEPT
        for value in request.POST.getlist(name)
    ]


def _seen_at(request: HttpRequest, chosen: list[int]) -> datetime | None:
    """When the preview of exactly these rows was made."""
    try:
        moment, digest = signing.loads(request.POST.get("seen", ""), salt=SALT)
    except signing.BadSignature:
        return None
    return datetime.fromisoformat(moment) if digest == _digest(chosen) else None


def _digest(chosen: list[int]) -> str:
    return sha256(",".join(map(str, chosen)).encode()).hexdigest()
