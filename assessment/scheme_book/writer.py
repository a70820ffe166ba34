"""A scheme written as the workbook that `read_scheme` reads back unchanged."""

from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext as _

from assessment.rules import RULES, format_params, plain
from assessment.scheme_book.legend import write_legend
from assessment.scheme_book.scheme import (
    COLUMNS,
    FREES_PLACE,
    INDICATORS,
    ITEM,
    SCHEME,
    VALUE,
    VETOES,
    Notes,
    SchemeBook,
)
from assessment.scoring import IndicatorSpec
from core.sheets import HEAD, NOTE, NUMBER, TEXT, Book, Sheet, SheetMeta

WIDTHS = (10, 10, 28, 11, 8, 12, 40, 20, 22, 14, 16, 30, 8, 8)


def write_scheme(
    stream: BinaryIO, scheme: SchemeBook, meta: SheetMeta, *, with_legend: bool = False
) -> None:
    """Sheets 方案, 指标 and 否决, with heads that stay in sight; 说明 for whoever edits by hand."""
    with Book(stream, meta) as book:
        write_scheme_sheets(book, scheme)
        if with_legend:
            write_legend(book)


def write_scheme_sheets(book: Book, scheme: SchemeBook) -> None:
    _write_settings(book.sheet(SCHEME, landscape=False), scheme)
    _write_indicators(book.sheet(INDICATORS), scheme)
    _write_vetoes(book.sheet(VETOES, landscape=False), scheme)


def settings_of(scheme: SchemeBook) -> tuple[tuple[str, str | int | Decimal | None], ...]:
    """The rows of the sheet 方案: item and value."""
    spec = scheme.spec
    bands = "，".join(f"{band.name}:{plain(band.lower)}" for band in spec.grade_bands)
    return (
        ("名称", scheme.name),
        ("年度", scheme.year),
        ("总分", spec.total),
        ("小数位", spec.decimals),
        ("不适用", spec.na_policy.value),
        ("等次", bands),
        ("优秀比例", spec.excellent_ratio),
        ("并列", spec.ties.value),
        (FREES_PLACE, _("是") if spec.veto_frees_place else _("否")),
    )


def _write_settings(sheet: Sheet, scheme: SchemeBook) -> None:
    sheet.widths([18, 60])
    sheet.put_row(1, [ITEM, VALUE], HEAD)
    for number, (item, value) in enumerate(settings_of(scheme), 2):
        sheet.put(number, 1, item, TEXT)
        sheet.put(number, 2, value, TEXT)
    sheet.freeze(2)


def _write_indicators(sheet: Sheet, scheme: SchemeBook) -> None:
    sheet.widths(WIDTHS)
    sheet.put_row(1, COLUMNS, HEAD)
    sheet.freeze(2, 4)
    sheet.print_titles(1, 1)
    for number, indicator in enumerate(scheme.spec.indicators, 2):
        notes = scheme.notes.get(indicator.code, Notes())
        for column, value in enumerate(cells_of(indicator, notes), 1):
            style = NUMBER if isinstance(value, Decimal) else TEXT
            sheet.put(number, column, value, style)


def cells_of(one: IndicatorSpec, notes: Notes) -> tuple[str | Decimal | None, ...]:
    """The row of the sheet 指标, in the order of `COLUMNS`."""
    rule = one.rule
    return (
        one.code,
        one.parent,
        one.name,
        one.role.value if one.role else "",
        one.points,
        RULES[rule.kind].label if rule else "",
        format_params(rule.to_params()) if rule else "",
        notes.source,
        "，".join(sorted(one.applies_to)),
        notes.methods,
        notes.department,
        notes.basis,
        one.excluded_by,
        one.weight,
    )


def veto_notes() -> tuple[str, ...]:
    """What stands above the head of the sheet 否决, for whoever fills it in by hand."""
    return (
        _("一票否决：总分计零，等次定为末等。一票否优：不得定为最高等次。没有就空着。"),
        _("写法如：大沁他拉镇，一票否优，检查发现活动记录不实、未按期纠正。单位按名册上的名称写。"),
    )


def _write_vetoes(sheet: Sheet, scheme: SchemeBook) -> None:
    sheet.widths([28, 12, 60])
    for number, line in enumerate(veto_notes(), 1):
        sheet.put(number, 1, line, NOTE)
    head = len(veto_notes()) + 1
    sheet.put_row(head, ["单位", "类型", "事由"], HEAD)
    sheet.freeze(head + 1)
    for number, veto in enumerate(scheme.vetoes, head + 1):
        sheet.put_row(number, [veto.unit, veto.kind.value, veto.reason])
