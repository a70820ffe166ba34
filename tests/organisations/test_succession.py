"""What is open of an ended unit passes on, whatever app it belongs to; what is history stays."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from activities.actions import submit_activity
from activities.models import Activity, Participation, WindowAnswer
from assessment.models import (
    ImportedValue,
    ManualMark,
    MarkDraft,
    ResultNotice,
    ScoreObjection,
)
from core.errors import RuleError
from core.models import AuditRecord
from organisations.actions.changes import NewUnit, close_organisation, merge_organisations
from organisations.models import Assignment, Contact, Handover, OrganisationChange
from organisations.models.kinds import Kind
from organisations.succession import FOLLOWERS, Succession, told
from partnerships.models import Member
from tests.factories.activities import (
    ActivityFactory,
    ParticipationFactory,
    accepted_activity,
    draft_of,
    sent_activity,
)
from tests.factories.assessment import (
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
    ScoreFactory,
    approved,
)
from tests.factories.demonstrations import StandardSiteFactory, TitleFactory
from tests.factories.handovers import HandoverFactory
from tests.factories.organisations import (
    AssignmentFactory,
    ContactFactory,
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    county,
    paper,
    user_with,
)
from tests.factories.partnerships import (
    MemberFactory,
    RepresentativeMatrixFactory,
    SeatFactory,
    asked,
    pairing_of,
    proposed_pairing,
)
from tests.factories.records import CollectionWindowFactory, WindowAnswerFactory, answered
from tests.factories.resources import BookingFactory, ResourceFactory
from tests.factories.supervision import FindingFactory, checked_finding

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 1)
EVE = date(2026, 2, 28)


def unit(**facts):
    return OrganisationFactory(**facts)


def merge(ended, into, **facts):
    return merge_organisations(
        [ended], into=into, paper=paper(effective_on=DAY, **facts), by=user_with(Role.OFFICE_STAFF)
    )


def close(ended, successor=None):
    return close_organisation(
        ended,
        successor=successor,
        paper=paper(effective_on=DAY),
        by=user_with(Role.OFFICE_STAFF),
    )


def full_unit():
    """A unit with at least one open matter of every kind that anybody has registered."""
    one, other, third = OrganisationFactory.create_batch(3)
    liaison, friend = user_with(Role.LIAISON, one), user_with(Role.LIAISON, other)
    OrganisationFactory(kind=Kind.VILLAGE, superior=one)
    ContactFactory(organisation=one)
    ResourceFactory(organisation=one)
    BookingFactory(organisation=one)
    HandoverFactory(organisation=one)
    pairing_of(one, other)
    asked(proposed_pairing(third, other), one)
    SeatFactory(organisation=one)
    TitleFactory(organisation=one)
    StandardSiteFactory(organisation=one)
    draft_of(one, other, by=liaison)
    sent_activity(other, one, by=friend)
    FindingFactory(inspection__organisation=one)
    WindowAnswerFactory(organisation=one)
    group_member = GroupMemberFactory(organisation=one)
    IndicatorFactory(scheme=group_member.scheme, department=one)
    objection_of(one)
    return one


def objection_of(organisation):
    """An objection that waits for its answer."""
    score = ScoreFactory(run__scheme=approved(SchemeFactory(year=2025)), organisation=organisation)
    scheme = score.run.scheme
    notice = ResultNotice.objects.create(
        scheme=scheme,
        run=score.run,
        starts_on=EVE,
        ends_on=DAY,
        working_days=2,
        office=unit(),
        opened_by=UserFactory(),
    )
    return ScoreObjection.objects.create(
        notice=notice,
        organisation=organisation,
        score=score,
        indicator=IndicatorFactory(scheme=scheme),
        text="少计一次",
        filed_by=UserFactory(),
    )


def open_matters(ended, successor):
    change = OrganisationChange.objects.order_by("pk").last() or OrganisationChange(
        effective_on=DAY, history="follows"
    )
    succession = Succession(ended, successor, change, None)
    return {key: one.open_rows(succession).count() for key, one in FOLLOWERS.items()}


def test_merge_leaves_nothing_open_at_the_ended_unit():
    """Whoever registers a follower later must add an open matter of theirs to `full_unit`."""
    ended, into = full_unit(), unit()
    before = open_matters(ended, into)

    change = merge(ended, into)

    ended.refresh_from_db()
    assert min(before.values()) > 0
    assert change.passed == before
    assert set(open_matters(ended, into).values()) == {0}


def test_close_with_a_successor_leaves_nothing_open_either():
    ended, into = full_unit(), unit()

    close(ended, into)

    ended.refresh_from_db()
    assert set(open_matters(ended, into).values()) == {0}


def test_close_without_a_successor_refuses_what_somebody_must_carry_on():
    ended = full_unit()

    with pytest.raises(RuleError) as refusal:
        close(ended)

    assert refusal.value.field == "successor"
    named = [str(one.label) for one in FOLLOWERS.values() if one.needs_successor]
    assert [label for label in named if label not in refusal.value.message] == []


def test_close_without_a_successor_ends_what_can_end():
    ended, other = unit(), unit()
    user_with(Role.LIAISON, ended)
    ContactFactory(organisation=ended)
    pairing, proposed = pairing_of(other, ended), proposed_pairing(other, ended)
    title = TitleFactory(organisation=ended, named_on=date(2024, 3, 1))
    sent_activity(other, ended, by=user_with(Role.LIAISON, other))

    close(ended)

    assert set(open_matters(ended, None).values()) == {0}
    title.refresh_from_db()
    assert (title.organisation, title.valid_until) == (ended, EVE)
    left = pairing.members.get(organisation=ended)
    assert (left.consent, left.passed_on) == ("passed", DAY)
    assert not proposed.members.filter(organisation=ended).exists()
    assert Participation.objects.get(organisation=ended).confirmation == "not_asked"
    assert (Assignment.objects.current().filter(organisation=ended).count()) == 0


def test_told_leaves_out_what_nobody_registers_any_more():
    passed = {"organisations.subordinates": 3, "gone.matter": 1}

    facts = told(passed, has_successor=True)

    assert [(fact["figure"], str(fact["unit"])) for fact in facts] == [(3, "个")]


def test_told_says_what_becomes_of_it_without_a_successor():
    facts = [told({"organisations.contact": 1}, has_successor=given) for given in (True, False)]

    assert [str(one["label"]) for (one,) in facts] == [
        "单位联系人转到承接单位，承接单位已有的抹去",
        "单位联系人抹去",
    ]


def test_every_matter_that_can_end_without_a_successor_has_words_for_it():
    wordless = {key for key, one in FOLLOWERS.items() if not one.without}

    assert wordless == {key for key, one in FOLLOWERS.items() if one.needs_successor}


def test_subordinates_get_the_successor_as_superior():
    ended, into = unit(), unit()
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=ended)
    gone = OrganisationFactory(kind=Kind.VILLAGE, superior=ended, valid_until=date(2020, 1, 1))

    merge(ended, into)

    village.refresh_from_db()
    gone.refresh_from_db()
    assert (village.superior, gone.superior) == (into, ended)
    record = AuditRecord.objects.get(verb="organisations.follow_successor")
    assert record.after == {"superior": into.short_name}


def test_villages_need_a_township_for_successor():
    ended = unit(short_name="旧镇")
    OrganisationFactory(kind=Kind.VILLAGE, superior=ended)
    department = unit(kind=Kind.GOVERNMENT_DEPARTMENT, short_name="旗民委")

    with pytest.raises(RuleError) as refusal:
        merge(ended, department)

    assert refusal.value.message == (
        "“旧镇”下有嘎查村、社区，承接单位须是苏木乡镇、街道或农场，“旗民委”不是。"
    )


@pytest.mark.parametrize("depth", [1, 2])
def test_a_successor_from_below_takes_the_place_above(depth):
    """No circle: whoever leads down to the successor moves up to the ended unit's superior."""
    top = unit(kind=Kind.GOVERNMENT_DEPARTMENT, region=county())
    ended = unit(kind=Kind.GOVERNMENT_DEPARTMENT, region=county(), superior=top)
    line = [ended]
    for _step in range(depth):
        line.append(unit(kind=Kind.SCHOOL, region=county(), superior=line[-1]))
    beside = unit(kind=Kind.SCHOOL, region=county(), superior=ended)

    merge(ended, line[-1])

    line[1].refresh_from_db()
    beside.refresh_from_db()
    assert (line[1].superior, beside.superior) == (top, line[-1])


