"""The ledgers: name → function that describes it (see `making.Made`)."""

import io
from datetime import UTC, datetime

from core.sheets import Column, SheetMeta, write_csv, write_table
from tests.corpus import writing as w
from tests.corpus.making import Made, Page
from tests.corpus.truth import KEYS, UNITS, VILLAGES, truth
from tests.corpus.writing import head, numbered, rows

LEDGERS = {}
SHORT = ("name", "kind", "place", "capacity")
DATED = ("name", "kind", "place", "valid_from", "valid_until")
TITLES = [["奈曼旗联创共建单位台账"], ["制表单位：旗创建办", None, None, "制表时间：2023年5月6日"]]
NOTES = [
    ["注：1.单位名称与公章一致。", None, None],
    ["2.乡镇填全称。"],
    ["填表人：张某", None, "审核人：李某", None, "联系电话：0475-0000000"],
]
MOMENT = datetime(2026, 3, 5, 2, 32, tzinfo=UTC)


def ledger(make):
    LEDGERS[make.__name__] = make
    return make


def simple(keys=SHORT, units=UNITS, before=(), after=(), changed=None, labels=None, **write):
    """One sheet: rows before the head, the head, the units, rows after them."""
    table = [*before, head(keys, **(labels or {})), *rows(units, keys, **write), *after]
    return [Page(table)], truth(units, keys, **(changed or {}))


def month(key):
    return lambda unit: unit[key] and unit[key].replace(day=1)


@ledger
def every_column():
    return Made(*simple(KEYS))


@ledger
def title_rows():
    return Made(*simple(before=TITLES, units=UNITS))


@ledger
def merged_titles_and_notes():
    [page], expected = simple(before=TITLES, after=NOTES)
    return Made([Page(page.rows, merged=("A1:D1", "A2:C2", "A11:D11"))], expected)


@ledger
def head_in_row_12():
    advice = [
        ["填报说明"],
        *[[f"{number}.单位名称、乡镇等按实际填写。"] for number in range(1, 11)],
    ]
    return Made(*simple(before=advice))


