"""Recording titles that an authority has given already, and correcting what was entered."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleError
from core.templatetags.ui import cn_date
from demonstrations.actions.checks import (
    check_authority,
    check_day,
    first_holder,
    lock_title,
    record_changes,
    refuse_stale,
    take_step,
)
from demonstrations.models import Title, TitleDecision, TitleStep

TITLE_FIELDS = (
    "organisation",
    "level",
    "type",
    "batch",
    "authority",
    "document_number",
    "named_on",
    "valid_until",
)
# What can still be put right, by how far the title has come.
CULTIVATED_FIELDS = ("organisation", "level", "type", "batch")
APPLIED_FIELDS = ("batch",)


def editable_fields(title: Title) -> tuple[str, ...]:
    """What may be corrected without a decision: less, the more others have relied on it."""
    if title.status == Title.Status.CULTIVATING:
        return CULTIVATED_FIELDS
    if title.status in (Title.Status.APPLIED, Title.Status.CHECKED):
        return APPLIED_FIELDS
    if not title.is_given:
        return ()
    decided = title.decisions.filter(status=TitleDecision.Status.APPROVED).exists()
    return APPLIED_FIELDS if decided else TITLE_FIELDS


@transaction.atomic
def create_title(facts: dict[str, Any], *, by: User) -> Title:
    """Record a title that a naming authority has given; `facts` are TITLE_FIELDS."""
    title = Title(**facts)
    _check_title(title)
    title.save()
    _take_naming_step(title, by)
    audit.record(
        "demonstrations.create_title", title, by=by, after=audit.snapshot(title, TITLE_FIELDS)
    )
    return title


@transaction.atomic
def edit_title(
    title: Title, facts: dict[str, Any], *, by: User, seen_at: datetime | None = None
) -> Title:
    """Correct what was entered; what the director has decided takes a decision to change.

    `seen_at` is the `updated_at` that the user's form was made from.
    """
    current = lock_title(title)
    refuse_stale(current, seen_at)
    _demand_editable(current, facts)
    before = audit.snapshot(current, TITLE_FIELDS)
    for field, value in facts.items():
        setattr(current, field, value)
    if current.is_given:
        _check_title(current)
        _move_naming_step(current)
    else:
        _check_cultivation(current)
    current.save()
    record_changes("demonstrations.edit_title", current, before, by)
    return current


@transaction.atomic
def remove_title(title: Title, *, by: User) -> None:
    """Take an entry back as if it had never been made, as long as nothing was done with it."""
    current = lock_title(title)
    if (
        current.status != Title.Status.NAMED
        or current.decisions.exists()
        or current.steps.count() > 1
    ):
        told = _("“%(unit)s”的%(title)s已办理过后面的步骤，不能撤销。")
        raise RuleError(told % {"unit": current.organisation.short_name, "title": current})
    before = audit.snapshot(current, TITLE_FIELDS)
    audit.record("demonstrations.remove_title", current, by=by, before=before)
    current.delete()


def _demand_editable(title: Title, facts: dict[str, Any]) -> None:
    allowed = editable_fields(title)
    beyond = [name for name in facts if name not in allowed]
    if beyond:
        label = Title._meta.get_field(beyond[0]).verbose_name
        raise RuleError(
            _("这个示范现在是“%(status)s”，%(label)s不能直接修改；已经审批命名的请办理“更正”。")
            % {"status": title.get_status_display(), "label": label}
        )


def _check_title(title: Title) -> None:
    check_authority(title.level, title.authority)
    check_day(title.named_on, first_holder(title), "named_on", _("命名日期"))
    if title.valid_until and title.valid_until <= title.named_on:
        raise RuleError(_("有效期早于命名日期，请核对两个日期。"), field="valid_until")


def _check_cultivation(title: Title) -> None:
    first = title.steps.last()
    if first:
        check_day(first.done_on, first_holder(title), "organisation", _("列入日期"))


def _take_naming_step(title: Title, by: User) -> None:
    take_step(
        title,
        TitleStep.Deed.NAMED,
        by,
        done_on=title.named_on,
        document_number=title.document_number,
    )


def _move_naming_step(title: Title) -> None:
    """The history tells the corrected day and document too."""
    step = title.steps.filter(deed=TitleStep.Deed.NAMED, decision=None).last()
    if step is None:
        return
    later = title.steps.filter(pk__gt=step.pk).exclude(deed__in=TitleStep.OF_HOLDER).last()
    if later and title.named_on > later.done_on:
        raise RuleError(
            _("命名日期晚于后面一步“%(step)s”的日期%(day)s，请核对。")
            % {"step": later.get_deed_display(), "day": cn_date(later.done_on)},
            field="named_on",
        )
    step.done_on, step.document_number = title.named_on, title.document_number
    step.save(update_fields=["done_on", "document_number"])
