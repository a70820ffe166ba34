"""From a file to a plan: which sheet, where its head is, which column means what."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from core.errors import RuleError
from core.imports.heads import Head, data_rows, fill_merged, find_head, pick_sheet
from core.imports.ledger import Ledger, Row
from core.imports.plan import make_plan
from core.models import ImportRun, RememberedMapping
from core.sheets import Rows, SheetRows, Workbook, open_workbook

Advance = Callable[[int, int, str], None]
STEPS = 3
SAMPLED = 5
MOST_SAMPLED = 30
# Begins the keys of columns that are known and never imported.
COMPUTED = "="


@dataclass(frozen=True)
class Reading:
    """How a file was read, and what its rows would do."""

    sheet: str
    sheets: list[str]
    # first, last: rows of the head; labels, samples: one for each column; warned: of personal data
    head: dict[str, Any]
    mapping: dict[str, str]  # column index (from 0) → column key
    rows: list[Row]


def read_ledger(ledger: Ledger, run: ImportRun, file: BinaryIO, advance: Advance) -> Reading:
    """Read the file as the run says, or as it shows itself. RuleError when that is impossible."""
    advance(0, STEPS, _("正在读取文件"))
    book = open_workbook(file, max_rows=ledger.most_rows)
    sheet, head = find_ledger(ledger, run, book)
    mapping = dict(run.mapping) or propose(ledger, head, run.requested_by)
    columns = {int(index): key for index, key in mapping.items()}
    rows = fill_merged(sheet.rows, sheet.merged, head)
    numbers = data_rows(rows, replace(head, columns=columns or head.columns))
    facts = {
        "first": head.first_row,
        "last": head.last_row,
        "labels": list(head.labels),
        "samples": samples_of([rows[number - 1] for number in numbers[:SAMPLED]], head),
    }
    if unreadable := _unreadable(ledger, sheet, mapping, numbers):
        _keep_head(run, sheet, book, facts, mapping)
        raise RuleError(unreadable)
    advance(1, STEPS, _("正在与平台里的内容核对"))
    planned = make_plan(
        ledger,
        ((number, rows[number - 1]) for number in numbers),
        columns,
        without_value=sheet.formulas_without_value,
        blank_clears=run.blank_clears,
        keeps_text=run.keeps_text,
    )
    facts["warned"] = any(fault.is_personal for row in planned for fault in row.faults)
    advance(2, STEPS, _("正在整理核对结果"))
    return Reading(sheet.name, [one.name for one in book.sheets], facts, mapping, planned)


def _unreadable(
    ledger: Ledger, sheet: SheetRows, mapping: dict[str, str], numbers: list[int]
) -> str:
    """Why this sheet cannot be compared with anything, if so."""
    meant = set(mapping.values())
    lacking = [ledger.labels[key] for key in ledger.key_columns if key not in meant]
    if lacking:
        told = _("没有认出“%s”这一列；请在下面指出哪一列是它，再重新核对。")
        return told % "”“".join(lacking)
    if not numbers:
        return _("工作表“%s”的表头下面没有数据；请换一张工作表。") % sheet.name
    return ""


def find_ledger(ledger: Ledger, run: ImportRun, book: Workbook) -> tuple[SheetRows, Head]:
    """The sheet that the user named, or that looks most like the ledger, and its head."""
    known = known_labels(type(ledger))
    named = next((one for one in book.sheets if one.name == run.sheet), None)
    sheet = named or pick_sheet(book, known)
    head = find_head(sheet.rows, known, sheet.merged)
    if head is None:
        _keep_head(run, sheet, book, {}, {})
        raise RuleError(
            _("工作表“%(sheet)s”里没有找到表头；表里要有一行写着栏目名，如%(labels)s。")
            % {
                "sheet": sheet.name,
                "labels": "、".join(f"“{column.label}”" for column in ledger.columns[:3]),
            }
        )
    return sheet, head


def _keep_head(
    run: ImportRun, sheet: SheetRows, book: Workbook, head: dict, mapping: dict[str, str]
) -> None:
    """So that the page can ask for what was not found."""
    run.sheet, run.sheets = sheet.name, [one.name for one in book.sheets]
    run.head, run.mapping = head, mapping
    run.save(update_fields=["sheet", "sheets", "head", "mapping"])


def samples_of(rows: Rows, head: Head) -> list[str]:
    """What stands in each column, by its first cell that is filled."""
    found = [""] * len(head.labels)
    for row in rows:
        for index, cell in enumerate(row[: len(found)]):
            if cell is not None and not found[index]:
                found[index] = str(cell)[:MOST_SAMPLED]
    return found


@lru_cache
def known_labels(ledger: type[Ledger]) -> dict[str, str]:
    """Every label and alias → column key; each computed one → a key of its own."""
    known = {str(label): f"{COMPUTED}{label}" for label in ledger.computed}
    for column in ledger.columns:
        for label in (column.label, *column.aliases):
            known.setdefault(str(label), column.key)
    return known


def propose(ledger: Ledger, head: Head, user: Any) -> dict[str, str]:
    """What the head's words say; what the user once said of the same words goes before."""
    columns = head.columns.items()
    mapping = {str(index): key for index, key in columns if not key.startswith(COMPUTED)}
    remembered = RememberedMapping.objects.filter(user=user, ledger=ledger.key)
    told = dict(remembered.values_list("label", "key"))
    for index, label in enumerate(head.labels):
        key = told.get(label[:100])
        if key is None:
            continue
        mapping.pop(str(index), None)
        if key:
            mapping = {place: other for place, other in mapping.items() if other != key}
            mapping[str(index)] = key
    return mapping
