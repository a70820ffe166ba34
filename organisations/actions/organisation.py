"""Entering, changing and verifying an organisation."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import audit
from core.errors import RuleError
from organisations.history import changes_in_words, records_of
from organisations.models import Organisation, OrganisationName, Region
from organisations.models.kinds import EXTERNAL_KINDS, TOWNSHIP_KINDS, VILLAGE_KINDS
from organisations.models.region import PREFIX_LENGTH

NameKind = OrganisationName.NameKind
FIELDS = (
    "name",
    "short_name",
    "kind",
    "region",
    "superior",
    "trade_system",
    "valid_from",
    "valid_until",
    "capacity",
    "is_willing",
)
TAGS = ("offers", "needs")
# What goes with a unit that is removed; and relations to which the model's name does not fit.
PARTS = ("names",)
OWN_WORDS = {"subordinates": gettext_lazy("所辖单位"), "predecessors": gettext_lazy("前身单位")}


@transaction.atomic
def create_organisation(facts: dict[str, Any], *, by: User) -> Organisation:
    """Enter a new organisation; `facts` are FIELDS, TAGS, former_names and other_names."""
    organisation = Organisation()
    _apply(organisation, facts)
    _check(organisation)
    organisation.save()
    _set_tags_and_names(organisation, facts)
    organisation.save(update_fields=["search_text"])
    audit.record(
        "organisations.create_organisation", organisation, by=by, after=_facts_of(organisation)
    )
    return organisation


@transaction.atomic
def edit_organisation(
    organisation: Organisation,
    facts: dict[str, Any],
    *,
    by: User,
    seen_at: datetime | None = None,
) -> Organisation:
    """Change an organisation; a verified name and the last day change by a document alone.

    `seen_at` is the `updated_at` that the user's form was made from: when somebody saved in
    between, the user is told what, and nothing is changed.
    """
    current = Organisation.objects.select_for_update().get(pk=organisation.pk)
    _refuse_stale(current, seen_at)
    _refuse_without_document(current, facts)
    before = _facts_of(current)
    _apply(current, facts)
    _check(current)
    _set_tags_and_names(current, facts)
    current.save()
    _record_changes(current, before, by)
    return current


@transaction.atomic
def verify_organisations(organisations: Iterable[Organisation], *, by: User) -> int:
    """Mark as verified what is not yet and has not ended; returns how many were."""
    ids = [organisation.pk for organisation in organisations]
    waiting = Organisation.objects.select_for_update().filter(
        pk__in=ids, verification=Organisation.Verification.UNVERIFIED
    )
    rows = list(waiting.exclude(valid_until__lt=timezone.localdate()))
    for row in rows:
        row.verification = Organisation.Verification.VERIFIED
        row.save(update_fields=["verification"])
        audit.record("organisations.verify_organisations", row, by=by)
    return len(rows)


@transaction.atomic
def remove_organisation(organisation: Organisation, *, by: User) -> None:
    """Take out what was entered by mistake; RuleError names what was built on it since."""
    current = Organisation.objects.select_for_update().filter(pk=organisation.pk).first()
    if current is None:
        raise RuleError(_("这个单位刚才已删除。"))
    if used := uses_of(current):
        raise RuleError(
            _("“%(unit)s”已用于%(uses)s，不能删除；停用请按文件办理“变更”。")
            % {"unit": current.short_name, "uses": "、".join(used)}
        )
    audit.record("organisations.remove_organisation", current, by=by, before=_facts_of(current))
    current.delete()


def uses_of(organisation: Organisation) -> list[str]:
    """What refers to it, in words with numbers, whichever app owns it: 任职 2 条.

    Its names and tags are part of it; all else counts, also what a deletion would take along.
    """
    counts: dict[str, int] = {}
    for relation in Organisation._meta.related_objects:
        accessor = relation.get_accessor_name()
        # A table of pairs refers to the unit itself: its rows are counted, once.
        if accessor in PARTS or relation.many_to_many:
            continue
        label = str(OWN_WORDS.get(accessor, relation.related_model._meta.verbose_name))
        rows = relation.related_model._base_manager.filter(**{relation.field.name: organisation})
        counts[label] = counts.get(label, 0) + rows.count()
    return [_("%(what)s %(count)d 条") % {"what": k, "count": n} for k, n in counts.items() if n]


def _apply(organisation: Organisation, facts: dict[str, Any]) -> None:
    for field in FIELDS:
        setattr(organisation, field, facts[field])
    organisation.is_external = lies_outside(organisation.region)


def lies_outside(region: Region) -> bool:
    """Is the region outside our county?"""
    return not region.code.startswith(settings.COUNTY_CODE[: PREFIX_LENGTH["county"]])


def _check(organisation: Organisation) -> None:
    check_facts(organisation)
    if organisation.superior is not None:
        _check_not_below_itself(organisation, organisation.superior)


def check_facts(organisation: Any) -> None:
    """Kind, place and superior must fit each other; asks the database nothing.

    `organisation` is one, or what stands for one that is to be: with kind, is_external,
    valid_until and superior (short_name, kind, valid_until). RuleError names the field.
    Whether it stands above itself is for the caller to see.
    """
    superior = organisation.superior
    if organisation.kind in EXTERNAL_KINDS and not organisation.is_external:
        raise RuleError(_("市级部门和旗外地区不在本旗，请选旗外的区划。"), field="region")
    has_township = superior is not None and superior.kind in TOWNSHIP_KINDS
    if organisation.kind in VILLAGE_KINDS and not has_township:
        raise RuleError(
            _("嘎查村、社区由苏木乡镇代办，请在“上级单位”里选所属的苏木乡镇、街道或农场。"),
            field="superior",
        )
    ended = superior is not None and superior.valid_until
    if ended and ended < timezone.localdate() and not organisation.valid_until:
        raise RuleError(
            _("上级单位“%s”已停用，请选现在的上级单位。") % superior.short_name, field="superior"
        )


def _check_not_below_itself(organisation: Organisation, superior: Organisation) -> None:
    above: Organisation | None = superior
    while above is not None and organisation.pk:
        if above.pk == organisation.pk:
            raise RuleError(
                _("“%s”在本单位之下，不能作为上级单位，请另选。") % superior.short_name,
                field="superior",
            )
        above = above.superior


def _refuse_stale(current: Organisation, seen_at: datetime | None) -> None:
    if seen_at is None or current.updated_at == seen_at:
        return
    latest = records_of(current).first()
    raise RuleError(
        _("填写期间%(who)s已改过这个单位（%(what)s）。核对后再次保存，以本次填写的为准。")
        % {
            "who": latest.by_name if latest and latest.by_name else _("他人"),
            "what": (changes_in_words(latest) if latest else "") or _("其他信息"),
        }
    )


def _refuse_without_document(current: Organisation, facts: dict[str, Any]) -> None:
    """What actions/changes.py does; a name not yet verified is only mended."""
    verified = current.verification == Organisation.Verification.VERIFIED
    if verified and facts["name"] != current.name:
        raise RuleError(_("全称已核实；更名请在单位页面的“变更”里办理。"), field="name")
    if facts["valid_until"] != current.valid_until:
        raise RuleError(_("停用请在单位页面的“变更”里办理合并、拆分或撤销。"), field="valid_until")


def _set_tags_and_names(organisation: Organisation, facts: dict[str, Any]) -> None:
    for relation in TAGS:
        getattr(organisation, relation).set(facts[relation])
    _sync_names(organisation, [NameKind.FORMER], facts["former_names"])
    _sync_names(organisation, [NameKind.OTHER, NameKind.SHORT], facts["other_names"])


def _sync_names(organisation: Organisation, kinds: list[str], wanted: list[str]) -> None:
    """Names keep their kind as long as they stay on the list; those that a rename left stay."""
    known = organisation.names.filter(kind__in=kinds)
    known.filter(valid_until=None).exclude(name__in=wanted).delete()
    have = set(known.values_list("name", flat=True))
    for name in dict.fromkeys(wanted):
        if name not in have:
            organisation.names.create(name=name, kind=kinds[0])


def _facts_of(organisation: Organisation) -> dict[str, Any]:
    names = list(organisation.names.all())
    facts = audit.snapshot(organisation, FIELDS)
    facts["kind"] = str(organisation.get_kind_display())
    for relation in TAGS:
        facts[relation] = [tag.name for tag in getattr(organisation, relation).all()]
    facts["former_names"] = [row.name for row in names if row.kind == NameKind.FORMER]
    facts["other_names"] = [row.name for row in names if row.kind != NameKind.FORMER]
    return facts


def _record_changes(organisation: Organisation, before: dict[str, Any], by: User) -> None:
    after = _facts_of(organisation)
    changed = [key for key in after if after[key] != before[key]]
    if changed:
        audit.record(
            "organisations.edit_organisation",
            organisation,
            by=by,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
