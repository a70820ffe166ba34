"""Handing over: proposed, confirmed, nothing left to nobody, no right stepped over."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from organisations.actions import (
    confirm_handover,
    decline_handover,
    hand_over_liaison,
    propose_handover,
    withdraw_handover,
)
from organisations.actions.handovers import close_handed_over_accounts
from organisations.models import Assignment, Handover, Organisation
from organisations.models.kinds import Kind
from organisations.open_items import open_items_of
from organisations.tasks import close_handed_over_accounts as ring
from tests.factories.activities import ActivityFactory, draft_of
from tests.factories.handovers import HandoverFactory, held_by
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    user_with,
)
from tests.factories.partnerships import proposed_pairing
from tests.factories.records import WindowAnswerFactory
from tests.factories.resources import BookingFactory, in_days
from tests.factories.supervision import FindingFactory

pytestmark = pytest.mark.django_db

LIST = reverse("organisations:handover_list")
Status = Handover.Status


def create(assignment):
    return reverse("organisations:handover_create", args=[assignment.pk])


def page(name, handover):
    return reverse(f"organisations:handover_{name}", args=[handover.pk])


def named_at(unit, **facts):
    """An account of the unit that waits for its role."""
    return AssignmentFactory(user=UserFactory(**facts), organisation=unit, role="").user


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_propose_handover_changes_nothing_yet():
    held = AssignmentFactory()
    heir, by = named_at(held.organisation), UserFactory()

    handover = propose_handover(
        held, to_user=heir, last_day=in_days(3), note=" 台账在柜子里 ", by=by
    )

    assert (handover.from_user, handover.to_user, handover.note, handover.status) == (
        held.user,
        heir,
        "台账在柜子里",
        Status.PROPOSED,
    )
    held.refresh_from_db()
    assert (held.valid_until, heir.roles) == (None, set())
    assert AuditRecord.objects.get(verb="organisations.propose_handover").by == by


def test_confirm_handover_passes_the_role_on_from_the_next_day():
    held, by = AssignmentFactory(), user_with(Role.SECURITY_ADMIN)
    heir = named_at(held.organisation)
    handover = propose_handover(held, to_user=heir, last_day=in_days(3), by=held.user)

    confirm_handover(handover, by=by)

    held.refresh_from_db()
    (new,) = heir.assignments.all()
    assert (held.valid_until, new.role, new.valid_from, new.valid_until) == (
        in_days(3),
        Role.LIAISON,
        in_days(4),
        None,
    )
    handover.refresh_from_db()
    assert (handover.status, handover.decided_by) == (Status.DONE, by)
    verbs = set(AuditRecord.objects.filter(by=by).values_list("verb", flat=True))
    assert verbs == {
        "organisations.grant_role",
        "organisations.end_role",
        "organisations.confirm_handover",
    }


def test_hand_over_liaison_does_both_at_once():
    held, by = AssignmentFactory(role=Role.SCORER), user_with(Role.SECURITY_ADMIN)
    heir = UserFactory()

    handover = hand_over_liaison(held, to_user=heir, last_day=in_days(0), by=by)

    assert handover.status == Status.DONE
    assert heir.assignments.get().valid_from == in_days(1)


def test_confirm_handover_to_a_second_liaison_ends_the_first_alone():
    held = AssignmentFactory()
    heir = user_with(Role.LIAISON, held.organisation)

    hand_over_liaison(held, to_user=heir, last_day=in_days(1), by=user_with(Role.SECURITY_ADMIN))

    held.refresh_from_db()
    assert (held.valid_until, heir.assignments.count()) == (in_days(1), 1)


def test_confirm_handover_keeps_the_end_of_the_term():
    held = AssignmentFactory(valid_until=in_days(90))
    heir = UserFactory()

    hand_over_liaison(held, to_user=heir, last_day=in_days(1), by=user_with(Role.SECURITY_ADMIN))

    assert heir.assignments.get().valid_until == in_days(90)


def test_confirm_handover_to_oneself_is_refused_and_nothing_changes():
    security = user_with(Role.SECURITY_ADMIN)
    handover = HandoverFactory(to_user=security)
    held = held_by(handover)

    with pytest.raises(RuleError, match="不能给自己授予角色"):
        confirm_handover(handover, by=security)

    held.refresh_from_db()
    handover.refresh_from_db()
    assert (held.valid_until, handover.status) == (None, Status.PROPOSED)


def test_confirm_handover_of_who_holds_the_role_no_more_is_refused():
    handover = HandoverFactory()

    with pytest.raises(RuleError, match="移交人已不再任这个角色"):
        confirm_handover(handover, by=user_with(Role.SECURITY_ADMIN))


@pytest.mark.parametrize(
    ("facts", "asked", "sentence"),
    [
        ({"role": Role.LEADER}, {}, "这个角色由安全管理员授予和结束，不办交接。"),
        (
            {"valid_from": in_days(-9), "valid_until": in_days(-1)},
            {},
            "这个角色已经结束，不必交接；请安全管理员直接授予接任人。",
        ),
        ({}, {"last_day": in_days(-1)}, "最后一天已过，请填今天或以后。"),
        (
            {"valid_until": in_days(2)},
            {"last_day": in_days(2)},
            "任期本来就到那天为止，请填更早的一天。",
        ),
    ],
)
def test_propose_handover_says_why_not(facts, asked, sentence):
    held = AssignmentFactory(**facts)

    with pytest.raises(RuleError) as refused:
        propose_handover(
            held, **({"to_user": UserFactory(), "last_day": in_days(1)} | asked), by=held.user
        )

    assert (refused.value.message, Handover.objects.count()) == (sentence, 0)


def test_propose_handover_to_oneself_or_a_closed_account_is_refused():
    held = AssignmentFactory()
    told = []

    for heir in (held.user, UserFactory(is_active=False)):
        with pytest.raises(RuleError) as refused:
            propose_handover(held, to_user=heir, last_day=in_days(1), by=held.user)
        told.append((refused.value.message, refused.value.field))

    assert told == [
        ("移交人和接任人不能是同一人。", "to_user"),
        ("接任人的账号已停用，请另选或先启用。", "to_user"),
    ]


def test_propose_handover_twice_says_so():
    held = AssignmentFactory()
    propose_handover(held, to_user=UserFactory(), last_day=in_days(1), by=held.user)

    with pytest.raises(RuleError, match="这项交接已经提出，正等安全管理员确认。"):
        propose_handover(held, to_user=UserFactory(), last_day=in_days(1), by=held.user)

    assert Handover.objects.count() == 1


DEEDS = {
    Status.DONE: confirm_handover,
    Status.DECLINED: lambda row, by: decline_handover(row, reason="人选未定", by=by),
    Status.WITHDRAWN: withdraw_handover,
}


@pytest.mark.parametrize("status", list(DEEDS))
@pytest.mark.parametrize("wanted", list(DEEDS))
def test_what_is_decided_stays_decided(status, wanted):
    by = user_with(Role.SECURITY_ADMIN)
    handover = HandoverFactory(status=status, decided_at=timezone.now(), decided_by=by)

    with pytest.raises(RuleError) as refused:
        DEEDS[wanted](handover, by=by)

    assert refused.value.message == f"这项交接现在是“{handover.get_status_display()}”，没有改动。"


def test_decline_handover_keeps_the_reason():
    by, handover = user_with(Role.SECURITY_ADMIN), HandoverFactory()

    decline_handover(handover, reason=" 人选未定 ", by=by)

    handover.refresh_from_db()
    assert (handover.status, handover.decision_note) == (Status.DECLINED, "人选未定")


def test_decline_handover_needs_its_reason():
    with pytest.raises(RuleError, match="请写明原因。"):
        decline_handover(HandoverFactory(), reason=" ", by=UserFactory())


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"status": "done"}, "decision_has_who_and_when"),
        ({"decided_at": timezone.now()}, "decision_has_who_and_when"),
    ],
)
def test_the_database_refuses_what_is_no_handover(facts, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        HandoverFactory(**facts)


def test_the_database_refuses_to_hand_over_to_oneself():
    user = UserFactory()

    with pytest.raises(IntegrityError, match="handover_between_two"):
        HandoverFactory(from_user=user, to_user=user)


def test_the_database_refuses_a_second_open_proposal():
    first = HandoverFactory()

    with pytest.raises(IntegrityError, match="handover_once_while_open|UNIQUE"):
        HandoverFactory(organisation=first.organisation, from_user=first.from_user)


def test_the_account_of_who_left_is_closed_on_the_day_after():
    security = user_with(Role.SECURITY_ADMIN)
    leaver, stays = AssignmentFactory(), AssignmentFactory()
    AssignmentFactory(user=stays.user, role=Role.SCORER)
    for held in (leaver, stays):
        hand_over_liaison(held, to_user=UserFactory(), last_day=in_days(0), by=security)
    ring()
    before = leaver.user.__class__.objects.get(pk=leaver.user_id).is_active
    Handover.objects.update(last_day=in_days(-1))
    Assignment.objects.filter(pk__in=[leaver.pk, stays.pk]).update(
        valid_from=in_days(-9), valid_until=in_days(-1)
    )

    closed = close_handed_over_accounts()

    leaver.user.refresh_from_db()
    stays.user.refresh_from_db()
    assert (before, closed, leaver.user.is_active, stays.user.is_active) == (True, 1, False, True)
    record = AuditRecord.objects.get(verb="accounts.close_user")
    assert (record.by, record.subject_id) == (None, str(leaver.user_id))
    leaver.user.is_active = True
    leaver.user.save(update_fields=["is_active"])
    assert close_handed_over_accounts() == 0


def test_open_items_are_told_by_the_apps_that_own_them():
    town = OrganisationFactory()
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=town)
    ActivityFactory(reporter=village, status="draft", submitted_at=None, submitted_by=None)
    FindingFactory(inspection__organisation=town)
    WindowAnswerFactory(organisation=village)
    proposed_pairing(OrganisationFactory(), town)
    BookingFactory(resource__organisation=village)
    BookingFactory(organisation=town)

    counts = {item["label"]: item["count"] for item in open_items_of(town, Role.LIAISON)}
    marks = open_items_of(town, Role.SCORER)

    assert counts == {
        "待答复的预约": 1,
        "等对方答复的预约": 1,
        "待答复的结对邀请": 1,
        "牵头实施中的联创项目": 0,
        "没报送的草稿": 1,
        "退回待改的报送": 0,
        "待确认的活动": 0,
        "待答复的填报": 1,
        "待整改的问题": 1,
    }
    assert [(item["label"], item["count"]) for item in marks] == [("正在评分的指标", 0)]


def test_the_successor_edits_what_the_predecessor_began(client):
    held = AssignmentFactory()
    draft = draft_of(held.organisation, by=held.user)
    heir = user_with(Role.LIAISON, held.organisation)
    client.force_login(heir)

    response = client.get(reverse("activities:activity_form", args=[draft.pk]))

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("self", 302),
        ("colleague", 302),
        ("office", 302),
        ("security", 302),
        ("stranger", 403),
        ("leader", 403),
        ("system", 403),
    ],
)
def test_handover_create_is_for_the_unit_the_office_and_who_grants(client, who, status):
    held = AssignmentFactory()
    heir = named_at(held.organisation)
    users = {
        "self": held.user,
        "colleague": user_with(Role.LIAISON, held.organisation),
        "office": user_with(Role.OFFICE_STAFF),
        "security": user_with(Role.SECURITY_ADMIN),
        "stranger": user_with(Role.LIAISON, OrganisationFactory()),
        "leader": user_with(Role.LEADER),
        "system": user_with(Role.SYSTEM_ADMIN),
    }
    client.force_login(users[who])

    response = client.post(create(held), {"to_user": heir.pk, "last_day": str(in_days(2))})

    made = list(Handover.objects.values_list("status", flat=True))
    expected = [Status.DONE if who == "security" else Status.PROPOSED]
    assert (response.status_code, made) == (status, expected if status == 302 else [])


def test_handover_create_of_an_administrator_is_refused(client):
    held = AssignmentFactory(role=Role.AUDITOR)
    client.force_login(user_with(Role.SECURITY_ADMIN))

    assert client.get(create(held)).status_code == 403


def test_handover_create_of_a_role_that_waits_is_404(client):
    held = AssignmentFactory(role="")
    client.force_login(user_with(Role.SECURITY_ADMIN))

    assert client.get(create(held)).status_code == 404


def test_handover_create_offers_accounts_of_the_unit_and_shows_the_numbers(client):
    held = AssignmentFactory()
    heir = named_at(held.organisation, name="新同志")
    named_at(held.organisation, is_active=False)
    stranger = UserFactory()
    ActivityFactory(
        reporter=held.organisation, status="draft", submitted_at=None, submitted_by=None
    )

    offered = {}
    for name, user in (("unit", held.user), ("security", user_with(Role.SECURITY_ADMIN))):
        client.force_login(user)
        response = client.get(create(held))
        offered[name] = set(response.context["form"].fields["to_user"].queryset)

    assert offered["unit"] == {heir}
    assert {heir, stranger} <= offered["security"]
    numbers = {item["label"]: item["count"] for item in response.context["items"]}
    assert numbers["没报送的草稿"] == 1


def test_handover_create_says_what_is_wrong(client):
    held = AssignmentFactory()
    client.force_login(held.user)

    response = client.post(create(held), {"to_user": "9" * 30, "last_day": str(in_days(-1))})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"to_user", "last_day"}


def test_handover_create_a_second_time_says_so_and_keeps_what_was_typed(client):
    held = AssignmentFactory()
    heir = named_at(held.organisation)
    client.force_login(held.user)
    typed = {"to_user": heir.pk, "last_day": str(in_days(2)), "note": "台账在柜子里"}
    client.post(create(held), typed)

    again = client.post(create(held), typed)

    assert (again.status_code, Handover.objects.count()) == (422, 1)
    assert again.context["form"].non_field_errors() == ["这项交接已经提出，正等安全管理员确认。"]
    assert again.context["form"]["note"].value() == "台账在柜子里"


@pytest.mark.parametrize("item_count", [1, 3])
def test_handover_list_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    HandoverFactory.create_batch(item_count)
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(LIST)

    with django_assert_num_queries(8):
        response = client.get(LIST)

    assert len(response.context["page"]) == item_count


def test_handover_list_shows_each_their_own(client):
    handover = HandoverFactory()
    colleague = user_with(Role.LIAISON, handover.organisation)
    users = {
        "from": handover.from_user,
        "to": handover.to_user,
        "colleague": colleague,
        "security": user_with(Role.SECURITY_ADMIN),
        "office": user_with(Role.OFFICE_STAFF),
        "stranger": user_with(Role.LIAISON, OrganisationFactory()),
        "auditor": user_with(Role.AUDITOR),
    }

    seen = {}
    for name, user in users.items():
        client.force_login(user)
        listed = len(client.get(LIST).context["page"])
        seen[name] = (listed, client.get(page("detail", handover)).status_code)

    assert seen == {
        "from": (1, 200),
        "to": (1, 200),
        "colleague": (1, 200),
        "security": (1, 200),
        "office": (1, 200),
        "stranger": (0, 404),
        "auditor": (0, 404),
    }


def test_handover_list_counts_units_without_a_liaison_for_the_office(client):
    town = OrganisationFactory()
    OrganisationFactory(kind=Kind.VILLAGE, superior=town)
    AssignmentFactory(organisation=town)
    OrganisationFactory(short_name="无人镇")
    OrganisationFactory(region=RegionFactory(code="150421100000"), is_external=True)
    staff = user_with(Role.OFFICE_STAFF)
    client.force_login(staff)

    count = client.get(LIST).context["unattended"]
    listed = client.get(reverse("organisations:organisation_list"), {"liaison": "none"}).context[
        "page"
    ]

    alone = set(Organisation.objects.without_liaison().values_list("short_name", flat=True))
    assert alone == {"无人镇", "旗创建办"}
    assert (count, {row.short_name for row in listed}) == (2, alone)


def test_handover_confirm_by_who_grants(client):
    handover = HandoverFactory(to_user__name="新同志")
    held_by(handover)
    client.force_login(user_with(Role.SECURITY_ADMIN))

    shown = client.get(page("detail", handover)).content.decode()
    response = client.post(page("confirm", handover), follow=True)
    again = client.post(page("confirm", handover), follow=True)

    assert page("confirm", handover) in shown
    assert said(response) == ["已确认，新同志从次日起任职。"]
    assert said(again) == ["这项交接现在是“已交接”，没有改动。"]
    assert response.context["items"] == Handover.objects.get().numbers


def test_handover_decline_asks_for_the_reason(client):
    handover = HandoverFactory()
    client.force_login(user_with(Role.SECURITY_ADMIN))

    asked = client.get(page("decline", handover)).content.decode()
    empty = client.post(page("decline", handover))
    done = client.post(page("decline", handover), {"reason": "人选未定"}, follow=True)
    twice = client.post(page("decline", handover), {"reason": "人选未定"})

    assert "提出的人会看到原因" in asked
    assert (empty.status_code, said(done), twice.status_code) == (422, ["已登记为不同意。"], 422)


@pytest.mark.parametrize(
    ("who", "status"), [("self", 302), ("office", 302), ("heir", 403), ("stranger", 404)]
)
def test_handover_withdraw_is_for_who_may_propose(client, who, status):
    handover = HandoverFactory()
    held_by(handover)
    AssignmentFactory(user=handover.to_user, role=Role.LIAISON)
    users = {
        "self": handover.from_user,
        "office": user_with(Role.OFFICE_STAFF),
        "heir": handover.to_user,
        "stranger": user_with(Role.LIAISON, OrganisationFactory()),
    }
    client.force_login(users[who])

    response = client.post(page("withdraw", handover))

    handover.refresh_from_db()
    assert response.status_code == status
    assert (handover.status == Status.WITHDRAWN) == (status == 302)


def test_the_menu_counts_what_is_to_be_confirmed(client):
    HandoverFactory()
    client.force_login(user_with(Role.SECURITY_ADMIN))

    menu = client.get(LIST).context["navigation"]

    (entry,) = [entry for entry in menu if entry["is_current"]]
    assert (entry["label"], entry["count"]) == ("交接", 1)


def test_the_home_page_points_both_to_the_record(client):
    handover = HandoverFactory(organisation__short_name="新镇", last_day=in_days(0))
    held_by(handover)
    AssignmentFactory(user=handover.to_user, organisation=handover.organisation)
    confirm_handover(handover, by=user_with(Role.SECURITY_ADMIN))

    told = []
    for user in (handover.from_user, handover.to_user):
        client.force_login(user)
        html = client.get(reverse("home")).content.decode()
        told.append("看交接清单：新镇单位联络员交接" in html)

    assert told == [True, True]


@pytest.mark.parametrize("second", [False, True])
def test_ending_the_last_liaison_points_to_the_handover(client, second):
    held = AssignmentFactory(organisation__short_name="新镇")
    if second:
        user_with(Role.LIAISON, held.organisation)
    client.force_login(user_with(Role.SECURITY_ADMIN))

    html = client.get(reverse("organisations:assignment_end", args=[held.pk])).content.decode()

    assert ("结束后新镇没有联络员" in html) is not second


@pytest.mark.parametrize("second", [False, True])
def test_closing_the_last_liaison_s_account_says_so(client, second):
    held = AssignmentFactory(organisation__short_name="新镇")
    if second:
        user_with(Role.LIAISON, held.organisation)
    client.force_login(user_with(Role.SYSTEM_ADMIN))

    html = client.get(reverse("accounts:user_close", args=[held.user_id])).content.decode()

    assert ("停用后新镇没有联络员" in html) is not second


def test_the_page_of_a_unit_offers_its_liaison_to_hand_over(client):
    held = AssignmentFactory()
    offered = []

    for user in (held.user, user_with(Role.OFFICE_STAFF), user_with(Role.LEADER)):
        client.force_login(user)
        html = client.get(
            reverse("organisations:organisation_detail", args=[held.organisation_id])
        ).content.decode()
        offered.append(create(held) in html)

    assert offered == [True, True, False]


def test_a_day_is_enough_between_two_terms():
    held = AssignmentFactory()
    heir = UserFactory()

    hand_over_liaison(held, to_user=heir, last_day=in_days(0), by=user_with(Role.SECURITY_ADMIN))

    held.refresh_from_db()
    assert heir.assignments.get().valid_from - held.valid_until == timedelta(days=1)
