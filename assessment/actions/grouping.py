"""Who is compared with whom: the groups of a draft and their members."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.groups import USUAL_GROUPS, units_of_today
from assessment.actions.schemes import touch_table
from assessment.models import AssessmentGroup, GroupMember, Scheme
from core import audit
from core.errors import RuleError
from organisations.models import Organisation


def ungrouped_units(scheme: Scheme) -> QuerySet[Organisation]:
    """Active units that no group of the scheme has."""
    return units_of_today(scheme.region).exclude(pk__in=scheme.members.values("organisation"))


@transaction.atomic
def create_group(scheme: Scheme, *, name: str, by: User) -> AssessmentGroup:
    scheme = touch_table(scheme, by=by)
    _demand_new_name(scheme, name)
    last = scheme.groups.aggregate(last=Max("order"))["last"]
    order = 0 if last is None else last + 1
    group = AssessmentGroup.objects.create(scheme=scheme, name=name, order=order)
    _record("create_group", scheme, {}, {"group": name}, by)
    return group


@transaction.atomic
def rename_group(group: AssessmentGroup, *, name: str, by: User) -> AssessmentGroup:
    scheme = touch_table(group.scheme, by=by)
    _demand_still_there(group)
    before = group.name
    if name != before:
        _demand_new_name(scheme, name)
        group.name = name
        group.save(update_fields=["name"])
        _record("rename_group", scheme, {"group": before}, {"group": name}, by)
    return group


@transaction.atomic
def move_group(group: AssessmentGroup, step: int, *, by: User) -> AssessmentGroup:
    """One place towards the front (−1) or the end (1)."""
    scheme = touch_table(group.scheme, by=by)
    _demand_still_there(group)
    groups = list(scheme.groups.order_by("order", "pk"))
    at = groups.index(group)
    if not 0 <= at + step < len(groups):
        raise RuleError(_("“{group}”已在头尾，不能再移。").format(group=group))
    groups.insert(at + step, groups.pop(at))
    for order, one in enumerate(groups):
        one.order = order
    AssessmentGroup.objects.bulk_update(groups, ["order"])
    _record("move_group", scheme, {"group": group.name, "place": at}, {"place": at + step}, by)
    return group


@transaction.atomic
def delete_group(group: AssessmentGroup, *, by: User) -> int:
    """The group goes; returns how many units are in no group now."""
    scheme = touch_table(group.scheme, by=by)
    _demand_still_there(group)
    if group.scores.exists():
        raise RuleError(
            _("“{group}”已有得分，不能删除；可以改名，或把单位移到别的组。").format(group=group)
        )
    left = [str(member.organisation) for member in group.members.select_related("organisation")]
    _record("delete_group", scheme, {"group": group.name, "members": left}, {}, by)
    group.delete()
    return len(left)


@transaction.atomic
def move_members(
    scheme: Scheme, members: Iterable[int], *, group: AssessmentGroup | None, by: User
) -> int:
    """These units into the group, or with None out of all groups; returns how many."""
    scheme = touch_table(scheme, by=by)
    rows = list(
        scheme.members.filter(pk__in=list(members))
        .select_for_update(of=("self",))
        .select_related("group", "organisation")
    )
    if not rows:
        raise RuleError(_("没有勾选单位，请先勾选。"))
    before = {str(row.organisation): row.group.name for row in rows}
    if group is None:
        GroupMember.objects.filter(pk__in=[row.pk for row in rows]).delete()
    else:
        GroupMember.objects.filter(pk__in=[row.pk for row in rows]).update(group=group)
    _record("move_members", scheme, before, {"group": group and group.name}, by)
    return len(rows)


@transaction.atomic
def add_members(group: AssessmentGroup, units: Iterable[Organisation], *, by: User) -> int:
    """Units of the region that are in no group yet; returns how many came in."""
    scheme = touch_table(group.scheme, by=by)
    wanted = [unit.pk for unit in units]
    found = list(ungrouped_units(scheme).filter(pk__in=wanted))
    if not found:
        raise RuleError(_("所选单位都已在分组里，或已停用、不在本地，没有加入。"), field="units")
    GroupMember.objects.bulk_create(
        GroupMember(scheme=scheme, group=group, organisation=unit, kind=unit.kind) for unit in found
    )
    after = {"group": group.name, "members": [str(unit) for unit in found]}
    _record("add_members", scheme, {}, after, by)
    return len(found)


@transaction.atomic
def regroup_by_kind(scheme: Scheme, *, by: User) -> int:
    """Every member into the usual group of its kind as it is today; returns how many moved.

    Nobody comes in or goes out. Kinds without a usual group stay where they are.
    """
    scheme = touch_table(scheme, by=by)
    rows = list(
        scheme.members.select_for_update(of=("self",)).select_related("organisation", "group")
    )
    usual = {kind: name for name, kinds in USUAL_GROUPS for kind in kinds}
    needed = {usual[row.organisation.kind] for row in rows if row.organisation.kind in usual}
    groups = _groups_named(scheme, needed)
    moved = []
    for row in rows:
        kind = row.organisation.kind
        group = groups.get(usual.get(kind, ""), row.group)
        if (row.kind, row.group_id) != (kind, group.pk):
            row.kind, row.group = kind, group
            moved.append(row)
    GroupMember.objects.bulk_update(moved, ["kind", "group"])
    names = [str(row.organisation) for row in moved]
    _record("regroup_by_kind", scheme, {}, {"members": names}, by)
    return len(moved)


def _groups_named(scheme: Scheme, needed: set[str]) -> dict[str, AssessmentGroup]:
    """The scheme's groups of these names, missing ones made, in the usual order at the end."""
    groups = {group.name: group for group in scheme.groups.all()}
    last = max((group.order for group in groups.values()), default=-1)
    for name in (name for name, _kinds in USUAL_GROUPS if name in needed and name not in groups):
        last += 1
        groups[name] = AssessmentGroup.objects.create(scheme=scheme, name=name, order=last)
    return groups


def _demand_still_there(group: AssessmentGroup) -> None:
    """The scheme is locked: from here on nobody can delete it."""
    if not AssessmentGroup.objects.filter(pk=group.pk).exists():
        raise RuleError(_("“{group}”刚被他人删除，请刷新页面。").format(group=group))


def _demand_new_name(scheme: Scheme, name: str) -> None:
    if scheme.groups.filter(name=name).exists():
        raise RuleError(_("分组“{name}”已有，请换一个名称。").format(name=name), field="name")


def _record(
    deed: str, scheme: Scheme, before: dict[str, Any], after: dict[str, Any], by: User
) -> None:
    audit.record(
        f"assessment.{deed}",
        scheme,
        by=by,
        before={"scheme_id": scheme.pk, **before},
        after={"scheme_id": scheme.pk, **after},
        is_decision=True,
    )
