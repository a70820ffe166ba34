"""One activity's page, its withdrawal, and the one-click answers."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.rights import Role
from activities import actions
from activities.models import Activity, Participation
from organisations.models.kinds import Kind
from partnerships.models import JointTag
from tests.factories.activities import (
    ActivityFactory,
    AttachmentFactory,
    ParticipationFactory,
    accepted_activity,
    draft_of,
    sent_activity,
)
from tests.factories.organisations import OrganisationFactory, user_with
from tests.factories.partnerships import pairing_of

pytestmark = pytest.mark.django_db

PANEL = reverse("activities:confirmation_panel")
MANY = reverse("activities:participation_answer_many")


@pytest.fixture
def unit():
    return OrganisationFactory(short_name="甲镇")


@pytest.fixture
def partner():
    return OrganisationFactory(short_name="乙镇")


@pytest.fixture
def reporter(unit):
    return user_with(Role.LIAISON, unit, name="王芳")


@pytest.fixture
def sent(unit, partner, reporter):
    return sent_activity(unit, partner, by=reporter)


@pytest.fixture
def asked(client, partner):
    user = user_with(Role.LIAISON, partner)
    client.force_login(user)
    return user


def url_of(name, row):
    return reverse(f"activities:{name}", args=[row.pk])


def told(response):
    return [str(message) for message in response.context["messages"]]


def part_of(activity, organisation):
    return activity.participations.get(organisation=organisation)


@pytest.mark.parametrize("item_count", [1, 3])
def test_activity_detail_needs_the_same_queries_for_any_number(
    client, reporter, unit, django_assert_num_queries, item_count
):
    partners = OrganisationFactory.create_batch(item_count)
    pairings = [pairing_of(unit, partner) for partner in partners]
    activity = sent_activity(
        unit, *partners, by=reporter, partnerships=tuple(sorted(row.pk for row in pairings))
    )
    AttachmentFactory.create_batch(item_count, activity=activity)
    client.force_login(reporter)
    client.get(url_of("activity_detail", activity))

    with django_assert_num_queries(21):
        response = client.get(url_of("activity_detail", activity))

    assert len(response.context["parts"]) == item_count + 1


def test_activity_detail_says_what_to_do_now(client, unit, partner, reporter):
    staff = user_with(Role.OFFICE_STAFF)
    people = {
        "reporter": reporter,
        "asked": user_with(Role.LIAISON, partner),
        "staff": staff,
        "leader": user_with(Role.LEADER),
    }
    sent = sent_activity(unit, partner, by=reporter)
    said = {}

    def look(state):
        for name, user in people.items():
            client.force_login(user)
            said[name, state] = client.get(url_of("activity_detail", sent)).context["what_now"][
                "text"
            ]

    look("submitted")
    actions.return_activity(sent, reason="补地点", by=staff)
    look("returned")
    actions.submit_activity(sent, by=reporter)
    actions.accept_activity(sent, by=staff)
    look("accepted")
    parts = sent.participations.filter(organisation=partner)
    actions.answer_participations(parts, attended=True, by=people["asked"])
    look("confirmed")

    waiting = "等待旗创建办审核，还有 1 个单位未确认；审核不必等确认。"
    late = "已采用；还有 1 个单位未确认，确认后同样计入。"
    counted = "已采用，计入各参加单位。"
    question = "等您确认：您负责的 1 个单位是否参加了这次活动，确认后才计入。"
    assert said == {
        ("reporter", "submitted"): waiting,
        ("asked", "submitted"): question,
        ("staff", "submitted"): "等待审核。",
        ("leader", "submitted"): waiting,
        ("reporter", "returned"): "已退回：补地点",
        ("asked", "returned"): "已退回报送单位修改。",
        ("staff", "returned"): "已退回报送单位修改。",
        ("leader", "returned"): "已退回报送单位修改。",
        ("reporter", "accepted"): late,
        ("asked", "accepted"): question,
        ("staff", "accepted"): late,
        ("leader", "accepted"): late,
        ("reporter", "confirmed"): counted,
        ("asked", "confirmed"): counted,
        ("staff", "confirmed"): counted,
        ("leader", "confirmed"): counted,
    }


def test_activity_detail_of_a_draft_leads_to_the_form(client, unit, reporter):
    draft = draft_of(unit, by=reporter, starts_on=None)
    client.force_login(reporter)

    context = client.get(url_of("activity_detail", draft)).context

    assert context["what_now"]["url"] == url_of("activity_form", draft)
    assert context["counts"] == ""


def test_activity_detail_without_pending_answers(client, unit, reporter):
    outside = OrganisationFactory(is_external=True)
    sent = sent_activity(unit, outside, by=reporter)
    client.force_login(reporter)

    context = client.get(url_of("activity_detail", sent)).context

    assert context["what_now"]["text"] == "等待旗创建办审核，参加单位都已答复。"


def test_activity_detail_names_the_year_and_the_units_it_counts_for(client):
    one, two = OrganisationFactory(), OrganisationFactory()
    activity = accepted_activity(one, two, starts_on=date(2025, 3, 1))
    pending = ActivityFactory(reporter=one, starts_on=date(2026, 3, 1))
    ParticipationFactory(activity=pending, organisation=one, is_host=True)
    client.force_login(user_with(Role.LEADER))

    shown = [
        client.get(url_of("activity_detail", row)).context["counts"] for row in (activity, pending)
    ]

    assert shown == [
        "已计入 2025 年度，计给已确认的 2 个单位。",
        "采用后计入 2026 年度，计给已确认的单位（现有 1 个）。",
    ]


def test_activity_detail_shows_the_joint_tags_under_their_own_name(client, sent, reporter):
    sent.joint_tags.add(JointTag.objects.get(name="活动联办"))
    client.force_login(reporter)

    page = client.get(url_of("activity_detail", sent)).content.decode()

    assert "<dt>五联标签</dt><dd>活动联办</dd>" in page


def test_activity_detail_tells_its_history(client, sent, partner, asked, reporter):
    actions.answer_participations(
        sent.participations.filter(organisation=partner), attended=False, by=asked
    )
    actions.return_activity(sent, reason="补地点", by=user_with(Role.OFFICE_STAFF))

    history = client.get(url_of("activity_detail", sent)).context["history"]

    assert [(row["text"], row["detail"]) for row in history] == [
        ("退回", "补地点"),
        ("乙镇：未参加", ""),
        ("报送", ""),
    ]


@pytest.mark.parametrize(
    ("who", "status"), [("reporter", 302), ("asked", 403), ("staff", 403), ("stranger", 404)]
)
def test_activity_withdraw(client, sent, partner, reporter, who, status):
    users = {
        "reporter": lambda: reporter,
        "asked": lambda: user_with(Role.LIAISON, partner),
        "staff": lambda: user_with(Role.OFFICE_STAFF),
        "stranger": lambda: user_with(Role.LIAISON, OrganisationFactory()),
    }
    client.force_login(users[who]())

    response = client.post(url_of("activity_withdraw", sent))

    assert response.status_code == status
    assert Activity.objects.get().status == ("draft" if who == "reporter" else "submitted")


def test_activity_withdraw_after_the_decision_is_refused(client, sent, reporter):
    actions.accept_activity(sent, by=user_with(Role.OFFICE_STAFF))
    client.force_login(reporter)

    assert client.post(url_of("activity_withdraw", sent)).status_code == 403


@pytest.mark.parametrize(
    ("attended", "answer", "message"),
    [
        ("1", "confirmed", "已确认参加“%s”。"),
        ("0", "absent", "已说明未参加“%s”，不会计入。"),
        ("junk", "absent", "已说明未参加“%s”，不会计入。"),
    ],
)
def test_participation_answer(client, sent, partner, asked, attended, answer, message):
    part = part_of(sent, partner)

    response = client.post(
        url_of("participation_answer", part), {"attended": attended, "next": "/"}, follow=True
    )

    assert response.redirect_chain == [("/", 302)]
    assert told(response) == [message % sent.title]
    assert part_of(sent, partner).confirmation == answer


@pytest.mark.parametrize(
    ("who", "status"),
    [("asked", 302), ("reporter", 403), ("staff", 403), ("leader", 403), ("stranger", 404)],
)
def test_participation_answer_is_for_the_unit_itself(client, sent, partner, reporter, who, status):
    users = {
        "asked": lambda: user_with(Role.LIAISON, partner),
        "reporter": lambda: reporter,
        "staff": lambda: user_with(Role.OFFICE_STAFF),
        "leader": lambda: user_with(Role.LEADER),
        "stranger": lambda: user_with(Role.LIAISON, OrganisationFactory()),
    }
    client.force_login(users[who]())

    response = client.post(
        url_of("participation_answer", part_of(sent, partner)), {"attended": "1"}
    )

    assert response.status_code == status
    expected = "confirmed" if who == "asked" else "pending"
    assert part_of(sent, partner).confirmation == expected


def test_township_answers_for_all_its_villages_at_once(client, reporter, unit, partner, asked):
    villages = [OrganisationFactory(kind=Kind.VILLAGE, superior=partner) for _ in range(2)]
    first = sent_activity(unit, *villages, by=reporter)
    second = sent_activity(unit, partner, by=reporter)
    third = sent_activity(unit, partner, by=reporter)

    response = client.post(f"{MANY}?attended=1", {"ids": [first.pk, second.pk, "x"]}, follow=True)

    assert told(response) == ["已确认参加 2 个活动。"]
    confirmed = Participation.objects.filter(confirmation="confirmed").exclude(organisation=unit)
    assert confirmed.count() == 3
    assert part_of(third, partner).confirmation == "pending"


def test_rows_own_button_answers_for_that_row_alone(client, reporter, unit, partner, asked):
    first = sent_activity(unit, partner, by=reporter)
    second = sent_activity(unit, partner, by=reporter)

    client.post(f"{MANY}?attended=0", {"ids": [first.pk], "only": second.pk})

    answers = [part_of(row, partner).confirmation for row in (first, second)]
    assert answers == ["pending", "absent"]


def test_answering_what_was_not_asked_changes_nothing(client, asked):
    other = sent_activity(OrganisationFactory(), OrganisationFactory(), by=user_with(Role.LIAISON))

    response = client.post(f"{MANY}?attended=1", {"ids": [other.pk]}, follow=True)

    assert told(response) == ["所选活动里没有等您确认的。"]


@pytest.mark.parametrize("item_count", [1, 3])
def test_confirmation_panel_needs_the_same_queries_for_any_number(
    client, reporter, unit, partner, asked, django_assert_num_queries, item_count
):
    for _ in range(item_count):
        sent_activity(unit, partner, by=reporter)
    client.get(PANEL)

    with django_assert_num_queries(10):
        response = client.get(PANEL)

    assert len(response.context["waiting"]) == item_count


def test_confirmation_panel_is_empty_when_nothing_is_asked(client, asked):
    assert client.get(PANEL).content.decode().strip() == ""
