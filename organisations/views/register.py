"""The register: list, export, verification in bulk."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import requires
from core.exports import export_list
from core.lists.tools import list_tools
from core.pages import asks_for, paginate, perform, render_page, safe_next
from organisations import permissions
from organisations.actions import verify_organisations
from organisations.exports import ORGANISATIONS, with_columns
from organisations.filters import OrganisationFilter
from organisations.forms.fields import ID_DIGITS
from organisations.models import Organisation
from organisations.views.columns import MANY, REGISTER, cells_of
from organisations.views.tabs import register_tabs

UNVERIFIED = Organisation.Verification.UNVERIFIED
LIST = "organisations:organisation_list"
ROWS = "organisation-rows"


@require_safe
@requires("organisation.view")
def organisation_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    rows = Organisation.objects.visible_to(user).own_county_first()
    chosen = OrganisationFilter(request.GET, rows, user=user)
    tools = list_tools(request, REGISTER)
    keys = {column.key for column in tools.shown}
    page = paginate(request, chosen.qs, dress=lambda rows: with_columns(rows, keys, chosen.day))
    context = {
        "filter": chosen,
        "page": page,
        "rows": [(row, cells_of(row, tools.shown)) for row in page],
        "columns": tools.shown,
        "is_wide": len(tools.shown) >= MANY,
        "tools": tools,
        "exports": export_links("organisations:organisation_export"),
        "can_edit": permissions.can_create_organisation(user),
        "bulk_actions": _bulk_actions(request.GET, page.paginator.count),
    }
    if not asks_for(request, ROWS):
        context |= _around_the_rows(user, context["can_edit"])
    return render_page(request, "organisations/organisation_list.html", context, fragment=ROWS)


def _around_the_rows(user: Any, can_edit: bool) -> dict[str, Any]:
    """What stands above the list, which the search as one types does not ask for."""
    return {
        "tabs": register_tabs(user, LIST),
        "unverified_count": _unverified(user).count() if can_edit else 0,
        "unverified_url": f"{reverse(LIST)}?verification={UNVERIFIED}",
    }


@require_safe
@requires("organisation.view")
def organisation_export(request: HttpRequest, file_format: str) -> HttpResponse:
    return export_list(request, ORGANISATIONS, file_format)


@require_POST
@requires("organisation.edit")
def organisation_verify(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    if not permissions.can_change_organisation(request.user, organisation):
        raise PermissionDenied
    perform(request, verify_organisations, [organisation], done=_("已标为已核实。"))
    return redirect(safe_next(request, reverse("organisations:organisation_detail", args=[pk])))


@require_POST
@requires("organisation.edit")
def organisation_verify_many(request: HttpRequest) -> HttpResponse:
    """Verify the ticked rows; what is not the user's to edit is left out."""
    ids = [text for text in request.POST.getlist("ids") if text.isdecimal()]
    ids = [int(text) for text in ids if len(text) <= ID_DIGITS]
    rows = list(Organisation.objects.editable_by(request.user).filter(pk__in=ids))
    if not rows:
        messages.warning(request, _("没有选中单位，请先在名单左侧勾选。"))
        return redirect(safe_next(request, reverse(LIST)))
    verified = verify_organisations(rows, by=request.user)
    told = _("已核实 %(done)d 个单位。") % {"done": verified}
    if verified < len(rows):
        told += _("另有 %d 个原已核实或已停用，没有改动。") % (len(rows) - verified)
    messages.success(request, told)
    return redirect(safe_next(request, reverse(LIST)))


def export_links(url_name: str) -> list[dict[str, Any]]:
    formats = (("xlsx", _("导出 Excel")), ("csv", _("导出 CSV")))
    return [{"label": label, "url": reverse(url_name, args=[key])} for key, label in formats]


def _bulk_actions(query: QueryDict, count: int) -> list[dict[str, Any]]:
    conditions = query.copy()
    conditions.pop("page", None)
    edit = reverse("organisations:organisation_bulk")
    conditions["scope"] = "ticked"
    ticked = f"{edit}?{conditions.urlencode()}"
    conditions["scope"] = "all"
    verify = reverse("organisations:organisation_verify_many")
    return [
        {"label": _("标为已核实"), "url": verify, "icon": "check"},
        {"label": _("批量修改"), "url": ticked, "icon": "edit"},
        {"label": _("修改全部 %d 个") % count, "url": f"{edit}?{conditions.urlencode()}"},
    ]


def _unverified(user: Any) -> QuerySet[Organisation]:
    today = timezone.localdate()
    return Organisation.objects.editable_by(user).active_on(today).filter(verification=UNVERIFIED)
