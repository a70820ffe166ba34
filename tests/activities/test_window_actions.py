"""Windows opened, corrected, answered in time or late, reminded of, cancelled."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.rights import Role
from activities import actions
from activities.models import CollectionWindow, WindowAnswer
from activities.models.window import first_day_without_reason, is_by_end_of
from core.errors import RuleError
from core.models import AuditRecord
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with
from tests.factories.records import (
    CollectionWindowFactory,
    WindowAnswerFactory,
    answered,
    in_days,
    opened_window,
    window_facts,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


def at(text):
    return timezone.make_aware(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("today", "earliest"),
    [
        (date(2026, 3, 2), date(2026, 3, 5)),
        # over a week-end
        (date(2026, 3, 5), date(2026, 3, 10)),
        # over the holiday of 1 May, with a working Saturday after it
        (date(2026, 4, 29), date(2026, 5, 7)),
    ],
)
def test_short_notice_is_counted_in_working_days(today, earliest):
    assert first_day_without_reason(today) == earliest


@pytest.mark.parametrize(
    ("sent", "begun", "is_in_time"),
    [
        ("2026-03-05T23:59", "2026-03-05T23:59", True),
        ("2026-03-06T00:10", "2026-03-05T23:50", True),
        ("2026-03-06T00:10", "2026-03-06T00:01", False),
        ("2026-03-06T00:31", "2026-03-05T23:50", False),
        ("2026-03-06T00:30", "2026-03-05T20:00", False),
    ],
)
def test_an_answer_begun_in_time_may_follow_within_half_an_hour(sent, begun, is_in_time):
    answer = is_by_end_of(date(2026, 3, 5), sent_at=at(sent), begun_at=at(begun))

    assert answer is is_in_time


def test_open_window_asks_each_unit(staff):
    one, two = OrganisationFactory.create_batch(2)

    window = opened_window(one, two, by=staff)

    asked = window.answers.values_list("organisation", "state", "is_in_time")
    assert sorted(asked) == [(one.pk, "pending", False), (two.pk, "pending", False)]
    record = AuditRecord.objects.get(verb="activities.open_window")
    assert (record.subject_id, record.after["asked_count"]) == (str(window.pk), 2)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"due_on": in_days(-1)}, "due_on"),
        ({"due_on": in_days(14), "closes_on": in_days(13)}, "closes_on"),
        ({"due_on": in_days(1)}, "short_notice_reason"),
    ],
    ids=["past", "closes before due", "short notice"],
)
def test_open_window_refuses_senseless_dates(staff, changed, field):
    with pytest.raises(RuleError) as refused:
        opened_window(OrganisationFactory(), by=staff, **changed)

    assert refused.value.field == field
    assert CollectionWindow.objects.count() == 0


def test_open_window_on_short_notice_gives_a_reason(staff):
    window = opened_window(
        OrganisationFactory(), by=staff, due_on=in_days(0), short_notice_reason="防汛急需"
    )

    assert window.short_notice_reason == "防汛急需"


def test_open_window_refuses_to_ask_nobody(staff):
    with pytest.raises(RuleError, match="没有一家单位被要求填报"):
        opened_window(by=staff)


def test_change_window_gives_more_time_and_never_less(staff):
    window = opened_window(OrganisationFactory(), by=staff)

    later = window_facts(title="新事项", due_on=in_days(15), closes_on=in_days(21))
    actions.change_window(window, facts=later, by=staff)

    window.refresh_from_db()
    assert (window.title, window.due_on, window.closes_on) == ("新事项", in_days(15), in_days(21))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"due_on": in_days(13)}, "due_on"),
        ({"closes_on": in_days(19)}, "closes_on"),
        ({"due_on": in_days(30)}, "closes_on"),
    ],
    ids=["due earlier", "closes earlier", "due after closing"],
)
def test_change_window_refuses_less_time(staff, changed, field):
    window = opened_window(OrganisationFactory(), by=staff)

    with pytest.raises(RuleError) as refused:
        actions.change_window(window, facts=window_facts(**changed), by=staff)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "state"), [("  两家。 ", "answered"), ("", "no_change")], ids=["text", "no change"]
)
def test_answer_window_with_a_text_or_without_change(staff, text, state):
    answer, liaison = WindowAnswerFactory(), UserFactory()

    actions.answer_window(answer, text=text, begun_at=timezone.now(), by=liaison)

    answer.refresh_from_db()
    assert (answer.state, answer.text, answer.is_in_time) == (state, text.strip(), True)
    assert (answer.answered_by, answer.standing) == (liaison, "in_time")


def test_answer_window_after_the_due_day_is_late():
    answer = WindowAnswerFactory(window__due_on=in_days(-1), window__closes_on=in_days(2))

    actions.answer_window(answer, text="补报。", begun_at=timezone.now(), by=UserFactory())

    answer.refresh_from_db()
    assert (answer.is_in_time, answer.get_standing_display()) == (False, "逾期答复")


def test_a_longer_time_does_not_make_a_late_answer_punctual(staff):
    answer = answered(in_time=False, window__due_on=in_days(-1), window__closes_on=in_days(2))

    later = window_facts(due_on=in_days(5), closes_on=in_days(9), short_notice_reason="延期")
    actions.change_window(answer.window, facts=later, by=staff)

    answer.refresh_from_db()
    assert answer.standing == "late"


def test_answer_window_may_be_corrected_until_the_due_day():
    answer = answered(text="一家。")

    actions.answer_window(answer, text="两家。", begun_at=timezone.now(), by=UserFactory())

    answer.refresh_from_db()
    assert (answer.text, answer.is_in_time) == ("两家。", True)


def test_a_punctual_answer_is_not_rewritten_late():
    answer = answered(window__due_on=in_days(-1), window__closes_on=in_days(2))

    with pytest.raises(RuleError, match="不能再改"):
        actions.answer_window(answer, text="改。", begun_at=timezone.now(), by=UserFactory())

    answer.refresh_from_db()
    assert answer.text == "两家。"


def test_answer_window_refuses_after_it_is_closed():
    answer = WindowAnswerFactory(window__due_on=in_days(-9), window__closes_on=in_days(-2))

    begun = timezone.now() - timedelta(days=3)

    with pytest.raises(RuleError, match="关闭，不能再报"):
        actions.answer_window(answer, text="迟了。", begun_at=begun, by=UserFactory())


def test_remind_window_counts_who_has_not_answered(staff):
    window = CollectionWindowFactory()
    WindowAnswerFactory.create_batch(2, window=window)
    answered(window=window)

    count = actions.remind_window(window, by=staff)

    window.refresh_from_db()
    assert (count, window.reminded_by) == (2, staff)


def test_remind_window_refuses_when_all_have_answered(staff):
    answer = answered()

    with pytest.raises(RuleError, match="都已答复"):
        actions.remind_window(answer.window, by=staff)


def test_cancel_window_takes_it_from_everybody(staff):
    answer = WindowAnswerFactory()

    actions.cancel_window(answer.window, reason=" 重复 ", by=staff)

    answer.window.refresh_from_db()
    assert (answer.window.standing, answer.window.cancel_reason) == ("cancelled", "重复")
    assert WindowAnswer.objects.owed().count() == 0
    with pytest.raises(RuleError, match="已撤销"):
        actions.answer_window(answer, text="", begun_at=timezone.now(), by=staff)


def test_cancel_window_needs_a_reason_and_an_open_window(staff):
    window = CollectionWindowFactory(due_on=in_days(-9))

    with pytest.raises(RuleError, match="撤销的原因"):
        actions.cancel_window(window, reason=" ", by=staff)
    with pytest.raises(RuleError, match="关闭"):
        actions.cancel_window(window, reason="重复", by=staff)


@pytest.mark.parametrize(
    "broken",
    [
        lambda: CollectionWindowFactory(closes_on=in_days(1)),
        lambda: CollectionWindowFactory(reminded_at=timezone.now()),
        lambda: CollectionWindowFactory(cancelled_at=timezone.now(), cancelled_by=UserFactory()),
        lambda: WindowAnswerFactory(is_in_time=True),
        lambda: WindowAnswerFactory(state="no_change"),
        lambda: answered(text=""),
    ],
    ids=["closes", "reminded", "cancelled", "in time", "unsigned", "says nothing"],
)
def test_the_database_refuses_what_cannot_be(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        broken()


def test_a_window_asks_a_unit_once():
    answer = WindowAnswerFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        WindowAnswerFactory(window=answer.window, organisation=answer.organisation)


def test_windows_and_answers_say_what_they_are():
    answer = WindowAnswerFactory(window__title="年度打算", organisation__short_name="甲镇")

    assert (str(answer.window), str(answer), answer.words) == ("年度打算", "甲镇 待答复", "")
    assert answered(state="no_change", text="").words == "无变化"
    assert list(WindowAnswer.objects.late()) == []
