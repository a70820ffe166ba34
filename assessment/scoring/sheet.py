"""A sound scheme made ready for scoring many units."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessment.rules import Role, Rule
from assessment.rules.arithmetic import ZERO
from assessment.scoring.spec import IndicatorSpec, SchemeSpec
from assessment.scoring.tree import Tree


@dataclass(frozen=True, slots=True)
class KindPlan:
    """What applies to units of one kind.

    ``applies`` holds the codes of the leaves that apply and of the branches above them;
    ``obtainable`` the points of every indicator that apply, after conversion; ``total`` those of
    the base indicators together.
    """

    applies: frozenset[str]
    obtainable: dict[str, Decimal]
    total: Decimal


class Sheet:
    """The tree of a scheme with what is the same for all units, or for all units of a kind."""

    def __init__(self, spec: SchemeSpec) -> None:
        self.spec = spec
        self.tree = Tree.of(spec.indicators)
        self.order = self.tree.order
        self.rules: dict[str, Rule[Any]] = {
            leaf.code: leaf.rule for leaf in self.tree.leaves() if leaf.rule is not None
        }
        self.parts = {
            indicator.code: [part.code for part in self.tree.parts(indicator)]
            for indicator in self.order
        }
        self.tops = {role: [top.code for top in self.tree.tops(role)] for role in Role}
        self._plans: dict[str, KindPlan] = {}

    def leaves(self) -> list[IndicatorSpec]:
        """The leaves in the order of the table."""
        return [indicator for indicator in self.order if indicator.code in self.rules]

    def for_kind(self, kind: str) -> KindPlan:
        """What applies to units of this kind; called in an exact context."""
        if kind not in self._plans:
            applies = self._applies(kind)
            obtainable = self._obtainable(applies)
            total = sum((obtainable[code] for code in self.tops[Role.BASE]), ZERO)
            self._plans[kind] = KindPlan(applies, obtainable, total)
        return self._plans[kind]

    def _applies(self, kind: str) -> frozenset[str]:
        fits = {"": True}
        for indicator in self.order:
            own = not indicator.applies_to or kind in indicator.applies_to
            fits[indicator.code] = own and fits[indicator.parent]
        applies: set[str] = set()
        for indicator in reversed(self.order):
            is_used = indicator.code in self.rules and fits[indicator.code]
            if is_used or indicator.code in applies:
                applies |= {indicator.code, indicator.parent}
        return frozenset(applies)

    def _obtainable(self, applies: frozenset[str]) -> dict[str, Decimal]:
        obtainable: dict[str, Decimal] = {}
        for indicator in reversed(self.order):
            if indicator.code in self.rules:
                points = indicator.points if indicator.code in applies else ZERO
            else:
                parts = sum((obtainable[code] for code in self.parts[indicator.code]), ZERO)
                points = converted(min(parts, indicator.points), indicator)
            obtainable[indicator.code] = points
        return obtainable


def converted(points: Decimal, branch: IndicatorSpec) -> Decimal:
    """Points of a branch as they count in its parent (折算): points / its points · weight."""
    if branch.weight is None:
        return points
    return points * branch.weight / branch.points
