"""What is set for a draft's whole table: its settings, what applies to whom, who scores what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.carrying import replaced_by
from assessment.actions.schemes import touch_table
from assessment.models import Indicator, Scheme
from assessment.rules import plain
from core import audit
from core.errors import RuleError
from organisations.models import Organisation
from organisations.models.kinds import Kind


@transaction.atomic
def save_scheme_settings(
    scheme: Scheme, values: Mapping[str, Any], *, seen: Mapping[str, str] | None = None, by: User
) -> Scheme:
    """Write the settings of a draft.

    `seen` is what they were, as text, when `by` began: where somebody else has changed one of them
    since and both differ, RuleError says what it is now, and nothing is saved.
    """
    scheme = touch_table(scheme, by=by)
    changed = {}
    for name, value in values.items():
        now, mine = (setting_text(name, one) for one in (getattr(scheme, name), value))
        before = (seen or {}).get(name, now)
        if mine in (before, now):
            continue
        if before != now:
            raise _changed_meanwhile(scheme, name, now)
        changed[name] = value
    _demand_own_year(scheme, changed)
    _demand_new_title(scheme, changed)
    facts = audit.snapshot(scheme, changed)
    for name, value in changed.items():
        setattr(scheme, name, value)
    if changed:
        scheme.save(update_fields=list(changed))
        _record("save_scheme_settings", scheme, facts, audit.snapshot(scheme, changed), by)
    return scheme


def _changed_meanwhile(scheme: Scheme, name: str, now: str) -> RuleError:
    label = scheme._meta.get_field(name).verbose_name
    return RuleError(
        _("“{label}”刚才已有人改为“{now}”，这次没有保存；再保存一次，就以您填的为准。").format(
            label=label, now=now
        ),
        field=name,
    )


def setting_text(name: str, value: Any) -> str:
    """The setting as plain text, to tell whether it is still what somebody saw."""
    if name == "grade_bands":
        return "，".join(f"{grade}:{lower}" for grade, lower in value)
    if name == "not_applicable":
        return str(Scheme.NotApplicable(value).label)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        return plain(value)
    return "" if value is None else str(value)


def _demand_own_year(scheme: Scheme, changed: Mapping[str, Any]) -> None:
    """In another year a next version would never take the place of the one before it."""
    old = replaced_by(scheme) if "year" in changed else None
    if old is not None:
        raise RuleError(
            _("这是第 {n} 版的修订稿，年度不能改；别的年度要用的，请在“起草方案”里复制。").format(
                n=old.version
            ),
            field="year",
        )


def _demand_new_title(scheme: Scheme, changed: Mapping[str, Any]) -> None:
    year, title = changed.get("year", scheme.year), changed.get("title", scheme.title)
    others = Scheme.objects.filter(region=scheme.region_id, version=scheme.version)
    if others.exclude(pk=scheme.pk).filter(year=year, title=title).exists():
        raise RuleError(
            _("{year} 年已有“{title}”，请换一个名称。").format(year=year, title=title),
            field="title",
        )


@dataclass(frozen=True)
class AppliesClash:
    """A row whose kinds somebody else has changed meanwhile; both versions."""

    indicator: Indicator
    stored: list[str]
    typed: list[str]


@transaction.atomic
def save_applies(
    scheme: Scheme,
    wanted: Mapping[int, list[str]],
    *,
    seen: Mapping[int, list[str]],
    by: User,
) -> list[AppliesClash]:
    """Write which kinds of unit each row applies to; an empty list is all kinds.

    Only rows that differ from what `by` saw are written. Those that somebody else has changed
    meanwhile are not: they are returned.
    """
    scheme = touch_table(scheme, by=by)
    rows = scheme.indicators.select_for_update(of=("self",)).in_bulk(list(wanted))
    clashes, before, after, changed = [], {}, {}, []
    for pk, kinds in wanted.items():
        row = rows.get(pk)
        if row is None or set(kinds) in (set(seen.get(pk, row.applies_to)), set(row.applies_to)):
            continue
        if set(row.applies_to) != set(seen.get(pk, row.applies_to)):
            clashes.append(AppliesClash(row, row.applies_to, kinds))
            continue
        before[row.code] = row.applies_to
        row.applies_to = after[row.code] = [kind for kind in Kind.values if kind in kinds]
        changed.append(row)
    if changed:
        Indicator.objects.bulk_update(changed, ["applies_to"])
        _record("save_applies", scheme, before, after, by)
    return clashes


@transaction.atomic
def assign_department(
    scheme: Scheme, indicators: Iterable[int], *, department: Organisation, by: User
) -> int:
    """One department scores these manual indicators; returns how many it is new to."""
    scheme = touch_table(scheme, by=by)
    manual = scheme.indicators.filter(pk__in=list(indicators), source=Indicator.Source.MANUAL)
    rows = list(manual.select_for_update(of=("self",)).select_related("department"))
    if not rows:
        raise RuleError(_("没有勾选人工评分的指标，请先勾选。"), field="rows")
    new = [row for row in rows if row.department_id != department.pk]
    before = {row.code: str(row.department or "") for row in new}
    for row in new:
        row.department = department
    Indicator.objects.bulk_update(new, ["department"])
    if new:
        after = {row.code: str(department) for row in new}
        _record("assign_department", scheme, before, after, by)
    return len(new)


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
