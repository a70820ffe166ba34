"""Giving up a draft that nobody is bound by."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.states import FACTS, locked
from assessment.models import ImportedValue, ManualMark, Scheme
from core import audit
from core.errors import RuleError
from core.models import Job


@transaction.atomic
def discard_draft(scheme: Scheme, *, by: User) -> None:
    """Delete a draft with its table, groups and rehearsals; what it was stays in the audit log.

    RuleError when it is published, being rehearsed, or something was entered for it.
    """
    scheme = locked(scheme)
    if reason := kept_reason(scheme):
        raise RuleError(reason)
    before = audit.snapshot(scheme, (*FACTS, "version"))
    before |= {"indicators": scheme.indicators.count(), "units": scheme.members.count()}
    audit.record("assessment.discard_draft", scheme, by=by, before=before, is_decision=True)
    scheme.delete()


def kept_reason(scheme: Scheme) -> str:
    """Why the scheme cannot be given up; empty when it can."""
    if scheme.status not in Scheme.EDITABLE:
        return _("方案现在是“%s”，只有没有发布的草稿可以放弃。") % scheme.get_status_display()
    active = (Job.State.WAITING, Job.State.RUNNING)
    if Job.objects.filter(rehearsal__scheme=scheme, state__in=active).exists():
        return _("草稿正在试算，请等它完成或停止后再放弃。")
    entered = (
        model.objects.filter(indicator__scheme=scheme) for model in (ManualMark, ImportedValue)
    )
    if scheme.runs.exists() or any(rows.exists() for rows in entered):
        return _("草稿已有评分、导入数据或计算结果，不能放弃，留作草稿即可。")
    return ""
