import io
import re
import struct
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest

from core.errors import RuleError
from core.sheets import Book, Column, Formula, SheetMeta, SheetRows, open_workbook, write_table
from core.sheets.extract import _xls_stream, extract
from tests.imports import workbook
from tests.office import convert

META = SheetMeta(
    title="联创活动台账",
    filter_text="",
    made_by="旗创建办",
    made_at=datetime(2026, 3, 5, 2, 32, tzinfo=UTC),
    data_as_of=datetime(2026, 3, 5, 2, 30, tzinfo=UTC),
)


def refused(content, **bounds):
    with pytest.raises(RuleError) as caught:
        open_workbook(io.BytesIO(content), **bounds)
    return caught.value.message


ODD_CELLS = {"A2": "=1+1", "B2": "#REF!", "C2": "=1/0", "A3": "=VLOOKUP(1,D1:E2,2,0)", "B3": "有"}


def odd_workbook():
    book = openpyxl.Workbook()
    book.active.title = "A&B<“”>"
    book.active["A1"] = "台账"
    book.active.merge_cells("A1:C1")
    book.active.merge_cells("D2:D3")
    book.active["D2"] = "合"
    for place, value in ODD_CELLS.items():
        book.active[place] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream


def rewritten(content, part, change):
    """The workbook with one part of it changed as text."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()) if name == part else text)
    return stream.getvalue()


def prefixed(markup):
    """The same markup as programs write it that give every name a prefix."""
    markup = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", markup)
    return markup.replace(" xmlns=", " xmlns:x=", 1)


SHEET = "xl/worksheets/sheet1.xml"


def test_open_workbook_takes_200000_formatted_blank_rows_for_nothing():
    book = openpyxl.Workbook()
    book.active.append(["单位名称", "乡镇"])
    stream = io.BytesIO()
    book.save(stream)
    blank = "".join(
        f'<row r="{row}"><c r="A{row}" s="0"/><c r="B{row}" s="0"/></row>'
        for row in range(2, 200_002)
    )
    content = rewritten(
        stream.getvalue(),
        SHEET,
        lambda markup: markup.replace("</sheetData>", f"{blank}</sheetData>"),
    )

    assert open_workbook(io.BytesIO(content)).sheets == [SheetRows("Sheet", [["单位名称", "乡镇"]])]


def test_open_workbook_takes_200000_blank_rows_of_an_open_document_for_nothing(odd_files):
    blank = "<table:table-row><table:table-cell/><table:table-cell/></table:table-row>" * 200_000
    content = rewritten(
        odd_files["ods"].read_bytes(),
        "content.xml",
        lambda markup: markup.replace("</table:table>", f"{blank}</table:table>", 1),
    )

    [sheet] = open_workbook(io.BytesIO(content)).sheets

    assert len(sheet.rows) == 3


def test_open_workbook_takes_rows_of_formulas_that_show_nothing_for_nothing():
    sheets = {"台账": " ", "远": "完"}
    stream = io.BytesIO()
    with Book(stream, META) as book:
        for name, last in sheets.items():
            page = book.sheet(name)
            page.put(2, 2, "单位")
            for row in range(3, 400):
                page.put(row, 3, Formula('IF(1," ","")', last if row == 200 else " "))

    read = open_workbook(stream, max_rows=210)

    assert read.sheets[0].rows == [[], [None, "单位"]]
    assert read.sheets[1].rows[199] == [None, None, "完"]
    assert refused(stream.getvalue(), max_rows=150) == (
        "工作表“远”有 200 行，一次最多 150 行；请分成几份上传。"
    )


def test_open_workbook_tells_formulas_that_were_never_computed():
    [sheet] = open_workbook(odd_workbook()).sheets

    assert sheet.formulas_without_value == {(2, 1), (2, 3), (3, 1)}
    assert sheet.rows[1:] == [[None, "#REF!", None, "合"], [None, "有", None, None]]
    assert sorted(sheet.merged) == [(1, 1, 1, 3), (2, 4, 3, 4)]


@pytest.fixture(scope="module")
def odd_files(tmp_path_factory):
    """Suffix → path of the same odd workbook, computed and saved by an office program."""
    files = {}
    for suffix in ("xlsx", "xls", "ods"):
        folder = tmp_path_factory.mktemp(suffix)
        files[suffix] = folder / f"odd.{suffix}"
        files[suffix].write_bytes(convert(odd_workbook().getvalue(), folder, suffix).getvalue())
    return files


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_open_workbook_shows_the_errors_of_formulas(suffix, odd_files):
    book = open_workbook(io.BytesIO(odd_files[suffix].read_bytes()))

    [sheet] = book.sheets
    assert (book.kind, sheet.name) == (suffix, "A&B<“”>")
    assert sheet.rows[1][:4] == [2, "#REF!", "#DIV/0!", "合"]
    assert sheet.rows[2][:2] == ["#N/A", "有"]
    assert sorted(sheet.merged) == [(1, 1, 1, 3), (2, 4, 3, 4)]
    assert sheet.formulas_without_value == set()


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_extract_finds_what_the_markup_says(suffix, odd_files):
    [sheet] = extract(str(odd_files[suffix]), 100)["sheets"]

    assert sheet["rows"][1][:4] == [2.0, "#REF!", "#DIV/0!", "合"]
    assert sorted(sheet["merged"]) == [(1, 1, 1, 3), (2, 4, 3, 4)]
    assert sheet["unvalued"] == set()


def test_extract_tells_open_documents_that_were_never_computed(odd_files, tmp_path):
    path = tmp_path / "never.ods"
    formula = '<table:table-cell table:formula="of:=1+1"/>'
    repeated = '<table:table-cell table:number-columns-repeated="2"/>'
    comment = "<office:annotation><text:p>评</text:p></office:annotation></table:table-cell>"
    row = f"<table:table-row>{repeated}{formula}{formula[:-2]}>{comment}</table:table-row>"
    path.write_bytes(
        rewritten(
            odd_files["ods"].read_bytes(),
            "content.xml",
            lambda markup: markup.replace("<table:table-row", f"{row}<table:table-row", 1),
        )
    )

    [sheet] = extract(str(path), 100)["sheets"]

    assert sheet["unvalued"] == {(1, 3), (1, 4)}
    assert sorted(sheet["merged"]) == [(2, 1, 2, 3), (3, 4, 4, 4)]


def test_extract_finds_large_streams_as_well_as_small_ones(tmp_path):
    book = openpyxl.load_workbook(odd_workbook())
    for row in range(4, 400):
        book.active.append([f"第{row}行", row])
    stream = io.BytesIO()
    book.save(stream)
    path = tmp_path / "large.xls"
    path.write_bytes(convert(stream.getvalue(), tmp_path, "xls").getvalue())

    [sheet] = extract(str(path), 1000)["sheets"]

    assert sheet["rows"][1][:4] == [2.0, "#REF!", "#DIV/0!", "合"]


def test_extract_follows_tables_that_no_longer_fit_into_the_header(odd_files):
    content = odd_files["xls"].read_bytes()
    table_at = struct.unpack_from("<I", content, 76)[0]
    moved = content + struct.pack("<128I", table_at, *[0xFFFFFFFF] * 126, 0xFFFFFFFE)
    last = len(content) // 512 - 1

    found = _xls_stream(moved[:68] + struct.pack("<3I", last, 1, 0xFFFFFFFF) + moved[80:])

    assert found == _xls_stream(content)
    assert len(found) > 1000


@pytest.mark.parametrize(
    ("sheets", "row", "found"),
    [
        (51, ["甲"], {"fault": "sheets"}),
        (1, ["甲"] * 501, {"fault": "columns", "sheet": "1"}),
        (1, [None, None, *["甲"] * 499], {"fault": "columns", "sheet": "1"}),
    ],
)
def test_extract_bounds_sheets_and_columns(sheets, row, found, tmp_path):
    book = openpyxl.Workbook()
    for number in range(1, sheets + 1):
        book.create_sheet(str(number)).append(row)
    book.remove(book["Sheet"])
    path = tmp_path / "wide.xlsx"
    book.save(path)

    assert extract(str(path), 100) == found


@pytest.fixture
def alone(tmp_path):
    """Errors below and beside the table, where nothing else is."""
    book = openpyxl.Workbook()
    book.active.append(["单位", "=1/0"])
    book.active["C4"] = "#N/A"
    book.create_sheet("宽")["SH1"] = "#REF!"
    book.create_sheet("隐藏").append(["=1+1"])
    book["隐藏"].sheet_state = "hidden"
    path = tmp_path / "errors.xlsx"
    book.save(path)
    return path


def test_extract_bounds_errors_as_it_bounds_values(alone):
    assert extract(str(alone), 3) == {"fault": "rows", "sheet": "Sheet", "rows": 4}
    assert extract(str(alone), 4) == {"fault": "columns", "sheet": "宽"}


def test_extract_keeps_errors_that_stand_alone(alone):
    book = openpyxl.load_workbook(alone)
    book.remove(book["宽"])
    book.save(alone)

    [sheet] = extract(str(alone), 4)["sheets"]

    assert sheet["rows"] == [["单位", "", ""], ["", "", ""], ["", "", ""], ["", "", "#N/A"]]
    assert sheet["unvalued"] == {(1, 2)}


def test_extract_tells_an_old_workbook_with_a_password(odd_files, tmp_path):
    content = bytearray(odd_files["xls"].read_bytes())
    first_record = content.index(struct.pack("<HH", 0x809, 16))
    # What follows the beginning of the stream says how the rest is encrypted.
    struct.pack_into("<H", content, first_record + 20, 0x2F)
    path = tmp_path / "password.xls"
    path.write_bytes(content)

    assert extract(str(path), 100) == {"fault": "password"}


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_extract_says_what_it_cannot_read(suffix, odd_files, tmp_path):
    path = tmp_path / f"half.{suffix}"
    path.write_bytes(odd_files[suffix].read_bytes()[:2000])

    assert extract(str(path), 100) == {"fault": "broken"}


def test_open_workbook_reads_markup_with_prefixes():
    content = rewritten(odd_workbook().getvalue(), SHEET, prefixed)

    [sheet] = open_workbook(io.BytesIO(content)).sheets

    assert sheet.formulas_without_value == {(2, 1), (2, 3), (3, 1)}
    assert sheet.rows[1][1] == "#REF!"


@pytest.mark.parametrize(
    "change",
    [
        lambda markup: markup.replace('<c r="A2">', "<c>"),
        lambda markup: markup.replace('<c r="A2">', '<c s="0">'),
    ],
)
def test_open_workbook_refuses_uncomputed_formulas_without_a_place(change):
    content = rewritten(odd_workbook().getvalue(), SHEET, change)

    assert refused(content) == (
        "工作表“A&B<“”>”里有许多公式没有算出结果；请用 WPS 或 Excel 打开，保存后再上传。"
    )


def test_open_workbook_of_nothing_but_uncomputed_formulas_tells_them():
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    stream = io.BytesIO()
    book.save(stream)

    assert open_workbook(stream).sheets == [SheetRows("Sheet", [], [], {(1, 1)})]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_open_workbook_refuses_a_workbook_with_a_broken_part(part):
    content = rewritten(odd_workbook().getvalue(), part, lambda markup: markup[:-20])

    assert refused(content) == (
        "表格打不开，可能已损坏；请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"
    )


def test_open_workbook_refuses_an_encrypted_open_document():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")

    assert refused(stream.getvalue()) == "表格设有密码，无法读取；请取消密码后重新上传。"


def test_open_workbook_survives_truncated_old_workbooks(odd_files):
    content = odd_files["xls"].read_bytes()

    sentences = {refused(content[:size]) for size in (8, 100, 700, 3000, 5000)}

    assert sentences == {"表格打不开，可能已损坏；请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"}


def test_extract_gives_the_sheets_of_a_file(tmp_path):
    path = tmp_path / "book.xlsx"
    with path.open("wb") as file:
        write_table(file, META, [Column("单位"), Column("金额", "money")], [["八仙筒镇", 1200.05]])

    found = extract(str(path), 100)

    [sheet] = found["sheets"]
    assert (sheet["name"], sheet["merged"], sheet["unvalued"]) == (
        "联创活动台账",
        [(1, 1, 1, 2)],
        set(),
    )
    assert sheet["rows"][4] == ["八仙筒镇", 1200.05]
    assert extract(str(path), 3) == {"fault": "rows", "sheet": "联创活动台账", "rows": 5}


def test_blocks_that_lie_over_each_other_are_refused():
    rows = [["单位", "人数"], *[["甲", 1]] * 3000]
    blocks = "".join(f'<mergeCell ref="A{top}:A3001"/>' for top in range(2, 2500))
    sheet = f"<mergeCells>{blocks}</mergeCells><pageMargins"
    content = rewritten(workbook(rows), SHEET, lambda text: text.replace("<pageMargins", sheet))

    assert refused(content).startswith("表格占用的范围过大")


@pytest.mark.parametrize("mark", ["_x0000_", "&#1;", "\x00"])
def test_control_characters_do_not_come_in(mark):
    content = rewritten(
        workbook([["单位"], ["甲乙"]]), SHEET, lambda text: text.replace("甲乙", f"甲{mark}乙")
    )

    assert open_workbook(io.BytesIO(content)).sheets[0].rows == [["单位"], ["甲乙"]]
