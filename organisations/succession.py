"""What becomes of an ended organisation's open matters: each app says it of its own rows.

An app registers its followers in AppConfig.ready, from an own module `succession.py`:

    register(Follower(
        key="activities.drafts", label=_("未采用的活动报送转由承接单位办理"), unit=_("份"),
        open_rows=open_reports, follow=pass_reports,
    ))

`open_rows` are the rows that would belong to nobody; after `follow` there are none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import RuleError
from organisations.models import Organisation, OrganisationChange


@dataclass(frozen=True)
class Succession:
    """An ended organisation, and who carries on: nobody after a closure without successor."""

    ended: Organisation
    successor: Organisation | None
    change: OrganisationChange
    by: Any

    @property
    def effective_on(self) -> date:
        return self.change.effective_on

    @property
    def takes_history(self) -> bool:
        """Whether the records of the year count for the successor."""
        return self.successor is not None and (
            self.change.history == OrganisationChange.History.FOLLOWS
        )


@dataclass(frozen=True)
class Follower:
    """One kind of open matter.

    key: `<app>.<matter>`, kept with each change. label and unit: Chinese, told before and after;
    without: the label where there is no successor.
    open_rows: what is open of a succession's ended organisation. follow: passes it on; called
    only where there is something. needs_successor: without one the closure is refused.
    """

    key: str
    label: Any
    unit: Any
    open_rows: Callable[[Succession], QuerySet]
    follow: Callable[[Succession, QuerySet], None]
    needs_successor: bool = False
    without: Any = ""


FOLLOWERS: dict[str, Follower] = {}


def register(follower: Follower) -> Follower:
    FOLLOWERS[follower.key] = follower
    return follower


def pass_on(succession: Succession) -> dict[str, int]:
    """Let every follower pass on what is open; returns how many rows of each that were.

    RuleError where something needs a successor and there is none: what, and how much.
    """
    counts = {key: one.open_rows(succession).count() for key, one in FOLLOWERS.items()}
    if succession.successor is None:
        _demand_nothing_left(succession, counts)
    for key, follower in FOLLOWERS.items():
        if counts[key]:
            follower.follow(succession, follower.open_rows(succession))
    return {key: count for key, count in counts.items() if count}


def _demand_nothing_left(succession: Succession, counts: dict[str, int]) -> None:
    left = [
        f"{one.label} {counts[key]} {one.unit}"
        for key, one in FOLLOWERS.items()
        if one.needs_successor and counts[key]
    ]
    if left:
        raise RuleError(
            _("“%(unit)s”还有未了的事项（%(what)s），请选承接单位。")
            % {"unit": succession.ended.short_name, "what": "；".join(left)},
            field="successor",
        )


def told(passed: dict[str, int], *, has_successor: bool) -> list[dict[str, Any]]:
    """The numbers of a change, for the question before it and the history after."""
    known = [(FOLLOWERS[key], count) for key, count in passed.items() if key in FOLLOWERS]
    return [
        {"figure": count, "unit": one.unit, "label": one.label if has_successor else one.without}
        for one, count in known
    ]
