"""A liaison's duties pass to the next: proposed by the unit, confirmed by who grants roles."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import close_user
from accounts.models import User
from core import audit
from core.errors import RuleError
from organisations.actions.assignments import end_role, grant_role
from organisations.models import Assignment, Handover
from organisations.models.handover import HANDED_OVER
from organisations.open_items import open_items_of

Status = Handover.Status
FACTS = ("organisation", "role", "from_user", "to_user", "last_day", "note", "status", "numbers")


@transaction.atomic
def propose_handover(
    assignment: Assignment, *, to_user: User, last_day: date, note: str = "", by: User
) -> Handover:
    """Name the successor; nothing changes until who grants roles has confirmed it."""
    held = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    _check(held, to_user, last_day)
    open_one = Handover.objects.proposed().filter(
        organisation=held.organisation, role=held.role, from_user=held.user
    )
    if open_one.exists():
        raise RuleError(_("这项交接已经提出，正等安全管理员确认。"))
    handover = Handover.objects.create(
        organisation=held.organisation,
        role=held.role,
        from_user=held.user,
        to_user=to_user,
        last_day=last_day,
        note=note.strip(),
        numbers=_numbers(held),
        proposed_by=by,
    )
    after = audit.snapshot(handover, FACTS)
    audit.record("organisations.propose_handover", handover, by=by, after=after)
    return handover


@transaction.atomic
def confirm_handover(handover: Handover, *, by: User) -> Handover:
    """The successor holds the role from the day after the predecessor's last.

    What is open goes with the unit: whoever acts for it sees and answers it. Raises RuleError for
    whatever forbids granting or ending the role.
    """
    row = _locked(handover, Status.DONE)
    held = _held(row)
    _check(held, row.to_user, row.last_day)
    if not _holds_already(row):
        grant_role(
            row.to_user,
            organisation=row.organisation,
            role=row.role,
            valid_from=row.last_day + timedelta(days=1),
            valid_until=held.valid_until,
            by=by,
        )
    end_role(held, last_day=row.last_day, by=by)
    row.numbers = _numbers(held)
    return _decide(row, Status.DONE, "", "organisations.confirm_handover", by)


@transaction.atomic
def hand_over_liaison(
    assignment: Assignment, *, to_user: User, last_day: date, note: str = "", by: User
) -> Handover:
    """Both at once, by who may grant roles."""
    handover = propose_handover(assignment, to_user=to_user, last_day=last_day, note=note, by=by)
    return confirm_handover(handover, by=by)


@transaction.atomic
def decline_handover(handover: Handover, *, reason: str, by: User) -> Handover:
    if not reason.strip():
        raise RuleError(_("请写明原因。"), field="reason")
    row = _locked(handover, Status.DECLINED)
    return _decide(row, Status.DECLINED, reason.strip(), "organisations.decline_handover", by)


@transaction.atomic
def withdraw_handover(handover: Handover, *, by: User) -> Handover:
    row = _locked(handover, Status.WITHDRAWN)
    return _decide(row, Status.WITHDRAWN, "", "organisations.withdraw_handover", by)


@transaction.atomic
def close_handed_over_accounts() -> int:
    """Close the accounts of predecessors who hold nothing any more; returns how many.

    Rung every day; a second ring finds nothing. It follows from a handover that was confirmed, so
    no administrator decides it anew; who holds another role keeps the account.
    """
    past = Handover.objects.filter(
        status=Status.DONE, last_day__lt=timezone.localdate(), is_settled=False
    )
    holding = Assignment.objects.not_ended().exclude(role="").values("user")
    ids = list(past.select_for_update(of=("self",)).values_list("pk", "from_user"))
    leaving = User.objects.filter(pk__in=[user for _pk, user in ids], is_active=True)
    gone = list(leaving.exclude(pk__in=holding).order_by("pk"))
    for account in gone:
        close_user(account, by=None)
    Handover.objects.filter(pk__in=[pk for pk, _user in ids]).update(is_settled=True)
    return len(gone)


def _check(held: Assignment, to_user: User, last_day: date) -> None:
    if held.role not in HANDED_OVER:
        raise RuleError(_("这个角色由安全管理员授予和结束，不办交接。"))
    if not held.is_open:
        raise RuleError(_("这个角色已经结束，不必交接；请安全管理员直接授予接任人。"))
    if to_user == held.user:
        raise RuleError(_("移交人和接任人不能是同一人。"), field="to_user")
    if not to_user.is_active:
        raise RuleError(_("接任人的账号已停用，请另选或先启用。"), field="to_user")
    if last_day < max(timezone.localdate(), held.valid_from):
        raise RuleError(_("最后一天已过，请填今天或以后。"), field="last_day")
    if held.valid_until and last_day >= held.valid_until:
        raise RuleError(_("任期本来就到那天为止，请填更早的一天。"), field="last_day")


def _held(row: Handover) -> Assignment:
    rows = Assignment.objects.not_ended().select_for_update(of=("self",))
    held = rows.filter(
        user=row.from_user_id, organisation=row.organisation_id, role=row.role
    ).first()
    if held is None:
        raise RuleError(_("移交人已不再任这个角色，请不同意这项交接，直接授予接任人。"))
    return held


def _holds_already(row: Handover) -> bool:
    """Two liaisons of one unit: the other carries on alone."""
    open_ended = row.to_user.assignments.filter(valid_until=None, valid_from__lte=row.last_day)
    return open_ended.filter(organisation=row.organisation_id, role=row.role).exists()


def _numbers(held: Assignment) -> list[dict[str, object]]:
    items = open_items_of(held.organisation, held.role)
    return [{"label": item["label"], "count": item["count"]} for item in items]


def _locked(handover: Handover, wanted: str) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",))
    row = rows.select_related("organisation", "from_user", "to_user").get(pk=handover.pk)
    if wanted not in Handover.TRANSITIONS[Status(row.status)]:
        raise RuleError(_("这项交接现在是“%s”，没有改动。") % row.get_status_display())
    return row


def _decide(row: Handover, status: str, note: str, verb: str, by: User) -> Handover:
    before = {"status": row.status}
    row.status, row.decision_note = status, note
    row.decided_at, row.decided_by = timezone.now(), by
    row.save(update_fields=["status", "decision_note", "numbers", "decided_at", "decided_by"])
    after = audit.snapshot(row, ("status", "decision_note", "last_day", "numbers"))
    audit.record(verb, row, by=by, before=before, after=after)
    return row
