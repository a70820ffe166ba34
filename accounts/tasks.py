"""Background work of accounts: checking the audit log's chain."""

from django.utils.translation import gettext as _

from core.audit import find_broken_link
from core.jobs import JobHandle, job_handler
from core.models import AuditRecord

CHECK_AUDIT = "accounts.check_audit"


@job_handler(CHECK_AUDIT)
def check_audit(handle: JobHandle) -> None:
    """Follow the chain from the first record to the last; the result names the first broken one."""
    total = AuditRecord.objects.count()
    broken = find_broken_link(lambda done: handle.advance(done, total, _("正在核对")))
    handle.result.update(checked=total, broken=broken.pk if broken else None)
    words = _("摘要链断在第 %(pk)d 条") % {"pk": broken.pk} if broken else _("摘要链完整")
    handle.advance(total, total, words)
