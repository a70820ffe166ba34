"""Reads a workbook in a process of its own; run as a script, with bounds on memory and time.

A file from outside may ask the reader for any amount of memory (two cells at opposite corners of a
sheet are enough) or bring it down altogether. Here that ends this process and nothing else. It
imports nothing of Django, so that it starts in a few hundredths of a second.

The reader of the cells shows neither errors (#REF!) nor formulas that were never computed: both
come as empty cells. They are looked for in the markup of the file itself, as are the merged cells
of an .ods.

Arguments: path, most rows per sheet. Standard output: a pickled dict, either `sheets` (a list of
dicts `name`, `rows`, `merged`, `unvalued`) or `fault` (and `sheet`).
"""

import html
import pickle
import posixpath
import re
import resource
import struct
import sys
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 60
MAX_SHEETS = 50
MAX_COLUMNS = 500
# In all sheets together: each takes some fifty bytes of the process that asked.
MAX_CELLS = 3_000_000
# Places of formulas that are told apart one by one; more of them are a fault of the whole sheet.
MAX_MARKS = 20_000

BROKEN = (
    CalamineError,
    ElementTree.ParseError,
    zipfile.BadZipFile,
    LookupError,
    ValueError,
    struct.error,
)

Place = tuple[int, int]


@dataclass
class Marks:
    """What the markup of one sheet says beside the values; places are (row, column) from 1."""

    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    errors: dict[Place, str] = field(default_factory=dict)
    unvalued: set[Place] = field(default_factory=set)


class Fault(Exception):
    """The file cannot be read: `found` is what is written to standard output."""

    def __init__(self, fault: str, **facts: object) -> None:
        super().__init__(fault)
        self.found = {"fault": fault, **facts}


def extract(path: str, max_rows: int) -> dict:
    try:
        with CalamineWorkbook.from_path(path) as book:
            return {"sheets": _sheets(book, path, max_rows)}
    except Fault as fault:
        return fault.found
    except PasswordError:
        return {"fault": "password"}
    except MemoryError:
        return {"fault": "large"}
    except BROKEN:
        return {"fault": "broken"}


def _sheets(book: CalamineWorkbook, path: str, max_rows: int) -> list[dict]:
    visible = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    if len(visible) > MAX_SHEETS:
        raise Fault("sheets")
    marks = _marks(path, visible)
    sheets: list[dict] = []
    room = MAX_CELLS
    for name in visible:
        sheet = book.get_sheet_by_name(name)
        known = marks.get(name) or Marks()
        rows = _rows(sheet, name, max_rows)
        _put_errors(rows, known.errors, name, max_rows)
        room -= sum(map(len, rows))
        if room < 0:
            raise Fault("large")
        merged = [_block(*corners) for corners in sheet.merged_cell_ranges or ()] or known.merged
        # Blocks that lie over each other are no table, and each is gone through row by row.
        if sum(min(block[2], len(rows)) - block[0] for block in merged) > MAX_CELLS:
            raise Fault("large")
        sheets.append({"name": name, "rows": rows, "merged": merged, "unvalued": known.unvalued})
    return sheets


def _block(first: Place, last: Place) -> tuple[int, int, int, int]:
    return first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1


def _rows(sheet: CalamineSheet, name: str, max_rows: int) -> list[list]:
    """The cells from A1 on."""
    last_row, last_column = sheet.end or (-1, -1)
    if last_row < max_rows and last_column < MAX_COLUMNS:
        return sheet.to_python(skip_empty_area=False)
    return _without_blank_end(sheet, name, max_rows)


def _without_blank_end(sheet: CalamineSheet, name: str, max_rows: int) -> list[list]:
    """A sheet may seem far too large because of formulas filled down that show nothing."""
    before = [""] * sheet.start[1]
    rows, last = [], 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        while row and _is_blank(row[-1]):
            row.pop()
        if not row:
            continue
        if len(before) + len(row) > MAX_COLUMNS:
            raise Fault("columns", sheet=name)
        last = number
        if number <= max_rows:
            rows.extend([] for _ in range(number - len(rows) - 1))
            rows.append(before + row)
    if last > max_rows:
        raise Fault("rows", sheet=name, rows=last)
    return rows


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def _put_errors(rows: list[list], errors: dict[Place, str], name: str, max_rows: int) -> None:
    for (row, column), text in errors.items():
        if row > max_rows:
            raise Fault("rows", sheet=name, rows=row)
        if column > MAX_COLUMNS:
            raise Fault("columns", sheet=name)
        rows.extend([] for _ in range(row - len(rows)))
        cells = rows[row - 1]
        cells.extend([""] * (column - len(cells)))
        cells[column - 1] = cells[column - 1] or text


