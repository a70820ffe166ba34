"""Which values of a scheme come from outside, which are there, and what a workbook says of them.

The workbook is the one that a rehearsal takes (`try_scheme`): sheets 数据 and 上年.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.judging import Kinds, Progress, kinds_of
from assessment.leaf_values import leaf_values
from assessment.leaf_values.previous import units_begun
from assessment.models import GroupMember, ImportedValue, Indicator, Scheme
from assessment.rules import (
    Rule,
    RuleRefused,
    Unreadable,
    ValueRefused,
    value_from_json,
    value_to_json,
)
from assessment.rules.values import JsonValue
from assessment.scheme_book.faults import BookFault
from assessment.scheme_book.grid import Grid, Line, find_sheet, read_grid
from assessment.scheme_book.values import DATA, GROUP, IGNORED, KIND, PREVIOUS, UNIT, read_value
from assessment.specification import rule_of
from assessment.unit_names import SchemeUnits
from core.sheets import Workbook

ValueKey = tuple[int, int, bool]
"""Indicator, organisation, and whether the value is last year's."""

Source = Indicator.Source


@dataclass(frozen=True)
class ValueColumn:
    """One leaf whose values are imported; with `is_previous` those of last year.

    `only`: the units concerned where it is not all, because the system counts for the others.
    """

    indicator: Indicator
    rule: Rule[Any]
    kinds: Kinds
    is_previous: bool
    only: frozenset[int] | None = None

    def applies(self, member: GroupMember) -> bool:
        if self.only is not None and member.organisation_id not in self.only:
            return False
        return self.kinds is None or member.kind in self.kinds

    def key(self, organisation_id: int) -> ValueKey:
        return self.indicator.pk, organisation_id, self.is_previous


class ValueTable:
    """The imported leaves of a scheme; three queries for any number of leaves and units.

    Last year's values are asked for where the rule compares with them and no metric counts them;
    of what a metric counts, for the units whose last year is another's since units have changed
    (two queries more where rules compare).
    """

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.indicators = list(scheme.indicators.order_by("order", "pk"))
        kinds = kinds_of([scheme.pk])
        leaves = [(one, readable_rule(one)) for one in self.indicators if one.is_leaf]
        known = [(one, rule) for one, rule in leaves if rule is not None and rule.needs_value]
        self.current = [
            ValueColumn(one, rule, kinds[one.pk], False)
            for one, rule in known
            if one.source == Source.IMPORTED
        ]
        self.previous = [
            ValueColumn(one, rule, kinds[one.pk], True, self._only(one))
            for one, rule in known
            if rule.uses_previous and (one.source != Source.METRIC or self.begun)
        ]

    @cached_property
    def begun(self) -> dict[int, str]:
        """Units that a change has set up without the past, and what the office should know."""
        units = self.scheme.members.values("organisation")
        return units_begun(self.scheme.year, units, timezone.now())

    def _only(self, leaf: Indicator) -> frozenset[int] | None:
        return frozenset(self.begun) if leaf.source == Source.METRIC else None

    def last_year_notes(self) -> list[str]:
        """Where last year's values are those of several units, or not there; unit by unit."""
        leaves = [column.indicator for column in self.previous]
        found = leaf_values(self.scheme, leaves, list(self.members), data_as_of=timezone.now())
        names = {str(pk): one.organisation.full_label for pk, one in self.members.items()}
        told = found.gaps | found.taken
        return [
            f"{names[unit]} {leaf}：{told[unit, leaf.code]}。"
            for unit in names
            for leaf in leaves
            if (unit, leaf.code) in told
        ]

    @property
    def columns(self) -> list[ValueColumn]:
        """This year's and last year's of one leaf side by side."""
        order = {one.pk: place for place, one in enumerate(self.indicators)}
        return sorted(
            [*self.current, *self.previous],
            key=lambda column: (order[column.indicator.pk], column.is_previous),
        )

    @cached_property
    def stored(self) -> dict[ValueKey, ImportedValue]:
        return stored_rows(self.scheme)

    @cached_property
    def members(self) -> dict[int, GroupMember]:
        rows = self.scheme.members.select_related("group", "organisation__region__parent")
        return {member.organisation_id: member for member in rows}

    def progress(self) -> Progress:
        """How many of this year's values are there, of those that some unit needs."""
        keys = [
            column.key(organisation)
            for column in self.current
            for organisation, member in self.members.items()
            if column.applies(member)
        ]
        return Progress(sum(key in self.stored for key in keys), len(keys))


def readable_rule(leaf: Indicator) -> Rule[Any] | None:
    """The leaf's rule; None for a branch, and where its parameters are at fault."""
    try:
        return rule_of(leaf)
    except RuleRefused:
        return None


def stored_rows(scheme: Scheme) -> dict[ValueKey, ImportedValue]:
    rows = ImportedValue.objects.filter(indicator__scheme=scheme)
    return {(row.indicator_id, row.organisation_id, row.is_previous): row for row in rows}


