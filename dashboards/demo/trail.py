"""The audit records of a made-up year, each at the time of its deed.

Nobody did these deeds: the records name no user, only what one would be called, and their origin
says 演示数据. They are chained like all others.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from core.models import AuditRecord

ORIGIN = "演示数据"


@dataclass
class Trail:
    entries: list[AuditRecord] = field(default_factory=list)

    def add(
        self,
        at: datetime,
        verb: str,
        subject: models.Model,
        *,
        by: Any,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        reason: str = "",
        is_decision: bool = False,
    ) -> None:
        """Remember a deed. `before` and `after` are text, numbers, truth values and lists."""
        self.entries.append(
            AuditRecord(
                at=at,
                by_name=by.name if by else "",
                origin=ORIGIN,
                verb=verb,
                subject_type=subject._meta.label,
                subject_id=str(subject.pk),
                subject_label=str(subject)[:200],
                before=before or {},
                after=after or {},
                reason=reason,
                is_decision=is_decision,
            )
        )

    def write(self) -> int:
        """Append all in the order of their times; returns how many.

        The caller has written a record of its own in this transaction, so that no other writer
        can come in between.
        """
        last = AuditRecord.objects.order_by("-pk").values_list("hash", flat=True).first() or ""
        self.entries.sort(key=lambda entry: entry.at)
        for entry in self.entries:
            entry.previous_hash = last
            entry.hash = last = entry.compute_hash()
        AuditRecord.objects.bulk_create(self.entries, batch_size=1000)
        return len(self.entries)
