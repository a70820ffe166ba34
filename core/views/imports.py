"""Ledgers brought in: one's own runs, the upload, the page of one run."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import signed_in
from core.imports import deeds, showing
from core.imports.deeds import KEPT_DAYS
from core.imports.forms import ReadingForm, UploadForm
from core.imports.ledger import LEDGERS, Ledger
from core.models import ImportRow, ImportRun
from core.pages import paginate, perform_form, render_page
from core.sheets.reader import MAX_BYTES

State = ImportRun.State
Outcome = ImportRow.Outcome
ROWS_SHOWN = 50


@require_safe
@signed_in
def import_list(request: HttpRequest) -> HttpResponse:
    page = paginate(request, request.user.import_runs.all())
    titles = {key: ledger.title for key, ledger in LEDGERS.items()}
    context = {
        "page": page,
        "runs": [{"run": run, "title": titles.get(run.ledger, run.ledger)} for run in page],
        "ledgers": showing.ledgers_for(request.user),
    }
    return render_page(request, "core/import_list.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def import_create(request: HttpRequest, ledger: str) -> HttpResponse:
    """Choose a file; it is read in the background."""
    kind = ledger_for(request.user, ledger)
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
    if posted and form.is_valid():
        facts = {"file": form.cleaned_data["file"], "blank_clears": form.blank_clears}
        if run := perform_form(request, form, deeds.start_import, kind.key, **facts):
            return redirect("core:import_detail", run.pk)
    context = {
        "form": form,
        "ledger": kind,
        "columns": kind.columns,
        "max_mb": MAX_BYTES // (1024 * 1024),
        "kept_days": KEPT_DAYS,
    }
    status = 422 if form.errors else 200
    return render_page(request, "core/import_form.html", context, status=status)


@require_safe
@signed_in
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    run, ledger = own_run(request, pk)
    return run_page(request, run, ledger)


def ledger_for(user: Any, key: str) -> type[Ledger]:
    """The ledger of this name: 404 for none, 403 for whoever may not bring it in."""
    ledger = LEDGERS.get(key)
    if ledger is None:
        raise Http404
    if not user.can(ledger.action):
        raise PermissionDenied
    return ledger


def own_run(request: HttpRequest, pk: int) -> tuple[ImportRun, type[Ledger]]:
    """A run is its uploader's affair alone, for as long as they hold the ledger's right."""
    run = get_object_or_404(request.user.import_runs.select_related("job"), pk=pk)
    return run, ledger_for(request.user, run.ledger)


def run_page(
    request: HttpRequest,
    run: ImportRun,
    ledger: type[Ledger],
    form: ReadingForm | None = None,
) -> HttpResponse:
    """What the run's state asks for; `form` is one that was sent and has faults."""
    context = {"run": run, "ledger": ledger, "kept_until": showing.kept_until(run)}
    if run.is_busy:
        context |= _progress(request, run)
    elif run.state in (State.READY, State.SAVED):
        context |= _rows(request, run) | _figures(run)
    if run.file and run.state in (State.READY, State.FAILED):
        context["form"] = form or ReadingForm(run=run, ledger=ledger)
    context["list_url"] = reverse(ledger.list_url) if ledger.list_url else ""
    status = 422 if form is not None else 200
    return render_page(request, "core/import_detail.html", context, status=status)


def _progress(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    url = reverse("core:import_detail", args=[run.pk])
    return {"job": run.job, "panel_id": "import-job", "downloads": [], "next_url": url}


def _rows(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """The rows of the tab that is open."""
    tab = showing.tab_of(run, request.GET.get("show", ""))
    page = paginate(request, run.rows.filter(outcome=tab), per_page=ROWS_SHOWN)
    labels = dict(Outcome.choices)
    context = {
        "tab": tab,
        "page": page,
        "tabs": [
            {
                "label": labels[one],
                "url": f"?show={one}#rows",
                "count": run.count(one),
                "is_current": one == tab,
            }
            for one in showing.TABS
            if run.count(one)
        ],
    }
    if tab == Outcome.NEAR:
        context["doubts"] = showing.doubts_of(run, page.object_list)
    if tab == Outcome.FAULT:
        context["marks"] = showing.marks_of(run, page.object_list)
    return context


def _figures(run: ImportRun) -> dict[str, Any]:
    """The numbers on top, and what may be done with them."""
    bad, good = run.count(*showing.BAD), run.count(*showing.GOOD)
    labels = dict(Outcome.choices)
    return {
        "figures": [
            {
                "label": labels[one],
                "figure": run.count(one),
                "tone": ImportRow.OUTCOME_TONES[one] if run.count(one) else "",
                "url": f"?show={one}#rows" if run.count(one) else "",
            }
            for one in Outcome.values
        ],
        "bad": bad,
        "good": good,
        "now": _now(run, bad, good),
        "has_file": bool(run.file),
        "left_out": showing.left_out(run),
    }


def _now(run: ImportRun, bad: int, good: int) -> dict[str, str]:
    """The one sentence that says what to do."""
    if run.state != State.READY:
        return {}
    if bad and good:
        told = _("%(good)d 行可以导入，%(bad)d 行要先处理；也可以先导入无误的行。")
        return {"text": told % {"good": good, "bad": bad}, "tone": "warning"}
    if bad:
        told = _("%d 行要先处理，处理后才能导入。")
        return {"text": told % bad, "tone": "warning"}
    if good:
        return {"text": _("%d 行核对无误，可以导入。") % good, "tone": "success"}
    return {"text": _("表里的内容与平台一致，没有要导入的。"), "tone": "info"}
