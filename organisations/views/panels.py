"""The tabs of an organisation's page: each reads its own rows, and only when it is opened.

What a predecessor left is shown with what its successor did since, under the old name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractMonth, ExtractYear
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rights import Role
from core.pages import paginate
from core.templatetags.ui import cn_date
from organisations import permissions
from organisations.history import changes_in_words, deed_in_words, records_of
from organisations.models import ChangePart, Organisation, OrganisationChange, OrganisationName
from organisations.succession import told

HISTORY = 20
MONTHS = range(1, 13)
# How many years the table of activities looks back.
YEARS_BACK = 5


@dataclass(frozen=True)
class Panel:
    """One tab. action: the right that it takes, empty where the page's own is enough."""

    key: str
    label: Any
    read: Callable[[Organisation, HttpRequest], dict[str, Any]]
    action: str = ""
    has_chart: bool = False

    @property
    def template(self) -> str:
        return f"organisations/_organisation_{self.key}.html"

    def is_seen_by(self, user: Any) -> bool:
        return not self.action or user.can(self.action)


def _own(organisation: Organisation, path: str = "organisation") -> Q:
    """Rows of the organisation, and of those it has succeeded."""
    return Q(**{path: organisation.pk}) | Q(**{f"{path}__successor": organisation.pk})


def _facts_panel(organisation: Organisation, request: HttpRequest) -> dict[str, Any]:
    user = request.user
    can_edit = permissions.can_edit_organisation(user, organisation)
    return {
        "facts": _facts(organisation),
        "liaisons": _liaisons(organisation),
        "acted_for": organisation.superior if organisation.is_village else None,
        "contact": getattr(organisation, "contact", None),
        "can_edit_contact": can_edit or permissions.can_edit_contact(user, organisation),
    }


def _titles_panel(organisation: Organisation, request: HttpRequest) -> dict[str, Any]:
    seen = organisation.titles.model.objects.visible_to(request.user)
    titles = (seen.filter(_own(organisation)) | seen.of_holders([organisation])).for_list()
    for title in titles:
        title.holding = _holding(title, organisation)
    sites = organisation.sites.visible_to(request.user).select_related("trade_system")
    return {
        "titles": titles,
        "sites": sites,
    }


def _holding(title: Any, organisation: Organisation) -> str:
    """Where a title came from or went, as seen from the organisation; mostly nothing."""
    holder = title.organisation
    if holder == organisation:
        return _("原%s") % title.former_holder if title.former_holder else ""
    if holder.successor_id == organisation.pk:
        return _("原%s") % holder.short_name
    return _("已由%s承接") % holder.short_name


def _partnerships_panel(organisation: Organisation, request: HttpRequest) -> dict[str, Any]:
    """Under its own name each once; what has passed on to it stands in its own row."""
    seen = organisation.led_partnerships.model.objects.visible_to(request.user)
    rows = organisation.memberships.model.objects.filter(
        _own(organisation), partnership__in=seen
    ).exclude(~Q(organisation=organisation), consent="passed")
    rows = rows.select_related("partnership", "organisation")
    return {"memberships": rows.order_by("-partnership__starts_on", "-pk")}


def _activities_panel(organisation: Organisation, request: HttpRequest) -> dict[str, Any]:
    """Accepted ones by month and year, and every one as far as the user may see it."""
    seen = organisation.reported_activities.model.objects.visible_to(request.user)
    parts = organisation.participations.model.objects.filter(_own(organisation), activity__in=seen)
    counts = _by_month(parts)
    rows = parts.select_related("activity", "organisation")
    return {
        "chart": _month_chart(counts, request.year),
        "months": _month_table(counts, request.year),
        "years": _year_table(counts),
        "page": paginate(request, rows.order_by("-activity__starts_on", "-pk")),
    }


def _by_month(parts: QuerySet) -> dict[tuple[int, int], int]:
    """(year, month) → accepted activities in which it confirmed its part; one query."""
    counted = (
        parts.filter(confirmation="confirmed", activity__status="accepted")
        .order_by()
        .annotate(
            year=ExtractYear("activity__starts_on"), month=ExtractMonth("activity__starts_on")
        )
        .values_list("year", "month")
        .annotate(number=Count("activity", distinct=True))
    )
    return {(year, month): number for year, month, number in counted}


def _month_chart(counts: dict[tuple[int, int], int], year: int) -> dict[str, Any]:
    return {
        "categories": [_("{n}月").format(n=month) for month in MONTHS],
        "series": [
            {"name": str(shown), "data": [counts.get((shown, month), 0) for month in MONTHS]}
            for shown in (year, year - 1)
        ],
        "unit": _("项"),
    }


def _month_table(counts: dict[tuple[int, int], int], year: int) -> dict[str, Any]:
    return {
        "heads": [_("月份"), _("{n}年").format(n=year), _("{n}年").format(n=year - 1)],
        "rows": [
            [
                _("{n}月").format(n=month),
                counts.get((year, month), 0),
                counts.get((year - 1, month), 0),
            ]
            for month in MONTHS
        ],
    }


def _year_table(counts: dict[tuple[int, int], int]) -> list[tuple[int, int]]:
    """Year and number, the latest first."""
    years = sorted({year for year, _month in counts}, reverse=True)[:YEARS_BACK]
    return [(year, sum(counts.get((year, month), 0) for month in MONTHS)) for year in years]


