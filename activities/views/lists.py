"""The list of activities and its export."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities.exports import ACTIVITIES
from activities.filters import ACTIVITY_LIST, WAITING, ActivityFilter
from activities.models import Activity, Participation
from activities.views.tabs import activity_tabs, export_links
from core.access import requires
from core.exports import export_list
from core.lists.tools import list_tools
from core.pages import paginate, render_page


@require_safe
@requires("activity.view")
def activity_list(request: HttpRequest) -> HttpResponse:
    seen = Activity.objects.visible_to(request.user)
    filterset = ActivityFilter(request.GET, seen.for_list().with_names(), user=request.user)
    page = paginate(request, filterset.qs)
    to_review = _ids(Activity.objects.awaiting_review_by(request.user), page)
    asked = _asked(request.user, page)
    drafts = _drafts(request.user, page)
    context = {
        "filter": filterset,
        "tools": list_tools(request, ACTIVITY_LIST),
        "page": page,
        "tabs": _tabs(request, seen),
        "rows": [
            (row, asked.get(row.pk, []), row.pk in to_review, row.pk in drafts) for row in page
        ],
        "side_tabs": activity_tabs(request.user, "activities:activity_list"),
        "exports": export_links("activities:activity_export"),
        "bulk_actions": _bulk_actions(asked, to_review, drafts),
        "what_now": _what_now(request),
        "can_report": request.user.can("activity.report"),
        "empty": _why_empty(request, seen),
    }
    return render_page(request, "activities/activity_list.html", context, fragment="activity-rows")


def _ids(rows: QuerySet[Activity], page: Any) -> set[int]:
    shown = [row.pk for row in page]
    return set(rows.filter(pk__in=shown).values_list("pk", flat=True))


def _drafts(user: Any, page: Any) -> set[int]:
    """What the user may send, asked only where a draft is shown."""
    if any(row.status == Activity.Status.DRAFT for row in page):
        return _ids(Activity.objects.drafts_of(user), page)
    return set()


def _asked(user: Any, page: Any) -> dict[int, list[Participation]]:
    """The parts about which the user is asked, by activity."""
    asked: dict[int, list[Participation]] = {}
    parts = Participation.objects.awaiting(user).filter(activity__in=[row.pk for row in page])
    for part in parts.select_related("organisation__region__parent"):
        asked.setdefault(part.activity_id, []).append(part)
    return asked


def _tabs(request: HttpRequest, seen: QuerySet[Activity]) -> list[dict[str, Any]]:
    """The states with their counts under the other filters; one query."""
    others = request.GET.copy()
    for key in ("status", "page", "sort"):
        others.pop(key, None)
    found = ActivityFilter(others, seen, user=request.user).qs
    waiting = Activity.objects.waiting_for(request.user).values("pk")
    counted = {value: Count("pk", filter=Q(status=value)) for value in Activity.Status.values}
    counts = found.order_by().aggregate(
        all=Count("pk"), **{WAITING: Count("pk", filter=Q(pk__in=waiting))}, **counted
    )
    labels = {"all": _("全部"), WAITING: _("待我办"), **dict(Activity.Status.choices)}
    current = request.GET.get("status") or "all"
    tabs = []
    for key, label in labels.items():
        query = others.copy()
        if key != "all":
            query["status"] = key
        if counts[key] or key in ("all", current, Activity.Status.ACCEPTED):
            url = f"{request.path}?{query.urlencode()}"
            tabs.append(
                {"label": label, "url": url, "count": counts[key], "is_current": key == current}
            )
    return tabs


def _bulk_actions(asked: dict, to_review: set[int], drafts: set[int]) -> list[dict[str, str]]:
    """Only the deeds that some row on this page allows."""
    actions = []
    answer = reverse("activities:participation_answer_many")
    if asked:
        actions.append({"label": _("确认参加"), "icon": "check", "url": f"{answer}?attended=1"})
    if drafts:
        submit = reverse("activities:activity_submit_many")
        actions.append({"label": _("报送"), "icon": "send", "url": submit})
    if to_review:
        accept = reverse("activities:activity_accept_many")
        actions.append({"label": _("采用"), "icon": "check-circle", "url": accept})
    return actions


def _what_now(request: HttpRequest) -> dict[str, str]:
    """What this user should do first on the list; empty when nothing waits."""
    user = request.user
    to_review = (
        Activity.objects.awaiting_review_by(user).count() if user.can("activity.review") else 0
    )
    if to_review:
        return {
            "text": _("%d 份报送等待审核。") % to_review,
            "url": reverse("activities:activity_review_next"),
            "action": _("逐份审核"),
        }
    if not user.can("activity.confirm"):
        return {}
    asked = Activity.objects.awaiting_confirmation_by(user).count()
    returned = Activity.objects.awaiting_correction_by(user).count()
    said = [_("%d 个活动等您确认是否参加") % asked] if asked else []
    if returned:
        said.append(_("%d 份报送被退回待修改") % returned)
    if not said:
        return {}
    return {
        "text": "，".join(said) + "。",
        "url": f"{reverse('activities:activity_list')}?status={WAITING}",
        "action": _("去处理"),
    }


def _why_empty(request: HttpRequest, seen: QuerySet[Activity]) -> dict[str, str]:
    """Why the list shows nothing, and the next step."""
    narrowed = any(value for key, value in request.GET.items() if key not in ("page", "sort"))
    if request.GET.get("status") == WAITING:
        return {"title": _("没有等您办的活动"), "reason": _("需要确认、修改或审核的都已办完。")}
    if narrowed:
        return {
            "title": _("没有符合条件的活动"),
            "reason": _("可去掉一个条件再看，或换一个年度。"),
            "url": request.path,
            "action": _("清除条件"),
        }
    if request.user.can("activity.report"):
        return {
            "title": _("还没有活动"),
            "reason": _("本单位办的、或别的单位报送时列上本单位的活动，都会出现在这里。"),
            "url": reverse("activities:activity_create"),
            "action": _("报送第一个活动"),
        }
    return {
        "title": _("还没有活动"),
        "reason": _("单位报送后会出现在这里；草稿只有填报单位能看到。"),
    }


@require_safe
@requires("activity.view")
def activity_export(request: HttpRequest, extension: str) -> HttpResponse:
    """Exactly what the list shows, as .xlsx or .csv."""
    return export_list(request, ACTIVITIES, extension)
