"""Metrics over windows, cases and news, against records whose count is plain to see."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from assessment import actions
from assessment.metrics import METRICS, MetricQuery
from assessment.models import Indicator
from assessment.rules import Part, Period, ValueShape
from assessment.scoring import Offence
from tests.factories.assessment import IndicatorFactory
from tests.factories.organisations import OrganisationFactory, UserFactory
from tests.factories.records import (
    CollectionWindowFactory,
    WindowAnswerFactory,
    answered,
    at,
    case_of,
    news_of,
    published_case,
)

pytestmark = pytest.mark.django_db


def query(year=2026, until=None, **filters):
    return MetricQuery(year, until or timezone.now() + timedelta(hours=1), filters)


def values(key, *args, **kwargs):
    return METRICS[key].values(query(*args, **kwargs))


def window_of(due_on, **facts):
    opened_at = at(due_on.year, due_on.month, 1)
    return CollectionWindowFactory(due_on=due_on, opened_at=opened_at, **facts)


def test_windows_answered_in_time_are_told_from_those_missed():
    punctual, late, silent = OrganisationFactory.create_batch(3)
    window = window_of(date(2026, 6, 10))
    answered(window=window, organisation=punctual, answered_at=at(2026, 6, 9))
    answered(window=window, organisation=late, answered_at=at(2026, 6, 12), in_time=False)
    WindowAnswerFactory(window=window, organisation=silent)

    found = values("windows_answered"), values("windows_missed")

    one = Decimal(1)
    assert found == ({punctual.pk: one}, {late.pk: one, silent.pk: one})


def test_no_change_is_an_answer():
    answer = answered(window=window_of(date(2026, 6, 10)), state="no_change", text="")

    assert values("windows_answered") == {answer.organisation_id: Decimal(1)}


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        # before it was opened, before it was closed, in the half hour after, and later
        (at(2026, 5, 1), 0),
        (at(2026, 6, 15), 0),
        (at(2026, 6, 16) - timedelta(hours=11, minutes=45), 0),
        (at(2026, 6, 16), 1),
    ],
    ids=["unasked", "open", "half an hour", "closed"],
)
def test_a_window_is_missed_once_it_is_closed(until, expected):
    WindowAnswerFactory(window=window_of(date(2026, 6, 10)))

    assert len(values("windows_missed", until=until)) == expected


def test_an_answer_after_the_cut_off_was_missing_then():
    answer = answered(window=window_of(date(2026, 6, 10)), answered_at=at(2026, 6, 9))

    assert values("windows_answered", until=at(2026, 6, 8)) == {}
    assert values("windows_answered", until=at(2026, 6, 10)) == {answer.organisation_id: 1}


@pytest.mark.parametrize("key", ["windows_answered", "windows_missed"])
def test_cancelled_windows_and_those_of_other_years_do_not_count(key):
    make = answered if key == "windows_answered" else WindowAnswerFactory
    cancelled = {"cancelled_by": UserFactory(), "cancel_reason": "重复"}
    make(window=window_of(date(2026, 6, 10), cancelled_at=at(2026, 6, 12), **cancelled))
    make(window=window_of(date(2025, 6, 10)))

    assert values(key) == {}


def test_showcase_cases_count_for_all_units_that_did_it_while_they_are_published():
    one, two, draft, gone = OrganisationFactory.create_batch(4)
    published_case(one, two, published_at=at(2026, 3, 1))
    case_of(draft)
    withdrawn = published_case(gone, published_at=at(2026, 3, 1))
    withdrawn.status, withdrawn.withdraw_reason = "withdrawn", "过时"
    withdrawn.withdrawn_at, withdrawn.withdrawn_by = at(2026, 5, 1), UserFactory()
    withdrawn.save()
    published_case(one, published_at=at(2025, 3, 1))

    assert values("showcase_cases") == {one.pk: Decimal(1), two.pk: Decimal(1)}
    then = values("showcase_cases", until=at(2026, 4, 1))
    assert set(then) == {one.pk, two.pk, gone.pk}


def test_news_items_are_narrowed_by_level():
    one, two = OrganisationFactory.create_batch(2)
    news_of(one, two, level="city")
    news_of(one, level="national")
    news_of(one, level="national", published_on=date(2025, 5, 1))

    assert values("news_items") == {one.pk: Decimal(2), two.pk: Decimal(1)}
    assert values("news_items", level="national") == {one.pk: Decimal(1)}


def test_news_items_are_told_apart_by_level():
    unit = OrganisationFactory()
    for level in ("city", "city", "national", "county"):
        news_of(unit, level=level)
    shape = ValueShape(Part.BY_NAME, ("国家级", "市级"))
    asked = MetricQuery(2026, timezone.now() + timedelta(hours=1), shape=shape)

    found = METRICS["news_items"].values(asked)

    assert found == {unit.pk: {"国家级": Decimal(1), "市级": Decimal(2)}}
    assert METRICS["news_items"].evidence(asked, unit.pk).count() == 3


@pytest.mark.parametrize(
    "key", ["windows_answered", "windows_missed", "showcase_cases", "news_items"]
)
def test_each_falls_into_the_month_of_its_day(key):
    unit = OrganisationFactory()
    for month in (3, 3, 6):
        day = date(2026, month, 10)
        answered(window=window_of(day), organisation=unit)
        WindowAnswerFactory(window=window_of(day), organisation=unit)
        published_case(unit, published_at=at(2026, month, 10))
        news_of(unit, published_on=day)
    by_month = ValueShape(period=Period.MONTH)
    asked = MetricQuery(2026, timezone.now() + timedelta(hours=1), shape=by_month)

    assert METRICS[key].values(asked) == {unit.pk: {"3": Decimal(2), "6": Decimal(1)}}


@pytest.mark.parametrize(
    ("key", "offences"),
    [
        ("news_items", [Offence.MEDIA]),
        ("windows_answered", []),
        ("windows_missed", []),
        ("showcase_cases", []),
    ],
)
def test_scoring_news_is_warned_about(key, offences):
    leaf = IndicatorFactory(
        name="工作实效", rule_kind="per_unit", source=Indicator.Source.METRIC, metric=key
    )

    warnings = actions.scheme_warnings(leaf.scheme)

    assert [warning.offence for warning in warnings] == offences
