"""One organisation: what it is called and who acts for it; the rest in tabs, each by itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.access import requires
from core.pages import render_page
from organisations import permissions
from organisations.models import Organisation, OrganisationChange
from organisations.models.kinds import TOWNSHIP_KINDS
from organisations.views.panels import PANELS

PANEL = "organisation-panel"
DETAIL = "organisations:organisation_detail"


@require_safe
@requires("organisation.view")
def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of the page, and the one tab that ?tab names: facts where it names none."""
    user = request.user
    rows = Organisation.objects.visible_to(user).for_list().select_related("successor")
    organisation = get_object_or_404(rows, pk=pk)
    seen = [panel for panel in PANELS if panel.is_seen_by(user)]
    panel = next((one for one in seen if one.key == request.GET.get("tab")), seen[0])
    can_change = permissions.can_change_organisation(user, organisation)
    unverified = organisation.verification == Organisation.Verification.UNVERIFIED
    context = {
        "organisation": organisation,
        "can_change": can_change,
        "can_remove": permissions.can_remove_organisation(user, organisation),
        "must_verify": can_change and unverified,
        "villages_url": _villages_url(organisation),
        "ended": _ended(organisation),
        "tabs": _tabs(organisation, seen, panel.key),
        "panel": panel,
        **panel.read(organisation, request),
    }
    return render_page(request, "organisations/organisation_detail.html", context, fragment=PANEL)


def _tabs(organisation: Organisation, seen: list[Any], current: str) -> list[dict[str, Any]]:
    url = reverse(DETAIL, args=[organisation.pk])
    first = seen[0].key
    return [
        {
            "key": panel.key,
            "label": panel.label,
            "url": url if panel.key == first else f"{url}?tab={panel.key}",
            "is_current": panel.key == current,
            "is_whole": panel.has_chart,
        }
        for panel in seen
    ]


def _villages_url(organisation: Organisation) -> str:
    if organisation.kind not in TOWNSHIP_KINDS:
        return ""
    return f"{reverse('organisations:organisation_list')}?township={organisation.pk}"


def _ended(organisation: Organisation) -> dict[str, Any] | None:
    """By which document a unit is no more, and who carries on; one query, for ended units."""
    if not organisation.has_ended:
        return None
    changes = OrganisationChange.objects.of(organisation)
    change = changes.exclude(kind=OrganisationChange.Kind.RENAMED).first()
    successor = organisation.successor
    return {
        "day": organisation.valid_until,
        "deed": change.get_kind_display() if change else "",
        "document": change.document_number if change else "",
        "successor": successor.full_label if successor else "",
        "url": reverse(DETAIL, args=[successor.pk]) if successor else "",
    }
