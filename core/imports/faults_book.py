"""The file that was uploaded, with what is wrong with it as comments of its cells."""

from pathlib import PurePath

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleError
from core.file_names import safe_file_name
from core.imports.deeds import MARKED
from core.imports.ledger import LEDGERS
from core.imports.showing import BAD, marks_of, row_column
from core.jobs import JobHandle, job_handler
from core.models import ImportRun
from core.sheets.marking import mark_cells

ERASED = gettext_lazy("原文件已按期清除，请重新上传。")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def faults_book(run: ImportRun) -> tuple[str, bytes]:
    """File name and content; RuleError when there is nothing to mark or nothing to mark it in."""
    marks = marks_of(run, run.rows.filter(outcome__in=BAD))
    if not marks:
        raise RuleError(_("没有有误或待认定的行，不必标注。"))
    if not run.file:
        raise RuleError(ERASED)
    with run.file.open("rb") as file:
        content = file.read()
    marked = mark_cells(
        content,
        run.sheet,
        marks,
        row_column=row_column(run),
        max_rows=LEDGERS[run.ledger].most_rows,
    )
    return safe_file_name(_("%s（标注问题）") % PurePath(run.file_name).stem, "xlsx"), marked


@job_handler(MARKED)
def make_faults_book(handle: JobHandle) -> None:
    book = faults_book(ImportRun.objects.get(pk=handle.params["run"]))
    with transaction.atomic():
        # Whoever erases the upload meanwhile erases this copy of it too, or it is not kept.
        run = ImportRun.objects.select_for_update(of=("self",)).get(pk=handle.params["run"])
        if not run.file:
            raise RuleError(ERASED)
        handle.attach(*book, XLSX)
