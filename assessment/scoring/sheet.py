"""A sound scheme made ready for scoring many units."""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from assessment.rules import Outcome, Role, Rule
from assessment.rules.arithmetic import ZERO, round_half_up
from assessment.scoring.results import Line, LineStatus
from assessment.scoring.spec import IndicatorSpec, SchemeSpec
from assessment.scoring.tree import Tree


@dataclass(frozen=True, slots=True)
class KindPlan:
    """What applies to units of one kind.

    ``applies`` holds the codes of the leaves that apply and of the branches above them;
    ``obtainable`` the points of every indicator that apply, after conversion; ``total`` those of
    the base indicators together. ``parts`` are the parts of every indicator that apply.
    ``line_of`` makes the line of an indicator from its status, points, raw points, weight and
    outcome: the rest of it is the same for all units of a kind.
    """

    applies: frozenset[str]
    obtainable: dict[str, Decimal]
    total: Decimal
    parts: dict[str, list[str]]
    line_of: dict[str, partial[Line]]

    def void_line(self, code: str, weight: Decimal | None = None) -> Line:
        """The line of what does not apply."""
        return self.line_of[code](LineStatus.NOT_APPLICABLE, None, None, weight)

    def leaf_line(self, code: str, outcome: Outcome, *, is_excluded: bool) -> Line:
        """The line of a leaf that applies."""
        if is_excluded:
            return self.line_of[code](LineStatus.EXCLUDED, ZERO, None, None, outcome)
        return self.line_of[code](LineStatus.SCORED, outcome.points, None, None, outcome)


class Sheet:
    """The tree of a scheme with what is the same for all units, or for all units of a kind."""

    def __init__(self, spec: SchemeSpec) -> None:
        self.spec = spec
        self.tree = Tree.of(spec.indicators)
        self.order = self.tree.order
        self.rules: dict[str, Rule[Any]] = {
            leaf.code: leaf.rule for leaf in self.tree.leaves() if leaf.rule is not None
        }
        self.leaves = [one for one in self.order if one.code in self.rules]
        self.branches_upwards = [one for one in self.order[::-1] if one.code not in self.rules]
        self.parts = {
            indicator.code: [part.code for part in self.tree.parts(indicator)]
            for indicator in self.order
        }
        self.tops = {role: [top.code for top in self.tree.tops(role)] for role in Role}
        self._plans: dict[str, KindPlan] = {}

    def for_kind(self, kind: str) -> KindPlan:
        """What applies to units of this kind; called in an exact context."""
        if kind not in self._plans:
            applies = self._applies(kind)
            obtainable = self._obtainable(applies)
            total = sum((obtainable[code] for code in self.tops[Role.BASE]), ZERO)
            line_of = {one.code: self._line_of(one, obtainable) for one in self.order}
            parts = {
                code: [part for part in parts if part in applies]
                for code, parts in self.parts.items()
            }
            self._plans[kind] = KindPlan(applies, obtainable, total, parts, line_of)
        return self._plans[kind]

    def _line_of(self, one: IndicatorSpec, obtainable: dict[str, Decimal]) -> partial[Line]:
        return partial(
            Line,
            one.code,
            one.parent,
            one.name,
            self.tree.depth[one.code],
            self.tree.role[one.code],
            one.code in self.rules,
            one.points,
            obtainable[one.code],
        )

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


def branch_points(raw: Decimal, full: Decimal, weight: Decimal | None, decimals: int) -> Decimal:
    """What a branch contributes to its parent when its parts come to ``raw``.

    Under its cap, its points, and after its conversion (折算); called in an exact context.
    """
    points = min(raw, full)
    if weight is None:
        return points
    return min(round_half_up(points * weight / full, decimals), weight)


def converted(points: Decimal, branch: IndicatorSpec) -> Decimal:
    """Points of a branch as they count in its parent (折算): points / its points · weight."""
    if branch.weight is None:
        return points
    return points * branch.weight / branch.points
