"""A unit's result made readable: every line of the tree with value, rule, points and evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assessment.metrics import METRICS
from assessment.models import Indicator, Run, Score
from assessment.rules import Role, show_value
from assessment.rules.arithmetic import ZERO, round_half_up, show
from assessment.scoring import (
    GradeReason,
    Line,
    LineStatus,
    SchemeSpec,
    UnitResult,
    Veto,
    explain_grade,
    explain_line,
    explain_total,
    shown_obtainable,
)
from assessment.scoring.tree import Tree
from assessment.specification import measure_of, scheme_spec, stored_result
from assessment.unit_sheets.evidence import evidence_counts
from core.templatetags.ui import cn_date

CHUNK = 50
RANK = "rank"


def share_of(points: Decimal | None, obtainable: Decimal) -> Decimal | None:
    """Points in per cent of the obtainable ones, to one decimal place."""
    if points is None or not obtainable:
        return None
    return round_half_up(points * 100 / obtainable, 1)


def told_sentence(
    spec: SchemeSpec,
    result: UnitResult,
    indicator: Indicator,
    *,
    shows_rank: bool,
    count: int | None = None,
) -> str:
    """How a line came about; the rank that it may rest on only for who may know ranks.

    `count` is how many records were counted, where the caller knows it.
    """
    sentence = _told(spec, result, indicator, shows_rank=shows_rank)
    metric = METRICS.get(indicator.metric) if count == 0 else None
    return f"{sentence}；{metric.none_told}" if metric and metric.none_told else sentence


def _told(spec: SchemeSpec, result: UnitResult, indicator: Indicator, *, shows_rank: bool) -> str:
    line = result.line(indicator.code)
    is_by_rank = indicator.rule_kind == RANK and line.status is LineStatus.SCORED
    if is_by_rank and line.outcome is not None and not shows_rank:
        words = {"points": show(line.points or ZERO)}
        return _("按本组名次得 %(points)s 分，名次在结果审定后公布") % words
    return explain_line(spec, result, indicator.code)


def veto_words(veto: Veto, *, names_who: bool = False) -> str:
    """弄虚作假（奈创办发〔2026〕3号，2026年11月3日登记）; old runs kept the reason alone."""
    if veto.recorded_on is None:
        return veto.reason
    who = _("由%s") % veto.recorded_by if names_who else ""
    words = {
        "reason": veto.reason,
        "document": veto.document,
        "day": cn_date(veto.recorded_on),
        "who": who,
    }
    return _("%(reason)s（%(document)s，%(day)s%(who)s登记）") % words


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

    @property
    def is_corrected(self) -> bool:
        return self.line.status is LineStatus.CORRECTED

    @property
    def share(self) -> Decimal | None:
        """The points in per cent of what is obtainable; None where there is nothing to obtain."""
        return share_of(self.line.points, self.line.obtainable)


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
    standing: Run.Standing
    shows_rank: bool

    @property
    def is_formal(self) -> bool:
        return self.standing != Run.Standing.TRIAL

    @property
    def title(self) -> str:
        return _("%(year)s年度“联创共建”考核表") % {"year": self.run.scheme.year}

    @property
    def unit(self) -> str:
        return self.result.unit.name

    @property
    def share(self) -> Decimal | None:
        """The base points in per cent of those that apply to this kind of unit."""
        return share_of(self.result.earned, self.result.obtainable)

    @property
    def share_sentence(self) -> str:
        """The same in words."""
        words = {"full": show(shown_obtainable(self.result)), "share": show(self.share or ZERO)}
        return _("适用本类单位的基础分 %(full)s 分，得分率 %(share)s%%") % words

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
    def veto_notes(self) -> list[str]:
        """Each veto with its reason, document and day, for the papers."""
        return [f"{veto.kind}：{veto_words(veto)}" for veto in self.result.vetoes]

    @property
    def leaves(self) -> list[SheetRow]:
        return [row for row in self.rows if row.line.is_leaf]


class SheetMaker:
    """Makes the sheets of one run; what all units have in common is worked out once.

    Makes one query for the indicators; `make` makes none for scores loaded by `with_lines`.
    """

    def __init__(self, run: Run, *, standing: Run.Standing, shows_rank: bool) -> None:
        self.run, self.standing, self.shows_rank = run, standing, shows_rank
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
    def veto_notes(self) -> list[str]:
        """Each veto with its reason, document and day, for the papers."""
        return [f"{veto.kind}：{veto_words(veto)}" for veto in self.result.vetoes]

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
            standing=self.standing,
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
        evidence = self._evidence(score, line, counts)
        return SheetRow(
            line=line,
            indicator=self.indicators[line.code],
            measure=measure,
            rule=self.rules.get(line.code, ""),
            value=show_value(line.outcome.value, measure) if line.outcome else "",
            sentence=told_sentence(
                self.spec,
                result,
                self.indicators[line.code],
                shows_rank=self.shows_rank,
                count=evidence,
            ),
            evidence=evidence,
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


def make_sheet(score: Score, *, standing: Run.Standing, shows_rank: bool) -> UnitSheet:
    """The sheet of one score loaded by `with_lines`; two queries, whatever its length."""
    maker = SheetMaker(score.run, standing=standing, shows_rank=shows_rank)
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
