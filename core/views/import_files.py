"""Files that go with a ledger: the table to fill in, and the upload with its faults marked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import jobs
from core.access import signed_in
from core.errors import RuleError
from core.imports.deeds import MARKED
from core.imports.faults_book import XLSX, faults_book
from core.imports.template_book import template_book
from core.pages import file_response
from core.views.imports import ledger_for, own_run

# A longer file takes seconds to mark: it is made in the background.
ROWS_AT_ONCE = 2000


@require_safe
@signed_in
def import_template(request: HttpRequest, ledger: str) -> HttpResponse:
    name, content = template_book(ledger_for(request.user, ledger), by=request.user)
    return file_response(name, content, XLSX)


@require_safe
@signed_in
def import_faults(request: HttpRequest, pk: int) -> HttpResponse:
    run, _ledger = own_run(request, pk)
    if run.file and sum(run.counts.values()) > ROWS_AT_ONCE:
        job = jobs.enqueue(
            MARKED, title=_("标注问题：%s") % run.file_name, by=request.user, run=run.pk
        )
        return redirect("core:job_panel", job.pk)
    try:
        name, content = faults_book(run)
    except RuleError as error:
        messages.error(request, error.message)
        return redirect("core:import_detail", pk)
    return file_response(name, content, XLSX)
