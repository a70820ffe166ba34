"""What differs from the run before, line by line, why, and by which records."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from assessment.metrics import METRICS
from assessment.models import Indicator, Run, Score
from assessment.rules import Outcome
from assessment.scoring import Line
from assessment.specification import stored_line
from assessment.unit_sheets.added import Added, added_records
from assessment.unit_sheets.causes import causes
from assessment.unit_sheets.evidence import query_of
from assessment.unit_sheets.rerated import looks_at_rating, rerated
from assessment.unit_sheets.sheet import SheetRow, UnitSheet


@dataclass(frozen=True)
class Change:
    """A line that differs; points are None where it did not apply.

    `added` are the records that are counted now and were not then; `gone` is how many were counted
    then and are no longer, where that is known.
    """

    row: SheetRow
    points_before: Decimal | None
    points: Decimal | None
    reason: str
    added: Added = Added()
    gone: int = 0


@dataclass(frozen=True)
class Changes:
    """Against which run the sheet was compared, and the lines that differ."""

    run: Run
    total_before: Decimal
    lines: list[Change]


def changes_since(sheet: UnitSheet) -> Changes | None:
    """Compared with the unit's sheet in the finished run before; None without one.

    Two queries, and where values of metrics moved one more for the records behind them and a few
    for each kind of record.
    """
    before = (
        Score.objects.filter(
            organisation=sheet.score.organisation_id,
            run__scheme=sheet.run.scheme_id,
            run__finished_at__isnull=False,
            run__number__lt=sheet.run.number,
        )
        .select_related("run__scheme")
        .order_by("-run__number")
        .first()
    )
    if before is None:
        return None
    lines = before.lines.select_related("indicator").order_by("pk")
    old = {line.indicator.code: stored_line(line) for line in lines}
    changes = [
        _change(sheet, row, old[row.line.code], before.run)
        for row in sheet.leaves
        if row.line.code in old and _differs(row.line, old[row.line.code])
    ]
    return Changes(before.run, before.total, _with_records(sheet, before.run, changes, old))


def _differs(now: Line, before: Line) -> bool:
    return (now.points, now.note, _value(now.outcome)) != (
        before.points,
        before.note,
        _value(before.outcome),
    )


def _value(outcome: Outcome | None) -> object:
    return outcome.value if outcome else None


def _change(sheet: UnitSheet, row: SheetRow, before: Line, run: Run) -> Change:
    rules = (sheet.run.table.get(row.line.code, {}), run.table.get(row.line.code, {}))
    found = causes(row, before, rules, shows_rank=sheet.shows_rank)
    return Change(row, before.points, row.line.points, "；".join(found))


def _with_records(
    sheet: UnitSheet, before: Run, changes: list[Change], old: Mapping[str, Line]
) -> list[Change]:
    """The changes with the records behind them."""
    leaves = [
        change.row.indicator
        for change in changes
        if change.row.indicator.source == Indicator.Source.METRIC
        and _value(change.row.line.outcome) != _value(old[change.row.line.code].outcome)
    ]
    unit, run = sheet.score.organisation_id, sheet.run
    added = added_records(unit, run, before, leaves)
    judged = rerated(unit, run, before, leaves)
    return [
        replace(
            change,
            reason=_with_ratings(change, judged, run),
            added=added[change.row.line.code],
            gone=_gone(sheet.run, change.row, old[change.row.line.code], added),
        )
        for change in changes
    ]


def _with_ratings(change: Change, judged: list[str], run: Run) -> str:
    leaf = change.row.indicator
    if not judged or not looks_at_rating(leaf, run):
        return change.reason
    return "；".join([change.reason, *judged])


def _gone(run: Run, row: SheetRow, before: Line, added: Mapping[str, Added]) -> int:
    """How many records no longer count, where the value is simply their number."""
    metric = METRICS.get(row.indicator.metric)
    now, then = _value(row.line.outcome), _value(before.outcome)
    if (
        metric is None
        or metric.counted != "pk"
        or not metric.is_plain(query_of(run, row.indicator))
    ):
        return 0
    if not isinstance(now, Decimal) or not isinstance(then, Decimal):
        return 0
    return max(int(then + added[row.line.code].count - now), 0)
