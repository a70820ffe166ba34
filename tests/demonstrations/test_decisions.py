"""Naming, renewal, withdrawal, correction: proposed, approved, returned."""

from datetime import date

import pytest

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from demonstrations.actions import (
    DecisionFacts,
    approve_decision,
    propose_decision,
    return_decision,
    start_review,
)
from demonstrations.models import TitleDecision, TitleRule
from tests.factories.demonstrations import (
    TitleDecisionFactory,
    TitleFactory,
    TitleObjectionFactory,
    TitleStepFactory,
    title_in,
)
from tests.factories.organisations import user_with

pytestmark = pytest.mark.django_db

FACTS = {
    "authority": "通辽市人民政府",
    "document_number": "通政发〔2025〕9号",
    "decided_on": date(2025, 6, 2),
}


def propose(title, kind, *, by=None, **changes):
    facts = DecisionFacts(**(FACTS | changes))
    by = by or user_with(Role.OFFICE_STAFF)
    return propose_decision(title, kind=kind, facts=facts, by=by)


def approve(decision):
    return approve_decision(decision, by=user_with(Role.OFFICE_DIRECTOR))


def test_naming_changes_nothing_until_it_is_approved():
    title = title_in("noticed")

    decision = propose(title, "name")

    title.refresh_from_db()
    assert (title.status, decision.valid_until) == ("noticed", date(2028, 6, 1))
    approve(decision)
    title.refresh_from_db()
    assert (title.status, title.authority, title.document_number) == (
        "named",
        "通辽市人民政府",
        "通政发〔2025〕9号",
    )
    assert (title.named_on, title.valid_until) == (date(2025, 6, 2), date(2028, 6, 1))
    assert title.steps.get().decision == decision
    verbs = AuditRecord.objects.order_by("pk").values_list("verb", "is_decision")
    assert list(verbs) == [
        ("demonstrations.propose_decision", True),
        ("demonstrations.approve_decision", True),
    ]


@pytest.mark.parametrize(
    ("level", "until"),
    [
        ("national", date(2030, 6, 1)),
        ("regional", date(2030, 6, 1)),
        ("city", date(2028, 6, 1)),
        ("county", date(2028, 6, 1)),
    ],
)
def test_naming_takes_the_term_of_its_level(level, until):
    decision = propose(title_in("noticed", level=level), "name")

    assert decision.valid_until == until


def test_naming_keeps_the_term_of_the_document():
    decision = propose(title_in("noticed"), "name", valid_until=date(2027, 12, 31))

    assert decision.valid_until == date(2027, 12, 31)


def test_nobody_approves_their_own_proposal():
    both = user_with(Role.OFFICE_DIRECTOR)
    decision = propose(title_in("noticed"), "name", by=both)

    with pytest.raises(RuleError) as refusal:
        approve_decision(decision, by=both)

    decision.refresh_from_db()
    assert decision.status == "proposed"
    assert refusal.value.message == "不能审批自己提请的事项，请由另一位负责人审批。"


def test_a_decision_is_answered_once():
    decision = propose(title_in("noticed"), "name")
    approve(decision)

    with pytest.raises(RuleError, match="这项命名已审批，没有再办一遍"):
        approve(decision)
    with pytest.raises(RuleError, match="这项命名已审批"):
        return_decision(decision, reason="再看", by=user_with(Role.OFFICE_DIRECTOR))


def test_a_returned_decision_leaves_the_title_and_may_be_proposed_again():
    title = title_in("noticed")
    decision = propose(title, "name")

    return_decision(decision, reason="文号有误", by=user_with(Role.OFFICE_DIRECTOR))
    again = propose(title, "name")

    decision.refresh_from_db()
    title.refresh_from_db()
    assert (decision.status, decision.return_reason) == ("returned", "文号有误")
    assert (title.status, again.status) == ("noticed", "proposed")


