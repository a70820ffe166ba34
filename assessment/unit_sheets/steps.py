"""What would still bring points, most first, each with the page to do it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from assessment.rules import Role
from assessment.rules.arithmetic import ZERO
from assessment.scoring import LineStatus
from assessment.specification import rule_of
from assessment.unit_sheets.sheet import SheetRow, UnitSheet


@dataclass(frozen=True)
class Step:
    """One line that is not full: what more of it would bring, and where to begin."""

    row: SheetRow
    gain: Decimal
    text: str
    url: str = ""
    action: str = ""


REPORT = ("activity.report", "activities:activity_create", gettext_lazy("报送活动"))
PROPOSE = (
    "partnership.propose",
    "partnerships:partnership_create",
    gettext_lazy("发起联创项目"),
)
PLAN = ("partnership.consent", "partnerships:partnership_list", gettext_lazy("看项目计划"))
SITES = ("partnership.consent", "demonstrations:site_list", gettext_lazy("看示范点"))
TITLES = ("partnership.consent", "demonstrations:title_list", gettext_lazy("看示范命名"))
RECTIFY = ("finding.rectify", "supervision:inspection_list", gettext_lazy("填报整改"))
# Metric → the right to the page, the page, its name.
DOORS = {
    "activities": REPORT,
    "content_kinds": REPORT,
    "active_months": REPORT,
    "linkage_themed_activities": REPORT,
    "partnerships": PROPOSE,
    "partners": PROPOSE,
    "milestones_on_time": PLAN,
    "standard_sites": SITES,
    "linkage_sites": SITES,
    "titles": TITLES,
    "findings": RECTIFY,
    "overdue_findings": RECTIFY,
}


def next_steps(sheet: UnitSheet, user: Any) -> list[Step]:
    """The steps of the base and bonus lines, the largest gain first; makes no query."""
    room = {row.line.code: _room(row) for row in sheet.rows if not row.line.is_leaf}
    steps = [step for row in sheet.leaves if (step := _step(row, room, user))]
    return sorted(steps, key=lambda step: -step.gain)


def _room(branch: SheetRow) -> Decimal:
    """What its parts can still add before the branch is full."""
    return branch.line.full - (branch.line.raw or ZERO)


def _step(row: SheetRow, room: dict[str, Decimal], user: Any) -> Step | None:
    line = row.line
    if line.outcome is None or line.role is Role.DEDUCTION or line.status is not LineStatus.SCORED:
        return None
    rule = rule_of(row.indicator)
    found = rule.next_step(line.outcome, row.measure) if rule else None
    if found is None or found.gain <= 0 or room.get(line.parent, found.gain) <= 0:
        return None
    url, action = _door(row, user)
    gain = min(found.gain, room.get(line.parent, found.gain))
    return Step(row, gain, found.text, url, action)


def _door(row: SheetRow, user: Any) -> tuple[str, str]:
    right, name, label = DOORS.get(row.indicator.metric, ("", "", ""))
    if not right or not user.can(right):
        return "", ""
    return reverse(name), str(label)
