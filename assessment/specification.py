"""From rows to the plain data that scoring works with, and back again.

The only place that knows both the tables of a scheme and `assessment.scoring`.
"""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils import timezone

from assessment.metrics import METRICS
from assessment.models import GroupMember, Indicator, Scheme, Score, ScoreLine
from assessment.models import Veto as VetoRow
from assessment.rules import RULES, Outcome, Role, Rule, make_rule
from assessment.scoring import (
    GradeBand,
    GradeReason,
    IndicatorSpec,
    Line,
    LineStatus,
    NaPolicy,
    SchemeSpec,
    UnitResult,
    UnitSpec,
    Veto,
    VetoKind,
)
from organisations.models import names_day
from organisations.models.kinds import Kind

NA_POLICIES = {
    Scheme.NotApplicable.RESCALE: NaPolicy.RESCALE,
    Scheme.NotApplicable.FULL: NaPolicy.FULL,
    Scheme.NotApplicable.ZERO: NaPolicy.ZERO,
}
KINDS = frozenset(Kind.values)
VETO_KINDS = {
    VetoRow.Kind.TOTAL: VetoKind.TOTAL,
    VetoRow.Kind.TOP_GRADE: VetoKind.TOP_GRADE,
}


def rule_of(indicator: Indicator) -> Rule[Any] | None:
    """The leaf's rule, None for a branch. Raises RuleRefused when its parameters are at fault."""
    if not indicator.is_leaf:
        return None
    return _made_rule(indicator.rule_kind, json.dumps(indicator.params))


@lru_cache(maxsize=1000)
def _made_rule(kind: str, params: str) -> Rule[Any]:
    """Rules never change: the same words make the same rule, asked for by many lines of a page."""
    return make_rule(kind, json.loads(params))


def measure_of(indicator: Indicator) -> str:
    """The measure word of the leaf's value: 次, 家, 个; 分 for a mark."""
    if indicator.source == Indicator.Source.METRIC and indicator.metric in METRICS:
        return str(METRICS[indicator.metric].unit)
    return "分" if indicator.rule_kind in ("manual", "imported") else ""


def scheme_spec(scheme: Scheme, indicators: Iterable[Indicator] | None = None) -> SchemeSpec:
    """The scheme as scoring takes it; one query unless the indicators are given.

    Raises RuleRefused for a leaf whose parameters are at fault.
    """
    rows = list(scheme.indicators.all() if indicators is None else indicators)
    codes = {row.pk: row.code for row in rows}
    return SchemeSpec(
        total=scheme.total,
        decimals=scheme.decimals,
        na_policy=NA_POLICIES[Scheme.NotApplicable(scheme.not_applicable)],
        grade_bands=tuple(GradeBand(name, Decimal(lower)) for name, lower in scheme.grade_bands),
        excellent_ratio=scheme.excellent_ratio,
        veto_frees_place=scheme.veto_frees_place,
        indicators=tuple(indicator_spec(row, codes) for row in rows),
    )


def rule_table(indicators: Iterable[Indicator]) -> dict[str, Any]:
    """What a run keeps of the rules that it used: kind, parameters and version of every leaf."""
    return {
        row.code: {
            "kind": row.rule_kind,
            "params": row.params,
            "version": RULES[row.rule_kind].version,
        }
        for row in indicators
        if row.is_leaf
    }


def indicator_spec(indicator: Indicator, codes: dict[int, str]) -> IndicatorSpec:
    return IndicatorSpec(
        code=indicator.code,
        name=indicator.name,
        points=indicator.points,
        parent=codes.get(indicator.parent_id, ""),
        role=Role(indicator.role),
        rule=rule_of(indicator),
        applies_to=frozenset(kind_label(kind) for kind in indicator.applies_to),
        weight=indicator.weight,
        excluded_by=codes.get(indicator.excluded_by_id, ""),
        measure=measure_of(indicator),
    )


def kind_label(kind: str) -> str:
    """What sentences call a kind of unit; a kind that is no more keeps its stored name."""
    return str(Kind(kind).label) if kind in KINDS else kind


def unit_spec(member: GroupMember) -> UnitSpec:
    """A unit's key in scoring is its organisation's number as text."""
    return UnitSpec(
        key=str(member.organisation_id),
        name=member.organisation.label_on(names_day(member.scheme.year)),
        group=member.group.name,
        kind=kind_label(member.kind),
    )


