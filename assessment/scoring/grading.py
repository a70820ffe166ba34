"""Ranks and grades inside an assessment group."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from itertools import groupby
from typing import Any

from assessment.rules.arithmetic import exact
from assessment.scoring.results import GradeReason, UnitResult
from assessment.scoring.spec import GradeBand, SchemeSpec, VetoKind

Fields = dict[str, Any]
"""Fields of a ``UnitResult`` with their values."""


def rank_and_grade(spec: SchemeSpec, results: Sequence[UnitResult]) -> list[UnitResult]:
    """The results with rank, band, grade and reason, in the order in which they came.

    Ranks, ties and places in the best grade count inside a group only.
    """
    groups: defaultdict[str, list[UnitResult]] = defaultdict(list)
    for result in results:
        groups[result.unit.group].append(result)
    found: dict[str, Fields] = {}
    for members in groups.values():
        found |= _ranks(members)
        if spec.grade_bands:
            for key, fields in _grades(spec, members).items():
                found[key] |= fields
    return [replace(result, **found[result.unit.key]) for result in results]


def _by_total(results: Iterable[UnitResult]) -> list[list[UnitResult]]:
    """The results in bundles of equal total, best first."""

    def total(result: UnitResult) -> Decimal:
        return result.total

    ordered = sorted(results, key=total, reverse=True)
    return [list(bundle) for _, bundle in groupby(ordered, key=total)]


def _ranks(members: Sequence[UnitResult]) -> dict[str, Fields]:
    """Ties share the better rank, the next ranks are skipped: 1, 2, 2, 4."""
    found: dict[str, Fields] = {}
    for tied in _by_total(members):
        fields = {"rank": len(found) + 1, "tied": len(tied), "group_size": len(members)}
        found |= {result.unit.key: dict(fields) for result in tied}
    return found


def _grades(spec: SchemeSpec, members: Sequence[UnitResult]) -> dict[str, Fields]:
    places = _places(spec, len(members))
    bands = {result.unit.key: _band(spec.grade_bands, result.total) for result in members}
    top = spec.grade_bands[0].name
    best = [
        result
        for result in members
        if bands[result.unit.key] == top and not _has(result, VetoKind.TOTAL)
    ]
    refused = _refusals(spec, best, places)
    found: dict[str, Fields] = {}
    for result in members:
        key = result.unit.key
        grade, reason = _grade(spec, result, bands[key], refused.get(key))
        found[key] = {
            "band": bands[key],
            "excellent_places": places,
            "grade": grade,
            "reason": reason,
        }
    return found


def _places(spec: SchemeSpec, size: int) -> int | None:
    if spec.excellent_ratio is None:
        return None
    with exact():
        return int((size * spec.excellent_ratio).to_integral_value(ROUND_FLOOR))


def _band(bands: Sequence[GradeBand], total: Decimal) -> str:
    """The first grade whose lower bound is reached; the last one takes all the rest."""
    return next((band.name for band in bands[:-1] if total >= band.lower), bands[-1].name)


def _has(result: UnitResult, kind: VetoKind) -> bool:
    return any(veto.kind is kind for veto in result.vetoes)


def _refusals(
    spec: SchemeSpec, best: list[UnitResult], places: int | None
) -> dict[str, GradeReason]:
    """The units that their total would give the best grade and that do not get it, with why.

    The ratio is an upper limit: where several share a total and not all of them find a place, none
    of them gets one, and no lower total overtakes them.
    """
    barred = {result.unit.key for result in best if _has(result, VetoKind.TOP_GRADE)}
    refused = dict.fromkeys(barred, GradeReason.TOP_GRADE_BARRED)
    if places is None:
        return refused
    queue = [result for result in best if not (spec.veto_frees_place and result.unit.key in barred)]
    left = places
    for tied in _by_total(queue):
        if len(tied) <= left:
            left -= len(tied)
            continue
        reason = GradeReason.TIE_AT_EDGE if left else GradeReason.PLACES_TAKEN
        for result in tied:
            refused.setdefault(result.unit.key, reason)
        left = 0
    return refused


def _grade(
    spec: SchemeSpec, result: UnitResult, band: str, refused: GradeReason | None
) -> tuple[str, GradeReason]:
    if _has(result, VetoKind.TOTAL):
        return spec.grade_bands[-1].name, GradeReason.VETOED
    if refused is not None:
        return spec.grade_bands[1].name, refused
    return band, GradeReason.BAND
