"""The scheme workbook (方案工作簿): sheets 方案, 指标 and, where there are any, 否决.

Read whole before anything is said: every fault comes with its sheet, row and column.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessment.rules import (
    Refused,
    Role,
    Rule,
    Unreadable,
    find_rule,
    make_rule,
    parse_params,
    read_number,
    tidy,
)
from assessment.rules.parameters import Ratio, Whole
from assessment.scheme_book.faults import BookFault, BookRefused
from assessment.scheme_book.grid import Grid, Line, find_sheet, read_grid, text_of
from assessment.scoring import (
    GradeBand,
    IndicatorSpec,
    NaPolicy,
    SchemeSpec,
    TieRule,
    VetoKind,
    check_scheme,
)
from core.sheets import Workbook

SCHEME, INDICATORS, VETOES = "方案", "指标", "否决"
MANUAL, IMPORTED = "人工", "导入"
ITEM, VALUE = "项目", "值"
FREES_PLACE = "一票否优让出名额"
ITEMS = ("名称", "年度", "总分", "小数位", "不适用", "等次", "优秀比例", "并列", FREES_PLACE)
NEEDED = ("编码", "名称", "分值", "赋分办法")
COLUMNS = (
    "编码",
    "上级编码",
    "名称",
    "角色",
    "分值",
    "赋分办法",
    "参数",
    "数据来源",
    "适用类型",
    "测评方法",
    "负责部门",
    "依据",
    "互斥",
    "折算",
)
ROLES = {
    "base": Role.BASE,
    "基础": Role.BASE,
    "基础分": Role.BASE,
    "bonus": Role.BONUS,
    "加分": Role.BONUS,
    "加分项": Role.BONUS,
    "deduction": Role.DEDUCTION,
    "扣分": Role.DEDUCTION,
    "减分": Role.DEDUCTION,
    "扣分项": Role.DEDUCTION,
}
LIST_MARKS = re.compile(r"[,;\n]")


@dataclass(frozen=True)
class VetoLine:
    """A veto as the workbook has it: the unit by its name."""

    unit: str
    kind: VetoKind
    reason: str
    row: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Notes:
    """What a row says beside its rule: where its data come from, who scores, on what basis."""

    source: str = ""
    methods: str = ""
    department: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Places:
    """Where the parts of a scheme stand in its workbook.

    ``grids``: sheet → what was read of it; ``rows``: item, or # and an indicator's code, → row;
    ``written``: code → the same with the marks that the workbook has.
    """

    grids: dict[str, Grid] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)

    def of_item(self, item: str, message: str) -> BookFault:
        """A fault of an item of the sheet 方案."""
        return self._fault(SCHEME, message, self.rows.get(item, 0), VALUE)

    def of_indicator(self, code: str, label: str, message: str) -> BookFault:
        """A fault in a column of an indicator's row."""
        return self._fault(INDICATORS, message, self.rows.get(f"#{code}", 0), label)

    def of_veto(self, veto: VetoLine, label: str, message: str) -> BookFault:
        """A fault in a column of a row of the sheet 否决."""
        return self._fault(VETOES, message, veto.row, label)

    def _fault(self, sheet: str, message: str, row: int, label: str) -> BookFault:
        grid = self.grids.get(sheet)
        if grid is None:
            return BookFault(sheet, row, None, label, message)
        return grid.fault(message, row, label)


@dataclass(frozen=True)
class SchemeBook:
    """A scheme as a workbook holds it. ``notes``: indicator code → what else its row says.

    Codes have half-width marks, so that sheets need not agree on those.
    """

    name: str
    year: int | None
    spec: SchemeSpec
    notes: dict[str, Notes]
    vetoes: tuple[VetoLine, ...] = ()
    places: Places = field(default_factory=Places, compare=False, repr=False)


def read_scheme(book: Workbook) -> SchemeBook:
    """The scheme of the workbook. Raises ``BookRefused`` with every fault of all its sheets."""
    found, faults = look_into_scheme(book)
    if faults:
        raise BookRefused(faults)
    return found


def look_into_scheme(book: Workbook) -> tuple[SchemeBook, list[BookFault]]:
    """The scheme as far as it can be read, and every fault of all its sheets.

    A rule that cannot be read is ``PLACEHOLDER``.
    """
    reader = _Reader(book)
    return reader.read(), reader.faults