def test_a_liaison_goes_on_at_the_successor():
    ended, into = unit(), unit()
    held = AssignmentFactory(organisation=ended, valid_from=date(2024, 1, 1))

    merge(ended, into)

    held.refresh_from_db()
    today = timezone.localdate()
    new = Assignment.objects.get(organisation=into)
    assert held.valid_until == today - timedelta(days=1)
    assert (new.user, new.role, new.valid_from, new.valid_until) == (
        held.user,
        Role.LIAISON,
        today,
        None,
    )


def test_a_role_is_not_held_twice_at_the_successor():
    ended, into = unit(), unit()
    user = user_with(Role.LIAISON, ended)
    AssignmentFactory(user=user, organisation=into)

    merge(ended, into)

    assert list(user.assignments.values_list("organisation", "valid_until")) == [(into.pk, None)]


@pytest.mark.parametrize(
    ("role", "wider", "goes_on"),
    [
        (Role.LIAISON, True, True),
        (Role.SCORER, True, True),
        ("", True, True),
        (Role.OFFICE_STAFF, True, False),
        (Role.OFFICE_STAFF, False, True),
        (Role.SECURITY_ADMIN, True, True),
    ],
)
def test_a_role_goes_on_only_where_it_sees_no_more(role, wider, goes_on):
    """What widens somebody's sight is the security administrator's to grant."""
    ended = unit()
    into = unit(region=county() if wider else ended.region)
    user = user_with(role, ended)

    merge(ended, into)

    assert user.assignments.filter(organisation=into).exists() == goes_on
    assert not user.assignments.filter(organisation=ended).exists()


