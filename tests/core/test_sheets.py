import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.sheets import (
    HEAD,
    MONEY,
    PLAIN,
    POINTS,
    TEXT,
    Book,
    Column,
    Formula,
    SheetMeta,
    read_table,
    sum_of,
    write_csv,
    write_table,
)
from core.sheets.text import clean_text
from tests.office import convert

META = SheetMeta(
    title="联创活动台账",
    filter_text="年度为 2026；状态为已采用",
    made_by="旗创建办 张三",
    made_at=datetime(2026, 3, 5, 2, 32, tzinfo=UTC),
    data_as_of=datetime(2026, 3, 5, 2, 30, tzinfo=UTC),
)
DEMO = SheetMeta(**{**META.__dict__, "is_demo": True})
COLUMNS = [
    Column("单位"),
    Column("编码"),
    Column("次数", "integer", total=True),
    Column("得分", "points", total=True),
    Column("金额", "money", total=True),
    Column("日期", "date"),
    Column("报送时间", "datetime"),
]
ROWS = [
    ["大沁他拉街道", 150525001, 3, Decimal("6.50"), Decimal("1200.05"), date(2026, 3, 5), None],
    ["八仙筒镇", "150525101", 4, Decimal("7.25"), Decimal("99.90"), None, META.made_at],
]


def written(meta=META, columns=COLUMNS, rows=ROWS):
    stream = io.BytesIO()
    write_table(stream, meta, columns, rows)
    return stream


def opened(stream, **options):
    return openpyxl.load_workbook(io.BytesIO(stream.getvalue()), **options)


def one_cell(value, style=TEXT):
    stream = io.BytesIO()
    with Book(stream, META) as book:
        book.sheet("表").put(1, 1, value, style)
    return opened(stream).active["A1"]


def test_write_table_says_what_it_is_above_the_head():
    sheet = opened(written()).active

    assert [sheet.cell(row, 1).value for row in (1, 2, 3)] == [
        "联创活动台账",
        "筛选条件：年度为 2026；状态为已采用",
        "制表：旗创建办 张三　制表时间：2026-03-05 10:32　数据截至：2026-03-05 10:30",
    ]
    assert [cell.value for cell in sheet[4]] == [column.label for column in COLUMNS]


def test_write_table_returns_the_number_of_rows():
    assert write_table(io.BytesIO(), META, COLUMNS, iter(ROWS)) == 2


def test_write_table_keeps_numbers_dates_and_codes_as_what_they_are():
    sheet = opened(written()).active

    assert [cell.value for cell in sheet[5]] == [
        "大沁他拉街道",
        "150525001",
        3,
        6.5,
        1200.05,
        datetime(2026, 3, 5),  # noqa: DTZ001 - spreadsheets know no zones
        None,
    ]
    assert sheet["G6"].value == datetime(2026, 3, 5, 10, 32)  # noqa: DTZ001
    assert [cell.number_format for cell in sheet[5]] == [
        "General",
        "General",
        "#,##0",
        "0.00##",
        "#,##0.00",
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm",
    ]
    assert sheet.column_dimensions["F"].width > 11


def test_write_table_sums_are_live_and_carry_their_value():
    stream = written()

    assert [cell.value for cell in opened(stream).active[7]] == [
        "合计",
        None,
        "=SUM(C5:C6)",
        "=SUM(D5:D6)",
        "=SUM(E5:E6)",
        None,
        None,
    ]
    sums = [cell.value for cell in opened(stream, data_only=True).active[7]]
    assert sums[2:5] == [7, 13.75, 1299.95]


def test_write_table_is_ready_for_screen_and_printer():
    sheet = opened(written()).active

    assert sheet.freeze_panes == "A5"
    assert sheet.auto_filter.ref == "A4:G6"
    assert sheet.print_title_rows == "$4:$4"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


def test_write_table_gives_long_text_the_lines_it_takes():
    rows = [["短"], ["民族团结进步" * 4], ["一\n二"]]

    sheet = opened(written(columns=[Column("概述", width=25)], rows=rows)).active

    assert [sheet.row_dimensions[row].height for row in (5, 6, 7)] == [None, 30, 30]


def test_write_table_without_rows_says_so():
    sheet = opened(written(rows=[])).active

    assert sheet["A5"].value == "没有符合条件的记录。"
    assert sheet.max_row == 5


def test_write_table_marks_demonstration_data():
    sheet = opened(written(DEMO)).active

    assert sheet["A1"].value == "联创活动台账（演示数据）"
    assert sheet.oddHeader.right.text == "演示数据"


def test_write_table_names_title_and_author_in_its_properties():
    properties = opened(written()).properties

    assert properties.title == "联创活动台账"
    assert properties.creator == "旗创建办 张三"


def test_write_table_refuses_a_row_of_another_length():
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        written(rows=[["大沁他拉街道"]])


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1", "＝1+1"])
def test_put_never_makes_a_formula_of_text(text):
    cell = one_cell(text)

    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)


def test_put_leaves_ordinary_text_unquoted():
    cell = one_cell("民族团结")

    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", "民族团结", False)


@pytest.mark.parametrize("streaming", [False, True])
def test_put_writes_text_that_looks_like_markup_as_text(streaming):
    text = '<r></is></c><c r="B9"><f>1+1</f></c></r>'
    stream = io.BytesIO()

    with Book(stream, META, streaming=streaming) as book:
        book.sheet("表").put(1, 1, text)

    sheet = opened(stream).active
    assert sheet["A1"].value == text + " "
    assert sheet["B9"].value is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "是"),
        (False, "否"),
        (None, None),
        ("", None),
        (Decimal("NaN"), "NaN"),
        (10**15, "1000000000000000"),
        (date(1899, 12, 31), "1899-12-31"),
        ("甲\x00乙\x1f丙\ud800", "甲乙丙"),
        ("第一行\r\n第二行", "第一行\n第二行"),
    ],
)
def test_put_shows_values_as_the_office_reads_them(value, shown):
    assert one_cell(value).value == shown


