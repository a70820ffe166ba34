"""The register as a sheet: every column, exactly the rows of the list."""

from typing import Any

from django.db.models import Prefetch
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.exports import ListExport, register
from core.sheets import Column
from organisations.filters import OrganisationFilter
from organisations.models import Organisation, OrganisationName, OrganisationTag

FORMER = OrganisationName.NameKind.FORMER


def select_organisations(user: Any, query: QueryDict) -> OrganisationFilter:
    """What the list shows this user for this query, with all that the columns need."""
    tags = OrganisationTag.objects.all()
    rows = (
        Organisation.objects.visible_to(user)
        .for_list()
        .with_standing(timezone.localdate())
        .own_county_first()
        .prefetch_related("names", Prefetch("offers", tags), Prefetch("needs", tags))
    )
    return OrganisationFilter(query, rows, user=user)


def organisation_row(row: Organisation) -> tuple[Any, ...]:
    titles = [f"{title}（{title.named_on:%Y-%m-%d}）" for title in row.titles_in_force]
    return (
        row.name,
        row.short_name,
        _joined(name for name in row.names.all() if name.kind == FORMER),
        _joined(name for name in row.names.all() if name.kind != FORMER),
        row.get_kind_display(),
        row.place,
        row.region.name,
        row.region.code,
        row.superior.short_name if row.superior else "",
        row.trade_system.name if row.trade_system else "",
        row.is_external,
        row.valid_from,
        row.valid_until,
        row.partnership_count,
        row.capacity,
        row.is_willing,
        _joined(row.offers.all()),
        _joined(row.needs.all()),
        "；".join(titles),
        row.get_verification_display(),
    )


def _joined(rows: Any) -> str:
    return "、".join(str(row) for row in rows)


ORGANISATIONS = register(
    ListExport(
        key="organisations.organisation_list",
        title=_("单位名册"),
        columns=(
            Column(_("全称"), width=30),
            Column(_("简称")),
            Column(_("曾用名"), width=24),
            Column(_("其他写法"), width=24),
            Column(_("类型"), width=12),
            Column(_("所在苏木乡镇或市"), width=14),
            Column(_("所在区划"), width=14),
            Column(_("区划代码"), width=15),
            Column(_("上级单位")),
            Column(_("行业系统"), width=12),
            Column(_("旗外单位"), width=8),
            Column(_("成立或启用日期"), "date"),
            Column(_("撤并或停用日期"), "date"),
            Column(_("实施中的联创项目"), "integer"),
            Column(_("带动能力"), "integer"),
            Column(_("愿意结对"), width=8),
            Column(_("可提供"), width=22),
            Column(_("有需求"), width=22),
            Column(_("现行示范命名"), width=26),
            Column(_("核实"), width=9),
        ),
        select=select_organisations,
        as_row=organisation_row,
    )
)