@pytest.mark.parametrize("role", [Role.LIAISON, Role.SCORER, ""])
def test_nobody_takes_their_own_role_along_by_merging(role):
    """Office staff who serve a small unit too must not become liaison of a large one."""
    ended, into = unit(), unit()
    staff = user_with(Role.OFFICE_STAFF)
    day = date(2024, 1, 1)
    held = AssignmentFactory(user=staff, organisation=ended, role=role, valid_from=day)

    merge_organisations([ended], into=into, paper=paper(effective_on=DAY), by=staff)

    held.refresh_from_db()
    assert held.valid_until == timezone.localdate() - timedelta(days=1)
    assert not staff.assignments.filter(organisation=into).exists()


def test_a_role_that_goes_on_is_recorded():
    ended, into = unit(), unit()
    user_with(Role.LIAISON, ended)

    merge(ended, into)

    new = Assignment.objects.get(organisation=into)
    record = AuditRecord.objects.get(subject_type="organisations.Assignment", subject_id=new.pk)
    assert (record.verb, record.after["role"], record.after["organisation"]) == (
        "organisations.follow_successor",
        Role.LIAISON,
        str(into),
    )


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_closing_a_unit_ends_no_administrator(role):
    """Who may edit the register must not be able to lock the administrators out."""
    ended = unit()
    user = user_with(role, ended)

    with pytest.raises(RuleError) as refused:
        close(ended)

    assert refused.value.field == "successor"
    assert user.assignments.get().valid_until is None


def test_a_liaison_does_not_follow_into_another_county():
    ended, into = unit(), unit(region=RegionFactory(code="150421100000"))
    user = user_with(Role.LIAISON, ended)

    merge(ended, into)

    assert user.assignments.count() == 0


def test_the_contact_follows_unless_the_successor_has_one():
    one, two, into = unit(), unit(), unit()
    ContactFactory(organisation=one, name="甲")
    ContactFactory(organisation=two, name="乙")

    merge(one, into)
    merge(two, into)

    assert list(Contact.objects.values_list("organisation", "name")) == [(into.pk, "甲")]


def test_resources_follow_with_their_bookings_and_a_namesake_says_where_from():
    ended, into, guest = unit(short_name="旧镇"), unit(), unit()
    ResourceFactory(organisation=into, name="大礼堂")
    hall = ResourceFactory(organisation=ended, name="大礼堂")
    closed = ResourceFactory(organisation=ended, is_open=False)
    received, asked_for = BookingFactory(resource=hall), BookingFactory(organisation=ended)
    other = BookingFactory(organisation=guest)

    change = merge(ended, into)

    for row in (hall, closed, received, asked_for, other):
        row.refresh_from_db()
    assert [hall.organisation, closed.organisation] == [into, into]
    assert hall.name == "大礼堂（原旧镇）"
    assert [received.resource, asked_for.organisation] == [hall, into]
    assert other.organisation == guest
    assert change.passed == {"organisations.resources": 1, "organisations.bookings": 2}


