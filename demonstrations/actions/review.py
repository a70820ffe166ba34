"""A title that was given is looked at again (复核), and mended where it must be (整改)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleError
from demonstrations.actions.checks import (
    check_after_last_step,
    check_day,
    demand_no_open_decision,
    demand_status,
    lock_title,
    take_step,
)
from demonstrations.models import Title, TitleStep

Deed = TitleStep.Deed
Status = Title.Status


@transaction.atomic
def start_review(title: Title, *, done_on: date, by: User, remark: str = "") -> Title:
    """Begin a re-check; the title stays in force while it lasts."""
    current = _begin(title, Status.NAMED, Status.REVIEWING, done_on)
    return _move(current, Status.REVIEWING, Deed.REVIEWED, "start_review", done_on, by, remark)


@transaction.atomic
def pass_review(title: Title, *, done_on: date, by: User, remark: str = "") -> Title:
    """Found to be in order, without a new term; a renewal is a decision."""
    current = _begin(title, Status.REVIEWING, Status.NAMED, done_on)
    return _move(current, Status.NAMED, Deed.REVIEW_PASSED, "pass_review", done_on, by, remark)


@transaction.atomic
def demand_rectification(
    title: Title, *, done_on: date, due_on: date, remark: str, by: User
) -> Title:
    """Not in order: to be mended by a day; meanwhile the title is not in force."""
    current = _begin(title, Status.REVIEWING, Status.RECTIFYING, done_on)
    if due_on <= done_on:
        raise RuleError(_("整改期限应晚于要求整改的日期，请核对。"), field="due_on")
    current.rectify_due_on = due_on
    verb = "demand_rectification"
    return _move(current, Status.RECTIFYING, Deed.RECTIFYING, verb, done_on, by, remark)


@transaction.atomic
def pass_rectification(title: Title, *, done_on: date, remark: str, by: User) -> Title:
    """Checked and mended: in force again until its term ends."""
    current = _begin(title, Status.RECTIFYING, Status.NAMED, done_on)
    current.rectify_due_on = None
    verb = "pass_rectification"
    return _move(current, Status.NAMED, Deed.RECTIFIED, verb, done_on, by, remark)


def _begin(title: Title, before: str, after: str, done_on: date) -> Title:
    current = lock_title(title)
    demand_status(current, after, now=(before,))
    demand_no_open_decision(current)
    check_day(done_on, current.organisation, "done_on", _("日期"))
    check_after_last_step(current, done_on, "done_on", _("日期"))
    return current


def _move(
    title: Title, status: str, deed: str, verb: str, done_on: date, by: User, remark: str
) -> Title:
    title.status = status
    title.save(update_fields=["status", "rectify_due_on", "updated_at"])
    take_step(title, deed, by, done_on=done_on, remark=remark)
    after = {"status": status, "done_on": done_on, "remark": remark}
    if title.rectify_due_on:
        after["rectify_due_on"] = title.rectify_due_on
    audit.record(f"demonstrations.{verb}", title, by=by, after=after)
    return title
