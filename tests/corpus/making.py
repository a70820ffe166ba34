"""From a described ledger to a file."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

from tests.office import convert_all


@dataclass(frozen=True)
class Sample:
    """`expected_rows`: one dict per row of data, key → value as the column of the register reads it
    (dates as ISO text, kinds as their keys, lists sorted); cells that are blank or refused are left
    out. `faults`: (row of the sheet, key) of the cells that must be refused.
    """

    name: str
    path: Path
    expected_rows: list[dict]
    faults: list[tuple[int, str]]


@dataclass(frozen=True)
class Page:
    """One sheet: its rows, what is merged (as A1:C1), which columns hold dates in which format."""

    rows: list[list]
    title: str = "台账"
    merged: tuple[str, ...] = ()
    state: str = "visible"


@dataclass(frozen=True)
class Made:
    """A ledger as described in `ledgers`; `content` instead of pages is written as it is."""

    pages: list[Page]
    truth: list[dict]
    faults: list[tuple[int, str]] = field(default_factory=list)
    suffix: str = "xlsx"
    kind: str = ""
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    content: bytes = b""


def build_all(folder, ledgers):
    made = {name: make() for name, make in ledgers.items()}
    paths = {name: folder / f"{name}.{one.suffix}" for name, one in made.items()}
    for kind in ("xls", "ods"):
        names = [name for name, one in made.items() if (one.kind or one.suffix) == kind]
        _convert(folder, {paths[name]: made[name] for name in names}, kind)
    for name, one in made.items():
        if (one.kind or one.suffix) not in ("xls", "ods"):
            paths[name].write_bytes(_content(one))
    return [Sample(name, paths[name], one.truth, one.faults) for name, one in made.items()]


def _convert(folder, made, kind):
    sources = folder / f"for_{kind}"
    sources.mkdir()
    for path, one in made.items():
        (sources / f"{path.stem}.xlsx").write_bytes(as_xlsx(one.pages))
    for saved in convert_all(sorted(sources.iterdir()), sources, kind):
        saved.rename(folder / saved.name)


def _content(made):
    if made.content:
        return made.content
    if (made.kind or made.suffix) == "csv":
        return as_csv(made.pages[0].rows, made.encoding, made.delimiter)
    return as_xlsx(made.pages)


def as_xlsx(pages):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for page in pages:
        sheet = book.create_sheet(page.title)
        sheet.sheet_state = page.state
        for row in page.rows:
            sheet.append(row)
        for block in page.merged:
            sheet.merge_cells(block)
    book.active = next(at for at, page in enumerate(pages) if page.state == "visible")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_csv(rows, encoding, delimiter):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)
