"""Collection windows, showcase cases, news items."""

from datetime import date, datetime, timedelta
from typing import Any

import factory
from django.utils import timezone

from activities import actions
from activities.actions import CaseFacts, NewsFacts, WindowFacts
from activities.models import (
    Activity,
    CollectionWindow,
    NewsItem,
    ShowcaseCase,
    ShowcaseKind,
    WindowAnswer,
)
from organisations.models import Organisation
from tests.factories.activities import ActivityFactory
from tests.factories.organisations import OrganisationFactory, UserFactory


def in_days(count: int) -> date:
    return timezone.localdate() + timedelta(days=count)


def at(year: int, month: int, day: int) -> datetime:
    """Noon of that day."""
    return timezone.make_aware(datetime(year, month, day, 12))  # noqa: DTZ001 - made aware at once


class CollectionWindowFactory(factory.django.DjangoModelFactory):
    """Due in ten days, closed five days later; nobody is asked."""

    class Meta:
        model = CollectionWindow

    title = factory.Sequence(lambda n: f"第{n}次填报")
    basis = "奈创办发〔2026〕8号"
    asked = "今年打算带动哪几家。"
    due_on = factory.LazyFunction(lambda: in_days(10))
    closes_on = factory.LazyAttribute(lambda window: window.due_on + timedelta(days=5))
    opened_by = factory.SubFactory(UserFactory)


class WindowAnswerFactory(factory.django.DjangoModelFactory):
    """Asked, and not answered."""

    class Meta:
        model = WindowAnswer

    window = factory.SubFactory(CollectionWindowFactory)
    organisation = factory.SubFactory(OrganisationFactory)


def answered(*, in_time: bool = True, **facts: Any) -> WindowAnswer:
    """An answer that has come."""
    given = {"state": WindowAnswer.State.ANSWERED, "text": "两家。", "is_in_time": in_time}
    given |= {"answered_at": timezone.now(), "answered_by": UserFactory()}
    return WindowAnswerFactory(**given | facts)


class ShowcaseCaseFactory(factory.django.DjangoModelFactory):
    """A draft from an accepted activity; fits townships, names no unit."""

    class Meta:
        model = ShowcaseCase
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"第{n}个做法")
    activity = factory.SubFactory(
        ActivityFactory,
        status=Activity.Status.ACCEPTED,
        reviewed_by=factory.SubFactory(UserFactory),
        reviewed_at=factory.LazyFunction(timezone.now),
    )
    done = "两村合办夜校。"
    how_to_copy = "先找场地，再排课。"
    created_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def kinds(self, create: bool, kinds: Any, **_facts: Any) -> None:
        for kind in kinds or ["township"]:
            ShowcaseKind.objects.create(case=self, kind=kind)


def case_of(*organisations: Organisation, **facts: Any) -> ShowcaseCase:
    case = ShowcaseCaseFactory(**facts)
    case.organisations.set(organisations)
    return case


def published_case(*organisations: Organisation, **facts: Any) -> ShowcaseCase:
    now = {"published_at": timezone.now(), "published_by": UserFactory()}
    return case_of(*organisations, status=ShowcaseCase.Status.PUBLISHED, **now | facts)


class NewsItemFactory(factory.django.DjangoModelFactory):
    """About no unit yet."""

    class Meta:
        model = NewsItem

    title = factory.Sequence(lambda n: f"第{n}篇报道")
    outlet = "通辽日报"
    level = NewsItem.Level.CITY
    published_on = date(2026, 5, 20)
    recorded_by = factory.SubFactory(UserFactory)


def news_of(*organisations: Organisation, **facts: Any) -> NewsItem:
    item = NewsItemFactory(**facts)
    item.organisations.set(organisations)
    return item


def window_facts(**changed: Any) -> WindowFacts:
    facts = {
        "title": "年度共建打算",
        "basis": "奈创办发〔2026〕8号",
        "asked": "今年打算办哪几件事。",
        "due_on": in_days(14),
        "closes_on": in_days(20),
    }
    return WindowFacts(**facts | changed)


def case_facts(*organisations: Organisation, **changed: Any) -> CaseFacts:
    facts = {
        "title": "两村合办夜校",
        "done": "农闲时节合办夜校。",
        "how_to_copy": "先找场地，再排课。",
        "kinds": ["village", "community"],
        "organisations": list(organisations),
    }
    return CaseFacts(**facts | changed)


def news_facts(*organisations: Organisation, **changed: Any) -> NewsFacts:
    facts = {
        "title": "携手共建",
        "outlet": "通辽日报",
        "level": "city",
        "published_on": timezone.localdate(),
        "link": "https://www.example.cn/1.html",
        "organisations": list(organisations),
    }
    return NewsFacts(**facts | changed)


def opened_window(*organisations: Organisation, by: Any, **changed: Any) -> CollectionWindow:
    return actions.open_window(window_facts(**changed), organisations=organisations, by=by)