def _resources_panel(organisation: Organisation, request: HttpRequest) -> dict[str, Any]:
    user = request.user
    seen = organisation.resources.visible_to(user).for_list()
    own = Organisation.objects.within(user, "resource.edit").filter(pk=organisation.pk)
    can_create = own.exists() or permissions.can_edit_organisation(user, organisation)
    return {"resources": seen, "can_create": can_create and organisation.is_active}


def _scores_panel(organisation: Organisation, request: HttpRequest) -> dict[str, Any]:
    """Of each scheme whose results are approved the last run: no trial stands here."""
    rows = organisation.scores.model.objects.visible_to(request.user)
    rows = rows.filter(
        _own(organisation),
        run__scheme__status__in=("approved", "notice", "final"),
        run__finished_at__isnull=False,
    ).select_related("organisation", "group", "run__scheme")
    latest: dict[tuple[int, int], Any] = {}
    for score in rows.order_by("-run__scheme__year", "-run__scheme__pk", "-run__number"):
        latest.setdefault((score.run.scheme_id, score.organisation_id), score)
    return {"scores": list(latest.values())}


def _history_panel(organisation: Organisation, request: HttpRequest) -> dict[str, Any]:
    """Changes of the unit itself are public; who wrote what is for the office and the unit."""
    changes = OrganisationChange.objects.of(organisation).for_list()
    context: dict[str, Any] = {"changes": [_change_line(change) for change in changes]}
    if permissions.can_see_history(request.user, organisation):
        context["history"] = _history(organisation)
    return context


def _change_line(change: OrganisationChange) -> dict[str, Any]:
    after_parts = [part for part in change.parts.all() if part.side == ChangePart.Side.AFTER]
    return {
        "change": change,
        "icon": change.KIND_ICONS[change.kind],
        "before": [part for part in change.parts.all() if part not in after_parts],
        "after": after_parts,
        "passed": told(change.passed, has_successor=bool(after_parts)),
        "ends": change.kind != OrganisationChange.Kind.RENAMED,
    }


def _facts(organisation: Organisation) -> list[dict[str, Any]]:
    superior = organisation.superior
    names = "；".join(_name_in_words(name) for name in organisation.names.all())
    before = "、".join(unit.full_label for unit in organisation.predecessors.for_list())
    return [
        {"label": _("全称"), "value": organisation.name},
        {"label": _("其他名称"), "value": names},
        *([{"label": _("前身"), "value": before}] if before else []),
        {"label": _("类型"), "value": organisation.get_kind_display()},
        {"label": _("行业系统"), "value": organisation.trade_system},
        {"label": _("上级单位"), "value": superior, "url": superior and _url(superior)},
        {"label": _("所在区划"), "value": organisation.region, "help": organisation.region.code},
        {"label": _("带动能力"), "value": _("还能与 %d 家结对") % organisation.capacity},
        {"label": _("结对意愿"), "value": _("愿意") if organisation.is_willing else _("暂不")},
        {"label": _("可提供"), "value": "、".join(t.name for t in organisation.offers.all())},
        {"label": _("有需求"), "value": "、".join(t.name for t in organisation.needs.all())},
        {"label": _("存续"), "value": _validity(organisation)},
    ]


def _url(organisation: Organisation) -> str:
    return reverse("organisations:organisation_detail", args=[organisation.pk])


def _name_in_words(name: OrganisationName) -> str:
    """奈曼旗农牧业局（曾用名，至2019年3月1日）"""
    until = _("，至%s") % cn_date(name.valid_until) if name.valid_until else ""
    return f"{name.name}（{name.get_kind_display()}{until}）"


def _validity(organisation: Organisation) -> str:
    begun, ended = organisation.valid_from, organisation.valid_until
    words = _("%s启用") % cn_date(begun) if begun else ""
    if ended:
        words += ("，" if words else "") + _("%s停用") % cn_date(ended)
    return words or _("现行")


def _liaisons(organisation: Organisation) -> QuerySet:
    """Those of the township serve its villages."""
    acting = organisation
    if organisation.is_village and organisation.superior is not None:
        acting = organisation.superior
    current = acting.assignments.current().filter(role=Role.LIAISON, user__is_active=True)
    return current.select_related("user")


def _history(organisation: Organisation) -> list[dict[str, Any]]:
    return [
        {
            "at": record.at,
            "text": deed_in_words(record),
            "by": record.by_name,
            "detail": changes_in_words(record),
        }
        for record in records_of(organisation)[:HISTORY]
    ]


PANELS = (
    Panel("facts", gettext_lazy("基本情况"), _facts_panel),
    Panel("titles", gettext_lazy("示范命名"), _titles_panel, "title.view"),
    Panel("partnerships", gettext_lazy("联创项目"), _partnerships_panel, "partnership.view"),
    Panel("activities", gettext_lazy("活动"), _activities_panel, "activity.view", has_chart=True),
    Panel("resources", gettext_lazy("阵地资源"), _resources_panel, "resource.view"),
    Panel("scores", gettext_lazy("历年得分"), _scores_panel, "score.view"),
    Panel("history", gettext_lazy("变更记录"), _history_panel),
)
