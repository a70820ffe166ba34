"""Results as files: the ledger, one unit's sheet, all sheets in the background."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessment import actions
from assessment.exports import SCORES, scores_of
from assessment.models import Run
from assessment.views.schemes import visible_scheme
from assessment.views.scores import visible_score
from core.access import requires
from core.exports import export_list, filter_words
from core.pages import file_response, perform


@require_safe
@requires("score.view")
def score_export(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """The ledger of what the list shows for the same query."""
    scheme = visible_scheme(request, pk)
    request.GET = request.GET.copy()
    request.GET["scheme"] = str(scheme.pk)
    return export_list(request, SCORES, file_format)


@require_safe
@requires("sheet.export")
def score_sheet(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """One unit's sheet, made at once."""
    if file_format not in actions.SHEETS:
        raise Http404
    score = visible_score(request, pk)
    file = perform(request, actions.export_sheet, score, file_format=file_format)
    if file is None:
        return redirect("assessment:score_detail", pk=score.pk)
    return file_response(file.name, file.content, file.content_type)


@require_POST
@requires("sheet.export")
def sheets_start(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """Begin one file with the sheets of all units that the list shows for the same query."""
    if file_format not in actions.SHEETS:
        raise Http404
    scheme = visible_scheme(request, pk)
    run = Run.objects.select_related("scheme").latest_finished(scheme)
    if run is None:
        raise Http404
    chosen = scores_of(run, request.user, request.GET)
    perform(
        request,
        actions.start_sheets,
        run,
        file_format=file_format,
        scores=list(chosen.qs.values_list("pk", flat=True)),
        filter_text=filter_words(chosen),
        done=_("已开始生成，完成后在本页下载；可以离开。"),
    )
    query = request.GET.urlencode()
    return redirect(f"{reverse('assessment:score_list', args=[scheme.pk])}?{query}")
