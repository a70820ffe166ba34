"""What a rehearsal made of each unit: the list, and the same as a file."""

from io import BytesIO

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessment.filters import RehearsalUnitFilter
from assessment.models import Rehearsal
from assessment.rehearsals.units import UnitResults, write_units
from core import audit
from core.access import requires
from core.demo import is_demo
from core.exports import WRITERS, filter_words
from core.file_names import safe_file_name
from core.pages import file_response, paginate, render_page
from core.sheets import SheetMeta
from core.templatetags.ui import misread_words


@require_safe
@requires("scheme.rehearse")
def rehearsal_unit_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Group by group: points and grade as rehearsed, and those of the year before."""
    rehearsal = _finished(request, pk)
    results = UnitResults.of(rehearsal)
    chosen = _chosen(request, rehearsal, results)
    page = paginate(request, chosen.qs, dress=lambda rows: rows.for_list())
    context = {
        "rehearsal": rehearsal,
        "scheme": rehearsal.scheme,
        "filter": chosen,
        "page": page,
        "outcomes": list(results.outcomes(page)),
        "exports": [
            {
                "label": _("导出 Excel"),
                "url": reverse("assessment:rehearsal_export", args=[rehearsal.pk]),
            }
        ],
    }
    template = "assessment/rehearsal_unit_list.html"
    return render_page(request, template, context, fragment="rehearsal-rows")


def _finished(request: HttpRequest, pk: int) -> Rehearsal:
    seen = Rehearsal.objects.visible_to(request.user).filter(finished_at__isnull=False)
    return get_object_or_404(seen.select_related("scheme", "baseline").defer("values"), pk=pk)


def _chosen(
    request: HttpRequest, rehearsal: Rehearsal, results: UnitResults
) -> RehearsalUnitFilter:
    """Members that were rehearsed and are still there."""
    members = rehearsal.scheme.members.filter(organisation__in=results.now)
    ordered = members.order_by("group__order", "group", "organisation__region__code", "pk")
    return RehearsalUnitFilter(
        request.GET, queryset=ordered, scheme=rehearsal.scheme, moved=results.moved
    )


@require_safe
@requires("scheme.rehearse")
def rehearsal_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows of the list for the same query, all pages of it."""
    rehearsal = _finished(request, pk)
    results = UnitResults.of(rehearsal)
    chosen = _chosen(request, rehearsal, results)
    if misread := misread_words(chosen):
        messages.error(request, _("%s，没有导出；改好筛选再导出。") % misread)
        list_url = reverse("assessment:rehearsal_unit_list", args=[rehearsal.pk])
        return redirect(f"{list_url}?{request.GET.urlencode()}")
    title = _("%(scheme)s用%(year)s年数据试算的结果") % {
        "scheme": rehearsal.scheme,
        "year": rehearsal.data_year,
    }
    meta = SheetMeta(
        title=title,
        filter_text=filter_words(chosen) or _("全部"),
        made_by=request.user.name,
        made_at=timezone.now(),
        data_as_of=rehearsal.finished_at,
        is_demo=is_demo(),
    )
    stream = BytesIO()
    write_units(stream, meta, rehearsal.data_year, results.outcomes(chosen.qs.for_list()))
    audit.record("assessment.export_rehearsal", rehearsal, by=request.user)
    return file_response(safe_file_name(title, "xlsx"), stream.getvalue(), WRITERS["xlsx"][1])
