"""The one score per unit for the county's annual performance assessment."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessment import actions, permissions
from assessment.annual import FILES, annual_scores
from assessment.forms import AnnualWeightForm
from assessment.models import Scheme
from assessment.views.schemes import visible_scheme
from core.access import requires
from core.pages import file_response, paginate, perform, perform_form, render_page


def _scheme(request: HttpRequest, pk: int, action: str) -> Scheme:
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, action, scheme):
        raise PermissionDenied
    return scheme


@require_safe
@requires("annual.export")
def annual_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What is exported, row by row, with the formula in words."""
    scheme = _scheme(request, pk, "annual.export")
    missing = actions.missing_for_annual(scheme)
    annual = None if missing else annual_scores(scheme)
    weighs = scheme.annual_weight is None and permissions.holds_over(
        request.user, "annual.weigh", scheme
    )
    labels = {"xlsx": _("导出 Excel"), "csv": _("导出 CSV"), "json": _("导出 JSON")}
    context = {
        "scheme": scheme,
        "missing": missing,
        "annual": annual,
        "page": paginate(request, list(annual.rows), per_page=50) if annual else None,
        "can_weigh": weighs,
        "files": [
            {"label": label, "url": reverse("assessment:annual_export", args=[scheme.pk, key])}
            for key, label in labels.items()
        ],
    }
    return render_page(request, "assessment/annual_list.html", context)


@require_safe
@requires("annual.export")
def annual_export(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    if file_format not in FILES:
        raise Http404
    scheme = _scheme(request, pk, "annual.export")
    file = perform(request, actions.export_annual, scheme, file_format=file_format)
    if file is None:
        return redirect("assessment:annual_list", pk=scheme.pk)
    return file_response(file.name, file.content, file.content_type)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("annual.weigh")
def annual_weigh(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down the weight of a scheme that was published without one."""
    scheme = _scheme(request, pk, "annual.weigh")
    posted = request.POST if request.method == "POST" else None
    form = AnnualWeightForm(posted)
    if posted is not None and form.is_valid():
        weight = form.cleaned_data["weight"]
        done = _("权重已填写，定稿后可以导出。")
        if perform_form(request, form, actions.set_annual_weight, scheme, done=done, weight=weight):
            return redirect("assessment:annual_list", pk=scheme.pk)
    context = {
        "heading": _("填写权重"),
        "lead": _("权重填写后不能再改。"),
        "form": form,
        "back_url": reverse("assessment:annual_list", args=[scheme.pk]),
        "back_label": _("年度实绩考核"),
        "submit_label": _("保存"),
    }
    status = 422 if form.errors else 200
    return render_page(request, "assessment/flow_form.html", context, status=status)
