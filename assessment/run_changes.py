"""What one computation changed against the one before: which units, which lines."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When

from assessment.models import Indicator, Run, Score, ScoreLine

# What makes a unit's result another one.
FIGURES = ("total", "base", "bonus", "deduction", "rank", "grade")


@dataclass(frozen=True)
class LineChange:
    """A leaf whose points differ; None where it did not apply, or did not exist."""

    indicator: Indicator
    before: Decimal | None
    after: Decimal | None


def run_before(run: Run) -> Run | None:
    """The finished run before this one; the first run has none."""
    earlier = Run.objects.filter(
        scheme=run.scheme_id, finished_at__isnull=False, number__lt=run.number
    )
    return earlier.order_by("-number").first()


def changed_scores(run: Run, before: Run) -> QuerySet[Score]:
    """The scores that differ, with the earlier figures as `total_before`, `rank_before` …

    Who has other points comes first, whose rank alone was moved by others after them.
    """
    earlier = Score.objects.filter(run=before, organisation=OuterRef("organisation"))
    figures = {f"{name}_before": Subquery(earlier.values(name)[:1]) for name in FIGURES}
    differs = Q(total_before__isnull=True)
    for name in FIGURES:
        differs |= ~Q(**{name: F(f"{name}_before")})
    own = Case(When(total=F("total_before"), then=1), default=0)
    found = run.scores.annotate(**figures, is_moved=own).filter(differs)
    return found.order_by("is_moved", "group__order", "rank", "pk")


def is_other_result(score: Score, others: QuerySet[Score]) -> bool:
    """Whether the unit's points or grade in `others` differ from this sheet's; one query.

    `others` are scores of one other run. A rank that only other units have moved is no change of
    the unit's own result. True where the unit is not among them. `score` is loaded `with_lines`.
    """
    told = others.filter(organisation=score.organisation_id).order_by()
    found = list(told.values_list("lines__indicator", "lines__points", "total", "grade"))
    lines = {indicator: points for indicator, points, _total, _grade in found}
    figures = {(total, grade) for _indicator, _points, total, grade in found}
    mine = {line.indicator_id: line.points for line in score.lines.all()}
    return figures != {(score.total, score.grade)} or lines != mine


def line_changes(
    run: Run, before: Run, organisation_ids: Collection[int]
) -> dict[int, list[LineChange]]:
    """The leaves that differ, by organisation, in the order of the table; two queries."""
    old = {
        (line.score.organisation_id, line.indicator_id): line.points
        for line in _leaves(before, organisation_ids)
    }
    found: dict[int, list[LineChange]] = {}
    for line in _leaves(run, organisation_ids):
        unit = line.score.organisation_id
        points = old.get((unit, line.indicator_id))
        if points != line.points:
            change = LineChange(line.indicator, points, line.points)
            found.setdefault(unit, []).append(change)
    return found


def _leaves(run: Run, organisation_ids: Collection[int]) -> QuerySet[ScoreLine]:
    lines = ScoreLine.objects.filter(score__run=run, score__organisation__in=organisation_ids)
    return (
        lines.exclude(indicator__rule_kind="")
        .select_related("indicator", "score")
        .order_by("indicator__order", "pk")
    )
