"""Reads a workbook in a process of its own; run as a script, with bounds on memory and time.

A file from outside may ask the reader for any amount of memory (two cells at opposite corners of a
sheet are enough) or bring it down altogether. Here that ends this process and nothing else. It
imports nothing of Django, so that it starts in a few hundredths of a second.

Arguments: path, most rows per sheet. Standard output: a pickled dict, either `sheets` (name → list
of rows) or `fault` (and `sheet`).
"""

import pickle
import resource
import sys
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 60
MAX_SHEETS = 50
MAX_COLUMNS = 500


def extract(path: str, max_rows: int) -> dict:
    with CalamineWorkbook.from_path(path) as book:
        visible = [
            meta.name for meta in book.sheets_metadata if meta.visible == SheetVisibleEnum.Visible
        ]
        if len(visible) > MAX_SHEETS:
            return {"fault": "sheets"}
        sheets = {}
        for name in visible:
            sheet = book.get_sheet_by_name(name)
            last_row, last_column = sheet.end or (-1, -1)
            if last_row >= max_rows:
                return {"fault": "rows", "sheet": name, "rows": last_row + 1}
            if last_column >= MAX_COLUMNS:
                return {"fault": "columns", "sheet": name}
            sheets[name] = sheet.to_python(skip_empty_area=False)
    return {"sheets": sheets}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    path = Path(sys.argv[1])
    try:
        found = extract(str(path), int(sys.argv[2]))
    except PasswordError:
        found = {"fault": "password"}
    except CalamineError:
        found = {"fault": "broken"}
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
