"""Projects of an ended unit: its successor takes its place, the record keeps who took part when."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from organisations.succession import Follower, Succession, register
from partnerships.models import Member, Partnership

NOTE_LENGTH = 200


def _led(succession: Succession) -> QuerySet[Partnership]:
    return Partnership.objects.open().filter(lead=succession.ended)


def _pass_lead(succession: Succession, rows: QuerySet[Partnership]) -> None:
    for row in rows.select_for_update():
        before = {"lead": str(row.lead)}
        row.lead = succession.successor
        row.version += 1
        row.save(update_fields=["lead", "version"])
        after = {"lead": str(row.lead)}
        audit.record(
            "partnerships.follow_successor", row, by=succession.by, before=before, after=after
        )


def _memberships(succession: Succession) -> QuerySet[Member]:
    return Member.objects.exclude(consent__in=Member.LEFT).filter(
        organisation=succession.ended, partnership__status__in=Partnership.OPEN
    )


def _pass_memberships(succession: Succession, rows: QuerySet[Member]) -> None:
    for row in rows.select_for_update(of=("self",)).select_related("partnership"):
        heir = _heir(row, succession)
        if row.has_agreed:
            _leave(row, succession)
        else:
            # Asked and not answered: nothing to keep, the successor is asked in its place.
            row.delete()
        audit.record(
            "partnerships.follow_successor",
            row.partnership,
            by=succession.by,
            before={"member": str(succession.ended)},
            after={"member": str(heir.organisation) if heir else None},
        )


def _leave(row: Member, succession: Succession) -> None:
    row.consent, row.passed_on = Member.Consent.PASSED, succession.effective_on
    row.save(update_fields=["consent", "passed_on"])


def _heir(row: Member, succession: Succession) -> Member | None:
    """The successor's place: its own if it has one, with what the predecessor's adds to it."""
    if succession.successor is None:
        return None
    heir = row.partnership.members.filter(organisation=succession.successor).first()
    if heir is None:
        heir = Member(partnership=row.partnership, organisation=succession.successor, role=row.role)
    if row.role == Member.MemberRole.LEAD:
        heir.role = row.role
    if row.has_agreed and not heir.has_agreed:
        _take_over(heir, row, succession)
    heir.save()
    return heir


def _take_over(heir: Member, row: Member, succession: Succession) -> None:
    """The predecessor has agreed: nobody is asked twice about the same project."""
    heir.consent = Member.Consent.AGREED
    heir.consent_at, heir.consent_by = row.consent_at, row.consent_by
    heir.taken_over_on = succession.effective_on
    note = _("承接%(unit)s（%(paper)s）") % {
        "unit": succession.ended.short_name,
        "paper": succession.change.document_number,
    }
    heir.consent_note = note[:NOTE_LENGTH]


register(
    Follower(
        key="partnerships.led",
        label=gettext_lazy("牵头的联创项目改由承接单位牵头"),
        unit=gettext_lazy("个"),
        open_rows=_led,
        follow=_pass_lead,
        needs_successor=True,
    )
)
register(
    Follower(
        key="partnerships.memberships",
        label=gettext_lazy("意向和实施中的联创项目转由承接单位参加"),
        without=gettext_lazy("退出意向和实施中的联创项目"),
        unit=gettext_lazy("个"),
        open_rows=_memberships,
        follow=_pass_memberships,
    )
)
