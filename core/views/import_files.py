"""Files that go with a ledger: the table to fill in, and the upload with its faults marked."""

from typing import Any

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
from core.models import ImportRun, Job
from core.pages import file_response
from core.views.imports import ledger_for, own_run

# A longer or heavier file takes seconds to mark: it is made in the background.
ROWS_AT_ONCE = 2000
BYTES_AT_ONCE = 1024 * 1024


@require_safe
@signed_in
def import_template(request: HttpRequest, ledger: str) -> HttpResponse:
    name, content = template_book(ledger_for(request.user, ledger), by=request.user)
    return file_response(name, content, XLSX)


@require_safe
@signed_in
def import_faults(request: HttpRequest, pk: int) -> HttpResponse:
    run, _ledger = own_run(request, pk)
    if run.file and _is_heavy(run):
        return redirect("core:job_panel", _marking(run, request.user).pk)
    try:
        name, content = faults_book(run)
    except RuleError as error:
        messages.error(request, error.message)
        return redirect("core:import_detail", pk)
    return file_response(name, content, XLSX)


def _is_heavy(run: ImportRun) -> bool:
    return sum(run.counts.values()) > ROWS_AT_ONCE or run.file.size > BYTES_AT_ONCE


def _marking(run: ImportRun, user: Any) -> Job:
    """The job that marks it: the one that is at it already, however often it is asked for."""
    under_way = user.jobs.filter(
        kind=MARKED, params__run=run.pk, state__in=(Job.State.WAITING, Job.State.RUNNING)
    ).first()
    return under_way or jobs.enqueue(
        MARKED, title=_("标注问题：%s") % run.file_name, by=user, run=run.pk
    )
