"""Agreements and milestones: kept while the partnership is open."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleError
from partnerships.actions.progress import locked
from partnerships.models import Agreement, Milestone, Partnership


@transaction.atomic
def add_agreement(partnership: Partnership, *, agreement: Agreement, by: Any) -> Agreement:
    """File an agreement (an unsaved row) under the partnership."""
    row = _open(partnership)
    agreement.partnership = row
    agreement.save()
    after = audit.snapshot(agreement, ["document_number", "signed_on", "valid_until"])
    audit.record("partnerships.add_agreement", row, by=by, after=after)
    return agreement


@transaction.atomic
def remove_agreement(agreement: Agreement, *, by: Any) -> None:
    """Take out an agreement that was entered by mistake."""
    row = _open(agreement.partnership)
    _demand_there(agreement)
    before = audit.snapshot(agreement, ["document_number", "signed_on", "valid_until"])
    agreement.delete()
    audit.record("partnerships.remove_agreement", row, by=by, before=before)


@transaction.atomic
def add_milestone(partnership: Partnership, *, milestone: Milestone, by: Any) -> Milestone:
    """Add a step (an unsaved row) to the plan."""
    row = _open(partnership)
    milestone.partnership = row
    milestone.save()
    after = audit.snapshot(milestone, ["what", "due_on"])
    audit.record("partnerships.add_milestone", row, by=by, after=after)
    return milestone


@transaction.atomic
def complete_milestone(milestone: Milestone, *, done_on: date, by: Any) -> Milestone:
    """Tick a step off as done on a day that has come."""
    if done_on > timezone.localdate():
        raise RuleError(_("完成日期晚于今天，请填写实际完成的日期。"), field="done_on")
    return _mark_done(milestone, done_on, "partnerships.complete_milestone", by)


@transaction.atomic
def reopen_milestone(milestone: Milestone, *, by: Any) -> Milestone:
    """Undo a tick."""
    return _mark_done(milestone, None, "partnerships.reopen_milestone", by)


@transaction.atomic
def remove_milestone(milestone: Milestone, *, by: Any) -> None:
    """Take a step out of the plan."""
    row = _open(milestone.partnership)
    _demand_there(milestone)
    before = audit.snapshot(milestone, ["what", "due_on", "done_on"])
    milestone.delete()
    audit.record("partnerships.remove_milestone", row, by=by, before=before)


def _mark_done(milestone: Milestone, done_on: date | None, verb: str, by: Any) -> Milestone:
    row = _open(milestone.partnership)
    _demand_there(milestone)
    before = {"done_on": milestone.done_on}
    milestone.done_on = done_on
    milestone.save(update_fields=["done_on"])
    audit.record(
        verb, row, by=by, before=before, after={"what": milestone.what, "done_on": done_on}
    )
    return milestone


def _open(partnership: Partnership) -> Partnership:
    row = locked(partnership)
    if not row.is_open:
        raise RuleError(_("这个项目%s，计划和协议不能再改。") % row.get_status_display())
    return row


def _demand_there(part: Agreement | Milestone) -> None:
    """Its facts as they are now; somebody may have been quicker."""
    try:
        part.refresh_from_db(from_queryset=type(part).objects.select_related("partnership"))
    except type(part).DoesNotExist as error:
        raise RuleError(_("“%s”已被他人删除，请刷新页面查看最新情况。") % part) from error
