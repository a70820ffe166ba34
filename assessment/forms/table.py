"""A scheme's table as a grid of cells: what is stored, what was typed, what is wrong with it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import Role as UserRole
from assessment.actions import formalism_warnings
from assessment.forms.snapshot import read_snapshot
from assessment.forms.sums import SumWords, sum_words
from assessment.forms.table_row import RowForm
from assessment.models import Indicator, Scheme
from assessment.rules import RULES, Fault
from assessment.scoring import branch_sums
from assessment.specification import kind_label
from assessment.table_cells import cell_text, in_tree_order, outline
from organisations.forms import OrganisationChoiceField
from organisations.models import Assignment

ROLE = Indicator.IndicatorRole
BRANCH_CELLS = ("code", "name", "points", "role", "weight", "basis")
LEAF_CELLS = ("code", "name", "points", "department", "methods", "basis", "excluded_by")
# A row that is neither yet: no rule, nothing below it.
NEW_CELLS = ("code", "name", "points", "role", "weight", "basis")
KINDS = {"name": "area", "basis": "area", "role": "choice", "points": "number", "weight": "number"}
LISTS = {
    "department": "table-departments",
    "excluded_by": "table-leaves",
    "methods": "table-methods",
}


@dataclass
class Cell:
    """One cell: its text, and what the user is told at it."""

    key: str
    name: str
    label: str
    value: str
    error: str = ""
    # What somebody else has written into it meanwhile, and the sentence about it.
    stored: str | None = None
    clash: str = ""

    @property
    def kind(self) -> str:
        return KINDS.get(self.key, "text")

    @property
    def list_id(self) -> str:
        return LISTS.get(self.key, "")


@dataclass
class Row:
    """One indicator's row. `cells`: column → cell, for the columns that the row has."""

    indicator: Indicator
    depth: int
    cells: dict[str, Cell]
    seen: dict[str, str]
    has_children: bool
    sum: SumWords | None = None
    faults: list[str] = field(default_factory=list)
    warns: bool = False
    # What it scores that must not be scored, as the lint says.
    cautions: list[str] = field(default_factory=list)
    # What the sender had seen in the cells.
    sent_seen: dict[str, str] = field(default_factory=dict)
    # What named its code and was made to name the new one.
    followed: list[str] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        return f"r{self.indicator.pk}"

    @property
    def seen_json(self) -> str:
        return json.dumps(self.seen, ensure_ascii=False)

    @property
    def is_branch(self) -> bool:
        return not self.indicator.is_leaf

    @property
    def is_empty(self) -> bool:
        """Neither a rule nor anything below it."""
        return self.is_branch and not self.has_children

    @property
    def rule(self) -> str:
        kind = self.indicator.rule_kind
        return str(RULES[kind].label) if kind in RULES else kind

    @property
    def kinds(self) -> str:
        return "、".join(kind_label(kind) for kind in self.indicator.applies_to)

    @property
    def kinds_json(self) -> str:
        labels = [kind_label(kind) for kind in self.indicator.applies_to]
        return json.dumps(labels, ensure_ascii=False)

    @property
    def has_fault(self) -> bool:
        return any(cell.error or cell.clash for cell in self.cells.values())

    def tell_error(self, key: str, message: str) -> None:
        """At its cell, or where the row has no such cell, at the name."""
        self.cells[key if key in self.cells else "name"].error = message


@dataclass(frozen=True)
class Typed:
    """A row as it was sent and found good: values by cell, and what the user had seen."""

    row: Row
    values: dict[str, Any]
    seen: dict[str, str]


