"""The register as a ledger that can be brought in."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleError
from core.imports.ledger import CellFault, Facts, Row, register
from organisations.actions.organisation import check_facts, lies_outside
from organisations.imports import storing
from organisations.imports.columns import COLUMNS, COMPUTED, tags, trade_systems
from organisations.imports.units import UnitLedger
from organisations.models import VILLAGE_KINDS, Organisation, Region
from organisations.models.kinds import Kind

# A field of the unit → the column that says it.
KEYS = {"region": "code"}
# By its last words a unit says what it is, where the ledger has no such column.
KIND_BY_ENDING = {
    "嘎查": Kind.VILLAGE,
    "村": Kind.VILLAGE,
    "社区": Kind.COMMUNITY,
    "学校": Kind.SCHOOL,
    "小学": Kind.SCHOOL,
    "中学": Kind.SCHOOL,
    "幼儿园": Kind.SCHOOL,
    "医院": Kind.HOSPITAL,
    "卫生院": Kind.HOSPITAL,
    "公司": Kind.ENTERPRISE,
    "协会": Kind.SOCIAL_ORGANISATION,
    "水库": Kind.RESERVOIR,
}


@register
class Organisations(UnitLedger):
    """Units are matched by place and name; a rename or an end is a deed with a document."""

    key = "organisations.organisations"
    title = gettext_lazy("单位名册")
    noun = gettext_lazy("个单位")
    action = "organisation.edit"
    list_url = "organisations:organisation_list"
    key_columns = ("name",)
    columns = COLUMNS
    computed = COMPUTED

    @cached_property
    def systems(self) -> dict[int, str]:
        """Undoing asks for them too, and begins without a `load`."""
        return {pk: name for name, pk in trade_systems().items()}

    def load(self, rows: Sequence[Row]) -> None:
        self.tags = set(tags())
        self.regions = self._regions(rows)
        self.superiors = {pk: unit.superior for pk, unit in self.units.units.items()}
        self._meant = {row.number: self._mean(row) for row in rows}
        wanted = [pk for pk in self._meant.values() if isinstance(pk, int)]
        self.found = self.fetch(wanted)
        # All of them: the reach and thousands of numbers in one condition take seconds.
        editable = Organisation.objects.editable_by(self.by)
        self.editable = set(editable.values_list("pk", flat=True)) if wanted else set()

    def _regions(self, rows: Sequence[Row]) -> dict[str, Region]:
        """Everything down to the townships, and the villages whose codes the file names."""
        codes = {row.values["code"] for row in rows if row.values.get("code")}
        wanted = ~Q(level=Region.Level.VILLAGE) | Q(code__in=codes)
        regions = Region.objects.filter(wanted).select_related("parent")
        return {region.code: region for region in regions}

    def _mean(self, row: Row) -> int | None | CellFault:
        """Which unit the row means, before any is loaded; None for a new one."""
        name = row.values.get("name")
        if not name:
            return CellFault(_("没有填全称，认不出是哪个单位。"), key="name")
        kind = row.values.get("kind")
        try:
            place = self._township_of(row)
            return self.unit(name, key="name", place=place, prefer=kind, may_be_new=True)
        except CellFault as fault:
            return fault

    def _township_of(self, row: Row) -> str:
        """The township in which a village is looked for; nothing for what lies in none."""
        place = row.values.get("place") or ""
        if place and (township := self.units.township(place)):
            return township.short_name
        if place and row.values.get("kind") in VILLAGE_KINDS and not self._regions_named(place):
            told = _("名册里没有“%s”这个苏木乡镇、街道或农场，请核对。") % place
            raise CellFault(told, key="place")
        region = self.regions.get(row.values.get("code") or "")
        if region and region.level == Region.Level.VILLAGE and region.parent:
            return region.parent.short_name
        return ""

    def identify(self, row: Row) -> Organisation | None:
        meant = self._meant[row.number]
        if isinstance(meant, CellFault):
            raise meant
        if meant is None:
            return None
        if meant not in self.editable:
            raise CellFault(_("这个单位不在你管理的范围内，不能修改。"), key="name")
        self._learn_spelling(row, self.found[meant])
        self._keep_dated_names(row, self.found[meant])
        return self.found[meant]

    def _keep_dated_names(self, row: Row, found: Organisation) -> None:
        """A former name that a rename left stays, whether the ledger names it or not."""
        if (told := row.values.get("former_names")) is not None:
            dated = (name.name for name in found.names.all() if name.valid_until)
            row.values["former_names"] = sorted({*told, *dated})

    def _learn_spelling(self, row: Row, found: Organisation) -> None:
        """A name that the user recognised is kept as another spelling; it renames nobody."""
        spelt = row.values.pop("name")
        # What the index recognises by itself needs no learning: a name with its place in front.
        if self.units.find(spelt, place=self.units.units[found.pk].place).pk != found.pk:
            kept = found.beside.named("other_names")
            told = row.values.get("other_names")
            row.values["other_names"] = sorted({*(kept if told is None else told), spelt})

    def resolve(self, row: Row) -> None:
        if superior := row.values.get("superior"):
            try:
                row.values["superior"] = self.unit(superior, key="superior")
            except CellFault as fault:
                del row.values["superior"]
                row.faults.append(fault)
        for key in ("offers", "needs"):
            unknown = [name for name in row.values.get(key) or () if name not in self.tags]
            if unknown:
                told = _("没有“%(names)s”这个标签；可用的有：%(known)s。")
                facts = {"names": "、".join(unknown), "known": "、".join(sorted(self.tags))}
                row.faults.append(CellFault(told % facts, key=key))

    def facts_of(self, found: Organisation) -> Facts:
        beside = found.beside
        return {
            "short_name": found.short_name,
            "former_names": beside.named("former_names"),
            "other_names": beside.named("other_names"),
            "kind": found.kind,
            "code": beside.code,
            "superior": found.superior_id,
            "trade_system": found.trade_system_id,
            "valid_from": found.valid_from and found.valid_from.isoformat(),
            "valid_until": found.valid_until and found.valid_until.isoformat(),
            "capacity": found.capacity,
            "is_willing": found.is_willing,
            "offers": sorted(beside.tags["offers"]),
            "needs": sorted(beside.tags["needs"]),
        }

    def complete(self, row: Row) -> Facts:
        facts = dict(row.values)
        name, place = facts.get("name") or "", facts.pop("place", None) or ""
        facts["kind"] = facts.get("kind") or _kind_of(self.units.key(name))
        facts["short_name"] = facts.get("short_name") or self.units.key(name)[:40]
        facts["code"] = facts.get("code") or self._code_at(place)
        if facts["kind"] in VILLAGE_KINDS and not facts.get("superior"):
            township = self.units.township(place)
            facts["superior"] = township.pk if township else None
        return facts

    def identity(self, row: Row) -> Any:
        """Two new units of one name in one place are one."""
        return self.units.key(row.facts.get("name") or ""), row.facts.get("code")

    def _code_at(self, place: str) -> str:
        """The code of the township, city or county of this name; our county's for none."""
        if not place:
            return settings.COUNTY_CODE
        if township := self.units.township(place):
            return township.code
        return next(iter(self._regions_named(place)), "")

    def _regions_named(self, place: str) -> list[str]:
        return [code for code, one in self.regions.items() if place in (one.name, one.short_name)]

    def check(self, row: Row) -> Iterable[CellFault]:
        if row.found is not None and (refused := list(_not_by_import(row))):
            return refused
        if row.found is None and row.facts["code"] not in self.regions:
            return [CellFault(_("所在地或区划代码不在平台的区划里，请核对。"), key="code")]
        try:
            check_facts(self._proposed(row))
        except RuleError as error:
            return [CellFault(error.message, key=KEYS.get(error.field, error.field))]
        return self._check_chain(row)

    def _check_chain(self, row: Row) -> Iterable[CellFault]:
        """No unit may stand above itself, however long the way round, through this file or not."""
        if row.object_pk is None or "superior" not in row.facts:
            return
        above, seen = row.facts["superior"], {row.object_pk}
        while above is not None and above not in seen:
            seen.add(above)
            above = self.superiors.get(above)
        if above is None:
            self.superiors[row.object_pk] = row.facts["superior"]
            return
        told = _("照这样填，“%s”绕一圈成了自己的上级，请核对上级单位。")
        yield CellFault(told % self.label_of(row), key="superior")

    def _proposed(self, row: Row) -> SimpleNamespace:
        """The unit as it would be, as far as it is checked."""
        found, facts = row.found, row.facts
        outside = found.is_external if found else lies_outside(self.regions[facts["code"]])
        ends = _day(facts.get("valid_until"))
        superior = facts.get("superior", found.superior_id if found else None)
        return SimpleNamespace(
            kind=facts.get("kind") or found.kind,
            is_external=outside,
            valid_until=ends or (found.valid_until if found else None),
            superior=self.units.units[superior] if superior else None,
        )

    def as_object(self, facts: Facts) -> Organisation:
        """A new unit."""
        unit = Organisation(
            name=facts["name"],
            short_name=facts["short_name"],
            kind=facts["kind"],
            region=self.regions[facts["code"]],
            superior_id=facts.get("superior"),
            trade_system_id=facts.get("trade_system"),
            valid_from=_day(facts.get("valid_from")),
            valid_until=_day(facts.get("valid_until")),
        )
        for name in ("capacity", "is_willing"):
            if facts.get(name) is not None:
                setattr(unit, name, facts[name])
        unit.is_external = lies_outside(unit.region)
        return unit

    def label_of(self, row: Row) -> str:
        if row.found is not None:
            return self.units.label(row.found.pk)
        return str(row.values.get("name") or _("第 %d 行") % row.number)

    def told(self, facts: Facts) -> dict[str, Any]:
        """The facts in words, under the names that the audit log knows."""
        names = {"code": "region"}
        return {names.get(key, key): self.words(key, value) for key, value in facts.items()}

    def add(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        storing.add(self, rows, advance)

    def change(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        storing.change(self, rows, advance)

    def fetch(self, pks: Sequence[int]) -> Mapping[int, Organisation]:
        return storing.fetch(pks)

    def in_reach(self, found: Mapping[int, Any]) -> Collection[int]:
        return set(Organisation.objects.editable_by(self.by).values_list("pk", flat=True))

    def remove(self, rows: Sequence[Row]) -> None:
        storing.remove(self, rows)


def _not_by_import(row: Row) -> Iterable[CellFault]:
    if "valid_until" in row.facts:
        told = _("停用或撤并要写明文号，请在单位页的“变更”里办理。")
        yield CellFault(told, key="valid_until")
    if "code" in row.facts:
        told = _("名册里它的区划代码是 %s，与表里不同；请核对是不是同一个单位。")
        yield CellFault(told % row.before["code"], key="code")


def _kind_of(name: str) -> str | None:
    return next((kind for ending, kind in KIND_BY_ENDING.items() if name.endswith(ending)), None)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
