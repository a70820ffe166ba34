"""Workbooks from outside (.xlsx .xls .ods), read safely: bounded, and in a process of its own."""

import io
import logging
import pickle
import subprocess
import sys
import tempfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.archives import open_bounded
from core.errors import RuleError

logger = logging.getLogger(__name__)

Cell = str | int | Decimal | bool | date | datetime | time | timedelta | None
Rows = list[list[Cell]]

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
SECONDS = 90
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
EXTRACT = Path(__file__).with_name("extract.py")


def read_table(file: BinaryIO, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> Rows:
    """The first visible sheet of a workbook; see `read_book`."""
    return next(iter(read_book(file, max_rows=max_rows, max_bytes=max_bytes).values()))


def read_book(
    file: BinaryIO, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES
) -> dict[str, Rows]:
    """Every visible sheet: name → rows, in the order of the workbook.

    Row i of the list is row i + 1 of the sheet, so that a fault can name its place; blank rows at
    the end are dropped. Cells: stripped text, int for whole numbers, Decimal (15 digits) for
    others, dates and times as such, None for blank. Formulas give the value stored beside them.
    RuleError with one sentence for any file that is too large, encrypted, broken or no workbook.
    """
    file.seek(0)
    content = file.read(max_bytes + 1)
    _check(content, max_bytes)
    with tempfile.NamedTemporaryFile(suffix=_suffix(content)) as kept:
        kept.write(content)
        kept.flush()
        found = _run(kept.name, max_rows)
    if "fault" in found:
        raise RuleError(_sentence(found, max_rows))
    sheets = {name: _tidy(rows) for name, rows in found["sheets"].items()}
    if not any(sheets.values()):
        raise RuleError(_("表格里没有内容，请填写后再上传。"))
    return sheets


def _check(content: bytes, max_bytes: int) -> None:
    if not content:
        raise RuleError(_("文件是空的，请确认已保存内容后重新上传。"))
    if len(content) > max_bytes:
        raise RuleError(
            _("文件超过 %d MB，请拆成几个文件分别上传。") % (max_bytes // (1024 * 1024))
        )
    if content.startswith(OLE_MAGIC):
        if ENCRYPTED_STREAM in content:
            raise RuleError(_("表格设有密码，无法读取；请取消密码后重新上传。"))
        return
    if not content.startswith(ZIP_MAGIC):
        raise RuleError(
            _("这个文件不是 Excel 表格；请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。")
        )
    with open_bounded(io.BytesIO(content)):
        return


def _suffix(content: bytes) -> str:
    """The reader picks its way by the file's name: name it by what it holds."""
    if content.startswith(OLE_MAGIC):
        return ".xls"
    return ".ods" if b"opendocument.spreadsheet" in content[:200] else ".xlsx"


def _run(path: str, max_rows: int) -> dict:
    command = [sys.executable, "-I", str(EXTRACT), path, str(max_rows)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
    except subprocess.SubprocessError as error:
        logger.warning("a workbook could not be read: %s %s", error, error.stderr)
        return {"fault": "broken"}
    return pickle.loads(done.stdout)  # noqa: S301 - written by our own process


def _sentence(found: dict, max_rows: int) -> str:
    if found["fault"] == "password":
        return _("表格设有密码，无法读取；请取消密码后重新上传。")
    if found["fault"] == "rows":
        facts = {"sheet": found["sheet"], "rows": found["rows"], "most": max_rows}
        return _("工作表“%(sheet)s”有 %(rows)d 行，一次最多 %(most)d 行；请分成几份上传。") % facts
    if found["fault"] == "columns":
        return _("工作表“%s”的列过多；请删去右侧多余的列后重新上传。") % found["sheet"]
    if found["fault"] == "sheets":
        return _("工作表过多；请只留下要导入的工作表后重新上传。")
    return _("表格打不开，可能已损坏；请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。")


def _tidy(rows: list[list]) -> Rows:
    tidied = [[_cell(value) for value in row] for row in rows]
    while tidied and all(value is None for value in tidied[-1]):
        tidied.pop()
    return tidied


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float):
        return int(value) if value.is_integer() else Decimal(f"{value:.15g}")
    return value
