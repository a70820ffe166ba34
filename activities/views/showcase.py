"""The library of showcase cases, and how the office writes one."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import actions
from activities.filters import CaseFilter
from activities.forms import CaseForm, ReasonForm
from activities.models import Activity, Participation, ShowcaseCase
from activities.permissions import can_edit_case, can_publish_case
from activities.views.tabs import activity_tabs
from activities.views.wording import case_now, history_of
from core.access import requires, signed_in
from core.pages import paginate, perform, perform_form, render_page
from organisations.models import Organisation
from partnerships.models import Partnership

FORM = "activities/case_form.html"
Status = ShowcaseCase.Status


@require_safe
@signed_in
def case_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    seen = ShowcaseCase.objects.visible_to(user)
    chosen = CaseFilter(request.GET, seen.for_list(), user=user)
    context = {
        "filter": chosen,
        "page": paginate(request, chosen.qs),
        "tabs": activity_tabs(user, "activities:case_list"),
        "shows_status": user.can("showcase.edit"),
        "is_filtered": any(request.GET.get(key) for key in ("q", "kind", "year", "status")),
    }
    return render_page(request, "activities/case_list.html", context, fragment="case-rows")


@require_safe
@signed_in
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user = request.user
    seen = ShowcaseCase.objects.visible_to(user).for_list()
    case = get_object_or_404(seen.select_related("activity", "partnership"), pk=pk)
    may_edit = can_edit_case(user, case)
    may_publish = can_publish_case(user, case)
    context = {
        "case": case,
        "source_url": _source_url(user, case),
        "can_edit": may_edit,
        "can_publish": may_publish,
        "can_withdraw": may_edit and case.can_become(Status.WITHDRAWN),
        "can_delete": may_edit and case.status == Status.DRAFT,
        "what_now": case_now(case, can_publish=may_publish),
        "history": history_of(case) if user.can("showcase.edit") else [],
    }
    return render_page(request, "activities/case_detail.html", context)


def _source_url(user: Any, case: ShowcaseCase) -> str:
    """The page of what it came from, for whoever may open it."""
    model, name = type(case.source), "activities:activity_detail"
    if model is Partnership:
        name = "partnerships:partnership_detail"
    action = "partnership.view" if model is Partnership else "activity.view"
    rows = model.objects.visible_to(user).filter(pk=case.source.pk)
    return reverse(name, args=[case.source.pk]) if user.can(action) and rows.exists() else ""


def _source(request: HttpRequest) -> Activity | Partnership:
    """What the case is written from, by ?activity or ?partnership; 404 without one."""
    for key, model in (("activity", Activity), ("partnership", Partnership)):
        pk = request.GET.get(key, "")
        if pk.isdecimal() and len(pk) <= 18:
            return get_object_or_404(model.objects.visible_to(request.user), pk=int(pk))
    raise Http404


def _preset(source: Activity | Partnership) -> dict[str, Any]:
    """What is known already need not be typed again."""
    if isinstance(source, Activity):
        parts = source.participations.filter(confirmation=Participation.Confirmation.CONFIRMED)
        told = [source.summary, source.outcome]
    else:
        parts, told = source.members.filter(consent="agreed"), []
    units = Organisation.objects.filter(pk__in=parts.values("organisation"), is_external=False)
    return {
        "title": str(source),
        "done": "\n".join(text for text in told if text),
        "organisations": [unit.pk for unit in units],
        "kinds": sorted({unit.kind for unit in units}),
    }


@require_http_methods(["GET", "POST"])
@requires("showcase.edit")
def case_create(request: HttpRequest) -> HttpResponse:
    source = _source(request)
    data = request.POST if request.method == "POST" else None
    form = CaseForm(data, user=request.user, initial=_preset(source))
    if request.method == "POST" and form.is_valid():
        done = _("已存为草稿，核对后发布，各单位就能看到。")
        case = perform_form(
            request, form, actions.write_case, source, facts=form.facts(), done=done
        )
        if case:
            return redirect("activities:case_detail", case.pk)
    back = "activities:activity_detail"
    if isinstance(source, Partnership):
        back = "partnerships:partnership_detail"
    context = {"form": form, "source": source, "cancel_url": reverse(back, args=[source.pk])}
    return render_page(request, FORM, context)


def _edited(request: HttpRequest, pk: int, may: Callable[..., bool]) -> ShowcaseCase:
    case = get_object_or_404(ShowcaseCase.objects.visible_to(request.user), pk=pk)
    if not may(request.user, case):
        raise PermissionDenied(
            _("案例已撤下，或涉及您所在的单位，不能这样办；请由其他工作人员办理。")
        )
    return case


@require_http_methods(["GET", "POST"])
@requires("showcase.edit")
def case_edit(request: HttpRequest, pk: int) -> HttpResponse:
    case = _edited(request, pk, can_edit_case)
    data = request.POST if request.method == "POST" else None
    form = CaseForm(data, user=request.user, case=case)
    back = reverse("activities:case_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        done = _("案例已修改。")
        if perform_form(request, form, actions.change_case, case, facts=form.facts(), done=done):
            return redirect(back)
    context = {"form": form, "case": case, "source": case.source, "cancel_url": back}
    return render_page(request, FORM, context)


@require_POST
@requires("showcase.edit")
def case_publish(request: HttpRequest, pk: int) -> HttpResponse:
    case = _edited(request, pk, can_publish_case)
    perform(request, actions.publish_case, case, done=_("已发布，所有用户都能看到。"))
    return redirect("activities:case_detail", pk)


@require_http_methods(["GET", "POST"])
@requires("showcase.edit")
def case_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    case = _edited(request, pk, can_edit_case)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    back = reverse("activities:case_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        done, reason = _("已撤下，其他用户不再看到。"), form.cleaned_data["reason"]
        if perform_form(request, form, actions.withdraw_case, case, reason=reason, done=done):
            return redirect(back)
    context = {"case": case, "form": form, "cancel_url": back}
    return render_page(request, "activities/case_confirm_withdraw.html", context)


@require_http_methods(["GET", "POST"])
@requires("showcase.edit")
def case_delete(request: HttpRequest, pk: int) -> HttpResponse:
    case = _edited(request, pk, can_edit_case)
    if request.method == "POST":
        done = _("草稿已删除。")
        gone = perform(request, actions.delete_case, case, done=done)
        return redirect("activities:case_list") if gone else redirect("activities:case_detail", pk)
    context = {"case": case, "cancel_url": reverse("activities:case_detail", args=[pk])}
    return render_page(request, "activities/case_confirm_delete.html", context)
