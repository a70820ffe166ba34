"""Seats of an ended unit in matrices that still run: the capacity sits in the successor."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from alliances.models import Seat
from core import audit
from organisations.succession import Follower, Succession, register
from partnerships.models import Partnership


def _seats(succession: Succession) -> QuerySet[Seat]:
    not_over = Q(term_until__isnull=True) | Q(term_until__gte=timezone.localdate())
    return Seat.objects.filter(
        not_over, organisation=succession.ended, matrix__status__in=Partnership.OPEN
    )


def _pass_seats(succession: Succession, rows: QuerySet[Seat]) -> None:
    for row in rows.select_for_update(of=("self",)).select_related("matrix"):
        row.organisation = succession.successor
        row.save(update_fields=["organisation"])
        audit.record(
            "alliances.follow_successor",
            row.matrix,
            by=succession.by,
            before={"capacity": row.capacity, "organisation": str(succession.ended)},
            after={"capacity": row.capacity, "organisation": str(succession.successor)},
        )


register(
    Follower(
        key="alliances.seats",
        label=gettext_lazy("代表性矩阵的席位改在承接单位"),
        unit=gettext_lazy("席"),
        open_rows=_seats,
        follow=_pass_seats,
        needs_successor=True,
    )
)
