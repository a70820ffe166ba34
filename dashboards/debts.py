"""谁还欠什么: which units owe the office an answer, and the words to remind them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from activities.models import Activity, Participation, WindowAnswer
from organisations.models import Booking, Organisation, organisation_scope
from partnerships.models import Member, Partnership
from supervision.models import Finding


@dataclass(frozen=True)
class Debt:
    """What one unit still owes, for 谁还欠什么."""

    organisation: Organisation
    consents: int
    confirmations: int
    findings: int
    bookings: int
    windows: int

    @property
    def words(self) -> str:
        parts = [
            (self.findings, _("逾期未整改 {n} 项")),
            (self.windows, _("填报待答复 {n} 项")),
            (self.consents, _("结对邀请待答复 {n} 项")),
            (self.confirmations, _("活动待确认 {n} 项")),
            (self.bookings, _("预约待答复 {n} 项")),
        ]
        return "，".join(text.format(n=n) for n, text in parts if n)


def _findings_due(user: Any, today: date) -> dict[int, int]:
    """Of an ended unit whoever carries on for it owes them."""
    late = organisation_scope(user, "inspection.edit", "inspection__organisation")
    rows = Finding.objects.filter(late, rectified_on__isnull=True, due_on__lt=today)
    owed_by = Coalesce("inspection__organisation__successor", "inspection__organisation")
    return _by_unit(rows.annotate(owed_by=owed_by), "owed_by")


def _bookings_owed(user: Any) -> dict[int, int]:
    """What a unit without an account owes, the office writes down itself."""
    owner = "resource__organisation"
    reach = organisation_scope(user, "resource.record", owner)
    rows = Booking.objects.waiting().with_answerer().filter(reach, has_answerer=True)
    return _by_unit(rows, owner)


def debts_in(user: Any, today: date) -> list[Debt]:
    """Units in the office's reach that owe an answer, most first; five queries and the names."""
    path = "organisation"
    reach = organisation_scope(user, "activity.review", path)
    consents = _by_unit(
        Member.objects.filter(
            reach,
            consent=Member.Consent.PENDING,
            partnership__status=Partnership.Status.PROPOSED,
        )
    )
    confirmations = _by_unit(
        Participation.objects.filter(
            reach,
            Q(activity__status=Activity.Status.SUBMITTED)
            | Q(activity__status=Activity.Status.ACCEPTED),
            confirmation=Participation.Confirmation.PENDING,
        )
    )
    windows = _by_unit(
        WindowAnswer.objects.owed().filter(organisation_scope(user, "window.edit", path))
    )
    owed = (consents, confirmations, _findings_due(user, today), _bookings_owed(user), windows)
    keys = {pk for found in owed for pk in found}
    units = Organisation.objects.select_related("region__parent").in_bulk(keys)
    debts = [Debt(unit, *(found.get(pk, 0) for found in owed)) for pk, unit in units.items()]
    return sorted(
        debts,
        key=lambda d: (
            -d.findings,
            -(d.consents + d.confirmations + d.bookings + d.windows),
            d.organisation.pk,
        ),
    )


def _by_unit(rows: QuerySet, path: str = "organisation") -> dict[int, int]:
    return dict(rows.order_by().values_list(path).annotate(Count("pk")))


def reminder_text(debts: list[Debt]) -> str:
    """Ready to paste into a chat: one line a unit, no more words than needed."""
    lines = [f"{debt.organisation.full_label}：{debt.words}" for debt in debts]
    return "\n".join([_("请以下单位登录“联创共建”平台办理："), *lines])
