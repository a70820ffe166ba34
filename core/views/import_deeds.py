"""What is done with a run: read anew, answer, save, undo, give up. All are sent, none is read."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import signed_in
from core.imports import deeds, showing
from core.imports.forms import ReadingForm
from core.models import ImportRow, ImportRun
from core.pages import perform, render_page
from core.views.imports import own_run, run_page

Outcome = ImportRow.Outcome


@require_POST
@signed_in
def import_reread(request: HttpRequest, pk: int) -> HttpResponse:
    run, ledger = own_run(request, pk)
    form = ReadingForm(request.POST, run=run, ledger=ledger)
    is_sound = form.is_valid()
    if not is_sound and run.state in (ImportRun.State.READY, ImportRun.State.FAILED):
        return run_page(request, run, ledger, form)
    perform(request, deeds.reread, run, **(form.wishes() if is_sound else {}))
    return redirect("core:import_detail", pk)


@require_POST
@signed_in
def import_choose(request: HttpRequest, pk: int) -> HttpResponse:
    run, _ledger = own_run(request, pk)
    perform(request, deeds.choose, run, answers=showing.answers_in(request.POST))
    return redirect("core:import_detail", pk)


@require_POST
@signed_in
def import_accept_all(request: HttpRequest, pk: int) -> HttpResponse:
    run, _ledger = own_run(request, pk)
    perform(request, deeds.accept_all, run)
    return redirect("core:import_detail", pk)


@require_POST
@signed_in
def import_save(request: HttpRequest, pk: int) -> HttpResponse:
    run, _ledger = own_run(request, pk)
    perform(request, deeds.save_import, run, only_good="only_good" in request.POST)
    return redirect("core:import_detail", pk)


@require_POST
@signed_in
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    run, _ledger = own_run(request, pk)
    perform(request, deeds.cancel_import, run)
    return redirect("core:import_detail", pk)


@require_http_methods(["GET", "POST"])
@signed_in
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Says in numbers what undoing takes back, and asks once."""
    run, ledger = own_run(request, pk)
    if request.method == "POST":
        perform(request, deeds.undo_import, run)
        return redirect("core:import_detail", pk)
    if run.state != ImportRun.State.SAVED:
        messages.warning(request, _("只有已导入的台账才能撤销。"))
        return redirect("core:import_detail", pk)
    context = {"run": run, "ledger": ledger, "facts": _taken_back(run, ledger)}
    return render_page(request, "core/import_confirm_undo.html", context)


def _taken_back(run: ImportRun, ledger: Any) -> list[dict[str, Any]]:
    changed = _("是这次修改的，将恢复原内容")
    if ledger.withholds:
        changed = _("是这次更换的，将删去；原来的已不保留")
    return [
        {"figure": run.count(outcome), "unit": str(ledger.noun), "label": label}
        for outcome, label in ((Outcome.ADD, _("是这次新增的，将删去")), (Outcome.CHANGE, changed))
        if run.count(outcome)
    ]