def test_put_gives_a_plain_date_its_format():
    assert one_cell(date(2026, 3, 5), PLAIN).number_format == "yyyy-mm-dd"


def test_clean_text_cuts_what_a_cell_cannot_hold_and_says_so():
    text = clean_text("字" * 32760 + "𬱖" * 10)

    assert len(text.encode("utf-16-le")) // 2 <= 32767
    assert text == "字" * 32752 + "……（超出单元格上限，以下略）"


def test_clean_text_keeps_the_longest_text_that_fits():
    assert clean_text("字" * 32767) == "字" * 32767


def test_book_makes_sheet_names_legal_and_unique():
    stream = io.BytesIO()

    with Book(stream, META) as book:
        for name in ("一/二:三", "一_二_三", "'引号'", "", "长" * 40, "长" * 50):
            book.sheet(name)

    assert opened(stream).sheetnames == [
        "一_二_三",
        "一_二_三(2)",
        "引号",
        "Sheet",
        "长" * 31,
        "长" * 28 + "(2)",
    ]


def test_book_without_a_sheet_is_still_a_workbook():
    stream = io.BytesIO()

    with Book(stream, META):
        pass

    assert opened(stream).sheetnames == ["联创活动台账"]


def test_book_builds_a_sheet_of_any_form():
    stream = io.BytesIO()

    with Book(stream, META) as book:
        sheet = book.sheet("考核", landscape=False)
        sheet.widths([10, 20])
        row = sheet.put_heading(2)
        sheet.merge(row, 1, row, 2, "指标", HEAD)
        sheet.put_row(row + 1, ["主题活动", Decimal("4")], POINTS)
        sheet.put_row(row + 2, ["标准化示范点", Decimal("2.5")], POINTS)
        sheet.put(row + 3, 2, sum_of(2, row + 1, row + 2, Decimal("6.5")), POINTS)
        sheet.put(row + 4, 2, Formula('IF(B7>=6,"良好","合格")', "良好"), POINTS)
        sheet.freeze(row + 1, 2)
        sheet.filter(row, 1, row + 2, 2)
        sheet.print_titles(1, row)

    page = opened(stream).active
    assert {str(block) for block in page.merged_cells.ranges} == {"A1:B1", "A4:B4"}
    assert (page["B7"].value, page["B8"].value) == ("=SUM(B5:B6)", '=IF(B7>=6,"良好","合格")')
    assert (page.freeze_panes, page.print_title_rows) == ("B5", "$1:$4")
    assert page.page_setup.orientation == "portrait"
    assert opened(stream, data_only=True).active["B8"].value == "良好"


def test_formulas_recalculate_to_the_values_stored_beside_them(tmp_path):
    stored = read_table(written())

    recalculated = read_table(convert(written().getvalue(), tmp_path))

    assert recalculated == stored
    assert recalculated[6][2:5] == [7, Decimal("13.75"), Decimal("1299.95")]


def test_formulas_are_live_whatever_value_is_stored(tmp_path):
    stream = io.BytesIO()
    with Book(stream, META) as book:
        sheet = book.sheet("表")
        sheet.put(1, 1, Decimal("1.10"), MONEY)
        sheet.put(2, 1, Decimal("2.20"), MONEY)
        sheet.put(3, 1, Formula("SUM(A1:A2)", 999), MONEY)

    recalculated = read_table(convert(stream.getvalue(), tmp_path))

    assert recalculated == [[Decimal("1.1")], [Decimal("2.2")], [Decimal("3.3")]]


def test_write_csv_has_a_byte_order_mark_and_guards_formulas():
    stream = io.BytesIO()
    rows = [["=1+1", "-5", -5, Decimal("1E+2"), None, date(2026, 3, 5), META.made_at]]

    count = write_csv(stream, DEMO, COLUMNS, rows)

    assert count == 1
    assert stream.getvalue().startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"))))
    assert lines[0] == ["联创活动台账（演示数据）"]
    assert lines[3] == [column.label for column in COLUMNS]
    assert lines[4] == ["'=1+1", "'-5", "-5", "100", "", "2026-03-05", "2026-03-05 10:32"]


def test_write_csv_writes_points_as_the_screens_show_them():
    stream = io.BytesIO()
    points = [Decimal("98.5000"), Decimal("100.0000"), Decimal("0.0000"), None]

    write_csv(stream, META, [Column("总分", "points")], [[one] for one in points])

    assert stream.getvalue().decode().splitlines()[-4:] == ["98.5", "100", "0", '""']


def test_write_csv_writes_booleans_in_words():
    stream = io.BytesIO()

    write_csv(stream, META, [Column("主题活动"), Column("联办")], [[True, False]])

    assert stream.getvalue().decode().splitlines()[-1] == "是,否"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.text(), st.integers(-(10**14), 10**14)), min_size=1, max_size=5))
@example([("\x7f", 1)])
def test_what_is_written_is_read_back(rows):
    stream = written(columns=[Column("文字"), Column("数", "integer")], rows=rows)

    read = read_table(stream)[4:]

    wanted = [[clean_text(text).strip() or None, number] for text, number in rows]
    assert [[text, number] for text, number in read] == wanted
