"""The way of a title: every deed in every status, done or refused with nothing changed."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from demonstrations import actions
from demonstrations.actions import DecisionFacts
from demonstrations.models import Title, TitleStep
from tests.factories.demonstrations import title_in
from tests.factories.organisations import user_with

pytestmark = pytest.mark.django_db

Status = Title.Status
DAY = date(2025, 6, 2)
DOCUMENT = {
    "authority": "通辽市人民政府",
    "document_number": "通政发〔2025〕9号",
    "decided_on": DAY,
}


def decide(title, kind, by):
    facts = DecisionFacts(**DOCUMENT, reason="核实属实")
    decision = actions.propose_decision(title, kind=kind, facts=facts, by=by)
    actions.approve_decision(decision, by=user_with(Role.OFFICE_DIRECTOR))


DEEDS = {
    "apply": lambda title, by: actions.apply_for_title(title, batch="2025年度", done_on=DAY, by=by),
    "drop": lambda title, by: actions.drop_title(title, done_on=DAY, remark="停办", by=by),
    "pass_check": lambda title, by: actions.pass_first_check(
        title, done_on=DAY, place="现场", by=by
    ),
    "fail_check": lambda title, by: actions.fail_first_check(
        title, done_on=DAY, place="现场", remark="缺材料", by=by
    ),
    "notice": lambda title, by: actions.start_notice([title], starts_on=DAY, by=by),
    "stop": lambda title, by: actions.stop_application(title, done_on=DAY, remark="撤回", by=by),
    "name": lambda title, by: decide(title, "name", by),
    "review": lambda title, by: actions.start_review(title, done_on=DAY, by=by),
    "pass_review": lambda title, by: actions.pass_review(title, done_on=DAY, by=by),
    "renew": lambda title, by: decide(title, "renew", by),
    "rectify": lambda title, by: actions.demand_rectification(
        title, done_on=DAY, due_on=DAY + timedelta(days=30), remark="补活动", by=by
    ),
    "rectified": lambda title, by: actions.pass_rectification(
        title, done_on=DAY, remark="已补", by=by
    ),
    "withdraw": lambda title, by: decide(title, "withdraw", by),
    "correct": lambda title, by: decide(title, "correct", by),
}
# Deed, from which status to which, and the step that is written.
ALLOWED = {
    ("apply", Status.CULTIVATING): (Status.APPLIED, "applied"),
    ("drop", Status.CULTIVATING): (Status.DROPPED, "dropped"),
    ("pass_check", Status.APPLIED): (Status.CHECKED, "check_passed"),
    ("fail_check", Status.APPLIED): (Status.CULTIVATING, "check_failed"),
    ("notice", Status.CHECKED): (Status.NOTICED, "noticed"),
    ("stop", Status.CHECKED): (Status.CULTIVATING, "stopped"),
    ("stop", Status.NOTICED): (Status.CULTIVATING, "stopped"),
    ("name", Status.NOTICED): (Status.NAMED, "named"),
    ("review", Status.NAMED): (Status.REVIEWING, "reviewed"),
    ("withdraw", Status.NAMED): (Status.WITHDRAWN, "withdrawn"),
    ("correct", Status.NAMED): (Status.NAMED, "corrected"),
    ("pass_review", Status.REVIEWING): (Status.NAMED, "review_passed"),
    ("renew", Status.REVIEWING): (Status.NAMED, "renewed"),
    ("rectify", Status.REVIEWING): (Status.RECTIFYING, "rectifying"),
    ("withdraw", Status.REVIEWING): (Status.WITHDRAWN, "withdrawn"),
    ("correct", Status.REVIEWING): (Status.REVIEWING, "corrected"),
    ("rectified", Status.RECTIFYING): (Status.NAMED, "rectified"),
    ("withdraw", Status.RECTIFYING): (Status.WITHDRAWN, "withdrawn"),
    ("correct", Status.RECTIFYING): (Status.RECTIFYING, "corrected"),
}


def at(status):
    """Of the county level: no other title has to come first."""
    return title_in(status, level="county")


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("deed", DEEDS)
def test_each_deed_in_each_status(deed, status):
    title, staff = at(status), user_with(Role.OFFICE_STAFF)

    if (deed, status) in ALLOWED:
        DEEDS[deed](title, staff)
    else:
        with pytest.raises(RuleError):
            DEEDS[deed](title, staff)

    title.refresh_from_db()
    steps = list(title.steps.values_list("deed", "status", "done_on"))
    if (deed, status) in ALLOWED:
        becomes, step = ALLOWED[deed, status]
        assert (title.status, steps) == (becomes, [(step, becomes, DAY)])
    else:
        assert (title.status, steps, AuditRecord.objects.count()) == (status, [], 0)


def test_the_table_names_every_way():
    ways = {(status, becomes) for (_deed, status), (becomes, _step) in ALLOWED.items()}

    assert {(a, b) for a, b in ways if a != b} == {
        (before, after) for before, others in Title.TRANSITIONS.items() for after in others
    }


@pytest.mark.parametrize(("deed", "status"), [key for key in ALLOWED if key[0] != "correct"])
def test_a_deed_done_twice_changes_nothing_the_second_time(deed, status):
    title, staff = at(status), user_with(Role.OFFICE_STAFF)
    DEEDS[deed](title, staff)
    title.refresh_from_db()
    after, records = title.status, AuditRecord.objects.count()

    with pytest.raises(RuleError, match="这个示范现在是"):
        DEEDS[deed](title, staff)

    title.refresh_from_db()
    assert (title.status, title.steps.count()) == (after, 1)
    assert AuditRecord.objects.count() == records


@pytest.mark.parametrize(("deed", "status"), [key for key in ALLOWED if key[0] != "correct"])
def test_steps_do_not_go_backwards_in_time(deed, status):
    title = at(status)
    TitleStep.objects.create(
        title=title, deed="cultivated", status=status, done_on=DAY + timedelta(days=1)
    )

    with pytest.raises(RuleError, match="不能早于上一步“列入培育库”的日期2025年6月3日"):
        DEEDS[deed](title, user_with(Role.OFFICE_STAFF))

    title.refresh_from_db()
    assert (title.status, title.steps.count()) == (status, 1)


@pytest.mark.parametrize(("deed", "status"), ALLOWED)
def test_no_step_is_older_than_the_unit(deed, status):
    title = at(status)
    title.organisation.valid_from = DAY + timedelta(days=1)
    title.organisation.short_name = "新局"
    title.organisation.save()

    with pytest.raises(RuleError, match="“新局”自2025年6月3日启用"):
        DEEDS[deed](title, user_with(Role.OFFICE_STAFF))

    assert title.steps.count() == 0


@pytest.mark.parametrize(
    ("deed", "status"), [key for key in ALLOWED if key[0] not in ("notice", "correct")]
)
def test_no_step_is_taken_on_a_day_to_come(deed, status, monkeypatch):
    title = at(status)
    monkeypatch.setattr(timezone, "localdate", lambda *_args: DAY - timedelta(days=1))

    with pytest.raises(RuleError, match="在今天之后，请核对"):
        DEEDS[deed](title, user_with(Role.OFFICE_STAFF))

    assert title.steps.count() == 0
