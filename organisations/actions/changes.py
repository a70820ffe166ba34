"""Renames, mergers, splits and closures: the one door through which a unit's identity changes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleError
from core.templatetags.ui import cn_date
from organisations.actions.organisation import FIELDS, create_organisation
from organisations.models import ChangePart, Organisation, OrganisationChange, OrganisationName
from organisations.succession import Succession, pass_on

Kind, Side = OrganisationChange.Kind, ChangePart.Side
FORMER = OrganisationName.NameKind.FORMER
DEEDS = {
    Kind.MERGED: "organisations.merge_organisations",
    Kind.SPLIT: "organisations.split_organisation",
    Kind.CLOSED: "organisations.close_organisation",
}


@dataclass(frozen=True)
class Paper:
    """What every change rests on: its date, its document, and where the history goes."""

    effective_on: date
    document_number: str
    note: str = ""
    history: str = OrganisationChange.History.FOLLOWS


@dataclass(frozen=True)
class NewUnit:
    """An organisation that a change sets up: of the kind and in the place of the one before."""

    name: str
    short_name: str


def rehearse(deed: Callable[..., OrganisationChange], *args: Any, **kwargs: Any) -> Any:
    """Do the deed and take it back: what it returns says what it would do, rules included."""
    with transaction.atomic():
        change = deed(*args, **kwargs)
        transaction.set_rollback(True)
    return change


@transaction.atomic
def rename_organisation(
    organisation: Organisation, *, name: str, short_name: str, paper: Paper, by: User
) -> OrganisationChange:
    """Give it a new name from the paper's date on; the old one stays as the name before."""
    current = _lock([organisation])[0]
    _check_paper(paper, [current])
    if (name, short_name) == (current.name, current.short_name):
        raise RuleError(_("这个单位已经叫“%s”，没有改动。") % name, field="name")
    _check_namesake(current, name)
    begun = _begin_of_name(current, paper.effective_on)
    before = audit.snapshot(current, ["name", "short_name"])
    _keep_former_name(current, begun, paper.effective_on - timedelta(days=1))
    change = _record_change(Kind.RENAMED, paper, by)
    _add_part(change, current, Side.BEFORE)
    current.name, current.short_name = name, short_name
    current.save(update_fields=["name", "short_name"])
    _add_part(change, current, Side.AFTER)
    after = audit.snapshot(current, ["name", "short_name"])
    audit.record(
        "organisations.rename_organisation",
        current,
        by=by,
        before=before,
        after=after | _in_words(paper),
        is_decision=True,
    )
    return change


@transaction.atomic
def merge_organisations(
    merged: Iterable[Organisation], *, into: Organisation | NewUnit, paper: Paper, by: User
) -> OrganisationChange:
    """End the merged units; `into`, there already or set up now, carries on what is open."""
    merged = list(merged)
    # All at once: whoever merges the other way round must not hold what this one waits for.
    _lock([*merged, into] if isinstance(into, Organisation) else merged)
    ending = _lock(merged)
    if into in ending:
        raise RuleError(_("并入的单位不能是它自己，请另选。"), field="into")
    _check_paper(paper, ending, ends=True)
    _end(ending, paper)
    successor = _there(into, ending[0], paper, by)
    change = _record_change(Kind.MERGED, paper, by)
    _add_part(change, successor, Side.AFTER, is_main=True)
    return _succeed(change, ending, successor, by)


@transaction.atomic
def split_organisation(
    organisation: Organisation,
    *,
    into: Sequence[Organisation | NewUnit],
    lives_on: bool,
    paper: Paper,
    by: User,
) -> OrganisationChange:
    """Set up `into` out of it. Living on it keeps all that is open; else the first carries on."""
    current = _lock([organisation])
    _check_paper(paper, current, ends=not lives_on)
    if current[0] in into:
        raise RuleError(_("原单位继续存在请勾选，不要再填进拆分后的单位。"), field="into")
    if len(into) < (1 if lives_on else 2):
        raise RuleError(
            _("拆分后至少要有两个单位；原单位继续存在的，写出分出来的单位。"), field="into"
        )
    if not lives_on:
        _end(current, paper)
    change = _record_change(Kind.SPLIT, paper, by)
    parts = [_there(unit, current[0], paper, by) for unit in into]
    for place, part in enumerate(parts):
        _add_part(change, part, Side.AFTER, is_main=not lives_on and place == 0)
    if not lives_on:
        return _succeed(change, current, parts[0], by)
    _add_part(change, current[0], Side.BEFORE)
    _add_part(change, current[0], Side.AFTER, is_main=True)
    _record_deed(change, current[0], by, {})
    return change


