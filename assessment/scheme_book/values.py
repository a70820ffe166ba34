"""A workbook of values: sheet 数据, one row per unit and one column per leaf, and sheet 上年."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessment.rules import Part, Rule, Unreadable, Value, read_number, tidy
from assessment.rules.arithmetic import exact
from assessment.scheme_book.faults import BookFault, BookRefused
from assessment.scheme_book.grid import Grid, Line, find_sheet, read_grid
from assessment.scheme_book.scheme import SchemeBook
from assessment.scoring import (
    IndicatorSpec,
    UnitSpec,
    ValueFault,
    ValuesRefused,
    Veto,
    score_units,
)
from assessment.scoring.results import UnitResult
from assessment.scoring.sheet import Sheet
from core.sheets import Workbook

DATA, PREVIOUS = "数据", "上年"
UNIT, GROUP, KIND = "单位", "分组", "类型"
# Columns that people keep beside the data for themselves.
IGNORED = ("序号", "备注", "说明")
NONE_MET = ("无", "0", "没有")
# A level's own name may have brackets: 省(部)级.
INNER = re.compile(r"(\d+):\(([^()]*(?:\([^()]*\)[^()]*)*)\)")


@dataclass(frozen=True)
class Page:
    """Sheet 数据 or 上年 below its head; ``rows``: unit key → number of its row."""

    grid: Grid
    rows: dict[str, int]
    units: list[UnitSpec]
    values: dict[tuple[str, str], Value]

    def fault(self, fault: ValueFault) -> BookFault:
        """The fault at its cell, or at the head where the whole column is not there."""
        if fault.code and fault.code not in self.grid.columns:
            return self.grid.fault(_("缺少这一列，有单位要填"), self.grid.head, fault.code)
        return self.grid.fault(fault.message, self.rows.get(fault.unit, 0), fault.code or UNIT)


@dataclass(frozen=True)
class ValueBook:
    """Units in the order of the workbook with their values, and last year's where given.

    The key of a unit is its name with half-width marks: the sheets need not agree on those.
    """

    data: Page
    last: Page | None = None

    @property
    def units(self) -> list[UnitSpec]:
        return self.data.units


def read_values(book: Workbook, scheme: SchemeBook) -> ValueBook:
    """The values for this scheme. Raises ``BookRefused`` with every fault of both sheets.

    Where a cell cannot be read, those that scoring would miss are told with it.
    """
    plan = Sheet(scheme.spec)
    data, faults = _read_page(book, DATA, plan)
    last = None
    if find_sheet(book, PREVIOUS):
        kinds = {unit.key: unit.kind for unit in data.units} if data else {}
        last, last_faults = _read_page(book, PREVIOUS, plan, kinds)
        faults += last_faults
    if data is None:
        raise BookRefused(faults)
    found = ValueBook(data, last)
    if faults:
        said = {(fault.sheet, fault.row, fault.column) for fault in faults}
        missed = _scoring_faults(scheme, found)
        faults += [one for one in missed if (one.sheet, one.row, one.column) not in said]
        raise BookRefused(faults)
    return found


def score_values(scheme: SchemeBook, found: ValueBook) -> list[UnitResult]:
    """The results in the order of the workbook. Raises ``BookRefused`` at the cells at fault."""
    vetoes = [Veto(tidy(veto.unit), veto.kind, veto.reason) for veto in scheme.vetoes]
    previous = found.last.values if found.last else {}
    try:
        return score_units(scheme.spec, found.units, found.data.values, vetoes, previous=previous)
    except ValuesRefused as refusal:
        raise BookRefused(_placed(scheme, found, refusal.faults)) from refusal


def _scoring_faults(scheme: SchemeBook, found: ValueBook) -> Sequence[BookFault]:
    try:
        score_values(scheme, found)
    except BookRefused as refusal:
        return refusal.faults
    return ()


def _placed(
    scheme: SchemeBook, found: ValueBook, faults: Iterable[ValueFault]
) -> Iterable[BookFault]:
    """The faults of scoring at their cells, those of a whole column once."""
    placed = []
    for fault in faults:
        if fault.about == PREVIOUS:
            if found.last is None:
                placed.append(BookFault(PREVIOUS, 0, None, "", fault.message))
            else:
                placed.append(found.last.fault(fault))
        elif fault.unit in found.data.rows:
            placed.append(found.data.fault(fault))
    for veto in scheme.vetoes:
        if tidy(veto.unit) not in found.data.rows:
            message = _("“%s”不在“数据”表里") % veto.unit[:20]
            placed.append(scheme.places.of_veto(veto, UNIT, message))
    return dict.fromkeys(placed)


def _read_page(
    book: Workbook, name: str, plan: Sheet, kinds: Mapping[str, str] | None = None
) -> tuple[Page | None, list[BookFault]]:
    """A sheet of values; ``kinds`` are those of the units where the sheet does not say them."""
    grid, faults = _sheet(book, name, (UNIT,))
    if grid is None:
        return None, faults
    units, rows, unit_faults = _units(grid)
    kinds = {unit.key: unit.kind for unit in units} if kinds is None else kinds
    values, cell_faults = _values(grid, plan, kinds)
    faults += [*_check_columns(grid, plan), *unit_faults, *cell_faults]
    return Page(grid, rows, units, values), faults


def _sheet(
    book: Workbook, name: str, needed: tuple[str, ...]
) -> tuple[Grid | None, list[BookFault]]:
    sheet = find_sheet(book, name)
    if sheet is None:
        return None, [BookFault(name, 0, None, "", _("缺少这张工作表"))]
    return read_grid(sheet, needed)


def _check_columns(grid: Grid, plan: Sheet) -> Iterator[BookFault]:
    codes = {indicator.code for indicator in plan.order}
    for label in grid.columns:
        if label in codes and label not in plan.rules:
            yield grid.fault(_("有下级的指标没有自己的数据"), grid.head, label)
        elif label not in plan.rules and label not in (UNIT, GROUP, KIND, *IGNORED):
            yield grid.fault(_("方案里没有这个编码的末级指标"), grid.head, label)


def _units(grid: Grid) -> tuple[list[UnitSpec], dict[str, int], list[BookFault]]:
    units, rows, faults = [], {}, []
    for line in grid.lines:
        name = line.text(UNIT)
        key = tidy(name)
        if not name:
            faults.append(grid.fault(_("没有填单位"), line.number, UNIT))
        elif key in rows:
            message = _("与第 %d 行是同一个单位") % rows[key]
            faults.append(grid.fault(message, line.number, UNIT))
        else:
            rows[key] = line.number
            units.append(UnitSpec(key, name, line.text(GROUP), tidy(line.text(KIND))))
    return units, rows, faults


def _values(
    grid: Grid, plan: Sheet, kinds: Mapping[str, str]
) -> tuple[dict[tuple[str, str], Value], list[BookFault]]:
    """The values of the leaves that apply: what stands in the other cells is not looked at."""
    values: dict[tuple[str, str], Value] = {}
    faults = []
    columns = [leaf for leaf in plan.leaves if leaf.code in grid.columns]
    for line in grid.lines:
        key = tidy(line.text(UNIT))
        for leaf in _applicable(columns, plan, kinds.get(key, "")):
            try:
                values[key, leaf.code] = read_value(plan.rules[leaf.code], line, leaf.code)
            except Unreadable as problem:
                faults.append(grid.fault(str(problem), line.number, leaf.code))
    return values, faults


def _applicable(leaves: Iterable[IndicatorSpec], plan: Sheet, kind: str) -> Iterator[IndicatorSpec]:
    with exact():
        applies = plan.for_kind(kind).applies
    for leaf in leaves:
        if leaf.code in applies and plan.rules[leaf.code].needs_value:
            yield leaf


def read_value(rule: Rule[Any], line: Line, code: str) -> Value:
    """The cell in the shape that the rule takes; None for a blank one. Raises ``Unreadable``."""
    text = tidy(line.text(code))
    if not text:
        return None
    shape = rule.value_shape()
    if shape.period is not None:
        if text in NONE_MET:
            return {}
        return inner_counts(text) if shape.part is Part.BY_NAME else _counts(text)
    if shape.part is Part.BY_NAME:
        return {} if text in NONE_MET else _counts(text)
    if shape.part is Part.ITEMS:
        return _items(text, is_number=shape.is_number)
    if shape.part is Part.MARKS:
        return tuple(read_number(part) for part in _parts(text))
    return read_number(text)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


def _counts(text: str) -> dict[str, Decimal]:
    counts: dict[str, Decimal] = {}
    for part in _parts(text):
        name, mark, number = (piece.strip() for piece in part.partition(":"))
        if not mark or not name:
            raise Unreadable(
                _("“%s”应写成“名称:个数”，如 国家级:1，市级:2 或 1:3，2:0") % part[:20]
            )
        if name in counts:
            raise Unreadable(_("“%s”写了两次") % name[:20])
        counts[name] = read_number(number)
    return counts


def inner_counts(text: str) -> dict[str, dict[str, Decimal]]:
    """``1:(国家级:1，市级:2)，2:(市级:1)``: levels counted month by month."""
    pairs = INNER.findall(text)
    found = {name: _counts(inner) for name, inner in pairs}
    if len(found) < len(pairs):
        raise Unreadable(_("有一个周期写了两次"))
    if not found or tidy(INNER.sub("", text)).strip(",; "):
        raise Unreadable(_("应按周期写各级个数，如 1:（国家级:1，市级:2），2:（市级:1）"))
    return found


def _items(text: str, *, is_number: bool) -> Value:
    if text in NONE_MET:
        return Decimal(0)
    if is_number:
        try:
            return read_number(text)
        except Unreadable:
            return tuple(_parts(text))
    return tuple(_parts(text))
