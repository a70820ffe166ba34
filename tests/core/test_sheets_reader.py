import io
import struct
import zipfile
import zlib
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from core.errors import RuleError
from core.sheets import (
    Column,
    SheetMeta,
    read_book,
    read_table,
    write_table,
)
from tests.office import convert

META = SheetMeta(
    title="联创活动台账",
    filter_text="",
    made_by="旗创建办",
    made_at=datetime(2026, 3, 5, 2, 32, tzinfo=UTC),
    data_as_of=datetime(2026, 3, 5, 2, 30, tzinfo=UTC),
)
COLUMNS = [Column("单位"), Column("编码"), Column("次数", "integer"), Column("金额", "money")]
ROWS = [
    ["大沁他拉街道", "150525001", 3, Decimal("1200.05")],
    ["八仙筒镇", "150525101", 4, Decimal("99.90")],
]


def written():
    stream = io.BytesIO()
    write_table(stream, META, COLUMNS, ROWS)
    return stream.getvalue()


def test_read_book_gives_every_visible_sheet_in_order():
    book = openpyxl.Workbook()
    book.active.title = "方案"
    book.active["B2"] = " 名称 "
    hidden = book.create_sheet("底稿")
    hidden.sheet_state = "hidden"
    book.create_sheet("指标").append([1, 2.5, True, date(2026, 1, 1)])
    stream = io.BytesIO()
    book.save(stream)

    sheets = read_book(stream)

    assert sheets == {
        "方案": [[None, None], [None, "名称"]],
        "指标": [[1, Decimal("2.5"), True, date(2026, 1, 1)]],
    }


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_read_table_reads_the_older_and_the_open_format(suffix, tmp_path):
    old = convert(written(), tmp_path, suffix)

    rows = read_table(old)

    assert rows[4] == ["大沁他拉街道", "150525001", 3, Decimal("1200.05")]


def refused(content, **bounds):
    with pytest.raises(RuleError) as caught:
        read_table(io.BytesIO(content), **bounds)
    return caught.value.message


def test_read_table_refuses_an_empty_file():
    assert refused(b"") == "文件是空的，请确认已保存内容后重新上传。"


def test_read_table_refuses_a_file_above_the_limit():
    assert refused(b"x" * 2_000_001, max_bytes=2_000_000) == (
        "文件超过 1 MB，请拆成几个文件分别上传。"
    )


@pytest.mark.parametrize("content", [b"%PDF-1.7\x00", b"MZ\x90", b"\x89PNG\r\n\x1a\n"])
def test_read_table_refuses_what_is_no_table(content):
    assert refused(content) == (
        "这个文件不是 Excel 表格；请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"
    )


def test_read_table_refuses_a_truncated_workbook():
    assert refused(written()[:-200]) == ("文件已损坏，打不开；请在电脑上确认能打开后重新上传。")


@pytest.mark.parametrize("part", ["readme.txt", "word/document.xml", "xl/workbook.bin"])
def test_read_table_refuses_a_zip_that_is_no_workbook(part):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(part, "无")

    assert refused(stream.getvalue()) == (
        "这个文件不是 Excel 表格；请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"
    )


def test_read_table_refuses_garbage_with_the_mark_of_an_old_workbook():
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 5000) == (
        "表格打不开，可能已损坏；请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"
    )


def test_read_table_refuses_an_encrypted_workbook():
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    content += "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600

    assert refused(content) == "表格设有密码，无法读取；请取消密码后重新上传。"


def test_read_table_refuses_too_many_rows():
    assert refused(written(), max_rows=5) == (
        "工作表“联创活动台账”有 6 行，一次最多 5 行；请分成几份上传。"
    )


def test_read_table_refuses_too_many_columns():
    book = openpyxl.Workbook()
    book.active.append(["列"] * 600)
    stream = io.BytesIO()
    book.save(stream)

    assert refused(stream.getvalue()) == ("工作表“Sheet”的列过多；请删去右侧多余的列后重新上传。")


def test_read_table_refuses_too_many_sheets():
    book = openpyxl.Workbook()
    for number in range(51):
        book.create_sheet(f"表{number}")
    stream = io.BytesIO()
    book.save(stream)

    assert refused(stream.getvalue()) == "工作表过多；请只留下要导入的工作表后重新上传。"


def test_read_table_refuses_a_workbook_without_content():
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)

    assert refused(stream.getvalue()) == "表格里没有内容，请填写后再上传。"


def test_read_table_survives_cells_at_the_far_corners_of_a_sheet():
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.active["XFD1048576"] = 1
    stream = io.BytesIO()
    book.save(stream)

    assert refused(stream.getvalue()) == (
        "表格占用的范围过大，读不下来；请只把有内容的部分复制到新表格，另存为 .xlsx 后再上传。"
    )


def test_read_table_refuses_a_range_of_more_cells_than_anyone_fills():
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.active["QH7000"] = 1
    stream = io.BytesIO()
    book.save(stream)

    assert refused(stream.getvalue()) == (
        "表格占用的范围过大，读不下来；请只把有内容的部分复制到新表格，另存为 .xlsx 后再上传。"
    )


def bomb(size):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\x00" * size)
    return stream.getvalue()


def test_read_table_refuses_a_zip_bomb():
    assert refused(bomb(50_000_000)) == "文件解压后过大，已拒收；请拆成几个较小的文件再上传。"


def test_read_table_refuses_two_gigabytes_packed_into_a_small_file():
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packed.compress(bytes(2**24)) + packed.flush(zlib.Z_FULL_FLUSH)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", piece * 128 + packed.flush())
    deflated = content.getvalue()
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = deflated.index(mark)
        deflated = deflated[: start + at] + b"\x08\x00" + deflated[start + at + 2 :]

    assert len(deflated) < 3_000_000
    assert refused(deflated) == "文件解压后过大，已拒收；请拆成几个较小的文件再上传。"


def test_read_table_refuses_a_zip_bomb_that_lies_about_its_size():
    content = bytearray(bomb(50_000_000))
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 1000)

    assert refused(bytes(content)) == "文件解压后过大，已拒收；请拆成几个较小的文件再上传。"


def test_read_table_refuses_a_size_that_is_not_the_true_one():
    content = bytearray(bomb(50_000))
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 1000)

    assert refused(bytes(content)) == "文件已损坏，打不开；请在电脑上确认能打开后重新上传。"


def test_read_table_refuses_a_zip_of_too_many_parts():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(2001):
            archive.writestr(str(number), "")

    assert refused(stream.getvalue()) == (
        "文件内部的部件过多，无法打开；请用 WPS 或 Excel 另存一份后再上传。"
    )


def test_read_table_refuses_a_zip_with_a_password():
    content = bytearray(bomb(1000))
    content[6] |= 1
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1

    assert refused(bytes(content)) == "文件设有密码，无法读取；请取消密码后重新上传。"
