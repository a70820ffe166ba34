"""A workbook of many units: all totals by group first, every figure a reference to its sheet."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ZERO, exact, round_half_up
from assessment.unit_sheets.sheet import UnitSheet
from assessment.unit_sheets.workbook import Place, put_unit
from core.sheets import (
    CENTRED,
    HEAD,
    INTEGER,
    POINTS,
    TEXT,
    Book,
    Formula,
    Sheet,
    SheetMeta,
    cell_name,
)

SUMS = ("base", "bonus", "deduction", "total")
# Columns before the leaves; behind the sums follow rank, grade and vetoes.
BEFORE = 4
Spans = dict[str, tuple[int, int]]


def sheets_workbook(
    units: Iterable[UnitSheet],
    meta: SheetMeta,
    advance: Callable[[int], None] = lambda done: None,
) -> bytes:
    """Summary, statistics of the groups, then a sheet for each unit. `advance` hears each unit."""
    stream = BytesIO()
    places: list[Place] = []
    with Book(stream, meta) as book:
        summary = book.sheet(_("汇总"))
        statistics = book.sheet(_("分组统计"))
        for done, unit in enumerate(units, 1):
            places.append(put_unit(book, unit))
            advance(done)
        spans = _put_summary(summary, places)
        _put_statistics(statistics, summary, places, spans)
    return stream.getvalue()


def _put_summary(sheet: Sheet, places: Sequence[Place]) -> Spans:
    """One row for each unit in the order given; returns the rows of each group."""
    leaves = [row.indicator for row in places[0].unit.leaves] if places else []
    widths = [6, 16, 26, 12, *([9] * (len(leaves) + len(SUMS))), 7, 9, 12]
    sheet.widths(widths)
    head = sheet.put_heading(len(widths))
    sheet.put_row(head, _titles(leaves), HEAD)
    sheet.height(head, 64)
    sheet.freeze(head + 1, BEFORE)
    sheet.print_titles(head, head)
    spans: Spans = {}
    row = head
    for group, members in groupby(places, key=_group):
        block = list(members)
        spans[group] = (row + 1, row + len(block))
        for place in block:
            row += 1
            _put_unit(sheet, row, row - head, place)
            _put_standing(sheet, row, place, spans[group])
    sheet.filter(head, 1, max(row, head + 1), len(widths))
    return spans


def _group(place: Place) -> str:
    return place.unit.result.unit.group


def _total_column(unit: UnitSheet) -> int:
    return BEFORE + len(unit.leaves) + len(SUMS)


def _titles(leaves: Sequence[Any]) -> list[str]:
    return [
        _("序号"), _("考核分组"), _("单位"), _("类型"),
        *(str(leaf) for leaf in leaves),
        _("基础分"), _("加分"), _("扣分"), _("总分"), _("组内名次"), _("等次"), _("否决"),
    ]  # fmt: skip


def _put_unit(sheet: Sheet, row: int, number: int, place: Place) -> None:
    result = place.unit.result
    sheet.put(row, 1, number, INTEGER)
    for column, text in enumerate((result.unit.group, result.unit.name, result.unit.kind), 2):
        sheet.put(row, column, text, TEXT)
    for column, leaf in enumerate(place.unit.leaves, BEFORE + 1):
        points = leaf.line.points
        value = None if points is None else place.formula(leaf.line.code, points)
        sheet.put(row, column, value, POINTS)
    for column, key in enumerate(SUMS, _total_column(place.unit) - len(SUMS) + 1):
        sheet.put(row, column, place.formula(key, getattr(result, key)), POINTS)


def _put_standing(sheet: Sheet, row: int, place: Place, span: tuple[int, int]) -> None:
    unit, total = place.unit, _total_column(place.unit)
    vetoes = "、".join(veto.kind for veto in unit.result.vetoes)
    rank: Any = unit.result.rank if unit.shows_rank else _("审定后公布")
    # A rank can be worked out again only where the whole group stands here.
    if unit.shows_rank and span[1] - span[0] + 1 == unit.result.group_size:
        rank = Formula(f"RANK({cell_name(row, total)},{_span(total, span)})", unit.result.rank)
    sheet.put(row, total + 1, rank, INTEGER)
    sheet.put(row, total + 2, unit.result.grade if unit.shows_rank else "", CENTRED)
    sheet.put(row, total + 3, vetoes, CENTRED)


def _span(column: int, span: tuple[int, int]) -> str:
    return f"{cell_name(span[0], column)}:{cell_name(span[1], column)}"


def _put_statistics(sheet: Sheet, summary: Sheet, places: Sequence[Place], spans: Spans) -> None:
    """Number, mean and best total of each group; a unit's own trial tells nothing of others."""
    sheet.widths((24, 10, 12, 12))
    head = sheet.put_heading(4)
    sheet.put_row(head, (_("考核分组"), _("家数"), _("平均分"), _("最高分")), HEAD)
    for row, (group, span) in enumerate(spans.items(), head + 1):
        totals = [place.unit.result.total for place in places if _group(place) == group]
        column = _total_column(places[0].unit)
        cells = f"'{summary.name}'!{_span(column, span)}"
        decimals = places[0].unit.spec.decimals
        mean = _mean(totals, decimals)
        sheet.put(row, 1, group, TEXT)
        sheet.put(row, 2, Formula(f"COUNT({cells})", len(totals)), INTEGER)
        sheet.put(row, 3, Formula(f"ROUND(AVERAGE({cells}),{decimals})", mean), POINTS)
        sheet.put(row, 4, Formula(f"MAX({cells})", max(totals)), POINTS)


def _mean(numbers: Sequence[Decimal], decimals: int) -> Decimal:
    with exact():
        return round_half_up(sum(numbers, ZERO) / len(numbers), decimals)
