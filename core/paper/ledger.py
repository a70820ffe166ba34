"""A list as PDF: the same columns and rows as its .xlsx, head repeated, rows whole, sums below."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.paper.render import PaperMeta, render_pdf
from core.sheets import Column, SheetMeta
from core.sheets.book import naive

FIGURES = ("number", "money", "points", "integer")
CENTRED = ("date", "datetime")


def render_list(
    meta: SheetMeta,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    landscape: bool = True,
) -> bytes:
    """The list as a PDF table on A4; title, filter and origin stand above it.

    `rows` hold one value per column, as for `core.sheets.write_table`. RuleError as `render_pdf`.
    """
    values = [list(row) for row in rows]
    context = {
        "facts": meta.lines(),
        "columns": [(column.label, share) for column, share in _shares(columns)],
        "rows": [
            [(_align(column), shown(column, value)) for column, value in _pairs(columns, row)]
            for row in values
        ],
        "sums": _sums(columns, values),
    }
    about = PaperMeta(
        title=meta.title,
        author=meta.made_by,
        made_at=meta.made_at,
        subject=meta.lines()[0],
        is_demo=meta.is_demo,
    )
    return render_pdf("paper/list.html", context, meta=about, landscape=landscape)


def shown(column: Column, value: Any) -> str:
    """A value as it is printed: 1,200.50 for money, 4.00 for points, 2026-03-05, 是, 否."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return f"{naive(value):%Y-%m-%d %H:%M}" if column.kind != "date" else f"{naive(value):%F}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, int | Decimal) and column.kind in FIGURES:
        return _figure(column, Decimal(value))
    return str(value)


def _figure(column: Column, value: Decimal) -> str:
    if column.kind == "money":
        return f"{value:,.2f}"
    if column.kind == "points":
        return f"{value:f}" if -value.as_tuple().exponent > 2 else f"{value:.2f}"
    return f"{value:,f}"


def _pairs(columns: Sequence[Column], row: Sequence[Any]) -> Iterable[tuple[Column, Any]]:
    return zip(columns, row, strict=True)


def _align(column: Column) -> str:
    if column.kind in FIGURES:
        return "figure"
    return "centred" if column.kind in CENTRED else ""


def _shares(columns: Sequence[Column]) -> Iterable[tuple[Column, str]]:
    """Each column with its share of the table's width, in per cent."""
    whole = sum(column.shown_width() for column in columns)
    return [(column, f"{column.shown_width() / whole:.2%}") for column in columns]


def _sums(columns: Sequence[Column], rows: list[list[Any]]) -> list[tuple[str, str]]:
    """The foot of the table: sums under the columns that ask for one, 合计 in the first free."""
    if not rows or not any(column.total for column in columns):
        return []
    foot, named = [], False
    for index, column in enumerate(columns):
        text = ""
        if column.total:
            numbers = [row[index] for row in rows if isinstance(row[index], int | Decimal)]
            text = _figure(column, Decimal(sum(numbers)))
        elif not named:
            text, named = _("合计"), True
        foot.append((_align(column), text))
    return foot
