"""A workbook of values: sheet 数据, one row per unit and one column per leaf, and sheet 上年."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessment.rules import Rule, Unreadable, Value, read_number, tidy
from assessment.rules.checklist import Checklist
from assessment.rules.graded import Graded
from assessment.rules.level_highest import LevelHighest
from assessment.rules.level_sum import LevelSum
from assessment.rules.manual import Manual
from assessment.rules.periods import PeriodicRule
from assessment.scheme_book.faults import BookFault, BookRefused
from assessment.scheme_book.grid import Grid, Line, find_sheet, read_grid
from assessment.scheme_book.scheme import SchemeBook
from assessment.scoring import IndicatorSpec, UnitSpec, ValuesRefused, Veto, score_units
from assessment.scoring.results import UnitResult
from assessment.scoring.tree import Tree
from core.sheets import Workbook

DATA, PREVIOUS = "数据", "上年"
UNIT, GROUP, KIND = "单位", "分组", "类型"
# Columns that people keep beside the data for themselves.
IGNORED = ("序号", "备注", "说明")
NONE_MET = ("无", "0", "没有")
INNER = re.compile(r"(\d+):\(([^()]*)\)")


@dataclass(frozen=True)
class ValueBook:
    """Units in the order of the workbook, their values, last year's, and where each stands."""

    units: list[UnitSpec]
    values: dict[tuple[str, str], Value]
    previous: dict[tuple[str, str], Value]
    grid: Grid
    rows: dict[str, int]


def read_values(book: Workbook, scheme: SchemeBook) -> ValueBook:
    """The values for this scheme. Raises ``BookRefused`` with every fault of both sheets."""
    leaves = {leaf.code: leaf for leaf in Tree.of(scheme.spec.indicators).leaves()}
    grid, faults = _sheet(book, DATA, (UNIT,))
    last, last_faults = (
        _sheet(book, PREVIOUS, (UNIT,)) if find_sheet(book, PREVIOUS) else (None, [])
    )
    faults += last_faults
    units, rows, values, previous = [], {}, {}, {}
    if grid:
        faults += _check_columns(grid, leaves, scheme)
        units, rows, unit_faults = _units(grid)
        values, cell_faults = _values(grid, leaves)
        faults += unit_faults + cell_faults
    if last:
        faults += _check_columns(last, leaves, scheme)
        previous, cell_faults = _values(last, leaves)
        faults += cell_faults
    if faults or grid is None:
        raise BookRefused(faults)
    return ValueBook(units, values, previous, grid, rows)


def score_values(scheme: SchemeBook, found: ValueBook) -> list[UnitResult]:
    """The results in the order of the workbook. Raises ``BookRefused`` at the cells at fault."""
    vetoes = [Veto(veto.unit, veto.kind, veto.reason) for veto in scheme.vetoes]
    try:
        return score_units(scheme.spec, found.units, found.values, vetoes, previous=found.previous)
    except ValuesRefused as refusal:
        faults = [
            found.grid.fault(fault.message, found.rows.get(fault.unit, 0), fault.code)
            for fault in refusal.faults
        ]
        raise BookRefused(faults) from refusal


def _sheet(
    book: Workbook, name: str, needed: tuple[str, ...]
) -> tuple[Grid | None, list[BookFault]]:
    sheet = find_sheet(book, name)
    if sheet is None:
        return None, [BookFault(name, 0, None, "", _("缺少这张工作表"))]
    return read_grid(sheet, needed)


def _check_columns(
    grid: Grid, leaves: dict[str, IndicatorSpec], scheme: SchemeBook
) -> list[BookFault]:
    codes = {indicator.code for indicator in scheme.spec.indicators}
    faults = []
    for label in grid.columns:
        if label in codes and label not in leaves:
            faults.append(grid.fault(_("有下级的指标没有自己的数据"), grid.head, label))
        elif label not in leaves and label not in (UNIT, GROUP, KIND, *IGNORED):
            faults.append(grid.fault(_("方案里没有这个编码的末级指标"), grid.head, label))
    return faults


def _units(grid: Grid) -> tuple[list[UnitSpec], dict[str, int], list[BookFault]]:
    units, rows, faults = [], {}, []
    for line in grid.lines:
        name = line.text(UNIT)
        if not name:
            faults.append(grid.fault(_("没有填单位"), line.number, UNIT))
        elif name in rows:
            message = _("与第 %d 行是同一个单位") % rows[name]
            faults.append(grid.fault(message, line.number, UNIT))
        else:
            rows[name] = line.number
            units.append(UnitSpec(name, name, line.text(GROUP), line.text(KIND)))
    return units, rows, faults


def _values(
    grid: Grid, leaves: dict[str, IndicatorSpec]
) -> tuple[dict[tuple[str, str], Value], list[BookFault]]:
    values: dict[tuple[str, str], Value] = {}
    faults = []
    for line in grid.lines:
        for code, leaf in leaves.items():
            if code not in grid.columns or leaf.rule is None or not leaf.rule.needs_value:
                continue
            try:
                values[line.text(UNIT), code] = read_value(leaf.rule, line, code)
            except Unreadable as problem:
                faults.append(grid.fault(str(problem), line.number, code))
    return values, faults


def read_value(rule: Rule[Any], line: Line, code: str) -> Value:
    """The cell in the shape that the rule takes; None for a blank one. Raises ``Unreadable``."""
    text = tidy(line.text(code))
    if not text:
        return None
    if isinstance(rule, PeriodicRule) and rule.period is not None:
        return _inner_counts(text) if isinstance(rule, LevelSum) else _counts(text)
    if isinstance(rule, LevelHighest | LevelSum | Graded):
        return {} if text in NONE_MET else _counts(text)
    if isinstance(rule, Checklist):
        return _items(rule, text)
    if isinstance(rule, Manual):
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


def _inner_counts(text: str) -> dict[str, dict[str, Decimal]]:
    """``1:(国家级:1，市级:2)，2:(市级:1)``: levels counted month by month."""
    found = {name: _counts(inner) for name, inner in INNER.findall(text)}
    if not found or tidy(INNER.sub("", text)).strip(",; "):
        raise Unreadable(_("应按周期写各级个数，如 1:（国家级:1，市级:2），2:（市级:1）"))
    return found


def _items(rule: Checklist, text: str) -> Value:
    if text in NONE_MET:
        return Decimal(0)
    if rule.factors:
        try:
            return read_number(text)
        except Unreadable:
            return tuple(_parts(text))
    return tuple(_parts(text))
