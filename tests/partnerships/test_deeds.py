"""Answers, the course and the plan of a partnership from its pages."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from core.models import AuditRecord
from organisations.models.kinds import Kind
from partnerships import actions
from partnerships.models import Member
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    user_with,
)
from tests.factories.partnerships import (
    MilestoneFactory,
    pairing_of,
    proposed_pairing,
)

pytestmark = pytest.mark.django_db

LIST = "/partnerships/"


def detail(partnership):
    return reverse("partnerships:partnership_detail", args=[partnership.pk])


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_member_agree_with_one_click(client):
    unit = OrganisationFactory(short_name="东明镇")
    member = proposed_pairing(OrganisationFactory(), unit, name="两镇结对").members.last()
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.post(f"/partnerships/members/{member.pk}/agree/", {"next": LIST}, follow=True)

    member.refresh_from_db()
    assert member.consent == "agreed"
    assert response.redirect_chain == [(LIST, 302)]
    assert messages_of(response) == ["东明镇已同意参加“两镇结对”，牵头单位和旗创建办会看到。"]


def test_member_agree_twice_tells_of_the_first(client):
    unit = OrganisationFactory()
    member = proposed_pairing(OrganisationFactory(), unit).members.last()
    actions.decline_member(member, reason="人手不足", by=UserFactory(name="乌兰"))
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.post(f"/partnerships/members/{member.pk}/agree/", follow=True)

    member.refresh_from_db()
    assert member.consent == "declined"
    assert messages_of(response)[0].endswith("由乌兰答复“婉拒”，不必再次答复。")
    assert AuditRecord.objects.first().outcome == "refused"


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        ("agree", {"own": 302, "lead": 403, "staff": 403, "stranger": 404, "leader": 403}),
        ("decline", {"own": 422, "lead": 403, "staff": 403, "stranger": 404, "leader": 403}),
        ("record", {"own": 403, "lead": 403, "staff": 403, "stranger": 403, "leader": 403}),
    ],
)
def test_answers_who_gets_what(client, deed, expected):
    lead, unit, stranger = OrganisationFactory.create_batch(3)
    users = {
        "own": user_with(Role.LIAISON, unit),
        "lead": user_with(Role.LIAISON, lead),
        "staff": user_with(Role.OFFICE_STAFF),
        "stranger": user_with(Role.LIAISON, stranger),
        "leader": user_with(Role.LEADER),
    }
    member = proposed_pairing(lead, unit).members.last()

    found = {}
    for name, user in users.items():
        client.force_login(user)
        found[name] = client.post(f"/partnerships/members/{member.pk}/{deed}/").status_code

    assert found == expected


def test_member_agree_by_get_is_no_deed(client):
    unit = OrganisationFactory()
    member = proposed_pairing(unit).members.get()
    client.force_login(user_with(Role.LIAISON, unit))

    assert client.get(f"/partnerships/members/{member.pk}/agree/").status_code == 405


def test_member_decline_asks_for_the_reason(client):
    unit = OrganisationFactory()
    member = proposed_pairing(OrganisationFactory(), unit).members.last()
    client.force_login(user_with(Role.LIAISON, unit))
    url = f"/partnerships/members/{member.pk}/decline/"

    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": " "}).status_code == 422
    response = client.post(url, {"reason": "今年人手不足", "next": "//evil.example"})

    member.refresh_from_db()
    assert response.url == detail(member.partnership)
    assert (member.consent, member.consent_note) == ("declined", "今年人手不足")


def test_member_decline_after_an_answer_says_so(client):
    unit = OrganisationFactory()
    member = proposed_pairing(OrganisationFactory(), unit).members.last()
    actions.agree_member(member, by=UserFactory(name="乌兰"))
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.post(f"/partnerships/members/{member.pk}/decline/", {"reason": "人手不足"})

    assert response.status_code == 422
    assert response.context["form"].non_field_errors()[0].endswith("不必再次答复。")


def test_member_record_for_an_outside_partner(client):
    outside = OrganisationFactory(is_external=True)
    member = proposed_pairing(OrganisationFactory(), outside).members.last()
    staff = user_with(Role.OFFICE_STAFF)
    client.force_login(staff)
    url = f"/partnerships/members/{member.pk}/record/"

    assert client.get(url).status_code == 200
    client.post(url, {"consent": "agreed", "told_by": "该局办公室来函"})

    member.refresh_from_db()
    assert (member.consent, member.consent_by, member.consent_note) == (
        "agreed",
        staff,
        "该局办公室来函",
    )


DECIDED = {"staff": 302, "director": 403, "leader": 403, "lead": 403, "stranger": 403}


@pytest.mark.parametrize(
    ("deed", "data"),
    [
        ("start", {}),
        ("conclude", {"ended_on": "2026-06-01"}),
        ("cancel", {"note": "单位撤并"}),
        ("budget", {"amount": "100"}),
    ],
)
def test_deeds_of_the_office_who_gets_what(client, deed, data):
    lead = OrganisationFactory()
    users = {
        "director": user_with(Role.OFFICE_DIRECTOR),
        "leader": user_with(Role.LEADER),
        "lead": user_with(Role.LIAISON, lead),
        "stranger": user_with(Role.LIAISON, OrganisationFactory()),
        "staff": user_with(Role.OFFICE_STAFF),
    }
    pairing = pairing_of(lead, OrganisationFactory(), budget_asked=Decimal(1000))

    found = {}
    for name, user in users.items():
        client.force_login(user)
        found[name] = client.post(f"{detail(pairing)}{deed}/", data).status_code

    assert found == DECIDED


@pytest.mark.parametrize("deed", ["start", "conclude", "cancel", "budget"])
def test_deeds_of_another_county_are_not_found(client, deed):
    region = RegionFactory(code="150524000000", level="county")
    elsewhere = OrganisationFactory(kind=Kind.PARTY_DEPARTMENT, region=region)
    pairing = pairing_of(OrganisationFactory())
    client.force_login(user_with(Role.OFFICE_STAFF, elsewhere))

    assert client.post(f"{detail(pairing)}{deed}/").status_code == 404


def test_partnership_start(client):
    pairing = proposed_pairing(OrganisationFactory(), OrganisationFactory(), name="两镇结对")
    for member in pairing.members.all():
        actions.agree_member(member, by=UserFactory())
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(f"{detail(pairing)}start/", follow=True)

    pairing.refresh_from_db()
    assert pairing.status == "active"
    assert messages_of(response) == ["“两镇结对”已启动，成员单位可以在它下面报送活动。"]


def test_partnership_start_twice_tells_the_second(client):
    pairing = pairing_of(OrganisationFactory(), OrganisationFactory())
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(f"{detail(pairing)}start/", follow=True)

    assert messages_of(response)[0].startswith("这个项目已由")


def test_partnership_conclude(client):
    pairing = pairing_of(OrganisationFactory(), ends_on=date(2026, 6, 30))
    client.force_login(user_with(Role.OFFICE_STAFF))
    url = f"{detail(pairing)}conclude/"

    assert client.get(url).context["form"]["ended_on"].value() == date(2026, 6, 30)
    late = timezone.localdate() + timedelta(days=1)
    refused = client.post(url, {"ended_on": late.isoformat()})
    assert refused.context["form"].errors["ended_on"] == [
        "结束日期晚于今天，请填写实际结束的日期。"
    ]
    client.post(url, {"ended_on": "2026-06-20", "note": "办成三件事"})

    pairing.refresh_from_db()
    assert (pairing.status, pairing.ends_on) == ("concluded", date(2026, 6, 20))


def test_partnership_cancel_asks_for_the_reason(client):
    pairing = pairing_of(OrganisationFactory())
    client.force_login(user_with(Role.OFFICE_STAFF))
    url = f"{detail(pairing)}cancel/"

    assert [fact["figure"] for fact in client.get(url).context["facts"]] == [1, 0, 0]
    assert client.post(url, {"note": ""}).status_code == 422
    client.post(url, {"note": "单位撤并"})

    pairing.refresh_from_db()
    assert (pairing.status, pairing.closing_note) == ("cancelled", "单位撤并")


def test_partnership_grant(client):
    pairing = pairing_of(OrganisationFactory(), budget_asked=Decimal(1000))
    client.force_login(user_with(Role.OFFICE_STAFF))
    url = f"{detail(pairing)}budget/"

    assert client.get(url).status_code == 200
    assert client.post(url, {"amount": "1000.01"}).status_code == 422
    client.post(url, {"amount": "800"})

    pairing.refresh_from_db()
    assert pairing.budget_granted == Decimal(800)


def test_partnership_grant_by_the_proposer_is_forbidden(client):
    pairing = pairing_of(
        OrganisationFactory(), budget_asked=Decimal(1000), proposed_by=user_with(Role.OFFICE_STAFF)
    )
    client.force_login(pairing.proposed_by)

    assert client.get(f"{detail(pairing)}budget/").status_code == 403


PLAN_DEEDS = ["agreement_create", "milestone_create"]


@pytest.mark.parametrize("name", PLAN_DEEDS)
def test_plan_who_gets_what(client, name):
    lead, other, stranger = OrganisationFactory.create_batch(3)
    users = {
        "staff": user_with(Role.OFFICE_STAFF),
        "lead": user_with(Role.LIAISON, lead),
        "member": user_with(Role.LIAISON, other),
        "stranger": user_with(Role.LIAISON, stranger),
        "leader": user_with(Role.LEADER),
    }
    pairing = pairing_of(lead, other)
    url = reverse(f"partnerships:{name}", args=[pairing.pk])

    found = {}
    for who, user in users.items():
        client.force_login(user)
        found[who] = client.get(url).status_code

    assert found == {"staff": 200, "lead": 200, "member": 403, "stranger": 404, "leader": 403}


def test_agreement_create_and_remove(client):
    lead = OrganisationFactory()
    pairing = pairing_of(lead)
    client.force_login(user_with(Role.LIAISON, lead))
    url = reverse("partnerships:agreement_create", args=[pairing.pk])

    paper = {"document_number": "奈创协〔2026〕1号", "signed_on": "2026-02-01"}
    assert client.post(url, paper | {"valid_until": "2026-01-01"}).status_code == 422
    client.post(url, paper)
    agreement = pairing.agreements.get()
    remove = reverse("partnerships:agreement_remove", args=[agreement.pk])
    assert client.get(remove).status_code == 200
    client.post(remove)

    assert not pairing.agreements.exists()


def test_milestone_from_plan_to_done_and_back(client):
    lead = OrganisationFactory()
    pairing = pairing_of(lead)
    client.force_login(user_with(Role.LIAISON, lead))

    client.post(
        reverse("partnerships:milestone_create", args=[pairing.pk]),
        {"what": "召开座谈会", "due_on": "2026-06-01"},
    )
    step = pairing.milestones.get()
    complete = reverse("partnerships:milestone_complete", args=[step.pk])
    assert client.get(complete).context["form"]["done_on"].value() == timezone.localdate()
    assert client.post(complete, {"done_on": "2999-01-01"}).status_code == 422
    client.post(complete, {"done_on": "2026-05-20"})
    step.refresh_from_db()
    assert step.done_on == date(2026, 5, 20)

    client.post(reverse("partnerships:milestone_reopen", args=[step.pk]))
    step.refresh_from_db()
    assert step.done_on is None

    remove = reverse("partnerships:milestone_remove", args=[step.pk])
    assert client.get(remove).status_code == 200
    client.post(remove)
    assert not pairing.milestones.exists()


@pytest.mark.parametrize("name", ["milestone_complete", "milestone_reopen", "milestone_remove"])
def test_milestones_of_others_stay(client, name):
    lead, other, stranger = OrganisationFactory.create_batch(3)
    step = MilestoneFactory(partnership=pairing_of(lead, other))
    url = reverse(f"partnerships:{name}", args=[step.pk])

    found = []
    for unit in (other, stranger):
        client.force_login(user_with(Role.LIAISON, unit))
        found.append(client.post(url).status_code)

    assert found == [403, 404]


@pytest.mark.parametrize("name", ["agreement_create", "milestone_create"])
def test_plan_of_a_closed_partnership_says_why_not(client, name):
    lead = OrganisationFactory()
    pairing = pairing_of(lead, status="concluded", ends_on=date(2026, 6, 1))
    client.force_login(user_with(Role.LIAISON, lead))
    data = {
        "what": "座谈",
        "due_on": "2026-06-01",
        "document_number": "1号",
        "signed_on": "2026-02-01",
    }

    response = client.post(reverse(f"partnerships:{name}", args=[pairing.pk]), data)

    assert response.context["form"].non_field_errors() == ["这个项目已结束，计划和协议不能再改。"]


def test_member_consent_words_have_tones():
    assert set(Member.CONSENT_TONES) == set(Member.CONSENT_ICONS) == set(Member.Consent.values)