def test_only_one_decision_waits():
    title = title_in("noticed")
    propose(title, "name")

    with pytest.raises(RuleError) as refusal:
        propose(title, "name")

    assert refusal.value.message == "已提请命名，正等负责人审批；审批或退回后再办。"
    assert TitleDecision.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"decided_on": date(2025, 3, 7)}, "公示到2025年3月7日结束，命名日期须在公示结束之后。"),
        ({"valid_until": date(2025, 6, 2)}, "有效期早于决定日期，请核对两个日期。"),
        ({"decided_on": date(2999, 1, 1)}, "决定日期在今天之后，请核对。"),
    ],
)
def test_naming_refuses(changes, message):
    with pytest.raises(RuleError) as refusal:
        propose(title_in("noticed"), "name", **changes)

    assert refusal.value.message == message


def test_naming_of_a_county_title_refuses_the_county_office():
    with pytest.raises(RuleError) as refusal:
        propose(title_in("noticed", level="county"), "name", authority="旗创建办")

    assert refusal.value.field == "authority"


@pytest.mark.parametrize(
    ("answered", "message"),
    [
        ({}, "还有 1 条异议没有答复，答复后才能命名。"),
        ({"outcome": "upheld"}, "有 1 条异议成立，不能命名，请停止申报。"),
        ({"outcome": "dismissed"}, ""),
    ],
)
def test_objections_hold_a_naming_up(answered, message):
    title = title_in("noticed")
    if answered:
        answered |= {
            "answer": "已核对",
            "answered_on": date(2025, 3, 6),
            "answered_by": user_with(Role.OFFICE_STAFF),
        }
    TitleObjectionFactory(title=title, notice=title.notices.get(), **answered)

    try:
        propose(title, "name")
        refused = ""
    except RuleError as refusal:
        refused = refusal.message

    assert refused == message


def test_an_objection_after_the_proposal_holds_the_approval_up():
    title = title_in("noticed")
    decision = propose(title, "name")
    TitleObjectionFactory(title=title, notice=title.notices.get())

    with pytest.raises(RuleError, match="还有 1 条异议没有答复"):
        approve(decision)

    title.refresh_from_db()
    assert title.status == "noticed"


@pytest.mark.parametrize(
    ("quotas", "named", "message"),
    [
        ({"year_quota": 2}, [{}], ""),
        (
            {"year_quota": 2},
            [{}, {}],
            "2025 年市级示范名额 2 个，已命名 2 个，没有空余名额。",
        ),
        ({"year_quota": 2}, [{}, {"named_on": date(2024, 12, 31)}], ""),
        ({"year_quota": 1}, [{"level": "county"}], ""),
        (
            {"year_quota": 1},
            [{"status": "withdrawn"}],
            "2025 年市级示范名额 1 个，已命名 1 个，没有空余名额。",
        ),
        ({"batch_quota": 1}, [{"batch": "2024年度"}], ""),
        (
            {"batch_quota": 1},
            [{"batch": "2025年度"}],
            "2025年度市级示范名额 1 个，已命名 1 个，没有空余名额。",
        ),
        ({"year_quota": 0}, [], "2025 年市级示范名额 0 个，已命名 0 个，没有空余名额。"),
    ],
)
def test_naming_counts_the_places(quotas, named, message):
    TitleRule.objects.filter(level="city").update(**quotas)
    for facts in named:
        TitleFactory(**({"named_on": date(2025, 1, 6)} | facts))
    title = title_in("noticed")

    try:
        propose(title, "name")
        refused = ""
    except RuleError as refusal:
        refused = refusal.message

    assert refused == message


def test_the_last_place_is_given_once():
    TitleRule.objects.filter(level="city").update(year_quota=1)
    first, second = title_in("noticed"), title_in("noticed")
    decisions = [propose(first, "name"), propose(second, "name")]

    approve(decisions[0])
    with pytest.raises(RuleError, match="已命名 1 个，没有空余名额"):
        approve(decisions[1])

    second.refresh_from_db()
    assert second.status == "noticed"


