"""What the register itself passes on when an organisation ends: subordinates and assignments."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rights import ADMINISTRATORS, RIGHTS, Role, Scope
from core import audit
from core.errors import RuleError
from organisations.models import (
    VILLAGE_KINDS,
    Assignment,
    Booking,
    Contact,
    Handover,
    Organisation,
    Resource,
)
from organisations.models.kinds import TOWNSHIP_KINDS
from organisations.succession import Follower, Succession, register

RESOURCE_NAME = Resource._meta.get_field("name").max_length
FACTS = ["user", "organisation", "role", "valid_from", "valid_until"]


def _subordinates(succession: Succession) -> QuerySet[Organisation]:
    later = Organisation.objects.not_ended_by(succession.change.last_day)
    return later.filter(superior=succession.ended)


def _pass_subordinates(succession: Succession, rows: QuerySet[Organisation]) -> None:
    successor = succession.successor
    is_township = successor.kind in TOWNSHIP_KINDS
    if not is_township and rows.filter(kind__in=VILLAGE_KINDS).exists():
        raise RuleError(
            _("“%(unit)s”下有嘎查村、社区，承接单位须是苏木乡镇、街道或农场，“%(new)s”不是。")
            % {"unit": succession.ended.short_name, "new": successor.short_name},
            field="successor",
        )
    above = _line_of(successor)
    for row in rows.select_for_update():
        # The successor may stand below the ended unit: then it, or who leads to it, moves up.
        row.superior = succession.ended.superior if row.pk in above else successor
        row.save(update_fields=["superior"])
        audit.record(
            "organisations.follow_successor",
            row,
            by=succession.by,
            before={"superior": str(succession.ended), "superior_id": succession.ended.pk},
            after={"superior": str(row.superior) if row.superior else None},
        )


def _line_of(organisation: Organisation) -> set[int]:
    """The organisation and all above it."""
    found: set[int] = set()
    above: Organisation | None = organisation
    while above is not None and above.pk not in found:
        found.add(above.pk)
        above = above.superior
    return found


def _assignments(succession: Succession) -> QuerySet[Assignment]:
    return Assignment.objects.not_ended().filter(organisation=succession.ended)


def _pass_assignments(succession: Succession, rows: QuerySet[Assignment]) -> None:
    """The same role at the successor from today, as far as it reaches no further there.

    Nobody takes their own role into another unit by merging: for them it ends.
    """
    today = timezone.localdate()
    if succession.successor is None:
        _refuse_administrators(succession, rows)
    for row in rows.select_for_update(of=("self",)).select_related("user"):
        if _goes_on(row, succession):
            _continue(row, succession)
        after = {**audit.snapshot(row, FACTS), "valid_until": today - timedelta(days=1)}
        audit.record("organisations.end_role", row, by=succession.by, after=after)
        if row.valid_from >= today:
            row.delete()
        else:
            row.valid_until = today - timedelta(days=1)
            row.save(update_fields=["valid_until"])


def _refuse_administrators(succession: Succession, rows: QuerySet[Assignment]) -> None:
    """Only the security administrator appoints and ends the 三员, the last of them above all."""
    if rows.filter(role__in=ADMINISTRATORS).exists():
        raise RuleError(
            _("“%s”有在任的系统管理员、安全管理员或审计员，请选承接单位，或先请安全管理员办理。")
            % succession.ended.short_name,
            field="successor",
        )


def _goes_on(row: Assignment, succession: Succession) -> bool:
    if succession.successor is None or row.user == succession.by:
        return False
    return _reaches_no_further(row, succession)


def _continue(row: Assignment, succession: Succession) -> None:
    successor = succession.successor
    held = Assignment.objects.not_ended().filter(user=row.user, organisation=successor)
    if held.filter(role=row.role).exists():
        return
    new = Assignment.objects.create(
        user=row.user,
        organisation=successor,
        role=row.role,
        valid_from=max(row.valid_from, timezone.localdate()),
        valid_until=row.valid_until,
    )
    after = audit.snapshot(new, FACTS)
    audit.record("organisations.follow_successor", new, by=succession.by, after=after)


def _reaches_no_further(row: Assignment, succession: Succession) -> bool:
    """Only the security administrator may widen what somebody sees."""
    region, new = succession.ended.region, succession.successor.region
    if new.code.startswith(region.prefix):
        return True
    own = (Scope.OWN, Scope.ALL)
    scopes = {granted[Role(row.role)] for granted in RIGHTS.values() if row.role in granted}
    if Scope.REGION in scopes:
        return False
    return scopes <= set(own) or new.county_prefix == region.county_prefix


def _handovers(succession: Succession) -> QuerySet[Handover]:
    return Handover.objects.proposed().filter(organisation=succession.ended)


def _pass_handovers(succession: Succession, rows: QuerySet[Handover]) -> None:
    """The security administrator confirms it for the successor.

    With none, or where the same is proposed there already, it is withdrawn.
    """
    for row in rows.select_for_update(of=("self",)).select_related("organisation"):
        if succession.successor is None or _is_proposed_at(succession.successor, row):
            _withdraw(row, succession)
            continue
        row.organisation = succession.successor
        row.save(update_fields=["organisation"])
        audit.record(
            "organisations.follow_successor",
            row,
            by=succession.by,
            before={"organisation": str(succession.ended)},
            after={"organisation": str(succession.successor)},
        )


def _is_proposed_at(successor: Organisation, row: Handover) -> bool:
    same = Handover.objects.proposed().filter(role=row.role, from_user=row.from_user_id)
    return same.filter(organisation=successor).exists()


def _withdraw(row: Handover, succession: Succession) -> None:
    before = {"status": row.status}
    row.status = Handover.Status.WITHDRAWN
    row.decided_at, row.decided_by = timezone.now(), succession.by
    row.save(update_fields=["status", "decided_at", "decided_by"])
    after = {"status": row.status}
    verb = "organisations.withdraw_handover"
    audit.record(verb, row, by=succession.by, before=before, after=after)


def _contacts(succession: Succession) -> QuerySet[Contact]:
    return Contact.objects.filter(organisation=succession.ended)


def _pass_contact(succession: Succession, rows: QuerySet[Contact]) -> None:
    """Where the successor has one already, or there is none, the old one is erased."""
    successor = succession.successor
    if successor is None or Contact.objects.filter(organisation=successor).exists():
        rows.delete()
    else:
        rows.update(organisation=successor)


def _resources(succession: Succession) -> QuerySet[Resource]:
    return Resource.objects.filter(organisation=succession.ended, is_open=True)


def _pass_resources(succession: Succession, rows: QuerySet[Resource]) -> None:
    """All of them, shared or not; without a successor they are shared no longer."""
    if succession.successor is None:
        rows.update(is_open=False)
        return
    taken = set(succession.successor.resources.values_list("name", flat=True))
    for row in succession.ended.resources.select_for_update():
        row.organisation = succession.successor
        if row.name in taken:
            mark = _("（原%s）") % succession.ended.short_name
            row.name = row.name[: RESOURCE_NAME - len(mark)] + mark
        row.save(update_fields=["organisation", "name", "updated_at"])
        audit.record(
            "organisations.follow_successor",
            row,
            by=succession.by,
            before={"organisation": str(succession.ended)},
            after={"organisation": str(succession.successor), "name": row.name},
        )


def _bookings(succession: Succession) -> QuerySet[Booking]:
    """Still to come: what it asked for, and what it was asked for."""
    mine = Q(organisation=succession.ended) | Q(resource__organisation=succession.ended)
    live = (Booking.Status.WAITING, Booking.Status.AGREED)
    return Booking.objects.filter(mine, status__in=live, ends_at__gt=timezone.now())


def _pass_bookings(succession: Succession, rows: QuerySet[Booking]) -> None:
    """Those of its resources have gone over with them."""
    if succession.successor is not None:
        rows.filter(organisation=succession.ended).update(organisation=succession.successor)
        return
    cancelled = {"ended_at": timezone.now(), "ended_by": succession.by}
    rows.update(status=Booking.Status.CANCELLED, **cancelled)


register(
    Follower(
        key="organisations.subordinates",
        label=gettext_lazy("所辖单位改归承接单位"),
        unit=gettext_lazy("个"),
        open_rows=_subordinates,
        follow=_pass_subordinates,
        needs_successor=True,
    )
)
register(
    Follower(
        key="organisations.assignments",
        label=gettext_lazy("在任的联络员等角色转到承接单位，办理人自己的结束"),
        without=gettext_lazy("在任的联络员等角色结束"),
        unit=gettext_lazy("人次"),
        open_rows=_assignments,
        follow=_pass_assignments,
    )
)
register(
    Follower(
        key="organisations.contact",
        label=gettext_lazy("单位联系人转到承接单位，承接单位已有的抹去"),
        without=gettext_lazy("单位联系人抹去"),
        unit=gettext_lazy("位"),
        open_rows=_contacts,
        follow=_pass_contact,
    )
)
register(
    Follower(
        key="organisations.resources",
        label=gettext_lazy("开放共享的阵地资源转到承接单位"),
        without=gettext_lazy("阵地资源不再开放"),
        unit=gettext_lazy("项"),
        open_rows=_resources,
        follow=_pass_resources,
    )
)
register(
    Follower(
        key="organisations.bookings",
        label=gettext_lazy("还没到期的资源预约转到承接单位"),
        without=gettext_lazy("还没到期的资源预约取消"),
        unit=gettext_lazy("项"),
        open_rows=_bookings,
        follow=_pass_bookings,
    )
)
register(
    Follower(
        key="organisations.handovers",
        label=gettext_lazy("待确认的交接转到承接单位，那里已提出同一项的撤回"),
        without=gettext_lazy("待确认的交接撤回"),
        unit=gettext_lazy("项"),
        open_rows=_handovers,
        follow=_pass_handovers,
    )
)
