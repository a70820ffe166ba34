"""Arithmetic of days."""

from datetime import date

import pytest

from core.days import (
    add_months,
    is_calendar_known,
    is_working_day,
    last_day_of_years,
    nth_working_day,
)


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 3, 5), 12, date(2027, 3, 5)),
        (date(2026, 10, 5), 3, date(2027, 1, 5)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_add_months_keeps_the_day_where_the_month_has_it(day, months, found):
    assert add_months(day, months) == found


def test_a_term_ends_on_the_day_before():
    assert last_day_of_years(date(2024, 3, 1), 5) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 9, 30), True),
        (date(2025, 10, 1), False),
        (date(2025, 10, 8), False),
        (date(2025, 9, 28), True),  # a Sunday worked for the National Day
        (date(2025, 10, 11), True),  # a Saturday worked for it too
        (date(2025, 10, 12), False),
        # no arrangement is published for the year: Monday to Friday
        (date(2999, 10, 1), True),
        (date(2999, 10, 5), False),
    ],
)
def test_working_days_follow_the_moved_rest_days(day, works):
    assert is_working_day(day) is works


def test_the_calendar_is_known_for_years_with_an_arrangement():
    assert [is_calendar_known(date(year, 1, 1)) for year in (2003, 2025, 2999)] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("first", "count", "last"),
    [
        (date(2025, 9, 22), 5, date(2025, 9, 26)),
        # over the Sunday that is worked
        (date(2025, 9, 24), 5, date(2025, 9, 29)),
        # over the whole holiday: 29 and 30 September, 9, 10 and the Saturday 11 October
        (date(2025, 9, 29), 5, date(2025, 10, 11)),
        # begun on the holiday itself
        (date(2025, 10, 1), 1, date(2025, 10, 9)),
        (date(2025, 10, 9), 1, date(2025, 10, 9)),
        # into a year without an arrangement
        (date(2999, 10, 4), 2, date(2999, 10, 7)),
    ],
)
def test_nth_working_day_counts_the_first_when_it_is_one(first, count, last):
    assert nth_working_day(first, count) == last