def test_without_a_successor_resources_close_and_bookings_are_cancelled():
    ended = unit()
    hall = ResourceFactory(organisation=ended)
    bookings = [BookingFactory(resource=hall), BookingFactory(organisation=ended, agreed=True)]

    close(ended)

    hall.refresh_from_db()
    for row in bookings:
        row.refresh_from_db()
    assert (hall.organisation, hall.is_open) == (ended, False)
    assert [row.status for row in bookings] == ["cancelled", "cancelled"]


def test_a_proposed_handover_follows_or_is_withdrawn():
    one, two, into = unit(), unit(), unit()
    followed, left = HandoverFactory(organisation=one), HandoverFactory(organisation=two)

    merge(one, into)
    close(two)

    followed.refresh_from_db()
    left.refresh_from_db()
    assert [(h.organisation, h.status) for h in (followed, left)] == [
        (into, "proposed"),
        (two, "withdrawn"),
    ]


def test_a_handover_that_the_successor_has_already_is_withdrawn():
    ended, into = unit(), unit()
    there = HandoverFactory(organisation=into)
    double = HandoverFactory(organisation=ended, from_user=there.from_user)
    followed = HandoverFactory(organisation=ended)

    merge(ended, into)

    facts = [(row.organisation, row.status) for row in Handover.objects.order_by("pk")]
    assert facts == [(into, "proposed"), (ended, "withdrawn"), (into, "proposed")]
    records = AuditRecord.objects.filter(subject_type="organisations.Handover").order_by("pk")
    assert set(records.values_list("verb", "subject_id")) == {
        ("organisations.withdraw_handover", str(double.pk)),
        ("organisations.follow_successor", str(followed.pk)),
    }


def test_the_lead_and_its_agreement_pass_on_and_the_record_stays():
    ended, other, into = unit(), unit(), unit()
    pairing = pairing_of(ended, other)
    answer = pairing.members.get(organisation=ended)

    change = merge(ended, into)

    pairing.refresh_from_db()
    old, new = pairing.members.get(organisation=ended), pairing.members.get(organisation=into)
    assert (pairing.lead, pairing.version) == (into, 2)
    assert (old.role, old.consent, old.passed_on) == ("lead", "passed", DAY)
    assert (new.role, new.consent, new.taken_over_on) == ("lead", "agreed", DAY)
    assert (new.consent_at, new.consent_by) == (answer.consent_at, answer.consent_by)
    assert new.consent_note == f"承接{ended.short_name}（{change.document_number}）"
    days = (EVE, DAY, None)
    assert [old.took_part_on(day) for day in days] == [True, False, False]
    assert [new.took_part_on(day) for day in days] == [False, True, True]
    listed = type(pairing).objects.for_list().get()
    assert [listed.lead_on(day) for day in days] == [ended, into, into]


def test_a_concluded_partnership_stays_where_it_was():
    ended, other, into = unit(), unit(), unit()
    pairing = pairing_of(ended, other, status="concluded", ends_on=date(2026, 2, 1))

    change = merge(ended, into)

    pairing.refresh_from_db()
    assert pairing.lead == ended
    assert not pairing.members.filter(organisation=into).exists()
    assert change.passed == {}


@pytest.mark.parametrize(
    ("own", "passed", "then"),
    [
        ("pending", "agreed", "agreed"),
        ("declined", "agreed", "agreed"),
        ("agreed", "agreed", "agreed"),
        ("agreed", "pending", "agreed"),
        ("declined", "pending", "declined"),
        (None, "pending", "pending"),
    ],
)
def test_a_successor_that_is_a_member_already_stays_one_member(own, passed, then):
    ended, lead, into = unit(), unit(), unit()
    pairing = pairing_of(lead)
    for organisation, consent in ((ended, passed), (into, own)):
        if consent == "pending":
            asked(pairing, organisation)
        elif consent:
            MemberFactory(partnership=pairing, organisation=organisation, consent=consent)

    merge(ended, into)

    assert pairing.members.get(organisation=into).consent == then
    left = pairing.members.filter(organisation=ended)
    assert left.exists() == (passed == "agreed")


