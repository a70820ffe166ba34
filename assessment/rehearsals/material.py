"""What a rehearsal works with: last year's values, and the parts of the full points given then."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from assessment.leaf_values import LeafValues, leaf_values
from assessment.models import GroupMember, Indicator, Rehearsal, Run, Scheme, ScoreLine
from assessment.rehearsals.table import table_digest
from assessment.rules import Role, Value, value_from_json, value_to_json
from assessment.rules.arithmetic import ZERO, exact, plain, round_half_up
from assessment.rules.manual import Manual
from assessment.scoring import (
    SchemeRefused,
    SchemeSpec,
    UnitResult,
    UnitSpec,
    Veto,
    VetoKind,
    check_scheme,
    mean_rate,
    rehearse,
    unseen_leaves,
)
from assessment.scoring.tree import Tree
from assessment.specification import scheme_spec, stored_vetoes, unit_spec

Key = tuple[str, str]
Assumption = Rehearsal.Assumption
RATE_DECIMALS = 6


@dataclass(frozen=True)
class Material:
    """By (unit key, leaf code). `values` are those of the leaves that are counted, and of others
    what is there for other lines to look at (互斥, 豁免); `unseen` are those looked at for which
    some unit has none. `unknown` are the leaves for which nobody had anything, `assumed` is
    the part of the full base points put in their place; None where they are left out. `vetoes` are
    those of that year on units of the draft."""

    values: dict[Key, Value]
    previous: dict[Key, Value]
    rates: dict[Key, Decimal]
    unknown: tuple[str, ...] = ()
    assumed: Decimal | None = None
    vetoes: tuple[Veto, ...] = ()
    unseen: tuple[str, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        return self.unknown if self.assumed is None else ()

    def as_json(self) -> dict[str, Any]:
        return {
            "values": _by_unit(self.values, value_to_json),
            "previous": _by_unit(self.previous, value_to_json),
            "rates": _by_unit(self.rates, plain),
            "unknown": list(self.unknown),
            "assumed": None if self.assumed is None else plain(self.assumed),
            "vetoes": [[veto.unit, veto.kind.value, veto.reason] for veto in self.vetoes],
            "unseen": list(self.unseen),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Material":
        assumed = stored["assumed"]
        return cls(
            values=_from_units(stored["values"], value_from_json),
            previous=_from_units(stored["previous"], value_from_json),
            rates=_from_units(stored["rates"], Decimal),
            unknown=tuple(stored["unknown"]),
            assumed=None if assumed is None else Decimal(assumed),
            # A rehearsal made before vetoes were taken along has none.
            vetoes=tuple(
                Veto(unit, VetoKind(kind), reason)
                for unit, kind, reason in stored.get("vetoes", ())
            ),
            # One made before values were taken along has no such leaves.
            unseen=tuple(stored.get("unseen", ())),
        )


def _by_unit(values: Mapping[Key, Any], write: Callable[[Any], Any]) -> dict[str, Any]:
    """Codes once, then a row for each unit: far smaller than a key for each value."""
    codes = sorted({code for _unit, code in values})
    units = dict.fromkeys(unit for unit, _code in values)
    rows = {
        unit: [write(values[unit, code]) if (unit, code) in values else None for code in codes]
        for unit in units
    }
    return {"codes": codes, "units": rows}


def _from_units(stored: Mapping[str, Any], read: Callable[[Any], Any]) -> dict[Key, Any]:
    return {
        (unit, code): read(value)
        for unit, row in stored["units"].items()
        for code, value in zip(stored["codes"], row, strict=True)
        if value is not None
    }


def baseline_of(scheme: Scheme, year: int) -> Run | None:
    """The decided result of that year in the scheme's region; two queries."""
    decided = Scheme.objects.filter(region=scheme.region_id, year=year, status__in=Scheme.DECIDED)
    last = decided.order_by("-version", "-pk").first()
    return Run.objects.latest_finished(last) if last else None


def undecided_of(scheme: Scheme, year: int) -> Run | None:
    """The latest result of that year that nobody has approved yet; one query."""
    done = Run.objects.filter(
        scheme__region=scheme.region_id,
        scheme__year=year,
        scheme__status__in=Scheme.OPEN,
        finished_at__isnull=False,
    )
    newest = done.order_by("-scheme__version", "-scheme_id", "-number")
    return newest.select_related("scheme").first()


@dataclass(frozen=True)
class Draft:
    """A draft's table and members, read once; `digest` is that of the table as read."""

    scheme: Scheme
    spec: SchemeSpec
    indicators: Sequence[Indicator]
    members: Sequence[GroupMember]
    units: list[UnitSpec]
    digest: str

    @classmethod
    def of(cls, scheme: Scheme) -> "Draft":
        """Three queries, and some for the names of the units; RuleRefused for faulty rules."""
        indicators = list(scheme.indicators.all())
        # As `for_list`, without one more copy of the scheme for every member.
        known = scheme.members.select_related("group", "organisation__region__parent")
        members = known.prefetch_related("organisation__names").order_by("group__order", "pk")
        return cls(
            scheme=scheme,
            spec=scheme_spec(scheme, indicators),
            indicators=indicators,
            members=list(members),
            units=[unit_spec(member) for member in members],
            digest=table_digest(scheme, indicators, members),
        )


