"""What stands below a branch, against what it must come to.

The checks of a scheme and the table in which it is edited ask the same function.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assessment.rules import Role
from assessment.rules.arithmetic import ZERO, exact
from assessment.scoring.spec import IndicatorSpec, SchemeSpec
from assessment.scoring.tree import Tree


@dataclass(frozen=True, slots=True)
class Sum:
    """The parts of a branch together.

    ``points`` is what they must come to, or under ``is_cap`` (加分, 扣分) what more of them does
    not count. ``gaps`` are pairs of a kind of unit and what its parts come to where that is wrong,
    the kind empty for all units. ``is_by_kind`` says that they add up for each kind named, not
    all together.
    """

    points: Decimal
    found: Decimal
    gaps: tuple[tuple[str, Decimal], ...] = ()
    is_by_kind: bool = False
    is_cap: bool = False


def sum_of(parts: Iterable[IndicatorSpec], points: Decimal) -> Sum:
    """Whether base parts add up: all of them, or those of each kind that they name."""
    parts = list(parts)
    found = _together(parts)
    kinds = sorted(set().union(*(part.applies_to for part in parts)))
    by_kind = {
        kind: _together(part for part in parts if not part.applies_to or kind in part.applies_to)
        for kind in kinds
    }
    if found == points:
        return Sum(points, found)
    wrong = tuple((kind, own) for kind, own in by_kind.items() if own != points)
    if by_kind and not wrong:
        return Sum(points, found, is_by_kind=True)
    return Sum(points, found, wrong or (("", found),))


def _together(parts: Iterable[IndicatorSpec]) -> Decimal:
    return sum((part.counts_as for part in parts), ZERO)


def branch_sums(spec: SchemeSpec) -> dict[str, Sum]:
    """The sum below every indicator that has something below it, by its code."""
    tree = Tree.of(spec.indicators)
    sums = {}
    with exact():
        for indicator in tree.order:
            if tree.is_leaf(indicator):
                continue
            parts = tree.parts(indicator)
            if tree.role[indicator.code] is Role.BASE:
                sums[indicator.code] = sum_of(parts, indicator.points)
            else:
                sums[indicator.code] = Sum(indicator.points, _together(parts), is_cap=True)
    return sums


def total_sum(spec: SchemeSpec) -> Sum:
    """The base branches against the scheme's total."""
    with exact():
        return sum_of(Tree.of(spec.indicators).tops(Role.BASE), spec.total)


def role_total(spec: SchemeSpec, role: Role) -> Decimal:
    """What all of 加分, or all of 扣分, comes to at most."""
    with exact():
        return _together(Tree.of(spec.indicators).tops(role))
