"""From cells to a plan: what each row would add, change or leave alone, and every fault at once."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.imports.faults import ValueFault
from core.imports.ledger import CellFault, Column, Ledger, Row
from core.models import ImportRow
from core.personal_data import personal_data_warnings, without_personal_data
from core.sheets.reader import Cell

Outcome = ImportRow.Outcome
EMPTY = (None, "", [])
MOST_SHOWN = 100
NO_RESULT = gettext_lazy("这一格是公式，文件里没有存下结果；请在 WPS 或 Excel 里打开保存后再上传。")


class _Reading:
    """Reads cells of one ledger; ledgers repeat themselves, so each distinct cell is read once."""

    def __init__(
        self,
        columns: Mapping[int, Column],
        without_value: Collection[tuple[int, int]],
        *,
        blank_clears: bool,
        keeps_text: bool,
    ) -> None:
        self.columns = columns
        self.without_value = without_value
        self.blank_clears = blank_clears
        self.keeps_text = keeps_text
        self._known: dict[tuple[str, type, Cell], tuple[Any, tuple[CellFault, ...]]] = {}

    def row(self, number: int, cells: Sequence[Cell]) -> Row:
        row = Row(number, cells=cells)
        for index, column in self.columns.items():
            cell = cells[index] if index < len(cells) else None
            value, faults = self._value(column, cell) if cell is not None else (None, ())
            if (number, index + 1) in self.without_value:
                faults = (CellFault(NO_RESULT, key=column.key),)
            row.faults += faults
            if value not in EMPTY:
                row.values[column.key] = value
            elif self.blank_clears and column.blank and not faults:
                row.values[column.key] = column.blank()
        return row

    def _value(self, column: Column, cell: Cell) -> tuple[Any, tuple[CellFault, ...]]:
        key = column.key, type(cell), cell
        if key not in self._known:
            self._known[key] = self._read(column, cell)
        return self._known[key]

    def _read(self, column: Column, cell: Cell) -> tuple[Any, tuple[CellFault, ...]]:
        try:
            value = column.read(cell)
        except ValueFault as fault:
            return None, (CellFault(fault.message, key=column.key),)
        except CellFault as fault:
            fault.key = fault.key or column.key
            return None, (fault,)
        if column.is_free_text and not self.keeps_text:
            warnings = personal_data_warnings(str(cell))
            return value, tuple(
                CellFault(text, key=column.key, is_personal=True) for text in warnings
            )
        return value, ()


def make_plan(
    ledger: Ledger,
    rows: Iterable[tuple[int, Sequence[Cell]]],
    mapping: Mapping[int, str],
    *,
    without_value: Collection[tuple[int, int]] = (),
    blank_clears: bool = False,
    keeps_text: bool = False,
) -> list[Row]:
    """Every row with its outcome. `rows` are sheet row numbers with their cells.

    `mapping`: column index (from 0) → column key. `without_value`: row and column (from 1) of
    formulas whose result the file does not hold. Faults of all rows are found in one go; a row
    that means the same object as an earlier one is a fault unless it says the same.
    """
    columns = {index: ledger.by_key[key] for index, key in mapping.items()}
    reading = _Reading(columns, without_value, blank_clears=blank_clears, keeps_text=keeps_text)
    planned = [reading.row(number, cells) for number, cells in rows]
    ledger.load(planned)
    seen: dict[Any, Row] = {}
    for row in planned:
        _decide(ledger, row)
        _refuse_double(ledger, row, seen)
        row.outcome = row.outcome if not row.faults else _faulty(row)
        row.label = ledger.label_of(row)
    return planned


def _decide(ledger: Ledger, row: Row) -> None:
    unreadable = {fault.key for fault in row.faults}
    ledger.resolve(row)
    try:
        row.found = ledger.identify(row)
    except CellFault as fault:
        row.faults.append(fault)
        return
    if row.found is None:
        row.outcome = Outcome.ADD
        row.facts = ledger.complete(row)
        row.faults += _missing(ledger, row, unreadable)
    else:
        current = ledger.facts_of(row.found)
        row.object_pk = row.found.pk
        row.facts = {k: v for k, v in row.values.items() if k in current and v != current[k]}
        row.before = {key: current[key] for key in row.facts}
        row.outcome = Outcome.CHANGE if row.facts else Outcome.SAME
    if not row.faults and row.outcome != Outcome.SAME:
        row.faults += ledger.check(row)


def _missing(ledger: Ledger, row: Row, unreadable: set[str]) -> list[CellFault]:
    return [
        CellFault(_("“%s”没有填，新增一行必须有它。") % column.label, key=column.key)
        for column in ledger.columns
        if column.is_required
        and row.facts.get(column.key) in EMPTY
        and column.key not in unreadable
        and column.key not in {fault.key for fault in row.faults}
    ]


def _refuse_double(ledger: Ledger, row: Row, seen: dict[Any, Row]) -> None:
    """The first good row of an object counts; what repeats it to the letter is left alone."""
    if row.outcome == "" or row.faults:
        return
    same = row.object_pk or ("new", ledger.identity(row))
    first = seen.setdefault(same, row)
    if first is row:
        return
    if first.values == row.values:
        row.outcome, row.facts, row.before = Outcome.SAME, {}, {}
    else:
        row.faults.append(
            CellFault(_("与第 %d 行说的是同一个，但内容不同；请只留一行。") % first.number)
        )


def _faulty(row: Row) -> str:
    """A row that only waits for the user to say who is meant is no mistake."""
    waits = all(fault.candidates for fault in row.faults)
    return Outcome.NEAR if waits else Outcome.FAULT


def digest_of(rows: Iterable[Row]) -> str:
    """SHA-256 over what the plan would do: equal plans, equal digests."""
    told = [
        (row.number, str(row.outcome), row.object_pk, row.facts, row.before, len(row.faults))
        for row in rows
    ]
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def counts_of(rows: Iterable[Row]) -> dict[str, int]:
    counts = dict.fromkeys(map(str, Outcome.values), 0)
    for row in rows:
        counts[str(row.outcome)] += 1
    return counts


def as_record(ledger: Ledger, run: Any, row: Row, places: Mapping[str, int]) -> ImportRow:
    """The row as it is kept and shown. `places`: column key → column index (from 0)."""
    return ImportRow(
        run=run,
        number=row.number,
        outcome=row.outcome,
        label=row.label[:200],
        object_pk=row.object_pk,
        facts=row.facts,
        before=row.before,
        shown=[
            [
                ledger.labels[key],
                ledger.words(key, row.before[key]) if key in row.before else "",
                ledger.words(key, row.facts[key]),
            ]
            for key in ledger.by_key
            if key in row.facts and (row.before or row.facts[key] not in EMPTY)
        ],
        faults=[_as_json(fault, row, places.get(fault.key)) for fault in row.faults],
    )


def _as_json(fault: CellFault, row: Row, index: int | None) -> dict[str, Any]:
    """With its cell: the column (None: the row as a whole) and what stands there."""
    cell = row.cells[index] if index is not None and index < len(row.cells) else None
    return {
        "key": fault.key,
        "index": index,
        "value": "" if cell is None else without_personal_data(str(cell))[:MOST_SHOWN],
        "message": str(fault.message),
        "token": fault.token,
        "may_be_new": fault.may_be_new,
        "is_tie": fault.is_tie,
        "candidates": [[candidate.pk, candidate.label] for candidate in fault.candidates],
    }
