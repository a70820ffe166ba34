"""Arithmetic of days: months and years on, and Chinese working days with moved rest days."""

import calendar
from datetime import date, timedelta

import chinese_calendar

FIRST_YEAR = min(chinese_calendar.constants.holidays).year
LAST_YEAR = max(chinese_calendar.constants.workdays).year
SATURDAY = 5


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or back; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def last_day_of_years(day: date, years: int) -> date:
    """The last day of a term of so many years that begins on `day`."""
    return add_months(day, 12 * years) - timedelta(days=1)


def is_calendar_known(day: date) -> bool:
    """Whether the State Council's arrangement of rest days for that year is known to us."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def is_working_day(day: date) -> bool:
    """By the published arrangement; in years without one, Monday to Friday."""
    if is_calendar_known(day):
        return chinese_calendar.is_workday(day)
    return day.weekday() < SATURDAY


def nth_working_day(first: date, count: int) -> date:
    """The day on which `count` working days are full, `first` counted when it is one."""
    day, left = first, count - is_working_day(first)
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day
