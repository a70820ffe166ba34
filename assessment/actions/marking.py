"""The office's side of the marks: until when they are asked for, and who is reminded."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.judging import DepartmentProgress, not_begun_to_mark, office_progress
from assessment.models import MarkReminder, Scheme
from core import audit
from core.errors import RuleError


@transaction.atomic
def set_marks_due(scheme: Scheme, *, due_on: date | None, by: User) -> Scheme:
    """Say until when the departments are asked for their marks; None asks for no day."""
    scheme = _locked_open(scheme)
    if due_on is not None and due_on < timezone.localdate():
        raise RuleError(_("评分截止不能早于今天，请重新选择。"), field="due_on")
    before, scheme.marks_due_on = scheme.marks_due_on, due_on
    scheme.save(update_fields=["marks_due_on"])
    audit.record(
        "assessment.set_marks_due",
        scheme,
        by=by,
        before={"marks_due_on": before},
        after={"marks_due_on": due_on},
    )
    return scheme


@transaction.atomic
def remind_departments(scheme: Scheme, *, by: User) -> list[MarkReminder]:
    """Remind every department that still owes marks, once a day each.

    RuleError before the scheme's year begins, when nobody owes any, or when all who do have been
    reminded today.
    """
    scheme = _locked_open(scheme)
    if reason := not_begun_to_mark(scheme):
        raise RuleError(reason)
    owing = owing_departments(office_progress(scheme))
    if not owing:
        raise RuleError(_("各部门都已评完，不用提醒。"))
    today = scheme.mark_reminders.filter(reminded_at__date=timezone.localdate())
    told = set(today.values_list("department", flat=True))
    waiting = [part for part in owing if part.department.pk not in told]
    if not waiting:
        raise RuleError(_("今天已经提醒过，明天可以再提醒；也可复制催办文字发到工作群。"))
    reminders = [
        MarkReminder.objects.create(
            scheme=scheme, department=part.department, missing=part.progress.left, reminded_by=by
        )
        for part in waiting
    ]
    facts = {str(one.department): one.missing for one in reminders}
    audit.record("assessment.remind_departments", scheme, by=by, after=facts)
    return reminders


def owing_departments(parts: list[DepartmentProgress]) -> list[DepartmentProgress]:
    return [part for part in parts if part.department is not None and part.progress.left]


def marks_reminder_text(scheme: Scheme, parts: list[DepartmentProgress]) -> str:
    """Ready to paste into a chat: one line a department."""
    until = (
        _("（{day:%Y-%m-%d} 前）").format(day=scheme.marks_due_on) if scheme.marks_due_on else ""
    )
    head = _("请以下部门登录“联创共建”平台完成“{scheme}”人工评分{until}：").format(
        scheme=scheme, until=until
    )
    lines = [
        _("{department}：还差 {left} 处（{leaves}）").format(
            department=part.department.full_label,
            left=part.progress.left,
            leaves="、".join(
                f"{row.indicator} {row.progress.left}" for row in part.rows if row.progress.left
            ),
        )
        for part in parts
    ]
    return "\n".join([head, *lines])


def _locked_open(scheme: Scheme) -> Scheme:
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=scheme.pk)
    if scheme.status not in Scheme.OPEN:
        raise RuleError(
            _("方案现在是“{now}”，不在评分，没有办理。").format(now=scheme.get_status_display())
        )
    return scheme
