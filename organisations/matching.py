"""Which unit a name in a ledger means: by place and name, then by short, former and other names.

Offices write one unit in many ways: 沙日塘村委会, 沙日塘村村民委员会, 奈曼旗大沁他拉镇沙日塘村. All
are folded to one key before they are compared; what is still not the same is offered as near.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone
from rapidfuzz import fuzz, process

from organisations.models import OrganisationName, Region
from organisations.models.kinds import TOWNSHIP_KINDS, VILLAGE_KINDS, Kind
from organisations.search import syllables

MARKS = re.compile(r"[\s·.．,，、（）()\[\]【】《》“”\"'‘’\-－—_/]+")
# Endings of one body written in several ways, the fullest first.
ENDINGS = (
    (re.compile("嘎查(?:村?村民|村民)?(?:委员会|村委会|委会)$"), "嘎查"),
    (re.compile("社?区?(?:居民委员会|居委会)$"), "社区"),
    (re.compile("村?村(?:民委员会|委会)$"), "村"),
    (re.compile("街道(?:办事处|党工委)$"), "街道"),
    (re.compile("(?<=[镇乡木场])(?:人民政府|政府|党委)$"), ""),
)
NEAR_ENOUGH = 75
MOST_CANDIDATES = 3
MOST_LOOKED_AT = 9
COLUMNS = (
    "pk",
    "name",
    "short_name",
    "kind",
    "region__code",
    "region__level",
    "region__short_name",
    "region__parent__short_name",
    "superior_id",
    "is_external",
    "valid_until",
)


@dataclass(frozen=True)
class Match:
    """Exactly one unit (`pk`), several of that name, or some with names like it."""

    pk: int | None = None
    namesakes: tuple[int, ...] = ()
    near: tuple[int, ...] = ()


@dataclass
class Unit:
    """What is known of a unit without loading it."""

    pk: int
    name: str
    short_name: str
    kind: str
    code: str
    place: str
    superior: int | None
    valid_until: date | None
    names: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.place}·{self.short_name}" if self.place else self.short_name


@lru_cache(maxsize=65536)
def unit_key(text: str, above: tuple[str, ...] = ()) -> str:
    """The one spelling under which a unit's names are compared.

    `above`: names of what the county lies in and of the county, which people put in front or not.
    """
    key = MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())
    if above and (start := key.find(above[-1])) >= 0 and key[:start] in _in_front(above):
        # 奈曼旗 itself stays, and so does what begins with another place (通辽市教育局).
        key = key[start + len(above[-1]) :] or key
    for ending, short in ENDINGS:
        key, done = ending.subn(short, key)
        if done:
            break
    return key


@lru_cache
def _in_front(above: tuple[str, ...]) -> frozenset[str]:
    """What may stand before the county's name: 内蒙古自治区通辽市, 通辽市, nothing."""
    return frozenset("".join(above[start:-1]) for start in range(len(above)))


