"""A run as its page shows it: places as in the file, doubts with what may be meant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.imports.deeds import KEPT_DAYS
from core.imports.labels import normalised
from core.imports.ledger import LEDGERS, Ledger
from core.models import ImportRow, ImportRun
from core.sheets.marking import Mark

Outcome = ImportRow.Outcome
# Where a tab of its own comes first: what waits for the user, then what would change.
TABS = (Outcome.NEAR, Outcome.FAULT, Outcome.CHANGE, Outcome.ADD, Outcome.SAME)
BAD = (Outcome.NEAR, Outcome.FAULT)
GOOD = (Outcome.ADD, Outcome.CHANGE)


@dataclass(frozen=True)
class Doubt:
    """A cell that may mean several units. Asked once, however many rows have it."""

    mark: Mark
    token: str
    options: list[tuple[int, str]]
    may_be_new: bool
    asked_in: int | None  # the row on the same page in which it is asked already


def marks_of(run: ImportRun, rows: Iterable[ImportRow]) -> list[Mark]:
    """Every fault of these rows with its place."""
    return [_mark(run, row, fault) for row in rows for fault in row.faults]


def left_out(run: ImportRun) -> list[str]:
    """Heads of columns that the import takes nothing from, but for what the platform works out."""
    worked_out = {normalised(str(label)) for label in LEDGERS[run.ledger].computed}
    return [
        label
        for index, label in enumerate(run.head.get("labels", []))
        if label and str(index) not in run.mapping and normalised(label) not in worked_out
    ]


def _mark(run: ImportRun, row: ImportRow, fault: dict[str, Any]) -> Mark:
    index, labels = fault["index"], run.head.get("labels", [])
    label = labels[index] if index is not None and index < len(labels) else ""
    return Mark(
        row=row.number,
        column=None if index is None else index + 1,
        label=label,
        value=fault["value"],
        text=fault["message"],
    )


def doubts_of(run: ImportRun, rows: Sequence[ImportRow]) -> list[Doubt]:
    first: dict[str, int] = {}
    doubts = []
    for row in rows:
        for fault in row.faults:
            token = fault["token"]
            doubts.append(
                Doubt(
                    mark=_mark(run, row, fault),
                    token=token,
                    options=[(pk, label) for pk, label in fault["candidates"]],
                    may_be_new=fault["may_be_new"],
                    asked_in=first.get(token),
                )
            )
            first.setdefault(token, row.number)
    return doubts


def answers_in(posted: Any) -> dict[str, int]:
    """Token → the number chosen, from what the page sent; senseless ones are left out."""
    prefix = "answer:"
    return {
        name.removeprefix(prefix): int(value)
        for name, value in posted.items()
        if name.startswith(prefix) and value.isascii() and value.isdigit() and len(value) <= 18
    }


def tab_of(run: ImportRun, wanted: str) -> str:
    """The tab asked for, or the first that has rows."""
    filled = [outcome for outcome in TABS if run.count(outcome)]
    return wanted if wanted in filled else next(iter(filled), TABS[0])


def row_column(run: ImportRun) -> int:
    """Where a note stands that is about a row as a whole: at what names the row."""
    columns = {key: int(index) + 1 for index, key in run.mapping.items()}
    named = [columns[key] for key in LEDGERS[run.ledger].key_columns if key in columns]
    return next(iter(named or sorted(columns.values())), 1)


def kept_until(run: ImportRun) -> datetime:
    return run.requested_at + timedelta(days=KEPT_DAYS)


def ledgers_for(user: Any) -> list[type[Ledger]]:
    """What this user may bring in."""
    return [ledger for ledger in LEDGERS.values() if user.can(ledger.action)]
