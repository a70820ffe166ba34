"""The public notice of approved results, and the final result after it."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.states import locked, record, require
from assessment.models import ResultNotice, Run, Scheme, ScoreObjection
from core import audit
from core.days import nth_working_day
from core.errors import RuleError
from core.templatetags.ui import cn_date
from organisations.models import Organisation

Status = Scheme.Status
FACTS = ("starts_on", "ends_on", "working_days", "office", "phone")
# A list is made public soon after it was approved, or looked at again.
MOST_DAYS_AHEAD = 30


@transaction.atomic
def open_notice(
    scheme: Scheme, *, starts_on: date, office: Organisation, phone: str = "", by: User
) -> ResultNotice:
    """Make the approved results public for the scheme's working days.

    The first day counts when it is a working day. The list is that of the approved run.
    """
    scheme = locked(scheme)
    require(scheme, Status.APPROVED)
    if reason := first_day_reason(scheme, starts_on):
        raise RuleError(reason, field="starts_on")
    notice = ResultNotice.objects.create(
        scheme=scheme,
        run=Run.objects.latest_finished(scheme),
        starts_on=starts_on,
        ends_on=nth_working_day(starts_on, scheme.notice_days),
        working_days=scheme.notice_days,
        office=office,
        phone=phone,
        opened_by=by,
    )
    scheme.status = Status.NOTICE
    scheme.save(update_fields=["status"])
    after = audit.snapshot(notice, FACTS) | {"run": notice.run.number}
    audit.record("assessment.open_notice", scheme, by=by, after=after, is_decision=True)
    return notice


def first_day_reason(scheme: Scheme, day: date) -> str:
    """Why approved results cannot be made public from this day on; empty when they can."""
    approved_on = timezone.localdate(scheme.approved_at)
    if day < approved_on:
        return _("公示开始日期不能早于审定日期%s。") % cn_date(approved_on)
    if day > timezone.localdate() + timedelta(days=MOST_DAYS_AHEAD):
        return _("公示开始日期离今天超过 %d 天，请核对。") % MOST_DAYS_AHEAD
    return ""


@transaction.atomic
def finish_scheme(scheme: Scheme, *, by: User, today: date | None = None) -> Scheme:
    """After the public notice the results are final; only corrections change them.

    RuleError while the notice is on or an objection is not answered. `today` stands in for the
    present day where a year is told afterwards.
    """
    scheme = locked(scheme)
    require(scheme, Status.NOTICE)
    reason = unfinished_reason(scheme, today or timezone.localdate())
    if reason:
        raise RuleError(reason)
    scheme.status = Status.FINAL
    scheme.finished_at, scheme.finished_by = timezone.now(), by
    scheme.save(update_fields=["status", "finished_at", "finished_by"])
    record("assessment.finish_scheme", scheme, by=by, before=Status.NOTICE)
    return scheme


def unfinished_reason(scheme: Scheme, day: date) -> str:
    """Why the results on notice cannot be final yet; empty when they can."""
    notice = scheme.notice
    if not notice.is_over(day):
        return _("公示到%s结束，结束后才能定稿。") % cn_date(notice.ends_on)
    unsettled = ScoreObjection.objects.unsettled().filter(notice=notice).count()
    if unsettled:
        return _("还有 %d 条异议没有答复，答复并确认后才能定稿。") % unsettled
    return ""
