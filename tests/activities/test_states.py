"""Sent, withdrawn, accepted, returned; and the second of two reviewers."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts.rights import Role
from activities import actions
from activities.models import Activity, Participation
from core.errors import RuleError
from core.models import AuditRecord
from organisations.models.kinds import Kind
from tests.factories.activities import ActivityFactory, draft_of, sent_activity
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db

Answer = Participation.Confirmation
Status = Activity.Status


@pytest.fixture
def unit():
    return OrganisationFactory(short_name="甲镇")


@pytest.fixture
def liaison(unit):
    return user_with(Role.LIAISON, unit)


@pytest.fixture
def sent(unit, liaison):
    return sent_activity(unit, OrganisationFactory(), by=liaison)


@pytest.fixture
def reviewer():
    return user_with(Role.OFFICE_STAFF, name="韩梅")


def answers(activity):
    return dict(activity.participations.values_list("organisation_id", "confirmation"))


def test_sending_confirms_the_parts_of_the_senders_own_units(unit, liaison):
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=unit)
    partner, outside = OrganisationFactory(), OrganisationFactory(is_external=True)
    draft = draft_of(unit, village, partner, outside, by=liaison)

    sent = actions.submit_activity(draft, by=liaison)

    assert (sent.status, sent.submitted_by) == (Status.SUBMITTED, liaison)
    assert answers(sent) == {
        unit.pk: Answer.CONFIRMED,
        village.pk: Answer.CONFIRMED,
        partner.pk: Answer.PENDING,
        outside.pk: Answer.NOT_ASKED,
    }


def test_sending_is_recorded_with_its_facts(unit, liaison):
    sent = sent_activity(unit, by=liaison, joint_units=(OrganisationFactory(short_name="乙镇").pk,))

    record = AuditRecord.objects.get(verb="activities.submit_activity")
    assert record.before == {"status": "draft"}
    assert record.after == {
        "title": sent.title,
        "starts_on": str(sent.starts_on),
        "ends_on": None,
        "place": "文化广场",
        "is_themed": False,
        "summary": "两地干部群众同台演出。",
        "outcome": "",
        "status": "submitted",
        "units": ["甲镇", "乙镇"],
    }


def test_incomplete_draft_is_not_sent(unit, liaison):
    draft = draft_of(unit, OrganisationFactory(), by=liaison, title="")

    with pytest.raises(RuleError) as caught:
        actions.submit_activity(draft, by=liaison)

    assert (caught.value.field, caught.value.message) == ("title", "请填写活动名称。")
    assert Activity.objects.get().status == Status.DRAFT


def test_sender_says_what_is_another_event(unit, liaison):
    draft = draft_of(unit, OrganisationFactory(), by=liaison)
    other = ActivityFactory()

    sent = actions.submit_activity(draft, by=liaison, distinct_from=[other.pk, draft.pk, 999])

    assert list(sent.distinct_from.all()) == [other]
    assert list(other.distinct_from.all()) == [sent]


def test_withdrawn_report_is_a_draft_again(sent, liaison):
    back = actions.withdraw_activity(sent, by=liaison)

    assert back.status == Status.DRAFT
    assert AuditRecord.objects.get(verb="activities.withdraw_activity").before == {
        "status": "submitted"
    }


def test_accepted_report_has_its_reviewer(sent, reviewer):
    accepted = actions.accept_activity(sent, by=reviewer)

    assert (accepted.status, accepted.reviewed_by) == (Status.ACCEPTED, reviewer)
    assert AuditRecord.objects.get(verb="activities.accept_activity").after == {
        "status": "accepted"
    }


def test_accepted_report_keeps_its_rating(sent, reviewer):
    accepted = actions.accept_activity(
        sent, by=reviewer, quality="excellent", difficulty=Decimal("1.1")
    )

    accepted.refresh_from_db()
    assert (accepted.get_quality_display(), accepted.difficulty) == ("优秀", Decimal("1.10"))
    assert AuditRecord.objects.get(verb="activities.accept_activity").after == {
        "status": "accepted",
        "quality": "excellent",
        "difficulty": "1.1",
    }


@pytest.mark.parametrize("difficulty", ["0.4", "2.1"])
def test_accept_refuses_a_difficulty_out_of_bounds(sent, reviewer, difficulty):
    with pytest.raises(RuleError, match=r"难度系数应在 0\.5 至 2 之间") as caught:
        actions.accept_activity(sent, by=reviewer, difficulty=Decimal(difficulty))

    assert caught.value.field == "difficulty"
    assert Activity.objects.get().status == Status.SUBMITTED


def test_returned_report_has_its_reason_and_can_be_sent_again(sent, reviewer, liaison):
    returned = actions.return_activity(sent, reason=" 地点写到嘎查村 ", by=reviewer)
    again = actions.submit_activity(returned, by=liaison)

    assert (returned.return_reason, returned.reviewed_by) == ("地点写到嘎查村", reviewer)
    assert AuditRecord.objects.get(verb="activities.return_activity").reason == "地点写到嘎查村"
    assert again.status == Status.SUBMITTED


def test_return_needs_a_reason(sent, reviewer):
    with pytest.raises(RuleError) as caught:
        actions.return_activity(sent, reason="  ", by=reviewer)

    assert (caught.value.field, caught.value.message) == (
        "reason",
        "请写明退回原因，填报人才知道改什么。",
    )


@pytest.mark.parametrize(
    ("first", "word"),
    [
        (lambda activity, by: actions.accept_activity(activity, by=by), "已采用"),
        (lambda activity, by: actions.return_activity(activity, reason="补地点", by=by), "已退回"),
    ],
)
def test_second_reviewer_is_told_what_the_first_did(sent, reviewer, first, word):
    first(sent, reviewer)

    with pytest.raises(RuleError) as caught:
        actions.accept_activity(sent, by=user_with(Role.OFFICE_STAFF))

    at = timezone.localtime(Activity.objects.get().reviewed_at)
    when = f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"
    assert caught.value.message == f"这份报送已由韩梅于{when}处理为“{word}”，没有再改动。"


@pytest.mark.parametrize(
    ("status", "deed"),
    [
        (Status.DRAFT, lambda row, by: actions.withdraw_activity(row, by=by)),
        (Status.DRAFT, lambda row, by: actions.accept_activity(row, by=by)),
        (Status.DRAFT, lambda row, by: actions.return_activity(row, reason="补", by=by)),
        (Status.SUBMITTED, lambda row, by: actions.submit_activity(row, by=by)),
    ],
)
def test_states_have_no_other_doors(reviewer, status, deed):
    activity = ActivityFactory(status=status)
    label = activity.get_status_display()

    with pytest.raises(RuleError) as caught:
        deed(activity, reviewer)

    assert caught.value.message == (
        f"这份报送现在是“{label}”，不能这样处理，请刷新页面看最新情况。"
    )


def test_one_refused_report_does_not_hold_up_the_others(sent, reviewer):
    draft = ActivityFactory(status=Status.DRAFT)

    outcome = actions.accept_activities([draft, sent], by=reviewer)

    assert [row.pk for row in outcome.done] == [sent.pk]
    assert [(row.pk, reason) for row, reason in outcome.refused] == [
        (draft.pk, "这份报送现在是“草稿”，不能这样处理，请刷新页面看最新情况。")
    ]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_reviewers_at_once_one_is_told():
    activity = ActivityFactory()
    reviewers = [UserFactory(), UserFactory()]
    start = Barrier(len(reviewers))

    def review(user):
        start.wait()
        try:
            actions.accept_activity(activity, by=user)
        except RuleError:
            return "told"
        finally:
            connection.close()
        return "accepted"

    with ThreadPoolExecutor(len(reviewers)) as pool:
        outcomes = list(pool.map(review, reviewers))

    assert sorted(outcomes) == ["accepted", "told"]
    assert AuditRecord.objects.filter(verb="activities.accept_activity").count() == 1
