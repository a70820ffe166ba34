"""The frame of every page: menu by rights, counts of what waits, year, demonstration mark."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.demo import is_demo
from core.middleware import known_years
from dashboards.waiting import waiting_counts

MOST_ENTRIES = 8
ON_A_PHONE = 4


@dataclass(frozen=True)
class Entry:
    """One line of the menu; shown to whoever holds `action`, in this order, eight at most."""

    label: Any
    url_name: str
    icon: str
    action: str = ""
    counter: str = ""
    # Apps whose pages stand under this entry as tabs.
    also: tuple[str, ...] = ()
    # The pages of its app that it stands for, by the beginning of their names; of none: all others.
    pages: str = ""
    # Whoever holds this right finds the pages elsewhere.
    unless: str = ""

    def is_for(self, user: Any) -> bool:
        """The user holds its right, and has no other way to its pages."""
        elsewhere = bool(self.unless) and user.can(self.unless)
        return not elsewhere and (not self.action or user.can(self.action))

    def claims(self, here: str) -> bool:
        """This entry has asked for the page by its name."""
        app = self.url_name.partition(":")[0]
        return bool(self.pages) and here.startswith(f"{app}:{self.pages}")

    def covers(self, here: str) -> bool:
        """The page belongs to an app of this entry."""
        app, colon, _name = here.partition(":")
        own = self.url_name.partition(":")[0]
        return bool(colon) and not self.pages and app in (own, *self.also)


ENTRIES = (
    Entry(_("首页"), "home", "home"),
    Entry(
        _("联创项目"),
        "partnerships:partnership_list",
        "link",
        "partnership.view",
        "partnerships",
        also=("pairings", "alliances"),
    ),
    Entry(_("活动报送"), "activities:activity_list", "activity", "activity.view", "activities"),
    Entry(_("督导检查"), "supervision:inspection_list", "inspect", "inspection.view"),
    Entry(_("考核评分"), "assessment:scheme_list", "scale", "scheme.view"),
    Entry(_("人工评分"), "assessment:mark_list", "clipboard", "mark.enter", pages="mark"),
    Entry(_("以奖代补"), "rewards:plan_list", "coins", "reward.view"),
    Entry(
        _("单位名册"),
        "organisations:organisation_list",
        "building",
        "organisation.view",
        also=("demonstrations",),
    ),
    Entry(_("工作看板"), "overview", "chart", "dashboard.view"),
    Entry(_("用户"), "accounts:user_list", "users", "account.view"),
    Entry(
        _("交接"),
        "organisations:handover_list",
        "refresh",
        "role.grant",
        "handovers",
        pages="handover",
    ),
    Entry(_("审计记录"), "accounts:audit_list", "history", "audit.view"),
    # Open to all: whoever has no tab beside the activities finds the library here.
    Entry(_("典型案例"), "activities:case_list", "case", pages="case", unless="activity.view"),
)

# On a phone, after the home page: what one has to do there, by the rights to do it. The rarest
# task stands first; the rest of the menu fills up what is left of the bar.
TASKS = (
    ("assessment:mark_list", ("mark.enter",)),
    ("partnerships:partnership_list", ("partnership.consent", "partnership.decide")),
    ("activities:activity_list", ("activity.report", "activity.review")),
    ("supervision:inspection_list", ("finding.rectify", "inspection.edit")),
    ("assessment:scheme_list", ("score.approve",)),
    ("rewards:plan_list", ("reward.approve",)),
    ("overview", ("dashboard.view",)),
)


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the page frame; small for visitors who have not signed in."""
    frame = {"is_demo": is_demo()}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    entries = [entry for entry in ENTRIES if entry.is_for(user)]
    counts = waiting_counts(user)
    current = _current(entries[:MOST_ENTRIES], request)
    menu = [_as_link(entry, counts, entry is current) for entry in entries[:MOST_ENTRIES]]
    return frame | {
        "navigation": menu,
        "mobile_navigation": _on_a_phone(menu, user),
        "year": getattr(request, "year", None),
        "years": known_years(),
    }


def _on_a_phone(menu: list[dict[str, Any]], user: Any) -> list[dict[str, Any]]:
    """Home, what the user has to do, then the next of the menu."""
    tasks = [reverse(name) for name, rights in TASKS if any(map(user.can, rights))]
    place = {url: number for number, url in enumerate([menu[0]["url"], *tasks])}
    return sorted(menu, key=lambda link: place.get(link["url"], len(place)))[:ON_A_PHONE]


def _current(entries: list[Entry], request: HttpRequest) -> Entry | None:
    """The one entry under which the page stands: the nearest."""
    match = request.resolver_match
    here = match.view_name if match else ""
    for stands in (
        lambda entry: entry.url_name == here,
        lambda entry: entry.claims(here),
        lambda entry: entry.covers(here),
    ):
        if found := next(filter(stands, entries), None):
            return found
    return None


def _as_link(entry: Entry, counts: dict[str, int], is_current: bool) -> dict[str, Any]:
    return {
        "label": entry.label,
        "url": reverse(entry.url_name),
        "icon": entry.icon,
        "count": counts.get(entry.counter, 0),
        "is_current": is_current,
    }
