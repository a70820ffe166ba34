"""The audit log: every deed leaves a record that later tampering would betray."""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

from django.db import connection, models, transaction

from core.models import AuditRecord

# Where the present request comes from; set by the middleware, empty for background work.
origin: ContextVar[str] = ContextVar("origin", default="")

# Any constant will do: it names the lock that puts writers of the chain in a row.
CHAIN_LOCK = 20230427


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
    _lock_chain()
    last = AuditRecord.objects.order_by("-pk").values_list("hash", flat=True).first()
    entry = AuditRecord(
        by=by,
        by_name=getattr(by, "name", "") if by else "",
        origin=origin.get(),
        verb=verb,
        subject_type=subject._meta.label if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None and subject.pk else "",
        subject_label=str(subject)[:200] if subject is not None else "",
        before=_json_safe(before),
        after=_json_safe(after),
        outcome=outcome,
        reason=reason[:500],
        is_decision=is_decision,
        previous_hash=last or "",
    )
    entry.hash = entry.compute_hash()
    entry.save()
    return entry


def _json_safe(facts: dict[str, Any] | None) -> dict[str, Any]:
    """What the database gives back must hash as what went in: only JSON's own types remain."""
    return {key: _plain(value) for key, value in (facts or {}).items()}


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
