"""What the unit picker asks while somebody types."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.rights import RIGHTS
from core.access import signed_in
from organisations.forms.fields import organisations_for
from organisations.models import Organisation, organisation_scope
from organisations.models.kinds import Kind

MOST = 20
DIRECTORY = "organisation.view"


@require_safe
@signed_in
def organisation_options(request: HttpRequest) -> JsonResponse:
    """At most 20 active organisations for ?q=, ?kinds= and ?scope=, a right of the table."""
    scope = request.GET.get("scope", DIRECTORY)
    rows = organisations_for(request.user, scope if scope in RIGHTS else DIRECTORY)
    kinds = [kind for kind in request.GET.get("kinds", "").split(",") if kind in Kind.values]
    if kinds:
        rows = rows.filter(kind__in=kinds)
    rows = rows.active_on(timezone.localdate()).for_list()
    text = request.GET.get("q", "").strip()
    if text:
        found = rows.search(text).best_first(text)[:MOST]
        return JsonResponse({"results": [_as_option(row) for row in found]})
    first = _partners_first(rows, request.user)[:MOST]
    return JsonResponse({"results": [_as_option(row, _group(row)) for row in first]})


def _partners_first(rows: Any, user: Any) -> Any:
    """Before anything is typed: the partners of the user's own units, then the register."""
    own = Organisation.objects.filter(organisation_scope(user, "partnership.consent"))
    together = Organisation.objects.filter(
        pk=OuterRef("pk"), memberships__partnership__members__organisation__in=own.values("pk")
    ).exclude(pk__in=own.values("pk"))
    rows = rows.annotate(is_partner=Exists(together))
    return rows.order_by("-is_partner", "is_external", "region__code", "pk")


def _group(row: Organisation) -> str:
    return _("常用") if row.is_partner else _("全部")


def _as_option(row: Organisation, group: str = "") -> dict[str, Any]:
    return {"id": row.pk, "name": row.full_label, "hint": row.picker_hint, "group": group}
