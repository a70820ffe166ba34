"""The register's lists stand side by side."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


def register_tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """Tabs for components/tabs.html; titles and sites only for those who may see them."""
    tabs = [("organisations:organisation_list", _("单位名册"), "organisation.view")]
    tabs += [
        ("demonstrations:title_list", _("示范命名"), "title.view"),
        ("demonstrations:site_list", _("标准化示范点"), "title.view"),
        ("organisations:resource_list", _("阵地资源"), "resource.view"),
    ]
    return [
        {"url": reverse(name), "label": label, "is_current": name == current}
        for name, label, action in tabs
        if user.can(action)
    ]
