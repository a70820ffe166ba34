"""Changing the table of a draft: add, change, delete an indicator."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessment import actions, permissions
from assessment.forms import IndicatorForm
from assessment.forms.indicator import OFFERED
from assessment.models import Indicator, Scheme
from assessment.rules import RULES
from assessment.views.schemes import visible_scheme
from core.access import requires
from core.pages import perform, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def indicator_create(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = visible_scheme(request, pk)
    return _edit(request, scheme, Indicator(scheme=scheme))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def indicator_edit(request: HttpRequest, pk: int) -> HttpResponse:
    indicator = _visible(request, pk)
    return _edit(request, indicator.scheme, indicator)


def _visible(request: HttpRequest, pk: int) -> Indicator:
    schemes = Scheme.objects.visible_to(request.user)
    indicators = Indicator.objects.filter(scheme__in=schemes).select_related("scheme__region")
    return get_object_or_404(indicators, pk=pk)


def _demand_reach(request: HttpRequest, scheme: Scheme) -> None:
    if not permissions.holds_over(request.user, "scheme.edit", scheme):
        raise PermissionDenied


def _edit(request: HttpRequest, scheme: Scheme, indicator: Indicator) -> HttpResponse:
    _demand_reach(request, scheme)
    if not permissions.can_edit_scheme(request.user, scheme):
        return _leave_frozen(request, scheme)
    posted = request.POST if request.method == "POST" else None
    form = IndicatorForm(posted, instance=indicator, scheme=scheme, user=request.user)
    is_good = posted is not None and form.is_valid()
    if is_good and perform(request, actions.save_indicator, form.instance, done=_("指标已保存。")):
        return redirect("assessment:scheme_detail", pk=scheme.pk)
    context = {
        "form": form,
        "scheme": scheme,
        "indicator": indicator,
        "guides": [{"label": rule.label, "keys": _keys(rule)} for rule in map(RULES.get, OFFERED)],
    }
    status = 422 if posted is not None else 200
    return render_page(request, "assessment/indicator_form.html", context, status=status)


def _keys(rule: type) -> str:
    return "；".join(parameter.key for parameter in rule.parameters())


def _leave_frozen(request: HttpRequest, scheme: Scheme) -> HttpResponse:
    messages.error(request, _("方案已发布，指标不能再改；需要改动请另起草新方案。"))
    return redirect("assessment:scheme_detail", pk=scheme.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def indicator_delete(request: HttpRequest, pk: int) -> HttpResponse:
    indicator = _visible(request, pk)
    scheme = indicator.scheme
    _demand_reach(request, scheme)
    if not permissions.can_edit_scheme(request.user, scheme):
        return _leave_frozen(request, scheme)
    if request.method == "POST":
        perform(request, actions.delete_indicator, indicator, done=_("指标已删除。"))
        return redirect("assessment:scheme_detail", pk=scheme.pk)
    context = {
        "indicator": indicator,
        "scheme": scheme,
        "figures": [
            {"figure": indicator.children.count(), "unit": _("项"), "label": _("下级指标一并删除")}
        ],
    }
    return render_page(request, "assessment/indicator_confirm_delete.html", context)
