"""Metrics over what the office asked, what it made an example of, and what was reported of it."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import NewsItem, NewsUnit, ShowcaseUnit, WindowAnswer
from activities.models.window import GRACE
from assessment.metrics.base import Metric, MetricQuery, register
from assessment.metrics.conditions import Names, one_of

NEWS_LEVEL = one_of(_("级别"), NewsItem.Level)


def answers(query: MetricQuery) -> QuerySet[WindowAnswer]:
    """What units were asked with a due day in the year; what was cancelled counts for nothing."""
    kept = Q(window__cancelled_at__isnull=True) | Q(window__cancelled_at__gt=query.data_as_of)
    return WindowAnswer.objects.filter(
        kept, window__due_on__year=query.year, window__opened_at__lte=query.data_as_of
    )


def _answered(query: MetricQuery) -> QuerySet[WindowAnswer]:
    return answers(query).filter(is_in_time=True, answered_at__lte=query.data_as_of)


def _missed(query: MetricQuery) -> QuerySet[WindowAnswer]:
    """Closed, and not answered by the due day: an answer that came late counts as missed."""
    day = timezone.localdate(query.data_as_of - GRACE)
    in_time = Q(is_in_time=True, answered_at__lte=query.data_as_of)
    return answers(query).filter(~in_time, window__closes_on__lt=day)


def _case_units(query: MetricQuery) -> QuerySet[ShowcaseUnit]:
    """Units of cases that were published in the year and still stood in the library."""
    withdrawn = Q(case__withdrawn_at__lte=query.data_as_of)
    return ShowcaseUnit.objects.filter(
        ~withdrawn | Q(case__withdrawn_at__isnull=True),
        case__published_at__year=query.year,
        case__published_at__lte=query.data_as_of,
    )


def _news_units(query: MetricQuery) -> QuerySet[NewsUnit]:
    found = NewsUnit.objects.filter(
        item__published_on__year=query.year, item__recorded_at__lte=query.data_as_of
    )
    if "level" in query.filters:
        found = found.filter(item__level=query.filters["level"])
    return found


WINDOWS_ANSWERED = register(
    Metric(
        key="windows_answered",
        label=_("按时答复的填报"),
        unit=_("次"),
        records=_answered,
        organisation="organisation",
        dated="window__due_on",
    )
)
WINDOWS_MISSED = register(
    Metric(
        key="windows_missed",
        label=_("没有按时答复的填报"),
        unit=_("次"),
        records=_missed,
        organisation="organisation",
        dated="window__due_on",
    )
)
SHOWCASE_CASES = register(
    Metric(
        key="showcase_cases",
        label=_("典型案例"),
        unit=_("个"),
        records=_case_units,
        organisation="organisation",
        shared="case",
        dated="case__published_at",
    )
)
NEWS_ITEMS = register(
    Metric(
        key="news_items",
        label=_("信息报送"),
        unit=_("条"),
        records=_news_units,
        organisation="organisation",
        shared="item",
        filters={"level": NEWS_LEVEL},
        dated="item__published_on",
        named=(Names("item__level", NEWS_LEVEL),),
    )
)