class _Reader:
    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.faults: list[BookFault] = []
        self.rows: dict[str, int] = {}
        self.grids: dict[str, Grid] = {}
        self.written: dict[str, str] = {}

    def read(self) -> SchemeBook:
        settings = self._grid(SCHEME, (ITEM, VALUE))
        table = self._grid(INDICATORS, NEEDED)
        facts = self._settings(settings) if settings else {}
        indicators, notes = self._indicators(table) if table else ((), {})
        vetoes = tuple(self._vetoes())
        spec = SchemeSpec(
            total=facts.get("总分") or Decimal(0),
            decimals=facts.get("小数位", 2),
            na_policy=facts.get("不适用", NaPolicy.RESCALE),
            grade_bands=facts.get("等次") or (),
            excellent_ratio=facts.get("优秀比例"),
            veto_frees_place=facts.get(FREES_PLACE, True),
            indicators=indicators,
        )
        if settings and table:
            self._check(spec, settings, table, facts)
        places = Places(self.grids, self.rows, self.written)
        return SchemeBook(facts.get("名称") or "", facts.get("年度"), spec, notes, vetoes, places)

    def _grid(self, name: str, needed: tuple[str, ...]) -> Grid | None:
        sheet = find_sheet(self.book, name)
        if sheet is None:
            self.faults.append(BookFault(name, 0, None, "", _("缺少这张工作表")))
            return None
        if name == SCHEME and not _has_head(sheet.rows):
            # Two columns say enough; many write no head above them.
            sheet.rows.insert(0, [ITEM, VALUE])
            grid, faults = read_grid(sheet, needed)
            sheet.rows.pop(0)
            lines = [Line(line.number - 1, line.cells) for line in grid.lines] if grid else []
            grid = Grid(name, 0, grid.columns, lines) if grid else None
        else:
            grid, faults = read_grid(sheet, needed)
        self.faults += faults
        if grid is not None:
            self.grids[name] = grid
        return grid

    def _settings(self, grid: Grid) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        seen: set[str] = set()
        for line in grid.lines:
            key = tidy(line.text(ITEM))
            raw = line.text(VALUE)
            self.rows.setdefault(key, line.number)
            if key not in ITEMS:
                words = {"key": key[:20], "known": "、".join(ITEMS)}
                message = _("没有“%(key)s”这个项目，可写：%(known)s") % words
                self.faults.append(grid.fault(message, line.number, ITEM))
            elif key in seen:
                self.faults.append(grid.fault(_("这个项目写了两次"), line.number, ITEM))
            elif raw:
                try:
                    facts[key] = SETTINGS[key](raw)
                except Unreadable as problem:
                    self.faults.append(grid.fault(f"{key}：{problem}", line.number, VALUE))
                    facts[key] = None
            seen.add(key)
        if "总分" not in facts:
            self.faults.append(grid.fault(_("缺少项目“总分”")))
        return facts

    def _indicators(self, grid: Grid) -> tuple[tuple[IndicatorSpec, ...], dict[str, Notes]]:
        for label in grid.columns:
            if label not in COLUMNS and label not in ("序号", "备注"):
                words = {"known": "、".join(COLUMNS)}
                message = _("没有这一列，可用的列：%(known)s") % words
                self.faults.append(grid.fault(message, grid.head, label))
        parents = {tidy(line.text("上级编码")) for line in grid.lines}
        indicators, notes = [], {}
        for line in grid.lines:
            code = tidy(line.text("编码"))
            self.written[code] = line.text("编码")
            self.rows.setdefault(f"#{code}", line.number)
            if not code:
                self.faults.append(grid.fault(_("没有填编码"), line.number, "编码"))
            elif self.rows[f"#{code}"] != line.number:
                self.faults.append(grid.fault(_("编码“%s”重复") % code, line.number, "编码"))
            indicators.append(self._indicator(grid, line, is_branch=code in parents))
            notes[code] = Notes(*(line.text(label) for label in NOTED))
        return tuple(indicators), notes

    def _indicator(self, grid: Grid, line: Line, *, is_branch: bool) -> IndicatorSpec:
        name = line.text("名称")
        if len(name) > MOST_NAME:
            message = _("有 %(size)d 个字，最多 %(most)d 个字") % {
                "size": len(name),
                "most": MOST_NAME,
            }
            self.faults.append(grid.fault(message, line.number, "名称"))
        return IndicatorSpec(
            code=tidy(line.text("编码")),
            name=name[:MOST_NAME],
            parent=tidy(line.text("上级编码")),
            role=self._cell(grid, line, "角色", read_role),
            points=self._cell(grid, line, "分值", read_number) or Decimal(0),
            rule=self._rule(grid, line, is_branch=is_branch),
            applies_to=frozenset(read_words(line.text("适用类型"))),
            excluded_by=tidy(line.text("互斥")),
            weight=self._cell(grid, line, "折算", read_number),
        )

    def _cell(self, grid: Grid, line: Line, label: str, read: Callable[[str], Any]) -> Any:
        """The cell as the reader takes it, None for a blank one or with a fault."""
        raw = line.text(label)
        if not raw:
            if label == "分值":
                self.faults.append(grid.fault(_("没有填分值"), line.number, label))
            return None
        try:
            return read(raw)
        except Unreadable as problem:
            self.faults.append(grid.fault(str(problem), line.number, label))
            return None

    def _rule(self, grid: Grid, line: Line, *, is_branch: bool) -> Rule[Any] | None:
        kind, written = line.text("赋分办法"), line.text("参数")
        if is_branch:
            for label in ("赋分办法", "参数"):
                if line.text(label):
                    message = _("有下级的指标不写%s") % label
                    self.faults.append(grid.fault(message, line.number, label))
            return None
        if not kind:
            message = _("末级指标要写赋分办法")
            self.faults.append(grid.fault(message, line.number, "赋分办法"))
            return None
        try:
            return make_rule(kind, parse_params(written))
        except Refused as refusal:
            label = "参数" if find_rule(kind) else "赋分办法"
            self.faults += [
                grid.fault(fault.message, line.number, label) for fault in refusal.faults
            ]
            return PLACEHOLDER

    def _vetoes(self) -> Iterator[VetoLine]:
        sheet = find_sheet(self.book, VETOES)
        if sheet is None or not any(text_of(cell) for row in sheet.rows for cell in row):
            return
        grid = self._grid(VETOES, ("单位", "类型"))
        for line in grid.lines if grid else ():
            kind = next((kind for kind in VetoKind if kind == tidy(line.text("类型"))), None)
            if not line.text("单位"):
                self.faults.append(grid.fault(_("没有填单位"), line.number, "单位"))
            if kind is None:
                words = {"kinds": "、".join(VetoKind)}
                message = _("请写其中之一：%(kinds)s") % words
                self.faults.append(grid.fault(message, line.number, "类型"))
            else:
                yield VetoLine(line.text("单位"), kind, line.text("事由"), line.number)

    def _check(self, spec: SchemeSpec, settings: Grid, table: Grid, facts: dict[str, Any]) -> None:
        """What the table as a whole gets wrong; what a cell already said is not said again."""
        said = {(fault.sheet, fault.row, fault.label) for fault in self.faults}
        unread = {key for key, value in facts.items() if value is None} | {"总分"} - set(facts)
        for fault in check_scheme(spec):
            row = self.rows.get(f"#{fault.code}", 0) if fault.code else 0
            if fault.key in ITEMS and not fault.code and fault.key != "名称":
                if fault.key not in unread:
                    place = self.rows.get(fault.key, 0)
                    self.faults.append(settings.fault(fault.message, place, VALUE))
            elif fault.key == "编码" and table.lines:
                continue  # a doubled or absent code is said at its own row
            elif not fault.code or (table.name, row, fault.key) not in said:
                self.faults.append(table.fault(fault.message, row, fault.key))


