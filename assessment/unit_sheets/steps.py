"""What would still bring points, most first, each with the page to do it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from assessment.models import Indicator
from assessment.rules import Role
from assessment.rules.arithmetic import ZERO, exact
from assessment.rules.base import gain_text
from assessment.scoring import Line, LineStatus, branch_points
from assessment.specification import rule_of
from assessment.unit_sheets.sheet import SheetRow


@dataclass(frozen=True)
class Step:
    """One line that is not full: what more of it would bring the total, and where to begin.

    Without a page, `note` says who brings it.
    """

    row: SheetRow
    gain: Decimal
    text: str
    url: str = ""
    action: str = ""
    note: str = ""


REPORT = ("activity.report", "activities:activity_create", gettext_lazy("报送活动"))
PROPOSE = (
    "partnership.propose",
    "partnerships:partnership_create",
    gettext_lazy("发起联创项目"),
)
PLAN = ("partnership.consent", "partnerships:partnership_list", gettext_lazy("看项目计划"))
SITES = ("partnership.consent", "demonstrations:site_list", gettext_lazy("看示范点"))
TITLES = ("partnership.consent", "demonstrations:title_list", gettext_lazy("看示范命名"))
ANSWER = ("window.answer", "activities:window_list", gettext_lazy("答复填报"))
CASES = ("activity.report", "activities:case_list", gettext_lazy("看典型案例"))
NEWS = ("news.edit", "activities:news_create", gettext_lazy("登记信息"))
RECTIFY = ("finding.rectify", "supervision:inspection_list", gettext_lazy("填报整改"))
# Metric → the right to the page, the page, its name.
DOORS = {
    "activities": REPORT,
    "content_kinds": REPORT,
    "active_months": REPORT,
    "linkage_themed_activities": REPORT,
    "partnerships": PROPOSE,
    "partners": PROPOSE,
    "confirmed_members": PROPOSE,
    "milestones_on_time": PLAN,
    "standard_sites": SITES,
    "linkage_sites": SITES,
    "titles": TITLES,
    "windows_answered": ANSWER,
    "windows_missed": ANSWER,
    "showcase_cases": CASES,
    "news_items": NEWS,
    "findings": RECTIFY,
    "rectified_share": RECTIFY,
    "overdue_findings": RECTIFY,
}
# Where a unit may do much that does not count.
ALONE = {
    "milestones_on_time": gettext_lazy("（只计本单位牵头的项目）"),
}
# What a unit cannot bring by itself.
OTHERS = {
    "inspections": gettext_lazy("由旗创建办安排检查"),
    Indicator.Source.MANUAL: gettext_lazy("由评分部门评定"),
    Indicator.Source.IMPORTED: gettext_lazy("由旗创建办导入数据"),
}


def next_steps(rows: Iterable[SheetRow], user: Any) -> list[Step]:
    """The steps of the base and bonus lines, the largest gain first; makes no query.

    `rows` are leaves with the branches above them.
    """
    rows = list(rows)
    branches = {row.line.code: row.line for row in rows if not row.line.is_leaf}
    steps = [step for row in rows if row.line.is_leaf and (step := _step(row, branches, user))]
    return sorted(steps, key=lambda step: -step.gain)


def best_step(steps: list[Step]) -> Step | None:
    """The largest gain that the unit can see to itself; else the largest."""
    return next((step for step in steps if step.url), steps[0] if steps else None)


def _in_total(line: Line, gain: Decimal, branches: Mapping[str, Line], decimals: int) -> Decimal:
    """What the total gains by so much more on a line: what is full takes no more of it, and a
    conversion (折算) makes it count as more or less."""
    branch = branches.get(line.parent)
    with exact():
        while branch is not None and branch.role is line.role:
            raw = (branch.raw or ZERO) + gain
            points = branch_points(raw, branch.full, branch.weight, decimals)
            gain = points - (branch.points or ZERO)
            branch = branches.get(branch.parent)
    return gain


def _step(row: SheetRow, branches: Mapping[str, Line], user: Any) -> Step | None:
    line = row.line
    if line.outcome is None or line.role is Role.DEDUCTION or line.status is not LineStatus.SCORED:
        return None
    rule = rule_of(row.indicator)
    found = rule.next_step(line.outcome, row.measure) if rule else None
    if found is None or found.gain <= 0:
        return None
    gain = _in_total(line, found.gain, branches, line.outcome.decimals)
    if gain <= 0:
        return None
    url, action = _door(row, user)
    leaf = row.indicator
    alone = ALONE.get(leaf.metric, "")
    text = f"{found.condition}{gain_text(gain, line.role)}{alone}"
    note = OTHERS.get(leaf.metric or leaf.source, "")
    return Step(row, gain, text, url, action, str(note))


def _door(row: SheetRow, user: Any) -> tuple[str, str]:
    right, name, label = DOORS.get(row.indicator.metric, ("", "", ""))
    if not right or not user.can(right):
        return "", ""
    return reverse(name), str(label)
