"""Arithmetic of days: months and years on, and Chinese working days with moved rest days."""

import calendar
from datetime import date, timedelta

import chinese_calendar
from django.conf import settings
from django.utils.translation import gettext as _

FIRST_YEAR = min(chinese_calendar.constants.holidays).year
LAST_YEAR = max(chinese_calendar.constants.workdays).year
SATURDAY = 5
# So many days ahead a period is looked at whose first day is still to be chosen.
DAYS_AHEAD = 30


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or back; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def last_day_of_years(day: date, years: int) -> date:
    """The last day of a term of so many years that begins on `day`."""
    return add_months(day, 12 * years) - timedelta(days=1)


def is_calendar_known(day: date) -> bool:
    """Whether the State Council's arrangement of rest days for that year is known to us.

    The package knows the years until its release; later ones stand in the settings, where a day
    off makes its year known.
    """
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return True
    return any(rest.year == day.year for rest in settings.REST_DAYS)


def is_working_day(day: date) -> bool:
    """By the published arrangement; in years without one, Monday to Friday.

    What the settings say of a day goes before the package.
    """
    if day in settings.REST_DAYS:
        return False
    if day in settings.MOVED_WORKDAYS:
        return True
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return chinese_calendar.is_workday(day)
    return day.weekday() < SATURDAY


def unknown_years(first: date, last: date) -> list[int]:
    """The years that a period reaches into whose rest days nobody has told us."""
    years = range(first.year, last.year + 1)
    return [year for year in years if not is_calendar_known(date(year, 1, 1))]


def calendar_caution(first: date, last: date) -> str:
    """One sentence where the working days of a period are counted without its rest days."""
    if not (years := unknown_years(first, last)):
        return ""
    return _(
        "%(years)s年的放假调休安排还没有录入，公示期进入该年的暂按周一至周五计算："
        "请先请系统管理员在设置 REST_DAYS、MOVED_WORKDAYS 里补上，或者自行核对结束日期。"
    ) % {"years": "、".join(map(str, years))}


def nth_working_day(first: date, count: int) -> date:
    """The day on which `count` working days are full, `first` counted when it is one."""
    day, left = first, count - is_working_day(first)
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def caution_ahead(today: date, count: int) -> str:
    """The same for `count` working days that begin today or in the days to come."""
    return calendar_caution(today, nth_working_day(today + timedelta(days=DAYS_AHEAD), count))
