"""Entering and changing what a unit shares."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleError
from core.models import AuditRecord
from organisations.history import changes_in_words
from organisations.models import Resource

FIELDS = (
    "organisation",
    "kind",
    "name",
    "place",
    "capacity",
    "introduction",
    "conditions",
    "is_open",
)


@transaction.atomic
def create_resource(facts: dict[str, Any], *, by: User) -> Resource:
    """Enter a resource; `facts` are FIELDS and `tags`, what is left out keeps its default.

    RuleError for a unit not in force or a second resource of the same name in one unit.
    """
    resource = Resource()
    _apply(resource, facts)
    _check(resource)
    resource.save()
    resource.tags.set(facts.get("tags", ()))
    audit.record("organisations.create_resource", resource, by=by, after=_facts_of(resource))
    return resource


@transaction.atomic
def edit_resource(
    resource: Resource, facts: dict[str, Any], *, by: User, seen_at: datetime | None = None
) -> Resource:
    """Change the given `facts`; what is promised already stays promised.

    `seen_at` is the `updated_at` that the user's form was made from: when somebody saved in
    between, the user is told what, and nothing is changed.
    """
    current = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    _refuse_stale(current, seen_at)
    before = _facts_of(current)
    _apply(current, facts)
    _check(current)
    if "tags" in facts:
        current.tags.set(facts["tags"])
    after = _facts_of(current)
    changed = [key for key in after if after[key] != before[key]]
    if changed:
        current.save()
        audit.record(
            "organisations.edit_resource",
            current,
            by=by,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
    return current


@transaction.atomic
def remove_resource(resource: Resource, *, by: User) -> None:
    """Take an entry back as if it had never been made. RuleError once somebody asked for it."""
    current = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    if current.bookings.exists():
        told = _("“%s”已有预约，不能撤销；不再共享的请改为不开放。")
        raise RuleError(told % current)
    before = _facts_of(current)
    audit.record("organisations.remove_resource", current, by=by, before=before)
    current.delete()


def _apply(resource: Resource, facts: dict[str, Any]) -> None:
    for field in FIELDS:
        if field in facts:
            setattr(resource, field, facts[field])


def _check(resource: Resource) -> None:
    if not resource.organisation.is_active and resource.is_open:
        raise RuleError(
            _("“%s”不在有效期内，请选现在的单位。") % resource.organisation.short_name,
            field="organisation",
        )
    same = Resource.objects.filter(organisation=resource.organisation_id, name=resource.name)
    if same.exclude(pk=resource.pk).exists():
        raise RuleError(_("这个单位已登记过同名资源，请在原记录上修改。"), field="name")


def _facts_of(resource: Resource) -> dict[str, Any]:
    facts = audit.snapshot(resource, FIELDS)
    facts["kind"] = str(resource.get_kind_display())
    facts["tags"] = [tag.name for tag in resource.tags.all()]
    return facts


def _refuse_stale(current: Resource, seen_at: datetime | None) -> None:
    if seen_at is None or current.updated_at == seen_at:
        return
    latest = AuditRecord.objects.filter(
        subject_type=Resource._meta.label,
        subject_id=str(current.pk),
        outcome=AuditRecord.Outcome.SUCCESS,
    ).first()
    raise RuleError(
        _("填写期间%(who)s已改过这项资源（%(what)s）。核对后再次保存，以本次填写的为准。")
        % {
            "who": latest.by_name if latest and latest.by_name else _("他人"),
            "what": (changes_in_words(latest, Resource) if latest else "") or _("其他信息"),
        }
    )
