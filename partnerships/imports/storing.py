"""Projects written from a ledger, through the actions of the form."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.errors import RuleError
from core.imports.ledger import Facts, Row
from organisations.models import Organisation
from partnerships.actions import add_agreement, remove_agreement, remove_proposal
from partnerships.models import Agreement, Partnership

BATCH = 500
Roles = Mapping[str, str]


def with_parts(rows: Any) -> Any:
    return rows.for_list().with_details().prefetch_related("agreements")


def fetch(pks: Sequence[int]) -> dict[int, Partnership]:
    found: dict[int, Partnership] = {}
    for start in range(0, len(pks), BATCH):
        found |= with_parts(Partnership.objects).in_bulk(list(pks[start : start + BATCH]))
    return found


def units(pks: Collection[int]) -> dict[int, Organisation]:
    rows = Organisation.objects.select_related("region__parent", "trade_system")
    found: dict[int, Organisation] = {}
    wanted = list(pks)
    for start in range(0, len(wanted), BATCH):
        found |= rows.in_bulk(wanted[start : start + BATCH])
    return found


def standing(project: Partnership, role: str) -> list[int]:
    """Who stands beside the lead in this role and has not declined."""
    return sorted(
        member.organisation_id
        for member in project.members.all()
        if member.role == role and not member.has_left
        if member.organisation_id != project.lead_id
    )


def declined(project: Partnership) -> set[int]:
    return {member.organisation_id for member in project.members.all() if member.has_left}


def agreements_of(project: Partnership) -> list[tuple[str, str]]:
    return sorted(
        (one.document_number, one.signed_on.isoformat()) for one in project.agreements.all()
    )


def left_out(project: Partnership, facts: Facts, roles: Roles) -> str:
    """Why these facts cannot be written: somebody who has said yes would be dropped unasked."""
    named = {facts.get("lead", project.lead_id)}
    for key, role in roles.items():
        named |= set(facts[key] if key in facts else standing(project, role))
    dropped = [
        str(member.organisation)
        for member in project.members.all()
        if member.has_agreed and member.organisation_id not in named
    ]
    if not dropped:
        return ""
    told = _("“%s”已经同意参加，不能用导入去掉；请在项目页修改。")
    return told % "”“".join(dropped)


def write_all(ledger: Any, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
    for done, row in enumerate(rows, start=1):
        try:
            row.object_pk = write(ledger, row).pk
        except RuleError as error:
            # Rows tried one by one may still stand in each other's way.
            told = _("第 %(row)d 行“%(name)s”：%(why)s")
            facts = {"row": row.number, "name": row.label, "why": error.message}
            raise RuleError(told % facts) from error
        advance(done)


def write(ledger: Any, row: Row) -> Partnership:
    """Propose the row, or revise what it means; its agreements are filed, or taken out again."""
    if row.found is None:
        facts = row.facts
        project = ledger.model(form=ledger.form_class.FORM)
        _set(ledger, project, facts)
        type(ledger).propose(project, **_terms(ledger, facts))
    else:
        facts = ledger.facts_of(row.found) | row.facts
        project = row.found.details
        if told := left_out(row.found, row.facts, ledger.roles):
            raise RuleError(told)
        if row.facts.keys() - {"agreements"}:
            _revise(ledger, project, facts)
    _write_agreements(project, facts["agreements"], ledger.by)
    return project


def _revise(ledger: Any, project: Partnership, facts: Facts) -> None:
    """On a copy: a trial must leave nothing behind in what other rows are compared with."""
    version = project.version
    changed = ledger.model.objects.get(pk=project.pk)
    _set(ledger, changed, facts)
    type(ledger).revise(changed, version=version, **_terms(ledger, facts))


def _terms(ledger: Any, facts: Facts) -> dict[str, Any]:
    return {
        "roles": ledger.units_of(facts),
        "content_kinds": [ledger.kinds[pk] for pk in facts["content_kinds"]],
        "by": ledger.by,
        **ledger.own_terms(facts),
    }


def _set(ledger: Any, project: Partnership, facts: Facts) -> None:
    project.name, project.aim = facts["name"], facts["aim"]
    project.lead = ledger.organisations[facts["lead"]]
    project.starts_on, project.ends_on = _day(facts["starts_on"]), _day(facts["ends_on"])
    asked = facts["budget_asked"]
    project.budget_asked = None if asked is None else Decimal(asked)
    for name, value in ledger.own_fields(facts).items():
        setattr(project, name, value)


def _write_agreements(project: Partnership, wanted: Iterable[Sequence[str]], by: Any) -> None:
    wanted = {tuple(pair) for pair in wanted}
    for held in project.agreements.all():
        pair = held.document_number, held.signed_on.isoformat()
        if pair not in wanted:
            remove_agreement(held, by=by)
        wanted.discard(pair)
    for number, signed_on in sorted(wanted):
        agreement = Agreement(document_number=number, signed_on=_day(signed_on))
        add_agreement(project, agreement=agreement, by=by)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def remove(ledger: Any, rows: Sequence[Row]) -> None:
    for row in rows:
        remove_proposal(row.found, by=ledger.by)
