"""Scoring: from the values of the leaves to score sheets, totals, ranks and grades."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.rules import (
    GroupContext,
    GroupFigures,
    Outcome,
    Peer,
    Role,
    Value,
    ValueMissing,
    ValueRefused,
)
from assessment.rules.arithmetic import ZERO, exact, round_half_up
from assessment.rules.values import is_zero
from assessment.scoring.check import SchemeRefused, check_scheme
from assessment.scoring.grading import rank_and_grade
from assessment.scoring.results import Line, LineStatus, UnitResult
from assessment.scoring.sheet import KindPlan, Sheet, converted
from assessment.scoring.spec import IndicatorSpec, NaPolicy, SchemeSpec, UnitSpec, Veto, VetoKind

Values = Mapping[tuple[str, str], Value]
"""Values by (unit key, leaf code); a key that is absent and None both mean: no value."""

Outcomes = dict[tuple[str, str], Outcome]


@dataclass(frozen=True, slots=True)
class ValueFault:
    """A value, unit or veto that scoring cannot work with, with the sentence that says so.

    ``unit`` and ``code`` say where (``code`` is empty where the unit itself is at fault);
    ``is_missing`` tells a value that is not there from one that cannot be counted.
    """

    unit: str
    code: str
    message: str
    is_missing: bool = False


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
) -> list[UnitResult]:
    """The results of all units, in the order in which the units are given.

    ``values`` are those of the leaves, by (unit key, leaf code); ``previous`` are last year's.
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
    vetoes = list(vetoes)
    with exact():
        outcomes, refused = _evaluate(sheet, units, values, previous or {})
        refused = [*_check_units(sheet, units, vetoes), *refused]
        if refused:
            raise ValuesRefused(refused)
        vetoes_of = _by_unit(vetoes)
        results = [
            _unit_result(sheet, unit, outcomes, values, vetoes_of[unit.key]) for unit in units
        ]
    return rank_and_grade(spec, results)


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


class _Contexts:
    """The context of each leaf for each unit; figures of a group are worked out once."""

    def __init__(
        self, sheet: Sheet, units: Sequence[UnitSpec], values: Values, previous: Values
    ) -> None:
        self.sheet, self.units, self.values, self.previous = sheet, units, values, previous
        self._figures: dict[str, dict[str, GroupFigures | None]] = {}

    def figures(self, code: str) -> dict[str, GroupFigures | None]:
        """The figures of one leaf by group."""
        if code not in self._figures:
            rule = self.sheet.rules[code]
            members: defaultdict[str, list[Decimal]] = defaultdict(list)
            for unit in self.units:
                if code in self.sheet.for_kind(unit.kind).applies:
                    value = rule.group_value(self.values.get((unit.key, code)))
                    if value is not None:
                        members[unit.group].append(value)
            self._figures[code] = {
                group: GroupFigures.of(numbers) for group, numbers in members.items()
            }
        return self._figures[code]

    def of(self, leaf: IndicatorSpec, unit: UnitSpec, plain: GroupContext) -> GroupContext:
        """The context of one leaf for one unit; ``plain`` is what all units have in common."""
        rule = self.sheet.rules[leaf.code]
        if not (rule.uses_group or rule.uses_previous or rule.peer_codes()):
            return plain
        return GroupContext(
            points=plain.points,
            decimals=plain.decimals,
            role=plain.role,
            figures=self.figures(leaf.code).get(unit.group) if rule.uses_group else None,
            previous=self.previous.get((unit.key, leaf.code)) if rule.uses_previous else None,
            peers={code: self._peer(code, unit) for code in rule.peer_codes()},
        )

    def _peer(self, code: str, unit: UnitSpec) -> Peer:
        figures = self.figures(code).get(unit.group)
        value = None
        if code in self.sheet.for_kind(unit.kind).applies:
            value = self.sheet.rules[code].group_value(self.values.get((unit.key, code)))
        return Peer(value, figures.mean if figures else None)


