"""Several drafts sent at once from the list, each as its own page would send it."""

import pytest
from django.urls import reverse

from accounts.rights import Role
from activities.models import Activity
from tests.factories.activities import draft_of, sent_activity, yesterday
from tests.factories.organisations import OrganisationFactory, user_with

pytestmark = pytest.mark.django_db

LIST = reverse("activities:activity_list")
MANY = reverse("activities:activity_submit_many")


@pytest.fixture
def unit():
    return OrganisationFactory(short_name="甲镇")


@pytest.fixture
def partner():
    return OrganisationFactory(short_name="乙镇")


@pytest.fixture
def liaison(client, unit):
    user = user_with(Role.LIAISON, unit)
    client.force_login(user)
    return user


def told(response):
    return [str(message) for message in response.context["messages"]]


def test_activity_submit_many_sends_each_for_itself(client, unit, partner, liaison):
    facts = {"place": "会议室"}
    one = draft_of(unit, partner, by=liaison, title="座谈")
    two = draft_of(unit, partner, by=liaison, title="观摩", **facts)
    lacking = draft_of(unit, partner, by=liaison, title="没有概况", summary="", place="")
    ids = [one.pk, two.pk, lacking.pk, "x", "9" * 40]

    response = client.post(MANY, {"ids": ids, "next": f"{LIST}?status=draft"}, follow=True)

    assert [Activity.objects.get(pk=row.pk).status for row in (one, two, lacking)] == [
        "submitted",
        "submitted",
        "draft",
    ]
    assert told(response) == [
        "“没有概况”没有报送：请用一两句话写明做了什么。",
        "已报送 2 个活动，等待旗创建办审核。",
    ]
    assert response.redirect_chain[0][0] == f"{LIST}?status=draft"


def test_activity_submit_many_twice_changes_nothing(client, unit, partner, liaison):
    draft = draft_of(unit, partner, by=liaison)
    client.post(MANY, {"ids": [draft.pk]})
    first = Activity.objects.get().submitted_at

    response = client.post(MANY, {"ids": [draft.pk]}, follow=True)

    assert (Activity.objects.get().submitted_at, told(response)[-1]) == (
        first,
        "所选活动里没有可以报送的草稿。",
    )


def test_activity_submit_many_leaves_questions_to_the_page(client, unit, partner, liaison):
    sent_activity(partner, unit, by=user_with(Role.LIAISON, partner), starts_on=yesterday())
    double = draft_of(unit, partner, by=liaison, title="文艺汇演")
    private = draft_of(
        unit, partner, by=liaison, title="值班", place="", summary="电话13800138000。"
    )

    response = client.post(MANY, {"ids": [double.pk, private.pk]}, follow=True)

    assert Activity.objects.filter(status="draft").count() == 2
    assert told(response) == [
        "“文艺汇演”没有报送：可能与“民族团结进步文艺汇演”是同一个活动，请打开核对后报送。",
        "“值班”没有报送：文字里疑似有个人信息，请打开核对后报送。",
    ]


def test_activity_submit_many_sends_what_was_said_to_be_another(client, unit, partner, liaison):
    other = sent_activity(partner, unit, by=user_with(Role.LIAISON, partner))
    draft = draft_of(unit, partner, by=liaison)
    draft.distinct_from.add(other)

    client.post(MANY, {"ids": [draft.pk]})

    assert Activity.objects.get(pk=draft.pk).status == "submitted"


def test_activity_submit_many_touches_no_draft_of_others(client, unit, partner, liaison):
    theirs = draft_of(partner, unit, by=user_with(Role.LIAISON, partner))

    client.post(MANY, {"ids": [theirs.pk]})

    assert Activity.objects.get().status == "draft"


def test_activity_list_offers_to_send_drafts(client, unit, partner, liaison):
    draft_of(unit, partner, by=liaison)

    response = client.get(LIST)

    assert [action["label"] for action in response.context["bulk_actions"]] == ["报送"]
    assert [is_mine for *_row, is_mine in response.context["rows"]] == [True]


@pytest.mark.parametrize("item_count", [1, 3])
def test_activity_list_of_drafts_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, unit, partner, liaison, item_count
):
    for number in range(item_count):
        draft_of(unit, partner, by=liaison, title=f"活动{number}")
    client.get(LIST)

    with django_assert_num_queries(22):
        client.get(LIST)
