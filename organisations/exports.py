"""The register as a sheet: every column, exactly the rows of the list."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter, methodcaller
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.exports import ListExport, register
from core.sheets import Column
from organisations.filters import BookingFilter, OrganisationFilter, ResourceFilter
from organisations.models import (
    Booking,
    Organisation,
    OrganisationName,
    OrganisationTag,
    Resource,
)

# In place of keys: every column.
ALL: tuple[str, ...] = ()
FORMER = OrganisationName.NameKind.FORMER


def select_organisations(user: Any, query: QueryDict) -> OrganisationFilter:
    """What the list shows this user for this query, with all that the columns need."""
    rows = with_columns(Organisation.objects.visible_to(user)).own_county_first()
    return OrganisationFilter(query, rows, user=user)


def with_columns(
    rows: QuerySet[Organisation], keys: Collection[str] = ALL, day: date | None = None
) -> QuerySet[Organisation]:
    """With what the columns of these keys read, and the names of `day` where one is given."""
    if day is not None:
        rows, keys = rows.named_on(day), ALL if keys is ALL else {*keys, "former_names"}
    tags = OrganisationTag.objects.all()
    # Lists, not managers: a query set built for each of 20,000 rows costs seconds.
    further = {
        ("former_names", "other_names"): Prefetch("names", to_attr="listed_names"),
        ("offers",): Prefetch("offers", tags, to_attr="listed_offers"),
        ("needs",): Prefetch("needs", tags, to_attr="listed_needs"),
    }
    wanted = [one for named, one in further.items() if keys is ALL or set(named) & set(keys)]
    return rows.for_list().with_standing(timezone.localdate()).prefetch_related(*wanted)


@dataclass(frozen=True)
class RegisterColumn:
    """A column of the register, in the file and, where the user wishes it, on the screen."""

    key: str
    column: Column
    value: Callable[[Organisation], Any]


def _joined(rows: Iterable[Any]) -> str:
    return "、".join(map(str, rows))


def _titles(row: Organisation) -> str:
    return "；".join(f"{title}（{title.named_on:%Y-%m-%d}）" for title in row.titles_in_force)


COLUMNS = (
    RegisterColumn("name", Column(_("全称"), width=30), attrgetter("listed_name")),
    RegisterColumn("short_name", Column(_("简称")), lambda row: row.short_name_on(row.listed_day)),
    RegisterColumn(
        "former_names",
        Column(_("曾用名"), width=24),
        lambda row: _joined(name for name in row.listed_names if name.kind == FORMER),
    ),
    RegisterColumn(
        "other_names",
        Column(_("其他写法"), width=24),
        lambda row: _joined(name for name in row.listed_names if name.kind != FORMER),
    ),
    RegisterColumn("kind", Column(_("类型"), width=12), methodcaller("get_kind_display")),
    RegisterColumn("place", Column(_("所在苏木乡镇或市"), width=14), attrgetter("place")),
    RegisterColumn("region", Column(_("所在区划"), width=14), attrgetter("region.name")),
    RegisterColumn("code", Column(_("区划代码"), width=15), attrgetter("region.code")),
    RegisterColumn(
        "superior",
        Column(_("上级单位")),
        lambda row: row.superior.short_name if row.superior else "",
    ),
    RegisterColumn(
        "trade",
        Column(_("行业系统"), width=12),
        lambda row: row.trade_system.name if row.trade_system else "",
    ),
    RegisterColumn("is_external", Column(_("旗外单位"), width=8), attrgetter("is_external")),
    RegisterColumn("valid_from", Column(_("成立或启用日期"), "date"), attrgetter("valid_from")),
    RegisterColumn("valid_until", Column(_("撤并或停用日期"), "date"), attrgetter("valid_until")),
    RegisterColumn(
        "partners", Column(_("实施中的联创项目"), "integer"), attrgetter("partnership_count")
    ),
    RegisterColumn("capacity", Column(_("带动能力"), "integer"), attrgetter("capacity")),
    RegisterColumn("is_willing", Column(_("愿意结对"), width=8), attrgetter("is_willing")),
    RegisterColumn("offers", Column(_("可提供"), width=22), lambda row: _joined(row.listed_offers)),
    RegisterColumn("needs", Column(_("有需求"), width=22), lambda row: _joined(row.listed_needs)),
    RegisterColumn("titles", Column(_("现行示范命名"), width=26), _titles),
    RegisterColumn(
        "verification", Column(_("核实"), width=9), methodcaller("get_verification_display")
    ),
)


def organisation_row(row: Organisation) -> tuple[Any, ...]:
    return tuple(one.value(row) for one in COLUMNS)


ORGANISATIONS = register(
    ListExport(
        key="organisations.organisation_list",
        title=_("单位名册"),
        columns=tuple(one.column for one in COLUMNS),
        select=select_organisations,
        as_row=organisation_row,
    )
)


def select_resources(user: Any, query: QueryDict) -> ResourceFilter:
    return ResourceFilter(query, Resource.objects.visible_to(user).for_list(), user=user)


def resource_row(row: Resource) -> tuple[Any, ...]:
    return (
        row.name,
        row.get_kind_display(),
        row.organisation.full_label,
        row.place,
        row.capacity,
        row.introduction,
        row.conditions,
        _joined(row.tags.all()),
        row.is_open,
        row.next_free_on,
    )


RESOURCES = register(
    ListExport(
        key="organisations.resource_list",
        title=_("阵地资源目录"),
        columns=(
            Column(_("名称"), width=24),
            Column(_("类别"), width=14),
            Column(_("所属单位"), width=20),
            Column(_("地点"), width=24),
            Column(_("容纳人数"), "integer"),
            Column(_("简介"), width=40),
            Column(_("使用条件"), width=30),
            Column(_("标签"), width=18),
            Column(_("开放共享"), width=8),
            Column(_("最近空闲日"), "date"),
        ),
        select=select_resources,
        as_row=resource_row,
    )
)


def select_bookings(user: Any, query: QueryDict) -> BookingFilter:
    return BookingFilter(query, Booking.objects.visible_to(user).for_list(), user=user)


def booking_row(row: Booking) -> tuple[Any, ...]:
    return (
        row.resource.name,
        row.resource.organisation.full_label,
        row.organisation.full_label,
        row.period,
        row.purpose,
        row.people_count,
        row.get_status_display(),
        row.asked_at,
        row.answered_at,
        row.answer_note,
        row.end_reason,
    )


BOOKINGS = register(
    ListExport(
        key="organisations.booking_list",
        title=_("阵地资源预约台账"),
        columns=(
            Column(_("阵地资源"), width=24),
            Column(_("所属单位"), width=20),
            Column(_("使用单位"), width=20),
            Column(_("使用时间"), width=26),
            Column(_("用途"), width=36),
            Column(_("人数"), "integer"),
            Column(_("状态"), width=12),
            Column(_("预约时间"), "datetime"),
            Column(_("答复时间"), "datetime"),
            Column(_("答复说明"), width=24),
            Column(_("撤回原因"), width=24),
        ),
        select=select_bookings,
        as_row=booking_row,
    )
)
