"""The assessment groups of a scheme: who is in them."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from assessment.models import AssessmentGroup, GroupMember, Scheme
from core import audit
from organisations.models import ChangePart, Organisation, Region
from organisations.models.kinds import TOWNSHIP_KINDS, VILLAGE_KINDS, Kind
from organisations.models.region import code_range

USUAL_GROUPS: Sequence[tuple[str, tuple[Kind, ...]]] = (
    ("苏木乡镇", TOWNSHIP_KINDS),
    ("党群部门", (Kind.PARTY_DEPARTMENT, Kind.PEOPLES_ORGANISATION)),
    ("政府部门", (Kind.GOVERNMENT_DEPARTMENT,)),
    ("驻奈单位和林场水库", (Kind.STATIONED_UNIT, Kind.FOREST_FARM, Kind.RESERVOIR)),
    ("嘎查村和社区", VILLAGE_KINDS),
)


def units_of_today(region: Region) -> QuerySet[Organisation]:
    """The region's own active units."""
    low, high = code_range(region.prefix)
    return Organisation.objects.active_on(timezone.localdate()).filter(
        region__code__gte=low, region__code__lte=high, is_external=False
    )


def write_usual_groups(
    scheme: Scheme, *, judges: Collection[int | None], kinds: Collection[str] = ()
) -> None:
    """The county's own active units, each in the group of its kind.

    Who scores the others (`judges`) is not among them: nobody could mark their own unit. `kinds`
    are those that the table is for; all when there are none.
    """
    by_kind: dict[str, list[Organisation]] = {}
    units = units_of_today(scheme.region).exclude(pk__in=set(judges) - {None})
    for unit in units.order_by("region__code", "pk"):
        if not kinds or unit.kind in kinds:
            by_kind.setdefault(unit.kind, []).append(unit)
    wanted = [(name, own) for name, own in USUAL_GROUPS if not kinds or set(own) & set(kinds)]
    for order, (name, own) in enumerate(wanted):
        group = AssessmentGroup.objects.create(scheme=scheme, name=name, order=order)
        GroupMember.objects.bulk_create(
            GroupMember(scheme=scheme, group=group, organisation=unit, kind=unit.kind)
            for kind in own
            for unit in by_kind.get(kind, [])
        )


def kind_changes(scheme: Scheme) -> list[GroupMember]:
    """Members that are of another kind in the register today, each with its organisation."""
    rows = scheme.members.exclude(kind=F("organisation__kind"))
    return list(rows.select_related("organisation__region__parent").order_by("pk"))


def left_out_units(scheme: Scheme) -> QuerySet[Organisation]:
    """Active units of the kinds that the scheme assesses which no group has.

    Who drafted the table and who scores the others are left out on purpose.
    """
    office = scheme.created_by.main_organisation
    members = scheme.members.order_by()
    judges = scheme.indicators.exclude(department=None).order_by().values("department")
    units = units_of_today(scheme.region).filter(kind__in=members.values("organisation__kind"))
    units = units.exclude(pk__in=members.values("organisation")).exclude(pk__in=judges)
    units = units.exclude(pk=office.pk) if office else units
    return units.select_related("region__parent").order_by("region__code", "pk")


def renew_kinds(scheme: Scheme, *, by: User) -> None:
    """Every member's kind as the register has it today; groups stay. The caller has the lock."""
    rows = kind_changes(scheme)
    if not rows:
        return
    before = {str(row.organisation): row.kind for row in rows}
    for row in rows:
        row.kind = row.organisation.kind
    GroupMember.objects.bulk_update(rows, ["kind"])
    audit.record(
        "assessment.renew_kinds",
        scheme,
        by=by,
        before={"scheme_id": scheme.pk, **before},
        after={"scheme_id": scheme.pk, **{str(row.organisation): row.kind for row in rows}},
        is_decision=True,
    )


def heirs(ended: Iterable[int]) -> dict[int, Organisation]:
    """Ended unit → who stands in its place today; nothing for one without a successor."""
    rows = ChangePart.objects.ended().filter(change__parts__is_main=True).order_by("change_id")
    pairs = rows.values_list("organisation_id", "change__parts__organisation_id")
    next_of = {old: new for old, new in pairs if old != new}
    last = {pk: _last(pk, next_of) for pk in ended if pk in next_of}
    active = Organisation.objects.active_on(timezone.localdate()).in_bulk(set(last.values()))
    return {pk: active[heir] for pk, heir in last.items() if heir in active}


def _last(ended: int, next_of: Mapping[int, int]) -> int:
    seen: set[int] = set()
    while ended in next_of and ended not in seen:
        seen.add(ended)
        ended = next_of[ended]
    return ended
