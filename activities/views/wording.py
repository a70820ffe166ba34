"""What the pages of an activity say: what to do now, what it counts for, what happened to it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity, Participation
from core.models import AuditRecord

DEEDS = {
    "activities.submit_activity": (gettext_lazy("报送"), "info", "send"),
    "activities.withdraw_activity": (gettext_lazy("撤回"), "neutral", "undo"),
    "activities.accept_activity": (gettext_lazy("采用"), "success", "check-circle"),
    "activities.return_activity": (gettext_lazy("退回"), "warning", "undo"),
    "activities.answer_participations": (gettext_lazy("确认"), "neutral", "check"),
    "activities.add_attachment": (gettext_lazy("上传附件"), "neutral", "paperclip"),
    "activities.remove_attachment": (gettext_lazy("移除附件"), "neutral", "trash"),
}


def what_now(activity: Activity, *, asked: int, **may: bool) -> dict[str, str]:
    """One sentence for this user in this state, with the next step."""
    pk = [activity.pk]
    if asked:
        return {
            "text": _("等您确认：您负责的 %d 个单位是否参加了这次活动，确认后才计入。") % asked,
            "url": "#parts",
            "action": _("去确认"),
            "tone": "warning",
        }
    if may["can_review"]:
        url = reverse("activities:activity_review", args=pk)
        return {"text": _("等待审核。"), "url": url, "action": _("去审核"), "tone": "info"}
    if may["can_edit"]:
        return _to_edit(activity)
    return {"text": _STATE_WORDS[activity.status](activity), "tone": "info"}


def _to_edit(activity: Activity) -> dict[str, str]:
    url = reverse("activities:activity_form", args=[activity.pk])
    if activity.status == Activity.Status.RETURNED:
        return {
            "text": _("已退回：%s") % activity.return_reason,
            "url": url,
            "action": _("修改后再报"),
            "tone": "warning",
        }
    return {"text": _("草稿还没有报送。"), "url": url, "action": _("接着填"), "tone": "info"}


def _of_submitted(activity: Activity) -> str:
    waiting = activity.count_answers()[Participation.Confirmation.PENDING]
    if waiting:
        return _("等待旗创建办审核，还有 %d 个单位未确认；审核不必等确认。") % waiting
    return _("等待旗创建办审核，参加单位都已答复。")


def _of_accepted(activity: Activity) -> str:
    waiting = activity.count_answers()[Participation.Confirmation.PENDING]
    if waiting:
        return _("已采用；还有 %d 个单位未确认，确认后同样计入。") % waiting
    return _("已采用，计入各参加单位。")


_STATE_WORDS: dict[str, Any] = {
    Activity.Status.DRAFT: lambda activity: _("草稿，由报送单位填写。"),
    Activity.Status.SUBMITTED: _of_submitted,
    Activity.Status.ACCEPTED: _of_accepted,
    Activity.Status.RETURNED: lambda activity: _("已退回报送单位修改。"),
}


def counts_for(activity: Activity) -> str:
    """For which year and how many units the activity counts, or will count once accepted."""
    if activity.starts_on is None:
        return ""
    confirmed = activity.count_answers()[Participation.Confirmation.CONFIRMED]
    words = {"year": activity.starts_on.year, "units": confirmed}
    if activity.status == Activity.Status.ACCEPTED:
        return _("已计入 %(year)d 年度，计给已确认的 %(units)d 个单位。") % words
    return _("采用后计入 %(year)d 年度，计给已确认的单位（现有 %(units)d 个）。") % words


def history_of(activity: Activity) -> list[dict[str, Any]]:
    """What was done to the report, newest first, from the audit log."""
    records = AuditRecord.objects.filter(
        subject_type=activity._meta.label,
        subject_id=str(activity.pk),
        outcome=AuditRecord.Outcome.SUCCESS,
        verb__in=DEEDS,
    ).order_by("-pk")
    return [_told(record) for record in records]


def _told(record: AuditRecord) -> dict[str, Any]:
    text, tone, icon = DEEDS[record.verb]
    if unit := record.after.get("unit"):
        answer = Participation.Confirmation(record.after["confirmation"])
        text = f"{unit}：{answer.label}"
        tone = Participation.CONFIRMATION_TONES[answer]
        icon = Participation.CONFIRMATION_ICONS[answer]
    detail = record.reason or record.after.get("file") or record.before.get("file") or ""
    return {
        "at": record.at,
        "text": text,
        "by": record.by_name,
        "detail": detail,
        "tone": tone,
        "icon": icon,
    }
