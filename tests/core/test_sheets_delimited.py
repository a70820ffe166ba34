import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RuleError
from core.sheets import Column, SheetMeta, SheetRows, Workbook, open_workbook, write_csv

TABLE = [
    ["单位名称", "乡镇", "备注"],
    ["甲村", "八仙筒镇", "第一行\n第二行，“引号”"],
    ["乙村", None, "a,b;c\td"],
]
NO_TABLE = "这个文件不是 Excel 表格；请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"
WEB_PAGE = "这个文件其实是网页，不是表格；请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"


def opened(content, **bounds):
    return open_workbook(io.BytesIO(content), **bounds)


def refused(content, **bounds):
    with pytest.raises(RuleError) as caught:
        opened(content, **bounds)
    return caught.value.message


def delimited(mark, line_end="\r\n"):
    rows = [[f'"{value or ""}"'.replace("\n", line_end) for value in row] for row in TABLE]
    return line_end.join(mark.join(row) for row in rows) + line_end


@pytest.mark.parametrize("mark", [",", "\t", ";"], ids=["comma", "tab", "semicolon"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old mac"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-be bom"]
)
def test_open_workbook_reads_text_tables_of_every_make(encoding, line_end, mark):
    text = delimited(mark, line_end)
    if encoding == "utf-16-be bom":
        content = b"\xfe\xff" + text.encode("utf-16-be")
    else:
        content = text.encode(encoding)

    book = opened(content)

    rows = [[value and value.replace("\n", line_end) for value in row] for row in TABLE]
    assert book == Workbook("csv", [SheetRows("表格", rows)])


def test_open_workbook_reads_a_text_table_of_one_column():
    assert opened("单位名称\n甲村\n乙村\n".encode()).sheets[0].rows == [
        ["单位名称"],
        ["甲村"],
        ["乙村"],
    ]


def test_open_workbook_counts_the_rows_of_a_text_table_as_excel_does():
    content = 'sep=;\r\n台账;;\r\n\r\n单位;乡镇;\r\n"甲\n乙";丙;1,5\r\n;;\r\n'.encode("utf-8-sig")

    assert opened(content).sheets[0].rows == [
        ["台账", None, None],
        [],
        ["单位", "乡镇", None],
        ["甲\n乙", "丙", "1,5"],
    ]


def test_open_workbook_keeps_a_told_delimiter_that_it_does_not_know():
    assert opened("sep=|\n甲|乙\n".encode()).sheets[0].rows == [["sep=|"], ["甲|乙"]]


def test_open_workbook_takes_excels_way_of_keeping_zeros_for_text():
    assert opened('编码,名称\n="0012",甲\n'.encode()).sheets[0].rows[1] == ["0012", "甲"]


def test_open_workbook_takes_the_end_mark_of_old_programs_for_none():
    assert opened("编码,名称\n1,甲\n\x1a".encode()).sheets[0].rows == [
        ["编码", "名称"],
        ["1", "甲"],
    ]


def test_open_workbook_reads_what_write_csv_wrote():
    stream = io.BytesIO()
    moment = datetime(2026, 3, 5, 2, 32, tzinfo=UTC)
    meta = SheetMeta("单位名册", "", "旗创建办", moment, moment)
    write_csv(stream, meta, [Column("全称"), Column("带动能力", "integer")], [["=甲", 3]])

    assert opened(stream.getvalue()).sheets[0].rows[3:] == [["全称", "带动能力"], ["'=甲", "3"]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a,b\x00c\n", NO_TABLE),
        (b"a,b\x01c\n", NO_TABLE),
        (b"\xff\xfea\x00,\x00\x00\xd8", NO_TABLE),
        (b"\xef\xbb\xbfa,\xff\n", NO_TABLE),
        (b"a,\xff\xff\n", NO_TABLE),
        (b"<html><table></table></html>", WEB_PAGE),
        (b"\xef\xbb\xbf \r\n<TABLE border=1><tr><td>1</td></tr></TABLE>", WEB_PAGE),
        (b'<?xml version="1.0"?><Workbook></Workbook>', WEB_PAGE),
        (b" , ,\n,,\n", "表格里没有内容，请填写后再上传。"),
        (b"x" * 300_000, "文件里有一个单元格过长，读不下去；请另存为 .xlsx 后再上传。"),
        (b'a,"' + b"b\n" * 150_000, "文件里有一个单元格过长，读不下去；请另存为 .xlsx 后再上传。"),
        (b"," * 600, "文件的列过多；请删去右侧多余的列后重新上传。"),
        ((b"," * 449 + b"\n") * 7_000, "文件的列过多；请删去右侧多余的列后重新上传。"),
    ],
)
def test_open_workbook_refuses_text_that_is_no_table(content, sentence):
    assert refused(content) == sentence


def test_open_workbook_refuses_a_text_table_of_too_many_rows():
    assert refused("甲,乙\n".encode() * 6, max_rows=5) == "文件超过 5 行；请分成几份上传。"
    assert len(opened("甲,乙\n".encode() * 5 + b",\n" * 100, max_rows=5).sheets[0].rows) == 5


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_bring_the_reading_down(content):
    # Workbooks have their own process and their own tests.
    content = b"," + content

    try:
        book = opened(content)
    except RuleError as caught:
        book = caught.message

    assert book.endswith("。") if isinstance(book, str) else book.kind == "csv"
