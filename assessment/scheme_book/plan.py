"""What a scheme workbook becomes in the database: everything looked up, every fault at its cell."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.leaf_values import source_fault
from assessment.models import Indicator, Scheme
from assessment.models import Veto as VetoRow
from assessment.rules import Role, Unreadable
from assessment.rules.arithmetic import plain
from assessment.scheme_book.faults import BookFault, BookRefused
from assessment.scheme_book.scheme import PLACEHOLDER, Notes, SchemeBook, VetoLine
from assessment.scheme_book.sources import DataSource, read_source
from assessment.scoring import IndicatorSpec
from assessment.scoring.tree import Tree
from assessment.specification import NA_POLICIES, VETO_KINDS
from organisations.matching import UnitIndex
from organisations.models.kinds import Kind

EARLIEST, LATEST = 2000, 2100
# A department is known by nobody else's name: several of one are a fault.
OWN_SOURCES = {"manual": Indicator.Source.MANUAL, "imported": Indicator.Source.IMPORTED}
NOTED = {"测评方法": "methods", "依据": "basis"}


@dataclass(frozen=True)
class IndicatorPlan:
    """One row of the table: the fields of an indicator, its parent and its 互斥 by their codes."""

    code: str
    parent: str
    excluded_by: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class VetoPlan:
    """One veto, its unit found in the register."""

    organisation_id: int
    kind: str
    reason: str


@dataclass(frozen=True)
class SchemePlan:
    """The fields of a scheme (title and year may be missing), its table and its vetoes."""

    facts: dict[str, Any]
    indicators: tuple[IndicatorPlan, ...]
    vetoes: tuple[VetoPlan, ...]


def plan_scheme(book: SchemeBook, units: Any, faults: Iterable[BookFault] = ()) -> SchemePlan:
    """``units``: a queryset of the organisations that the workbook may name.

    Raises ``BookRefused`` with all that the database cannot hold or does not know, beside the
    ``faults`` with which the book was read.
    """
    return _Planner(book, units, faults).plan()


class _Planner:
    def __init__(self, book: SchemeBook, units: Any, faults: Iterable[BookFault]) -> None:
        self.book, self.units = book, units
        self.tree = Tree.of(book.spec.indicators)
        self.faults: list[BookFault] = list(faults)
        self.said = {(fault.sheet, fault.row, fault.label) for fault in self.faults}

    @cached_property
    def index(self) -> UnitIndex:
        return UnitIndex(self.units)

    def plan(self) -> SchemePlan:
        plan = SchemePlan(
            self._settings(),
            tuple(self._indicator(one) for one in self.book.spec.indicators),
            tuple(self._vetoes()),
        )
        if self.faults:
            raise BookRefused(self.faults)
        return plan

    def _settings(self) -> dict[str, Any]:
        spec, book = self.book.spec, self.book
        if book.year is not None and not EARLIEST <= book.year <= LATEST:
            self._item("年度", _("年度应在 %d 至 %d 之间") % (EARLIEST, LATEST))
        for item, number, field in (
            ("总分", spec.total, "total"),
            ("优秀比例", spec.excellent_ratio, "excellent_ratio"),
        ):
            if wrong := misfit(number, Scheme._meta.get_field(field)):
                self._item(item, wrong)
        for band in spec.grade_bands:
            if len(band.name) > LONGEST_GRADE:
                told = _("等次“%(name)s…”的名称最多 %(most)d 个字")
                self._item("等次", told % {"name": band.name[:10], "most": LONGEST_GRADE})
        policies = {policy: stored for stored, policy in NA_POLICIES.items()}
        return {
            "title": book.name,
            "year": book.year,
            "total": spec.total,
            "decimals": spec.decimals,
            "not_applicable": policies.get(spec.na_policy, ""),
            "grade_bands": [[band.name, plain(band.lower)] for band in spec.grade_bands],
            "excellent_ratio": spec.excellent_ratio,
            "veto_frees_place": spec.veto_frees_place,
        }

    def _item(self, item: str, message: str) -> None:
        self._add(self.book.places.of_item(item, message))

    def _indicator(self, one: IndicatorSpec) -> IndicatorPlan:
        notes = self.book.notes.get(one.code, Notes())
        source = self._source(one, notes.source)
        self._check_room(one, notes)
        facts = {
            "name": one.name,
            "role": self.tree.role.get(one.code, Role.BASE).value,
            "points": one.points,
            "weight": one.weight,
            "rule_kind": one.rule.kind if one.rule else "",
            "params": one.rule.to_params() if one.rule else {},
            "source": source.source,
            "metric": source.metric,
            "metric_filters": source.filters,
            "applies_to": self._kinds(one),
            "department_id": self._department(one, notes.department),
            "methods": notes.methods,
            "basis": notes.basis,
        }
        return IndicatorPlan(one.code, one.parent, one.excluded_by, facts)

    def _cell(self, one: IndicatorSpec, label: str, message: str) -> None:
        self._add(self.book.places.of_indicator(one.code, label, message))

    def _add(self, fault: BookFault) -> None:
        """What the reader has said of a cell is not said again."""
        if (fault.sheet, fault.row, fault.label) not in self.said:
            self.faults.append(fault)

    def _source(self, one: IndicatorSpec, text: str) -> DataSource:
        """人工评分 and 外部成绩 need not say it; 固定分 and branches have none."""
        nothing = DataSource("")
        if one.rule is PLACEHOLDER:
            # Nobody can say what a rule wants that could not be read.
            return nothing
        if one.rule is None or not one.rule.needs_value:
            if text:
                self._cell(one, "数据来源", _("这一行不用数据，请清空"))
            return nothing
        own = OWN_SOURCES.get(one.rule.kind)
        if not text:
            if own is None:
                self._cell(one, "数据来源", _("没有填数据来源"))
            return DataSource(own or "")
        try:
            found = read_source(text)
        except Unreadable as problem:
            self._cell(one, "数据来源", str(problem))
            return nothing
        if wrong := source_fault(_leaf(one, found), one.rule):
            self._cell(one, "数据来源", wrong)
        return found

    def _check_room(self, one: IndicatorSpec, notes: Notes) -> None:
        texts = {"编码": ("code", one.code), "名称": ("name", one.name)}
        texts |= {label: (field, getattr(notes, field)) for label, field in NOTED.items()}
        for label, (field, text) in texts.items():
            most = Indicator._meta.get_field(field).max_length
            if len(text) > most:
                words = {"size": len(text), "most": most}
                self._cell(one, label, _("有 %(size)d 个字，最多 %(most)d 个字") % words)
        if not one.name:
            self._cell(one, "名称", _("没有填名称"))
        for label, number, field in (
            ("分值", one.points, "points"),
            ("折算", one.weight, "weight"),
        ):
            if wrong := misfit(number, Indicator._meta.get_field(field)):
                self._cell(one, label, wrong)

    def _kinds(self, one: IndicatorSpec) -> list[str]:
        known = {str(kind.label): kind.value for kind in Kind}
        unknown = sorted(one.applies_to - set(known))
        if unknown:
            words = {"unknown": "、".join(unknown)[:60], "known": "、".join(known)}
            told = _("没有类型“%(unknown)s”，可写：%(known)s") % words
            self._cell(one, "适用类型", told)
        return [value for label, value in known.items() if label in one.applies_to]

    def _department(self, one: IndicatorSpec, name: str) -> int | None:
        if not name:
            return None
        found, wrong = self._unit(name)
        if wrong:
            self._cell(one, "负责部门", wrong)
        return found

    def _unit(self, name: str) -> tuple[int | None, str]:
        """The unit of this name, or what is wrong with it."""
        match = self.index.find(name)
        words = {"name": name[:40], "others": "、".join(map(self.index.label, match.namesakes))}
        if match.namesakes:
            return None, _("“%(name)s”有几家：%(others)s，请写明是哪一家") % words
        if match.pk is None:
            words["near"] = "、".join(map(self.index.label, match.near))
            told = _("单位名册里没有“%(name)s”")
            return None, (told + (_("，是不是 %(near)s") if match.near else "")) % words
        ended = self.index.units[match.pk].valid_until
        if ended is not None and ended < timezone.localdate():
            return None, _("“%(name)s”已不在名册，请写承接的单位") % words
        return match.pk, ""

    def _vetoes(self) -> Iterator[VetoPlan]:
        kinds = {kind: stored.value for stored, kind in VETO_KINDS.items()}
        seen: set[tuple[int, str]] = set()
        for veto in self.book.vetoes:
            found, wrong = self._unit(veto.unit)
            if wrong:
                self._veto(veto, "单位", wrong)
            most = VetoRow._meta.get_field("reason").max_length
            if not veto.reason:
                self._veto(veto, "事由", _("没有填事由"))
            elif len(veto.reason) > most:
                words = {"size": len(veto.reason), "most": most}
                self._veto(veto, "事由", _("有 %(size)d 个字，最多 %(most)d 个字") % words)
            if found is None:
                continue
            if (found, veto.kind) in seen:
                self._veto(veto, "单位", _("这个单位的这一类否决写了两次"))
            seen.add((found, veto.kind))
            yield VetoPlan(found, kinds[veto.kind], veto.reason)

    def _veto(self, veto: VetoLine, label: str, message: str) -> None:
        self._add(self.book.places.of_veto(veto, label, message))


def _leaf(one: IndicatorSpec, found: DataSource) -> Indicator:
    return Indicator(
        name=one.name, source=found.source, metric=found.metric, metric_filters=found.filters
    )


LONGEST_GRADE = 20


def misfit(number: Decimal | None, field: Any) -> str:
    """Why a number does not fit its column of the database; empty where it does."""
    if number is None:
        return ""
    whole, places = field.max_digits - field.decimal_places, field.decimal_places
    if number.copy_abs() >= Decimal(10) ** whole:
        return _("%(number)s 太大，最多 %(whole)d 位整数") % {
            "number": plain(number)[:20],
            "whole": whole,
        }
    if number != round(number, places):
        return _("%(number)s 的小数太多，最多 %(places)d 位") % {
            "number": plain(number)[:30],
            "places": places,
        }
    return ""
