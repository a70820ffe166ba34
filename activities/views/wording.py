"""What the pages of activities, cases and windows say: what to do now, what happened to it."""

from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import (
    Activity,
    CollectionWindow,
    Participation,
    ShowcaseCase,
    WindowAnswer,
)
from activities.ratings import CHANGED, told_change
from core.models import AuditRecord
from core.templatetags.ui import cn_date

DEEDS = {
    "activities.submit_activity": (gettext_lazy("报送"), "info", "send"),
    "activities.withdraw_activity": (gettext_lazy("撤回"), "neutral", "undo"),
    "activities.accept_activity": (gettext_lazy("采用"), "success", "check-circle"),
    "activities.return_activity": (gettext_lazy("退回"), "warning", "undo"),
    CHANGED: (gettext_lazy("改评"), "info", "edit"),
    "activities.answer_participations": (gettext_lazy("确认"), "neutral", "check"),
    "activities.add_attachment": (gettext_lazy("上传附件"), "neutral", "paperclip"),
    "activities.remove_attachment": (gettext_lazy("移除附件"), "neutral", "trash"),
    "activities.open_window": (gettext_lazy("发出"), "info", "send"),
    "activities.change_window": (gettext_lazy("修改"), "neutral", "edit"),
    "activities.remind_window": (gettext_lazy("催办"), "warning", "bell"),
    "activities.cancel_window": (gettext_lazy("撤销"), "neutral", "ban"),
    "activities.write_case": (gettext_lazy("编写"), "neutral", "edit"),
    "activities.change_case": (gettext_lazy("修改"), "neutral", "edit"),
    "activities.publish_case": (gettext_lazy("发布"), "success", "check-circle"),
    "activities.withdraw_case": (gettext_lazy("撤下"), "neutral", "ban"),
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


def history_of(subject: Model) -> list[dict[str, Any]]:
    """What was done to the report, case or window, newest first, from the audit log."""
    records = AuditRecord.objects.filter(
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
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
    if record.verb == CHANGED:
        text = f"{text}：{told_change(record.before, record.after)}"
    detail = record.reason or record.after.get("file") or record.before.get("file") or ""
    return {
        "at": record.at,
        "text": text,
        "by": record.by_name,
        "detail": detail,
        "tone": tone,
        "icon": icon,
    }


def window_now(window: CollectionWindow, pending: int, *, can_answer: bool) -> dict[str, str]:
    """One sentence for this user on a window's page."""
    if window.cancelled_at:
        return {"text": _("已撤销：%s") % window.cancel_reason, "tone": "neutral"}
    if not window.is_open:
        words = _("已在%s关闭。") % cn_date(window.closes_on)
        return {"text": words + _owing(pending), "tone": "info"}
    if can_answer and pending:
        return {"text": _("等您答复；没有变化的点“无变化”，也是答复。"), "tone": "warning"}
    return {"text": _owing(pending), "tone": "warning" if pending else "info"}


def _owing(pending: int) -> str:
    return _("%d 家没有答复。") % pending if pending else _("都已答复。")


def reminder_of(window: CollectionWindow, answers: QuerySet[WindowAnswer]) -> str:
    """Ready to paste into a chat: what, until when, on what ground, and who has not answered."""
    rows = answers.pending().select_related("organisation__region__parent")
    names = "、".join(row.organisation.full_label for row in rows.order_by("pk"))
    head = _("“%(title)s”（%(basis)s）按时截止%(due)s，最终关闭%(closes)s。") % {
        "title": window.title,
        "basis": window.basis,
        "due": cn_date(window.due_on),
        "closes": cn_date(window.closes_on),
    }
    return (
        f"{head}\n" + _("请以下单位登录“联创共建”平台答复，没有变化的点“无变化”：") + f"\n{names}"
    )


def case_now(case: ShowcaseCase, *, can_publish: bool) -> dict[str, str]:
    """One sentence on a case's page; none where it simply stands in the library."""
    if case.status == ShowcaseCase.Status.WITHDRAWN:
        return {"text": _("已撤下：%s") % case.withdraw_reason, "tone": "neutral"}
    if case.status == ShowcaseCase.Status.PUBLISHED:
        return {}
    if can_publish:
        return {"text": _("草稿，只有旗创建办看得到；核对后发布。"), "tone": "info"}
    return {"text": _("涉及您所在的单位，请由其他工作人员发布。"), "tone": "warning"}