@transaction.atomic
def close_organisation(
    organisation: Organisation, *, successor: Organisation | None, paper: Paper, by: User
) -> OrganisationChange:
    """End it; without a successor only where nothing is left that somebody must carry on."""
    _lock([organisation, successor] if successor is not None else [organisation])
    ending = _lock([organisation])
    if successor in ending:
        raise RuleError(_("承接单位不能是它自己，请另选。"), field="successor")
    _check_paper(paper, ending, ends=True)
    _end(ending, paper)
    change = _record_change(Kind.CLOSED, paper, by)
    if successor is not None:
        successor = _there(successor, ending[0], paper, by)
        _add_part(change, successor, Side.AFTER, is_main=True)
    return _succeed(change, ending, successor, by)


def _lock(organisations: Iterable[Organisation]) -> list[Organisation]:
    """The rows, locked in one order for all, given back in the order asked."""
    ids = list(dict.fromkeys(unit.pk for unit in organisations))
    rows = Organisation.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    found = {row.pk: row for row in rows.select_related("region", "superior")}
    return [found[pk] for pk in ids]


def _check_paper(paper: Paper, units: Iterable[Organisation], *, ends: bool = False) -> None:
    if not paper.document_number.strip():
        raise RuleError(_("请填依据文号，单位变更都要有文件。"), field="document_number")
    if paper.effective_on > timezone.localdate():
        raise RuleError(_("生效日期还没有到，请到那天再登记。"), field="effective_on")
    for unit in units:
        if not unit.is_active:
            raise RuleError(_already(unit))
        first = unit.valid_from
        if first and (paper.effective_on <= first if ends else paper.effective_on < first):
            raise RuleError(
                _("“%(unit)s”%(day)s才启用，生效日期须在那以后。")
                % {"unit": unit.short_name, "day": cn_date(first)},
                field="effective_on",
            )


def _already(unit: Organisation) -> str:
    """The second of two people is told what the first has done."""
    change = OrganisationChange.objects.of(unit).exclude(kind=Kind.RENAMED).first()
    if unit.valid_until is None or change is None:
        return _("“%s”不在有效期内，不能办理变更。") % unit.short_name
    return _("“%(unit)s”已按%(paper)s%(kind)s，%(day)s停用，没有再改动。") % {
        "unit": unit.short_name,
        "paper": change.document_number,
        "kind": change.get_kind_display(),
        "day": cn_date(unit.valid_until),
    }


def _check_namesake(unit: Organisation, name: str) -> None:
    """Within one region and kind no two are called the same while they exist."""
    same = Organisation.objects.filter(
        name=name, region=unit.region, kind=unit.kind, valid_until=None
    )
    if same.exclude(pk=unit.pk).exists():
        raise RuleError(_("同一区划下已有同类单位叫“%s”，请核对。") % name, field="name")


def _begin_of_name(unit: Organisation, effective_on: date) -> date | None:
    """From when the present name was in force; RuleError for a day of another name."""
    dated = unit.names.filter(kind=FORMER, valid_until__isnull=False)
    last = dated.order_by("-valid_until").first()
    if last is None:
        first = unit.valid_from
        return first if first is None or first < effective_on else None
    begun = last.valid_until + timedelta(days=1)
    if effective_on <= begun:
        raise RuleError(
            _("生效日期须晚于%(day)s：那天以前单位叫“%(name)s”。")
            % {"day": cn_date(begun), "name": last.name},
            field="effective_on",
        )
    return begun


def _keep_former_name(unit: Organisation, begun: date | None, last_day: date) -> None:
    dates = {"short_name": unit.short_name, "valid_from": begun, "valid_until": last_day}
    known = unit.names.filter(name=unit.name, kind=FORMER, valid_until=None)
    if not known.update(**dates):
        unit.names.create(name=unit.name, kind=FORMER, **dates)


