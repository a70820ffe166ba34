"""What the unit had last year on the same lines."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assessment.models import Indicator, Scheme, Score, ScoreLine
from assessment.unit_sheets.sheet import SheetRow, UnitSheet, share_of

# Spaces and punctuation, which names are written with or without.
MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class LastLine:
    """A line of last year's final sheet; `name` only where it was called otherwise."""

    points: Decimal | None
    obtainable: Decimal
    name: str = ""

    @property
    def share(self) -> Decimal | None:
        return share_of(self.points, self.obtainable)


@dataclass(frozen=True)
class LastYear:
    """The unit's final result of the year before, its lines by this year's codes."""

    score: Score
    lines: dict[str, LastLine]

    @property
    def year(self) -> int:
        return self.score.run.scheme.year

    @property
    def full(self) -> Decimal:
        return self.score.run.scheme.total

    @property
    def share(self) -> Decimal | None:
        return share_of(self.score.earned, self.score.obtainable)


def last_result(scheme: Scheme, organisation_id: int) -> Score | None:
    """The unit's score in the decided scheme of the year before; one query."""
    return (
        Score.objects.filter(
            organisation=organisation_id,
            run__scheme__region=scheme.region_id,
            run__scheme__year=scheme.year - 1,
            run__scheme__status__in=Scheme.DECIDED,
            run__finished_at__isnull=False,
        )
        .select_related("run__scheme")
        .order_by("-run__scheme__pk", "-run__number")
        .first()
    )


def last_year_of(sheet: UnitSheet) -> LastYear | None:
    """What stands beside the sheet's lines; two queries, None where there was no result."""
    score = last_result(sheet.run.scheme, sheet.score.organisation_id)
    if score is None:
        return None
    return LastYear(score, _matched(sheet.rows, score.lines.select_related("indicator")))


def _matched(rows: Iterable[SheetRow], lines: Iterable[ScoreLine]) -> dict[str, LastLine]:
    """This year's code → the line of the same name, else of the same code and the same count."""
    by_code = {line.indicator.code: line for line in lines}
    by_name = {_plain(line.indicator.name): line for line in by_code.values()}
    matched = {}
    for row in rows:
        name = row.line.name
        same = by_code.get(row.line.code)
        if same is None or _plain(same.indicator.name) != _plain(name):
            counted = same if same and _counts_alike(same.indicator, row.indicator) else None
            same = by_name.get(_plain(name), counted)
        if same is not None and same.indicator.is_leaf == row.line.is_leaf:
            other = "" if same.indicator.name == name else same.indicator.name
            matched[row.line.code] = LastLine(same.points, same.obtainable, other)
    return matched


def _plain(name: str) -> str:
    return MARKS.sub("", name)


def _counts_alike(old: Indicator, new: Indicator) -> bool:
    """Whether the system counts the same records for both; marks and imports go by their name."""
    if {old.source, new.source} != {Indicator.Source.METRIC}:
        return False
    return (old.metric, old.metric_filters) == (new.metric, new.metric_filters)
