"""The indicators by their places in the tree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from assessment.rules import Role
from assessment.scoring.spec import IndicatorSpec


@dataclass(frozen=True, slots=True)
class Tree:
    """The tree of a list of indicators, faulty lists included.

    ``order`` is the order of the table from the top down, each branch before its children.
    Indicators without a code, on a cycle or below an unknown parent are not in it; of several with
    the same code the first one counts. ``depth`` and ``role`` are known for all in ``order``.
    """

    by_code: Mapping[str, IndicatorSpec]
    children: Mapping[str, list[IndicatorSpec]]
    order: tuple[IndicatorSpec, ...]
    depth: Mapping[str, int]
    role: Mapping[str, Role]

    @classmethod
    def of(cls, indicators: Iterable[IndicatorSpec]) -> Self:
        """The tree; takes time in proportion to the number of indicators."""
        by_code: dict[str, IndicatorSpec] = {}
        for indicator in indicators:
            if indicator.code.strip():
                by_code.setdefault(indicator.code, indicator)
        children: dict[str, list[IndicatorSpec]] = {code: [] for code in by_code}
        for indicator in by_code.values():
            children.setdefault(indicator.parent, []).append(indicator)
        order, depth, role = [], {"": -1}, {"": Role.BASE}
        waiting = children.get("", [])[::-1]
        while waiting:
            indicator = waiting.pop()
            order.append(indicator)
            depth[indicator.code] = depth[indicator.parent] + 1
            role[indicator.code] = indicator.role or role[indicator.parent]
            waiting.extend(reversed(children[indicator.code]))
        return cls(by_code, children, tuple(order), depth, role)

    def is_leaf(self, indicator: IndicatorSpec) -> bool:
        """Whether the indicator has no children."""
        return not self.children[indicator.code]

    def leaves(self) -> tuple[IndicatorSpec, ...]:
        """The leaves in the order of the table."""
        return tuple(indicator for indicator in self.order if self.is_leaf(indicator))

    def tops(self, role: Role) -> list[IndicatorSpec]:
        """The indicators that count in the total under this role.

        They are those at the top of the tree, and those whose role is not their parent's.
        """
        return [
            indicator
            for indicator in self.order
            if self.role[indicator.code] is role
            and (not indicator.parent or self.role[indicator.parent] is not role)
        ]

    def parts(self, branch: IndicatorSpec) -> list[IndicatorSpec]:
        """The children that add up inside the branch: those of the same role."""
        role = self.role[branch.code]
        return [child for child in self.children[branch.code] if self.role[child.code] is role]
