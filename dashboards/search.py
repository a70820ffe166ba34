"""Global search: what a user may see, by name, pinyin or initials, in three queries."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.models import Activity
from organisations.models import Organisation
from partnerships.models import Partnership

MOST_HITS = 8


def find_everywhere(user: Any, query: str) -> list[dict[str, Any]]:
    """Groups of hits in the shape of the search component; groups without hits are left out."""
    groups = [
        {"label": _("单位"), "items": _organisations(user, query)},
        {"label": _("联创项目"), "items": _partnerships(user, query)},
        {"label": _("活动"), "items": _activities(user, query)},
    ]
    return [group for group in groups if group["items"]]


def _organisations(user: Any, query: str) -> list[dict[str, str]]:
    if not user.can("organisation.view"):
        return []
    found = Organisation.objects.visible_to(user).search(query).for_list()[:MOST_HITS]
    return [
        _hit(unit.full_label, unit.get_kind_display(), "organisations:organisation_detail", unit)
        for unit in found
    ]


def _partnerships(user: Any, query: str) -> list[dict[str, str]]:
    if not user.can("partnership.view"):
        return []
    leads = Organisation.objects.search(query).values("pk")
    found = Partnership.objects.visible_to(user).filter(
        Q(name__icontains=query) | Q(lead__in=leads)
    )
    return [
        _hit(row.name, row.get_form_display(), "partnerships:partnership_detail", row)
        for row in found.order_by("-starts_on", "-pk")[:MOST_HITS]
    ]


def _activities(user: Any, query: str) -> list[dict[str, str]]:
    if not user.can("activity.view"):
        return []
    reporters = Organisation.objects.search(query).values("pk")
    found = Activity.objects.visible_to(user).filter(
        Q(title__icontains=query) | Q(reporter__in=reporters)
    )
    return [
        _hit(str(row), _day(row), "activities:activity_detail", row)
        for row in found.order_by("-starts_on", "-pk")[:MOST_HITS]
    ]


def _day(activity: Activity) -> str:
    return f"{activity.starts_on:%Y-%m-%d}" if activity.starts_on else ""


ICONS = {"organisations": "building", "partnerships": "link", "activities": "activity"}


def _hit(label: str, hint: Any, url_name: str, row: Any) -> dict[str, str]:
    return {
        "label": label,
        "hint": str(hint),
        "url": reverse(url_name, args=[row.pk]),
        "icon": ICONS[url_name.partition(":")[0]],
    }