def gather(
    draft: Draft,
    rehearsal: Rehearsal,
    *,
    now: datetime,
    advance: Callable[[int, int, str], None] = lambda done, total, name: None,
) -> Material:
    """The data of the rehearsal's year for this draft; raises what `score_units` raises."""
    # What follows takes the table for sound, and counting takes long.
    if faults := check_scheme(draft.spec):
        raise SchemeRefused(faults)
    entered = [leaf for leaf in draft.indicators if leaf.is_leaf and _is_entered(leaf)]
    found = _counted(draft, rehearsal.data_year, now, advance)
    given = _given(rehearsal.baseline, entered, draft.units)
    rates = _filled(given.rates, draft.units)
    values = found.values | given.values
    known = {code for _unit, code in rates}
    unknown = tuple(leaf.code for leaf in entered if leaf.code not in known)
    vetoes = _given_vetoes(rehearsal, draft.units)
    material = Material(values, found.previous, rates, unknown, vetoes=vetoes)
    if unknown:
        material = _assuming(draft, material, rehearsal.assumption)
    codes = {leaf.code for leaf in entered}
    unseen = unseen_leaves(draft.spec, draft.units, values, material.rates, codes)
    return replace(material, unseen=tuple(unseen))


def _counted(
    draft: Draft, year: int, now: datetime, advance: Callable[[int, int, str], None]
) -> LeafValues:
    """What the system itself knows of that year for the draft's lines."""
    past = copy(draft.scheme)
    past.year = year
    return leaf_values(
        past,
        [leaf for leaf in draft.indicators if leaf.is_leaf and not _is_entered(leaf)],
        [member.organisation_id for member in draft.members],
        data_as_of=now,
        advance=advance,
    )


def _is_entered(leaf: Indicator) -> bool:
    return leaf.source in (Indicator.Source.MANUAL, Indicator.Source.IMPORTED)


@dataclass(frozen=True)
class Given:
    """Of the full points of a line the part that each unit had, and the value that it had it for.

    A mark is no value here: it follows the points. Nor is what was scored in another way.
    """

    rates: dict[Key, Decimal]
    values: dict[Key, Value]


def _given(run: Run | None, leaves: Sequence[Indicator], units: Sequence[UnitSpec]) -> Given:
    """What people gave in that run for lines of these codes: rates of all units, for their means,
    and the values of these ones; one query."""
    given = Given({}, {})
    if run is None:
        return given
    known = {unit.key for unit in units}
    kinds = {leaf.code: leaf.rule_kind for leaf in leaves}
    lines = ScoreLine.objects.filter(
        score__run=run, indicator__code__in=kinds, points__isnull=False, obtainable__gt=0
    ).exclude(indicator__rule_kind="")
    about = ("score__organisation", "indicator__code", "indicator__rule_kind", "outcome")
    rows = lines.order_by("pk").values_list(*about, "points", "obtainable")
    with exact():
        for pk, code, kind, outcome, points, obtainable in rows:
            key = str(pk), code
            given.rates[key] = round_half_up(points / obtainable, RATE_DECIMALS)
            value = value_from_json(outcome.get("value"))
            is_same = kind == kinds[code] and kind != Manual.kind
            if value is not None and is_same and key[0] in known:
                given.values[key] = value
    return given


def _given_vetoes(rehearsal: Rehearsal, units: Sequence[UnitSpec]) -> tuple[Veto, ...]:
    """Those that counted in the result of that year, as far as their units are assessed again."""
    if not rehearsal.takes_vetoes or rehearsal.baseline is None:
        return ()
    known = {unit.key for unit in units}
    scores = rehearsal.baseline.scores.exclude(vetoes=[]).order_by("pk")
    found = [veto for score in scores for veto in stored_vetoes(score)]
    return tuple(veto for veto in found if veto.unit in known)


def _filled(given: Mapping[Key, Decimal], units: Sequence[UnitSpec]) -> dict[Key, Decimal]:
    """Who was not there that year gets the mean of those who were."""
    by_code: dict[str, list[Decimal]] = {}
    for (_unit, code), rate in given.items():
        by_code.setdefault(code, []).append(rate)
    rates: dict[Key, Decimal] = {}
    with exact():
        means = {
            code: round_half_up(sum(found) / len(found), RATE_DECIMALS)
            for code, found in by_code.items()
        }
    for unit in units:
        for code, mean in means.items():
            rates[unit.key, code] = given.get((unit.key, code), mean)
    return rates


def _assuming(draft: Draft, material: Material, assumption: str) -> Material:
    """What stands in the place of what nobody gave: nothing for a bonus or a deduction, of which
    the full points would be those of the best or the worst unit."""
    if assumption == Assumption.LEAVE_OUT:
        return material
    part = Decimal(1)
    if assumption == Assumption.AVERAGE:
        part = mean_rate(results_of(draft.spec, draft.units, material))
    roles = Tree.of(draft.spec.indicators).role
    parts = {code: part if roles[code] is Role.BASE else ZERO for code in material.unknown}
    assumed = {(unit.key, code): parts[code] for unit in draft.units for code in parts}
    rates = material.rates | assumed
    return replace(material, rates=rates, assumed=part)


def results_of(spec: SchemeSpec, units: Sequence[UnitSpec], material: Material) -> list[UnitResult]:
    """The draft's results; raises what `score_units` raises."""
    return rehearse(
        spec,
        units,
        material.values,
        material.rates,
        left_out=material.left_out,
        previous=material.previous,
        vetoes=material.vetoes,
    )
