"""Drafts written from a ledger, through the actions of the page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from activities import actions
from activities.imports.known import facts_of, with_parts
from activities.models import Activity, Attachment
from core.errors import RuleError
from core.imports.ledger import Facts, Row

BATCH = 500
DATES = ("starts_on", "ends_on")
SEVERAL = ("joint_units", "partnerships", "content_kinds", "joint_tags")


def as_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def as_typed(facts: Facts) -> actions.Facts:
    """The facts of a plan in the shape that the actions take."""
    typed = dict(facts)
    for key in DATES:
        typed[key] = as_day(facts[key])
    for key in SEVERAL:
        typed[key] = tuple(facts[key])
    return typed


def add(ledger: Any, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
    for done, row in enumerate(rows, start=1):
        denied = ledger.denied.get(row.number, ())
        draft = actions.enter_draft(as_typed(row.facts), by=ledger.by, distinct_from=denied)
        row.object_pk = draft.pk
        advance(done)


def change(ledger: Any, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
    """Set each draft to `row.facts`; what they do not name stays."""
    for done, row in enumerate(rows, start=1):
        saved = facts_of(row.found)
        typed = as_typed(saved | row.facts)
        if "partnerships" in row.facts:
            # First: they bring members along, and the ledger has the last word.
            _save(row.found, {"partnerships": typed["partnerships"]}, ledger.by)
        _save(row.found, typed, ledger.by)
        advance(done)


def _save(activity: Activity, facts: actions.Facts, by: Any) -> None:
    """Whatever was typed between the look and the lock goes before the ledger."""
    version = activity.version
    try:
        saved = actions.save_draft(activity, facts=facts, version=version, window="", by=by)
    except actions.DraftConflictError as error:
        told = _("“%s”刚刚在活动页里被修改，没有导入；请重新核对。")
        raise RuleError(told % activity) from error
    activity.version = saved.version


def fetch(pks: Sequence[int]) -> Mapping[int, Activity]:
    found: dict[int, Activity] = {}
    for start in range(0, len(pks), BATCH):
        found |= with_parts().in_bulk(list(pks[start : start + BATCH]))
    return found


def remove(ledger: Any, rows: Sequence[Row]) -> None:
    """Throw the drafts away; what was sent, or has files, was built on."""
    with_files = set(
        Attachment.objects.filter(activity__in=[row.object_pk for row in rows]).values_list(
            "activity_id", flat=True
        )
    )
    for row in rows:
        if row.found.status != Activity.Status.DRAFT:
            told = _("“%(title)s”现在是“%(status)s”，不能整批撤销；请逐个撤回、删除。")
            facts = {"title": row.found, "status": row.found.get_status_display()}
            raise RuleError(told % facts)
        if row.object_pk in with_files:
            told = _("“%s”已经添加了附件，不能整批撤销；请逐个删除。")
            raise RuleError(told % row.found)
    for row in rows:
        actions.delete_draft(row.found, by=ledger.by)
