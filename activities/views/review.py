"""The office's queue: one report after the other, accepted with one key or returned."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import actions
from activities.closed_years import why_closed
from activities.forms import AcceptForm, ReturnForm, rate_form
from activities.models import Activity, likely_doubles
from activities.permissions import can_rate_activity, can_review_activity, is_own_report
from activities.views.detail import facts_shown
from activities.views.sending import warnings_of
from core.access import requires
from core.errors import RuleError
from core.pages import perform, perform_form, record_refusal, render_page, safe_next


def queue_of(user: Any) -> list[int]:
    """Reports to review, the longest waiting first."""
    waiting = Activity.objects.awaiting_review_by(user).order_by("submitted_at", "pk")
    return list(waiting.values_list("pk", flat=True))


def _reviewed(request: HttpRequest, pk: int) -> Activity:
    activity = get_object_or_404(Activity.objects.visible_to(request.user).for_detail(), pk=pk)
    if not can_review_activity(request.user, activity):
        own = is_own_report(request.user, activity)
        raise PermissionDenied(
            _("您所在单位参加了这次活动，不能审核本单位的报送，请由其他审核人员办理。")
            if own
            else _("这份报送不在您的审核范围内。")
        )
    return activity


@require_safe
@requires("activity.review")
def activity_review_next(request: HttpRequest) -> HttpResponse:
    queue = queue_of(request.user)
    if queue:
        return redirect("activities:activity_review", queue[0])
    messages.info(request, _("没有待审核的报送。"))
    return redirect("activities:activity_list")


@require_safe
@requires("activity.review")
def activity_review(request: HttpRequest, pk: int) -> HttpResponse:
    return _review_page(request, _reviewed(request, pk), AcceptForm())


def _review_page(
    request: HttpRequest, activity: Activity, accept_form: AcceptForm, status: int = 200
) -> HttpResponse:
    context = {
        "activity": activity,
        "doubles": likely_doubles(activity),
        "warnings": [
            (activity._meta.get_field(name).verbose_name, said)
            for name, said in warnings_of(activity).items()
            if said
        ],
        "accept_form": accept_form,
        "return_form": ReturnForm(auto_id="return_%s"),
        "is_waiting": activity.status == Activity.Status.SUBMITTED,
        **_place_in_queue(request, activity.pk),
        **facts_shown(request.user, activity),
    }
    return render_page(request, "activities/activity_review.html", context, status=status)


def _place_in_queue(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Where this report stands among those waiting, with its neighbours."""
    queue = queue_of(request.user)
    place = queue.index(pk) if pk in queue else -1
    before = queue[place - 1] if place > 0 else None
    after = queue[place + 1] if 0 <= place < len(queue) - 1 else None
    if place < 0 and queue:
        after = queue[0]
    return {
        "place": place + 1,
        "total": len(queue),
        "previous_url": _review_url(before),
        "next_url": _review_url(after),
        "next_pk": after,
    }


def _review_url(pk: int | None) -> str:
    return reverse("activities:activity_review", args=[pk]) if pk else ""


def _go_on(request: HttpRequest) -> HttpResponse:
    """To the next report of the queue, or the address that the page named."""
    following = request.POST.get("following", "")
    queue = queue_of(request.user)
    if following.isdecimal() and len(following) <= 18 and int(following) in queue:
        return redirect("activities:activity_review", int(following))
    if queue and "next" not in request.POST:
        return redirect("activities:activity_review", queue[0])
    return redirect(safe_next(request, reverse("activities:activity_list")))


@require_POST
@requires("activity.review")
def activity_accept(request: HttpRequest, pk: int) -> HttpResponse:
    activity = _reviewed(request, pk)
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return _review_page(request, activity, form, status=422)
    done = _("已采用“%s”。") % activity
    perform(request, actions.accept_activity, activity, done=done, **form.cleaned_data)
    return _go_on(request)


@require_http_methods(["GET", "POST"])
@requires("activity.review")
def activity_return(request: HttpRequest, pk: int) -> HttpResponse:
    activity = _reviewed(request, pk)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        perform(
            request,
            actions.return_activity,
            activity,
            reason=form.cleaned_data["reason"],
            done=_("已退回“%s”，填报人会看到原因。") % activity,
        )
        return _go_on(request)
    context = {
        "activity": activity,
        "form": form,
        "cancel_url": reverse("activities:activity_review", args=[pk]),
    }
    return render_page(request, "activities/activity_confirm_return.html", context)


@require_http_methods(["GET", "POST"])
@requires("activity.review")
def activity_rate(request: HttpRequest, pk: int) -> HttpResponse:
    """Another quality grade or difficulty for what has been accepted."""
    activity = _reviewed(request, pk)
    if not can_rate_activity(request.user, activity):
        raise PermissionDenied(_("采用以后才能改评；没有采用的，在审核时评定。"))
    back = reverse("activities:activity_detail", args=[pk])
    form = rate_form(activity, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        deed, reason = actions.change_rating, form.cleaned_data["reason"]
        done = _("已改评“%s”，下次计算考核评分时按新的计。") % activity
        given = {"seen": form.seen, "reason": reason, "done": done}
        if perform_form(request, form, deed, activity, form.rating, **given):
            return redirect(back)
    context = {"activity": activity, "form": form, "cancel_url": back}
    context["closed"] = why_closed(activity)
    status = 422 if form.errors else 200
    return render_page(request, "activities/activity_confirm_rate.html", context, status=status)


@require_POST
@requires("activity.review")
def activity_accept_many(request: HttpRequest) -> HttpResponse:
    """Accept what was ticked, each for itself; what cannot be is said with its reason."""
    ids = [pk for pk in request.POST.getlist("ids") if pk.isdecimal() and len(pk) <= 18]
    waiting = Activity.objects.awaiting_review_by(request.user).filter(pk__in=ids).order_by("pk")
    outcome = actions.accept_activities(waiting, by=request.user)
    if outcome.done:
        messages.success(request, _("已采用 %d 份报送。") % len(outcome.done))
    for activity, reason in outcome.refused:
        record_refusal("activities.accept_activity", activity, request, RuleError(reason))
        messages.error(
            request, _("“%(title)s”没有采用：%(why)s") % {"title": activity, "why": reason}
        )
    left = len(set(ids)) - len(outcome.done) - len(outcome.refused)
    if left:
        messages.warning(
            request,
            _("%d 份没有处理：已有人审核过，或是您所在单位参加的活动。") % left,
        )
    return redirect(safe_next(request, reverse("activities:activity_list")))
