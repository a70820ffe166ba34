"""The workbook of values to fill in: units, codes, and what is known already stand there."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

from django.utils.translation import gettext as _

from assessment.imported_values import ValueColumn, ValueTable
from assessment.models import GroupMember
from assessment.rules import Value, plain, show_value, value_from_json
from assessment.scheme_book.values import DATA, GROUP, KIND, PREVIOUS, UNIT
from assessment.specification import kind_label
from core.sheets import HEAD, NOTE, NUMBER, TEXT, Book, Sheet, SheetMeta

CLOSED = replace(TEXT, fill="#EEF1F4")
# The codes, below the names of the leaves.
HEAD_ROW = 2
# What a number in a spreadsheet keeps.
MOST_DIGITS = 15


def write_values(table: ValueTable, meta: SheetMeta) -> bytes:
    """Sheets 数据 and, where rules compare, 上年, as `read_imported` and a rehearsal read them."""
    stream = BytesIO()
    with Book(stream, meta) as book:
        _write_sheet(book.sheet(DATA), table, table.current)
        if table.previous:
            _write_sheet(book.sheet(PREVIOUS), table, table.previous)
    return stream.getvalue()


def _write_sheet(sheet: Sheet, table: ValueTable, columns: list[ValueColumn]) -> None:
    sheet.widths([24, 14, 14, *[18] * len(columns)])
    sheet.put(1, 1, _("不适用的格子是灰的，不用填。"), NOTE)
    sheet.put_row(HEAD_ROW, [UNIT, GROUP, KIND, *(one.indicator.code for one in columns)], HEAD)
    for place, column in enumerate(columns, 4):
        sheet.put(1, place, column.indicator.name, replace(NOTE, wrap=True))
        sheet.comment(HEAD_ROW, place, column.rule.value_shape().describe())
    sheet.freeze(HEAD_ROW + 1, 2)
    for row, member in enumerate(table.members.values(), HEAD_ROW + 1):
        _write_row(sheet, row, member, table, columns)


def _write_row(
    sheet: Sheet, row: int, member: GroupMember, table: ValueTable, columns: list[ValueColumn]
) -> None:
    unit = member.organisation.full_label
    sheet.put_row(row, [unit, member.group.name, kind_label(member.kind)])
    for place, column in enumerate(columns, 4):
        if not column.applies(member):
            sheet.put(row, place, None, CLOSED)
            continue
        stored = table.stored.get(column.key(member.organisation_id))
        put_value(sheet, row, place, value_from_json(stored.value) if stored else None)


def put_value(sheet: Sheet, row: int, place: int, value: Value) -> None:
    cell = written(value)
    sheet.put(row, place, cell, NUMBER if isinstance(cell, Decimal) else TEXT)


def written(value: Value) -> str | Decimal | None:
    """A value as somebody types it into a cell: 无 for counts of nothing.

    A number with more digits than a spreadsheet keeps is text, lest it come back as another.
    """
    if isinstance(value, Decimal):
        return value if len(value.as_tuple().digits) <= MOST_DIGITS else plain(value)
    return None if value is None else show_value(value) or _("无")
