"""What the database refuses, and what the querysets find."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.rights import Role
from organisations.models.kinds import Kind
from partnerships.models import ContentKind, Form, Member, Partnership
from tests.factories.activities import ActivityFactory, accepted_activity
from tests.factories.organisations import OrganisationFactory, RegionFactory, UserFactory, user_with
from tests.factories.partnerships import (
    AgreementFactory,
    IndustryLinkageFactory,
    MemberFactory,
    MilestoneFactory,
    PairingFactory,
    RegionalAllianceFactory,
    RepresentativeMatrixFactory,
    SeatFactory,
    asked,
    pairing_of,
    proposed_pairing,
)

pytestmark = pytest.mark.django_db

BROKEN = [
    {"ends_on": date(2025, 12, 31)},
    {"decided_at": None},
    {"decided_at": None, "decided_by": None},
    {"status": "concluded", "ends_on": None},
    {"status": "cancelled", "closing_note": ""},
    {"budget_asked": -1},
    {"budget_granted": -1},
]


@pytest.mark.parametrize("facts", BROKEN)
def test_partnership_constraints(facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        PairingFactory(**facts)


def test_member_stands_once_in_a_partnership():
    member = MemberFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        MemberFactory(partnership=member.partnership, organisation=member.organisation)


@pytest.mark.parametrize(
    "facts",
    [
        {"consent_at": None},
        {"consent_by": None},
        {"consent": Member.Consent.PENDING},
        {"consent": Member.Consent.DECLINED, "consent_at": None, "consent_by": None},
    ],
)
def test_member_answer_has_who_and_when(facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberFactory(**facts)


def test_agreement_is_valid_after_it_was_signed():
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementFactory(signed_on=date(2026, 3, 1), valid_until=date(2026, 3, 1))


def test_content_kind_stands_once_in_a_form():
    with pytest.raises(IntegrityError), transaction.atomic():
        ContentKind.objects.create(form=Form.PAIRING, name="宣传教育")


@pytest.mark.parametrize(
    ("status", "then", "allowed"),
    [
        ("proposed", "active", True),
        ("proposed", "cancelled", True),
        ("proposed", "concluded", False),
        ("active", "concluded", True),
        ("active", "cancelled", True),
        ("active", "proposed", False),
        ("concluded", "active", False),
        ("concluded", "cancelled", False),
        ("cancelled", "proposed", False),
    ],
)
def test_can_become(status, then, allowed):
    assert Partnership(status=status).can_become(then) is allowed


@pytest.mark.parametrize(
    ("facts", "year", "is_active"),
    [
        ({"starts_on": date(2026, 1, 1)}, 2026, True),
        ({"starts_on": date(2026, 12, 31)}, 2026, True),
        ({"starts_on": date(2027, 1, 1)}, 2026, False),
        ({"starts_on": date(2024, 5, 1), "ends_on": date(2026, 1, 1)}, 2026, True),
        ({"starts_on": date(2024, 5, 1), "ends_on": date(2025, 12, 31)}, 2026, False),
        ({"status": "concluded", "ends_on": date(2026, 6, 1)}, 2026, True),
        ({"status": "proposed", "decided_at": None, "decided_by": None}, 2026, False),
        ({"status": "cancelled", "closing_note": "不再开展"}, 2026, False),
    ],
)
def test_active_in(facts, year, is_active):
    PairingFactory(**facts)

    assert Partnership.objects.active_in(year).exists() is is_active


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "overlaps"),
    [
        (date(2026, 6, 30), None, True),
        (date(2026, 7, 1), None, False),
        (date(2025, 1, 1), date(2026, 3, 1), True),
        (date(2025, 1, 1), date(2026, 2, 28), False),
        (date(2025, 1, 1), None, True),
    ],
)
def test_overlapping(starts_on, ends_on, overlaps):
    PairingFactory(starts_on=date(2026, 3, 1), ends_on=date(2026, 6, 30))

    assert Partnership.objects.overlapping(starts_on, ends_on).exists() is overlaps


def test_overlapping_with_an_open_end():
    PairingFactory(starts_on=date(2026, 3, 1))

    assert Partnership.objects.overlapping(date(2030, 1, 1), None).exists()


def test_for_unit_leaves_out_who_declined():
    unit = OrganisationFactory()
    pairing = pairing_of(unit, OrganisationFactory())
    other = pairing_of(OrganisationFactory())
    MemberFactory(partnership=other, organisation=unit, consent=Member.Consent.DECLINED)

    found = Partnership.objects.for_unit(unit)

    assert list(found) == [pairing.partnership_ptr]


def test_ready_to_start_needs_lead_and_one_other():
    lead, other = OrganisationFactory(), OrganisationFactory()
    pairing = proposed_pairing(lead, other)
    answered = {"consent": "agreed", "consent_at": timezone.now(), "consent_by": UserFactory()}

    assert not Partnership.objects.ready_to_start().exists()

    pairing.members.filter(organisation=other).update(**answered)
    assert not Partnership.objects.ready_to_start().exists()

    pairing.members.filter(organisation=lead).update(**answered)
    assert list(Partnership.objects.ready_to_start()) == [pairing.partnership_ptr]


def test_awaiting_consent_goes_on_after_the_start():
    started = pairing_of(OrganisationFactory())
    asked(started, OrganisationFactory())
    pairing_of(OrganisationFactory(), OrganisationFactory())

    assert list(Partnership.objects.awaiting_consent()) == [started.partnership_ptr]


def test_with_counts_do_not_multiply():
    lead, other = OrganisationFactory(), OrganisationFactory()
    pairing = pairing_of(lead, other)
    asked(pairing, OrganisationFactory())
    MemberFactory(partnership=pairing, consent=Member.Consent.DECLINED)
    for number in range(2):
        accepted_activity(lead, title=f"座谈{number}").partnerships.add(pairing)
    ActivityFactory(reporter=lead).partnerships.add(pairing)

    row = Partnership.objects.with_counts().get()

    assert (row.member_count, row.pending_count, row.activity_count) == (3, 1, 2)


def test_with_details_takes_one_query_for_any_form(django_assert_num_queries):
    PairingFactory()
    IndustryLinkageFactory(trade_system__name="教体")
    matrix = RepresentativeMatrixFactory()
    SeatFactory(matrix=matrix)
    alliance = RegionalAllianceFactory()
    alliance.partner_regions.add(RegionFactory(name="翁牛特旗"))

    with django_assert_num_queries(3):
        rows = Partnership.objects.with_details().order_by("pk")
        facts = [row.details.form_facts for row in rows]

    assert facts == [
        [("结对维度", "业务与地域"), ("结对类型", "乡镇与乡镇")],
        [("行业系统", "教体")],
        [("群体", "党代表")],
        [("旗外地区", "翁牛特旗")],
    ]


def test_common_form_asks_nothing_of_a_year():
    pairing = PairingFactory()

    assert (pairing.figures(2026), pairing.panel_rows(), pairing.is_agreed_in_writing()) == (
        [],
        [],
        False,
    )
    assert IndustryLinkageFactory().warnings() == []


@pytest.mark.parametrize(
    ("facts", "state", "words"),
    [
        ({"due_on": date(2020, 1, 1)}, "late", "已逾期"),
        ({"due_on": date(2099, 1, 1)}, "open", "待完成"),
        ({"due_on": date(2020, 1, 1), "done_on": date(2020, 1, 2)}, "done", "已完成"),
    ],
)
def test_milestone_state(facts, state, words):
    step = MilestoneFactory(**facts)

    assert (step.state, step.get_state_display()) == (state, words)


def test_with_liaison_finds_who_can_answer():
    township = OrganisationFactory()
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=township)
    school = OrganisationFactory(kind=Kind.SCHOOL, superior=township)
    closed = OrganisationFactory()
    user_with(Role.LIAISON, township)
    user_with(Role.LIAISON, closed, is_active=False)
    user_with(Role.LEADER, school)
    pairing = proposed_pairing(township, village, school, closed)

    rows = pairing.members.with_liaison().order_by("pk")

    assert [row.has_liaison for row in rows] == [True, True, False, False]


def test_words_of_rows():
    pairing = proposed_pairing(OrganisationFactory(short_name="东明镇"), name="东明结对")
    agreement, step = AgreementFactory(document_number="奈创协1号"), MilestoneFactory(what="座谈")

    assert [str(row) for row in (pairing, pairing.members.get(), agreement, step)] == [
        "东明结对",
        "东明镇（牵头）",
        "奈创协1号",
        "座谈",
    ]
