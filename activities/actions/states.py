"""The states of a report: sent, withdrawn, accepted, returned. One door for each."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Activity, Participation
from activities.rules import faults_of, report_of
from core import audit
from core.errors import RuleError
from core.templatetags.ui import cn_datetime
from organisations.models import Organisation

SENT_FACTS = ("title", "starts_on", "ends_on", "place", "is_themed", "summary", "outcome")


def _lock(activity: Activity, wanted: str) -> Activity:
    """The row, locked, if it may pass into the wanted state; RuleError with the reason if not."""
    # Nothing is joined: PostgreSQL reads only the locked row anew when it had to wait for it.
    locked = Activity.objects.select_for_update().get(pk=activity.pk)
    if not locked.can_become(wanted):
        raise RuleError(_why_not(locked))
    return locked


def _why_not(activity: Activity) -> str:
    """The second of two people is told what the first has done."""
    status = activity.get_status_display()
    if activity.status in (Activity.Status.ACCEPTED, Activity.Status.RETURNED):
        return _("这份报送已由%(by)s于%(at)s处理为“%(status)s”，没有再改动。") % {
            "by": activity.reviewed_by.name,
            "at": cn_datetime(activity.reviewed_at),
            "status": status,
        }
    return _("这份报送现在是“%s”，不能这样处理，请刷新页面看最新情况。") % status


@transaction.atomic
def submit_activity(activity: Activity, *, by: User, distinct_from: Iterable[int] = ()) -> Activity:
    """Send the report to the office and ask the other parties.

    Parts of units for which the sender may confirm are confirmed by the sending itself.
    `distinct_from` are ids of reports that the sender says are about another event.
    RuleError (with its field) for the first thing that is missing or wrong.
    """
    locked = _lock(activity, Activity.Status.SUBMITTED)
    faults = faults_of(report_of(locked), today=timezone.localdate())
    if faults:
        raise faults[0]
    before = locked.status
    locked.status = Activity.Status.SUBMITTED
    locked.submitted_at, locked.submitted_by = timezone.now(), by
    locked.save(update_fields=["status", "submitted_at", "submitted_by"])
    locked.distinct_from.add(*Activity.objects.filter(pk__in=distinct_from).exclude(pk=locked.pk))
    _confirm_own_parts(locked, by)
    facts = audit.snapshot(locked, SENT_FACTS) | {"status": locked.status}
    facts["units"] = [
        str(part.organisation) for part in locked.participations.select_related("organisation")
    ]
    audit.record(
        "activities.submit_activity", locked, by=by, before={"status": before}, after=facts
    )
    return locked


def _confirm_own_parts(activity: Activity, by: User) -> None:
    own = Organisation.objects.within(by, "activity.confirm").values("pk")
    activity.participations.filter(
        organisation__in=own, confirmation=Participation.Confirmation.PENDING
    ).update(
        confirmation=Participation.Confirmation.CONFIRMED,
        confirmed_at=timezone.now(),
        confirmed_by=by,
    )


@transaction.atomic
def withdraw_activity(activity: Activity, *, by: User) -> Activity:
    """Take a report back to mend it, as long as the office has not decided."""
    locked = _lock(activity, Activity.Status.DRAFT)
    return _pass_into(Activity.Status.DRAFT, locked, "activities.withdraw_activity", by)


@transaction.atomic
def accept_activity(
    activity: Activity, *, by: User, quality: str = "", difficulty: Decimal = Decimal(1)
) -> Activity:
    """From now on the activity counts for every unit that confirmed, or will confirm, its part.

    `quality` is one of Activity.Quality or empty, `difficulty` what the activity counts as where a
    scheme goes by it. RuleError (with its field) where that lies outside its bounds.
    """
    check_difficulty(difficulty)
    locked = _lock(activity, Activity.Status.ACCEPTED)
    locked.reviewed_at, locked.reviewed_by = timezone.now(), by
    locked.quality, locked.difficulty = quality, difficulty
    return _pass_into(Activity.Status.ACCEPTED, locked, "activities.accept_activity", by)


def check_difficulty(difficulty: Decimal) -> None:
    if not Activity.EASIEST <= difficulty <= Activity.HARDEST:
        words = {"low": Activity.EASIEST, "high": Activity.HARDEST}
        raise RuleError(
            _("难度系数应在 %(low)s 至 %(high)s 之间，一般活动为 1。") % words, field="difficulty"
        )


@transaction.atomic
def return_activity(activity: Activity, *, reason: str, by: User) -> Activity:
    """Give a report back to its unit, with the reason."""
    if not reason.strip():
        raise RuleError(_("请写明退回原因，填报人才知道改什么。"), field="reason")
    locked = _lock(activity, Activity.Status.RETURNED)
    locked.reviewed_at, locked.reviewed_by = timezone.now(), by
    locked.return_reason = reason.strip()
    return _pass_into(Activity.Status.RETURNED, locked, "activities.return_activity", by)


def _pass_into(status: str, activity: Activity, verb: str, by: User) -> Activity:
    before = activity.status
    activity.status = status
    fields = ["status", "reviewed_at", "reviewed_by", "return_reason", "quality", "difficulty"]
    activity.save(update_fields=fields)
    audit.record(
        verb,
        activity,
        by=by,
        before={"status": before},
        after={"status": status} | _rating(activity),
        reason=activity.return_reason if status == Activity.Status.RETURNED else "",
    )
    return activity


def _rating(activity: Activity) -> dict[str, Any]:
    """What the reviewer said beside the acceptance; empty where nothing."""
    given: dict[str, Any] = {"quality": activity.quality} if activity.quality else {}
    return given | ({"difficulty": activity.difficulty} if activity.difficulty != 1 else {})


@dataclass(frozen=True)
class Accepted:
    """What became of several reports: the accepted ones, and why the others were not."""

    done: list[Activity]
    refused: list[tuple[Activity, str]]


def accept_activities(activities: Iterable[Activity], *, by: User) -> Accepted:
    """Accept each report for itself: one that cannot be accepted does not hold up the others."""
    outcome = Accepted([], [])
    for activity in activities:
        try:
            outcome.done.append(accept_activity(activity, by=by))
        except RuleError as error:
            outcome.refused.append((activity, error.message))
    return outcome