def test_a_passed_member_neither_counts_nor_is_asked_again():
    ended, other, into = unit(), unit(), unit()
    pairing = pairing_of(other, ended)
    merge(ended, into)

    counted = type(pairing).objects.with_counts().get()

    assert (counted.member_count, counted.pending_count) == (2, 0)
    assert list(type(pairing).objects.for_unit(ended)) == []
    assert [m.organisation for m in counted.other_members] == [into]


def test_seats_follow_while_their_term_lasts():
    ended, into = unit(), unit()
    lasting = SeatFactory(organisation=ended)
    over = SeatFactory(
        organisation=ended, term_from=date(2020, 1, 1), term_until=date(2024, 12, 31)
    )
    closed = SeatFactory(
        organisation=ended,
        matrix=RepresentativeMatrixFactory(status="cancelled", closing_note="未成"),
    )

    merge(ended, into)

    for seat in (lasting, over, closed):
        seat.refresh_from_db()
    assert [seat.organisation for seat in (lasting, over, closed)] == [into, ended, ended]


def test_titles_in_force_follow_and_the_same_one_is_not_held_twice():
    ended, into = unit(), unit()
    own = TitleFactory(organisation=ended, level="county")
    twin = TitleFactory(organisation=ended)
    TitleFactory(organisation=into)
    withdrawn = TitleFactory(organisation=ended, level="national", status="withdrawn")
    expired = TitleFactory(organisation=ended, level="regional", valid_until=date(2025, 1, 1))

    merge(ended, into)

    titles = (own, twin, withdrawn, expired)
    for title in titles:
        title.refresh_from_db()
    assert [title.organisation for title in titles] == [into, ended, ended, ended]
    assert twin.valid_until == EVE


def test_titles_on_their_way_follow_and_the_same_one_is_dropped():
    ended, into = unit(), unit()
    underway = {"status": "applied", "named_on": None, "authority": "", "document_number": ""}
    own = TitleFactory(organisation=ended, level="county", **underway)
    twin = TitleFactory(organisation=ended, **underway)
    TitleFactory(organisation=into, **underway)

    merge(ended, into)

    own.refresh_from_db()
    twin.refresh_from_db()
    assert [(t.organisation, t.status) for t in (own, twin)] == [
        (into, "applied"),
        (ended, "dropped"),
    ]


def test_sites_follow_and_a_namesake_says_where_it_comes_from():
    ended, into = unit(short_name="旧镇"), unit()
    StandardSiteFactory(organisation=into, name="石榴籽广场")
    StandardSiteFactory(organisation=ended, name="石榴籽广场")
    StandardSiteFactory(organisation=ended, name="初心馆")

    merge(ended, into)

    names = into.sites.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["石榴籽广场", "石榴籽广场（原旧镇）", "初心馆"]


def test_open_findings_are_rectified_by_the_successor(client):
    ended, into = unit(), unit()
    liaison = user_with(Role.LIAISON, into)
    finding = FindingFactory(inspection__organisation=ended)
    checked_finding(inspection=finding.inspection)

    change = merge(ended, into)

    client.force_login(liaison)
    url = reverse("supervision:finding_rectify", args=[finding.pk])
    assert client.post(url, {"rectification": "已补齐台账。"}).status_code == 302
    finding.refresh_from_db()
    assert finding.rectified_by == liaison
    assert finding.inspection.organisation == ended
    assert change.passed == {"supervision.findings": 1}


def test_unfinished_reports_go_on_and_accepted_ones_stay():
    ended, other, into = unit(), unit(), unit()
    liaison = user_with(Role.LIAISON, ended)
    draft, sent = draft_of(ended, other, by=liaison), sent_activity(ended, other, by=liaison)
    accepted = accepted_activity(ended, other)

    merge(ended, into)

    for activity in (draft, sent, accepted):
        activity.refresh_from_db()
    assert [a.reporter for a in (draft, sent, accepted)] == [into, into, ended]
    hosts = Participation.objects.filter(is_host=True).order_by("activity")
    assert [part.organisation for part in hosts] == [into, into, ended]
    assert draft.version == 3


