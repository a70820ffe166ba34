"""Changing the table of a draft."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.references import follow_code
from assessment.actions.schemes import touch_table
from assessment.actions.table import FACTS, SavedRow, demand_parent, locked_row
from assessment.models import ImportedValue, Indicator, ManualMark, Scheme, ScoreLine
from assessment.rules import RULES, format_params
from assessment.scheme_book.sources import shown_source
from assessment.scheme_book.stored import source_words
from assessment.specification import kind_label
from assessment.table_cells import below, cell_text, in_tree_order
from core import audit
from core.errors import RuleError

RULE = "rule"
# What the form of one indicator sets; a rule is one thing, from whatever columns.
SET_BY_FORM = {
    name: (name,)
    for name in (
        "code",
        "name",
        "parent",
        "role",
        "points",
        "applies_to",
        "department",
        "methods",
        "basis",
    )
} | {RULE: ("rule_kind", "params", "source", "metric", "metric_filters")}


def indicator_texts(indicator: Indicator) -> dict[str, str]:
    """All that the form sets, in words: to tell whether it is still what somebody saw."""
    return {name: _text(indicator, name) for name in SET_BY_FORM}


def _text(indicator: Indicator, name: str) -> str:
    if name == "role":
        return str(indicator.get_role_display())
    if name == "applies_to":
        kinds = map(kind_label, sorted(indicator.applies_to))
        return "、".join(kinds) or _("所有类型")
    return _rule_text(indicator) if name == RULE else cell_text(indicator, name)


def _rule_text(indicator: Indicator) -> str:
    kind = indicator.rule_kind
    if not kind:
        return ""
    label = str(RULES[kind].label) if kind in RULES else kind
    params = f"（{format_params(indicator.params)}）" if indicator.params else ""
    source = shown_source(source_words(indicator))
    return f"{label}{params}" + (f"，{source}" if source else "")


@transaction.atomic
def save_indicator(
    indicator: Indicator, *, seen: Mapping[str, str] | None = None, by: User
) -> SavedRow:
    """Write a new or changed indicator of a draft; a new one stands last.

    `seen` is what the indicator was, as `indicator_texts`, when `by` began, None where nobody
    looked. What `by` did not change stays as it is now; where somebody else changed the same
    meanwhile, nothing is written and the clashes are returned. RuleError when the row is gone, or
    what is to stand above it is gone, a leaf, or below it.
    """
    scheme = touch_table(indicator.scheme, by=by)
    table = in_tree_order(scheme.indicators.all())
    if indicator.pk is None:
        return SavedRow(_create(indicator, scheme, table, by))
    stored = locked_row(scheme, indicator.pk)
    changed, clashes = _compared(indicator, indicator_texts(stored), seen or {})
    if clashes or not changed:
        return SavedRow(stored, clashes)
    if "parent" in changed and indicator.parent:
        demand_parent(stored, indicator.parent, table)
    was = copy(stored)
    columns = [column for name in changed for column in SET_BY_FORM[name]]
    for column in columns:
        setattr(stored, column, getattr(indicator, column))
    stored.save(update_fields=columns)
    _record(stored, audit.snapshot(was, FACTS), by)
    return SavedRow(stored, followed=follow_code(was, stored, by))


def _compared(
    indicator: Indicator, now: Mapping[str, str], seen: Mapping[str, str]
) -> tuple[list[str], dict[str, str]]:
    """What differs from what was seen; of that, what differs from both by now."""
    changed, clashes = [], {}
    for name, mine in indicator_texts(indicator).items():
        before = seen.get(name, now[name])
        if mine in (before, now[name]):
            continue
        changed.append(name)
        if before != now[name]:
            clashes[name] = now[name]
    return changed, clashes


def _create(indicator: Indicator, scheme: Scheme, table: list[Indicator], by: User) -> Indicator:
    if indicator.parent:
        demand_parent(indicator, indicator.parent, table)
    last = scheme.indicators.aggregate(last=Max("order"))
    indicator.order = (last["last"] or 0) + 1
    indicator.save()
    _record(indicator, {}, by)
    return indicator


def _record(indicator: Indicator, before: dict[str, Any], by: User) -> None:
    after = audit.snapshot(indicator, FACTS)
    audit.record(
        "assessment.save_indicator",
        indicator,
        by=by,
        before=before,
        after=after,
        is_decision=True,
    )


@dataclass(frozen=True)
class Usage:
    """What hangs on an indicator and all below it: rows of the table, and data that hold it."""

    rows: int
    marks: int
    values: int
    lines: int

    @property
    def is_in_use(self) -> bool:
        return bool(self.marks or self.values or self.lines)


def usage_of(indicator: Indicator) -> Usage:
    branch = [row.pk for row in below(indicator, in_tree_order(indicator.scheme.indicators.all()))]
    return Usage(
        rows=len(branch),
        marks=ManualMark.objects.filter(indicator__in=branch).count(),
        values=ImportedValue.objects.filter(indicator__in=branch).count(),
        lines=ScoreLine.objects.filter(indicator__in=branch).count(),
    )


@transaction.atomic
def delete_indicator(indicator: Indicator, *, by: User) -> None:
    """Take an indicator, and what stands below it, out of a draft; RuleError when it is in use."""
    touch_table(indicator.scheme, by=by)
    usage = usage_of(indicator)
    if usage.is_in_use:
        raise RuleError(in_use(indicator, usage))
    before = audit.snapshot(indicator, FACTS) | {"rows": usage.rows}
    audit.record("assessment.delete_indicator", indicator, by=by, before=before, is_decision=True)
    indicator.delete()


def in_use(indicator: Indicator, usage: Usage) -> str:
    """Why it stays, in one sentence."""
    counts = (
        (usage.marks, _("人工评分 {n} 个")),
        (usage.values, _("导入数据 {n} 个")),
        (usage.lines, _("得分明细 {n} 行")),
    )
    used = "、".join(words.format(n=n) for n, words in counts if n)
    return _("“{row}”已有{used}，不能删除；不再使用的，把分值改为 0。").format(
        row=indicator, used=used
    )
