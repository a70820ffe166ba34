"""What a new version takes over: marks, values, vetoes, until when marks are asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.runs import is_computing
from assessment.models import (
    ImportedValue,
    Indicator,
    ManualMark,
    MarkDraft,
    MarkReminder,
    MarkReturn,
    Scheme,
    ScoringHand,
    Veto,
)
from core import audit
from core.errors import RuleError

# Two leaves are the same when these are: what was entered for one holds for the other. The name as
# well: a row put in before them moves the codes of all that follow.
SAME = ("code", "name", "role", "points", "rule_kind", "params", "source")
# Marks are a department's judgement, and hold for the leaves of that department alone.
SAME_MARKED = (*SAME, "department_id")
ENTERED: dict[type[Any], tuple[str, ...]] = {
    ManualMark: SAME_MARKED,
    MarkDraft: SAME_MARKED,
    ImportedValue: SAME,
}


@dataclass(frozen=True)
class Carried:
    """How much is taken over, and how much is not because its leaf is gone or scores otherwise."""

    marks: int = 0
    marks_left: int = 0
    values: int = 0
    values_left: int = 0
    vetoes: int = 0


def replaced_by(scheme: Scheme) -> Scheme | None:
    """The version that this one replaces when it is published; None for a scheme of its own."""
    old = scheme.copied_from
    if old is None or (old.year, old.region_id) != (scheme.year, scheme.region_id):
        return None
    return old if scheme.version == old.version + 1 else None


def carried_figures(scheme: Scheme) -> Carried:
    """What publishing would take over; a few queries."""
    old = replaced_by(scheme)
    if old is None:
        return Carried()
    kept_marks = _kept(ManualMark, old, scheme)[0].count()
    kept_values = _kept(ImportedValue, old, scheme)[0].count()
    return Carried(
        marks=kept_marks,
        marks_left=_entered(ManualMark, old).count() - kept_marks,
        values=kept_values,
        values_left=_entered(ImportedValue, old).count() - kept_values,
        vetoes=len(_vetoes(old, scheme)),
    )


def take_over(scheme: Scheme, by: User) -> Carried:
    """Replace the old version: its marks, values and vetoes become the new one's as well.

    So does what judges have typed and what they were asked to look at again. The day until which
    marks are asked for stays, and so does every reminder of a department that goes on marking.

    RuleError when the old one has been decided or is being computed.
    """
    if replaced_by(scheme) is None:
        return Carried()
    old = Scheme.objects.select_for_update(of=("self",)).get(pk=scheme.copied_from_id)
    if not old.can_become(Scheme.Status.REPLACED):
        raise RuleError(
            _("第 {n} 版现在是“{now}”，不能由新版替代；先退回评分，或在下一年度起草。").format(
                n=old.version, now=old.get_status_display()
            )
        )
    if is_computing(old):
        raise RuleError(_("旧版正在计算评分，请等它完成或停止后再发布新版。"))
    carried = carried_figures(scheme)
    for model in ENTERED:
        rows, same = _kept(model, old, scheme)
        _copy(model, rows, {"indicator_id": same})
    to_new = {"scheme_id": {old.pk: scheme.pk}}
    _copy(Veto, _vetoes(old, scheme), to_new)
    # Also of those whose entries stay behind: what they gave was seen when the new one was made.
    _copy(ScoringHand, old.hands.all(), to_new)
    _go_on_asking(old, scheme)
    before, old.status = old.status, Scheme.Status.REPLACED
    old.save(update_fields=["status"])
    audit.record(
        "assessment.replace_scheme",
        old,
        by=by,
        before={"status": before},
        after={"status": old.status, "replaced_by": scheme.pk} | vars(carried),
        is_decision=True,
    )
    return carried


def _go_on_asking(old: Scheme, new: Scheme) -> None:
    if new.marks_due_on is None:
        new.marks_due_on = old.marks_due_on
        new.save(update_fields=["marks_due_on"])
    judges = new.indicators.filter(source=Indicator.Source.MANUAL).values("department")
    reminders = MarkReminder.objects.filter(scheme=old, department__in=judges)
    _copy(MarkReminder, reminders, {"scheme_id": {old.pk: new.pk}})
    same, groups = _same_leaves(old, new, SAME_MARKED), _same_groups(old, new)
    returns = MarkReturn.objects.waiting().filter(indicator__in=same, group__in=groups)
    _copy(MarkReturn, returns, {"indicator_id": same, "group_id": groups})


def _same_groups(old: Scheme, new: Scheme) -> dict[int, int]:
    """Old group → the one of that name in the new version."""
    known = {group.name: group.pk for group in new.groups.all()}
    return {group.pk: known[group.name] for group in old.groups.all() if group.name in known}


def _kept(model: type[Any], old: Scheme, new: Scheme) -> tuple[models.QuerySet, dict[int, int]]:
    """What was entered for leaves and units that the new version has as well, and those leaves."""
    same = _same_leaves(old, new, ENTERED[model])
    return _entered(model, old).filter(indicator__in=same, organisation__in=_members(new)), same


def _same_leaves(old: Scheme, new: Scheme, facts: tuple[str, ...]) -> dict[int, int]:
    """Old leaf → the one in the new version that has the same facts."""
    leaves = {one.code: one for one in new.indicators.exclude(rule_kind="")}
    return {
        one.pk: leaves[one.code].pk
        for one in old.indicators.exclude(rule_kind="")
        if one.code in leaves and _is_same(one, leaves[one.code], facts)
    }


def _is_same(one: Indicator, other: Indicator, facts: tuple[str, ...]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in facts)


def _members(scheme: Scheme) -> models.QuerySet:
    return scheme.members.order_by().values("organisation")


def _entered(model: type[Any], scheme: Scheme) -> models.QuerySet:
    return model.objects.filter(indicator__scheme=scheme)


def _vetoes(old: Scheme, new: Scheme) -> list[Veto]:
    """Those of units that are still scored, and that the new version does not have itself."""
    held = set(new.vetoes.values_list("organisation", "kind"))
    rows = old.vetoes.filter(organisation__in=_members(new))
    return [row for row in rows if (row.organisation_id, row.kind) not in held]


def _copy(model: type[Any], rows: Iterable[Any], moves: dict[str, dict[int, int]]) -> None:
    """The same rows once more, each pointing to what is in the place of its old one."""
    fields = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    copies = []
    for row in rows:
        facts = {name: getattr(row, name) for name in fields}
        facts |= {name: places[facts[name]] for name, places in moves.items()}
        copies.append(model(**facts))
    model.objects.bulk_create(copies)
