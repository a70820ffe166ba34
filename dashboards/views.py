"""Pages that read many apps: home, the leadership's overview, global search."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities.models import Activity
from assessment.models import GroupMember, Scheme
from core.access import requires, signed_in
from core.pages import render_page
from dashboards import figures
from dashboards.debts import debts_in, reminder_text
from dashboards.overview import overview_context
from dashboards.search import find_everywhere
from dashboards.waiting import to_confirm, todos_of

MOST_DEBTS = 10
RECENT = 5
# Whoever has only one thing to do here begins with it.
STARTS = (
    ("dashboard.view", "overview"),
    ("mark.enter", "assessment:mark_list"),
    ("account.view", "accounts:user_list"),
    ("audit.view", "accounts:audit_list"),
)


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """我要办什么, and for the office 谁还欠什么; others go where their one task is."""
    user = request.user
    if not (
        user.can("activity.report") or user.can("activity.review") or user.can("score.approve")
    ):
        for action, url_name in STARTS:
            if user.can(action):
                return redirect(url_name)
    context = {
        "todos": todos_of(user),
        "can_report": user.can("activity.report"),
        "standing": _standing(request),
        "has_confirmations": user.can("activity.confirm") and to_confirm(user).exists(),
    }
    if user.can("activity.review"):
        debts = debts_in(user, timezone.localdate())
        context |= {
            "debts": debts[:MOST_DEBTS],
            "debt_count": len(debts),
            "reminder": reminder_text(debts),
        }
    if user.can("activity.view"):
        visible = Activity.objects.visible_to(user).exclude(status=Activity.Status.DRAFT)
        context["recent"] = visible.for_list().order_by("-submitted_at")[:RECENT]
    return render_page(request, "dashboards/home.html", context)


def _standing(request: HttpRequest) -> dict[str, str] | None:
    """Where a unit sees how it stands: the forecast, once the result is decided its scores."""
    user = request.user
    if not (user.can("activity.report") and user.can("score.view")):
        return None
    mine = GroupMember.objects.visible_to(user).values("scheme")
    schemes = Scheme.objects.visible_to(user).filter(year=request.year, pk__in=mine)
    known = dict(schemes.order_by("pk").values_list("status", "pk"))
    decided = [pk for status, pk in known.items() if status in Scheme.DECIDED]
    if decided and not known.keys() & set(Scheme.OPEN):
        return {"label": _("看得分"), "url": reverse("assessment:score_list", args=[max(decided)])}
    return {"label": _("本单位预估"), "url": reverse("assessment:forecast_list")}


@require_safe
@requires("dashboard.view")
def overview(request: HttpRequest) -> HttpResponse:
    context = overview_context(request.user, request.year)
    return render_page(request, "dashboards/overview.html", context)


@require_safe
@requires("dashboard.view")
def network(request: HttpRequest) -> JsonResponse:
    """The picture of who works with whom, loaded after the page."""
    return JsonResponse(figures.network_data(request.user, request.year))


@require_safe
@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """Units, partnerships and activities by name, pinyin or initials."""
    query = request.GET.get("q", "").strip()[:60]
    context: dict[str, Any] = {
        "query": query,
        "search_query": query,
        "groups": find_everywhere(request.user, query) if query else [],
        "all_url": f"{reverse('search')}?{urlencode({'q': query})}",
        "heading": _("搜索“{query}”").format(query=query) if query else _("搜索"),
    }
    if request.htmx and not request.htmx.boosted:
        template = "components/search_results.html" if query else "dashboards/_no_search.html"
        return render_page(request, template, context)
    return render_page(request, "dashboards/search.html", context)
