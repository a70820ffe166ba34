"""Pairings: kinds that fit, nobody paired twice, warnings that do not forbid."""

from datetime import date

import pytest

from accounts.rights import Role
from core.errors import RuleError
from organisations.models.kinds import Kind
from pairings.actions import propose_pairing, revise_pairing
from pairings.models import Pairing
from partnerships.actions import DuplicateError
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with
from tests.factories.partnerships import pairing_of, proposed_pairing

pytestmark = pytest.mark.django_db


def proposed(lead, *partners, type="townships", starts_on=date(2026, 3, 1), ends_on=None):
    row = Pairing(
        form="pairing", name="结对", lead=lead, type=type, starts_on=starts_on, ends_on=ends_on
    )
    roles = {lead: "lead"} | dict.fromkeys(partners, "member")
    return propose_pairing(row, roles=roles, content_kinds=[], by=user_with(Role.OFFICE_STAFF))


@pytest.mark.parametrize("count", [1, 3])
def test_propose_pairing_of_one_with_one_or_several(count):
    partners = OrganisationFactory.create_batch(count)

    pairing = proposed(OrganisationFactory(), *partners)

    assert pairing.members.count() == count + 1
    assert pairing.dimension == "business_and_area"


def test_propose_pairing_of_several_with_several():
    departments = OrganisationFactory.create_batch(2, kind=Kind.GOVERNMENT_DEPARTMENT)
    villages = OrganisationFactory.create_batch(2, kind=Kind.VILLAGE)

    pairing = proposed(*departments, *villages, type="department_and_village")

    assert (pairing.dimension, pairing.members.count()) == ("rural_revitalisation", 4)


def test_propose_pairing_that_does_not_fit_is_refused():
    village = OrganisationFactory(kind=Kind.VILLAGE)

    with pytest.raises(RuleError) as refusal:
        proposed(OrganisationFactory(), village)

    assert (refusal.value.field, refusal.value.message) == (
        "partners",
        "“乡镇与乡镇”要求各方都应是苏木乡镇、街道或农场；"
        "所选单位为苏木乡镇、嘎查村，请更换单位或结对类型。",
    )
    assert not Pairing.objects.exists()


def test_propose_pairing_with_the_wrong_outside_is_refused():
    region = RegionFactory(code="150426000000", name="翁牛特旗", level="county")
    outside = OrganisationFactory(kind=Kind.OUTSIDE_REGION, is_external=True, region=region)

    with pytest.raises(RuleError) as refusal:
        proposed(OrganisationFactory(), outside, type="beijing_inner_mongolia")

    assert refusal.value.message == (
        "“京蒙对口帮扶”的旗外一方应在北京市；其他旗外地区请用“区域性联盟”。"
    )


@pytest.mark.parametrize("turned", [False, True])
def test_propose_pairing_twice_is_refused(turned):
    one = OrganisationFactory(short_name="东明镇")
    other = OrganisationFactory(short_name="新镇")
    existing = proposed_pairing(one, other, name="东明新镇结对")
    lead, partner = (other, one) if turned else (one, other)

    with pytest.raises(DuplicateError) as refusal:
        proposed(lead, partner)

    assert refusal.value.existing == existing
    assert refusal.value.message == (
        f"{lead}与{partner}在这段时间已有结对“东明新镇结对”（意向），不必重复结对。"
    )


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "concluded", "ends_on": date(2026, 2, 1)},
        {"status": "cancelled", "closing_note": "不再开展"},
        {"ends_on": date(2026, 2, 28)},
    ],
)
def test_propose_pairing_after_an_earlier_one(facts):
    one, other = OrganisationFactory.create_batch(2)
    pairing_of(one, other, **facts)

    assert proposed(one, other).pk is not None


def test_propose_pairing_beside_one_that_declined():
    one, other = OrganisationFactory.create_batch(2)
    proposed_pairing(one, other).members.filter(organisation=other).delete()

    assert proposed(one, other).pk is not None


def test_units_on_the_same_side_are_not_paired():
    lead, beside = OrganisationFactory.create_batch(2, kind=Kind.GOVERNMENT_DEPARTMENT)
    first, second = OrganisationFactory.create_batch(2, kind=Kind.VILLAGE)
    pairing_of(lead, beside, first, type="department_and_village")

    pairing = proposed(lead, beside, second, type="department_and_village")

    assert pairing.members.count() == 3


def test_revise_pairing_does_not_meet_itself():
    one, other = OrganisationFactory.create_batch(2)
    pairing = proposed(one, other)
    pairing.name = "新名"

    revise_pairing(
        pairing,
        version=1,
        roles={one: "lead", other: "member"},
        content_kinds=[],
        by=user_with(Role.OFFICE_STAFF),
    )

    assert Pairing.objects.get().name == "新名"


def test_warnings_name_capacity_and_wish():
    lead = OrganisationFactory(short_name="东明镇", capacity=1)
    other = OrganisationFactory(short_name="新镇", is_willing=False)
    pairing_of(lead, OrganisationFactory())
    pairing = proposed_pairing(lead, other)

    assert pairing.warnings() == [
        "东明镇的带动能力是 1 家，加上本项目共结对 2 家。",
        "新镇登记为暂不愿结对，请先沟通。",
    ]


def test_warnings_end_with_the_proposal():
    lead = OrganisationFactory(capacity=0)

    assert pairing_of(lead, OrganisationFactory()).warnings() == []


def test_partners_of_counts_spokes(django_assert_num_queries):
    lead, one, other, stranger = OrganisationFactory.create_batch(4)
    pairing_of(lead, one, other)

    with django_assert_num_queries(1):
        found = Pairing.objects.partners_of([lead.pk, one.pk, stranger.pk])

    assert found == {lead.pk: {one.pk, other.pk}, one.pk: {lead.pk}, stranger.pk: set()}