def test_renewal_gives_a_new_term():
    title = title_in("reviewing", valid_until=date(2025, 12, 31))

    approve(propose(title, "renew"))

    title.refresh_from_db()
    assert (title.status, title.valid_until) == ("named", date(2028, 6, 1))
    # the naming itself stays what it was
    assert (title.named_on, title.document_number) == (date(2024, 3, 1), "通党发〔2024〕3号")


def test_renewal_refuses_a_term_that_is_no_longer():
    title = title_in("reviewing", valid_until=date(2029, 1, 1))

    with pytest.raises(RuleError) as refusal:
        propose(title, "renew")

    assert refusal.value.message == "续命后的有效期应晚于现在的2029年1月1日。"


@pytest.mark.parametrize("kind", ["withdraw", "correct"])
def test_withdrawal_and_correction_need_a_reason(kind):
    with pytest.raises(RuleError) as refusal:
        propose(title_in("named"), kind, reason=" ")

    assert (refusal.value.field, refusal.value.message) == ("reason", "请写明原因。")


def test_withdrawal_forgets_the_day_of_rectification():
    title = title_in("rectifying", rectify_due_on=date(2025, 5, 1), valid_until=date(2029, 1, 1))

    approve(propose(title, "withdraw", reason="逾期未整改"))

    title.refresh_from_db()
    assert (title.status, title.rectify_due_on) == ("withdrawn", None)
    assert title.valid_until == date(2029, 1, 1)


def test_correction_sets_document_day_and_term():
    title = title_in("named", valid_until=date(2029, 1, 1))

    approve(propose(title, "correct", reason="文号录错"))

    title.refresh_from_db()
    assert (title.document_number, title.named_on, title.valid_until) == (
        "通政发〔2025〕9号",
        date(2025, 6, 2),
        None,
    )


@pytest.mark.parametrize(
    ("decided_on", "message"),
    [
        (date(2025, 3, 2), "更正后的命名日期与“公示”（2025年3月3日）前后颠倒，请核对。"),
        (date(2025, 5, 7), "更正后的命名日期与“开始复核”（2025年5月6日）前后颠倒，请核对。"),
        (date(2025, 3, 8), ""),
    ],
)
def test_correction_keeps_the_order_of_the_steps(decided_on, message):
    title = title_in("reviewing")
    steps = [
        ("noticed", date(2025, 3, 3)),
        ("named", date(2025, 3, 10)),
        ("reviewed", date(2025, 5, 6)),
    ]
    for deed, day in steps:
        TitleStepFactory(title=title, deed=deed, done_on=day)

    try:
        propose(title, "correct", reason="日期录错", decided_on=decided_on)
        refused = ""
    except RuleError as refusal:
        refused = refusal.message

    assert refused == message


def test_a_correction_does_not_open_the_way_back_in_time():
    title = title_in("named")
    TitleStepFactory(title=title, done_on=date(2025, 3, 10))
    approve(propose(title, "correct", reason="日期录错", decided_on=date(2025, 3, 1)))

    with pytest.raises(RuleError, match="不能早于上一步“命名”的日期2025年3月10日"):
        start_review(title, done_on=date(2025, 3, 9), by=user_with(Role.OFFICE_STAFF))


def test_what_is_waiting_holds_other_steps_up():
    title = title_in("named")
    propose(title, "withdraw", reason="停滞")

    with pytest.raises(RuleError) as refusal:
        start_review(title, done_on=date(2025, 6, 3), by=user_with(Role.OFFICE_STAFF))

    assert refusal.value.message == "已提请撤销，正等负责人审批；审批或退回后再办。"


def test_decisions_wait_for_others_than_who_proposed_them():
    own = user_with(Role.OFFICE_DIRECTOR)
    decision = TitleDecisionFactory()
    TitleDecisionFactory(proposed_by=own)

    assert list(TitleDecision.objects.answerable_by(own)) == [decision]
    assert list(TitleDecision.objects.answerable_by(user_with(Role.OFFICE_STAFF))) == []
    assert str(decision) == "撤销"
