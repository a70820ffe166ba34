"""A unit's result made readable: every line of the tree with value, rule, points and evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assessment.models import Indicator, Run, Score
from assessment.rules import Role, show_value
from assessment.scoring import (
    GradeReason,
    Line,
    LineStatus,
    SchemeSpec,
    UnitResult,
    explain_grade,
    explain_line,
    explain_total,
)
from assessment.scoring.tree import Tree
from assessment.specification import measure_of, scheme_spec, stored_result
from assessment.unit_sheets.evidence import evidence_counts

CHUNK = 50


@dataclass(frozen=True)
class SheetRow:
    """One line of the sheet in words. `evidence` is None where nothing was counted."""

    line: Line
    indicator: Indicator
    measure: str
    rule: str
    value: str
    sentence: str
    evidence: int | None

    @property
    def applies(self) -> bool:
        return self.line.status is not LineStatus.NOT_APPLICABLE


@dataclass(frozen=True)
class UnitSheet:
    """One unit's whole sheet. Ranks and grades are told only where `shows_rank`."""

    run: Run
    score: Score
    result: UnitResult
    spec: SchemeSpec
    rows: tuple[SheetRow, ...]
    total_sentence: str
    grade_sentence: str
    is_formal: bool
    shows_rank: bool

    @property
    def title(self) -> str:
        return _("%(year)s年度“联创共建”考核表") % {"year": self.run.scheme.year}

    @property
    def unit(self) -> str:
        return self.result.unit.name

    def parts(self, row: SheetRow) -> list[SheetRow]:
        """The rows that add up to a branch: its children of the same role."""
        return [
            one
            for one in self.rows
            if one.line.parent == row.line.code and one.line.role is row.line.role
        ]

    def tops(self, role: Role) -> list[SheetRow]:
        """The rows that count in the total under this role."""
        roles = {row.line.code: row.line.role for row in self.rows}
        return [
            row
            for row in self.rows
            if row.line.role is role and roles.get(row.line.parent) is not role
        ]

    @property
    def grade_note(self) -> str:
        """Why the grade is not simply that of the total; empty where it is, or is not told."""
        plain = self.result.reason in (GradeReason.NONE, GradeReason.BAND)
        return "" if plain or not self.shows_rank else self.grade_sentence

    @property
    def leaves(self) -> list[SheetRow]:
        return [row for row in self.rows if row.line.is_leaf]


class SheetMaker:
    """Makes the sheets of one run; what all units have in common is worked out once.

    Makes one query for the indicators; `make` makes none for scores loaded by `with_lines`.
    """

    def __init__(self, run: Run, *, is_formal: bool, shows_rank: bool) -> None:
        self.run, self.is_formal, self.shows_rank = run, is_formal, shows_rank
        rows = list(run.scheme.indicators.select_related("department"))
        self.spec = scheme_spec(run.scheme, rows)
        self.indicators = {row.code: row for row in rows}
        self.measures = {row.code: measure_of(row) for row in rows}
        self.place = {
            row.code: place for place, row in enumerate(Tree.of(self.spec.indicators).order)
        }
        self.rules = {
            one.code: one.rule.describe(one.points, one.measure, one.role or Role.BASE)
            for one in self.spec.indicators
            if one.rule is not None
        }

    @property
    def leaves(self) -> list[Indicator]:
        return [row for row in self.indicators.values() if row.is_leaf]

    def make(self, score: Score, counts: Mapping[tuple[int, str], int]) -> UnitSheet:
        """The sheet of one score; `counts` as `evidence_counts` gives them."""
        result = self._in_order(score)
        return UnitSheet(
            run=self.run,
            score=score,
            result=result,
            spec=self.spec,
            rows=tuple(self._row(score, result, line, counts) for line in result.lines),
            total_sentence=explain_total(self.spec, result),
            grade_sentence=explain_grade(result),
            is_formal=self.is_formal,
            shows_rank=self.shows_rank,
        )

    def _in_order(self, score: Score) -> UnitResult:
        """The stored result, its lines in the order of the tree, the kind in words."""
        result = stored_result(score)
        lines = sorted(result.lines, key=lambda line: self.place[line.code])
        unit = replace(result.unit, kind=str(score.get_kind_display()))
        return replace(result, lines=tuple(lines), unit=unit)

    def _row(
        self,
        score: Score,
        result: UnitResult,
        line: Line,
        counts: Mapping[tuple[int, str], int],
    ) -> SheetRow:
        measure = self.measures[line.code]
        return SheetRow(
            line=line,
            indicator=self.indicators[line.code],
            measure=measure,
            rule=self.rules.get(line.code, ""),
            value=show_value(line.outcome.value, measure) if line.outcome else "",
            sentence=explain_line(self.spec, result, line.code),
            evidence=self._evidence(score, line, counts),
        )

    def _evidence(
        self, score: Score, line: Line, counts: Mapping[tuple[int, str], int]
    ) -> int | None:
        source = self.indicators[line.code].source
        if line.outcome is None or not source:
            return None
        if source == Indicator.Source.METRIC:
            return counts.get((score.organisation_id, line.code), 0)
        return len(line.outcome.value) if isinstance(line.outcome.value, tuple) else 0


def make_sheet(score: Score, *, is_formal: bool, shows_rank: bool) -> UnitSheet:
    """The sheet of one score loaded by `with_lines`; two queries, whatever its length."""
    maker = SheetMaker(score.run, is_formal=is_formal, shows_rank=shows_rank)
    return maker.make(score, evidence_counts(score.run, maker.leaves, [score.organisation_id]))


def make_sheets(scores: QuerySet[Score], run: Run, **options: Any) -> Iterator[UnitSheet]:
    """The sheets of many scores in their order, chunk by chunk: memory stays flat."""
    maker = SheetMaker(run, **options)
    keys = list(scores.values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        chunk = _loaded(scores.model.objects, keys[start : start + CHUNK])
        counts = evidence_counts(run, maker.leaves, [score.organisation_id for score in chunk])
        for score in chunk:
            yield maker.make(score, counts)


def _loaded(scores: Any, keys: Sequence[int]) -> list[Score]:
    found = scores.filter(pk__in=keys).with_lines().in_bulk()
    return [found[key] for key in keys]
