"""Confirming with one click that a unit was there, or saying that it was not."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import actions
from activities.models import Activity, Participation
from activities.permissions import can_confirm_participation
from core.access import requires
from core.pages import perform, safe_next

PANEL_ROWS = 5


@require_safe
@requires("activity.confirm")
def confirmation_panel(request: HttpRequest) -> HttpResponse:
    """What the user is asked to confirm, for the home page; newest first."""
    waiting = Participation.objects.awaiting(request.user).for_list()
    waiting = waiting.order_by("-activity__starts_on", "-pk")
    context = {
        "waiting": waiting[:PANEL_ROWS],
        "count": waiting.count(),
        "next": safe_next(request, reverse("activities:activity_list")),
    }
    return render(request, "activities/confirmation_panel.html", context)


@require_POST
@requires("activity.confirm")
def participation_answer(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Activity.objects.visible_to(request.user)
    rows = Participation.objects.filter(activity__in=seen).select_related("activity")
    participation = get_object_or_404(rows, pk=pk)
    if not can_confirm_participation(request.user, participation):
        raise PermissionDenied(_("只能为本单位或代办的嘎查村社区答复，而且要在报送之后。"))
    _answer(request, [participation])
    default = reverse("activities:activity_detail", args=[participation.activity_id])
    return redirect(safe_next(request, default))


@require_POST
@requires("activity.confirm")
def participation_answer_many(request: HttpRequest) -> HttpResponse:
    """All parts that the ticked activities ask the user about; others are left alone."""
    # A row's own button names that row alone, whatever else is ticked.
    posted = request.POST.getlist("only") or request.POST.getlist("ids")
    ids = [pk for pk in posted if pk.isdecimal() and len(pk) <= 18]
    parts = list(Participation.objects.awaiting(request.user).filter(activity__in=ids))
    if parts:
        _answer(request, parts)
    else:
        messages.info(request, _("所选活动里没有等您确认的。"))
    return redirect(safe_next(request, reverse("activities:activity_list")))


def _answer(request: HttpRequest, parts: Iterable[Participation]) -> None:
    attended = (request.POST.get("attended") or request.GET.get("attended")) == "1"
    changed = perform(request, actions.answer_participations, parts, attended=attended)
    if changed is None:
        return
    messages.success(request, _told({part.activity for part in parts}, attended=attended))


def _told(activities: set[Activity], *, attended: bool) -> str:
    """A single activity by its name, several by their number."""
    if len(activities) == 1:
        words = _("已确认参加“%s”。") if attended else _("已说明未参加“%s”，不会计入。")
        return words % activities.pop()
    words = _("已确认参加 %d 个活动。") if attended else _("已说明未参加 %d 个活动，不会计入。")
    return words % len(activities)
