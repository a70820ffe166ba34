"""Points, lines and areas (以点串线、以线连片、以片带面; the notice, 一). Pure functions."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """How far partnerships have joined the units of a county.

    points: units without any partner. lines: groups of exactly two that are linked to each other
    only. areas: groups of three and more, linked directly or through others. largest: how many
    units the greatest group has.
    """

    points: int
    lines: int
    areas: int
    largest: int


def joined_groups(units: Iterable[Hashable], links: Iterable[tuple[Hashable, Hashable]]) -> Shape:
    """The shape of the network of `units`; links to anything else (outside partners) are left out.

    Runs in time linear in units + links, whatever their order.
    """
    parent: dict[Hashable, Hashable] = {unit: unit for unit in units}
    for one, other in links:
        if one in parent and other in parent:
            parent[_root(parent, one)] = _root(parent, other)
    sizes = Counter(_root(parent, unit) for unit in parent).values()
    return Shape(
        points=sum(size == 1 for size in sizes),
        lines=sum(size == 2 for size in sizes),
        areas=sum(size > 2 for size in sizes),
        largest=max(sizes, default=0),
    )


def _root(parent: dict[Hashable, Hashable], unit: Hashable) -> Hashable:
    while parent[unit] != unit:
        # Halving the path keeps the trees flat.
        parent[unit] = parent[parent[unit]]
        unit = parent[unit]
    return unit


def percent(part: int, whole: int) -> int:
    """Whole per cent, rounded half up; 0 of nothing is 0."""
    return (part * 200 + whole) // (whole * 2) if whole else 0