def _has_head(rows: list[list[Any]]) -> bool:
    return any({ITEM, VALUE} <= {tidy(text_of(cell)) for cell in row} for row in rows[:20])


def read_role(raw: str) -> Role:
    role = ROLES.get(tidy(raw).lower())
    if role is None:
        raise Unreadable(_("请写其中之一：base（基础分）、bonus（加分）、deduction（扣分）"))
    return role


def read_words(raw: str) -> list[str]:
    return [word.strip() for word in LIST_MARKS.split(tidy(raw)) if word.strip()]


def read_bands(raw: str) -> tuple[GradeBand, ...]:
    bands = []
    for part in read_words(raw):
        name, mark, number = part.partition(":")
        if not mark or not name.strip():
            raise Unreadable(_("应写成“优秀:90，良好:80，合格:60，不合格:0”"))
        bands.append(GradeBand(name.strip(), read_number(number)))
    return tuple(bands)


def read_policy(raw: str) -> NaPolicy:
    policy = next((one for one in NaPolicy if one == tidy(raw)), None)
    if policy is None:
        raise Unreadable(_("请写其中之一：%s") % "、".join(NaPolicy))
    return policy


def read_ties(raw: str) -> TieRule:
    if tidy(raw) != TieRule.SAME_RANK:
        raise Unreadable(_("请写：%s") % TieRule.SAME_RANK)
    return TieRule.SAME_RANK


def read_yes(raw: str) -> bool:
    if tidy(raw) not in ("是", "否"):
        raise Unreadable(_("请写“是”或“否”"))
    return tidy(raw) == "是"


def read_name(raw: str) -> str:
    if len(raw) > MOST_NAME:
        raise Unreadable(_("最多 %d 个字") % MOST_NAME)
    return raw


MOST_NAME = 100
NOTED = ("数据来源", "测评方法", "负责部门", "依据")
PLACEHOLDER = make_rule("constant", {})
SETTINGS: dict[str, Callable[[str], Any]] = {
    "名称": read_name,
    "年度": Whole(minimum=1900).read,
    "总分": read_number,
    "小数位": Whole(minimum=0).read,
    "不适用": read_policy,
    "等次": read_bands,
    "优秀比例": Ratio().read,
    "并列": read_ties,
    FREES_PLACE: read_yes,
}
