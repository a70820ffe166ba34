"""News items, and what units answered in a window, one row each."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from accounts.models import User
from activities.filters import AnswerFilter, NewsFilter
from activities.models import NewsItem, WindowAnswer
from core.exports import ListExport, register
from core.sheets import Column


def select_news(user: User, query: QueryDict) -> NewsFilter:
    return NewsFilter(query, NewsItem.objects.visible_to(user).for_list(), user=user)


def news_row(item: NewsItem) -> list[Any]:
    return [
        item.title,
        item.outlet,
        item.get_level_display(),
        item.published_on,
        "、".join(unit.full_label for unit in item.organisations.all()),
        str(item.activity) if item.activity else "",
        item.link,
        item.recorded_at,
    ]


def select_answers(user: User, query: QueryDict) -> AnswerFilter:
    return AnswerFilter(query, WindowAnswer.objects.visible_to(user).for_list(), user=user)


def answer_row(answer: WindowAnswer) -> list[Any]:
    return [
        answer.organisation.full_label,
        answer.organisation.get_kind_display(),
        answer.get_standing_display(),
        answer.words,
        answer.answered_at,
    ]


NEWS = register(
    ListExport(
        key="activities.news_list",
        title=gettext_lazy("信息报送台账"),
        columns=(
            Column(gettext_lazy("标题"), width=36),
            Column(gettext_lazy("刊发单位"), width=18),
            Column(gettext_lazy("级别"), width=10),
            Column(gettext_lazy("刊发日期"), "date"),
            Column(gettext_lazy("涉及单位"), width=28),
            Column(gettext_lazy("所报道的活动"), width=30),
            Column(gettext_lazy("链接"), width=36),
            Column(gettext_lazy("登记时间"), "datetime"),
        ),
        select=select_news,
        as_row=news_row,
    )
)
ANSWERS = register(
    ListExport(
        key="activities.window_detail",
        title=gettext_lazy("填报汇总"),
        columns=(
            Column(gettext_lazy("单位"), width=24),
            Column(gettext_lazy("类型"), width=12),
            Column(gettext_lazy("答复"), width=12),
            Column(gettext_lazy("填报内容"), width=60),
            Column(gettext_lazy("答复时间"), "datetime"),
        ),
        select=select_answers,
        as_row=answer_row,
    )
)