class UnitIndex:
    """Every unit that a user may look up, found by name: three queries for any number of names."""

    def __init__(self, rows: Any) -> None:
        """`rows`: a queryset of organisations, as far as the user sees."""
        self.above = _names_above()
        self.units: dict[int, Unit] = {}
        # Place and name → units; the empty place holds them all.
        self._filed: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._names_in: dict[str, dict[str, int]] = defaultdict(dict)
        self._sounds_in: dict[str, dict[str, list[int]]] = {}
        self._load(rows)

    def key(self, text: str) -> str:
        return unit_key(text, self.above)

    def find(
        self, text: str, *, place: str = "", kinds: Sequence[str] = (), prefer: str | None = None
    ) -> Match:
        """The unit called `text`, in the township `place` where one is said.

        `prefer` is the kind that parts namesakes.

        A name that holds its township (大沁他拉镇沙日塘村) says the place itself.
        """
        key, where = self.key(text), self.key(place)
        found = self._filed_as(key, where)
        if not found:
            key, where = self._parted(key, where)
            found = self._filed_as(key, where)
        found = [pk for pk in dict.fromkeys(found) if not kinds or self.units[pk].kind in kinds]
        # Whose own name it is goes before those who were once called so.
        for narrower in (
            [pk for pk in found if self.key(self.units[pk].name) == key],
            [pk for pk in found if self.units[pk].kind == prefer],
        ):
            found = narrower if len(narrower) == 1 else found
        if len(found) == 1:
            return Match(found[0])
        return Match(namesakes=tuple(found)) if found else Match(near=self._near(key, where, kinds))

    def namesakes(self, names: Sequence[str], place: str) -> list[int]:
        """The units in exactly this place that bear one of the names, however it is written."""
        where = self.key(place)
        keys = [self.key(name) for name in names]
        # 大沁他拉镇桥东村 in 大沁他拉镇
        keys += [key.removeprefix(where) for key in keys if key != where]
        found = dict.fromkeys(pk for key in keys for pk in self._filed.get((where, key), ()))
        return [pk for pk in found if self.key(self.units[pk].place) == where]

    def label(self, pk: int) -> str:
        return self.units[pk].label if pk in self.units else ""

    def township(self, text: str) -> Unit | None:
        """The township, subdistrict or farm of this name."""
        found = self.find(text, kinds=TOWNSHIP_KINDS).pk if text else None
        return self.units[found] if found is not None else None

    def _filed_as(self, key: str, where: str) -> list[int]:
        found = self._filed.get((where, key), [])
        if found or not where:
            return found
        # A township itself, a school in it: ledgers name the place, the register files none.
        return [pk for pk in self._filed.get(("", key), []) if not self.units[pk].place]

    def _parted(self, key: str, where: str) -> tuple[str, str]:
        """Name and place of a name that holds its place: 大沁他拉镇沙日塘村."""
        for cut in range(2, len(key) - 1):
            if key[:cut] in self._names_in and where in ("", key[:cut]):
                return key[cut:], key[:cut]
        return key, where

    def _near(self, key: str, where: str, kinds: Sequence[str]) -> tuple[int, ...]:
        """What sounds the same, as a slip of the keyboard does, then what is written alike."""
        pool = self._names_in.get(where, {})
        alike = process.extract(
            key, pool.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH, limit=MOST_LOOKED_AT
        )
        found = [*self._sounding(key, where), *(pool[name] for name, _score, _place in alike)]
        pks = dict.fromkeys(found)
        fitting = [pk for pk in pks if not kinds or self.units[pk].kind in kinds]
        return tuple(fitting[:MOST_CANDIDATES])

    def _sounding(self, key: str, where: str) -> list[int]:
        if where not in self._sounds_in:
            sounds: dict[str, list[int]] = defaultdict(list)
            for name, pk in self._names_in.get(where, {}).items():
                sounds["".join(syllables(name))].append(pk)
            self._sounds_in[where] = sounds
        return self._sounds_in[where].get("".join(syllables(key)), [])

    def _load(self, rows: Any) -> None:
        today = timezone.localdate()
        others: dict[int, list[str]] = defaultdict(list)
        names = OrganisationName.objects.filter(organisation__in=rows.order_by().values("pk"))
        for pk, name in names.values_list("organisation_id", "name"):
            others[pk].append(name)
        ended = []
        for row in rows.order_by("region__code", "pk").values(*COLUMNS):
            unit = _as_unit(row, others.get(row["pk"], []))
            self.units[unit.pk] = unit
            if row["valid_until"] and row["valid_until"] < today:
                ended.append(unit)
            else:
                self._file(unit)
        for unit in ended:
            self._file(unit, only_if_free=True)

    def _file(self, unit: Unit, *, only_if_free: bool = False) -> None:
        """What has ended answers to its name only where nobody else does."""
        place = self.key(unit.place)
        for key in {self.key(text) for text in (unit.name, unit.short_name, *unit.names)}:
            for where in {place, ""}:
                if only_if_free and self._filed.get((where, key)):
                    continue
                self._filed[where, key].append(unit.pk)
                self._names_in[where].setdefault(key, unit.pk)


def _as_unit(row: dict[str, Any], names: list[str]) -> Unit:
    return Unit(
        pk=row["pk"],
        name=row["name"],
        short_name=row["short_name"],
        kind=row["kind"],
        code=row["region__code"],
        place=_place(row),
        superior=row["superior_id"],
        valid_until=row["valid_until"],
        names=names,
    )


def _place(row: dict[str, Any]) -> str:
    """As `Organisation.place`, from columns."""
    own, parent = row["region__short_name"], row["region__parent__short_name"] or ""
    if row["kind"] in VILLAGE_KINDS:
        return parent if row["region__level"] == Region.Level.VILLAGE and parent else own
    if row["kind"] == Kind.OUTSIDE_REGION:
        return parent
    return own if row["is_external"] else ""


def _names_above() -> tuple[str, ...]:
    """内蒙古自治区、通辽市、奈曼旗: from the province down to the county."""
    region = Region.objects.filter(code=settings.COUNTY_CODE).first()
    names = []
    while region is not None:
        names.append(region.name)
        region = region.parent
    return tuple(reversed(names))
