"""Writing many units at once: a few queries for each thousand rows."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.audit import AuditEntry
from core.errors import RuleError
from core.imports.ledger import Facts, Row
from organisations.models import Contact, Organisation, OrganisationName, OrganisationTag

BATCH = 500
NameKind = OrganisationName.NameKind
COLUMNS = ("short_name", "kind", "superior", "trade_system", "valid_from", "capacity", "is_willing")
WRITTEN = (*COLUMNS, "search_text", "updated_at")
ATTRIBUTES = {"superior": "superior_id", "trade_system": "trade_system_id"}
KINDS_OF_NAMES = {
    "former_names": (NameKind.FORMER,),
    "other_names": (NameKind.OTHER, NameKind.SHORT),
}
TAGS = ("offers", "needs")


@dataclass(slots=True)
class Beside:
    """What a unit has beside its own columns: the code of its place, names by kind, tags."""

    code: str = ""
    names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[str, list[str]] = field(default_factory=lambda: {key: [] for key in TAGS})

    def named(self, key: str) -> list[str]:
        """The names that one column of the ledger holds, in order."""
        return sorted(chain.from_iterable(self.names[kind] for kind in KINDS_OF_NAMES[key]))


def fetch(pks: Sequence[int]) -> Mapping[int, Organisation]:
    """The units, each with all that a ledger compares as `beside`.

    Plain rows of names and tags: to prefetch them as objects would take longer than the rest.
    """
    found: dict[int, Organisation] = {}
    for start in range(0, len(pks), BATCH):
        some = list(pks[start : start + BATCH])
        units = Organisation.objects.annotate(code=F("region__code")).in_bulk(some)
        for unit in units.values():
            unit.beside = Beside(unit.code)
        _add_names(units, some)
        _add_tags(units, some)
        found |= units
    return found


def _add_names(units: Mapping[int, Organisation], pks: list[int]) -> None:
    names = OrganisationName.objects.filter(organisation__in=pks).order_by("pk")
    for pk, kind, name in names.values_list("organisation_id", "kind", "name"):
        units[pk].beside.names[kind].append(name)


def _add_tags(units: Mapping[int, Organisation], pks: list[int]) -> None:
    for key in TAGS:
        tags = getattr(Organisation, key).through.objects.filter(organisation__in=pks)
        for pk, name in tags.values_list("organisation_id", "organisationtag__name"):
            units[pk].beside.tags[key].append(name)


def add(ledger: Any, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
    units = [ledger.as_object(row.facts) for row in rows]
    for unit, row in zip(units, rows, strict=True):
        names = (row.facts.get(key) or () for key in KINDS_OF_NAMES)
        unit.set_search_text(*chain.from_iterable(names))
    for start in range(0, len(units), BATCH):
        some = units[start : start + BATCH]
        Organisation.objects.bulk_create(some)
        advance(start + len(some))
    for unit, row in zip(units, rows, strict=True):
        row.object_pk = unit.pk
    _write_names(rows)
    _write_tags(rows)
    told = (
        AuditEntry("organisations.create_organisation", unit, after=ledger.told(row.facts))
        for unit, row in zip(units, rows, strict=True)
    )
    audit.record_many(told, by=ledger.by)


def change(ledger: Any, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
    """Set each unit to `row.facts`; what they do not name stays."""
    pks = [row.object_pk for row in rows]
    _lock(pks)
    units = fetch(pks)
    _refuse_changed(ledger, rows, units)
    _forget(rows)
    _write_names(rows)
    _write_tags(rows)
    names, now = _names_of(pks), timezone.now()
    for row in rows:
        unit = units[row.object_pk]
        _apply(unit, row.facts)
        unit.set_search_text(*names.get(unit.pk, ()))
        unit.updated_at = now
    for start in range(0, len(rows), BATCH):
        some = [units[row.object_pk] for row in rows[start : start + BATCH]]
        # Every row exists: an insert that gives way to an update is one plain statement, where
        # bulk_update would write a case for each row and column.
        Organisation.objects.bulk_create(
            some, update_conflicts=True, unique_fields=["pk"], update_fields=WRITTEN
        )
        advance(start + len(some))
    told = (
        AuditEntry(
            "organisations.edit_organisation",
            units[row.object_pk],
            before=ledger.told(row.before),
            after=ledger.told(row.facts),
        )
        for row in rows
    )
    audit.record_many(told, by=ledger.by)


def _lock(pks: Sequence[int]) -> None:
    rows = Organisation.objects.select_for_update().order_by("pk")
    for start in range(0, len(pks), BATCH):
        list(rows.filter(pk__in=pks[start : start + BATCH]).values_list("pk", flat=True))


def _refuse_changed(ledger: Any, rows: Sequence[Row], units: Mapping[int, Organisation]) -> None:
    """Whatever was typed between the look and the lock goes before the ledger."""
    for row in rows:
        now = ledger.facts_of(units[row.object_pk])
        if any(now[key] != value for key, value in row.before.items()):
            told = _("“%s”刚刚在单位页里被修改，没有导入；请重新核对。")
            raise RuleError(told % units[row.object_pk].short_name)


def remove(ledger: Any, rows: Sequence[Row]) -> None:
    """Take back what an import added; ProtectedError where something was built on it."""
    pks = [row.object_pk for row in rows]
    _refuse_with_contact(pks)
    told = [AuditEntry("organisations.remove_organisation", row.found) for row in rows]
    audit.record_many(told, by=ledger.by)
    for start in range(0, len(pks), BATCH):
        Organisation.objects.filter(pk__in=pks[start : start + BATCH]).delete()


def _refuse_with_contact(pks: Sequence[int]) -> None:
    """A contact would go with its unit without a word."""
    for start in range(0, len(pks), BATCH):
        held = Contact.objects.filter(organisation__in=pks[start : start + BATCH])
        if contact := held.select_related("organisation").first():
            told = _("“%s”已登记联系人，不能整批撤销；请先删除联系人。")
            raise RuleError(told % contact.organisation.short_name)


def _apply(unit: Organisation, facts: Facts) -> None:
    for name in COLUMNS:
        if name in facts:
            setattr(unit, ATTRIBUTES.get(name, name), facts[name])
    if facts.get("valid_from"):
        unit.valid_from = date.fromisoformat(facts["valid_from"])


def _forget(rows: Sequence[Row]) -> None:
    """Names and tags that the facts no longer hold; what stays keeps its kind and dates."""
    for key, kinds in KINDS_OF_NAMES.items():
        for row in rows:
            gone = set(row.before.get(key) or ()) - set(row.facts.get(key) or ())
            if gone:
                names = OrganisationName.objects.filter(organisation=row.object_pk)
                # What a rename left says what the unit was called then: no ledger forgets it.
                names.filter(kind__in=kinds, name__in=gone, valid_until=None).delete()
    for key in TAGS:
        touched = [row.object_pk for row in rows if key in row.facts]
        through = getattr(Organisation, key).through
        for start in range(0, len(touched), BATCH):
            through.objects.filter(organisation_id__in=touched[start : start + BATCH]).delete()


def _write_names(rows: Sequence[Row]) -> None:
    OrganisationName.objects.bulk_create(
        [
            OrganisationName(organisation_id=row.object_pk, name=name, kind=kinds[0])
            for key, kinds in KINDS_OF_NAMES.items()
            for row in rows
            for name in sorted(set(row.facts.get(key) or ()) - set(row.before.get(key) or ()))
        ],
        batch_size=BATCH,
    )


def _write_tags(rows: Sequence[Row]) -> None:
    tags = dict(OrganisationTag.objects.values_list("name", "pk"))
    for key in TAGS:
        through = getattr(Organisation, key).through
        through.objects.bulk_create(
            [
                through(organisation_id=row.object_pk, organisationtag_id=tags[name])
                for row in rows
                for name in row.facts.get(key) or ()
            ],
            batch_size=BATCH,
        )


def _names_of(pks: Sequence[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    for start in range(0, len(pks), BATCH):
        some = OrganisationName.objects.filter(organisation__in=pks[start : start + BATCH])
        for pk, *spelt in some.values_list("organisation_id", "name", "short_name"):
            names[pk] += filter(None, spelt)
    return names
