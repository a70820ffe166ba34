"""What came out of a rehearsal: by group, against the year before, and what stands out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessment.models import GroupMember, Rehearsal, Run, ScoreLine
from assessment.rules.arithmetic import plain
from assessment.scoring import (
    Column,
    FlatLine,
    GradeMove,
    SchemeSpec,
    Spread,
    Standing,
    UnitResult,
    flat_lines,
    grade_moves,
    histogram,
    spread,
)


@dataclass(frozen=True)
class GroupOutcome:
    """One assessment group, now and before; `before` counts those of its units that were scored."""

    name: str
    spread: Spread
    before: Spread | None


@dataclass(frozen=True)
class Oddity:
    """Units of one kind to whom not the scheme's whole total applies."""

    kind: str
    obtainable: Decimal
    units: int


@dataclass(frozen=True)
class Outcome:
    """All that the page of a rehearsal shows.

    `by_group` parts the columns among the groups, `names` are those of the units by their keys,
    `compared` is how many of them have an earlier result.
    """

    groups: list[GroupOutcome]
    columns: list[Column]
    by_group: Mapping[str, list[int]]
    moves: list[GradeMove]
    flat: list[FlatLine]
    oddities: list[Oddity]
    names: Mapping[str, str]
    compared: int

    @property
    def ups(self) -> int:
        return sum(move.is_up for move in self.moves)

    @property
    def downs(self) -> int:
        return len(self.moves) - self.ups


def results_json(results: Iterable[UnitResult]) -> dict[str, Any]:
    """The results as a rehearsal keeps them: totals, grades and points by leaf."""
    results = list(results)
    codes = [line.code for line in results[0].lines if line.is_leaf] if results else []
    return {"codes": codes, "units": {one.unit.key: _unit_json(one) for one in results}}


def _unit_json(result: UnitResult) -> dict[str, Any]:
    return {
        "total": plain(result.total),
        "grade": result.grade,
        "obtainable": plain(result.obtainable),
        "points": [
            None if line.points is None else plain(line.points)
            for line in result.lines
            if line.is_leaf
        ],
    }


def standings_of(stored: Mapping[str, Any]) -> dict[str, Standing]:
    """What `results_json` wrote, for comparing."""
    return {
        key: Standing(
            Decimal(one["total"]),
            one["grade"],
            {
                code: None if points is None else Decimal(points)
                for code, points in zip(stored["codes"], one["points"], strict=True)
            },
        )
        for key, one in stored["units"].items()
    }


def standings_of_run(run: Run | None) -> dict[str, Standing]:
    """The standings of a decided result; two queries."""
    if run is None:
        return {}
    lines: dict[int, dict[str, Decimal | None]] = {}
    rows = ScoreLine.objects.filter(score__run=run).exclude(indicator__rule_kind="")
    columns = ("score_id", "indicator__code", "points")
    for score, code, points in rows.order_by().values_list(*columns):
        lines.setdefault(score, {})[code] = points
    return {
        str(unit): Standing(total, grade, lines.get(pk, {}))
        for pk, unit, total, grade in run.scores.order_by("pk").values_list(
            "pk", "organisation_id", "total", "grade"
        )
    }


def outcome_of(
    spec: SchemeSpec,
    members: Sequence[GroupMember],
    stored: Mapping[str, Any],
    before: Mapping[str, Standing],
) -> Outcome:
    """`stored` as `results_json` gives it; members who have left since are not in it."""
    after = _present(members, standings_of(stored))
    grades = [band.name for band in spec.grade_bands]
    columns = histogram([one.total for one in after.values()], spec.total)
    leaves = {one.code: one.points for one in spec.indicators if one.rule is not None}
    return Outcome(
        groups=_groups(members, after, before),
        columns=columns,
        by_group=_by_group(members, after, columns),
        moves=grade_moves(before, after, grades),
        flat=flat_lines({key: one.lines for key, one in after.items()}, leaves),
        oddities=_oddities(members, stored, spec.total),
        names={str(member.organisation_id): member.unit_label for member in members},
        compared=len(after.keys() & before.keys()),
    )


def _present(
    members: Sequence[GroupMember], standings: Mapping[str, Standing]
) -> dict[str, Standing]:
    keys = [str(member.organisation_id) for member in members]
    return {key: standings[key] for key in keys if key in standings}


def _by_group(
    members: Sequence[GroupMember], after: Mapping[str, Standing], columns: Sequence[Column]
) -> dict[str, list[int]]:
    """Group → how many of its units stand in each column."""
    found: dict[str, list[int]] = {}
    for member in members:
        standing = after.get(str(member.organisation_id))
        counts = found.setdefault(member.group.name, [0] * len(columns))
        for place, column in enumerate(columns):
            if standing is not None and column.lower <= standing.total < column.upper:
                counts[place] += 1
    return found


def _groups(
    members: Sequence[GroupMember],
    after: Mapping[str, Standing],
    before: Mapping[str, Standing],
) -> list[GroupOutcome]:
    units: dict[str, list[str]] = {}
    for member in members:
        units.setdefault(member.group.name, []).append(str(member.organisation_id))
    return [
        GroupOutcome(name, now, _spread(keys, before))
        for name, keys in units.items()
        if (now := _spread(keys, after)) is not None
    ]


def _spread(keys: Iterable[str], standings: Mapping[str, Standing]) -> Spread | None:
    found = [standings[key] for key in keys if key in standings]
    if not found:
        return None
    return spread([one.total for one in found], [one.grade for one in found])


def _oddities(
    members: Sequence[GroupMember], stored: Mapping[str, Any], total: Decimal
) -> list[Oddity]:
    counts: dict[tuple[str, Decimal], int] = {}
    for member in members:
        one = stored["units"].get(str(member.organisation_id))
        if one is not None and Decimal(one["obtainable"]) != total:
            at = str(member.get_kind_display()), Decimal(one["obtainable"])
            counts[at] = counts.get(at, 0) + 1
    return [Oddity(kind, obtainable, units) for (kind, obtainable), units in counts.items()]


@dataclass(frozen=True)
class Summary:
    """A rehearsal in a few figures, without its scheme being read."""

    spread: Spread | None
    grades: list[tuple[str, int]]
    changed: int
    compared: int


def rehearsal_summary(rehearsal: Rehearsal) -> Summary:
    """What the page of publishing shows; two queries where there is a result to compare with."""
    after = standings_of(rehearsal.results)
    before = standings_of_run(rehearsal.baseline)
    both = after.keys() & before.keys()
    found = _spread(after, after)
    return Summary(
        spread=found,
        grades=[
            (name, found.grades[name])
            for name, _lower in rehearsal.scheme.grade_bands
            if found is not None and name in found.grades
        ],
        changed=sum(after[key].grade != before[key].grade for key in both),
        compared=len(both),
    )
