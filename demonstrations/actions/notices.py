"""The public notice (公示): begun for a batch, objected to, answered, or stopped for one unit."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.days import nth_working_day
from core.errors import RuleError
from core.templatetags.ui import cn_date
from demonstrations.actions.checks import (
    check_after_last_step,
    check_day,
    demand_no_open_decision,
    demand_status,
    lock_title,
    take_step,
)
from demonstrations.models import Title, TitleNotice, TitleObjection, TitleRule, TitleStep
from organisations.models import Organisation

NOTICE_FACTS = ("level", "batch", "starts_on", "ends_on", "working_days")


@transaction.atomic
def start_notice(
    titles: Sequence[Title], *, starts_on: date, by: User, batch: str = ""
) -> TitleNotice:
    """Publish titles of one level that passed the first check; the rule gives the working days.

    The first day counts when it is a working day. `batch` names the notice where the titles have
    none.
    """
    ids = [title.pk for title in titles]
    rows = list(Title.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    _check_together(rows, starts_on)
    rule = TitleRule.objects.of(rows[0].level)
    notice = TitleNotice.objects.create(
        level=rows[0].level,
        batch=batch or rows[0].batch,
        starts_on=starts_on,
        ends_on=nth_working_day(starts_on, rule.notice_days),
        working_days=rule.notice_days,
        created_by=by,
    )
    notice.enter(rows)
    for title in rows:
        _publish(title, notice, by)
    return notice


def _check_together(titles: list[Title], starts_on: date) -> None:
    if not titles:
        raise RuleError(_("没有选中单位，请勾选要公示的单位。"), field="titles")
    if len({(title.level, title.batch) for title in titles}) > 1:
        raise RuleError(_("一次公示只能是同一级别、同一批次，请分开公示。"), field="titles")
    for title in titles:
        demand_status(title, Title.Status.NOTICED)
        label = _("公示开始日期")
        check_day(starts_on, title.organisation, "starts_on", label, may_come=True)
        check_after_last_step(title, starts_on, "starts_on", label)


def _publish(title: Title, notice: TitleNotice, by: User) -> None:
    title.status = Title.Status.NOTICED
    title.save(update_fields=["status", "updated_at"])
    until = _("公示至%s") % cn_date(notice.ends_on)
    take_step(title, TitleStep.Deed.NOTICED, by, done_on=notice.starts_on, remark=until)
    after = {"status": title.status} | audit.snapshot(notice, NOTICE_FACTS)
    audit.record("demonstrations.start_notice", title, by=by, after=after, is_decision=True)


@transaction.atomic
def raise_objection(
    title: Title, *, text: str, raised_on: date, by: User, raised_by: Organisation | None = None
) -> TitleObjection:
    """Write down what was objected while the notice ran; `raised_by` None is without a name."""
    current = lock_title(title)
    notice = _running_notice(current)
    if not notice.starts_on <= raised_on <= notice.ends_on:
        raise RuleError(
            _("公示自%(from)s至%(until)s，异议应在这期间提出；请核对提出日期。")
            % {"from": cn_date(notice.starts_on), "until": cn_date(notice.ends_on)},
            field="raised_on",
        )
    check_day(raised_on, current.organisation, "raised_on", _("提出日期"))
    if current.objections.filter(notice=notice, text=text, raised_by=raised_by).exists():
        raise RuleError(_("同一条异议已登记，没有再记一遍。"), field="text")
    objection = TitleObjection.objects.create(
        title=current,
        notice=notice,
        text=text,
        raised_on=raised_on,
        raised_by=raised_by,
        recorded_by=by,
    )
    after = {"text": text, "raised_on": raised_on, "raised_by": objection.source}
    audit.record("demonstrations.raise_objection", current, by=by, after=after)
    return objection


@transaction.atomic
def answer_objection(
    objection: TitleObjection, *, outcome: str, answer: str, answered_on: date, by: User
) -> TitleObjection:
    """Say what was found (成立, 不成立) and what was answered."""
    current = TitleObjection.objects.select_for_update().get(pk=objection.pk)
    if current.answered_on:
        raise RuleError(
            _("这条异议已于%s答复，没有改动；请刷新页面看答复内容。") % cn_date(current.answered_on)
        )
    if answered_on > timezone.localdate():
        raise RuleError(_("答复日期在今天之后，请核对。"), field="answered_on")
    if answered_on < current.raised_on:
        raise RuleError(_("答复早于提出日期，请核对两个日期。"), field="answered_on")
    current.outcome, current.answer = outcome, answer
    current.answered_on, current.answered_by = answered_on, by
    current.save(update_fields=["outcome", "answer", "answered_on", "answered_by"])
    after = {"outcome": outcome, "answer": answer, "answered_on": answered_on}
    audit.record("demonstrations.answer_objection", current.title, by=by, after=after)
    return current


@transaction.atomic
def stop_application(title: Title, *, done_on: date, remark: str, by: User) -> Title:
    """Not to be named this time: back to the cultivation pool, with the reason."""
    current = lock_title(title)
    begun = (Title.Status.CHECKED, Title.Status.NOTICED)
    demand_status(current, Title.Status.CULTIVATING, now=begun)
    demand_no_open_decision(current)
    check_day(done_on, current.organisation, "done_on", _("日期"))
    check_after_last_step(current, done_on, "done_on", _("日期"))
    current.status = Title.Status.CULTIVATING
    current.save(update_fields=["status", "updated_at"])
    take_step(current, TitleStep.Deed.STOPPED, by, done_on=done_on, remark=remark)
    after = {"status": current.status, "done_on": done_on, "remark": remark}
    audit.record("demonstrations.stop_application", current, by=by, after=after)
    return current


def check_notice_over(title: Title, day: date) -> None:
    """The notice has run its days and every objection to it is answered, none upheld."""
    notice = _running_notice(title)
    if not notice.is_over_on(day):
        raise RuleError(
            _("公示到%s结束，命名日期须在公示结束之后。") % cn_date(notice.ends_on),
            field="decided_on",
        )
    objections = title.objections.filter(notice=notice)
    unanswered = objections.unanswered().count()
    if unanswered:
        raise RuleError(_("还有 %d 条异议没有答复，答复后才能命名。") % unanswered)
    upheld = objections.filter(outcome=TitleObjection.Outcome.UPHELD).count()
    if upheld:
        raise RuleError(_("有 %d 条异议成立，不能命名，请停止申报。") % upheld)


def _running_notice(title: Title) -> TitleNotice:
    if title.status != Title.Status.NOTICED:
        raise RuleError(
            _("这个示范现在是“%s”，没有在公示；请刷新页面看最新情况。") % title.get_status_display()
        )
    return title.notices.first()
