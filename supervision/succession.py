"""Open findings of an ended unit: its successor puts them right, the inspection stays its own."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from core import audit
from organisations.succession import Follower, Succession, register
from supervision.models import Finding, Inspection


def _findings(succession: Succession) -> QuerySet[Finding]:
    """Not struck off, and nobody named who would see to it."""
    return Finding.objects.filter(
        checked_on__isnull=True,
        inspection__organisation=succession.ended,
        inspection__organisation__successor__isnull=True,
    )


def _name_who_rectifies(succession: Succession, rows: QuerySet[Finding]) -> None:
    """Whoever succeeds a unit may rectify its findings (see organisation_scope): say so."""
    for inspection in Inspection.objects.filter(pk__in=rows.values("inspection")):
        audit.record(
            "supervision.follow_successor",
            inspection,
            by=succession.by,
            before={"rectified_by": str(succession.ended)},
            after={"rectified_by": str(succession.successor)},
        )


register(
    Follower(
        key="supervision.findings",
        label=gettext_lazy("未销号的检查问题由承接单位整改"),
        unit=gettext_lazy("个"),
        open_rows=_findings,
        follow=_name_who_rectifies,
        needs_successor=True,
    )
)
