"""Last year's values of leaves that compare with them: whose they are once units have changed.

What the office has chosen for the records of a change (历史归属) holds for what they are compared
with: where this year's records count for the successor, so do last year's values, added up where
that can be done. A unit that a change has set up, and whose past is with another, has none. Both
are named, so that nothing stands at a silent 0 and nothing is counted twice.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from assessment.leaf_values.entered import as_wanted, marks_of
from assessment.models import GroupMember, ImportedValue, Indicator, ManualMark, Scheme
from assessment.rules import Value, show_value, value_from_json
from core.templatetags.ui import cn_date
from organisations.models import ChangePart, OrganisationChange

Key = tuple[str, str]
Place = tuple[int, str]
"""Organisation and code of a leaf."""

Source = Indicator.Source
# The rules whose value is a number of things: those of two units are together those of both.
COUNTING = ("per_unit", "quota", "deduct_each")


@dataclass(frozen=True)
class Entered:
    """What was entered for one unit; `adds_up` where it is a number of things."""

    value: Value
    adds_up: bool = False
    # Of a value that was entered as last year's in this year's scheme.
    entered_at: datetime | None = None


@dataclass
class LastYears:
    """The values, why one is not there, and the units whose values are in those of another."""

    values: dict[Key, Value] = field(default_factory=dict)
    gaps: dict[Key, str] = field(default_factory=dict)
    taken: dict[Key, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Comparing:
    """Last year's values for some units of a scheme, known until one moment.

    `moved`: ended organisation → whose the records of the scheme's year are by now.
    """

    scheme: Scheme
    unit_ids: frozenset[int]
    moved: Mapping[int, int]
    known_until: datetime

    def last_years(self, leaves: Sequence[Indicator], counted: Mapping[Key, Value]) -> LastYears:
        """For these leaves; `counted` are the values of those that count records."""
        found = LastYears()
        if not leaves:
            return found
        begun = units_begun(self.scheme.year, self.unit_ids, self.known_until)
        metric = [leaf for leaf in leaves if leaf.source == Source.METRIC]
        self._add_entered(found, [leaf for leaf in leaves if leaf.source != Source.METRIC])
        self._add_counted(found, metric, counted, begun)
        for pk, reason in begun.items():
            for leaf in leaves:
                key = str(pk), leaf.code
                if key not in found.values and key not in found.gaps:
                    found.gaps[key] = reason
        return found

    def _add_counted(
        self,
        found: LastYears,
        leaves: Sequence[Indicator],
        counted: Mapping[Key, Value],
        begun: Collection[int],
    ) -> None:
        """Records have moved already; who was only begun has what the office says of it."""
        found.values |= {key: one for key, one in counted.items() if int(key[0]) not in begun}
        if leaves:
            found.taken |= self._told(found.values, leaves)
        if leaves and begun:
            rows = _said(leaves).filter(organisation__in=begun)
            found.values |= {(str(pk), code): one.value for (pk, code), one in _read(rows).items()}

    def _told(self, values: Collection[Key], leaves: Iterable[Indicator]) -> dict[Key, str]:
        recent = self.scheme.year - 1
        told: dict[Key, str] = {}
        for pk, olds in self._ended().items():
            late = [old for old in olds if self._endings[old].effective_on.year >= recent]
            keys = ((str(pk), leaf.code) for leaf in leaves if late)
            told |= {key: _("上年数据含%s的") % self._names(late) for key in keys if key in values}
        return told

    def _add_entered(self, found: LastYears, leaves: Sequence[Indicator]) -> None:
        if not leaves:
            return
        ended = self._ended()
        olds = {old for all_of_one in ended.values() for old in all_of_one}
        given = self._given(leaves, olds)
        for leaf in leaves:
            for pk in self.unit_ids:
                own = given.get((pk, leaf.code))
                others = [old for old in ended.get(pk, ()) if (old, leaf.code) in given]
                last = max((self._endings[old].recorded_at for old in others), default=None)
                if own is not None and (last is None or _is_later(own, last)):
                    found.values[str(pk), leaf.code] = own.value
                elif others:
                    self._join(found, leaf.code, pk, others, given)

    def _join(
        self,
        found: LastYears,
        code: str,
        pk: int,
        others: Sequence[int],
        given: Mapping[Place, Entered],
    ) -> None:
        """The one value that there is, the sum of numbers of things, or why there is none."""
        units = [one for one in (pk, *others) if (one, code) in given]
        parts, key = [given[one, code] for one in units], (str(pk), code)
        names = self._names(others)
        if len(parts) == 1:
            found.values[key] = parts[0].value
            found.taken[key] = _("上年数据是%s的") % names
        elif all(part.adds_up for part in parts):
            found.values[key] = sum((part.value for part in parts), Decimal())
            found.taken[key] = _("上年数据含%s的") % names
        else:
            told = "、".join(show_value(part.value) for part in parts)
            found.gaps[key] = _(
                "合并的单位（含%(units)s）上年各有数据（%(values)s），评分、比例、名次不能相加，"
                "请在“导入数据”的“上年”表填合并后的数"
            ) % {"units": names, "values": told}

    def _ended(self) -> dict[int, list[int]]:
        ended: dict[int, list[int]] = {}
        for old, heir in sorted(self.moved.items()):
            if heir in self.unit_ids:
                ended.setdefault(heir, []).append(old)
        return ended

    def _given(self, leaves: Sequence[Indicator], olds: Collection[int]) -> dict[Place, Entered]:
        """Entered as last year's comes before what stands in last year's scheme."""
        units = {*self.unit_ids, *olds}
        given: dict[Place, Entered] = {}
        last = last_final(self.scheme)
        if last is not None:
            placed = set(_places(last, olds)) if olds else set()
            given = {
                place: one
                for place, one in _of_scheme(last, leaves, units).items()
                if place[0] in self.unit_ids or place[0] in placed
            }
        return given | _read(_said(leaves).filter(organisation__in=units))

    def _names(self, olds: Iterable[int]) -> str:
        return "、".join(f"“{self._endings[old].name}”" for old in olds)

    @cached_property
    def _endings(self) -> dict[int, "Ending"]:
        """How each ended unit ended; one query."""
        rows = ChangePart.objects.ended().filter(organisation__in=self.moved).order_by("pk")
        columns = ("organisation_id", "name", "change__effective_on", "change__recorded_at")
        return {pk: Ending(*facts) for pk, *facts in rows.values_list(*columns)}


@dataclass(frozen=True)
class Ending:
    """The name that a unit had when it ended, from when on, and when that was recorded."""

    name: str
    effective_on: date
    recorded_at: datetime


def _is_later(own: Entered, recorded_at: datetime) -> bool:
    """Entered in knowledge of the change: it is what the office means, whatever the others had."""
    return own.entered_at is not None and own.entered_at >= recorded_at


def last_final(scheme: Scheme) -> Scheme | None:
    """The decided scheme of the year before; one query."""
    before = Scheme.objects.filter(
        region=scheme.region_id, year=scheme.year - 1, status=Scheme.Status.FINAL
    )
    return before.order_by("-version", "-pk").first()


def _places(last: Scheme, olds: Collection[int]) -> QuerySet:
    """An ended unit's values count where it was scored itself; else its place had passed on."""
    rows = GroupMember.objects.filter(scheme=last, organisation__in=olds)
    return rows.values_list("organisation_id", flat=True)


