"""A scheme written as the workbook that `read_scheme` reads back unchanged."""

from collections.abc import Sequence
from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext as _

from assessment.rules import RULES, format_params, plain
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
from core.sheets import HEAD, NUMBER, TEXT, Book, Sheet, SheetMeta

WIDTHS = (10, 10, 28, 11, 8, 12, 40, 20, 22, 14, 16, 30, 8, 8)


def write_scheme(stream: BinaryIO, scheme: SchemeBook, meta: SheetMeta) -> None:
    """Sheets 方案, 指标 and 否决, with heads that stay in sight."""
    with Book(stream, meta) as book:
        _write_settings(book.sheet(SCHEME, landscape=False), scheme)
        _write_indicators(book.sheet(INDICATORS), scheme)
        _write_vetoes(book.sheet(VETOES, landscape=False), scheme)


def _write_settings(sheet: Sheet, scheme: SchemeBook) -> None:
    spec = scheme.spec
    bands = "，".join(f"{band.name}:{plain(band.lower)}" for band in spec.grade_bands)
    rows: Sequence[tuple[str, str | int | Decimal | None]] = (
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
    sheet.widths([18, 60])
    sheet.put_row(1, [ITEM, VALUE], HEAD)
    for number, (item, value) in enumerate(rows, 2):
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
        for column, value in enumerate(_cells(indicator, notes), 1):
            style = NUMBER if isinstance(value, Decimal) else TEXT
            sheet.put(number, column, value, style)


def _cells(one: IndicatorSpec, notes: Notes) -> tuple[str | Decimal | None, ...]:
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


def _write_vetoes(sheet: Sheet, scheme: SchemeBook) -> None:
    sheet.widths([28, 12, 60])
    sheet.put_row(1, ["单位", "类型", "事由"], HEAD)
    sheet.freeze(2)
    for number, veto in enumerate(scheme.vetoes, 2):
        sheet.put_row(number, [veto.unit, veto.kind.value, veto.reason])
