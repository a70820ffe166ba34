"""One change to many organisations: worked out first, shown, then done as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleError
from organisations.models import Organisation, OrganisationTag
from organisations.models.kinds import TOWNSHIP_KINDS, VILLAGE_KINDS

VERB = "organisations.edit_organisations"
MOST_NAMED = 3


@dataclass(frozen=True)
class BulkChange:
    """What to set. `facts` holds values by field; tags are added to and taken off by relation."""

    facts: dict[str, Any] = field(default_factory=dict)
    added: dict[str, list[OrganisationTag]] = field(default_factory=dict)
    dropped: dict[str, list[OrganisationTag]] = field(default_factory=dict)


@dataclass(frozen=True)
class Planned:
    """An organisation that will change, before and after in words."""

    row: Organisation
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True)
class BulkPlan:
    planned: list[Planned]
    unchanged: int
    left_out: list[tuple[Organisation, str]]


def plan_bulk(rows: Iterable[Organisation], change: BulkChange) -> BulkPlan:
    """What would become of each row (as `for_bulk` reads them); nothing is changed."""
    above = _with_all_above(change.facts.get("superior"))
    planned, left_out, unchanged = [], [], 0
    for row in rows:
        if reason := _why_not(row, change, above):
            left_out.append((row, reason))
            continue
        before, after = _difference(row, change)
        if after:
            planned.append(Planned(row, before, after))
        else:
            unchanged += 1
    return BulkPlan(planned, unchanged, left_out)


def for_bulk(user: User, ids: Iterable[int]) -> Any:
    """The rows of these ids that the user may edit, with what a plan compares."""
    rows = Organisation.objects.editable_by(user).filter(pk__in=list(ids))
    rows = rows.select_related("region__parent", "superior", "trade_system")
    return rows.prefetch_related("offers", "needs").order_by("is_external", "region__code", "pk")


@transaction.atomic
def edit_organisations(
    ids: Iterable[int], *, change: BulkChange, seen_at: datetime, by: User
) -> BulkPlan:
    """Make one change to all of them; returns what was done.

    `seen_at` is when the preview was made. When one of them was changed since, the user is told
    which, and nothing is changed.
    """
    rows = list(for_bulk(by, ids).select_for_update(of=("self",)))
    _refuse_stale(rows, seen_at)
    plan = plan_bulk(rows, change)
    changed = [one.row for one in plan.planned]
    keys = [row.pk for row in changed]
    facts = {**change.facts, "updated_at": timezone.now()}
    Organisation.objects.filter(pk__in=keys).update(**facts)
    for relation, tags in change.dropped.items():
        _through(relation).filter(organisation__in=keys, organisationtag__in=tags).delete()
    for relation, tags in change.added.items():
        _add_tags(relation, tags, changed)
    audit.record_many(
        (audit.AuditEntry(VERB, one.row, one.before, one.after) for one in plan.planned), by=by
    )
    return plan


def _with_all_above(superior: Organisation | None) -> set[int]:
    above: set[int] = set()
    while superior is not None and superior.pk not in above:
        above.add(superior.pk)
        superior = superior.superior
    return above


def _why_not(row: Organisation, change: BulkChange, above: set[int]) -> str:
    if row.has_ended:
        return _("已停用，不再修改")
    superior = change.facts.get("superior")
    if superior is None:
        return ""
    if row.pk in above:
        return _("“%s”就是它自己或在它之下，不能作它的上级") % superior.short_name
    if row.kind in VILLAGE_KINDS and superior.kind not in TOWNSHIP_KINDS:
        return _("嘎查村、社区的上级应是苏木乡镇、街道或农场")
    return ""


def _difference(row: Organisation, change: BulkChange) -> tuple[dict[str, Any], dict[str, Any]]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, value in change.facts.items():
        if getattr(row, name) != value:
            before[name], after[name] = _shown(name, getattr(row, name)), _shown(name, value)
    for relation in ("offers", "needs"):
        had = [tag.name for tag in getattr(row, relation).all()]
        off = {tag.name for tag in change.dropped.get(relation, [])}
        wanted = [tag.name for tag in change.added.get(relation, [])]
        has = list(dict.fromkeys([name for name in had if name not in off] + wanted))
        if set(has) != set(had):
            before[relation], after[relation] = had, has
    return before, after


def _shown(name: str, value: Any) -> Any:
    if name == "verification":
        return str(Organisation.Verification(value).label)
    return str(value) if isinstance(value, Model) else value


def _through(relation: str) -> Any:
    return getattr(Organisation, relation).through.objects


def _add_tags(relation: str, tags: list[OrganisationTag], rows: list[Organisation]) -> None:
    through = getattr(Organisation, relation).through
    links = [through(organisation=row, organisationtag=tag) for row in rows for tag in tags]
    through.objects.bulk_create(links, ignore_conflicts=True, batch_size=audit.AT_ONCE)


def _refuse_stale(rows: list[Organisation], seen_at: datetime) -> None:
    changed = [row.full_label for row in rows if row.updated_at > seen_at]
    if changed:
        raise RuleError(
            _("预览之后有 %(count)d 个单位被他人改过（%(names)s），没有保存；请核对后再确认。")
            % {"count": len(changed), "names": "、".join(changed[:MOST_NAMED])}
        )
