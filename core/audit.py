"""The audit log: every deed leaves a record that later tampering would betray."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

from core.models import AuditRecord

# Where the present request comes from; set by the middleware, empty for background work.
origin: ContextVar[str] = ContextVar("origin", default="")

# What `in_one_go` holds back; None outside of it.
gathering: ContextVar[list[AuditRecord] | None] = ContextVar("gathering", default=None)

# Any constant will do: it names the lock that puts writers of the chain in a row.
CHAIN_LOCK = 20230427
AT_ONCE = 1000


@dataclass(frozen=True)
class AuditEntry:
    """One of many successful deeds that `record_many` appends; see `record` for the facts."""

    verb: str
    subject: models.Model | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    is_decision: bool = False


def snapshot(instance: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The named fields of one row as JSON-safe facts, for `before` and `after`."""
    facts = {}
    for name in fields:
        value = getattr(instance, name)
        facts[name] = str(value) if isinstance(value, models.Model) else value
    return facts


def _lock_chain() -> None:
    """Two records must not follow the same one; SQLite's immediate transactions see to it alone."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


@transaction.atomic
def record(
    verb: str,
    subject: models.Model | None = None,
    *,
    by: Any,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    outcome: str = AuditRecord.Outcome.SUCCESS,
    reason: str = "",
    is_decision: bool = False,
) -> AuditRecord:
    """Append one deed to the log and return it.

    `by` is a user, or None for the system itself. `verb` is `<app>.<deed>`, such as
    `activities.submit_activity`. Runs inside the caller's transaction: a deed that is rolled back
    leaves no record of success.
    """
    entry = AuditEntry(verb, subject, before or {}, after or {}, reason, is_decision)
    row = _unsealed(entry, by=by, outcome=outcome)
    if (gathered := gathering.get()) is not None:
        gathered.append(row)
    else:
        _lock_chain()
        _seal([row], _last_hash())
        row.save()
    return row


@contextmanager
def in_one_go() -> Iterator[None]:
    """Records made inside are appended together at its end, in their order.

    Whoever appends holds the chain until the transaction ends, and everybody else's deeds wait:
    a long piece of work takes it only for its last moment. What raises leaves no record.
    """
    gathered: list[AuditRecord] = []
    token = gathering.set(gathered)
    try:
        yield
    finally:
        gathering.reset(token)
    if gathered:
        _append(gathered)


@transaction.atomic
def record_many(entries: Iterable[AuditEntry], *, by: Any) -> int:
    """Append many successful deeds of one user in their order; returns how many.

    A query for each thousand. Runs inside the caller's transaction, like `record`.
    """
    rows = (_unsealed(entry, by=by) for entry in entries)
    if (gathered := gathering.get()) is not None:
        before = len(gathered)
        gathered.extend(rows)
        return len(gathered) - before
    return _append(rows)


def _append(rows: Iterable[AuditRecord]) -> int:
    """Seal and write them, a thousand at a time; returns how many."""
    _lock_chain()
    source, previous, count = iter(rows), _last_hash(), 0
    while some := list(islice(source, AT_ONCE)):
        previous = _seal(some, previous)
        count += len(AuditRecord.objects.bulk_create(some))
    return count


def _seal(rows: Iterable[AuditRecord], previous: str) -> str:
    """Chain them behind the record whose hash is `previous`; returns the hash of the last."""
    for row in rows:
        row.previous_hash = previous
        row.hash = previous = row.compute_hash()
    return previous


def _last_hash() -> str:
    return AuditRecord.objects.order_by("-pk").values_list("hash", flat=True).first() or ""


def _unsealed(
    entry: AuditEntry, *, by: Any, outcome: str = AuditRecord.Outcome.SUCCESS
) -> AuditRecord:
    """The record as it will stand, not yet part of the chain."""
    subject = entry.subject
    return AuditRecord(
        by=by,
        by_name=getattr(by, "name", "") if by else "",
        origin=origin.get(),
        verb=entry.verb,
        subject_type=subject._meta.label if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None and subject.pk else "",
        subject_label=str(subject)[:200] if subject is not None else "",
        before=_json_safe(entry.before),
        after=_json_safe(entry.after),
        outcome=outcome,
        reason=entry.reason[:500],
        is_decision=entry.is_decision,
    )


def _json_safe(facts: dict[str, Any]) -> dict[str, Any]:
    """What the database gives back must hash as what went in: only JSON's own types remain."""
    return {key: _plain(value) for key, value in facts.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)


def find_broken_link(
    on_progress: Callable[[int], None] | None = None, every: int = 2000
) -> AuditRecord | None:
    """The first record whose hash or link does not fit, or None when the chain is whole.

    `on_progress` hears how many records were checked, each time `every` more are through.
    """
    previous = ""
    records = AuditRecord.objects.order_by("pk").iterator(chunk_size=2000)
    for count, entry in enumerate(records, start=1):
        if entry.previous_hash != previous or entry.compute_hash() != entry.hash:
            return entry
        previous = entry.hash
        if on_progress and count % every == 0:
            on_progress(count)
    return None
