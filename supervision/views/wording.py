"""What the pages of supervision say."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import AuditRecord
from supervision.models import Finding, Inspection

DEEDS = {
    "supervision.record_inspection": (gettext_lazy("登记检查"), "neutral", "inspect"),
    "supervision.change_inspection": (gettext_lazy("修改记录"), "neutral", "edit"),
    "supervision.rectify_finding": (gettext_lazy("填报整改"), "info", "edit"),
    "supervision.check_finding": (gettext_lazy("销号"), "success", "check-circle"),
    "supervision.send_back_finding": (gettext_lazy("退回整改"), "warning", "undo"),
}


def what_now(inspection: Inspection, findings: list[Finding]) -> dict[str, str]:
    """One sentence for this user, the most urgent thing first."""
    to_rectify = [finding for finding in findings if finding.can_rectify]
    to_check = [finding for finding in findings if finding.can_check]
    late = [finding for finding in findings if finding.is_overdue]
    if to_rectify:
        words = _("%(count)d 个问题待整改") % {"count": len(to_rectify)}
        if late:
            words += _("，其中 %d 个已逾期") % len(late)
        return {"text": words + _("，整改后逐条填报。"), "tone": "danger" if late else "warning"}
    if to_check:
        return {"text": _("%d 个问题已整改，等您复核。") % len(to_check), "tone": "info"}
    if late:
        return {"text": _("%d 个问题逾期未整改。") % len(late), "tone": "danger"}
    return {"text": _NOTHING_TO_DO[inspection.standing], "tone": "info"}


_NOTHING_TO_DO = {
    Inspection.Standing.OPEN: gettext_lazy("等受检单位整改。"),
    Inspection.Standing.RECTIFIED: gettext_lazy("已整改，等旗创建办复核。"),
    Inspection.Standing.CHECKED: gettext_lazy("问题已全部销号。"),
    Inspection.Standing.CLEAN: gettext_lazy("检查未发现问题。"),
}


def history_of(inspection: Inspection) -> list[dict[str, Any]]:
    """What was done, newest first, from the audit log."""
    records = AuditRecord.objects.filter(
        subject_type=inspection._meta.label,
        subject_id=str(inspection.pk),
        outcome=AuditRecord.Outcome.SUCCESS,
        verb__in=DEEDS,
    ).order_by("-pk")
    return [_told(record) for record in records]


def _told(record: AuditRecord) -> dict[str, Any]:
    text, tone, icon = DEEDS[record.verb]
    what = record.after.get("what")
    return {
        "at": record.at,
        "text": f"{text}：{what}" if what else text,
        "by": record.by_name,
        "detail": record.reason,
        "tone": tone,
        "icon": icon,
    }
