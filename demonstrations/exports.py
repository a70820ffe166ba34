"""Titles and standard sites as sheets: every column, exactly the rows of the list."""

from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.exports import ListExport, register
from core.sheets import Column
from demonstrations.filters import PoolFilter, SiteFilter, TitleFilter
from demonstrations.models import StandardSite, Title


def select_titles(user: Any, query: QueryDict) -> TitleFilter:
    return TitleFilter(query, Title.objects.visible_to(user).given().for_list().with_duty())


def title_row(title: Title) -> tuple[Any, ...]:
    return (
        title.organisation.name,
        title.organisation.full_label,
        title.organisation.get_kind_display(),
        title.get_level_display(),
        title.get_type_display(),
        title.batch,
        title.authority,
        title.document_number,
        title.named_on,
        title.valid_until,
        title.rectify_due_on,
        title.get_duty_display(),
        title.get_standing_display(),
    )


def select_pool(user: Any, query: QueryDict) -> PoolFilter:
    rows = Title.objects.visible_to(user).underway().for_list().with_latest_step()
    return PoolFilter(query, rows.with_readiness(timezone.localdate()), user=user)


def pool_row(title: Title) -> tuple[Any, ...]:
    return (
        title.organisation.name,
        title.organisation.full_label,
        title.organisation.get_kind_display(),
        title.get_level_display(),
        title.get_type_display(),
        title.batch,
        title.get_status_display(),
        title.step_on,
        _now("已具备") if title.is_ready else _now("还不具备"),
    )


def select_sites(user: Any, query: QueryDict) -> SiteFilter:
    return SiteFilter(query, StandardSite.objects.visible_to(user).for_list())


def site_row(site: StandardSite) -> tuple[Any, ...]:
    return (
        site.name,
        site.trade_system.name,
        site.organisation.full_label,
        site.place,
        site.started_on,
        site.accepted_on,
        site.get_acceptance_display(),
    )


UNIT_COLUMNS = (
    Column(_("单位全称"), width=30),
    Column(_("单位"), width=24),
    Column(_("单位类型"), width=12),
    Column(_("级别"), width=9),
    Column(_("类型"), width=10),
    Column(_("批次"), width=10),
)
TITLES = register(
    ListExport(
        key="demonstrations.title_list",
        title=_("示范命名"),
        columns=(
            *UNIT_COLUMNS,
            Column(_("命名机关"), width=26),
            Column(_("命名文号"), width=22),
            Column(_("命名日期"), "date"),
            Column(_("有效期至"), "date"),
            Column(_("整改期限"), "date"),
            Column(_("带动情况"), width=10),
            Column(_("状态"), width=9),
        ),
        select=select_titles,
        as_row=title_row,
    )
)
POOL = register(
    ListExport(
        key="demonstrations.pool_list",
        title=_("培育库"),
        columns=(
            *UNIT_COLUMNS,
            Column(_("进展"), width=9),
            Column(_("最近一步"), "date"),
            Column(_("申报条件"), width=10),
        ),
        select=select_pool,
        as_row=pool_row,
    )
)
SITES = register(
    ListExport(
        key="demonstrations.site_list",
        title=_("标准化示范点"),
        columns=(
            Column(_("示范点名称"), width=28),
            Column(_("行业系统"), width=12),
            Column(_("所在单位"), width=24),
            Column(_("地点"), width=24),
            Column(_("开始打造日期"), "date"),
            Column(_("验收日期"), "date"),
            Column(_("验收"), width=9),
        ),
        select=select_sites,
        as_row=site_row,
    )
)
