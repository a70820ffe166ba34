"""Every ledger of the corpus, read as the register reads it, down to the last cell."""

import pytest

from core.imports import values
from core.imports.heads import data_rows, fill_merged, find_head, pick_sheet
from core.imports.reading import known_labels
from core.sheets import open_workbook
from organisations.imports import Organisations
from tests import corpus


def read(path):
    """The rows of the ledger, and the places of the cells that are refused."""
    known = known_labels(Organisations)
    readers = {column.key: column.read for column in Organisations.columns}
    # The systems themselves are rows of the database.
    readers["trade_system"] = values.read_name
    with path.open("rb") as file:
        sheet = pick_sheet(open_workbook(file), known)
    head = find_head(sheet.rows, known, sheet.merged)
    rows = fill_merged(sheet.rows, sheet.merged, head)
    found, faults = [], []
    for number in data_rows(rows, head):
        found.append({})
        for index, key in head.columns.items():
            cell = rows[number - 1][index] if index < len(rows[number - 1]) else None
            try:
                if (number, index + 1) in sheet.formulas_without_value:
                    raise values.ValueFault("没有结果")
                value = readers[key](cell)
            except values.ValueFault:
                faults.append((number, key))
            else:
                found[-1] |= {key: value} if value not in (None, "", []) else {}
    return found, faults


def test_corpus_has_enough_ledgers_in_every_format(messy_ledgers):
    formats = {one.path.suffix for one in messy_ledgers.values()}

    assert len(messy_ledgers) >= 25
    assert formats == {".xlsx", ".xls", ".ods", ".csv"}
    assert all(one.expected_rows and one.path.is_file() for one in messy_ledgers.values())


@pytest.mark.parametrize("name", corpus.NAMES)
def test_corpus_is_read_as_what_it_means(name, messy_ledgers):
    rows, faults = read(messy_ledgers[name].path)

    assert rows == messy_ledgers[name].expected_rows
    assert faults == messy_ledgers[name].faults
