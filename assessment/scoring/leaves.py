"""The outcomes of the leaves for the units, each worked out once and with all that it looks at."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.rules import (
    PREVIOUS,
    GroupContext,
    GroupFigures,
    Peer,
    Value,
    ValueMissing,
    ValueRefused,
)
from assessment.rules.arithmetic import exact
from assessment.rules.values import is_zero
from assessment.scoring.results import Line
from assessment.scoring.sheet import KindPlan, Sheet
from assessment.scoring.spec import IndicatorSpec, SchemeSpec, UnitSpec

Values = Mapping[tuple[str, str], Value]
"""Values by (unit key, leaf code); a key that is absent and None both mean: no value."""


@dataclass(frozen=True, slots=True)
class ValueFault:
    """A value, unit or veto that scoring cannot work with, with the sentence that says so.

    ``unit`` and ``code`` say where (``code`` is empty where the unit itself is at fault);
    ``is_missing`` tells a value that is not there from one that cannot be counted; ``about`` is
    上年 where it is last year's.
    """

    unit: str
    code: str
    message: str
    is_missing: bool = False
    about: str = ""


class Leaves:
    """All leaves by code, with the values that they look at, and the values that were refused."""

    def __init__(
        self, sheet: Sheet, units: Sequence[UnitSpec], values: Values, previous: Values
    ) -> None:
        self.sheet, self.units, self.values, self.previous = sheet, units, values, previous
        self.refused: list[ValueFault] = []
        self.plans = {kind: sheet.for_kind(kind) for kind in {unit.kind for unit in units}}
        self.of = {leaf.code: Leaf(leaf, self) for leaf in sheet.leaves}

    def lines(self, codes: Collection[str] | None = None) -> Iterator[tuple[Line, ...]]:
        """For each unit in turn the lines of its leaves, in the order of the table.

        With `codes` those of these leaves alone. What is refused is noted in ``refused`` and
        counts as nothing until then.
        """
        asked = [leaf for code, leaf in self.of.items() if codes is None or code in codes]
        return zip(*[leaf.lines() for leaf in asked], strict=True)


def missing_values(
    spec: SchemeSpec,
    units: Sequence[UnitSpec],
    values: Values,
    previous: Values,
    codes: Collection[str],
) -> list[ValueFault]:
    """Those of the leaves `codes` that have no value for one of the units, as scoring finds it.

    Only the values of these leaves, and of those that they look at, need to be there.
    """
    with exact():
        leaves = Leaves(Sheet(spec), units, values, previous)
        for _lines in leaves.lines(codes):
            pass
    return [fault for fault in leaves.refused if fault.is_missing]


class Leaf:
    """One leaf for many units: equal values in equal circumstances are worked out once.

    A year's counts are small numbers, the same for hundreds of units. Lines never change, so units
    share them: the time then grows with the units alone, and not with what the garbage collector
    has to look through for each of them.
    """

    def __init__(self, leaf: IndicatorSpec, around: Leaves) -> None:
        self.leaf, self.around = leaf, around
        self.code, self.rule = leaf.code, around.sheet.rules[leaf.code]
        role = around.sheet.tree.role[leaf.code]
        self.plain = GroupContext(leaf.points, around.sheet.spec.decimals, role)
        self.peers = self.rule.peer_codes()
        self.is_plain = not (self.rule.uses_group or self.rule.uses_previous or self.peers)
        # Whether the value alone decides on the line.
        self.is_by_value = self.is_plain and not leaf.excluded_by
        self._figures: dict[str, GroupFigures | None] | None = None

    def lines(self) -> Iterator[Line]:
        """The line of each unit in turn; called in an exact context."""
        known: dict[Hashable, Line] = {}
        code, value_of, is_by_value = self.code, self.around.values.get, self.is_by_value
        void = {kind: self._void(plan) for kind, plan in self.around.plans.items()}
        for unit in self.around.units:
            line = void[unit.kind]
            if line is None:
                value = value_of((unit.key, code))
                is_told = is_by_value and type(value) is Decimal
                key = value if is_told else self._circumstances(unit, value)
                line = known.get(key)
                if line is None:
                    line = self._line(unit, value)
                    if line.outcome is not None:
                        known[key] = line
            yield line

    def _void(self, plan: KindPlan) -> Line | None:
        """The line of units to which the leaf does not apply; None where it does."""
        return None if self.code in plan.applies else plan.void_line(self.code)

    def _circumstances(self, unit: UnitSpec, value: Value) -> Hashable:
        """What units with the same line have in common."""
        if self.is_by_value:
            return _key(value)
        return (
            _key(value),
            _key(self._last_year(unit)),
            unit.group if self.rule.uses_group else "",
            self._is_excluded(unit),
            *[self.around.of[code].as_peer(unit) for code in self.peers],
        )

    def _line(self, unit: UnitSpec, value: Value) -> Line:
        plan = self.around.plans[unit.kind]
        try:
            outcome = self.rule.outcome(value, self.context(unit))
        except ValueRefused as refusal:
            self.around.refused.append(_value_fault(unit, self.leaf, refusal))
            return plan.void_line(self.code)
        return plan.leaf_line(self.code, outcome, is_excluded=self._is_excluded(unit))

    def _is_excluded(self, unit: UnitSpec) -> bool:
        return is_excluded(self.around.plans[unit.kind], self.leaf, unit, self.around.values)

    def context(self, unit: UnitSpec) -> GroupContext:
        """What the rule is told beside the value; called in an exact context."""
        if self.is_plain:
            return self.plain
        return GroupContext(
            points=self.plain.points,
            decimals=self.plain.decimals,
            role=self.plain.role,
            figures=self.figures().get(unit.group) if self.rule.uses_group else None,
            previous=self._last_year(unit),
            peers={code: self.around.of[code].as_peer(unit) for code in self.peers},
        )

    def _last_year(self, unit: UnitSpec) -> Value:
        if not self.rule.uses_previous:
            return None
        return self.around.previous.get((unit.key, self.code))

    def figures(self) -> Mapping[str, GroupFigures | None]:
        """The figures of each group, worked out once."""
        if self._figures is None:
            members: defaultdict[str, list[Decimal]] = defaultdict(list)
            for unit in self.around.units:
                value = self._group_value(unit)
                if value is not None:
                    members[unit.group].append(value)
            self._figures = {group: GroupFigures.of(numbers) for group, numbers in members.items()}
        return self._figures

    def _group_value(self, unit: UnitSpec) -> Decimal | None:
        if self.code not in self.around.plans[unit.kind].applies:
            return None
        return self.rule.group_value(self.around.values.get((unit.key, self.code)))

    def as_peer(self, unit: UnitSpec) -> Peer:
        """What another leaf of the same unit sees of this one (豁免)."""
        figures = self.figures().get(unit.group)
        return Peer(self._group_value(unit), figures.mean if figures else None)


def is_excluded(plan: KindPlan, leaf: IndicatorSpec, unit: UnitSpec, values: Values) -> bool:
    """Whether the leaf is void (互斥): the leaf that it names applies and its value is not 0."""
    excluder = leaf.excluded_by
    return excluder in plan.applies and not is_zero(values.get((unit.key, excluder)))


def _key(value: object) -> Hashable:
    """What equal values have in common; values that no rule takes are like no other."""
    if value is None or isinstance(value, Decimal | tuple):
        return value
    if isinstance(value, Mapping):
        return tuple([(name, _key(part)) for name, part in value.items()])
    return object()


def _value_fault(unit: UnitSpec, leaf: IndicatorSpec, refusal: ValueRefused) -> ValueFault:
    words = {"unit": unit.name, "code": leaf.code, "name": leaf.name, "problem": refusal}
    message = _("“%(unit)s”的“%(code)s %(name)s”：%(problem)s") % words
    about = PREVIOUS if refusal.faults[0].key == PREVIOUS else ""
    return ValueFault(unit.key, leaf.code, message, isinstance(refusal, ValueMissing), about)
