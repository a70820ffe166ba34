"""Results as files: the ledger, one unit's sheet, all sheets in the background."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessment import actions
from assessment.exports import SCORES, scores_of
from assessment.models import Run
from assessment.rules import RuleRefused
from assessment.scheme_book.stored import book_of
from assessment.scheme_book.writer import write_scheme
from assessment.views.schemes import visible_scheme
from assessment.views.scores import visible_score
from core import audit
from core.access import requires
from core.demo import is_demo
from core.exports import WRITERS, export_list, filter_words
from core.file_names import safe_file_name
from core.pages import file_response, perform
from core.sheets import SheetMeta

XLSX = WRITERS["xlsx"][1]


@require_safe
@requires("scheme.view")
def scheme_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The scheme as the workbook that an office edits by hand and rehearses."""
    scheme = visible_scheme(request, pk)
    try:
        book = book_of(scheme, seen_by=request.user)
    except RuleRefused as refusal:
        told = _("有指标的参数不对，改好后才能导出：%s。")
        messages.error(request, told % refusal.faults[0].message.rstrip("。"))
        return redirect("assessment:scheme_detail", pk=scheme.pk)
    stream, now = BytesIO(), timezone.now()
    meta = SheetMeta(
        scheme.title, _("全部"), request.user.name, made_at=now, data_as_of=now, is_demo=is_demo()
    )
    write_scheme(stream, book, meta, with_legend=True)
    audit.record("assessment.export_scheme", scheme, by=request.user)
    return file_response(safe_file_name(scheme.title, "xlsx"), stream.getvalue(), XLSX)


@require_safe
@requires("score.view")
def score_export(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """The ledger of what the list shows for the same query."""
    scheme = visible_scheme(request, pk)
    request.GET = request.GET.copy()
    request.GET["scheme"] = str(scheme.pk)
    list_url = reverse("assessment:score_list", args=[scheme.pk])
    return export_list(request, SCORES, file_format, list_url=list_url)


def send_paper(
    request: HttpRequest, deed: Callable[..., Any], subject: Any, *, file_format: str, back: str
) -> HttpResponse:
    """The paper that the deed makes of the subject, or back to where it was asked for."""
    file = perform(request, deed, subject, file_format=file_format)
    if file is None:
        return redirect(back)
    return file_response(file.name, file.content, file.content_type)


@require_safe
@requires("sheet.export")
def score_sheet(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """One unit's sheet, made at once."""
    if file_format not in actions.SHEETS:
        raise Http404
    score = visible_score(request, pk)
    back = reverse("assessment:score_detail", args=[score.pk])
    return send_paper(request, actions.export_sheet, score, file_format=file_format, back=back)


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
