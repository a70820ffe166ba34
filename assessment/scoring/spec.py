"""What is scored: the scheme, its indicators, the units and the vetoes, as plain data.

Follows the practice of published scoring tables (see the glossary for the terms). Points are
``Decimal``; codes and keys are texts; nothing here knows the database.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from assessment.rules import Role, Rule


class NaPolicy(StrEnum):
    """What a leaf that does not apply to a unit's kind does to its total (不适用)."""

    RESCALE = "重新折算"
    FULL = "计满分"
    ZERO = "计零分"


class TieRule(StrEnum):
    """How equal totals are ranked (并列): they share the better rank, the next ones are skipped."""

    SAME_RANK = "同名次"


class VetoKind(StrEnum):
    """一票否决 makes the total 0 and the grade the bottom one; 一票否优 bars the top grade."""

    TOTAL = "一票否决"
    TOP_GRADE = "一票否优"


@dataclass(frozen=True, slots=True)
class GradeBand:
    """A grade (等次) and the total from which on it is given."""

    name: str
    lower: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSpec:
    """One indicator (指标) of the tree: a leaf with a rule, or a branch with children.

    ``points`` are the leaf's points or the branch's cap. ``role`` is inherited from the parent
    where None (base at the top). ``applies_to`` are kinds of unit, empty for all; a leaf applies
    where it and all branches above it do. ``weight`` (折算) is what a branch counts as in its
    parent. ``excluded_by`` (互斥) names the leaf that makes this one void. ``measure`` is the
    measure word of the value (次, 个, %).
    """

    code: str
    name: str
    points: Decimal
    parent: str = ""
    role: Role | None = None
    rule: Rule[Any] | None = None
    applies_to: frozenset[str] = frozenset()
    weight: Decimal | None = None
    excluded_by: str = ""
    measure: str = ""

    @property
    def counts_as(self) -> Decimal:
        """The points that the indicator counts as in its parent's sum."""
        return self.points if self.weight is None else self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeSpec:
    """A scheme (考核方案). ``indicators`` stand in the order of the table.

    ``grade_bands`` run from the best grade to the worst, with falling lower bounds on the total;
    the last one takes all that is below. ``excellent_ratio`` limits the best grade to that part of
    each group, rounded down. ``veto_frees_place`` says whether a unit that is barred from the top
    grade leaves its place to the next.
    """

    total: Decimal
    indicators: tuple[IndicatorSpec, ...]
    decimals: int = 2
    na_policy: NaPolicy = NaPolicy.RESCALE
    grade_bands: tuple[GradeBand, ...] = ()
    excellent_ratio: Decimal | None = None
    ties: TieRule = TieRule.SAME_RANK
    veto_frees_place: bool = True


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A unit that is scored: its key, name, assessment group (考核分组) and kind (类型)."""

    key: str
    name: str
    group: str
    kind: str


@dataclass(frozen=True, slots=True)
class Veto:
    """A veto (否决) on one unit, with its reason (事由).

    The record behind it — document, day, who recorded it — is told and decides nothing: two vetoes
    that differ in it alone are equal, and the proof of a run does not hold it.
    """

    unit: str
    kind: VetoKind
    reason: str = ""
    document: str = field(default="", compare=False)
    recorded_on: date | None = field(default=None, compare=False)
    recorded_by: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Correction:
    """A leaf's points set by decision (更正) for one unit, with the basis that is told."""

    unit: str
    code: str
    points: Decimal
    basis: str
