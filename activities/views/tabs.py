"""Activities, and what the office makes of them and asks beside them, stand side by side."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from activities.models import WindowAnswer

WINDOWS = "activities:window_list"


def activity_tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """Tabs for components/tabs.html, with how many windows wait for the user's answer.

    None for who sees the library of cases alone.
    """
    owed = WindowAnswer.objects.owed_by(user).count() if user.can("window.answer") else 0
    tabs = [
        ("activities:activity_list", _("活动报送"), "activity.view"),
        (WINDOWS, _("填报窗口"), "window.view"),
        ("activities:case_list", _("典型案例"), ""),
        ("activities:news_list", _("信息报送"), "news.view"),
    ]
    seen = [
        {
            "url": reverse(name),
            "label": label,
            "is_current": name == current,
            "count": owed or None if name == WINDOWS else None,
        }
        for name, label, action in tabs
        if not action or user.can(action)
    ]
    return seen if len(seen) > 1 else []


def export_links(url_name: str, *args: Any) -> list[dict[str, str]]:
    """Both kinds of file of a list, for components/filter_summary.html."""
    return [
        {"label": _("导出 %s") % label, "url": reverse(url_name, args=[*args, extension])}
        for extension, label in (("xlsx", "Excel"), ("csv", "CSV"))
    ]
