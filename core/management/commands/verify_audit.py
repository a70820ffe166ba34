"""Check the audit log's hash chain from the first record to the last."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.audit import find_broken_link
from core.models import AuditRecord


class Command(BaseCommand):
    help = "核对审计记录的摘要链，发现改动即报出。"

    def handle(self, *args: Any, **options: Any) -> None:
        broken = find_broken_link()
        if broken is not None:
            raise CommandError(f"审计记录第 {broken.pk} 条与摘要不符：该条或其上一条被改动过。")
        self.stdout.write(f"审计记录共 {AuditRecord.objects.count()} 条，摘要链完整。")