class SchemeTable:
    """The whole table; three queries, and one more for each department that is new to it."""

    def __init__(self, scheme: Scheme, user: User, faults: list[Fault] | None = None) -> None:
        self.scheme, self.user = scheme, user
        found = scheme.indicators.select_related("department__region__parent", "excluded_by")
        self.indicators = in_tree_order(found)
        by_pk = {row.pk: row for row in self.indicators}
        for row in self.indicators:
            # One object for each row: what one of them says, all see.
            row.parent = by_pk.get(row.parent_id)
            row.scheme = scheme
        self.rows = list(self._rows())
        self.by_pk = {row.indicator.pk: row for row in self.rows}
        self.faults = faults or []
        self._tell_sums()

    def _rows(self) -> Iterator[Row]:
        depths: dict[int | None, int] = {None: -1}
        parents = {row.parent_id for row in self.indicators}
        for indicator in self.indicators:
            depths[indicator.pk] = depths[indicator.parent_id] + 1
            has_children = indicator.pk in parents
            keys = _keys(indicator, has_children=has_children)
            seen = {key: cell_text(indicator, key) for key in keys}
            cells = {
                key: Cell(key, f"r{indicator.pk}-{key}", _label(key), seen[key]) for key in keys
            }
            yield Row(indicator, depths[indicator.pk], cells, seen, has_children)

    def _tell_sums(self) -> None:
        sums = branch_sums(outline(self.scheme, self.indicators))
        by_code: dict[str, Row] = {}
        for row in self.rows:
            by_code.setdefault(row.indicator.code, row)
            if row.has_children and row.indicator.code in sums:
                row.sum = sum_words(sums[row.indicator.code], _("下级"))
        for fault in self.faults:
            if fault.code in by_code:
                by_code[fault.code].faults.append(fault.message)
        for warning in formalism_warnings(self.indicators):
            by_code[warning.code].cautions.append(warning.told_at_saving)
        self.fault_rows = [
            (fault, by_code[fault.code].indicator.pk if fault.code in by_code else None)
            for fault in self.faults
        ]

    @cached_property
    def leaves(self) -> dict[str, Indicator]:
        return {row.code: row for row in self.indicators if row.is_leaf}

    @cached_property
    def branches(self) -> list[Indicator]:
        """Where a row can be moved."""
        return [row for row in self.indicators if not row.is_leaf]

    @cached_property
    def finder(self) -> OrganisationChoiceField:
        finder = OrganisationChoiceField()
        finder.offer_to(self.user, [row.department_id for row in self.indicators if row.department])
        return finder

    @cached_property
    def departments(self) -> list[str]:
        """Units that score already, or have somebody who may."""
        scorers = Assignment.objects.current().filter(role=UserRole.SCORER)
        scorers = scorers.select_related("organisation__region__parent")
        names = {row.organisation.full_label for row in scorers}
        return sorted(
            names | {row.department.full_label for row in self.indicators if row.department}
        )

    @cached_property
    def methods(self) -> list[str]:
        usual = {_("系统计算"), _("材料审核"), _("实地检查"), _("听取汇报"), _("问卷")}
        return sorted(usual | {row.methods for row in self.indicators if row.methods})

    def read(self, data: Mapping[str, str]) -> list[Typed]:
        """The rows that were changed and are good; wrong cells are marked and keep their text."""
        typed = []
        for row in self.rows:
            sent = {
                key: str(data[cell.name]) for key, cell in row.cells.items() if cell.name in data
            }
            seen = row.sent_seen = _read_seen(data.get(f"{row.prefix}-seen", ""))
            for key, text in sent.items():
                row.cells[key].value = text
            changed = {key: text for key, text in sent.items() if text != seen.get(key)}
            if changed and (found := self._good(row, changed, data)) is not None:
                typed.append(Typed(row, found, seen))
        return typed

    def take_over(self, typed: "SchemeTable") -> None:
        """What was refused stays in its cell with the reason; all else is as stored now."""
        for pk, row in typed.by_pk.items():
            own = self.by_pk.get(pk)
            if own is None or not row.has_fault:
                continue
            own.warns = row.warns
            for key, cell in row.cells.items():
                if (cell.error or cell.clash) and key in own.cells:
                    own.cells[key] = cell
                if cell.error and key in own.seen:
                    # Nobody has been told yet what stands there by now.
                    own.seen[key] = row.sent_seen.get(key, own.seen[key])

    def _good(
        self, row: Row, changed: dict[str, str], data: Mapping[str, str]
    ) -> dict[str, Any] | None:
        """The good values of a row; a wrong cell does not keep the others from being saved."""
        sent = {**changed, "keep_text": data.get(f"{row.prefix}-keep_text", "")}
        form = RowForm(sent, indicator=row.indicator, leaves=self.leaves, finder=self.finder)
        form.full_clean()
        for key, errors in form.errors.items():
            row.cells[key].error = " ".join(errors)
        row.warns = not form.fields["keep_text"].widget.is_hidden
        return {key: form.cleaned_data[key] for key in changed if key in form.cleaned_data} or None


def _keys(indicator: Indicator, *, has_children: bool) -> tuple[str, ...]:
    """The cells that a row has; its role may be chosen at the top and below 基础分."""
    keys = LEAF_CELLS if indicator.is_leaf else BRANCH_CELLS if has_children else NEW_CELLS
    parent = indicator.parent
    is_free = parent is None or parent.role == ROLE.BASE
    if indicator.is_leaf and (parent is None or indicator.role != parent.role):
        keys = (*keys, "role")
    return keys if is_free else tuple(key for key in keys if key != "role")


def _label(key: str) -> str:
    return str(RowForm.base_fields[key].label)


def followed_words(followed: list[str], code: str) -> str:
    """What was rewritten because a code was changed: ``B2 的互斥、C1 的豁免已一并改为“A9”。``"""
    return _("{what}已一并改为“{code}”。").format(what="、".join(followed), code=code)


def _read_seen(text: str) -> dict[str, str]:
    """What the user had before them; nothing where it cannot be read."""
    return {key: str(value) for key, value in read_snapshot(text).items()}