@ledger
def two_row_head():
    keys = ("place", "name", "kind", "valid_from", "valid_until", "offers")
    upper = ["序号", "乡镇", "单位", None, "起止时间", None, "资源", "备注"]
    lower = [None, None, "全称", "类型", "成立日期", "撤并日期", "可提供资源", None]
    table = [["单位台账"], upper, lower, *numbered(rows(UNITS, keys, valid_from=w.dotted))]
    merged = ("A1:H1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "H2:H3")
    return Made([Page(table, merged=merged)], truth(UNITS, keys))


def grouped(suffix):
    """Townships merged over their villages, a subtotal below each, a total at the end."""
    first = [unit | {"place": "八仙筒镇"} for unit in VILLAGES]
    last = [unit | {"place": "新镇", "name": f"新镇{unit['name']}"} for unit in VILLAGES[:2]]
    keys = ("place", "name", "kind", "capacity")
    table = [["嘎查村台账"], head(keys), *rows(first, keys), ["小计", None, "3个", 6]]
    table += [
        *rows(last, keys),
        ["新镇小计", None, None, 3],
        ["合  计", "5个", None, "=SUM(D3:D5)"],
    ]
    for row in (3, 4, 7):
        table[row][0] = None
    page = Page(table, merged=("A1:D1", "A3:A5", "A7:A8"))
    return Made([page], truth([*first, *last], keys), suffix=suffix)


@ledger
def totals_and_merged_townships():
    return grouped("xlsx")


@ledger
def totals_and_merged_townships_in_an_old_workbook():
    return grouped("xls")


@ledger
def totals_and_merged_townships_in_an_open_document():
    return grouped("ods")


@ledger
def full_width_digits():
    keys = ("name", "kind", "valid_from", "capacity")
    return Made(*simple(keys, capacity=w.wide, valid_from=lambda day: w.wide(w.dotted(day))))


@ledger
def dates_with_dots():
    return Made(*simple(DATED, valid_from=w.dotted, valid_until=w.slashed))


@ledger
def dates_in_words():
    return Made(*simple(DATED, valid_from=w.in_words, valid_until=w.in_han))


@ledger
def months_only():
    changed = {key: month(key) for key in ("valid_from", "valid_until")}
    pages, expected = simple(
        DATED, changed=changed, valid_from=w.month_in_words, valid_until=w.month_dotted
    )
    return Made(pages, expected)


@ledger
def dates_as_numbers():
    return Made(*simple(DATED, valid_from=w.serial, valid_until=w.serial_text))


@ledger
def dates_as_packed_digits():
    return Made(*simple(DATED, valid_from=w.packed, valid_until=w.packed))


@ledger
def dates_as_dates_in_an_old_workbook():
    pages, expected = simple(DATED, before=TITLES, valid_from=w.as_date, valid_until=w.as_date)
    return Made(pages, expected, suffix="xls")


@ledger
def dates_as_dates_in_an_open_document():
    pages, expected = simple(DATED, before=TITLES, valid_from=w.as_date, valid_until=w.in_han)
    return Made(pages, expected, suffix="ods")


@ledger
def head_on_every_page():
    keys = ("name", "kind", "place", "is_willing")
    pages = [["创建主体一览表"], ["序号", *head(keys)]]
    table = [*pages, *numbered(rows(UNITS[:3], keys)), ["本页小计", 3], [], *pages]
    table += numbered(rows(UNITS[3:], keys, is_willing=w.ticked), first=4)
    return Made([Page(table)], truth(UNITS, keys))


@ledger
def blank_rows_and_columns():
    keys = ("name", "place", "is_willing")
    table = [[], [None, *head(keys)], []]
    for row in rows(UNITS, keys, is_willing=w.lettered):
        table += [[None, row[0], None, *row[1:], None], [None, " ", None]]
    table[1].insert(2, None)
    return Made([Page(table)], truth(UNITS, keys))


@ledger
def sections_column_numbers_and_an_example():
    keys = ("name", "kind", "place")
    table = [["序号", *head(keys)], ["甲", 1, 2, 3], ["示例", "某某村委会", "嘎查村", "某某镇"]]
    table += [["一、苏木乡镇"], *numbered(rows(UNITS[:4], keys)), ["（二）旗直单位及企业"]]
    table += [*numbered(rows(UNITS[4:], keys)), [8], [9]]
    return Made([Page(table)], truth(UNITS, keys), suffix="ods")


@ledger
def wrong_sheet_first_of_three():
    [page], expected = simple(before=TITLES)
    reply = Page([["填报要求"], ["单位名称", "必须与公章一致"], ["乡镇", "填全称"]], "填报要求")
    words = Page([["类型"], *[[label] for label in ("嘎查村", "社区", "学校") * 9]], "选项")
    return Made([reply, words, page], expected)


@ledger
def hidden_sheets():
    [page], expected = simple()
    [old], _expected = simple(units=VILLAGES * 5)
    pages = [
        Page(old.rows, "去年", state="hidden"),
        page,
        Page(old.rows, "底稿", state="veryHidden"),
    ]
    return Made(pages, expected)


@ledger
def hidden_sheets_in_an_old_workbook():
    pages, expected = hidden_sheets().pages, hidden_sheets().truth
    return Made(pages[:2], expected, suffix="xls")


@ledger
def leading_apostrophes():
    write = dict.fromkeys(("name", "place", "capacity", "kind"), w.apostrophe)
    return Made(*simple(**write))


@ledger
def line_breaks_and_marks_in_the_head():
    labels = {"name": "＊单 位\n名 称\n（与公章一致）", "kind": "单位性质*（必填）"}
    labels |= {"place": "【选填】所在\n乡镇：", "capacity": "带动能力（家）"}
    return Made(*simple(labels=labels, before=TITLES[:1], capacity=w.with_unit))


@ledger
def numbers_in_words():
    keys = ("name", "kind", "capacity")
    table = [head(keys), *rows(UNITS[:3], keys, capacity=w.about)]
    table += rows(UNITS[3:], keys, capacity=w.in_chinese)
    return Made([Page(table)], truth(UNITS, keys))


@ledger
def names_drawn_apart():
    return Made(*simple(name=w.spaced, place=w.broken, kind=w.full_kind))


@ledger
def other_names_of_units():
    """What the matching has to see through comes out as it stands."""
    names = ["奈曼旗八仙筒镇", "八仙筒镇胜利村民委员会", "东明嘎查", "诺恩吉雅社区（居委会）"]
    names += ["教育体育局", "第九中学", "沙地食品公司"]
    units = [unit | {"name": name} for unit, name in zip(UNITS, names, strict=True)]
    return Made(*simple(units=units, labels={"name": "村（社区）"}, place=w.broken))


@ledger
def lists_in_one_cell():
    keys = ("name", "offers", "needs", "former_names")
    write = {"offers": w.by_lines, "needs": w.by_semicolons, "former_names": w.by_commas}
    return Made(*simple(keys, **write))


@ledger
def cells_to_be_refused():
    keys = ("name", "valid_from", "capacity", "is_willing")
    table = [head(keys), *rows(UNITS, keys)]
    wrong = [(2, 1, "5/6/2023"), (3, 1, "2023年13月"), (4, 1, 2023), (5, 2, "若干"), (6, 3, "再议")]
    wrong += [(7, 2, "#REF!"), (8, 2, "=1+1")]
    expected, faults = truth(UNITS, keys), []
    for row, column, cell in wrong:
        table[row - 1][column] = cell
        expected[row - 2].pop(keys[column], None)
        faults.append((row, keys[column]))
    return Made([Page(table)], expected, faults)


@ledger
def errors_of_formulas_in_an_old_workbook():
    keys = ("name", "place", "capacity")
    table = [head(keys), *rows(UNITS, keys)]
    table[2][2], table[3][2], table[4][2] = "=1/0", "=VLOOKUP(9,C1:C2,1,0)", "=1+2"
    expected = truth(UNITS, keys)
    for index in (1, 2):
        del expected[index]["capacity"]
    return Made([Page(table)], expected, [(3, "capacity"), (4, "capacity")], suffix="xls")


@ledger
def text_with_commas():
    pages, expected = simple(KEYS, before=TITLES, valid_from=w.dotted, offers=w.by_lines)
    return Made(pages, expected, suffix="csv")


@ledger
def text_in_gb18030():
    pages, expected = simple(DATED, before=TITLES, after=NOTES, valid_from=w.in_words)
    return Made(pages, expected, suffix="csv", encoding="gb18030")


@ledger
def text_in_utf_16_with_tabs():
    pages, expected = simple(KEYS, name=w.broken)
    return Made(pages, expected, suffix="csv", encoding="utf-16", delimiter="\t")


@ledger
def text_with_semicolons():
    pages, expected = simple(KEYS, offers=w.by_commas)
    return Made(pages, expected, suffix="csv", encoding="utf-8", delimiter=";")


@ledger
def text_with_tabs_called_an_old_workbook():
    pages, expected = simple(DATED, valid_from=w.packed)
    return Made(pages, expected, suffix="xls", kind="csv", encoding="gb18030", delimiter="\t")


@ledger
def two_row_head_as_text():
    made = two_row_head()
    return Made(made.pages, made.truth, suffix="csv", encoding="gb18030")


@ledger
def two_row_head_in_an_open_document():
    made = two_row_head()
    return Made(made.pages, made.truth, suffix="ods")


def exported(write, suffix):
    """As our own export writes it: three lines above the head, 其他名称 and 核实 among the rest."""
    meta = SheetMeta("单位名册", "类型为学校", "旗创建办 张某", MOMENT, MOMENT)
    keys = ("name", "short_name", "kind", "place", "valid_from", "capacity", "is_willing")
    labels = ["全称", "简称", "类型", "所在苏木乡镇或市", "成立或启用日期", "带动能力", "愿意结对"]
    columns = [
        Column(label, {4: "date", 5: "integer"}.get(at, "text")) for at, label in enumerate(labels)
    ]
    units = [
        [unit[key] if key in ("valid_from", "is_willing") else w.plain(unit[key]) for key in keys]
        for unit in UNITS
    ]
    stream = io.BytesIO()
    write(stream, meta, columns, units)
    return Made([], truth(UNITS, keys), suffix=suffix, content=stream.getvalue())


@ledger
def our_own_export():
    return exported(write_table, "xlsx")


@ledger
def our_own_export_as_text():
    return exported(write_csv, "csv")
