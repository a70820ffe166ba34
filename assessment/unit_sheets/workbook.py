"""Assessment sheets as .xlsx: points as numbers, every sum a live formula that can be checked."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from io import BytesIO
from itertools import groupby

from django.utils.translation import gettext as _

from assessment.rules import Role, plain
from assessment.rules.arithmetic import exact, round_half_up
from assessment.scoring import NaPolicy, VetoKind
from assessment.scoring.sheet import Sheet as SchemeSheet
from assessment.unit_sheets.sheet import SheetRow, UnitSheet
from core.sheets import (
    CENTRED,
    HEAD,
    INTEGER,
    NOTE,
    POINTS,
    TEXT,
    TITLE,
    Book,
    Formula,
    Sheet,
    SheetMeta,
    Style,
    cell_name,
    lines_needed,
)

WIDTHS = (9, 30, 8, 30, 12, 9, 8, 56)
POINTS_COLUMN = 6
HEAD_ROW = 4
LINE_POINTS = 15
FORMULA_DECIMALS = 12
# What is taken off or added reads so, and stays a positive number for the sums.
SIGNED = {Role.DEDUCTION: '"−"0.00##;-0.00##;0.00##', Role.BONUS: '"+"0.00##;-0.00##;0.00##'}
STRONG = Style(bold=True, wrap=True, fill="#F5F7F9")
STRONG_POINTS = Style(bold=True, fill="#F5F7F9", number_format=POINTS.number_format)


@dataclass
class Place:
    """Where the figures of one unit stand in the workbook."""

    sheet: str
    unit: UnitSheet
    rows: dict[str, int] = field(default_factory=dict)

    def formula(self, key: str, value: Decimal) -> Formula:
        """A reference to the points of a line, or to base, bonus, deduction, total."""
        name = self.sheet.replace("'", "''")
        return Formula(f"'{name}'!{cell_name(self.rows[key], POINTS_COLUMN)}", value)


def sheet_workbook(unit: UnitSheet, meta: SheetMeta) -> bytes:
    """One unit's sheet."""
    stream = BytesIO()
    with Book(stream, meta) as book:
        put_unit(book, unit)
    return stream.getvalue()


def put_unit(book: Book, unit: UnitSheet) -> Place:
    """A sheet of its own for the unit; returns where its figures stand."""
    sheet = book.sheet(unit.unit)
    place = Place(sheet.name, unit)
    sheet.widths(WIDTHS)
    _put_heading(sheet, unit)
    for row, line in enumerate(unit.rows, HEAD_ROW + 1):
        place.rows[line.line.code] = row
    for line in unit.rows:
        _put_line(sheet, place, line)
    _put_totals(sheet, place)
    return place


def _put_heading(sheet: Sheet, unit: UnitSheet) -> None:
    meta = sheet.book.meta
    title = _("%s（演示数据）") % unit.title if meta.is_demo else unit.title
    words = {"unit": unit.unit, "group": unit.result.unit.group, "state": state_words(unit)}
    sheet.merge(1, 1, 1, len(WIDTHS), title, TITLE)
    sheet.height(1, 30)
    sheet.put(2, 1, _("单位：%(unit)s　考核分组：%(group)s　%(state)s") % words, NOTE)
    sheet.put(3, 1, meta.lines()[1], NOTE)
    titles = (
        _("编码"), _("指标"), _("分值"), _("赋分办法"), _("数据"), _("得分"), _("依据条数"),
        _("怎样得分"),
    )  # fmt: skip
    sheet.put_row(HEAD_ROW, titles, HEAD)
    sheet.freeze(HEAD_ROW + 1, 3)
    sheet.print_titles(HEAD_ROW, HEAD_ROW)


def state_words(unit: UnitSheet) -> str:
    """第 2 次计算，初步结果，未审定."""
    state = unit.standing.label
    return _("第 %(number)s 次计算，%(state)s") % {"number": unit.run.number, "state": state}


def _put_line(sheet: Sheet, place: Place, row: SheetRow) -> None:
    number, line = place.rows[row.line.code], row.line
    text = TEXT if line.is_leaf else STRONG
    figure = POINTS if line.is_leaf else STRONG_POINTS
    counted = replace(figure, number_format=SIGNED.get(line.role, figure.number_format))
    sheet.put(number, 1, line.code, text)
    sheet.put(number, 2, "　" * line.depth + line.name, text)
    sheet.put(number, 3, line.obtainable, figure)
    sheet.put(number, 4, row.rule, text)
    sheet.put(number, 5, row.value, CENTRED if line.is_leaf else text)
    sheet.put(number, 6, _points(place, row), counted)
    sheet.put(number, 7, row.evidence, INTEGER if line.is_leaf else text)
    sheet.put(number, 8, row.sentence, text)
    lines = max(lines_needed(row.rule, WIDTHS[3]), lines_needed(row.sentence, WIDTHS[7]))
    sheet.height(number, LINE_POINTS * lines + 3)