def _of_scheme(
    last: Scheme, leaves: Iterable[Indicator], units: Collection[int]
) -> dict[Place, Entered]:
    """What last year's scheme has under the same codes; two queries."""
    by_code = {leaf.code: leaf for leaf in leaves}
    same = Q(indicator__scheme=last, indicator__code__in=by_code, organisation__in=units)
    marks = marks_of(ManualMark.objects.filter(same))
    given = {
        (int(pk), code): Entered(as_wanted(by_code[code], marks_given))
        for (pk, code), marks_given in marks.items()
    }
    rows = ImportedValue.objects.filter(same, is_previous=False)
    return given | _read(rows, dates=False)


def _said(leaves: Iterable[Indicator]) -> QuerySet[ImportedValue]:
    return ImportedValue.objects.filter(indicator__in=leaves, is_previous=True)


def _read(rows: QuerySet[ImportedValue], *, dates: bool = True) -> dict[Place, Entered]:
    columns = ("organisation_id", "indicator__code", "indicator__rule_kind", "value", "entered_at")
    found: dict[Place, Entered] = {}
    for pk, code, kind, stored, entered_at in rows.order_by("pk").values_list(*columns):
        value = value_from_json(stored)
        adds_up = kind in COUNTING and isinstance(value, Decimal)
        found[pk, code] = Entered(value, adds_up, entered_at if dates else None)
    return found


def units_begun(year: int, units: Collection[int], known_until: Any) -> dict[int, str]:
    """Units that a change has set up since last year began, without its past → whose that is.

    Two queries. Not those that carry on what came before them by the office's choice.
    """
    parts = (
        ChangePart.objects.filter(
            side=ChangePart.Side.AFTER,
            organisation__in=units,
            organisation__valid_from=F("change__effective_on"),
            change__effective_on__year__in=(year - 1, year),
            change__recorded_at__lte=known_until,
        )
        .exclude(is_main=True, change__history=OrganisationChange.History.FOLLOWS)
        .select_related("change")
        .prefetch_related("change__parts")
        .order_by("pk")
    )
    return {part.organisation_id: _whose(part) for part in parts}


def _whose(part: ChangePart) -> str:
    change = part.change
    stays = change.history == OrganisationChange.History.STAYS
    holders = [
        other.name
        for other in change.parts.all()
        if (other.side == ChangePart.Side.BEFORE if stays else other.is_main)
    ]
    return _(
        "%(day)s按%(paper)s新设，上年的数据算%(units)s的，不能当作 0 比较，"
        "请在“导入数据”的“上年”表填它上年的数"
    ) % {
        "day": cn_date(change.effective_on),
        "paper": change.document_number,
        "units": "、".join(f"“{name}”" for name in holders),
    }