def test_a_successor_that_takes_part_already_is_named_once_and_hosts():
    ended, into = unit(), unit()
    activity = sent_activity(ended, into, by=user_with(Role.LIAISON, ended))

    merge(ended, into)

    part = activity.participations.get()
    assert (part.organisation, part.is_host, part.confirmation) == (into, True, "confirmed")


def test_a_joint_part_of_a_draft_is_merged_too():
    ended, into = unit(), unit()
    draft = ActivityFactory(reporter=ended, status=Activity.Status.SUBMITTED)
    ParticipationFactory(activity=draft, organisation=into, is_host=True)
    ParticipationFactory(
        activity=draft,
        organisation=ended,
        confirmation="pending",
        confirmed_at=None,
        confirmed_by=None,
    )

    merge(ended, into)

    part = draft.participations.get()
    assert (part.organisation, part.is_host, part.confirmation) == (into, True, "confirmed")


def test_the_successor_is_asked_in_place_of_the_ended_unit_but_not_twice():
    ended, other, into = unit(), unit(), unit()
    liaison = user_with(Role.LIAISON, other)
    alone = sent_activity(other, ended, by=liaison)
    both = sent_activity(other, ended, into, by=liaison, title="第二次")

    merge(ended, into)

    answers = Participation.objects.exclude(organisation=other).order_by("pk")
    assert [(p.activity_id, p.organisation, p.confirmation) for p in answers] == [
        (alone.pk, into, "pending"),
        (both.pk, ended, "not_asked"),
        (both.pk, into, "pending"),
    ]


def test_a_report_begun_by_the_ended_unit_can_be_sent_by_a_new_one():
    ended, other = unit(), unit()
    liaison = user_with(Role.LIAISON, ended)
    draft = draft_of(ended, other, by=liaison, starts_on=EVE, ends_on=None)

    change = merge(ended, NewUnit("奈曼旗新苏木人民政府", "新苏木"))

    draft.refresh_from_db()
    sent = submit_activity(draft, by=liaison)
    assert (sent.reporter.short_name, sent.status) == ("新苏木", "submitted")
    assert change.passed["activities.reports"] == 1


def test_the_place_in_undecided_schemes_passes_on_with_marks_and_vetoes():
    ended, into = unit(), unit(kind=Kind.SUBDISTRICT)
    place = GroupMemberFactory(organisation=ended)
    leaf = IndicatorFactory(scheme=place.scheme, rule_kind="manual", source="manual")
    mark = ManualMark.objects.create(
        indicator=leaf, organisation=ended, value=15, marked_by=UserFactory()
    )
    value = ImportedValue.objects.create(
        indicator=leaf, organisation=ended, value="3", entered_by=UserFactory()
    )
    draft = MarkDraft.objects.create(
        indicator=leaf, organisation=ended, value="99", typed_by=UserFactory()
    )
    veto = veto_of(place.scheme, ended)
    done = GroupMemberFactory(
        organisation=ended, group__scheme=SchemeFactory(year=2025, status="scoring")
    )

    change = merge(ended, into)

    passed = (place, mark, value, draft, veto)
    for row in (*passed, done):
        row.refresh_from_db()
    assert {row.organisation for row in passed} == {into}
    assert done.organisation == ended
    assert place.kind == Kind.SUBDISTRICT
    assert change.passed == {"assessment.places": 1}


@pytest.mark.parametrize(
    ("status", "then"), [("balanced", "scoring"), ("published", "published"), ("draft", "draft")]
)
def test_a_place_passed_on_makes_computed_results_stale(status, then):
    ended, into = unit(), unit()
    scheme = GroupMemberFactory(organisation=ended).scheme
    type(scheme).objects.filter(pk=scheme.pk).update(status=status)

    merge(ended, into)

    scheme.refresh_from_db()
    assert (scheme.status, scheme.entered_at is None) == (then, status == "draft")


def test_a_successor_with_a_place_of_its_own_keeps_one_and_bears_the_veto_once():
    ended, into = unit(), unit()
    own = GroupMemberFactory(organisation=into)
    GroupMemberFactory(organisation=ended, group=own.group)
    veto_of(own.scheme, ended)
    veto_of(own.scheme, ended, kind="top_grade")
    veto_of(own.scheme, into)

    merge(ended, into)

    assert list(own.scheme.members.values_list("organisation", flat=True)) == [into.pk]
    vetoes = own.scheme.vetoes.values_list("organisation", "kind").order_by("kind")
    assert list(vetoes) == [(into.pk, "top_grade"), (into.pk, "total")]