def _marks(path: str, names: Collection[str]) -> dict[str, Marks]:
    """What the markup says of the sheets so named. An .xls keeps a value beside every formula."""
    if path.endswith(".xls"):
        return _xls_marks(_xls_stream(Path(path).read_bytes()))
    with zipfile.ZipFile(path) as archive:
        if path.endswith(".ods"):
            return _ods_marks(archive.read("content.xml"))
        parts = _sheet_parts(archive)
        return {
            name: _xlsx_marks(name, archive.read(part))
            for name, part in parts.items()
            if name in names
        }


# --- .xlsx ---

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
KIND = re.compile(rb"""\bt=["'](\w+)["']""")
VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
PREFIX = re.compile(rb"<(\w+:)?worksheet[\s>]")


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → name of its part in the archive."""
    names = archive.namelist()
    workbook = next((name for name in names if name.lower().endswith("xl/workbook.xml")), None)
    if workbook is None:
        return {}
    folder, file = posixpath.split(workbook)
    targets = {
        one.get("Id"): one.get("Target", "")
        for one in ElementTree.fromstring(archive.read(f"{folder}/_rels/{file}.rels"))  # noqa: S314
    }
    parts = {}
    for one in ElementTree.fromstring(archive.read(workbook)).iter():  # noqa: S314
        if one.tag.rpartition("}")[2] == "sheet":
            target = targets.get(one.get(RELATION) or one.get(STRICT_RELATION), "")
            part = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
            if part in names:
                parts[one.get("name", "")] = part
    return parts


def _xlsx_marks(name: str, markup: bytes) -> Marks:
    marks = Marks()
    root = PREFIX.search(markup)
    prefix = (root and root[1]) or b""
    opening, closing = b"<" + prefix + b"c ", b"</" + prefix + b"c>"
    # Only cells with a formula or an error are looked at: the others are many.
    for token in re.finditer(rb"""<%bf[\s/>]|\st=["']e["']""" % prefix, markup):
        start = markup.rfind(opening, 0, token.end())
        end = markup.find(closing, token.start())
        if start < 0 or markup.find(closing, start, token.start()) >= 0:
            raise Fault("formulas", sheet=name)
        about, _end, inside = markup[start:end].partition(b">")
        _mark(marks, name, about, inside)
    return marks


def _mark(marks: Marks, name: str, about: bytes, inside: bytes) -> None:
    kind = KIND.search(about)
    kind_name = kind[1] if kind else b""
    value = VALUE.search(inside)
    if value and kind_name == b"e":
        marks.errors[_place(name, about, marks)] = value[1].decode(errors="replace")
    # A formula whose result is text may well have the result "", which is a value.
    elif not value and kind_name != b"str":
        marks.unvalued.add(_place(name, about, marks))


def _place(name: str, about: bytes, marks: Marks) -> Place:
    found = PLACE.search(about)
    if not found or len(marks.errors) + len(marks.unvalued) >= MAX_MARKS:
        raise Fault("formulas", sheet=name)
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - ord("A") + 1
    return int(found[2]), column


# --- .ods ---

TABLE = re.compile(rb'<table:table\s[^>]*?table:name="([^"]*)"[^>]*>')
ROWS_REPEATED = re.compile(rb'table:number-rows-repeated="([0-9]{1,7})"')
CELLS_REPEATED = re.compile(rb'table:number-columns-repeated="([0-9]{1,7})"')
HIGH = re.compile(rb'table:number-rows-spanned="([0-9]{1,7})"')
WIDE = re.compile(rb'table:number-columns-spanned="([0-9]{1,7})"')
ODS_CELL = re.compile(rb"""<table:(?:covered-)?table-cell\b((?:[^>"']|"[^"]*"|'[^']*')*)>""")
COMMENT = re.compile(rb"<office:annotation\b.*?</office:annotation>", re.DOTALL)
SHOWN = re.compile(rb"<text:p\b[^>]*?(?:/>|>([^<]*))")
ERROR_TEXT = re.compile(rb"#[A-Z0-9/]+[!?]?|Err:[0-9]+")


def _ods_marks(markup: bytes) -> dict[str, Marks]:
    """Row by row; repeated rows and cells are counted, never unfolded."""
    found = {}
    tables = list(TABLE.finditer(markup))
    ends = [*(table.start() for table in tables[1:]), len(markup)]
    for table, end in zip(tables, ends, strict=True):
        marks, number = Marks(), 1
        for row in markup[table.end() : end].split(b"<table:table-row")[1:]:
            # Most rows need no look at their cells.
            if b"-spanned=" in row or b"table:formula=" in row:
                _look_at_row(row, number, marks)
            number += _count(ROWS_REPEATED, row.partition(b">")[0])
        found[html.unescape(table[1].decode(errors="replace"))] = marks
    return found


def _count(attribute: re.Pattern[bytes], about: bytes) -> int:
    told = attribute.search(about)
    return int(told[1]) if told else 1


def _look_at_row(row: bytes, number: int, marks: Marks) -> None:
    column = 1
    cells = list(ODS_CELL.finditer(row))
    ends = [*(cell.start() for cell in cells[1:]), len(row)]
    for cell, end in zip(cells, ends, strict=True):
        about = cell[1]
        high, wide = _count(HIGH, about), _count(WIDE, about)
        if high > 1 or wide > 1:
            marks.merged.append((number, column, number + high - 1, column + wide - 1))
        if b"table:formula=" in about:
            shown = SHOWN.search(COMMENT.sub(b"", row[cell.end() : end]))
            text = (shown and shown[1]) or b""
            if b'value-type="error"' in about or ERROR_TEXT.fullmatch(text):
                marks.errors[number, column] = text.decode(errors="replace") or "#VALUE!"
            elif b"office:value-type=" not in about and not shown:
                marks.unvalued.add((number, column))
        column += _count(CELLS_REPEATED, about)


# --- .xls: a small file system (sectors in chains), and in it a stream of records ---

HEADER_BYTES = 512
SMALL_SECTOR = 64
ENTRY_BYTES = 128
LAST_SECTOR = 0xFFFFFFFA
BOUNDSHEET, BOF, FORMULA_RECORD, BOOLERR = 0x85, 0x809, 0x06, 0x205
XLS_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def _chain(first: int, table: Sequence[int]) -> Iterator[int]:
    """The sectors of a stream; a chain that runs in a circle ends when each was there once."""
    for _step in range(len(table)):
        if first >= min(LAST_SECTOR, len(table)):
            return
        yield first
        first = table[first]


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])


