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

import pickle
import posixpath
import re
import resource
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

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
# Places of formulas that are told apart one by one; more of them are a fault of the whole sheet.
MAX_MARKS = 20_000

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
    except (CalamineError, expat.ExpatError, ElementTree.ParseError, zipfile.BadZipFile, KeyError):
        return {"fault": "broken"}


def _sheets(book: CalamineWorkbook, path: str, max_rows: int) -> list[dict]:
    visible = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    if len(visible) > MAX_SHEETS:
        raise Fault("sheets")
    marks = _marks(path)
    sheets = []
    for name in visible:
        sheet = book.get_sheet_by_name(name)
        known = marks.get(name) or Marks()
        rows = _rows(sheet, name, max_rows)
        _put_errors(rows, known.errors)
        merged = [_block(*corners) for corners in sheet.merged_cell_ranges or ()] or known.merged
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


def _put_errors(rows: list[list], errors: dict[Place, str]) -> None:
    for (row, column), text in errors.items():
        if row <= len(rows) and not (column <= len(rows[row - 1]) and rows[row - 1][column - 1]):
            cells = rows[row - 1]
            cells.extend([""] * (column - len(cells)))
            cells[column - 1] = text


def _marks(path: str) -> dict[str, Marks]:
    """Sheet name → what its markup says. An .xls keeps values beside all its formulas."""
    if path.endswith(".xls"):
        return {}
    with zipfile.ZipFile(path) as archive:
        if path.endswith(".ods"):
            return OpenDocument().marks(archive.read("content.xml"))
        parts = _sheet_parts(archive)
        return {name: _xlsx_marks(name, archive.read(part)) for name, part in parts.items()}


# --- .xlsx ---

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^>/])>((?:(?!</(?:\w+:)?c>).)*)</(?:\w+:)?c>", re.DOTALL)
PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
KIND = re.compile(rb"""\bt=["'](\w+)["']""")
VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
ERROR = re.compile(rb"""\st=["']e["']""")


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
    if not (FORMULA.search(markup) or ERROR.search(markup)):
        return marks
    for cell in CELL.finditer(markup):
        about, inside = cell.groups()
        kind = KIND.search(about)
        value = VALUE.search(inside)
        is_error = bool(kind) and kind[1] == b"e"
        # A formula whose result is text may well have the result "", which is a value.
        is_unvalued = not value and not (kind and kind[1] == b"str") and FORMULA.search(inside)
        if is_error or is_unvalued:
            place = _place(name, about, len(marks.errors) + len(marks.unvalued))
            if value and is_error:
                marks.errors[place] = value[1].decode(errors="replace")
            else:
                marks.unvalued.add(place)
    return marks


def _place(name: str, about: bytes, already: int) -> Place:
    found = PLACE.search(about)
    if not found or already >= MAX_MARKS:
        raise Fault("formulas", sheet=name)
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - ord("A") + 1
    return int(found[2]), column


# --- .ods ---

TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
TEXT_P = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 p"


class OpenDocument:
    """Walks through content.xml; repeated rows and cells are counted, never unfolded."""

    def __init__(self) -> None:
        self.found: dict[str, Marks] = {}
        self._name = ""
        self._row = self._column = 0
        self._next_row = self._next_column = 1
        self._cell: dict[str, str] = {}
        self._text: list[str] | None = None

    def marks(self, markup: bytes) -> dict[str, Marks]:
        if not re.search(rb"-spanned=|:formula=", markup):
            return {}
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.Parse(markup, True)
        return self.found

    def _start(self, tag: str, about: dict[str, str]) -> None:
        if tag == TEXT_P and self._cell:
            self._text = self._text or []
        elif tag == TABLE + "table":
            self._name = about.get(TABLE + "name", "")
            self.found[self._name] = Marks()
            self._next_row = 1
        elif tag == TABLE + "table-row":
            self._row, self._next_column = self._next_row, 1
            self._next_row += int(about.get(TABLE + "number-rows-repeated", 1))
        elif tag in (TABLE + "table-cell", TABLE + "covered-table-cell"):
            self._column = self._next_column
            self._next_column += int(about.get(TABLE + "number-columns-repeated", 1))
            self._cell, self._text = about, None

    def _data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        if tag not in (TABLE + "table-cell", TABLE + "covered-table-cell"):
            return
        about, place, marks = self._cell, (self._row, self._column), self.found[self._name]
        high = int(about.get(TABLE + "number-rows-spanned", 1))
        wide = int(about.get(TABLE + "number-columns-spanned", 1))
        if high > 1 or wide > 1:
            marks.merged.append((*place, place[0] + high - 1, place[1] + wide - 1))
        if TABLE + "formula" in about:
            if len(marks.errors) + len(marks.unvalued) >= MAX_MARKS:
                raise Fault("formulas", sheet=self._name)
            if about.get(CALC + "value-type") == "error":
                marks.errors[place] = "".join(self._text or ["#VALUE!"])
            elif OFFICE + "value-type" not in about and self._text is None:
                marks.unvalued.add(place)
        self._cell, self._text = {}, None


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    found = extract(str(Path(sys.argv[1])), int(sys.argv[2]))
    sys.stdout.buffer.write(pickle.dumps(found, pickle.HIGHEST_PROTOCOL))


if __name__ == "__main__":
    main()