def test_history_that_stays_leaves_the_year_s_place_but_no_later_one():
    ended, into = unit(), unit()
    place = GroupMemberFactory(organisation=ended)
    later = GroupMemberFactory(
        organisation=ended, group__scheme=SchemeFactory(year=2027, status="draft")
    )

    merge(ended, into, history="stays")

    place.refresh_from_db()
    later.refresh_from_db()
    assert [place.organisation, later.organisation] == [ended, into]


def test_without_a_successor_a_later_place_goes():
    ended = unit()
    later = GroupMemberFactory(
        organisation=ended, group__scheme=SchemeFactory(year=2027, status="draft")
    )
    veto_of(later.scheme, ended)

    close(ended)

    assert (later.scheme.members.count(), later.scheme.vetoes.count()) == (0, 0)


def test_the_successor_marks_in_place_of_an_ended_department():
    ended, into = unit(), unit()
    leaf = IndicatorFactory(department=ended)
    settled = IndicatorFactory(department=ended, scheme=approved(SchemeFactory(year=2024)))

    merge(ended, into)

    leaf.refresh_from_db()
    settled.refresh_from_db()
    assert [leaf.department, settled.department] == [into, ended]


def test_passing_on_leaves_a_record_in_every_app():
    merge(full_unit(), unit())

    verbs = AuditRecord.objects.filter(verb__endswith="follow_successor")
    assert sorted(set(verbs.values_list("verb", flat=True))) == [
        "activities.follow_successor",
        "alliances.follow_successor",
        "assessment.follow_successor",
        "demonstrations.follow_successor",
        "organisations.follow_successor",
        "partnerships.follow_successor",
        "supervision.follow_successor",
    ]


def test_the_liaison_of_the_successor_sees_what_the_ended_unit_did():
    ended, other, into = unit(), unit(), unit()
    activity = accepted_activity(ended, other)
    liaison = user_with(Role.LIAISON, into)

    merge(ended, into)

    assert list(Activity.objects.visible_to(liaison)) == [activity]


def veto_of(scheme, organisation, kind="total"):
    return scheme.vetoes.create(
        organisation=organisation,
        kind=kind,
        reason="发生事件",
        document_number="奈纪〔2026〕1号",
        recorded_by=UserFactory(),
    )


def test_a_veto_that_lost_its_object_is_named_in_the_audit_log():
    ended, into = unit(), unit()
    own = GroupMemberFactory(organisation=into)
    GroupMemberFactory(organisation=ended, group=own.group)
    gone = veto_of(own.scheme, ended)
    veto_of(own.scheme, into)

    merge(ended, into)

    record = AuditRecord.objects.get(subject_type="assessment.Veto")
    assert (record.subject_id, record.reason, record.is_decision) == (
        str(gone.pk),
        "发生事件",
        True,
    )
    assert record.before == {"kind": "total", "organisation": str(ended), "reason": "发生事件"}
    assert record.after == {"organisation": None}


def test_a_member_passed_on_must_say_when():
    member = MemberFactory()

    for wrong in ({"consent": "passed"}, {"passed_on": DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Member.objects.filter(pk=member.pk).update(**wrong)


def test_a_request_passes_to_the_successor_unless_it_was_asked_itself():
    ended, into = unit(), unit()
    passed = WindowAnswerFactory(organisation=ended)
    twice = CollectionWindowFactory()
    WindowAnswerFactory(window=twice, organisation=ended)
    own = WindowAnswerFactory(window=twice, organisation=into)
    history = answered(organisation=ended)

    merge(ended, into)

    rows = WindowAnswer.objects.order_by("pk").values_list("pk", "organisation")
    assert list(rows) == [(passed.pk, into.pk), (own.pk, into.pk), (history.pk, ended.pk)]


def test_a_closure_without_successor_asks_nobody():
    answer = WindowAnswerFactory()

    change = close(answer.organisation)

    assert (change.passed, WindowAnswer.objects.count()) == ({"activities.answers": 1}, 0)
