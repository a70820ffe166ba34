"""What two schemes have that the other has not, told in the words of the scheme workbook."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.rules import Role, plain
from assessment.rules.arithmetic import ZERO, exact
from assessment.scheme_book.scheme import COLUMNS, Notes, SchemeBook
from assessment.scheme_book.sources import shown_source
from assessment.scheme_book.writer import cells_of, settings_of
from assessment.scoring import IndicatorSpec
from assessment.scoring.tree import Tree
from organisations.models.kinds import Kind

CODE, PARENT, SOURCE, KINDS = "编码", "上级编码", "数据来源", "适用类型"
Rows = Mapping[str, dict[str, str]]
ROLE_WORDS = {Role.BASE: "基础分", Role.BONUS: "加分", Role.DEDUCTION: "扣分"}


@dataclass(frozen=True)
class FieldChange:
    """One item or column that reads otherwise; blank where there was or is nothing."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class RowChange:
    """An indicator that both have under its code, and what of it has changed."""

    code: str
    name: str
    fields: tuple[FieldChange, ...]

    @property
    def words(self) -> str:
        """A whole row in one line: ``分值 5；赋分办法 计数``."""
        return "；".join(f"{one.label} {one.new or one.old}" for one in self.fields)


@dataclass(frozen=True)
class Move:
    """An indicator that stands below another one, or at the top for an empty parent."""

    code: str
    name: str
    old: str
    new: str


@dataclass(frozen=True)
class SumRow:
    """A branch, or all of a role, with the points of what stands in it; None where it is not."""

    code: str
    name: str
    old: Decimal | None
    new: Decimal | None

    @property
    def has_changed(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True)
class Comparison:
    """From the old scheme to the new one. ``added`` and ``removed``: code and row in words."""

    settings: tuple[FieldChange, ...]
    added: tuple[RowChange, ...]
    removed: tuple[RowChange, ...]
    changed: tuple[RowChange, ...]
    moved: tuple[Move, ...]
    sums: tuple[SumRow, ...]
    vetoes: tuple[FieldChange, ...]
    is_reordered: bool

    @property
    def is_equal(self) -> bool:
        tables = (self.settings, self.added, self.removed, self.changed, self.moved, self.vetoes)
        return not any(tables) and not self.is_reordered


def compare(old: SchemeBook, new: SchemeBook) -> Comparison:
    """Indicators are the same where their codes are; takes time in proportion to their number."""
    before, after = _rows(old), _rows(new)
    kept = [code for code in after if code in before]
    was, now = Tree.of(old.spec.indicators), Tree.of(new.spec.indicators)
    return Comparison(
        settings=tuple(_differences(dict(settings_of(old)), dict(settings_of(new)))),
        added=tuple(_whole(after[code], new=True) for code in after if code not in before),
        removed=tuple(_whole(before[code], new=False) for code in before if code not in after),
        changed=tuple(_changes(before, after, kept)),
        moved=tuple(_moves(before, after, kept)),
        sums=tuple(_sums(was, now)),
        vetoes=tuple(_vetoes(old, new)),
        is_reordered=[code for code in before if code in after] != kept,
    )


def _rows(book: SchemeBook) -> dict[str, dict[str, str]]:
    return {one.code: _row(one, book.notes.get(one.code, Notes())) for one in book.spec.indicators}


def _row(one: IndicatorSpec, notes: Notes) -> dict[str, str]:
    cells = zip(COLUMNS, cells_of(one, notes), strict=True)
    row = {label: _text(cell) for label, cell in cells}
    row[SOURCE] = shown_source(row[SOURCE])
    order = {str(label): place for place, label in enumerate(Kind.labels)}
    kinds = sorted(one.applies_to, key=lambda kind: (order.get(kind, len(order)), kind))
    row[KINDS] = "、".join(kinds)
    # A role that is not written is that of the branch above.
    return row | ({"角色": ROLE_WORDS[one.role]} if one.role else {})


def _text(cell: object) -> str:
    if isinstance(cell, Decimal):
        return plain(cell)
    return "" if cell is None else str(cell)


def _differences(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[FieldChange]:
    for label, value in new.items():
        if _text(old.get(label)) != _text(value):
            yield FieldChange(label, _text(old.get(label)), _text(value))


def _whole(row: dict[str, str], *, new: bool) -> RowChange:
    fields = [
        FieldChange(label, "" if new else text, text if new else "")
        for label, text in row.items()
        if text and label not in (CODE, "名称")
    ]
    return RowChange(row[CODE], row["名称"], tuple(fields))


def _changes(before: Rows, after: Rows, kept: Iterable[str]) -> Iterator[RowChange]:
    for code in kept:
        # No kinds are all of them.
        rows = ({**row, KINDS: row[KINDS] or _("全部")} for row in (before[code], after[code]))
        found = _differences(*rows)
        if fields := tuple(change for change in found if change.label != PARENT):
            yield RowChange(code, after[code]["名称"], fields)


def _moves(before: Rows, after: Rows, kept: Iterable[str]) -> Iterator[Move]:
    for code in kept:
        old, new = before[code][PARENT], after[code][PARENT]
        if old != new:
            yield Move(code, after[code]["名称"], _place(before, old), _place(after, new))


def _place(rows: Rows, code: str) -> str:
    if not code:
        return _("一级指标")
    return f"{code} {rows[code]['名称']}" if code in rows else code


def _sums(old: Tree, new: Tree) -> Iterator[SumRow]:
    with exact():
        for role in Role:
            sums = [_total(tree, role) for tree in (old, new)]
            if sums != [None, None]:
                yield SumRow("", _("%s合计") % ROLE_WORDS[role], *sums)
        branches = [one for one in new.order if not new.is_leaf(one)]
        codes = {one.code for one in branches}
        gone = [one for one in old.order if not old.is_leaf(one) and one.code not in codes]
        for one in [*branches, *gone]:
            yield SumRow(one.code, one.name, _sum(old, one.code), _sum(new, one.code))


def _total(tree: Tree, role: Role) -> Decimal | None:
    tops = tree.tops(role)
    return sum((one.counts_as for one in tops), ZERO) if tops else None


def _sum(tree: Tree, code: str) -> Decimal | None:
    one = tree.by_code.get(code)
    if one is None or tree.is_leaf(one):
        return None
    return sum((part.counts_as for part in tree.parts(one)), ZERO)


def _vetoes(old: SchemeBook, new: SchemeBook) -> Iterator[FieldChange]:
    before, after = ({(v.unit, v.kind.value): v.reason for v in book.vetoes} for book in (old, new))
    for unit, kind in dict.fromkeys([*before, *after]):
        reasons = before.get((unit, kind), ""), after.get((unit, kind), "")
        if reasons[0] != reasons[1]:
            yield FieldChange(f"{unit} {kind}", *reasons)
