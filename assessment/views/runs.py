"""The computations of a scheme: when, by whom, on which data, and what each one changed."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db.models import Avg, Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessment import actions, permissions
from assessment.models import Run, Score
from assessment.run_book import run_csv, run_workbook
from assessment.run_changes import changed_scores, line_changes, run_before
from assessment.views.schemes import visible_scheme
from assessment.views.scores import visible_score
from core import audit
from core.access import requires
from core.demo import is_demo
from core.exports import WRITERS
from core.file_names import safe_file_name
from core.pages import file_response, paginate, perform, render_page
from core.sheets import SheetMeta


@require_safe
@requires("run.view")
def run_list(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, "run.view", scheme):
        raise PermissionDenied
    runs = (
        Run.objects.visible_to(request.user)
        .filter(scheme=scheme)
        .select_related("job", "requested_by", "organisation__region__parent")
        .annotate(units=Count("scores"), mean=Avg("scores__total"))
    )
    context = {"scheme": scheme, "page": paginate(request, runs.order_by("-number"))}
    return render_page(request, "assessment/run_list.html", context, fragment="run-rows")


@require_safe
@requires("run.view")
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One finished computation beside the one before it."""
    run = _finished_run(request, pk)
    before = run_before(run)
    context = {
        "scheme": run.scheme,
        "run": run,
        "before": before,
        "figures": [_figures(one) for one in (before, run) if one is not None],
        "is_same": before is not None and before.digest == run.digest,
    }
    if before is not None:
        changed = changed_scores(run, before).for_list().with_names()
        page = paginate(request, changed)
        context |= {"page": page, "rows": _rows(page, run, before)}
    return render_page(request, "assessment/run_detail.html", context, fragment="run-changes")


def _finished_run(request: HttpRequest, pk: int) -> Run:
    runs = Run.objects.visible_to(request.user).filter(finished_at__isnull=False)
    return get_object_or_404(runs.select_related("scheme", "requested_by"), pk=pk)


@require_safe
@requires("run.view")
def run_export(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """All that a computation read, as `try_scheme` takes it; or what it gave, as that prints it."""
    run = _finished_run(request, pk)
    if file_format not in WRITERS:
        raise Http404
    words = {"scheme": run.scheme, "number": run.number}
    if file_format == "csv":
        title = _("%(scheme)s第%(number)s次计算的结果") % words
        content = run_csv(run).encode()
    else:
        title = _("%(scheme)s第%(number)s次计算的数据") % words
        made = request.user.name, timezone.now(), run.data_as_of
        content = run_workbook(run, SheetMeta(title, _("全部单位"), *made, is_demo=is_demo()))
    audit.record("assessment.export_run", run, by=request.user)
    return file_response(safe_file_name(title, file_format), content, WRITERS[file_format][1])


def _figures(run: Run) -> dict[str, Any]:
    found = run.scores.aggregate(units=Count("pk"), mean=Avg("total"))
    return {"run": run, **found}


def _rows(page: Page, run: Run, before: Run) -> list[dict[str, Any]]:
    lines = line_changes(run, before, [score.organisation_id for score in page])
    return [{"score": score, "lines": lines.get(score.organisation_id, [])} for score in page]


@require_POST
@requires("score.compute")
def score_recompute(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one unit's records anew; all others keep the values of the last computation."""
    score: Score = visible_score(request, pk)
    scheme = score.run.scheme
    if not permissions.holds_over(request.user, "score.compute", scheme):
        raise PermissionDenied
    done = _("已开始重算“{unit}”，完成后在“历次计算”里看变化。").format(unit=score.unit_label)
    perform(request, actions.start_run, scheme, organisation=score.organisation, done=done)
    return redirect("assessment:scheme_detail", pk=scheme.pk)
