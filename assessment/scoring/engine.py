"""Scoring: from the values of the leaves to score sheets, totals, ranks and grades."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.rules import Role
from assessment.rules.arithmetic import ZERO, exact, round_half_up
from assessment.scoring.check import SchemeRefused, check_scheme
from assessment.scoring.grading import rank_and_grade
from assessment.scoring.leaves import Leaves, ValueFault, Values
from assessment.scoring.results import Line, LineStatus, UnitResult
from assessment.scoring.sheet import KindPlan, Sheet, branch_points
from assessment.scoring.spec import (
    Correction,
    IndicatorSpec,
    NaPolicy,
    SchemeSpec,
    UnitSpec,
    Veto,
    VetoKind,
)

Corrections = Mapping[tuple[str, str], Correction]


class ValuesRefused(ValueError):
    """Values that a scheme cannot be scored with; ``faults`` names every one of them."""

    def __init__(self, faults: Sequence[ValueFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("；".join(fault.message for fault in self.faults))


def score_units(
    spec: SchemeSpec,
    units: Sequence[UnitSpec],
    values: Values,
    vetoes: Iterable[Veto] = (),
    *,
    previous: Values | None = None,
    corrections: Iterable[Correction] = (),
) -> list[UnitResult]:
    """The results of all units, in the order in which the units are given.

    ``values`` are those of the leaves, by (unit key, leaf code); ``previous`` are last year's.
    ``corrections`` set the points of single leaves, the last one of a leaf counts; one on a leaf
    that does not apply to the unit is without effect.
    Values of leaves that do not apply to a unit's kind are not looked at. Raises ``SchemeRefused``
    for an unsound scheme, and ``ValuesRefused`` with every missing or uncountable value of an
    applicable leaf (a missing one counts as 0 only where the leaf says 缺失=计零), every doubled
    unit, every veto on an unknown unit and every unit to which no base indicator applies.

    Total = Σ base + min(Σ bonus, cap) − min(Σ deduction, cap); a veto comes last. The same input
    gives the same result, whatever the order of units, values and vetoes; the time taken grows
    with units × leaves.
    """
    faults = check_scheme(spec)
    if faults:
        raise SchemeRefused(faults)
    sheet = Sheet(spec)
    return score_sheet(sheet, units, values, vetoes, previous=previous, corrections=corrections)


def score_sheet(
    sheet: Sheet,
    units: Sequence[UnitSpec],
    values: Values,
    vetoes: Iterable[Veto] = (),
    *,
    previous: Values | None = None,
    corrections: Iterable[Correction] = (),
    whole: Sheet | None = None,
) -> list[UnitResult]:
    """As ``score_units``, for a scheme that nobody checks any more.

    ``whole`` is the sheet of the same scheme before leaves were left out of it: what is left out is
    taken for as good as the rest, and the scheme's policy is for what did not apply before.
    """
    vetoes = list(vetoes)
    vetoes_of = _by_unit(vetoes)
    corrected = {(one.unit, one.code): one for one in corrections}
    with exact():
        leaves = Leaves(sheet, units, values, previous or {})
        results = [
            unit_result(sheet, unit, lines, vetoes_of[unit.key], corrected, whole)
            for unit, lines in zip(units, leaves.lines(), strict=True)
        ]
        refused = [*_check_units(sheet, units, vetoes), *leaves.refused]
    if refused:
        raise ValuesRefused(refused)
    return rank_and_grade(sheet.spec, results)


def _check_units(
    sheet: Sheet, units: Sequence[UnitSpec], vetoes: Iterable[Veto]
) -> Iterator[ValueFault]:
    for key, count in Counter(unit.key for unit in units).items():
        if count > 1:
            yield ValueFault(key, "", _("单位“%(unit)s”出现了多次") % {"unit": key})
    for unit in units:
        if not sheet.for_kind(unit.kind).total:
            words = {"unit": unit.name, "kind": unit.kind}
            message = _("没有一项基础指标适用于“%(unit)s”（类型“%(kind)s”）") % words
            yield ValueFault(unit.key, "", message)
    known = {unit.key for unit in units}
    for veto in vetoes:
        if veto.unit not in known:
            words = {"unit": veto.unit, "kind": veto.kind}
            message = _("%(kind)s的单位“%(unit)s”不在考核范围内") % words
            yield ValueFault(veto.unit, "", message)


def _by_unit(vetoes: Iterable[Veto]) -> defaultdict[str, tuple[Veto, ...]]:
    by_unit: defaultdict[str, tuple[Veto, ...]] = defaultdict(tuple)
    for veto in sorted(vetoes, key=lambda veto: (veto.unit, veto.kind, veto.reason)):
        by_unit[veto.unit] += (veto,)
    return by_unit


def unit_result(
    sheet: Sheet,
    unit: UnitSpec,
    leaf_lines: Iterable[Line],
    vetoes: tuple[Veto, ...],
    corrected: Corrections,
    whole: Sheet | None = None,
) -> UnitResult:
    """One unit's result from the lines of its leaves, without rank and grade.

    ``whole`` as in ``score_sheet``.
    """
    plan = sheet.for_kind(unit.kind)
    applicable = plan.total if whole is None else whole.for_kind(unit.kind).total
    lines = {line.code: line for line in leaf_lines}
    if corrected:
        for code, line in lines.items():
            lines[code] = _corrected(line, corrected.get((unit.key, code)))
    for branch in sheet.branches_upwards:
        lines[branch.code] = _branch_line(sheet, plan, branch, lines)
    sums = {role: _sum_of(lines, sheet.tops[role]) for role in Role}
    base = _base(sheet.spec, sums[Role.BASE], plan.total, applicable)
    subtotal = base + sums[Role.BONUS] - sums[Role.DEDUCTION]
    is_vetoed = any(veto.kind is VetoKind.TOTAL for veto in vetoes)
    return UnitResult(
        unit=unit,
        lines=tuple(lines[indicator.code] for indicator in sheet.order),
        earned=sums[Role.BASE],
        obtainable=plan.total,
        base=base,
        bonus=sums[Role.BONUS],
        deduction=sums[Role.DEDUCTION],
        subtotal=subtotal,
        total=ZERO if is_vetoed else subtotal,
        vetoes=vetoes,
    )


def _sum_of(lines: Mapping[str, Line], codes: Iterable[str]) -> Decimal:
    return sum([lines[code].points or ZERO for code in codes], ZERO)


def _base(spec: SchemeSpec, earned: Decimal, obtainable: Decimal, applicable: Decimal) -> Decimal:
    """What the scheme's policy makes of the earned points where not all indicators apply.

    Of the ``applicable`` points only the ``obtainable`` ones are counted; they stand for the others
    in proportion. Units to which nothing applies are refused in the end.
    """
    stands_for = spec.total if spec.na_policy is NaPolicy.RESCALE else applicable
    free = spec.total - applicable if spec.na_policy is NaPolicy.FULL else ZERO
    if not obtainable or (obtainable == stands_for and not free):
        return earned
    return round_half_up(earned * stands_for / obtainable + free, spec.decimals)


def _corrected(line: Line, correction: Correction | None) -> Line:
    if correction is None or line.points is None:
        return line
    return replace(
        line, status=LineStatus.CORRECTED, points=correction.points, note=correction.basis
    )


def _branch_line(
    sheet: Sheet, plan: KindPlan, branch: IndicatorSpec, lines: Mapping[str, Line]
) -> Line:
    parts = plan.parts[branch.code]
    if not parts:
        return plan.void_line(branch.code, branch.weight)
    raw = _sum_of(lines, parts)
    points = branch_points(raw, branch.points, branch.weight, sheet.spec.decimals)
    return plan.line_of[branch.code](LineStatus.SCORED, points, raw, branch.weight)