def _evaluate(
    sheet: Sheet, units: Sequence[UnitSpec], values: Values, previous: Values
) -> tuple[Outcomes, list[ValueFault]]:
    """The outcome of every applicable leaf of every unit, and every value that has none."""
    contexts = _Contexts(sheet, units, values, previous)
    outcomes: Outcomes = {}
    refused: list[ValueFault] = []
    leaves = [
        (leaf, GroupContext(leaf.points, sheet.spec.decimals, sheet.tree.role[leaf.code]))
        for leaf in sheet.leaves()
    ]
    for unit in units:
        applies = sheet.for_kind(unit.kind).applies
        for leaf, plain in leaves:
            if leaf.code not in applies:
                continue
            at = (unit.key, leaf.code)
            try:
                outcomes[at] = sheet.rules[leaf.code].evaluate(
                    values.get(at), contexts.of(leaf, unit, plain)
                )
            except ValueRefused as refusal:
                refused.append(_value_fault(unit, leaf, refusal))
    return outcomes, refused


def _value_fault(unit: UnitSpec, leaf: IndicatorSpec, refusal: ValueRefused) -> ValueFault:
    words = {"unit": unit.name, "code": leaf.code, "name": leaf.name, "problem": refusal}
    message = _("“%(unit)s”的“%(code)s %(name)s”：%(problem)s") % words
    return ValueFault(unit.key, leaf.code, message, isinstance(refusal, ValueMissing))


def _unit_result(
    sheet: Sheet,
    unit: UnitSpec,
    outcomes: Outcomes,
    values: Values,
    vetoes: tuple[Veto, ...],
) -> UnitResult:
    plan = sheet.for_kind(unit.kind)
    lines: dict[str, Line] = {}
    for indicator in reversed(sheet.order):
        if indicator.code in sheet.rules:
            lines[indicator.code] = _leaf_line(sheet, plan, indicator, unit, outcomes, values)
        else:
            lines[indicator.code] = _branch_line(sheet, plan, indicator, lines)
    sums = {role: _sum_of(lines, sheet.tops[role]) for role in Role}
    base = _base(sheet.spec, sums[Role.BASE], plan.total)
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
    return sum((lines[code].points or ZERO for code in codes), ZERO)


def _base(spec: SchemeSpec, earned: Decimal, obtainable: Decimal) -> Decimal:
    """What the scheme's policy makes of the earned points where not all indicators apply."""
    if obtainable == spec.total or spec.na_policy is NaPolicy.ZERO:
        return earned
    if spec.na_policy is NaPolicy.FULL:
        return round_half_up(earned + spec.total - obtainable, spec.decimals)
    return round_half_up(earned * spec.total / obtainable, spec.decimals)


def _leaf_line(
    sheet: Sheet,
    plan: KindPlan,
    leaf: IndicatorSpec,
    unit: UnitSpec,
    outcomes: Outcomes,
    values: Values,
) -> Line:
    outcome = outcomes.get((unit.key, leaf.code))
    if outcome is None:
        return _line(sheet, plan, leaf, LineStatus.NOT_APPLICABLE, points=None)
    excluder = leaf.excluded_by
    if excluder in plan.applies and not is_zero(values.get((unit.key, excluder))):
        return _line(sheet, plan, leaf, LineStatus.EXCLUDED, points=ZERO, outcome=outcome)
    return _line(sheet, plan, leaf, LineStatus.SCORED, points=outcome.points, outcome=outcome)


def _branch_line(
    sheet: Sheet, plan: KindPlan, branch: IndicatorSpec, lines: Mapping[str, Line]
) -> Line:
    parts = sheet.parts[branch.code]
    if not any(part in plan.applies for part in parts):
        return _line(sheet, plan, branch, LineStatus.NOT_APPLICABLE, points=None)
    raw = _sum_of(lines, parts)
    points = min(raw, branch.points)
    if branch.weight is not None:
        points = min(round_half_up(converted(points, branch), sheet.spec.decimals), branch.weight)
    return _line(sheet, plan, branch, LineStatus.SCORED, points=points, raw=raw)


def _line(
    sheet: Sheet,
    plan: KindPlan,
    indicator: IndicatorSpec,
    status: LineStatus,
    *,
    points: Decimal | None,
    raw: Decimal | None = None,
    outcome: Outcome | None = None,
) -> Line:
    return Line(
        code=indicator.code,
        parent=indicator.parent,
        name=indicator.name,
        depth=sheet.tree.depth[indicator.code],
        role=sheet.tree.role[indicator.code],
        is_leaf=indicator.code in sheet.rules,
        full=indicator.points,
        obtainable=plan.obtainable[indicator.code],
        status=status,
        points=points,
        raw=raw,
        weight=indicator.weight,
        outcome=outcome,
    )
