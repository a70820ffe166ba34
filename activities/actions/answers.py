"""A party's answer: we were there, or we were not."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Activity, Participation
from core import audit
from core.errors import RuleError


@transaction.atomic
def answer_participations(
    participations: Iterable[Participation], *, attended: bool, by: User
) -> list[Participation]:
    """Confirm the parts, or say that the units were not there; returns those that changed.

    An answer may be changed later and counts from then on, after the acceptance too. RuleError,
    and nothing changed at all, when one of the reports is not under way.
    """
    ids = [participation.pk for participation in participations]
    locked = (
        Participation.objects.select_for_update(of=("self",))
        .select_related("activity", "organisation")
        .filter(pk__in=ids)
        .order_by("pk")
    )
    confirmed, absent = Participation.Confirmation.CONFIRMED, Participation.Confirmation.ABSENT
    answer = confirmed if attended else absent
    changed = [part for part in locked if part.confirmation != answer]
    for part in changed:
        _answer(part, answer, by)
    return changed


def _answer(part: Participation, answer: str, by: User) -> None:
    if part.activity.status not in Activity.SENT:
        raise RuleError(
            _("“%(title)s”现在是“%(status)s”，等它重新报送后再确认。")
            % {"title": part.activity, "status": part.activity.get_status_display()}
        )
    before = part.confirmation
    part.confirmation, part.confirmed_at, part.confirmed_by = answer, timezone.now(), by
    part.save(update_fields=["confirmation", "confirmed_at", "confirmed_by"])
    audit.record(
        "activities.answer_participations",
        part.activity,
        by=by,
        before={"unit": str(part.organisation), "confirmation": before},
        after={"unit": str(part.organisation), "confirmation": answer},
    )
