"""A file that came in, given back with what is wrong with its cells as comments."""

import io
import logging
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.errors import RuleError
from core.sheets.reader import MAX_BYTES, MAX_ROWS, Kind, kind_of, open_workbook
from core.sheets.text import clean_text

logger = logging.getLogger(__name__)

ANNOTATE = Path(__file__).with_name("annotate.py")
SECONDS = 90


@dataclass(frozen=True)
class Mark:
    """What is to be said of one cell; rows and columns from 1, no column: of the whole row."""

    row: int
    column: int | None
    label: str
    value: str
    text: str

    @property
    def place(self) -> str:
        """The column as office programs name it."""
        return letter(self.column)


def mark_cells(
    content: bytes,
    sheet: str,
    marks: Sequence[Mark],
    *,
    row_column: int,
    max_rows: int = MAX_ROWS,
) -> bytes:
    """An .xlsx with a comment and a light ground at each marked cell, and a list of all at the end.

    Of an .xlsx everything is kept; other kinds, and what is too heavy to be kept, give a new
    workbook with the same rows and columns. What is said of a whole row stands in `row_column`.
    RuleError for what cannot be read.
    """
    kind = kind_of(content, MAX_BYTES)
    wanted = _wanted(sheet, marks, row_column)
    done = _kept(wanted, content, kind) if kind == "xlsx" else None
    if done is None:
        book = open_workbook(io.BytesIO(content), max_rows=max_rows)
        rows = next((one.rows for one in book.sheets if one.name == sheet), book.sheets[0].rows)
        done = _annotated({**wanted, "path": "", "rows": rows})
    if done is None:
        raise RuleError(_("文件过大，没能写入标注；请按页面上列出的位置修改。"))
    return done


def _wanted(sheet: str, marks: Sequence[Mark], row_column: int) -> dict[str, Any]:
    name = sheet or _("台账")
    return {
        "sheet": name,
        "author": _("台账核对"),
        "marks": [(mark.row, mark.column or row_column, mark.text) for mark in marks],
        "list_name": _("问题清单"),
        "list_head": [_("工作表"), _("行"), _("列"), _("栏目"), _("表内内容"), _("问题")],
        "list_rows": [
            [name, mark.row, mark.place, mark.label, mark.value, clean_text(mark.text)]
            for mark in marks
        ],
    }


def letter(column: int | None) -> str:
    """B for column 2, as office programs name it; nothing for none."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _kept(wanted: dict[str, Any], content: bytes, kind: Kind) -> bytes | None:
    with tempfile.NamedTemporaryFile(suffix=f".{kind}") as source:
        source.write(content)
        source.flush()
        return _annotated({**wanted, "path": source.name, "rows": []})


def _annotated(wanted: dict[str, Any]) -> bytes | None:
    """The workbook made by the script; None when it could not be made within bounds."""
    with tempfile.TemporaryDirectory() as folder:
        asked, made = Path(folder, "wanted"), Path(folder, "made.xlsx")
        asked.write_bytes(pickle.dumps(wanted, pickle.HIGHEST_PROTOCOL))
        command = [sys.executable, "-I", str(ANNOTATE), str(asked), str(made)]
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
        except subprocess.TimeoutExpired:
            return None
        except subprocess.CalledProcessError as error:
            logger.warning("a workbook could not be marked: %s %s", error, error.stderr[-500:])
            return None
        return made.read_bytes()
