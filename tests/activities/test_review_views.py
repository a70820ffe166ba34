"""The office's queue: accepted with one key, returned with a reason."""

import pytest
from django.urls import reverse

from accounts.rights import Role
from activities import actions
from activities.models import Activity
from core.models import AuditRecord
from tests.factories.activities import (
    AttachmentFactory,
    ParticipationFactory,
    sent_activity,
)
from tests.factories.organisations import OrganisationFactory, office, user_with
from tests.factories.partnerships import pairing_of

pytestmark = pytest.mark.django_db

NEXT = reverse("activities:activity_review_next")
MANY = reverse("activities:activity_accept_many")


@pytest.fixture
def staff(client):
    user = user_with(Role.OFFICE_STAFF, name="韩梅")
    client.force_login(user)
    return user


def sent(**facts):
    unit = OrganisationFactory()
    partner = OrganisationFactory()
    return sent_activity(unit, partner, by=user_with(Role.LIAISON, unit), **facts)


def url_of(name, activity):
    return reverse(f"activities:{name}", args=[activity.pk])


def told(response):
    return [str(message) for message in response.context["messages"]]


def status_of(activity):
    return Activity.objects.get(pk=activity.pk).status


def test_activity_review_next_opens_the_longest_waiting(client, staff):
    first, _second = sent(), sent()

    assert client.get(NEXT).url == url_of("activity_review", first)


def test_activity_review_next_says_when_all_is_done(client, staff):
    response = client.get(NEXT, follow=True)

    assert told(response) == ["没有待审核的报送。"]


@pytest.mark.parametrize("item_count", [1, 3])
def test_activity_review_needs_the_same_queries_for_any_number(
    client, staff, django_assert_num_queries, item_count
):
    partners = OrganisationFactory.create_batch(item_count)
    unit = OrganisationFactory()
    pairings = [pairing_of(unit, partner) for partner in partners]
    by = user_with(Role.LIAISON, unit)
    activity = sent_activity(
        unit, *partners, by=by, partnerships=tuple(sorted(row.pk for row in pairings))
    )
    AttachmentFactory.create_batch(item_count, activity=activity)
    for number in range(item_count):
        sent_activity(unit, *partners, by=by, title=f"文艺汇演{number}")
    client.get(url_of("activity_review", activity))

    with django_assert_num_queries(21):
        response = client.get(url_of("activity_review", activity))

    assert len(response.context["doubles"]) == item_count


def test_activity_review_shows_its_place_in_the_queue(client, staff):
    first, second, third = sent(), sent(), sent()

    context = client.get(url_of("activity_review", second)).context

    assert (context["place"], context["total"]) == (2, 3)
    assert context["previous_url"] == url_of("activity_review", first)
    assert context["next_url"] == url_of("activity_review", third)


def test_activity_review_of_a_decided_report_leads_on(client, staff):
    done, waiting = sent(), sent()
    actions.accept_activity(done, by=staff)

    context = client.get(url_of("activity_review", done)).context

    assert (context["is_waiting"], context["place"]) == (False, 0)
    assert context["next_url"] == url_of("activity_review", waiting)


def test_activity_review_shows_what_to_look_at(client, staff):
    activity = sent(summary="联系电话13912345678。")
    other = sent_activity(
        activity.reporter,
        OrganisationFactory(),
        by=activity.submitted_by,
        title=activity.title,
    )
    activity.distinct_from.add(other)

    context = client.get(url_of("activity_review", activity)).context

    assert [label for label, _said in context["warnings"]] == ["活动概况"]
    assert [(row.activity, row.is_denied) for row in context["doubles"]] == [(other, True)]


def test_activity_accept_goes_on_to_the_next(client, staff):
    first, second = sent(title="第一份"), sent()

    response = client.post(url_of("activity_accept", first), {"following": second.pk}, follow=True)

    assert status_of(first) == "accepted"
    assert response.redirect_chain == [(url_of("activity_review", second), 302)]
    assert told(response) == ["已采用“第一份”。"]


@pytest.mark.parametrize("following", ["", "x", "9" * 30])
def test_activity_accept_of_the_last_goes_back_to_the_list(client, staff, following):
    response = client.post(url_of("activity_accept", sent()), {"following": following})

    assert response.url == reverse("activities:activity_list")


def test_activity_accept_falls_back_to_the_head_of_the_queue(client, staff):
    first, second, third = sent(), sent(), sent()
    actions.accept_activity(third, by=staff)

    response = client.post(url_of("activity_accept", second), {"following": third.pk})

    assert response.url == url_of("activity_review", first)


