"""What scoring yields: score sheets line by line, totals, ranks, grades, and their digest."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assessment.rules import Outcome, Role
from assessment.rules.arithmetic import plain
from assessment.scoring.spec import UnitSpec, Veto

MOST_TEXTS = 10_000
"""So many texts of lines are held at most while the proof is worked out."""


class LineStatus(StrEnum):
    """Why a line has the points that it has."""

    SCORED = "计分"
    NOT_APPLICABLE = "不适用"
    EXCLUDED = "互斥不计"
    CORRECTED = "更正"


class GradeReason(StrEnum):
    """Why a unit has its grade."""

    NONE = "未设等次"
    BAND = "按分数线"
    PLACES_TAKEN = "优秀名额已满"
    TIE_AT_EDGE = "并列超出优秀名额"
    TOP_GRADE_BARRED = "一票否优"
    VETOED = "一票否决"


@dataclass(slots=True)
class Line:
    """One indicator on the score sheet of one unit.

    Shared by units, and never changed; not frozen, which would make it slow to make.

    ``full`` are the indicator's points, ``obtainable`` those that apply to the unit's kind.
    ``points`` is what the line contributes to its parent: a leaf's points, or a branch's sum
    after its cap and conversion; None where the line does not apply. ``raw`` is a branch's sum
    before cap and conversion, ``weight`` its 折算. ``outcome`` belongs to leaves with a value.
    ``note`` says on what basis a line was corrected.
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
    note: str = ""


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
    return b"".join(_canonical_parts(results))


def digest(results: Iterable[UnitResult]) -> str:
    """The SHA-256 of ``canonical_bytes``, 64 hexadecimal digits: the proof of a reproduced run."""
    proof = hashlib.sha256()
    for part in _canonical_parts(results):
        proof.update(part)
    return proof.hexdigest()


def _canonical_parts(results: Iterable[UnitResult]) -> Iterator[bytes]:
    """The canonical bytes unit by unit, never all of them at once."""
    line_text = _LineTexts()
    yield b"["
    for place, result in enumerate(sorted(results, key=lambda one: one.unit.key)):
        yield (("," if place else "") + _unit_text(result, line_text)).encode()
    yield b"]"


class _LineTexts:
    """The JSON text of lines; written once for units in a row that share the line."""

    def __init__(self) -> None:
        # With the line itself: as long as it is held here no other line has its identity.
        self._known: dict[int, tuple[Line, str]] = {}

    def __call__(self, line: Line) -> str:
        known = self._known.get(id(line))
        if known is not None:
            return known[1]
        if len(self._known) >= MOST_TEXTS:
            self._known.clear()
        text = _dumps(_line_json(line))
        self._known[id(line)] = line, text
        return text


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _unit_text(result: UnitResult, line_text: Callable[[Line], str]) -> str:
    """A JSON object with its names in their order, the lines by their codes."""
    lines = sorted(result.lines, key=lambda one: one.code)
    texts = {name: _dumps(value) for name, value in _unit_json(result).items()}
    texts["lines"] = "[" + ",".join([line_text(line) for line in lines]) + "]"
    return "{" + ",".join(f'"{name}":{texts[name]}' for name in sorted(texts)) + "}"


def _unit_json(result: UnitResult) -> dict[str, object]:
    """What the proof says of a unit, but for its lines."""
    return {
        "unit": [result.unit.key, result.unit.name, result.unit.group, result.unit.kind],
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
    stored: dict[str, object] = {
        "code": line.code,
        "status": line.status.value,
        "points": None if line.points is None else plain(line.points),
        "raw": None if line.raw is None else plain(line.raw),
        "outcome": None if line.outcome is None else line.outcome.as_json(),
    }
    if line.note:
        stored["note"] = line.note
    return stored
