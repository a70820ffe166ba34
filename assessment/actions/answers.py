"""Answers to objections: drafted by one person of the office, confirmed by another."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.corrected_runs import carry_out, check_points, line_of
from assessment.actions.objections import locked_objection
from assessment.actions.states import locked, require
from assessment.models import Correction, Run, Scheme, ScoreObjection
from assessment.permissions import may_confirm_answer
from core import audit
from core.errors import RuleError

Status = ScoreObjection.Status
DRAFT_FIELDS = (
    "status", "is_upheld", "answer", "document_number", "points_before", "points_after",
    "drafted_at", "drafted_by", "return_reason",
)  # fmt: skip
ANSWER_FACTS = (
    "status", "is_upheld", "answer", "document_number", "points_before", "points_after",
)  # fmt: skip


@transaction.atomic
def draft_answer(
    objection: ScoreObjection,
    *,
    is_upheld: bool,
    answer: str,
    points_after: Decimal | None = None,
    document_number: str = "",
    by: User,
    seen: str | None = None,
) -> ScoreObjection:
    """Say what was found, and for an upheld objection the new points of the line.

    An answer that waits for the director is drafted anew. `seen` is the `draft_stamp` of what `by`
    began with, None where nobody looked before: RuleError when another was drafted since.
    `document_number` is that of the letter, where the office gives it one.
    """
    current = locked_objection(objection, Status.DRAFTED)
    if seen not in (None, current.draft_stamp):
        raise RuleError(_("您填写时另有人改了答复，这次没有保存；请对照上面的现有答复再提请。"))
    current.points_before = current.points_after = None
    if is_upheld:
        line = line_of(_latest(current), current.score.organisation_id, current.indicator_id)
        check_points(line, points_after)
        current.points_before, current.points_after = line.points, points_after
    current.is_upheld, current.answer = is_upheld, answer
    current.document_number = document_number
    current.status, current.return_reason = Status.DRAFTED, ""
    current.drafted_at, current.drafted_by = timezone.now(), by
    current.save(update_fields=DRAFT_FIELDS)
    _record("assessment.draft_answer", current, by)
    return current


@transaction.atomic
def return_answer(objection: ScoreObjection, *, reason: str, by: User) -> ScoreObjection:
    """Back to the office with the reason; its draft stays to be worked on."""
    current = locked_objection(objection, Status.OPEN)
    current.status, current.return_reason = Status.OPEN, reason
    current.save(update_fields=["status", "return_reason"])
    _record("assessment.return_answer", current, by, reason=reason)
    return current


@transaction.atomic
def confirm_answer(
    objection: ScoreObjection, *, by: User, seen: str | None = None
) -> ScoreObjection:
    """The answer stands and the unit sees it; an upheld objection corrects its line at once.

    By another than who drafted it, and not by who gave marks. `seen` is the `draft_stamp` of the
    answer that `by` has read, None where nobody looked before: RuleError when it was drafted anew
    since. The correction is a new run over the values of the published one: nothing is counted
    anew.
    """
    scheme = locked(objection.notice.scheme)
    require(scheme, Scheme.Status.NOTICE)
    # Both endings are open to a draft alone; which it is, the row that is locked says.
    current = locked_objection(objection, Status.UPHELD)
    if seen not in (None, current.draft_stamp):
        raise RuleError(_("答复在您看过之后改过，这次没有确认；请看过新的答复再确认。"))
    if not may_confirm_answer(by, current):
        raise RuleError(_("不能确认自己起草的答复，评过分的人也不能确认，请由另一位负责人确认。"))
    current.status = Status.UPHELD if current.is_upheld else Status.DISMISSED
    current.confirmed_at, current.confirmed_by = timezone.now(), by
    current.save(update_fields=["status", "confirmed_at", "confirmed_by"])
    if current.is_upheld:
        carry_out(_correction(current), by=by)
    _record("assessment.confirm_answer", current, by)
    return current


def _correction(objection: ScoreObjection) -> Correction:
    """What the upheld objection changes; not yet saved."""
    return Correction(
        scheme=objection.notice.scheme,
        organisation=objection.score.organisation,
        indicator=objection.indicator,
        points_before=objection.points_before,
        points_after=objection.points_after,
        reason=_("公示异议成立：%s") % objection.answer,
        dated_on=timezone.localdate(),
        proposed_at=objection.drafted_at,
        proposed_by=objection.drafted_by,
        objection=objection,
    )


def _latest(objection: ScoreObjection) -> Run:
    return Run.objects.latest_finished(objection.notice.scheme)


def _record(verb: str, objection: ScoreObjection, by: User, **facts: Any) -> None:
    after = audit.snapshot(objection, ANSWER_FACTS)
    audit.record(verb, objection, by=by, after=after, is_decision=True, **facts)
