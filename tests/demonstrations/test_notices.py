"""Public notices and objections."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from demonstrations.actions import (
    answer_objection,
    raise_objection,
    start_notice,
    stop_application,
)
from demonstrations.models import TitleNotice, TitleObjection, TitleRule
from tests.factories.demonstrations import (
    TitleDecisionFactory,
    TitleNoticeFactory,
    TitleObjectionFactory,
    title_in,
)
from tests.factories.organisations import OrganisationFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("starts_on", "days", "ends_on"),
    [
        (date(2025, 9, 22), 5, date(2025, 9, 26)),
        (date(2025, 9, 26), 5, date(2025, 10, 9)),
        (date(2025, 9, 29), 7, date(2025, 10, 14)),
        (date(2025, 10, 1), 5, date(2025, 10, 14)),
    ],
)
def test_start_notice_counts_working_days_of_the_rule(starts_on, days, ends_on):
    TitleRule.objects.filter(level="city").update(notice_days=days)
    titles = [title_in("checked"), title_in("checked")]

    notice = start_notice(titles, starts_on=starts_on, by=user_with(Role.OFFICE_STAFF))

    assert (notice.ends_on, notice.working_days, notice.batch) == (ends_on, days, "2025年度")
    assert list(notice.titles.order_by("pk")) == titles
    assert {title.status for title in notice.titles.all()} == {"noticed"}
    assert AuditRecord.objects.filter(verb="demonstrations.start_notice").count() == 2


def test_start_notice_may_be_announced_ahead_and_stopped_before_it_begins():
    title, staff = title_in("checked"), user_with(Role.OFFICE_STAFF)
    tomorrow = timezone.localdate() + timedelta(days=1)

    start_notice([title], starts_on=tomorrow, by=staff)
    stop_application(title, done_on=timezone.localdate(), remark="材料有误", by=staff)

    title.refresh_from_db()
    assert title.status == "cultivating"


@pytest.mark.parametrize(
    ("others", "message"),
    [
        (None, "没有选中单位，请勾选要公示的单位。"),
        ({"level": "county"}, "一次公示只能是同一级别、同一批次，请分开公示。"),
        ({"batch": "2024年度"}, "一次公示只能是同一级别、同一批次，请分开公示。"),
    ],
)
def test_start_notice_is_for_one_level_and_batch(others, message):
    titles = [] if others is None else [title_in("checked"), title_in("checked", **others)]

    with pytest.raises(RuleError) as refusal:
        start_notice(titles, starts_on=date(2025, 6, 2), by=user_with(Role.OFFICE_STAFF))

    assert (refusal.value.message, TitleNotice.objects.count()) == (message, 0)


def test_start_notice_publishes_all_or_none():
    titles = [title_in("checked"), title_in("applied")]

    with pytest.raises(RuleError):
        start_notice(titles, starts_on=date(2025, 6, 2), by=user_with(Role.OFFICE_STAFF))

    titles[0].refresh_from_db()
    assert (titles[0].status, TitleNotice.objects.count()) == ("checked", 0)


def objection_to(title, **changes):
    facts = {"text": "活动次数不符", "raised_on": date(2025, 3, 4)} | changes
    return raise_objection(title, by=user_with(Role.OFFICE_STAFF), **facts)


def test_raise_objection_keeps_the_unit_or_nobody():
    title, unit = title_in("noticed"), OrganisationFactory(short_name="乙局")

    named = objection_to(title, raised_by=unit)
    nameless = objection_to(title, text="材料不全")

    assert (named.source, nameless.source) == (unit.full_label, "匿名")
    assert (named.get_outcome_display(), named.notice) == ("待答复", title.notices.get())


@pytest.mark.parametrize(
    ("status", "changes", "message"),
    [
        (
            "noticed",
            {"raised_on": date(2025, 3, 8)},
            "公示自2025年3月3日至2025年3月7日，异议应在这期间提出；请核对提出日期。",
        ),
        (
            "noticed",
            {"raised_on": date(2025, 3, 2)},
            "公示自2025年3月3日至2025年3月7日，异议应在这期间提出；请核对提出日期。",
        ),
        ("named", {}, "这个示范现在是“已命名”，没有在公示；请刷新页面看最新情况。"),
    ],
)
def test_raise_objection_is_for_the_days_of_the_notice(status, changes, message):
    with pytest.raises(RuleError) as refusal:
        objection_to(title_in(status), **changes)

    assert (refusal.value.message, TitleObjection.objects.count()) == (message, 0)


def test_raise_objection_twice_keeps_one():
    title = title_in("noticed")
    objection_to(title)

    with pytest.raises(RuleError, match="同一条异议已登记"):
        objection_to(title)

    assert TitleObjection.objects.count() == 1


def answer(objection, **changes):
    facts = {"outcome": "dismissed", "answer": "已核对台账", "answered_on": date(2025, 3, 6)}
    return answer_objection(objection, by=user_with(Role.OFFICE_STAFF), **(facts | changes))


def test_answer_objection_once():
    objection = TitleObjectionFactory()

    answer(objection)
    with pytest.raises(RuleError) as refusal:
        answer(objection, outcome="upheld")

    objection.refresh_from_db()
    assert (objection.get_outcome_display(), objection.answer) == ("不成立", "已核对台账")
    assert refusal.value.message == "这条异议已于2025年3月6日答复，没有改动；请刷新页面看答复内容。"


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (date(2025, 3, 3), "答复早于提出日期，请核对两个日期。"),
        (date(2999, 1, 1), "答复日期在今天之后，请核对。"),
    ],
)
def test_answer_objection_on_a_possible_day(day, message):
    objection = TitleObjectionFactory()

    with pytest.raises(RuleError) as refusal:
        answer(objection, answered_on=day)

    objection.refresh_from_db()
    assert (refusal.value.message, objection.answered_on) == (message, None)


def test_stop_application_waits_for_the_director():
    title = title_in("noticed")
    TitleDecisionFactory(title=title, kind="name")

    with pytest.raises(RuleError) as refusal:
        stop_application(
            title, done_on=date(2025, 6, 2), remark="撤回", by=user_with(Role.OFFICE_STAFF)
        )

    assert refusal.value.message == "已提请命名，正等负责人审批；审批或退回后再办。"


def test_a_notice_is_over_the_day_after_its_last():
    notice = TitleNoticeFactory.build()

    assert [notice.is_over_on(date(2025, 3, day)) for day in (7, 8)] == [False, True]
    assert (notice.is_over, str(notice)) == (True, "2025年度市级示范拟命名公示")
