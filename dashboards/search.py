"""Global search: what a user may see, by name, pinyin or initials, in six queries."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.models import Activity, CollectionWindow, NewsItem, ShowcaseCase
from organisations.models import Organisation
from partnerships.models import Partnership

MOST_HITS = 8


def find_everywhere(user: Any, query: str) -> list[dict[str, Any]]:
    """Groups of hits in the shape of the search component; groups without hits are left out."""
    groups = [
        {"label": _("单位"), "items": _organisations(user, query)},
        {"label": _("联创项目"), "items": _partnerships(user, query)},
        {"label": _("活动"), "items": _activities(user, query)},
        {"label": _("填报窗口"), "items": _windows(user, query)},
        {"label": _("典型案例"), "items": _cases(user, query)},
        {"label": _("信息报送"), "items": _news(user, query)},
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


def _windows(user: Any, query: str) -> list[dict[str, str]]:
    if not user.can("window.view"):
        return []
    found = CollectionWindow.objects.visible_to(user).filter(title__icontains=query)
    return [
        _hit(row.title, row.get_standing_display(), "activities:window_detail", row, "collect")
        for row in found[:MOST_HITS]
    ]


def _cases(user: Any, query: str) -> list[dict[str, str]]:
    found = ShowcaseCase.objects.visible_to(user).filter(title__icontains=query)
    return [
        _hit(row.title, row.get_status_display(), "activities:case_detail", row, "case")
        for row in found[:MOST_HITS]
    ]


def _news(user: Any, query: str) -> list[dict[str, str]]:
    if not user.can("news.view"):
        return []
    found = NewsItem.objects.visible_to(user).filter(title__icontains=query)
    return [
        _hit(row.title, row.outlet, "activities:news_detail", row, "news")
        for row in found[:MOST_HITS]
    ]


def _day(activity: Activity) -> str:
    return f"{activity.starts_on:%Y-%m-%d}" if activity.starts_on else ""


ICONS = {"organisations": "building", "partnerships": "link", "activities": "activity"}


def _hit(label: str, hint: Any, url_name: str, row: Any, icon: str = "") -> dict[str, str]:
    return {
        "label": label,
        "hint": str(hint),
        "url": reverse(url_name, args=[row.pk]),
        "icon": icon or ICONS[url_name.partition(":")[0]],
    }
