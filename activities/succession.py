"""Open reports and requests of an ended unit: the successor goes on with them."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from activities.models import Activity, Participation, WindowAnswer
from core import audit
from organisations.succession import Follower, Succession, register

Confirmation = Participation.Confirmation


def _reports(succession: Succession) -> QuerySet[Activity]:
    """Drafts, returned and sent: whatever its reporter may still have to mend."""
    rows = Activity.objects.filter(reporter=succession.ended)
    return rows.exclude(status=Activity.Status.ACCEPTED)


def _pass_reports(succession: Succession, rows: QuerySet[Activity]) -> None:
    for row in rows.select_for_update():
        row.reporter = succession.successor
        # A window still open on the old state is told, not obeyed.
        row.version += 1
        row.save(update_fields=["reporter", "version"])
        for part in row.participations.filter(organisation=succession.ended):
            _replace(part, succession)
        audit.record(
            "activities.follow_successor",
            row,
            by=succession.by,
            before={"reporter": str(succession.ended)},
            after={"reporter": str(succession.successor)},
        )


def _replace(part: Participation, succession: Succession) -> None:
    """The successor stands in its place; where it stands already, it is named once."""
    other = part.activity.participations.filter(organisation=succession.successor).first()
    if other is None:
        part.organisation = succession.successor
        part.save(update_fields=["organisation"])
        return
    part.delete()
    if part.is_host:
        other.is_host = True
    if part.confirmation == Confirmation.CONFIRMED:
        other.confirmation = part.confirmation
        other.confirmed_at, other.confirmed_by = part.confirmed_at, part.confirmed_by
    other.save(update_fields=["is_host", "confirmation", "confirmed_at", "confirmed_by"])


def _requests(succession: Succession) -> QuerySet[Participation]:
    """Asked by others whether it was there, and not answered."""
    return (
        Participation.objects.filter(
            organisation=succession.ended, confirmation=Confirmation.PENDING
        )
        .exclude(activity__reporter=succession.ended)
        .exclude(activity__reporter=succession.successor)
    )


def _pass_requests(succession: Succession, rows: QuerySet[Participation]) -> None:
    """The successor is asked instead; nobody is asked twice, and nobody where there is none."""
    for row in rows.select_for_update(of=("self",)).select_related("activity"):
        stands = row.activity.participations.filter(organisation=succession.successor).exists()
        if succession.successor is None or stands:
            row.confirmation = Confirmation.NOT_ASKED
        else:
            row.organisation = succession.successor
        row.save(update_fields=["organisation", "confirmation"])


def _answers(succession: Succession) -> QuerySet[WindowAnswer]:
    """Asked in a window that still takes answers, and not answered."""
    return WindowAnswer.objects.owed().filter(organisation=succession.ended)


def _pass_answers(succession: Succession, rows: QuerySet[WindowAnswer]) -> None:
    """The successor answers instead; nobody is asked twice, and nobody where there is none."""
    for row in rows.select_for_update(of=("self",)):
        asked = WindowAnswer.objects.filter(window=row.window_id)
        if succession.successor is None or asked.filter(organisation=succession.successor).exists():
            row.delete()
            continue
        row.organisation = succession.successor
        row.save(update_fields=["organisation"])


register(
    Follower(
        key="activities.reports",
        label=gettext_lazy("未采用的活动报送转由承接单位办理"),
        unit=gettext_lazy("份"),
        open_rows=_reports,
        follow=_pass_reports,
        needs_successor=True,
    )
)
register(
    Follower(
        key="activities.requests",
        label=gettext_lazy("待确认的参加情况转由承接单位答复"),
        without=gettext_lazy("待确认的参加情况不再征询"),
        unit=gettext_lazy("次"),
        open_rows=_requests,
        follow=_pass_requests,
    )
)
register(
    Follower(
        key="activities.answers",
        label=gettext_lazy("待答复的填报转由承接单位答复"),
        without=gettext_lazy("待答复的填报不再要求"),
        unit=gettext_lazy("项"),
        open_rows=_answers,
        follow=_pass_answers,
    )
)
