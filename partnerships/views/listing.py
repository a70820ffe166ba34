"""The list of all forms, its ledgers, and the page where a form is chosen."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.access import requires
from core.exports import export_list
from core.lists.tools import list_tools
from core.pages import paginate, render_page
from partnerships.exports import ledger_of
from partnerships.filters import PARTNERSHIP_LIST, in_year, select_partnerships, year_of
from partnerships.models import Form, Member, Partnership
from partnerships.permissions import can_propose_partnership

MOST_ASKED = 10
FORM_ICONS = {
    Form.PAIRING: "link",
    Form.INDUSTRY: "industry",
    Form.MATRIX: "matrix",
    Form.ALLIANCE: "alliance",
}
CREATE_PAGES = {
    Form.PAIRING: "pairings:pairing_create",
    Form.INDUSTRY: "alliances:linkage_create",
    Form.MATRIX: "alliances:matrix_create",
    Form.ALLIANCE: "alliances:alliance_create",
}


@require_safe
@requires("partnership.view")
def partnership_list(request: HttpRequest) -> HttpResponse:
    query = in_year(request.GET, request.year)
    chosen = select_partnerships(request.user, query)
    asked = _asked(request.user)
    context = {
        "filter": chosen,
        "tools": list_tools(request, PARTNERSHIP_LIST),
        "page": paginate(request, chosen.qs.for_list().as_named_in(year_of(chosen))),
        "tabs": _tabs(request, query),
        "asked": asked[:MOST_ASKED],
        "asked_count": len(asked),
        "what_now": None if asked else _what_now(request.user),
        "exports": [
            {
                "label": _("台账 Excel"),
                "url": reverse("partnerships:partnership_export", args=["xlsx"]),
            },
            {"label": _("CSV"), "url": reverse("partnerships:partnership_export", args=["csv"])},
        ],
        "can_propose": can_propose_partnership(request.user),
    }
    return render_page(
        request, "partnerships/partnership_list.html", context, fragment="partnership-rows"
    )


def _asked(user: Any) -> list[Member]:
    """Members for which the user may answer, with the project that asks; none costs no query."""
    if not user.can("partnership.consent"):
        return []
    return list(
        Member.objects.answerable_by(user)
        .for_list()
        .select_related("partnership__lead")
        .order_by("partnership__proposed_at", "pk")
    )


def _tabs(request: HttpRequest, query: Any) -> list[dict[str, Any]]:
    """All forms and each form, counted under the filters that are on; one query."""
    others = query.copy()
    others.pop("form", None)
    rows = select_partnerships(request.user, others).qs.order_by()
    found = Partnership.objects.filter(pk__in=rows.values("pk")).order_by()
    counts = dict(found.values_list("form").annotate(Count("pk")))
    current = query.get("form", "")
    tabs = [(None, _("全部"), sum(counts.values()))]
    tabs += [(form.value, form.label, counts.get(form.value, 0)) for form in Form]
    return [
        {
            "label": label,
            "url": _tab_url(request, value),
            "count": count,
            "is_current": current == (value or ""),
        }
        for value, label, count in tabs
    ]


def _tab_url(request: HttpRequest, form: str | None) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("form", None)
    if form:
        query["form"] = form
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _what_now(user: Any) -> dict[str, str] | None:
    """For the office: what can be started, and what still waits for units."""
    if not user.can("partnership.decide"):
        return None
    mine = Partnership.objects.decidable_by(user)
    ready, waiting = mine.ready_to_start().count(), mine.awaiting_consent().count()
    if not ready and not waiting:
        return None
    parts = [_("%d 个项目可以启动") % ready] if ready else []
    parts += [_("%d 个项目还在等单位答复") % waiting] if waiting else []
    wanted = "start" if ready else "answers"
    return {
        "text": "，".join(parts),
        "url": f"{reverse('partnerships:partnership_list')}?year=&waiting={wanted}",
        "action": _("只看可以启动的") if ready else _("只看等答复的"),
    }


@require_safe
@requires("partnership.view")
def partnership_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """The ledger of exactly what the list shows: of one form with all its columns, or of all."""
    request.GET = in_year(request.GET, request.year)
    ledger, list_url = (
        ledger_of(request.GET.get("form", "")),
        reverse("partnerships:partnership_list"),
    )
    return export_list(request, ledger, file_format, list_url=list_url)


@require_safe
@requires("partnership.propose")
def partnership_create(request: HttpRequest) -> HttpResponse:
    """Choose one of the notice's four forms."""
    sentences = {
        Form.PAIRING: _(
            "乡镇之间、嘎查村社区之间、部门之间、市旗之间、企业与村之间等，两两结对或一对多。"
        ),
        Form.INDUSTRY: _(
            "行业主管部门“一核带多元”，每年主题活动不少于 2 次，打造标准化示范点 1 处。"
        ),
        Form.MATRIX: _(
            "党代表、人大代表、政协委员、统一战线、群团和社会组织、模范个人，以群体带动全社会。"
        ),
        Form.ALLIANCE: _(
            "与北京通州区、赤峰临近旗县、市内兄弟旗县等旗外地区，联办活动、合作解难。"
        ),
    }
    query = request.GET.urlencode()
    cards = [
        {
            "label": form.label,
            "icon": FORM_ICONS[form],
            "sentence": sentences[form],
            "url": f"{reverse(CREATE_PAGES[form])}{'?' if query else ''}{query}",
        }
        for form in Form
    ]
    return render_page(request, "partnerships/partnership_create.html", {"cards": cards})