def veto_spec(veto: VetoRow) -> Veto:
    """With the record behind it; expects `recorded_by` to be loaded."""
    return Veto(
        str(veto.organisation_id),
        VETO_KINDS[VetoRow.Kind(veto.kind)],
        veto.reason,
        document=veto.document_number,
        recorded_on=timezone.localdate(veto.recorded_at),
        recorded_by=veto.recorded_by.name,
    )


def stored_result(score: Score) -> UnitResult:
    """The result as it was computed, read back from its rows.

    Expects `score.organisation` with its names, `score.run.scheme`, `score.group` and
    `score.lines` with their indicators to be loaded; makes no query then.
    """
    lines = tuple(stored_line(line) for line in score.lines.all())
    return UnitResult(
        unit=UnitSpec(
            key=str(score.organisation_id),
            name=score.unit_label,
            group=score.group.name,
            kind=kind_label(score.kind),
        ),
        lines=lines,
        earned=score.earned,
        obtainable=score.obtainable,
        base=score.base,
        bonus=score.bonus,
        deduction=score.deduction,
        subtotal=score.subtotal,
        total=score.total,
        vetoes=stored_vetoes(score),
        rank=score.rank,
        tied=score.tied,
        group_size=score.group_size,
        band=score.band,
        grade=score.grade,
        reason=GradeReason(score.grade_reason),
        excellent_places=score.excellent_places,
    )


def stored_line(line: ScoreLine) -> Line:
    """The line as it was computed; expects its indicator to be loaded."""
    indicator = line.indicator
    return Line(
        code=indicator.code,
        parent=line.parent_code,
        name=indicator.name,
        depth=line.depth,
        role=Role(indicator.role),
        is_leaf=indicator.is_leaf,
        full=indicator.points,
        obtainable=line.obtainable,
        status=LineStatus(line.status),
        points=line.points,
        raw=line.raw,
        weight=indicator.weight,
        outcome=Outcome.from_json(line.outcome) if line.outcome else None,
        note=line.note,
    )


def stored_vetoes(score: Score) -> tuple[Veto, ...]:
    """The vetoes that counted in a result; without their record where the run kept none."""
    key = str(score.organisation_id)
    return tuple(_stored_veto(key, *row) for row in score.vetoes)


def _stored_veto(
    key: str, kind: str, reason: str, document: str = "", day: str = "", by: str = ""
) -> Veto:
    recorded_on = date.fromisoformat(day) if day else None
    found = VETO_KINDS[VetoRow.Kind(kind)]
    return Veto(key, found, reason, document, recorded_on, by)


def score_row(result: UnitResult, member: GroupMember, run_id: int) -> Score:
    """An unsaved row for one unit's result."""
    return Score(
        run_id=run_id,
        organisation_id=member.organisation_id,
        group_id=member.group_id,
        kind=member.kind,
        earned=result.earned,
        obtainable=result.obtainable,
        base=result.base,
        bonus=result.bonus,
        deduction=result.deduction,
        subtotal=result.subtotal,
        total=result.total,
        rank=result.rank,
        tied=result.tied,
        group_size=result.group_size,
        band=result.band,
        grade=result.grade,
        grade_reason=result.reason.value,
        excellent_places=result.excellent_places,
        vetoes=[_veto_row(veto) for veto in result.vetoes],
    )


def _veto_row(veto: Veto) -> list[str]:
    kind = next(row.value for row, kind in VETO_KINDS.items() if kind is veto.kind)
    day = veto.recorded_on.isoformat() if veto.recorded_on else ""
    return [kind, veto.reason, veto.document, day, veto.recorded_by]


def line_rows(result: UnitResult, score: Score, numbers: dict[str, int]) -> list[ScoreLine]:
    """Unsaved rows for the lines of one unit; `numbers` maps codes to indicators."""
    return [
        ScoreLine(
            score=score,
            indicator_id=numbers[line.code],
            parent_code=line.parent,
            depth=line.depth,
            status=line.status.value,
            points=line.points,
            obtainable=line.obtainable,
            raw=line.raw,
            outcome=line.outcome.as_json() if line.outcome else {},
            note=line.note,
        )
        for line in result.lines
    ]
