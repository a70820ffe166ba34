"""本单位预估: what a unit has today and can still get, from the scheme's publication on."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from accounts.rights import Scope
from assessment.filters import ForecastFilter
from assessment.models import GroupMember, Run, Scheme, Score
from assessment.unit_sheets import best_step, forecast_of, forecasts_of, last_result, next_steps
from core.access import requires
from core.pages import paginate, render_page


@require_safe
@requires("score.view")
def forecast_list(request: HttpRequest) -> HttpResponse:
    """The units of the year's scheme in the user's reach; a single one is opened at once."""
    scheme = _scheme_of_year(request)
    if scheme is None:
        return render_page(request, "assessment/forecast_empty.html", _nothing(request))
    members = GroupMember.objects.visible_to(request.user).filter(scheme=scheme)
    if not request.GET:
        first = list(members.values_list("pk", flat=True)[:2])
        if len(first) == 1:
            return redirect("assessment:forecast_detail", pk=first[0])
    chosen = ForecastFilter(request.GET, queryset=members.order_by(*_order()), scheme=scheme)
    page = paginate(request, chosen.qs, dress=lambda rows: rows.for_list())
    context = {
        "scheme": scheme,
        "filter": chosen,
        "page": page,
        "forecasts": forecasts_of(scheme, page.object_list),
    }
    return render_page(request, "assessment/forecast_list.html", context, fragment="forecast-rows")


def _order() -> tuple[str, ...]:
    """By place, never by points."""
    return ("group__order", "organisation__region__code", "pk")


def _scheme_of_year(request: HttpRequest) -> Scheme | None:
    """The newest scheme of the year that is being carried out and has units in reach."""
    mine = GroupMember.objects.visible_to(request.user)
    schemes = Scheme.objects.visible_to(request.user).filter(
        year=request.year, status__in=Scheme.OPEN, pk__in=mine.values("scheme")
    )
    return schemes.order_by("-pk").first()


def _nothing(request: HttpRequest) -> dict[str, Any]:
    """Why there is nothing to forecast: decided already, or not published yet."""
    decided = Scheme.objects.visible_to(request.user).filter(
        year=request.year, status__in=Scheme.DECIDED
    )
    return {"decided": decided.order_by("-pk").first()}


@require_safe
@requires("score.view")
def forecast_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit's forecast; once the result is decided its sheet is shown instead."""
    members = GroupMember.objects.visible_to(request.user).for_list()
    member = get_object_or_404(members, pk=pk)
    score = _last_score(member)
    if member.scheme.status not in Scheme.OPEN:
        if score is not None:
            return redirect("assessment:score_detail", pk=score.pk)
        return render_page(request, "assessment/forecast_empty.html", {"decided": member.scheme})
    forecast = forecast_of(member)
    steps = next_steps(forecast.improvable, request.user)
    context = {
        "member": member,
        "scheme": member.scheme,
        "forecast": forecast,
        "steps": steps,
        "best": best_step(steps),
        "score": score,
        "last_year": last_result(member.scheme, member.organisation_id),
        "has_list": _has_list(request),
    }
    return render_page(request, "assessment/forecast_detail.html", context)


def _last_score(member: GroupMember) -> Score | None:
    run = Run.objects.latest_finished(member.scheme)
    return Score.objects.filter(run=run, organisation=member.organisation_id).first()


def _has_list(request: HttpRequest) -> bool:
    """Whether the user sees more than one unit."""
    grants = request.user.grants("score.view")
    if any(grant.scope != Scope.OWN for grant in grants):
        return True
    return (
        GroupMember.objects.visible_to(request.user).filter(scheme__year=request.year).count() > 1
    )