def _points(place: Place, row: SheetRow) -> object:
    """A leaf's points are a number; a branch is the sum of its parts under its cap."""
    line = row.line
    if line.points is None:
        return _("不适用")
    parts = place.unit.parts(row)
    if line.is_leaf or not parts:
        return line.points
    text = f"MIN({_sum(place, parts)},{plain(line.full)})"
    if line.weight is not None:
        ratio = f"{text}*{plain(line.weight)}/{plain(line.full)}"
        text = f"MIN(ROUND({ratio},{place.unit.spec.decimals}),{plain(line.weight)})"
    return Formula(text, line.points)


def _sum(place: Place, rows: Iterable[SheetRow]) -> str:
    """SUM over the points of these rows, neighbours joined into spans."""
    numbers = sorted(place.rows[row.line.code] for row in rows)
    spans = []
    for _key, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        block = [number for _place, number in run]
        first, last = cell_name(block[0], POINTS_COLUMN), cell_name(block[-1], POINTS_COLUMN)
        spans.append(first if first == last else f"{first}:{last}")
    return f"SUM({','.join(spans)})" if spans else "0"


def _put_totals(sheet: Sheet, place: Place) -> None:
    unit = place.unit
    result, first = unit.result, HEAD_ROW + len(unit.rows) + 1
    lines: list[tuple[str, str, Formula]] = []

    def add(key: str, label: str, text: str, value: Decimal) -> str:
        place.rows[key] = first + len(lines)
        lines.append((key, label, Formula(text, value)))
        return cell_name(place.rows[key], POINTS_COLUMN)

    earned = add("earned", _("基础分合计"), _sum(place, unit.tops(Role.BASE)), result.earned)
    base = earned
    if conversion := _conversion(unit, earned):
        base = add("base", _("按适用分值折算的基础分"), conversion, result.base)
    place.rows.setdefault("base", place.rows["earned"])
    bonus = add("bonus", _("加分"), _sum(place, unit.tops(Role.BONUS)), result.bonus)
    taken = add("deduction", _("扣分"), _sum(place, unit.tops(Role.DEDUCTION)), result.deduction)
    sum_text = f"ROUND({base}+{bonus}-{taken},{unit.spec.decimals})"
    if any(veto.kind is VetoKind.TOTAL for veto in result.vetoes):
        subtotal = add("subtotal", _("小计"), sum_text, result.subtotal)
        sum_text = f"{subtotal}*0"
        add("total", _("总分（一票否决，计 0 分）"), sum_text, result.total)
    else:
        add("total", _("总分"), sum_text, result.total)
    for offset, (_key, label, formula) in enumerate(lines):
        _put_total(sheet, first + offset, label, formula)
    _put_words(sheet, first + len(lines), unit)


def _conversion(unit: UnitSheet, earned: str) -> str:
    """What the scheme's policy makes of the earned points where not all indicators apply."""
    spec, result = unit.spec, unit.result
    if result.obtainable == spec.total or spec.na_policy is NaPolicy.ZERO:
        return ""
    whole, mine = plain(spec.total), plain(_obtainable(unit))
    if spec.na_policy is NaPolicy.FULL:
        return f"ROUND({earned}+{whole}-{mine},{spec.decimals})"
    return f"ROUND({earned}*{whole}/{mine},{spec.decimals})"


def _obtainable(unit: UnitSheet) -> Decimal:
    """As fine as a spreadsheet counts; the stored result has only what people read."""
    with exact():
        applicable = SchemeSheet(unit.spec).for_kind(unit.result.unit.kind).total
        return round_half_up(applicable, FORMULA_DECIMALS)


def _put_total(sheet: Sheet, row: int, label: str, formula: Formula) -> None:
    sheet.merge(row, 1, row, POINTS_COLUMN - 1, label, STRONG)
    sheet.put(row, POINTS_COLUMN, formula, STRONG_POINTS)
    sheet.put(row, 7, None, STRONG)
    sheet.put(row, 8, None, STRONG)


def _put_words(sheet: Sheet, row: int, unit: UnitSheet) -> None:
    words = [unit.total_sentence, unit.share_sentence]
    if unit.shows_rank:
        words.append(unit.grade_sentence)
    words += unit.veto_notes
    for offset, sentence in enumerate(words):
        sheet.merge(row + offset, 1, row + offset, len(WIDTHS), f"{sentence}。", TEXT)
        sheet.height(row + offset, LINE_POINTS * lines_needed(sentence, sum(WIDTHS)) + 3)
