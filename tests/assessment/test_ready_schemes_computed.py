"""The schemes that come with the platform on records of a whole year, against the command."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from assessment.models import Indicator
from assessment.ready_schemes import READY
from organisations.models.kinds import Kind
from partnerships.models import ContentKind
from tests.assessment import trial
from tests.assessment.door import Office, rows_of
from tests.factories.activities import accepted_activity
from tests.factories.demonstrations import StandardSiteFactory, TitleFactory
from tests.factories.organisations import OrganisationFactory, RegionFactory, TradeSystemFactory
from tests.factories.partnerships import (
    IndustryLinkageFactory,
    MemberFactory,
    MilestoneFactory,
    RegionalAllianceFactory,
    pairing_of,
)
from tests.factories.supervision import FindingFactory, InspectionFactory

pytestmark = pytest.mark.django_db
# The ones that come last have done the least.
UNITS = 5
MONTHS = (1, 3, 4, 6, 8, 9, 11)


@pytest.fixture
def office(client, tmp_path, capsysbinary):
    return Office(client, tmp_path, capsysbinary)


@pytest.fixture
def units():
    kinds = [Kind.TOWNSHIP, Kind.TOWNSHIP, Kind.TOWNSHIP, Kind.SUBDISTRICT, Kind.TOWNSHIP]
    return [
        OrganisationFactory(
            name=f"第{place}镇人民政府",
            short_name=f"第{place}镇",
            kind=kind,
            region=RegionFactory(),
        )
        for place, kind in enumerate(kinds)
    ]


def write_year(units):
    """Records of every kind that some leaf counts, fewer for each unit than for the one before."""
    contents = [
        ContentKind.objects.get_or_create(form="pairing", name=name)[0]
        for name in ("文体活动", "技能培训", "走访慰问", "项目合作")
    ]
    for place, unit in enumerate(units):
        others = [one for one in units if one != unit]
        for number in range(UNITS - place):
            activity = accepted_activity(
                unit,
                others[number % 2],
                is_themed=number % 2 == 0,
                starts_on=date(2026, MONTHS[(number + place) % len(MONTHS)], 5 + number),
            )
            activity.content_kinds.set(contents[: max(1, len(contents) - place)])
        if place < UNITS - 1:
            pairing = pairing_of(unit, *others[: 1 + place % 3])
            for number in range(UNITS - place - 1):
                MilestoneFactory(partnership=pairing, done_on=date(2026, 6, 1 + number))
        visit = InspectionFactory(organisation=unit)
        for number in range(place):
            late = timezone.localdate() - timedelta(days=10)
            FindingFactory(inspection=visit, **({} if number % 2 else {"due_on": late}))
    pairing_of(*units[:2], starts_on=date(2025, 3, 1))
    TitleFactory(organisation=units[0], level="national")
    TitleFactory(organisation=units[1], level="city")
    system = TradeSystemFactory()
    StandardSiteFactory(organisation=units[1], trade_system=system, accepted_on=date(2026, 5, 1))
    alliance = RegionalAllianceFactory(lead=units[2])
    MemberFactory(partnership=alliance, organisation=units[2])
    linkage = IndustryLinkageFactory(lead=units[0], trade_system=system)
    for day in (4, 9):
        activity = accepted_activity(units[0], is_themed=True, starts_on=date(2026, 5, day))
        activity.partnerships.add(linkage)


def values_for(leaves, units):
    """What comes from outside: a share, a grade, each unit another."""
    cells = {"imported": lambda place: 97.35 - 3.1 * place, "graded": lambda place: f"一般:{place}"}
    return trial.values_content(
        [
            ["单位", *(leaf.code for leaf in leaves)],
            *(
                [unit.short_name, *(cells[leaf.rule_kind](place) for leaf in leaves)]
                for place, unit in enumerate(units)
            ),
        ]
    )


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.key)
def test_ready_scheme_on_a_years_records_gives_the_cells_of_the_command(office, units, ready):
    write_year(units)
    facts = {"start": f"ready:{ready.key}", "year": "2026", "department": office.judges.pk}
    office.post(office.staff, "scheme_create", **facts)
    scheme = office.latest()
    known = [unit.pk for unit in units]
    scheme.members.exclude(organisation__in=known).delete()
    scheme = office.published(scheme)
    of = scheme.indicators.filter
    if outside := list(of(source=Indicator.Source.IMPORTED).order_by("order")):
        office.enter(scheme, values_for(outside, units))
    for leaf in of(source=Indicator.Source.MANUAL):
        office.mark(leaf, {unit: str(7.5 - place / 2) for place, unit in enumerate(units)})

    stored = rows_of(office.checked(office.computed(scheme)))

    assert {row["单位"] for row in stored} == {unit.short_name for unit in units}
    assert len({row["总分"] for row in stored}) == UNITS
    assert plain_leaves(stored) == []


def plain_leaves(rows):
    """The leaves that tell no unit from another."""
    codes = [code for code in rows[0] if code not in ("单位", "分组", "总分", "名次", "等次")]
    return [code for code in codes if len({row[code] for row in rows}) == 1]
