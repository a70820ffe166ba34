"""What differs from the run before, line by line, and why."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.models import Run, Score, ScoreLine
from assessment.rules import Outcome, show_value
from assessment.scoring import Line
from assessment.unit_sheets.sheet import SheetRow, UnitSheet


@dataclass(frozen=True)
class Change:
    """A line whose points or value differ; points are None where it did not apply."""

    row: SheetRow
    points_before: Decimal | None
    points: Decimal | None
    reason: str


@dataclass(frozen=True)
class Changes:
    """Against which run the sheet was compared, and the lines that differ."""

    run: Run
    total_before: Decimal
    lines: list[Change]


def changes_since(sheet: UnitSheet) -> Changes | None:
    """Compared with the unit's sheet in the finished run before; two queries. None without one."""
    before = (
        Score.objects.filter(
            organisation=sheet.score.organisation_id,
            run__scheme=sheet.run.scheme_id,
            run__finished_at__isnull=False,
            run__number__lt=sheet.run.number,
        )
        .select_related("run")
        .order_by("-run__number")
        .first()
    )
    if before is None:
        return None
    old = {line.indicator_id: line for line in before.lines.order_by("pk")}
    lines = [
        change
        for row in sheet.leaves
        if (change := _change(row, old.get(row.indicator.pk))) is not None
    ]
    return Changes(before.run, before.total, lines)


def _change(row: SheetRow, old: ScoreLine | None) -> Change | None:
    outcome = Outcome.from_json(old.outcome) if old and old.outcome else None
    points_before = old.points if old else None
    value_before = outcome.value if outcome else None
    if (points_before, value_before) == (row.line.points, _value(row.line)):
        return None
    reason = _reason(row, show_value(value_before, row.measure))
    return Change(row, points_before, row.line.points, reason)


def _value(line: Line) -> object:
    return line.outcome.value if line.outcome else None


def _reason(row: SheetRow, before: str) -> str:
    if before == row.value:
        return _("本单位数据没有变化，组内其他单位的数据或互斥情况有变化")
    words = {"before": before or _("无数据"), "now": row.value or _("无数据")}
    return _("数据由 %(before)s变为 %(now)s") % words
