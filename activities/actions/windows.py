"""Collection windows opened, corrected, reminded of and cancelled; their answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import CollectionWindow, WindowAnswer
from activities.models.window import first_day_without_reason, is_by_end_of
from core import audit
from core.errors import RuleError
from core.templatetags.ui import cn_date
from organisations.models import Organisation

FACTS = ["title", "basis", "asked", "due_on", "closes_on", "short_notice_reason"]
ANSWER_FACTS = ["state", "text", "is_in_time"]
State = WindowAnswer.State


@dataclass(frozen=True)
class WindowFacts:
    """What is asked, on what basis, until when; a reason where there is little time."""

    title: str
    basis: str
    asked: str
    due_on: date
    closes_on: date
    short_notice_reason: str = ""


@transaction.atomic
def open_window(
    facts: WindowFacts, *, organisations: Iterable[Organisation], by: User
) -> CollectionWindow:
    """Ask the units; each finds it among what it owes.

    RuleError for nobody asked, dates the wrong way round or past, or short notice without reason.
    """
    units = list(organisations)
    if not units:
        raise RuleError(_("没有一家单位被要求填报，请选单位类型或具体单位。"), field="kinds")
    _check_dates(facts, since=timezone.localdate())
    window = CollectionWindow.objects.create(**vars(facts), opened_by=by)
    WindowAnswer.objects.bulk_create(
        WindowAnswer(window=window, organisation=unit) for unit in units
    )
    after = audit.snapshot(window, FACTS) | {"asked_count": len(units)}
    audit.record("activities.open_window", window, by=by, after=after)
    return window


@transaction.atomic
def change_window(window: CollectionWindow, *, facts: WindowFacts, by: User) -> CollectionWindow:
    """Correct the words, or give more time; nobody gets less, and who was late stays late."""
    locked = _lock(window)
    if facts.due_on < locked.due_on:
        raise RuleError(
            _("按时截止只能往后改，原定是%s。") % cn_date(locked.due_on), field="due_on"
        )
    if facts.closes_on < locked.closes_on:
        raise RuleError(
            _("最终关闭只能往后改，原定是%s。") % cn_date(locked.closes_on), field="closes_on"
        )
    _check_order(facts)
    _check_notice(facts, since=timezone.localdate(locked.opened_at))
    before = audit.snapshot(locked, FACTS)
    for name in FACTS:
        setattr(locked, name, getattr(facts, name))
    locked.save(update_fields=FACTS)
    after = audit.snapshot(locked, FACTS)
    audit.record("activities.change_window", locked, by=by, before=before, after=after)
    return locked


@transaction.atomic
def cancel_window(window: CollectionWindow, *, reason: str, by: User) -> CollectionWindow:
    """Asked by mistake, or not needed any more: nobody owes it, and it counts for nothing."""
    if not reason.strip():
        raise RuleError(_("请写明撤销的原因。"), field="reason")
    locked = _lock(window)
    locked.cancelled_at, locked.cancelled_by = timezone.now(), by
    locked.cancel_reason = reason.strip()
    locked.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    audit.record("activities.cancel_window", locked, by=by, reason=locked.cancel_reason)
    return locked


@transaction.atomic
def remind_window(window: CollectionWindow, *, by: User) -> int:
    """Remind all that have not answered: it stands among what they owe. Returns how many."""
    locked = _lock(window)
    count = locked.answers.pending().count()
    if not count:
        raise RuleError(_("各单位都已答复，不用催办。"))
    locked.reminded_at, locked.reminded_by = timezone.now(), by
    locked.save(update_fields=["reminded_at", "reminded_by"])
    audit.record("activities.remind_window", locked, by=by, after={"reminded_count": count})
    return count


@transaction.atomic
def answer_window(answer: WindowAnswer, *, text: str, begun_at: datetime, by: User) -> WindowAnswer:
    """Send the unit's answer; an empty text says that nothing has changed.

    Until the due day it may be sent anew, after it once. `begun_at` is when the page was opened:
    who began before the end of a day may send within half an hour after it. RuleError when the
    window is closed or cancelled, or a punctual answer would be rewritten late.
    """
    window = _lock(answer.window, closed_too=True)
    locked = WindowAnswer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
    now = timezone.now()
    if not is_by_end_of(window.closes_on, sent_at=now, begun_at=begun_at):
        raise RuleError(
            _("填报已在%s关闭，不能再报；确需补报的请与旗创建办联系。") % cn_date(window.closes_on)
        )
    is_in_time = is_by_end_of(window.due_on, sent_at=now, begun_at=begun_at)
    if locked.state != State.PENDING and not is_in_time:
        raise RuleError(_("已经答复，按时截止后不能再改；确需更正的请与旗创建办联系。"))
    before = audit.snapshot(locked, ANSWER_FACTS)
    locked.text = text.strip()
    locked.state = State.ANSWERED if locked.text else State.NO_CHANGE
    locked.is_in_time, locked.answered_at, locked.answered_by = is_in_time, now, by
    locked.save(update_fields=[*ANSWER_FACTS, "answered_at", "answered_by"])
    after = audit.snapshot(locked, ANSWER_FACTS)
    audit.record("activities.answer_window", locked, by=by, before=before, after=after)
    return locked


def _lock(window: CollectionWindow, *, closed_too: bool = False) -> CollectionWindow:
    locked = CollectionWindow.objects.select_for_update(of=("self",)).get(pk=window.pk)
    if locked.cancelled_at:
        raise RuleError(_("这次填报已撤销，不用再办。"))
    if not closed_too and not locked.is_open:
        raise RuleError(_("这次填报已在%s关闭。") % cn_date(locked.closes_on))
    return locked


def _check_dates(facts: WindowFacts, *, since: date) -> None:
    if facts.due_on < since:
        raise RuleError(_("按时截止已经过去，请改晚一些。"), field="due_on")
    _check_order(facts)
    _check_notice(facts, since=since)


def _check_order(facts: WindowFacts) -> None:
    if facts.closes_on < facts.due_on:
        raise RuleError(_("最终关闭早于按时截止，请核对两个日期。"), field="closes_on")


def _check_notice(facts: WindowFacts, *, since: date) -> None:
    """Three whole working days, or a reason that the units read."""
    earliest = first_day_without_reason(since)
    if facts.due_on < earliest and not facts.short_notice_reason:
        raise RuleError(
            _("离按时截止不足 3 个工作日，请写明原因，或改到%s以后。") % cn_date(earliest),
            field="short_notice_reason",
        )
