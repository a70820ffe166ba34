"""The ledger of activities: every fact of every report, one row each."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from activities.filters import ActivityFilter
from activities.models import Activity, Participation
from core.exports import ListExport, register
from core.sheets import Column


def select_activities(user: User, query: QueryDict) -> ActivityFilter:
    """Exactly what the list shows this user for this query, with all that the columns need."""
    rows = Activity.objects.visible_to(user).for_list().with_names()
    rows = rows.prefetch_related("partnerships", "content_kinds", "joint_tags", "attachments")
    return ActivityFilter(query, rows, user=user)


def ledger_row(activity: Activity) -> list[Any]:
    return [*_facts(activity), *_results(activity)]


def _facts(activity: Activity) -> list[Any]:
    parts = list(activity.participations.all())
    partnerships = activity.partnerships.all()
    return [
        str(activity),
        activity.starts_on,
        activity.ends_on,
        activity.place,
        activity.reporter_label,
        _units(part for part in parts if part.is_host),
        _units(part for part in parts if not part.is_host),
        _units(_with(parts, Participation.Confirmation.CONFIRMED)),
        _units(_with(parts, Participation.Confirmation.PENDING)),
        _units(_with(parts, Participation.Confirmation.ABSENT)),
        _joined(partnerships),
        _joined({row.get_form_display(): None for row in partnerships}),
        _joined(activity.content_kinds.all()),
        _joined(activity.joint_tags.all()),
    ]


def _results(activity: Activity) -> list[Any]:
    returned = activity.status == Activity.Status.RETURNED
    return [
        _("是") if activity.is_themed else _("否"),
        activity.head_count,
        activity.summary,
        activity.outcome,
        len(activity.attachments.all()),
        activity.get_status_display(),
        activity.submitted_at,
        activity.reviewed_at,
        activity.get_quality_display(),
        activity.difficulty if activity.status == Activity.Status.ACCEPTED else None,
        activity.return_reason if returned else "",
    ]


def _with(parts: list[Participation], confirmation: str) -> Iterator[Participation]:
    return (part for part in parts if part.confirmation == confirmation)


def _units(parts: Iterable[Participation]) -> str:
    return _joined(part.unit_label for part in parts)


def _joined(rows: Iterable[Any]) -> str:
    return "、".join(str(row) for row in rows)


ACTIVITIES = register(
    ListExport(
        key="activities.activity_list",
        title=gettext_lazy("联创共建活动台账"),
        columns=(
            Column(gettext_lazy("活动名称"), width=32),
            Column(gettext_lazy("开始日期"), "date"),
            Column(gettext_lazy("结束日期"), "date"),
            Column(gettext_lazy("地点"), width=18),
            Column(gettext_lazy("报送单位"), width=18),
            Column(gettext_lazy("主办单位"), width=18),
            Column(gettext_lazy("参加单位"), width=32),
            Column(gettext_lazy("已确认单位"), width=32),
            Column(gettext_lazy("待确认单位"), width=24),
            Column(gettext_lazy("未参加单位"), width=18),
            Column(gettext_lazy("所属联创项目"), width=32),
            Column(gettext_lazy("形式"), width=14),
            Column(gettext_lazy("联创内容"), width=20),
            Column(gettext_lazy("五联标签"), width=20),
            Column(gettext_lazy("主题活动"), width=9),
            Column(gettext_lazy("参加人数"), "integer", 9, total=True),
            Column(gettext_lazy("活动概况"), width=48),
            Column(gettext_lazy("实际成效"), width=48),
            Column(gettext_lazy("附件数"), "integer", 8),
            Column(gettext_lazy("状态"), width=9),
            Column(gettext_lazy("报送时间"), "datetime"),
            Column(gettext_lazy("审核时间"), "datetime"),
            Column(gettext_lazy("质量等次"), width=9),
            Column(gettext_lazy("难度系数"), "number", 9),
            Column(gettext_lazy("退回原因"), width=24),
        ),
        select=select_activities,
        as_row=ledger_row,
    )
)
