"""What a decided result has counted is not judged anew and does not disappear."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.closed_years import register
from activities.models import Activity, NewsItem
from assessment.metrics.records import NEWS_ITEMS
from assessment.models import Scheme
from organisations.models import successions


@register(Activity)
def decided_result(activity: Activity) -> str:
    """Which result stands against it: of a scheme that scores one of its units; two queries."""
    year = activity.starts_on.year
    schemes = _decided(year, activity.participations.values_list("organisation", flat=True))
    scheme = schemes.last()
    if scheme is None:
        return ""
    words = {"year": year, "scheme": scheme.title, "state": scheme.get_status_display()}
    return (
        _(
            "%(year)s 年的考核结果已经确定（“%(scheme)s”现在是“%(state)s”），不能再改评；"
            "结果有误的，由旗创建办更正得分。"
        )
        % words
    )


@register(NewsItem)
def counted_news(item: NewsItem) -> str:
    """Which decided result has counted it; two queries."""
    year = item.published_on.year
    schemes = _decided(year, item.units.values_list("organisation", flat=True))
    scheme = schemes.filter(
        Q(indicators__metric_filters={}) | Q(indicators__metric_filters__level=item.level),
        indicators__metric=NEWS_ITEMS.key,
        runs__finished_at__isnull=False,
        runs__data_as_of__gte=item.recorded_at,
    ).last()
    if scheme is None:
        return ""
    words = {"year": year, "scheme": scheme.title, "state": scheme.get_status_display()}
    return (
        _(
            "这条信息已计入 %(year)s 年的考核结果（“%(scheme)s”现在是“%(state)s”），不能删除，"
            "也不能改级别、刊发日期和涉及单位；结果有误的，由旗创建办更正得分。"
        )
        % words
    )


def _decided(year: int, organisations: Iterable[int]) -> QuerySet[Scheme]:
    """Decided schemes of the year that score one of these units, or who took it over."""
    units = set(organisations)
    moved = successions(year, timezone.now())
    units |= {moved[unit] for unit in units if unit in moved}
    found = Scheme.objects.filter(
        year=year, status__in=Scheme.DECIDED, members__organisation__in=units
    )
    return found.order_by("pk")
