"""Text tables (.csv, and "Unicode text" of Excel): which encoding, which delimiter, which cells."""

import codecs
import csv
import io
import re
from collections import Counter
from itertools import islice

from django.utils.translation import gettext as _

from core.errors import RuleError

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
DELIMITERS = ",\t;"
# So many rows tell which delimiter a file uses.
SAMPLE_ROWS = 50
MAX_COLUMNS = 500
MAX_CELLS = 3_000_000
MAX_FIELD = 200_000
BINARY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MARKUP = re.compile(rb"\s*<(!doctype|html|head|table|meta|style|\?xml|!--)", re.IGNORECASE)
# Excel writes a code with leading zeros as ="0012" so as to read it back as text.
AS_TEXT = re.compile(r'="([^"]*)"')


def read_delimited(content: bytes, max_rows: int) -> list[list[str]]:
    """Records as rows of text; row i of the list is row i + 1 as Excel numbers it."""
    text, delimiter = _told_delimiter(decode(content))
    rows: list[list[str]] = []
    room = MAX_CELLS
    try:
        for number, row in enumerate(_records(text, delimiter or _delimiter(text)), 1):
            room -= len(row)
            if len(row) > MAX_COLUMNS or room < 0:
                raise RuleError(_("文件的列过多；请删去右侧多余的列后重新上传。"))
            if number <= max_rows:
                rows.append([_field(value) for value in row])
            elif any(row):
                raise RuleError(_("文件超过 %d 行；请分成几份上传。") % max_rows)
    except csv.Error as error:
        raise RuleError(_("文件里有一个单元格过长，读不下去；请另存为 .xlsx 后再上传。")) from error
    return rows


def decode(content: bytes) -> str:
    """The text of the file; RuleError for what is no text, or in an encoding not known here."""
    if MARKUP.match(content.removeprefix(codecs.BOM_UTF8)):
        raise RuleError(
            _("这个文件其实是网页，不是表格；请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。")
        )
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return _as_text(content[len(mark) :], encoding)
    if b"\x00" in content:
        raise no_table()
    try:
        return _as_text(content, "utf-8")
    except RuleError:
        return _as_text(content, "gb18030")


def _as_text(content: bytes, encoding: str) -> str:
    try:
        # At the end stands the mark by which the oldest programs end a text.
        text = content.decode(encoding).rstrip("\x1a")
    except UnicodeDecodeError as error:
        raise no_table() from error
    if BINARY.search(text):
        raise no_table()
    return text


def no_workbook() -> RuleError:
    """For doors that take workbooks alone: plain text is none, whatever its name says."""
    return RuleError(
        _("这不是 Excel 文件（只改扩展名不行）；请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。")
    )


def no_table() -> RuleError:
    return RuleError(_("这个文件不是 Excel 表格；请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"))


def _told_delimiter(text: str) -> tuple[str, str]:
    """Excel's own first line `sep=;`, which it does not count as a row."""
    head, _break, rest = text.partition("\n")
    told = re.fullmatch(r'"?sep=(.)"?', head.strip("\r"), re.IGNORECASE)
    return (rest, told[1]) if told and told[1] in DELIMITERS else (text, "")


def _delimiter(text: str) -> str:
    """The one that parts most rows into equally many fields."""
    return max(DELIMITERS, key=lambda mark: _fit(text, mark))


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    try:
        sample = list(islice(_records(text, delimiter), SAMPLE_ROWS))
    except csv.Error:
        return 0, 0
    widths = Counter(len(row) for row in sample if len(row) > 1)
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
    return count, width


def _records(text: str, delimiter: str) -> "csv.Reader":
    csv.field_size_limit(MAX_FIELD)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _field(value: str) -> str:
    quoted = AS_TEXT.fullmatch(value)
    return quoted[1] if quoted else value
