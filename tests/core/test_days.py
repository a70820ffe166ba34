"""Arithmetic of days."""

from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.days import (
    add_months,
    calendar_caution,
    is_calendar_known,
    is_working_day,
    last_day_of_years,
    nth_working_day,
)
from naiman_unity.settings import dates


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


@pytest.fixture
def arrangement(settings):
    """2999: the National Day of three days, the Saturday before it worked."""
    settings.REST_DAYS = frozenset(date(2999, 10, day) for day in (1, 2, 3))
    settings.MOVED_WORKDAYS = frozenset({date(2999, 9, 28)})


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2999, 10, 1), False),
        (date(2999, 9, 28), True),
        (date(2999, 9, 29), False),
        (date(2999, 9, 30), True),
        (date(2025, 9, 28), True),
    ],
)
def test_working_days_of_further_years_stand_in_the_settings(arrangement, day, works):
    assert is_working_day(day) is works


def test_a_period_is_counted_by_the_settings(arrangement):
    assert nth_working_day(date(2999, 9, 27), 4) == date(2999, 10, 4)
    assert is_calendar_known(date(2999, 1, 1))


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (date(2025, 12, 30), date(2026, 1, 6), ""),
        (date(2999, 12, 30), date(3000, 1, 6), "3000年"),
        (date(2998, 12, 30), date(3000, 1, 6), "2998、3000年"),
    ],
)
def test_calendar_caution_names_the_years_without_an_arrangement(arrangement, first, last, years):
    assert calendar_caution(first, last).partition("的放假调休")[0] == years


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", set()),
        ("2027-01-01, 2027-02-05/2027-02-07", {(1, 1), (2, 5), (2, 6), (2, 7)}),
    ],
)
def test_days_are_read_from_the_environment(monkeypatch, text, found):
    monkeypatch.setenv("REST_DAYS", text)

    assert dates("REST_DAYS") == {date(2027, month, day) for month, day in found}


@pytest.mark.parametrize("text", ["元旦", "2027-02-30", "2027-02-07/2027-02-05", "2027-1/2/3"])
def test_days_that_cannot_be_read_stop_the_start(monkeypatch, text):
    monkeypatch.setenv("REST_DAYS", f"2027-01-01,{text}")

    with pytest.raises(ImproperlyConfigured, match=f"REST_DAYS 里的“{text}”读不出日期"):
        dates("REST_DAYS")


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
