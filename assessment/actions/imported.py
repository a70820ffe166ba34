"""Values from outside the system, read from a workbook and saved as one deed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.balance import note_entry, note_hand
from assessment.imported_values import ValueKey, readable_rule, stored_rows
from assessment.models import ImportedValue, Indicator, Scheme, ScoringHand
from assessment.rules.values import JsonValue, value_from_json
from core import audit
from core.errors import RuleError


@dataclass(frozen=True)
class ValueChange:
    """One cell: what was stored when the preview was made, and what is to be; None is no value."""

    key: ValueKey
    before: JsonValue
    after: JsonValue


@transaction.atomic
def save_imported_values(
    scheme: Scheme, changes: Sequence[ValueChange], *, basis: str, by: User
) -> int:
    """Save what a preview has shown; returns how many values changed.

    All or nothing: RuleError where somebody has changed one of the values since the preview, where
    `basis` (出处) is empty, a value is beyond what its leaf takes, or the scheme takes none now.
    """
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=scheme.pk)
    if scheme.status not in Scheme.OPEN:
        raise RuleError(
            _("方案现在是“{now}”，不能导入数据。").format(now=scheme.get_status_display())
        )
    if not basis.strip():
        raise RuleError(_("请写明数据的出处。"), field="basis")
    _refuse_unfit(changes)
    rows = stored_rows(scheme)
    _refuse_later_changes(changes, rows)
    _write(changes, rows, basis.strip(), by)
    if changes:
        note_entry(scheme)
        note_hand(scheme, ScoringHand.Kind.VALUE, by)
        _record(scheme, changes, basis.strip(), by)
    return len(changes)


def _refuse_unfit(changes: Sequence[ValueChange]) -> None:
    """What the reading of a workbook refuses at its cells is refused here as well."""
    leaves = Indicator.objects.in_bulk({change.key[0] for change in changes})
    for change in changes:
        leaf = leaves[change.key[0]]
        rule = readable_rule(leaf)
        if rule is None or change.after is None:
            continue
        wrong = rule.entry_fault(rule.shape(value_from_json(change.after)))
        if wrong:
            raise RuleError(_("“{leaf}”的数据{wrong}。").format(leaf=leaf, wrong=wrong))


def _refuse_later_changes(
    changes: Sequence[ValueChange], rows: dict[ValueKey, ImportedValue]
) -> None:
    for change in changes:
        row = rows.get(change.key)
        if (row.value if row else None) != change.before:
            raise RuleError(_("预览之后有人改过这些数据，这次没有保存；请重新上传，核对后再存。"))


def _write(
    changes: Sequence[ValueChange], rows: dict[ValueKey, ImportedValue], basis: str, by: User
) -> None:
    now, added, changed, cleared = timezone.now(), [], [], []
    for change in changes:
        row = rows.get(change.key)
        if change.after is None:
            cleared.append(row.pk)
            continue
        if row is None:
            indicator, organisation, is_previous = change.key
            row = ImportedValue(
                indicator_id=indicator, organisation_id=organisation, is_previous=is_previous
            )
            added.append(row)
        else:
            changed.append(row)
        row.value, row.basis, row.entered_at, row.entered_by = change.after, basis, now, by
    ImportedValue.objects.filter(pk__in=cleared).delete()
    ImportedValue.objects.bulk_create(added, batch_size=1000)
    ImportedValue.objects.bulk_update(
        changed, ["value", "basis", "entered_at", "entered_by"], batch_size=1000
    )


def _record(scheme: Scheme, changes: Sequence[ValueChange], basis: str, by: User) -> None:
    """One entry for each indicator, as decisions on scores are kept."""
    units = {
        member.organisation_id: member.organisation.full_label
        for member in scheme.members.select_related("organisation__region__parent")
    }
    by_indicator: dict[int, list[ValueChange]] = defaultdict(list)
    for change in changes:
        by_indicator[change.key[0]].append(change)
    for indicator in Indicator.objects.filter(pk__in=by_indicator).order_by("order", "pk"):
        own = by_indicator[indicator.pk]
        names = {one.key: _name(one.key, units) for one in own}
        audit.record(
            "assessment.save_imported_values",
            indicator,
            by=by,
            before={names[one.key]: one.before for one in own if one.before is not None},
            after={names[one.key]: one.after for one in own},
            reason=basis,
            is_decision=True,
        )


def _name(key: ValueKey, units: dict[int, str]) -> str:
    _indicator, organisation, is_previous = key
    label = units.get(organisation, str(organisation))
    return _("{unit}（上年）").format(unit=label) if is_previous else label
