"""The grade and the difficulty of an activity that has been accepted, given anew."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activities.actions.states import check_difficulty
from activities.closed_years import why_closed
from activities.models import Activity
from activities.ratings import CHANGED, Rating, told_change
from core import audit
from core.errors import RuleError


@transaction.atomic
def change_rating(
    activity: Activity, rating: Rating, *, seen: Rating, reason: str, by: User
) -> Activity:
    """Give an accepted activity another quality grade or difficulty; what was is in the log.

    `seen` is the rating that the user looked at: whoever comes second is told and changes nothing.
    RuleError, with its field, without a reason or a change, outside the bounds of the difficulty,
    and once a result of the activity's year has been decided.
    """
    if not reason.strip():
        raise RuleError(_("请写明改评的原因，各参加单位都看得到。"), field="reason")
    check_difficulty(rating.difficulty)
    locked = Activity.objects.select_for_update().get(pk=activity.pk)
    _check_open(locked)
    before = Rating.of(locked)
    if before != seen:
        told = told_change(seen.facts, before.facts)
        raise RuleError(_("刚有人改评过（%s），没有再改动，请看过再改。") % told)
    if before == rating:
        raise RuleError(_("质量等次和难度系数都没有改动。"), field="quality")
    locked.quality, locked.difficulty = rating.quality, rating.difficulty
    locked.save(update_fields=["quality", "difficulty"])
    audit.record(
        CHANGED,
        locked,
        by=by,
        before=before.facts,
        after=rating.facts,
        reason=reason.strip(),
        is_decision=True,
    )
    return locked


def _check_open(activity: Activity) -> None:
    if activity.status != Activity.Status.ACCEPTED:
        raise RuleError(
            _("这份报送现在是“%s”，采用以后才有质量等次和难度系数可改。")
            % activity.get_status_display()
        )
    if closed := why_closed(activity):
        raise RuleError(closed)
