"""Tables from outside (.xlsx .xls .ods .csv), read safely through one door.

Workbooks are read in a process of its own with bounds on memory and time; see `extract`.
"""

import io
import logging
import math
import pickle
import re
import signal
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Literal

from django.utils.translation import gettext as _

from core.archives import open_bounded
from core.errors import RuleError
from core.sheets.delimited import no_table, no_workbook, read_delimited

logger = logging.getLogger(__name__)

Cell = str | int | Decimal | bool | date | datetime | time | timedelta | None
Rows = list[list[Cell]]
# First row, first column, last row, last column, counted from 1.
Block = tuple[int, int, int, int]
Kind = Literal["xlsx", "xls", "ods", "csv"]

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
SECONDS = 90
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
MANIFEST = "META-INF/manifest.xml"
ENCRYPTED_PART = b"manifest:encryption-data"
EXTRACT = Path(__file__).with_name("extract.py")
# No text of ours has them, and the database refuses NUL.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Office programs give a sheet no longer name.
MOST_NAME = 100
# What ends a process that asks for more memory or time than it may have.
BOUNDS = (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU)


@dataclass(frozen=True)
class SheetRows:
    """One visible sheet. Row i of `rows` is row i + 1 of the sheet; blank rows at the end are gone.

    Cells: stripped text, int for whole numbers, Decimal (15 digits) for others, dates and times as
    such, None for blank, errors as their text (#REF!). A formula gives the value stored beside it;
    `formulas_without_value` are the places (row, column from 1) where none is stored.
    """

    name: str
    rows: Rows
    merged: list[Block] = field(default_factory=list)
    formulas_without_value: set[tuple[int, int]] = field(default_factory=set)


@dataclass(frozen=True)
class Workbook:
    """Every visible sheet, in order. A .csv is one sheet, called 表格."""

    kind: Kind
    sheets: list[SheetRows]


def read_table(file: BinaryIO, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> Rows:
    """The first visible sheet; see `open_workbook`."""
    return open_workbook(file, max_rows=max_rows, max_bytes=max_bytes).sheets[0].rows


def read_book(
    file: BinaryIO, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES
) -> dict[str, Rows]:
    """Name → rows of every visible sheet; see `open_workbook`."""
    book = open_workbook(file, max_rows=max_rows, max_bytes=max_bytes)
    return {sheet.name: sheet.rows for sheet in book.sheets}


def open_workbook(
    file: BinaryIO,
    *,
    max_rows: int = MAX_ROWS,
    max_bytes: int = MAX_BYTES,
    takes_csv: bool = True,
) -> Workbook:
    """What the file holds, whatever its name says.

    RuleError with one sentence for any file that is too large, encrypted, broken or no table.
    """
    file.seek(0)
    content = file.read(max_bytes + 1)
    kind = kind_of(content, max_bytes)
    if kind == "csv":
        rows = read_delimited(content, max_rows)
        if not takes_csv:
            raise no_workbook()
        found: dict[str, Any] = {"sheets": [{"name": _("表格"), "rows": rows}]}
    else:
        found = _extracted(content, kind, max_rows)
    if "fault" in found:
        raise RuleError(_sentence(found, max_rows))
    sheets = [_sheet(**one) for one in found["sheets"]]
    if not any(sheet.rows or sheet.formulas_without_value for sheet in sheets):
        raise RuleError(_("表格里没有内容，请填写后再上传。"))
    return Workbook(kind, sheets)


def kind_of(content: bytes, max_bytes: int) -> Kind:
    """By what the file holds; RuleError when it is empty, too large or encrypted."""
    if not content:
        raise RuleError(_("文件是空的，请确认已保存内容后重新上传。"))
    if len(content) > max_bytes:
        raise RuleError(
            _("文件超过 %d MB，请拆成几个文件分别上传。") % (max_bytes // (1024 * 1024))
        )
    if content.startswith(OLE_MAGIC):
        if ENCRYPTED_STREAM in content:
            raise RuleError(_sentence({"fault": "password"}, 0))
        return "xls"
    if not content.startswith(ZIP_MAGIC):
        return "csv"
    with open_bounded(io.BytesIO(content)) as archive:
        return _zipped_kind(archive)


def _zipped_kind(archive: zipfile.ZipFile) -> Kind:
    names = archive.namelist()
    if MANIFEST in names and ENCRYPTED_PART in archive.read(MANIFEST):
        raise RuleError(_sentence({"fault": "password"}, 0))
    if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype"):
        return "ods"
    if not any(name.lower().endswith("xl/workbook.xml") for name in names):
        raise no_table()
    return "xlsx"


def _extracted(content: bytes, kind: Kind, max_rows: int) -> dict[str, Any]:
    # The reader picks its way by the file's name: it is named by what it holds.
    with tempfile.NamedTemporaryFile(suffix=f".{kind}") as kept:
        kept.write(content)
        kept.flush()
        return _run(kept.name, max_rows)


def _run(path: str, max_rows: int) -> dict[str, Any]:
    command = [sys.executable, "-I", str(EXTRACT), path, str(max_rows)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
    except subprocess.TimeoutExpired:
        return {"fault": "large"}
    except subprocess.CalledProcessError as error:
        logger.warning("a workbook could not be read: %s %s", error, error.stderr[:500])
        return {"fault": "large" if error.returncode in BOUNDS else "broken"}
    return pickle.loads(done.stdout)  # noqa: S301 - written by our own process


def _sentence(found: dict[str, Any], max_rows: int) -> str:
    facts = {**found, "most": max_rows}
    sentences = {
        "password": _("表格设有密码，无法读取；请取消密码后重新上传。"),
        "rows": _("工作表“%(sheet)s”有 %(rows)d 行，一次最多 %(most)d 行；请分成几份上传。"),
        "columns": _("工作表“%(sheet)s”的列过多；请删去右侧多余的列后重新上传。"),
        "sheets": _("工作表过多；请只留下要导入的工作表后重新上传。"),
        "formulas": _(
            "工作表“%(sheet)s”里有许多公式没有算出结果；请用 WPS 或 Excel 打开，保存后再上传。"
        ),
        "large": _(
            "表格占用的范围过大，读不下来；请只把有内容的部分复制到新表格，另存为 .xlsx 后再上传。"
        ),
        "broken": _("表格打不开，可能已损坏；请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"),
    }
    return sentences[found["fault"]] % facts


def _sheet(
    name: str,
    rows: list[list[Any]],
    merged: list[Block] | None = None,
    unvalued: set[tuple[int, int]] | None = None,
) -> SheetRows:
    tidied = [[_cell(value) for value in row] for row in rows]
    while tidied and all(value is None for value in tidied[-1]):
        tidied.pop()
    return SheetRows(CONTROLS.sub("", name)[:MOST_NAME], tidied, merged or [], unvalued or set())


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return CONTROLS.sub("", value).strip() or None
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return str(value)
    return int(value) if value.is_integer() else Decimal(f"{value:.15g}")