def _end(units: Iterable[Organisation], paper: Paper) -> None:
    for unit in units:
        unit.valid_until = paper.effective_on - timedelta(days=1)
        unit.save(update_fields=["valid_until"])


def _there(
    wanted: Organisation | NewUnit, pattern: Organisation, paper: Paper, by: User
) -> Organisation:
    """The existing unit, locked and in force on the day; or the new one, set up."""
    if isinstance(wanted, NewUnit):
        return _set_up(wanted, pattern, paper, by)
    unit = _lock([wanted])[0]
    if not (unit.is_active and unit.is_active_on(paper.effective_on)):
        raise RuleError(
            _("“%s”在生效日期或现在不在有效期内，不能承接。") % unit.short_name, field="into"
        )
    return unit


def _set_up(wanted: NewUnit, pattern: Organisation, paper: Paper, by: User) -> Organisation:
    _check_namesake(Organisation(region=pattern.region, kind=pattern.kind), wanted.name)
    facts = {field: getattr(pattern, field) for field in FIELDS}
    facts |= {
        "name": wanted.name,
        "short_name": wanted.short_name,
        "superior": _living_superior(pattern, paper.effective_on),
        "valid_from": paper.effective_on,
        "valid_until": None,
        "offers": list(pattern.offers.all()),
        "needs": list(pattern.needs.all()),
        "former_names": [],
        "other_names": [],
    }
    unit = create_organisation(facts, by=by)
    # Its name stands in the document: there is nothing left to verify.
    unit.verification = Organisation.Verification.VERIFIED
    unit.save(update_fields=["verification"])
    return unit


def _living_superior(unit: Organisation, day: date) -> Organisation | None:
    """The next one above that the same change does not end."""
    above = unit.superior
    while above is not None:
        above.refresh_from_db(fields=["valid_until"])
        if above.is_active_on(day):
            return above
        above = above.superior
    return None


def _record_change(kind: str, paper: Paper, by: User) -> OrganisationChange:
    return OrganisationChange.objects.create(
        kind=kind,
        effective_on=paper.effective_on,
        document_number=paper.document_number.strip(),
        note=paper.note.strip(),
        history=paper.history,
        recorded_by=by,
    )


def _add_part(
    change: OrganisationChange, unit: Organisation, side: str, *, is_main: bool = False
) -> None:
    ChangePart.objects.create(
        change=change, organisation=unit, side=side, name=unit.name, is_main=is_main
    )


def _succeed(
    change: OrganisationChange,
    ending: Sequence[Organisation],
    successor: Organisation | None,
    by: User,
) -> OrganisationChange:
    """Pass on what is open of each ended unit, and note how much that was."""
    total: dict[str, int] = {}
    for unit in ending:
        _add_part(change, unit, Side.BEFORE)
        passed = pass_on(Succession(unit, successor, change, by))
        for key, count in passed.items():
            total[key] = total.get(key, 0) + count
        _name_successor(unit, successor)
        _record_deed(change, unit, by, passed)
    change.passed = total
    change.save(update_fields=["passed"])
    return change


def _name_successor(unit: Organisation, successor: Organisation | None) -> None:
    """For the unit and those it had itself succeeded: one step leads to who carries on today."""
    if successor is not None:
        Organisation.objects.filter(successor=unit).update(successor=successor)
        unit.successor = successor
        unit.save(update_fields=["successor"])


def _record_deed(
    change: OrganisationChange, unit: Organisation, by: User, passed: dict[str, int]
) -> None:
    after = _in_words(change) | {
        "valid_until": unit.valid_until,
        "successors": [part.name for part in change.parts.filter(side=Side.AFTER)],
        "passed": passed,
    }
    audit.record(DEEDS[Kind(change.kind)], unit, by=by, after=after, is_decision=True)


def _in_words(paper: Paper | OrganisationChange) -> dict[str, Any]:
    return {
        "effective_on": paper.effective_on,
        "document_number": paper.document_number,
        "history": paper.history,
    }
