"""Changing the rows of a draft's table in place: cells, new rows, places, copies."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.references import follow_code
from assessment.actions.schemes import touch_table
from assessment.models import Indicator, Scheme
from assessment.scoring import copied_codes, next_code
from assessment.table_cells import as_text, below, cell_text, in_tree_order
from core import audit
from core.errors import RuleError

# What the audit keeps of a row: all that somebody can change in it.
FACTS = ("scheme_id", "parent", "code", *Indicator.CONTENT, "excluded_by")
# A page holds the table in one form; the longest published tables have about a hundred rows.
MOST_ROWS = 300
UP, DOWN, IN, OUT = "up", "down", "in", "out"


@dataclass(frozen=True)
class SavedRow:
    """The row as it stands now; `clashes` are cells that somebody else has changed meanwhile.

    Those are not overwritten: cell → what stands in it now. `followed` tells what named the code
    and now names the new one.
    """

    indicator: Indicator
    clashes: dict[str, str] = field(default_factory=dict)
    followed: list[str] = field(default_factory=list)


@transaction.atomic
def save_row(
    indicator: Indicator, values: Mapping[str, Any], *, seen: Mapping[str, str], by: User
) -> SavedRow:
    """Write the cells that `by` changed: those whose value is not the text they saw in them.

    Raises RuleError when the row is gone, the scheme published, or the code taken.
    """
    asked = {
        name: value for name, value in values.items() if as_text(name, value) != seen.get(name)
    }
    if not asked:
        return SavedRow(indicator)
    scheme = touch_table(indicator.scheme, by=by)
    stored = locked_row(scheme, indicator.pk)
    changed, clashes = {}, {}
    for name, value in asked.items():
        now = cell_text(stored, name)
        if as_text(name, value) == now:
            continue
        if seen.get(name, now) != now:
            clashes[name] = now
        else:
            changed[name] = value
    followed = _write(stored, changed, by) if changed else []
    return SavedRow(stored, clashes, followed)


def locked_row(scheme: Scheme, pk: int) -> Indicator:
    rows = scheme.indicators.select_for_update(of=("self",))
    row = rows.select_related("department__region__parent", "excluded_by").filter(pk=pk).first()
    if row is None:
        raise RuleError(_("这一行已被他人删除，请刷新页面；填的内容如仍需要，请另加一行。"))
    return row


def _write(row: Indicator, changed: dict[str, Any], by: User) -> list[str]:
    code = changed.get("code")
    if code and row.scheme.indicators.exclude(pk=row.pk).filter(code=code).exists():
        raise RuleError(_("编码“{code}”已有，请换一个。").format(code=code), field="code")
    was, before = copy(row), audit.snapshot(row, FACTS)
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    if "role" in changed:
        _pass_on_role(row, was.role)
    _record("save_indicator", row, by=by, before=before)
    return follow_code(was, row, by)


def _pass_on_role(row: Indicator, before: str) -> None:
    """What stands below follows, unless it had a role of its own."""
    branch = below(row, _table(row.scheme))
    following = {row.pk}
    for one in branch[1:]:
        if one.parent_id in following and (one.role == before or row.role != "base"):
            following.add(one.pk)
    Indicator.objects.filter(pk__in=following).update(role=row.role)


@transaction.atomic
def add_row(
    scheme: Scheme, *, parent: Indicator | None, after: Indicator | None = None, by: User
) -> Indicator:
    """A new row below `parent`, behind `after` or last there, with a code that goes on."""
    scheme = touch_table(scheme, by=by)
    table = _table(scheme)
    _demand_room(table, 1)
    if parent is not None:
        parent = _fresh(parent, table)
        _demand_branch(parent)
    siblings = _children(table, parent)
    code = next_code({row.code for row in table}, [row.code for row in siblings], _code_of(parent))
    row = Indicator.objects.create(
        scheme=scheme,
        parent=parent,
        code=code,
        name=_("新指标"),
        role=parent.role if parent else Indicator.IndicatorRole.BASE,
        points=Decimal(0),
    )
    place = len(siblings) if after is None else _place(siblings, after.pk) + 1
    siblings.insert(place, row)
    _renumber([*table, row], siblings)
    _record("add_indicator", row, by=by)
    return row


@transaction.atomic
def move_row(row: Indicator, direction: str, *, by: User) -> Indicator:
    """One place up or down among its siblings, in under the one before, or out behind its parent.

    Raises RuleError where there is no such place.
    """
    table = _table(touch_table(row.scheme, by=by))
    row = _fresh(row, table)
    parent = next((one for one in table if one.pk == row.parent_id), None)
    siblings = _children(table, parent)
    at = _place(siblings, row.pk)
    if direction in (UP, DOWN):
        _shift(siblings, at, -1 if direction == UP else 1)
        _renumber(table, siblings)
        _record("move_indicator", row, by=by, before=_place_facts(row, at))
        return row
    if direction == IN:
        if at == 0:
            raise RuleError(_("上面没有同级的指标，不能再降一级。"))
        branch = siblings[at - 1]
        return _put(row, branch, len(_children(table, branch)), table, by)
    if parent is None:
        raise RuleError(_("已是一级指标，不能再升一级。"))
    above = next((one for one in table if one.pk == parent.parent_id), None)
    return _put(row, above, _place(_children(table, above), parent.pk) + 1, table, by)


def _shift(siblings: list[Indicator], at: int, step: int) -> None:
    if not 0 <= at + step < len(siblings):
        where = _("第一") if step < 0 else _("最后")
        raise RuleError(_("已是同级中的{where}项，不能再移。").format(where=where))
    siblings.insert(at + step, siblings.pop(at))


@transaction.atomic
def move_row_under(
    row: Indicator, parent: Indicator | None, *, before: Indicator | None = None, by: User
) -> Indicator:
    """The row, with all below it, into a branch, before a row there or last; None is the top."""
    table = _table(touch_table(row.scheme, by=by))
    row, parent = _fresh(row, table), parent and _fresh(parent, table)
    others = [one for one in _children(table, parent) if one.pk != row.pk]
    at = _place(others, _fresh(before, table).pk) if before else len(others)
    return _put(row, parent, at, table, by)


def _put(
    row: Indicator,
    parent: Indicator | None,
    at: int,
    table: Sequence[Indicator],
    by: User,
) -> Indicator:
    """The branch of the row to the place `at` among the others below `parent`."""
    branch = below(row, table)
    if parent is not None:
        demand_parent(row, parent, table)
    before = _place_facts(row, row.order)
    old = next((one for one in table if one.pk == row.parent_id), None)
    siblings = [one for one in _children(table, parent) if one.pk != row.pk]
    siblings.insert(at, row)
    row.parent = parent
    _take_role(branch, old.role if old else "base", parent.role if parent else "base")
    _renumber(table, siblings)
    _record("move_indicator", row, by=by, before=before)
    return row


def _take_role(branch: Sequence[Indicator], old: str, new: str) -> None:
    """Below 加分 or 扣分 all is of that role; what follows its parent is base below base."""
    for row in branch:
        if new != "base" or row.role == old:
            row.role = new
    Indicator.objects.bulk_update(branch, ["parent", "role"])


@transaction.atomic
def copy_row(row: Indicator, *, by: User) -> Indicator:
    """The row, with all below it, once more behind it, under new codes; returns the copy."""
    scheme = touch_table(row.scheme, by=by)
    table = _table(scheme)
    row = _fresh(row, table)
    branch = below(row, table)
    _demand_room(table, len(branch))
    parent = next((one for one in table if one.pk == row.parent_id), None)
    siblings = _children(table, parent)
    taken = {one.code for one in table}
    root = next_code(taken, [one.code for one in siblings], _code_of(parent))
    copies = _copies(branch, parent, copied_codes(taken, [one.code for one in branch], root))
    siblings.insert(_place(siblings, row.pk) + 1, copies[0])
    _renumber([*table, *copies], siblings)
    _record("copy_indicator", copies[0], by=by, before={"scheme_id": scheme.pk, "code": row.code})
    return copies[0]


def _copies(
    branch: Sequence[Indicator], parent: Indicator | None, codes: Mapping[str, str]
) -> list[Indicator]:
    copies: dict[int, Indicator] = {}
    for row in branch:
        copies[row.pk] = Indicator.objects.create(
            scheme_id=row.scheme_id,
            parent=copies.get(row.parent_id, parent),
            code=codes[row.code],
            order=row.order,
            **row.content(),
        )
    for row in branch:
        if row.excluded_by_id:
            # Inside the branch the copies void each other; beyond it the same leaf does.
            copy = copies[row.pk]
            copy.excluded_by_id = getattr(copies.get(row.excluded_by_id), "pk", row.excluded_by_id)
            copy.save(update_fields=["excluded_by"])
    return list(copies.values())


def _table(scheme: Scheme) -> list[Indicator]:
    return in_tree_order(
        scheme.indicators.select_related("department__region__parent", "excluded_by")
    )


def _fresh(row: Indicator, table: Sequence[Indicator]) -> Indicator:
    found = next((one for one in table if one.pk == row.pk), None)
    if found is None:
        raise RuleError(_("“{row}”已被他人删除，请刷新页面。").format(row=row))
    return found


def _children(table: Sequence[Indicator], parent: Indicator | None) -> list[Indicator]:
    return [row for row in table if row.parent_id == (parent.pk if parent else None)]


def _code_of(parent: Indicator | None) -> str:
    return parent.code if parent else ""


def _place(siblings: Sequence[Indicator], pk: int) -> int:
    """Where the row stands; last for one that is not among them."""
    return next((at for at, row in enumerate(siblings) if row.pk == pk), len(siblings))


def demand_parent(row: Indicator, parent: Indicator, table: Sequence[Indicator]) -> None:
    """RuleError unless the parent is still there, a branch, and not below the row itself."""
    _demand_branch(_fresh(parent, table))
    if row.pk and parent in below(row, table):
        raise RuleError(_("“{row}”不能移到自己的下级里。").format(row=row))


def _demand_branch(parent: Indicator) -> None:
    if parent.is_leaf:
        raise RuleError(
            _("“{row}”有赋分办法，不能再有下级；要分项计分，先去掉它的赋分办法。").format(
                row=parent
            )
        )


def _demand_room(table: Sequence[Indicator], more: int) -> None:
    if len(table) + more > MOST_ROWS:
        raise RuleError(_("一个方案最多 {n} 行指标，请先删去不用的。").format(n=MOST_ROWS))


def _renumber(table: Sequence[Indicator], siblings: Sequence[Indicator]) -> None:
    """Write the order of all rows anew, these siblings in theirs."""
    places = {row.pk: place for place, row in enumerate(siblings)}
    before = {row.pk: row.order for row in table}
    rows = sorted(table, key=lambda row: (places.get(row.pk, -1), row.order, row.pk))
    moved = []
    for order, row in enumerate(in_tree_order(rows)):
        row.order = order
        if before[row.pk] != order:
            moved.append(row)
    Indicator.objects.bulk_update(moved, ["order"])


def _place_facts(row: Indicator, place: int) -> dict[str, Any]:
    return {**audit.snapshot(row, ("scheme_id", "parent", "code", "role")), "place": place}


def _record(deed: str, row: Indicator, *, by: User, before: dict[str, Any] | None = None) -> None:
    audit.record(
        f"assessment.{deed}",
        row,
        by=by,
        before=before or {},
        after=audit.snapshot(row, FACTS),
        is_decision=True,
    )