@dataclass
class ValuesRead:
    """What a workbook says: values by cell, all its faults, and what was left aside and why."""

    values: dict[ValueKey, JsonValue] = field(default_factory=dict)
    faults: list[BookFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_imported(book: Workbook, table: ValueTable, *, blank_clears: bool = False) -> ValuesRead:
    """Every value of the workbook that the table asks for; a blank cell says nothing.

    With `blank_clears` a blank cell of a column that the workbook has is a value taken back (None).
    """
    found = ValuesRead()
    sheets = [(DATA, table.current), (PREVIOUS, table.previous)]
    present = [(name, columns) for name, columns in sheets if find_sheet(book, name)]
    if not present:
        told = _("缺少这张工作表；数据放在“数据”表，上年的放在“上年”表")
        found.faults.append(BookFault(DATA, 0, None, "", told))
    units = SchemeUnits(table.scheme)
    for name, columns in present:
        grid, faults = read_grid(find_sheet(book, name), (UNIT,))
        found.faults += faults
        if grid is not None:
            reader = _SheetReader(grid, table, columns, units, found)
            reader.read(blank_clears=blank_clears)
    return found


@dataclass
class _SheetReader:
    grid: Grid
    table: ValueTable
    columns: list[ValueColumn]
    units: SchemeUnits
    found: ValuesRead

    def read(self, *, blank_clears: bool) -> None:
        used = {c.indicator.code: c for c in self.columns if c.indicator.code in self.grid.columns}
        self._look_at_heads(used)
        aside = 0
        for organisation, line in self._lines():
            member = self.table.members[organisation]
            for code, column in used.items():
                if column.applies(member):
                    self._read_cell(column, organisation, line, blank_clears)
                elif line.text(code):
                    aside += 1
        if aside:
            told = _("“{sheet}”表有 {n} 格填在不适用的单位上，没有导入。")
            self.found.notes.append(told.format(sheet=self.grid.name, n=aside))

    def _look_at_heads(self, used: Mapping[str, ValueColumn]) -> None:
        """Other columns of the scheme are left aside in words; what is none of it is a fault."""
        by_code = {one.code: one for one in self.table.indicators}
        for label in self.grid.columns:
            if label in used or label in (UNIT, GROUP, KIND, *IGNORED):
                continue
            indicator = by_code.get(label)
            if indicator is None:
                self._fault(_("方案里没有这个编码的末级指标"), self.grid.head, label)
            elif not indicator.is_leaf:
                self._fault(_("有下级的指标没有自己的数据"), self.grid.head, label)
            else:
                self.found.notes.append(self._left_aside(indicator))

    def _left_aside(self, leaf: Indicator) -> str:
        words = {"sheet": self.grid.name, "leaf": leaf, "source": leaf.get_source_display()}
        if leaf.source in (Source.METRIC, Source.MANUAL):
            told = _("“{sheet}”表的“{leaf}”数据来源是{source}，这一列没有导入。")
        else:
            told = _("“{sheet}”表的“{leaf}”不用这里的数据，这一列没有导入。")
        return told.format(**words)

    def _lines(self) -> Iterator[tuple[int, Line]]:
        rows: dict[int, int] = {}
        for line in self.grid.lines:
            try:
                organisation = self.units.find(line.text(UNIT))
            except Unreadable as problem:
                self._fault(str(problem), line.number, UNIT)
                continue
            if organisation in rows:
                told = _("与第 {row} 行是同一个单位").format(row=rows[organisation])
                self._fault(told, line.number, UNIT)
                continue
            rows[organisation] = line.number
            yield organisation, line

    def _read_cell(
        self, column: ValueColumn, organisation: int, line: Line, blank_clears: bool
    ) -> None:
        code = column.indicator.code
        try:
            value = read_value(column.rule, line, code)
            wrong = "" if value is None else column.rule.entry_fault(column.rule.shape(value))
        except (Unreadable, ValueRefused) as problem:
            self._fault(str(problem), line.number, code)
            return
        if wrong:
            self._fault(wrong, line.number, code)
        elif value is not None or blank_clears:
            self.found.values[column.key(organisation)] = value_to_json(value)

    def _fault(self, message: str, row: int, label: str) -> None:
        self.found.faults.append(self.grid.fault(message, row, label))


@dataclass(frozen=True)
class ShownChange:
    """One line of the preview."""

    key: ValueKey
    unit: str
    column: ValueColumn
    before: JsonValue
    after: JsonValue


@dataclass(frozen=True)
class Preview:
    """What saving a workbook would do to the stored values."""

    added: list[ShownChange]
    changed: list[ShownChange]
    cleared: list[ShownChange]
    unchanged: int

    @property
    def all(self) -> list[ShownChange]:
        return [*self.added, *self.changed, *self.cleared]


def preview_of(table: ValueTable, values: Mapping[ValueKey, JsonValue]) -> Preview:
    columns = {(one.indicator.pk, one.is_previous): one for one in table.columns}
    changes: dict[str, list[ShownChange]] = {"added": [], "changed": [], "cleared": []}
    unchanged = 0
    for key, after in values.items():
        row = table.stored.get(key)
        before = row.value if row else None
        if value_from_json(before) == value_from_json(after):
            unchanged += before is not None
            continue
        indicator, organisation, is_previous = key
        label = table.members[organisation].organisation.full_label
        line = ShownChange(key, label, columns[indicator, is_previous], before, after)
        kind = "cleared" if after is None else "changed" if row else "added"
        changes[kind].append(line)
    return Preview(unchanged=unchanged, **changes)
