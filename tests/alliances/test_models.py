"""Linkages count what the notice asks; seats keep no name beyond their term."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliances.models import Seat
from demonstrations.models import StandardSite
from tests.factories.activities import ActivityFactory, accepted_activity
from tests.factories.organisations import OrganisationFactory, TradeSystemFactory
from tests.factories.partnerships import (
    IndustryLinkageFactory,
    RegionalAllianceFactory,
    RepresentativeMatrixFactory,
    SeatFactory,
)

pytestmark = pytest.mark.django_db

YESTERDAY, TODAY = timezone.localdate() - timedelta(days=1), timezone.localdate()


def site(system, **facts):
    return StandardSite.objects.create(
        organisation=OrganisationFactory(),
        trade_system=system,
        started_on=date(2025, 1, 1),
        **facts,
    )


def test_figures_of_a_linkage():
    system = TradeSystemFactory()
    linkage = IndustryLinkageFactory(trade_system=system)
    counted = accepted_activity(linkage.lead, title="主题活动", is_themed=True)
    others = [
        accepted_activity(linkage.lead, title="普通活动"),
        accepted_activity(linkage.lead, title="去年的", is_themed=True, starts_on=date(2025, 5, 1)),
        ActivityFactory(reporter=linkage.lead, is_themed=True),
    ]
    for activity in (counted, *others):
        activity.partnerships.add(linkage)
    accepted = site(system, name="一号示范点", accepted_on=date(2025, 9, 1))
    site(system, name="未验收")
    site(system, name="明年验收", accepted_on=date(2099, 1, 1))
    site(TradeSystemFactory(), name="别的系统", accepted_on=date(2025, 9, 1))

    themed, sites = linkage.figures(2026)

    assert (themed.value, themed.required, themed.is_met, themed.evidence) == (
        1,
        2,
        False,
        [counted],
    )
    assert (sites.value, sites.required, sites.is_met, sites.evidence) == (1, 1, True, [accepted])


def test_figures_of_an_earlier_year_do_not_see_later_sites():
    system = TradeSystemFactory()
    site(system, name="今年验收", accepted_on=date(2026, 2, 1))

    _themed, sites = IndustryLinkageFactory(trade_system=system).figures(2025)

    assert sites.value == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"term_from": date(2026, 1, 2), "term_until": date(2026, 1, 1)},
        {"public_name": "某某", "term_until": None},
    ],
)
def test_seat_constraints(facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        SeatFactory(**facts)


@pytest.mark.parametrize(
    ("term_until", "is_over", "shown"), [(YESTERDAY, True, ""), (TODAY, False, "某某")]
)
def test_seat_shows_its_name_until_the_last_day(term_until, is_over, shown):
    seat = SeatFactory(public_name="某某", term_from=date(2020, 1, 1), term_until=term_until)

    assert (seat.is_over, seat.shown_name) == (is_over, shown)


@pytest.mark.parametrize(
    ("facts", "matrix", "expired"),
    [
        ({"term_until": YESTERDAY}, {}, True),
        ({"term_until": TODAY}, {}, False),
        ({"term_until": YESTERDAY, "public_name": ""}, {}, False),
        ({"term_until": TODAY}, {"status": "concluded", "ends_on": date(2026, 6, 1)}, True),
        ({"term_until": TODAY}, {"status": "cancelled", "closing_note": "撤并"}, True),
    ],
)
def test_with_expired_name(facts, matrix, expired):
    row = RepresentativeMatrixFactory(**matrix)
    SeatFactory(**{"matrix": row, "public_name": "某某", "term_from": date(2020, 1, 1)} | facts)

    assert Seat.objects.with_expired_name().exists() is expired


def test_alliance_is_agreed_in_writing_by_region_and_paper():
    alliance = RegionalAllianceFactory()

    assert not alliance.is_agreed_in_writing()


def test_seat_reads_as_its_capacity():
    assert str(SeatFactory(capacity="旗人大代表")) == "旗人大代表"
