"""The place of an ended unit in schemes that are not yet approved, and the marks it has to give."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from assessment.actions.balance import note_entry
from assessment.models import (
    GroupMember,
    ImportedValue,
    Indicator,
    ManualMark,
    MarkDraft,
    Scheme,
    ScoreObjection,
)
from core import audit
from organisations.succession import Follower, Succession, register

UNDECIDED = (*Scheme.EDITABLE, *Scheme.OPEN)
VETO_FACTS = ("kind", "organisation", "reason")


def _places(succession: Succession) -> QuerySet[GroupMember]:
    """From the year of the change on; where its history stays its own, it is still scored then."""
    rows = GroupMember.objects.filter(
        organisation=succession.ended,
        scheme__status__in=UNDECIDED,
        scheme__year__gte=succession.effective_on.year,
    )
    if succession.takes_history:
        return rows
    return rows.exclude(scheme__year=succession.effective_on.year)


def _pass_places(succession: Succession, rows: QuerySet[GroupMember]) -> None:
    """The successor takes the place unless it has one; a place without successor goes.

    Results that were computed before are stale then, and what was balanced is open again.
    """
    schemes = Scheme.objects.filter(pk__in=rows.values("scheme")).order_by("pk")
    held = {scheme.pk: scheme for scheme in schemes.select_for_update(of=("self",))}
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        row.scheme = held[row.scheme_id]
        heir = _heir(row, succession)
        audit.record(
            "assessment.follow_successor",
            row.scheme,
            by=succession.by,
            before={"member": str(succession.ended)},
            after={"member": str(heir.organisation) if heir else None},
            is_decision=True,
        )
        if heir is row:
            row.save(update_fields=["organisation", "kind"])
        else:
            row.delete()
        if row.scheme.status in Scheme.OPEN:
            note_entry(row.scheme)


def _heir(row: GroupMember, succession: Succession) -> GroupMember | None:
    _pass_vetoes(row.scheme, succession)
    if succession.successor is None:
        return None
    other = row.scheme.members.filter(organisation=succession.successor).first()
    if other is not None:
        return other
    # Last year's imported values stay where they were: they are found by the same successions.
    this_year = ImportedValue.objects.filter(is_previous=False)
    for entered in (ManualMark.objects, MarkDraft.objects, this_year):
        rows = entered.filter(indicator__scheme=row.scheme, organisation=succession.ended)
        rows.update(organisation=succession.successor)
    row.organisation, row.kind = succession.successor, succession.successor.kind
    return row


def _pass_vetoes(scheme: Scheme, succession: Succession) -> None:
    """A veto falls on whoever takes over the year; with nobody it has lost its object."""
    held: set[str] = set()
    if succession.successor is not None:
        known = scheme.vetoes.filter(organisation=succession.successor)
        held.update(known.values_list("kind", flat=True))
    for veto in scheme.vetoes.filter(organisation=succession.ended).select_for_update():
        falls_on = None if veto.kind in held else succession.successor
        audit.record(
            "assessment.follow_successor",
            veto,
            by=succession.by,
            before=audit.snapshot(veto, VETO_FACTS),
            after={"organisation": str(falls_on) if falls_on else None},
            reason=veto.reason,
            is_decision=True,
        )
        if falls_on is None:
            veto.delete()
        else:
            veto.organisation = falls_on
            veto.save(update_fields=["organisation"])


def _indicators(succession: Succession) -> QuerySet[Indicator]:
    return Indicator.objects.filter(department=succession.ended, scheme__status__in=UNDECIDED)


def _pass_indicators(succession: Succession, rows: QuerySet[Indicator]) -> None:
    for row in rows.select_for_update():
        row.department = succession.successor
        row.save(update_fields=["department"])
        audit.record(
            "assessment.follow_successor",
            row,
            by=succession.by,
            before={"department": str(succession.ended)},
            after={"department": str(succession.successor)},
            is_decision=True,
        )


register(
    Follower(
        key="assessment.places",
        label=gettext_lazy("未审定方案里的考核分组由承接单位接替"),
        without=gettext_lazy("退出未审定方案里的考核分组"),
        unit=gettext_lazy("处"),
        open_rows=_places,
        follow=_pass_places,
    )
)
register(
    Follower(
        key="assessment.indicators",
        label=gettext_lazy("未审定方案里负责评分的指标改由承接单位评分"),
        unit=gettext_lazy("项"),
        open_rows=_indicators,
        follow=_pass_indicators,
        needs_successor=True,
    )
)


def _objections(succession: Succession) -> QuerySet[ScoreObjection]:
    return ScoreObjection.objects.unsettled().filter(organisation=succession.ended)


def _pass_objections(succession: Succession, rows: QuerySet[ScoreObjection]) -> None:
    """Whoever carries on stands behind them; with nobody they have lost their owner."""
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        before = {"organisation": str(succession.ended), "status": row.status}
        if succession.successor is None:
            row.status = ScoreObjection.Status.WITHDRAWN
            row.withdrawn_at, row.withdrawn_by = timezone.now(), succession.by
        else:
            row.organisation = succession.successor
        row.save(update_fields=["organisation", "status", "withdrawn_at", "withdrawn_by"])
        audit.record(
            "assessment.follow_successor",
            row,
            by=succession.by,
            before=before,
            after={"organisation": str(row.organisation), "status": row.status},
            is_decision=True,
        )


register(
    Follower(
        key="assessment.objections",
        label=gettext_lazy("没有答复的考核异议由承接单位继续"),
        without=gettext_lazy("没有答复的考核异议随之撤回"),
        unit=gettext_lazy("条"),
        open_rows=_objections,
        follow=_pass_objections,
    )
)
