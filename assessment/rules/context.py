"""What a rule is told beside the value, and what it answers."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Self, cast

from assessment.rules.arithmetic import ZERO, exact, plain
from assessment.rules.values import JsonValue, Value, value_from_json, value_to_json


class Role(StrEnum):
    """What a branch does to the total; the words of the column 角色 of the workbook."""

    BASE = "base"
    BONUS = "bonus"
    DEDUCTION = "deduction"


class Direction(StrEnum):
    """Which values are the better ones (方向)."""

    HIGHER = "越高越好"
    LOWER = "越低越好"


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The values of one leaf over the members of an assessment group that have a value.

    ``ordered`` is ascending. A group without any value has no figures at all.
    """

    ordered: tuple[Decimal, ...]
    mean: Decimal

    @classmethod
    def of(cls, values: Iterable[Decimal]) -> Self | None:
        """The figures of the values, whatever their order; None when there are none."""
        ordered = tuple(sorted(values))
        if not ordered:
            return None
        with exact():
            return cls(ordered, sum(ordered, ZERO) / len(ordered))

    def best(self, direction: Direction) -> Decimal:
        """The best value: the highest, or the lowest where 越低越好."""
        return self.ordered[-1] if direction is Direction.HIGHER else self.ordered[0]

    def rank(self, value: Decimal, direction: Direction) -> tuple[int, int]:
        """The rank of a value (1 is best; ties share the better rank) and how many share it."""
        below = bisect_left(self.ordered, value)
        above = len(self.ordered) - bisect_right(self.ordered, value)
        better = above if direction is Direction.HIGHER else below
        return better + 1, len(self.ordered) - below - above


@dataclass(frozen=True, slots=True)
class Peer:
    """Another leaf of the same unit, with the mean of the unit's group, for 豁免."""

    value: Decimal | None
    mean: Decimal | None


@dataclass(frozen=True, slots=True)
class GroupContext:
    """What is known beside the value of a leaf.

    ``points`` are the leaf's points (分值), ``decimals`` the scheme's decimal places, ``role`` the
    role of the branch that it stands under. ``figures`` are those of the unit's group, ``previous``
    is last year's value, ``peers`` are the leaves that the rule names, by code.
    """

    points: Decimal
    decimals: int = 2
    role: Role = Role.BASE
    figures: GroupFigures | None = None
    previous: Value = None
    peers: Mapping[str, Peer] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """The points of a leaf with all that is needed to explain them later.

    Shared by units, and never changed; not frozen, which would make it slow to make.

    ``points`` are final; ``raw`` is what the formula gave before rounding and clamping to
    [``floor``, ``cap``]; ``full`` are the leaf's points (分值); ``value`` is what was counted,
    0 where the value was missing and 缺失=计零; ``facts`` are the figures of the group and of
    last year that the rule used (mean, best, rank …).
    """

    points: Decimal
    raw: Decimal
    value: Value
    cap: Decimal
    floor: Decimal
    full: Decimal
    decimals: int
    role: Role
    was_missing: bool
    facts: Mapping[str, Decimal]

    def as_json(self) -> dict[str, object]:
        """A JSON object for storage; equal outcomes give equal objects."""
        return {
            "points": plain(self.points),
            "raw": plain(self.raw),
            "value": value_to_json(self.value),
            "cap": plain(self.cap),
            "floor": plain(self.floor),
            "full": plain(self.full),
            "decimals": self.decimals,
            "role": self.role.value,
            "was_missing": self.was_missing,
            "facts": {name: plain(self.facts[name]) for name in sorted(self.facts)},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Self:
        """The outcome that ``as_json`` wrote."""
        numbers = {
            name: Decimal(str(stored[name])) for name in ("points", "raw", "cap", "floor", "full")
        }
        facts = cast(Mapping[str, str], stored["facts"])
        return cls(
            **numbers,
            value=value_from_json(cast(JsonValue, stored["value"])),
            decimals=int(str(stored["decimals"])),
            role=Role(str(stored["role"])),
            was_missing=bool(stored["was_missing"]),
            facts={name: Decimal(number) for name, number in facts.items()},
        )


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a change of the value would bring.

    ``change`` is the change of the value (negative: less of it); ``gain`` is what the total gains
    (negative: loses); ``text`` says both in a sentence, of which ``condition`` is the first half.
    """

    change: Decimal
    gain: Decimal
    text: str
    condition: str