def _xls_stream(file: bytes) -> bytes:
    """The workbook inside the file, among the large streams or the small ones."""
    size = 1 << min(struct.unpack_from("<H", file, 30)[0], 20)

    def sectors(numbers: Iterable[int]) -> bytes:
        return b"".join(file[(one + 1) * size : (one + 2) * size] for one in numbers)

    tables = list(_numbers(file[76:HEADER_BYTES]))
    following = struct.unpack_from("<I", file, 68)[0]
    while following < len(file) // size and len(tables) < len(file):
        *more, following = _numbers(sectors([following])) or (LAST_SECTOR,)
        tables += more
    table = _numbers(sectors(one for one in tables if one < LAST_SECTOR))
    folder = sectors(_chain(struct.unpack_from("<I", file, 48)[0], table))
    entries = {}
    for at in range(0, len(folder) - ENTRY_BYTES + 1, ENTRY_BYTES):
        length = struct.unpack_from("<H", folder, at + 64)[0]
        name = folder[at : at + min(length, 64)].decode("utf-16-le", "replace").rstrip("\0")
        entries[name.lower()] = struct.unpack_from("<II", folder, at + 116)
    first, length = entries.get("workbook") or entries.get("book") or (LAST_SECTOR, 0)
    if length >= struct.unpack_from("<I", file, 56)[0]:
        return sectors(_chain(first, table))[:length]
    small = sectors(_chain(entries.get("root entry", (LAST_SECTOR, 0))[0], table))
    small_table = _numbers(sectors(_chain(struct.unpack_from("<I", file, 60)[0], table)))
    places = (one * SMALL_SECTOR for one in _chain(first, small_table))
    return b"".join(small[at : at + SMALL_SECTOR] for at in places)[:length]


def _xls_marks(stream: bytes) -> dict[str, Marks]:
    found: dict[str, Marks] = {}
    starts: dict[int, str] = {}
    marks, at = Marks(), 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == BOF:
            marks = found.setdefault(starts.get(at, ""), Marks())
        at += 4
        if kind == BOUNDSHEET and length > 8:
            wide = stream[at + 7] & 1
            name = stream[at + 8 : at + 8 + stream[at + 6] * (1 + wide)]
            start = struct.unpack_from("<I", stream, at)[0]
            starts[start] = name.decode("utf-16-le" if wide else "latin-1", "replace")
        elif kind in (FORMULA_RECORD, BOOLERR) and length >= 8:
            code = _xls_error(kind, stream[at : at + length])
            if code is not None and len(marks.errors) < MAX_MARKS:
                row, column = struct.unpack_from("<HH", stream, at)
                marks.errors[row + 1, column + 1] = XLS_ERRORS.get(code, "#VALUE!")
        at += length
    return found


def _xls_error(kind: int, record: bytes) -> int | None:
    if kind == BOOLERR:
        return record[6] if record[7] == 1 else None
    is_error = len(record) >= 14 and record[12:14] == b"\xff\xff" and record[6] == 2
    return record[8] if is_error else None


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    found = extract(str(Path(sys.argv[1])), int(sys.argv[2]))
    sys.stdout.buffer.write(pickle.dumps(found, pickle.HIGHEST_PROTOCOL))


if __name__ == "__main__":
    main()
