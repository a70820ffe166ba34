"""Every metric against records whose count is plain to see, in one query each."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from activities.models import Participation
from assessment.metrics import METRICS, MetricQuery
from demonstrations.models import StandardSite, Title
from partnerships.models import Form, Member
from supervision.models import Finding, Inspection
from tests.factories.activities import ParticipationFactory, accepted_activity
from tests.factories.organisations import OrganisationFactory, TradeSystemFactory, UserFactory
from tests.factories.partnerships import (
    IndustryLinkageFactory,
    MemberFactory,
    MilestoneFactory,
    pairing_of,
)

pytestmark = pytest.mark.django_db


def query(year: int = 2026, **filters: object) -> MetricQuery:
    return MetricQuery(year, timezone.now() + timedelta(seconds=1), filters)


def test_activities_count_for_all_who_confirmed():
    one, two, absent = OrganisationFactory.create_batch(3)
    activity = accepted_activity(one, two)
    ParticipationFactory(
        activity=activity, organisation=absent, confirmation=Participation.Confirmation.ABSENT
    )

    values = METRICS["activities"].values(query())

    assert values == {one.pk: Decimal(1), two.pk: Decimal(1)}


def test_activities_of_another_year_or_not_yet_accepted_do_not_count():
    one = OrganisationFactory()
    accepted_activity(one, starts_on=date(2025, 5, 1))
    ParticipationFactory(organisation=one, is_host=True)

    values = METRICS["activities"].values(query())

    assert values == {}


def test_activities_after_the_cut_off_do_not_count():
    one = OrganisationFactory()
    accepted_activity(one)

    early = MetricQuery(2026, timezone.now() - timedelta(days=1))

    assert METRICS["activities"].values(early) == {}


def test_activities_filtered_by_form_and_theme_count_once_each():
    one, two = OrganisationFactory.create_batch(2)
    activity = accepted_activity(one, two, is_themed=True)
    activity.partnerships.set([pairing_of(one, two), pairing_of(two, one)])
    accepted_activity(one, two)

    values = METRICS["activities"].values(query(form=Form.PAIRING, themed=True))

    assert values == {one.pk: Decimal(1), two.pk: Decimal(1)}


def test_activities_hosted_count_for_the_host():
    one, two = OrganisationFactory.create_batch(2)
    accepted_activity(one, two)

    assert METRICS["activities"].values(query(host=True)) == {one.pk: Decimal(1)}


def test_active_months_are_distinct():
    one = OrganisationFactory()
    for day in (date(2026, 3, 1), date(2026, 3, 20), date(2026, 7, 1)):
        accepted_activity(one, starts_on=day)

    assert METRICS["active_months"].values(query()) == {one.pk: Decimal(2)}


def test_partners_are_the_other_agreed_members():
    one, two, three, declined = OrganisationFactory.create_batch(4)
    pairing = pairing_of(one, two)
    pairing_of(one, two, three)
    MemberFactory(partnership=pairing, organisation=declined, consent=Member.Consent.DECLINED)

    values = METRICS["partners"].values(query())

    assert values == {one.pk: Decimal(2), two.pk: Decimal(2), three.pk: Decimal(2)}


def test_partnerships_led_are_told_from_those_joined():
    one, two = OrganisationFactory.create_batch(2)
    pairing_of(one, two)

    assert METRICS["partnerships"].values(query(lead=True)) == {one.pk: Decimal(1)}
    assert METRICS["partnerships"].values(query(lead=False)) == {two.pk: Decimal(1)}


def test_linkage_numbers_count_for_the_core_unit():
    system = TradeSystemFactory()
    linkage = IndustryLinkageFactory(trade_system=system)
    for _ in range(2):
        accepted_activity(linkage.lead, is_themed=True).partnerships.add(linkage)
    accepted_activity(linkage.lead).partnerships.add(linkage)
    StandardSite.objects.create(
        organisation=OrganisationFactory(),
        trade_system=system,
        name="示范校",
        started_on=date(2026, 1, 1),
        accepted_on=date(2026, 6, 1),
    )

    themed = METRICS["linkage_themed_activities"].values(query())
    sites = METRICS["linkage_sites"].values(query())

    assert (themed, sites) == ({linkage.lead_id: Decimal(2)}, {linkage.lead_id: Decimal(1)})


def test_milestones_count_when_done_by_their_day():
    pairing = pairing_of(OrganisationFactory(), OrganisationFactory())
    MilestoneFactory(partnership=pairing, done_on=date(2026, 6, 30))
    MilestoneFactory(partnership=pairing, done_on=date(2026, 7, 1))
    MilestoneFactory(partnership=pairing)

    assert METRICS["milestones_on_time"].values(query()) == {pairing.lead_id: Decimal(1)}


def test_titles_in_force_count_by_level():
    one = OrganisationFactory()
    facts = {"organisation": one, "type": "unit", "authority": "市民委", "document_number": "1号"}
    Title.objects.create(level="city", named_on=date(2024, 1, 1), **facts)
    Title.objects.create(
        level="county", named_on=date(2020, 1, 1), valid_until=date(2025, 1, 1), **facts
    )

    assert METRICS["titles"].values(query(level="city")) == {one.pk: Decimal(1)}
    assert METRICS["titles"].values(query(level="county")) == {}


@pytest.mark.parametrize(
    ("due_on", "rectified_on", "expected"),
    [
        (date(2026, 3, 1), None, 1),
        (date(2026, 3, 1), date(2026, 3, 1), 0),
        (date(2026, 3, 1), date(2026, 3, 2), 1),
        (date(2126, 3, 1), None, 0),
    ],
)
def test_findings_are_overdue_after_their_day(due_on, rectified_on, expected):
    one, user = OrganisationFactory(), UserFactory()
    inspection = Inspection.objects.create(
        organisation=one, inspected_on=date(2026, 2, 1), summary="查看台账", recorded_by=user
    )
    Finding.objects.create(
        inspection=inspection,
        what="阵地标识缺失",
        due_on=due_on,
        rectified_on=rectified_on,
        rectified_by=user if rectified_on else None,
    )

    values = METRICS["overdue_findings"].values(query())

    assert values.get(one.pk, 0) == expected


@pytest.mark.parametrize("key", sorted(METRICS))
def test_metric_takes_one_query_however_many_organisations(key, django_assert_num_queries):
    for _ in range(3):
        accepted_activity(OrganisationFactory(), OrganisationFactory())

    with django_assert_num_queries(1):
        METRICS[key].values(query())


def test_metric_evidence_is_what_was_counted():
    one, two = OrganisationFactory.create_batch(2)
    activity = accepted_activity(one, two)

    evidence = METRICS["activities"].evidence(query(), two.pk)

    assert [part.activity for part in evidence] == [activity]


def test_metric_names_filters_it_does_not_know():
    assert METRICS["activities"].check_filters({"themed": True, "colour": 1}) == ["colour"]
