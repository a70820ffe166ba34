"""A scheme copied: into the next year, or as the next version of one that is in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.drafts import SETTINGS, refuse_a_second
from assessment.actions.groups import heirs, units_of_today
from assessment.models import AssessmentGroup, GroupMember, Indicator, Scheme
from core import audit
from core.errors import RuleError
from organisations.models import Organisation

FACTS = ("year", "title", "version", "status", "copied_from")
CARRIED = (*SETTINGS, "notice_days", "annual_weight")


@dataclass
class Copied:
    """A copied scheme and what the register has changed in it, in words for whoever copied."""

    scheme: Scheme
    replaced: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@transaction.atomic
def copy_scheme(source: Scheme, *, year: int, by: User) -> Copied:
    """A draft for another year: the same codes and rules, groups by the register of today.

    Units and departments that have ended give way to their successors; a department without one
    is left empty and named. RuleError when the year has a scheme of this name already.
    """
    title = source.title.replace(str(source.year), str(year))
    refuse_a_second(source.region, year, title)
    scheme = _copy(source, by=by, year=year, title=title)
    copied = Copied(scheme)
    _renew_departments(copied)
    _renew_groups(source, copied)
    _record("assessment.copy_scheme", scheme, by=by)
    return copied


@transaction.atomic
def revise_scheme(source: Scheme, *, by: User) -> Scheme:
    """A draft of the next version of a scheme in force, with the same table and groups.

    RuleError when the scheme is not in force, or a next version is being drafted already.
    """
    source = Scheme.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if not source.can_become(Scheme.Status.REPLACED):
        raise RuleError(
            _("方案现在是“{now}”，不能修订；草稿可直接修改，已平衡、审定的先退回评分。").format(
                now=source.get_status_display()
            )
        )
    drafts = source.copies.filter(status__in=Scheme.EDITABLE, version=source.version + 1)
    if held := drafts.filter(year=source.year).first():
        told = _("已有第 {n} 版的草稿，请直接打开修改。").format(n=source.version + 1)
        raise RuleError(told, about=held)
    last = Scheme.objects.filter(region=source.region, year=source.year, title=source.title)
    version = max(source.version, last.aggregate(last=Max("version"))["last"]) + 1
    scheme = _copy(source, by=by, year=source.year, title=source.title, version=version)
    for group, members in _grouped(source):
        _write_group(scheme, group, [(one.organisation_id, one.kind) for one in members])
    _record("assessment.revise_scheme", scheme, by=by)
    return scheme


def _copy(source: Scheme, *, by: User, **facts: Any) -> Scheme:
    """The scheme's settings and its whole table."""
    carried = {name: getattr(source, name) for name in CARRIED}
    scheme = Scheme.objects.create(
        **carried, **facts, region=source.region, copied_from=source, created_by=by
    )
    rows = list(source.indicators.all())
    copies = {
        row.pk: Indicator(scheme=scheme, code=row.code, order=row.order, **row.content())
        for row in rows
    }
    Indicator.objects.bulk_create(copies.values())
    for row in rows:
        copies[row.pk].parent = copies.get(row.parent_id)
        copies[row.pk].excluded_by = copies.get(row.excluded_by_id)
    Indicator.objects.bulk_update(copies.values(), ["parent", "excluded_by"])
    return scheme


def _renew_departments(copied: Copied) -> None:
    today = timezone.localdate()
    rows = copied.scheme.indicators.filter(department__valid_until__lt=today)
    successors = heirs(row.department_id for row in rows)
    for row in rows.select_related("department"):
        heir = successors.get(row.department_id)
        words = {"row": row, "old": row.department, "new": heir}
        if heir is None:
            copied.missing.append(_("%(row)s：%(old)s 已撤销，请另指定部门") % words)
        else:
            copied.replaced.append(_("%(row)s：%(old)s → %(new)s") % words)
        row.department = heir
        row.save(update_fields=["department"])


def _grouped(source: Scheme) -> list[tuple[AssessmentGroup, list[GroupMember]]]:
    members: dict[int, list[GroupMember]] = {}
    for member in source.members.select_related("organisation__region__parent"):
        members.setdefault(member.group_id, []).append(member)
    return [(group, members.get(group.pk, [])) for group in source.groups.all()]


def _renew_groups(source: Scheme, copied: Copied) -> None:
    """Everybody in the old group, or whoever succeeds; new units in the group of their kind."""
    groups = _grouped(source)
    scheme = copied.scheme
    judges = scheme.indicators.filter(source=Indicator.Source.MANUAL).values("department")
    # A plain list first: departments may be empty, and NOT IN knows no NULL.
    scorers = {pk for (pk,) in judges.values_list("department") if pk}
    units = {unit.pk: unit for unit in units_of_today(scheme.region).exclude(pk__in=scorers)}
    office = scheme.created_by.main_organisation
    ended = [one.organisation_id for _g, own in groups for one in own]
    successors = heirs(pk for pk in ended if pk not in units)
    placed: set[int] = set()
    rows: list[tuple[AssessmentGroup, list[Organisation]]] = []
    by_kind: dict[str, list[Organisation]] = {}
    for group, members in groups:
        own: list[Organisation] = []
        for member in members:
            by_kind.setdefault(member.kind, own)
            unit = _unit_of_today(member, units, successors, copied)
            if unit is not None and unit.pk not in placed:
                placed.add(unit.pk)
                own.append(unit)
        rows.append((group, own))
    # Who drafts the table is in a group only where it was before.
    fresh = {pk: unit for pk, unit in units.items() if unit != office}
    _add_new(fresh, placed, by_kind, copied)
    for group, own in rows:
        _write_group(scheme, group, [(unit.pk, unit.kind) for unit in own])


def _unit_of_today(
    member: GroupMember,
    units: Mapping[int, Organisation],
    successors: Mapping[int, Organisation],
    copied: Copied,
) -> Organisation | None:
    if member.organisation_id in units:
        return units[member.organisation_id]
    heir = successors.get(member.organisation_id)
    if heir is None or heir.pk not in units:
        copied.left.append(str(member.organisation))
        return None
    words = {"old": member.organisation, "new": heir}
    copied.replaced.append(_("%(old)s → %(new)s") % words)
    return units[heir.pk]


def _add_new(
    units: Mapping[int, Organisation],
    placed: set[int],
    by_kind: Mapping[str, list[Organisation]],
    copied: Copied,
) -> None:
    for unit in units.values():
        if unit.pk not in placed and unit.kind in by_kind:
            by_kind[unit.kind].append(unit)
            copied.added.append(str(unit))


def _write_group(
    scheme: Scheme, source: AssessmentGroup, members: Iterable[tuple[int, str]]
) -> None:
    group = AssessmentGroup.objects.create(scheme=scheme, name=source.name, order=source.order)
    GroupMember.objects.bulk_create(
        GroupMember(scheme=scheme, group=group, organisation_id=pk, kind=kind)
        for pk, kind in members
    )


def _record(verb: str, scheme: Scheme, *, by: User) -> None:
    audit.record(verb, scheme, by=by, after=audit.snapshot(scheme, FACTS), is_decision=True)
