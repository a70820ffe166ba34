"""Invariants of the register, and what its querysets find."""

from datetime import date

import pytest
from django.db import IntegrityError

from accounts.rights import Role
from organisations.models import Organisation, OrganisationTag, Region
from organisations.models.kinds import Kind
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    TradeSystemFactory,
    user_with,
)
from tests.factories.partnerships import MemberFactory, PairingFactory, pairing_of

pytestmark = pytest.mark.django_db


def test_a_name_stands_once_in_a_region_and_kind_while_valid():
    first = OrganisationFactory(name="三合村", kind=Kind.VILLAGE)
    OrganisationFactory(name="三合村", kind=Kind.VILLAGE)
    OrganisationFactory(
        name="三合村", kind=Kind.VILLAGE, region=first.region, valid_until=date(2020, 1, 1)
    )

    with pytest.raises(IntegrityError):
        OrganisationFactory(name="三合村", kind=Kind.VILLAGE, region=first.region)


def test_an_organisation_does_not_end_before_it_begins():
    with pytest.raises(IntegrityError):
        OrganisationFactory(valid_from=date(2024, 1, 2), valid_until=date(2024, 1, 1))


def test_an_organisation_is_not_its_own_superior():
    unit = OrganisationFactory()

    with pytest.raises(IntegrityError):
        Organisation.objects.filter(pk=unit.pk).update(superior=unit)


def test_a_further_name_stands_once():
    unit = OrganisationFactory()
    unit.names.create(name="旧名", kind="former")

    with pytest.raises(IntegrityError):
        unit.names.create(name="旧名", kind="former")


def test_a_region_code_has_twelve_digits():
    with pytest.raises(IntegrityError):
        RegionFactory(code="15052")


def test_an_assignment_does_not_end_before_it_begins():
    with pytest.raises(IntegrityError):
        AssignmentFactory(valid_from=date(2024, 1, 2), valid_until=date(2024, 1, 1))


@pytest.mark.parametrize(
    ("kind", "level", "label"),
    [
        (Kind.VILLAGE, Region.Level.VILLAGE, "八仙筒镇·甲"),
        (Kind.COMMUNITY, Region.Level.TOWNSHIP, "甲地·甲"),
        (Kind.SCHOOL, Region.Level.TOWNSHIP, "甲"),
    ],
)
def test_full_label_names_the_township_of_villages(kind, level, label):
    town = RegionFactory(name="八仙筒镇")
    region = RegionFactory(name="甲地", level=level, parent=town)

    unit = OrganisationFactory(short_name="甲", kind=kind, region=region)

    assert unit.full_label == label


def test_full_label_names_the_city_of_what_lies_outside():
    city = RegionFactory(code="150400000000", name="赤峰市", level="prefecture")
    region = RegionFactory(code="150430000000", name="敖汉旗", level="county", parent=city)
    facts = {"is_external": True, "short_name": "敖汉旗"}

    outside = OrganisationFactory(kind=Kind.OUTSIDE_REGION, region=region, **facts)
    orphan = OrganisationFactory(kind=Kind.OUTSIDE_REGION, region=city, **facts)
    department = OrganisationFactory(
        kind=Kind.CITY_DEPARTMENT, region=city, is_external=True, short_name="市教育局"
    )

    labels = [row.full_label for row in (outside, orphan, department)]
    assert labels == ["赤峰市·敖汉旗", "敖汉旗", "赤峰市·市教育局"]


def test_partnered_asks_for_another_member_that_agreed():
    one, two = OrganisationFactory(), OrganisationFactory()
    pairing_of(one, two)
    alone, silent = OrganisationFactory(), OrganisationFactory()
    pairing = pairing_of(alone)
    MemberFactory(
        partnership=pairing,
        organisation=silent,
        consent="pending",
        consent_at=None,
        consent_by=None,
    )
    over = OrganisationFactory()
    ended = PairingFactory(status="concluded", ends_on=date(2026, 6, 1), closing_note="已完成")
    MemberFactory(partnership=ended, organisation=over)
    MemberFactory(partnership=ended, organisation=alone)

    found = Organisation.objects.partnered()

    assert set(found) == {one, two}


def test_with_standing_counts_active_partnerships():
    one, two = OrganisationFactory(), OrganisationFactory()
    pairing_of(one, two)
    pairing_of(one, OrganisationFactory())
    pairing_of(one, two, status="cancelled", closing_note="双方协商取消")

    rows = Organisation.objects.with_standing(date(2026, 1, 1)).in_bulk([one.pk, two.pk])

    counts = {row.pk: row.partnership_count for row in rows.values()}
    assert counts == {one.pk: 2, two.pk: 1}


def test_visible_to_gives_the_county_and_what_lies_outside():
    town = OrganisationFactory()
    outside = OrganisationFactory(
        is_external=True, region=RegionFactory(code="150430000000", level="county")
    )
    OrganisationFactory(region=RegionFactory(code="150421100000"))

    seen = Organisation.objects.visible_to(user_with(Role.LIAISON, town))

    assert set(seen) == {town, outside}


def test_editable_by_is_the_office_alone():
    town = OrganisationFactory()
    outside = OrganisationFactory(
        is_external=True, region=RegionFactory(code="150430000000", level="county")
    )
    staff = user_with(Role.OFFICE_STAFF)

    assert set(Organisation.objects.editable_by(staff)) == {
        town,
        outside,
        staff.main_organisation,
    }
    assert set(Organisation.objects.editable_by(user_with(Role.LIAISON, town))) == set()


def test_names_of_the_register_s_rows():
    unit = OrganisationFactory(short_name="八仙筒镇")
    name = unit.names.create(name="旧名", kind="former")
    tag = OrganisationTag.objects.create(name="展馆")

    assert [str(unit), str(name), str(tag), str(unit.region)] == [
        "八仙筒镇",
        "旧名",
        "展馆",
        unit.region.name,
    ]


def test_trade_systems_are_named():
    assert str(TradeSystemFactory(name="文旅系统")) == "文旅系统"


def test_visible_to_shows_nothing_to_the_auditor():
    OrganisationFactory()

    assert list(Organisation.objects.visible_to(user_with(Role.AUDITOR))) == []
