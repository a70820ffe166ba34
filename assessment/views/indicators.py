"""Changing the table of a draft: one indicator changed or deleted; new rows come in the editor."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessment import actions, permissions
from assessment.forms import IndicatorForm, followed_words
from assessment.metrics import METRICS, Metric
from assessment.models import Indicator, Scheme
from core.access import requires
from core.pages import asks_for, perform, perform_form, render_page

# What changes with the kind of rule or its data source, with its parameters, with the example.
WHOLE = "assessment/indicator_form.html"
PARTS = {
    "rule-part": "assessment/_indicator_rule.html",
    "rule-worked": "assessment/_rule_example.html",
    "rule-answer": "assessment/_rule_answer.html",
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def indicator_edit(request: HttpRequest, pk: int) -> HttpResponse:
    indicator = _visible(request, pk)
    scheme = indicator.scheme
    _demand_reach(request, scheme)
    if not permissions.can_edit_scheme(request.user, scheme):
        return _leave_frozen(request, scheme)
    if looks := _looks(request):
        form = IndicatorForm(
            instance=indicator, scheme=scheme, user=request.user, typed=request.POST
        )
        return _form_page(request, form, template=looks)
    posted = request.POST if request.method == "POST" else None
    form = IndicatorForm(posted, instance=indicator, scheme=scheme, user=request.user)
    is_good = posted is not None and form.is_valid()
    saved = is_good and perform_form(
        request, form, actions.save_indicator, form.instance, seen=form.seen_texts()
    )
    if saved and saved.clashes:
        form.tell_clashes(saved.clashes)
    elif saved:
        messages.success(request, _("指标已保存。"))
        if saved.followed:
            messages.info(request, followed_words(saved.followed, saved.indicator.code))
        _warn_of_formalism(request, saved.indicator)
        return redirect("assessment:scheme_detail", pk=scheme.pk)
    return _form_page(request, form, status=422 if posted is not None else 200)


def _visible(request: HttpRequest, pk: int) -> Indicator:
    schemes = Scheme.objects.visible_to(request.user)
    indicators = Indicator.objects.filter(scheme__in=schemes).select_related("scheme__region")
    return get_object_or_404(indicators, pk=pk)


def _demand_reach(request: HttpRequest, scheme: Scheme) -> None:
    if not permissions.holds_over(request.user, "scheme.edit", scheme):
        raise PermissionDenied


def _looks(request: HttpRequest) -> str:
    """The part of the page that is only to be shown for what was typed; empty to save it."""
    if request.method != "POST":
        return ""
    part = next((part for part in PARTS if asks_for(request, part)), "")
    return PARTS[part] if part else (WHOLE if "look" in request.POST else "")


def _form_page(
    request: HttpRequest, form: IndicatorForm, *, template: str = WHOLE, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "scheme": form.scheme,
        "indicator": form.instance,
        "example": form.example(request.POST),
        "sources": [_source_guide(metric) for metric in METRICS.values()],
    }
    return render_page(request, template, context, status=status)


def _warn_of_formalism(request: HttpRequest, indicator: Indicator) -> None:
    """Said at once, so that nobody learns of it only when the scheme is to be published."""
    for warning in actions.scheme_warnings(indicator.scheme):
        if warning.code == indicator.code:
            messages.warning(request, warning.told_at_saving)


def _source_guide(metric: Metric) -> dict[str, str]:
    """What a metric can be told apart by and narrowed to, in words."""
    return {
        "label": metric.label,
        "names": "、".join(str(names.kinds.label) for names in metric.named),
        "conditions": "、".join(str(known.label) for known in metric.filters.values()),
        "periods": _("可按月、按季") if metric.dated else "",
    }


def _leave_frozen(request: HttpRequest, scheme: Scheme) -> HttpResponse:
    messages.error(request, actions.frozen_words())
    return redirect("assessment:scheme_detail", pk=scheme.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def indicator_delete(request: HttpRequest, pk: int) -> HttpResponse:
    indicator = _visible(request, pk)
    scheme = indicator.scheme
    _demand_reach(request, scheme)
    if not permissions.can_edit_scheme(request.user, scheme):
        return _leave_frozen(request, scheme)
    back = reverse("assessment:scheme_edit", args=[scheme.pk])
    if request.method == "POST":
        perform(request, actions.delete_indicator, indicator, done=_("指标已删除。"))
        return redirect(back)
    usage = actions.usage_of(indicator)
    if usage.is_in_use:
        messages.error(request, actions.in_use(indicator, usage))
        return redirect(f"{back}?row={indicator.pk}")
    context = {
        "indicator": indicator,
        "scheme": scheme,
        "figures": [
            {"figure": usage.rows - 1, "unit": _("行"), "label": _("下级指标一并删除")},
            {
                "figure": f"{indicator.points.normalize():f}",
                "unit": _("分"),
                "label": _("从上级的合计里减去"),
            },
        ],
    }
    return render_page(request, "assessment/indicator_confirm_delete.html", context)
