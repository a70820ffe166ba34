"""How much waits for a user: the counts beside the menu's entries."""

from typing import Any

from activities.models import Activity, Participation
from organisations.models import organisation_scope
from partnerships.models import Member, Partnership


def waiting_counts(user: Any) -> dict[str, int]:
    """Counts by menu entry; one query for each that the user's role can have."""
    counts = {"activities": 0, "partnerships": 0}
    if user.can("activity.review"):
        counts["activities"] += _to_review(user)
    if user.can("activity.confirm"):
        counts["activities"] += _to_confirm(user) + _to_correct(user)
    if user.can("partnership.consent"):
        counts["partnerships"] += _to_consent(user)
    return counts


def _to_review(user: Any) -> int:
    reach = organisation_scope(user, "activity.review", "reporter")
    return Activity.objects.filter(reach, status=Activity.Status.SUBMITTED).count()


def _to_confirm(user: Any) -> int:
    reach = organisation_scope(user, "activity.confirm", "organisation")
    return Participation.objects.filter(
        reach,
        confirmation=Participation.Confirmation.PENDING,
        activity__status__in=[Activity.Status.SUBMITTED, Activity.Status.ACCEPTED],
    ).count()


def _to_correct(user: Any) -> int:
    reach = organisation_scope(user, "activity.report", "reporter")
    return Activity.objects.filter(reach, status=Activity.Status.RETURNED).count()


def _to_consent(user: Any) -> int:
    reach = organisation_scope(user, "partnership.consent", "organisation")
    return Member.objects.filter(
        reach,
        consent=Member.Consent.PENDING,
        partnership__status=Partnership.Status.PROPOSED,
    ).count()
