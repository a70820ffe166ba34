"""What scoring yields: score sheets line by line, totals, ranks, grades, and their digest."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assessment.rules import Outcome, Role
from assessment.rules.arithmetic import plain
from assessment.scoring.spec import UnitSpec, Veto


class LineStatus(StrEnum):
    """Why a line has the points that it has."""

    SCORED = "计分"
    NOT_APPLICABLE = "不适用"
    EXCLUDED = "互斥不计"


class GradeReason(StrEnum):
    """Why a unit has its grade."""

    NONE = "未设等次"
    BAND = "按分数线"
    PLACES_TAKEN = "优秀名额已满"
    TIE_AT_EDGE = "并列超出优秀名额"
    TOP_GRADE_BARRED = "一票否优"
    VETOED = "一票否决"


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator on the score sheet of one unit.

    ``full`` are the indicator's points, ``obtainable`` those that apply to the unit's kind.
    ``points`` is what the line contributes to its parent: a leaf's points, or a branch's sum
    after its cap and conversion; None where the line does not apply. ``raw`` is a branch's sum
    before cap and conversion, ``weight`` its 折算. ``outcome`` belongs to leaves with a value.
    """

    code: str
    parent: str
    name: str
    depth: int
    role: Role
    is_leaf: bool
    full: Decimal
    obtainable: Decimal
    status: LineStatus
    points: Decimal | None
    raw: Decimal | None = None
    weight: Decimal | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class UnitResult:
    """The whole result of one unit.

    ``earned`` is the sum of the base lines at the top, ``obtainable`` the base points that apply to
    the unit's kind, ``base`` what the scheme's policy makes of ``earned``. ``subtotal`` = base +
    bonus − deduction; ``total`` is 0 after 一票否决, else the same. ``rank`` counts inside the
    group, ``tied`` units share it, ``group_size`` units are ranked. ``band`` is the grade by the
    total alone, ``grade`` the final one with its ``reason``; both are empty without grade bands.
    ``excellent_places`` are the group's places in the best grade, None where not limited.
    """

    unit: UnitSpec
    lines: tuple[Line, ...]
    earned: Decimal
    obtainable: Decimal
    base: Decimal
    bonus: Decimal
    deduction: Decimal
    subtotal: Decimal
    total: Decimal
    vetoes: tuple[Veto, ...] = ()
    rank: int = 0
    tied: int = 1
    group_size: int = 1
    band: str = ""
    grade: str = ""
    reason: GradeReason = GradeReason.NONE
    excellent_places: int | None = None

    def line(self, code: str) -> Line:
        """The line of an indicator; raises ``KeyError`` for an unknown code."""
        for line in self.lines:
            if line.code == code:
                return line
        raise KeyError(code)


def canonical_bytes(results: Iterable[UnitResult]) -> bytes:
    """The results as bytes that are equal for equal results, in whatever order they come."""
    units = [_unit_json(result) for result in sorted(results, key=lambda one: one.unit.key)]
    return json.dumps(units, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(results: Iterable[UnitResult]) -> str:
    """The SHA-256 of ``canonical_bytes``, 64 hexadecimal digits: the proof of a reproduced run."""
    return hashlib.sha256(canonical_bytes(results)).hexdigest()


def _unit_json(result: UnitResult) -> dict[str, object]:
    return {
        "unit": [result.unit.key, result.unit.name, result.unit.group, result.unit.kind],
        "lines": [_line_json(line) for line in sorted(result.lines, key=lambda one: one.code)],
        "earned": plain(result.earned),
        "obtainable": plain(result.obtainable),
        "base": plain(result.base),
        "bonus": plain(result.bonus),
        "deduction": plain(result.deduction),
        "total": plain(result.total),
        "vetoes": sorted([veto.kind.value, veto.reason] for veto in result.vetoes),
        "rank": [result.rank, result.tied, result.group_size],
        "grade": [result.band, result.grade, result.reason.value],
    }


def _line_json(line: Line) -> dict[str, object]:
    return {
        "code": line.code,
        "status": line.status.value,
        "points": None if line.points is None else plain(line.points),
        "raw": None if line.raw is None else plain(line.raw),
        "outcome": None if line.outcome is None else line.outcome.as_json(),
    }
