"""One activity: its facts, who confirmed, what it counts for, its history."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import actions
from activities.closed_years import why_closed
from activities.models import Activity, Participation
from activities.permissions import (
    can_copy_activity,
    can_delete_activity,
    can_edit_activity,
    can_rate_activity,
    can_review_activity,
    can_withdraw_activity,
    can_write_case,
)
from activities.views.wording import counts_for, history_of, what_now
from core.access import requires
from core.pages import perform, render_page

# More parties than these are folded away.
PARTS_SHOWN = 8


@require_safe
@requires("activity.view")
def activity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_object_or_404(Activity.objects.visible_to(request.user).for_detail(), pk=pk)
    context = {"activity": activity, **facts_shown(request.user, activity)}
    may = {
        "can_edit": can_edit_activity(request.user, activity),
        "can_delete": can_delete_activity(request.user, activity),
        "can_withdraw": can_withdraw_activity(request.user, activity),
        "can_copy": can_copy_activity(request.user, activity),
        "can_review": activity.status == Activity.Status.SUBMITTED
        and can_review_activity(request.user, activity),
    }
    asked = [part for part in context["parts"] if part.is_asked]
    context["can_write_case"] = can_write_case(request.user, activity)
    context["can_rate"] = can_rate_activity(request.user, activity)
    context["rating_closed"] = why_closed(activity) if context["can_rate"] else ""
    context |= may | {"asked": asked, "what_now": what_now(activity, asked=len(asked), **may)}
    return render_page(request, "activities/activity_detail.html", context)


def facts_shown(user: Any, activity: Activity) -> dict[str, Any]:
    """What the activity's page and the reviewer's page both show."""
    parts = _parts(user, activity)
    return {
        "parts": parts,
        "parts_shown": parts[:PARTS_SHOWN],
        "parts_folded": parts[PARTS_SHOWN:],
        "counts": counts_for(activity),
        "history": history_of(activity),
    }


def _parts(user: Any, activity: Activity) -> list[Participation]:
    """Who takes part, each marked with whether this user may answer for it, or is asked to."""
    mine = activity.participations.answerable_by(user).values_list("pk", flat=True)
    answerable = set(mine)
    parts = list(activity.participations.for_list())
    for part in parts:
        part.can_answer = part.pk in answerable
        pending = part.confirmation == Participation.Confirmation.PENDING
        part.is_asked = part.can_answer and pending
    return sorted(parts, key=_urgency)


def _urgency(part: Participation) -> tuple[bool, bool, bool]:
    """The host, then whom the user answers for, then who has not confirmed, then the rest."""
    confirmed = part.confirmation == Participation.Confirmation.CONFIRMED
    return not part.is_host, not part.is_asked, confirmed


@require_POST
@requires("activity.report")
def activity_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    if not can_withdraw_activity(request.user, activity):
        raise PermissionDenied(_("只有报送单位能撤回，而且要在审核之前。"))
    if perform(request, actions.withdraw_activity, activity, done=_("已撤回，改好后请再报送。")):
        return redirect("activities:activity_form", pk)
    return redirect("activities:activity_detail", pk)
