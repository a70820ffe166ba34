"""Ledgers in memory, brought in through the same doors as the pages use."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from core import jobs
from core.imports import deeds
from core.models import ImportRow, ImportRun

REGISTER = "organisations.organisations"


def workbook(rows: Iterable[Sequence[Any]], sheet: str = "Sheet1") -> bytes:
    book = Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def upload(content: bytes, name: str = "台账.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def work_off(run: ImportRun) -> ImportRun:
    """What a worker would do with the run's job."""
    jobs.run(run.job_id)
    run.refresh_from_db()
    return run


def bring(
    by: Any, rows: Iterable[Sequence[Any]] | bytes, ledger: str = REGISTER, **options: Any
) -> ImportRun:
    """Upload and read; READY with a plan, or FAILED with a sentence."""
    content = rows if isinstance(rows, bytes) else workbook(rows)
    return work_off(deeds.start_import(ledger, file=upload(content), by=by, **options))


def save(run: ImportRun, *, only_good: bool = False) -> ImportRun:
    work_off(deeds.save_import(run, only_good=only_good, by=run.requested_by))
    run.refresh_from_db()
    return run


def undo(run: ImportRun) -> ImportRun:
    work_off(deeds.undo_import(run, by=run.requested_by))
    run.refresh_from_db()
    return run


def accept_all(run: ImportRun) -> ImportRun:
    work_off(deeds.accept_all(run, by=run.requested_by))
    run.refresh_from_db()
    return run


def counted(run: ImportRun) -> dict[str, int]:
    """The outcomes that occur."""
    return {name: count for name, count in run.counts.items() if count}


def faults(run: ImportRun) -> list[tuple[int, str, str]]:
    """Row, column, sentence of every fault."""
    return [
        (row.number, fault["key"], fault["message"])
        for row in run.rows.exclude(faults=[])
        for fault in row.faults
    ]


def outcomes(run: ImportRun) -> dict[int, str]:
    return dict(ImportRow.objects.filter(run=run).values_list("number", "outcome"))
