"""Answers to windows, showcase cases and news that did not count."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import NewsItem, NewsUnit, ShowcaseCase, ShowcaseUnit, WindowAnswer
from assessment.unit_sheets.near_misses.asked import Asked, Finder, shown


def _answers(asked: Asked) -> QuerySet[WindowAnswer]:
    visible = WindowAnswer.objects.visible_to(asked.user)
    return visible.filter(organisation__in=asked.units, window__due_on__range=asked.days)


def _not_asked(answer: WindowAnswer, asked: Asked) -> str:
    window, known = answer.window, asked.query.data_as_of
    if told := asked.outside(window.due_on):
        return told
    if window.cancelled_at is not None and window.cancelled_at <= known:
        return _("填报已经撤销")
    if window.opened_at > known:
        return _("这次计算之后才发出，下次计算计入")
    return ""


def _answered_reason(answer: WindowAnswer, asked: Asked) -> str:
    if told := _not_asked(answer, asked):
        return told
    window, known = answer.window, asked.query.data_as_of
    if answer.answered_at is None:
        if window.closes_on < timezone.localdate(known):
            return _("没有答复，填报已经关闭")
        if window.due_on < timezone.localdate(known):
            return _("%(due)s 按时截止，还没有答复，现在答复已不算按时") % {
                "due": shown(window.due_on)
            }
        return _("还没有答复，%(due)s 以前答复才计入") % {"due": shown(window.due_on)}
    if not answer.is_in_time:
        words = {"day": shown(timezone.localdate(answer.answered_at)), "due": shown(window.due_on)}
        return _("%(day)s 答复，晚于按时截止的 %(due)s") % words
    return _("这次计算之后才答复，下次计算计入")


def _missed_reason(answer: WindowAnswer, asked: Asked) -> str:
    if told := _not_asked(answer, asked):
        return told
    if answer.is_in_time and answer.answered_at <= asked.query.data_as_of:
        return _("%(day)s 按时答复") % {"day": shown(timezone.localdate(answer.answered_at))}
    return _("计算时填报还没有关闭（%(day)s 关闭）") % {"day": shown(answer.window.closes_on)}


def _cases(asked: Asked) -> QuerySet[ShowcaseUnit]:
    """Of cases that the user may open: what was withdrawn, only whoever writes them."""
    visible = ShowcaseCase.objects.visible_to(asked.user)
    return ShowcaseUnit.objects.filter(
        organisation__in=asked.units,
        case__in=visible.values("pk"),
        case__published_at__date__range=asked.days,
    )


def _case_reason(part: ShowcaseUnit, asked: Asked) -> str:
    case, known = part.case, asked.query.data_as_of
    if told := asked.outside(timezone.localdate(case.published_at)):
        return told
    if case.withdrawn_at is not None and case.withdrawn_at <= known:
        return _("案例已经撤下")
    return _("这次计算之后才发布，下次计算计入")


def _news(asked: Asked) -> QuerySet[NewsUnit]:
    return NewsUnit.objects.filter(
        organisation__in=asked.units,
        item__in=NewsItem.objects.visible_to(asked.user).values("pk"),
        item__published_on__range=asked.days,
    )


def _news_reason(part: NewsUnit, asked: Asked) -> str:
    if told := asked.outside(part.item.published_on):
        return told
    if part.item.recorded_at > asked.query.data_as_of:
        return _("这次计算之后才登记，下次计算计入")
    return asked.condition()


FINDERS = {
    "windows_answered": Finder(_answers, _answered_reason),
    "windows_missed": Finder(_answers, _missed_reason),
    "showcase_cases": Finder(_cases, _case_reason),
    "news_items": Finder(_news, _news_reason),
}