def test_second_reviewer_is_told_and_the_refusal_recorded(client, staff):
    activity = sent()
    actions.return_activity(activity, reason="补地点", by=user_with(Role.OFFICE_STAFF, name="李雷"))

    response = client.post(url_of("activity_accept", activity), follow=True)

    (message,) = told(response)
    assert message.startswith("这份报送已由李雷于")
    assert status_of(activity) == "returned"
    refusal = AuditRecord.objects.get(outcome="refused")
    assert (refusal.verb, refusal.by) == ("activities.accept_activity", staff)


def test_activity_return_asks_for_the_reason(client, staff):
    activity = sent()

    page = client.get(url_of("activity_return", activity))
    empty = client.post(url_of("activity_return", activity), {"reason": " "})
    done = client.post(url_of("activity_return", activity), {"reason": "补地点"}, follow=True)

    assert page.status_code == 200
    assert empty.context["form"].errors["reason"] == ["请写明退回原因，填报人才知道改什么。"]
    assert told(done) == ["已退回“民族团结进步文艺汇演”，填报人会看到原因。"]
    assert Activity.objects.get().return_reason == "补地点"


def test_activity_accept_many_does_each_for_itself(client, staff):
    one, two = sent(), sent()
    own = sent()
    ParticipationFactory(activity=own, organisation=office())
    done = sent()
    actions.accept_activity(done, by=staff)
    ids = [one.pk, two.pk, own.pk, done.pk, "x", "9" * 40]

    response = client.post(MANY, {"ids": ids, "next": "/activities/?status=submitted"}, follow=True)

    assert [status_of(row) for row in (one, two, own)] == ["accepted", "accepted", "submitted"]
    assert told(response) == [
        "已采用 2 份报送。",
        "2 份没有处理：已有人审核过，或是您所在单位参加的活动。",
    ]
    assert response.redirect_chain[0][0] == "/activities/?status=submitted"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", {"get": 200, "accept": 302, "return": 302, "many": 302}),
        ("own", {"get": 403, "accept": 403, "return": 403, "many": 302}),
        ("director", {"get": 403, "accept": 403, "return": 403, "many": 403}),
        ("leader", {"get": 403, "accept": 403, "return": 403, "many": 403}),
        ("reporter", {"get": 403, "accept": 403, "return": 403, "many": 403}),
        ("elsewhere", {"get": 404, "accept": 404, "return": 404, "many": 302}),
    ],
)
def test_who_reviews(client, who, status):
    seen = {}
    for deed in ("get", "accept", "return", "many"):
        activity = sent()
        users = {
            "staff": lambda: user_with(Role.OFFICE_STAFF),
            "own": lambda unit=activity.reporter: user_with(Role.OFFICE_STAFF, unit),
            "director": lambda: user_with(Role.OFFICE_DIRECTOR),
            "leader": lambda: user_with(Role.LEADER),
            "reporter": lambda row=activity: row.submitted_by,
            "elsewhere": lambda: user_with(Role.OFFICE_STAFF, OrganisationFactory()),
        }
        client.force_login(users[who]())
        if deed == "get":
            response = client.get(url_of("activity_review", activity))
        elif deed == "many":
            response = client.post(MANY, {"ids": [activity.pk]})
        else:
            response = client.post(url_of(f"activity_{deed}", activity), {"reason": "补"})
        seen[deed] = response.status_code
        expected = {"accept": "accepted", "return": "returned", "many": "accepted"}
        changed = expected.get(deed, "submitted") if who == "staff" else "submitted"
        assert status_of(activity) == changed
        Activity.objects.all().delete()

    assert seen == status


def test_officer_is_told_why_they_may_not_review(client):
    activity = sent()
    client.force_login(user_with(Role.OFFICE_STAFF, activity.reporter))

    page = client.get(url_of("activity_review", activity)).content.decode()

    assert "您所在单位参加了这次活动，不能审核本单位的报送" in page


def test_activity_accept_takes_quality_and_difficulty(client, staff):
    activity = sent()

    client.post(
        url_of("activity_accept", activity), {"quality": "good", "difficulty": "0.9"}, follow=True
    )

    activity.refresh_from_db()
    assert (activity.status, activity.quality, f"{activity.difficulty:f}") == (
        Activity.Status.ACCEPTED,
        "good",
        "0.90",
    )
    page = client.get(reverse("activities:activity_detail", args=[activity.pk])).content.decode()
    assert ("良好" in page, "难度系数" in page, "0.9" in page) == (True, True, True)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"difficulty": "3"}, "难度系数最高 2，一般活动为 1。"),
        ({"difficulty": "0.1"}, "难度系数最低 0.5，一般活动为 1。"),
    ],
)
def test_activity_accept_says_what_is_wrong(client, staff, facts, sentence):
    activity = sent()

    response = client.post(url_of("activity_accept", activity), facts)

    assert (response.status_code, status_of(activity)) == (422, Activity.Status.SUBMITTED)
    assert sentence in response.content.decode()
