"""News items written down, corrected, removed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activities.closed_years import why_closed
from activities.models import Activity, NewsItem
from core import audit
from core.errors import RuleError
from organisations.models import Organisation

FACTS = ["title", "outlet", "level", "published_on", "link", "activity"]


@dataclass(frozen=True)
class NewsFacts:
    title: str
    outlet: str
    level: str
    published_on: date
    link: str
    organisations: Iterable[Organisation]
    activity: Activity | None = None


@transaction.atomic
def record_news(facts: NewsFacts, *, by: User) -> NewsItem:
    """Keep where something was reported; RuleError for a day to come."""
    item = NewsItem(recorded_by=by)
    _write(item, facts)
    audit.record("activities.record_news", item, by=by, after=_facts_of(item))
    return item


@transaction.atomic
def change_news(item: NewsItem, *, facts: NewsFacts, by: User) -> NewsItem:
    """Correct what was written; RuleError for what a decided result has counted."""
    locked = NewsItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if _counts_otherwise(locked, facts):
        _demand_open(locked)
    before = _facts_of(locked)
    _write(locked, facts)
    audit.record("activities.change_news", locked, by=by, before=before, after=_facts_of(locked))
    return locked


@transaction.atomic
def remove_news(item: NewsItem, *, by: User) -> None:
    """RuleError when a decided result has counted it: its evidence must not disappear."""
    _demand_open(item)
    audit.record("activities.remove_news", item, by=by, before=_facts_of(item))
    item.delete()


def _demand_open(item: NewsItem) -> None:
    if reason := why_closed(item):
        raise RuleError(reason)


def _counts_otherwise(item: NewsItem, facts: NewsFacts) -> bool:
    units = set(item.units.values_list("organisation", flat=True))
    counted = (item.level, item.published_on, units)
    return counted != (facts.level, facts.published_on, {unit.pk for unit in facts.organisations})


def _write(item: NewsItem, facts: NewsFacts) -> None:
    if facts.published_on > timezone.localdate():
        raise RuleError(_("刊发日期还没有到，请核对。"), field="published_on")
    for name in FACTS:
        setattr(item, name, getattr(facts, name))
    item.save()
    item.organisations.set(facts.organisations)


def _facts_of(item: NewsItem) -> dict:
    names = [str(unit) for unit in item.organisations.order_by("pk")]
    return audit.snapshot(item, FACTS) | {"organisations": names}
