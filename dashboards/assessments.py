"""How the year's assessment stands, for the leadership's page."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse

from assessment.models import GroupMember, Run, Scheme, Score

Grades = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class SchemeState:
    """One scheme of the year; `grades` (best first, how many units) once they are decided.

    A scheme that gives no grades has none then either.
    """

    scheme: Scheme
    units: int
    grades: Grades

    @property
    def is_decided(self) -> bool:
        return self.scheme.status in Scheme.DECIDED

    @property
    def url(self) -> str:
        """The list of the decided results, before that the scheme."""
        name = "score_list" if self.is_decided else "scheme_detail"
        return reverse(f"assessment:{name}", args=[self.scheme.pk])


def states_of(user: Any, year: int) -> list[SchemeState]:
    """The year's published schemes, the newest first; two queries."""
    done = Run.objects.filter(scheme=OuterRef("pk"), finished_at__isnull=False)
    members = GroupMember.objects.filter(scheme=OuterRef("pk")).order_by().values("scheme")
    shown = Scheme.objects.visible_to(user).filter(year=year)
    schemes = list(
        shown.exclude(status__in=[*Scheme.EDITABLE, Scheme.Status.REPLACED])
        .annotate(
            units=Subquery(members.annotate(units=Count("pk")).values("units")),
            latest_run=Subquery(done.order_by("-number").values("pk")[:1]),
        )
        .order_by("-pk")
    )
    counts = _grades_of(user, [one.latest_run for one in schemes if one.status in Scheme.DECIDED])
    return [
        SchemeState(one, one.units or 0, _ordered(one, counts[one.latest_run])) for one in schemes
    ]


def _grades_of(user: Any, runs: list[int]) -> dict[int | None, dict[str, int]]:
    """Run → grade → how many units of the user's reach."""
    found: defaultdict[int | None, dict[str, int]] = defaultdict(dict)
    scores = Score.objects.visible_to(user).filter(run__in=runs).exclude(grade="").order_by()
    counted = scores.values("run", "grade").annotate(units=Count("pk"))
    for run, grade, units in counted.values_list("run", "grade", "units"):
        found[run][grade] = units
    return found


def _ordered(scheme: Scheme, counts: dict[str, int]) -> Grades:
    """In the order of the scheme's grades, those that nobody has reached among them."""
    if not counts:
        return ()
    names = [name for name, _bound in scheme.grade_bands]
    others = sorted(counts.keys() - set(names))
    return tuple((name, counts.get(name, 0)) for name in [*names, *others])
