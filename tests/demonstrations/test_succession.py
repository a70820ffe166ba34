"""A unit ends: its titles tell who held them, and what was published reads as it did."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.rights import Role
from core.errors import RuleError
from demonstrations.actions import (
    DecisionFacts,
    edit_title,
    propose_decision,
    start_notice,
    start_review,
)
from demonstrations.models import TitleStep
from demonstrations.papers import notice_letter
from organisations.actions.changes import (
    NewUnit,
    close_organisation,
    merge_organisations,
    rename_organisation,
    split_organisation,
)
from tests.factories.demonstrations import (
    TitleFactory,
    TitleNoticeFactory,
    TitleObjectionFactory,
    TitleStepFactory,
    title_in,
)
from tests.factories.organisations import OrganisationFactory, paper, user_with

pytestmark = pytest.mark.django_db

DAY = date(2025, 10, 1)
PAPER = paper(effective_on=DAY, document_number="奈党办发〔2025〕6号")
LIST = reverse("demonstrations:title_list")
NEW = NewUnit("奈曼旗群团工作部", "旗群团部")


def women(**facts):
    return OrganisationFactory(name="奈曼旗妇女联合会", short_name="旗妇联", **facts)


def science(**facts):
    return OrganisationFactory(name="奈曼旗科学技术协会", short_name="旗科协", **facts)


def staff():
    return user_with(Role.OFFICE_STAFF, name="甲")


def close(ended, successor=None):
    return close_organisation(ended, successor=successor, paper=PAPER, by=staff())


def page(title):
    return reverse("demonstrations:title_detail", args=[title.pk])


def tab(unit):
    return reverse("organisations:organisation_detail", args=[unit.pk]) + "?tab=titles"


def last_step(title):
    step = title.steps.first()
    return (step.deed, step.status, step.done_on, step.document_number, step.remark)


@pytest.mark.parametrize(
    "deed",
    [
        lambda unit: close(unit, science()),
        lambda unit: close(unit),
        lambda unit: merge_organisations([unit], into=NEW, paper=PAPER, by=staff()),
        lambda unit: split_organisation(
            unit,
            into=[NEW, NewUnit("奈曼旗家庭会", "旗家会")],
            lives_on=False,
            paper=PAPER,
            by=staff(),
        ),
    ],
)
def test_a_unit_under_public_notice_does_not_end(deed):
    unit = women()
    title = title_in("noticed", organisation=unit, level="county")

    with pytest.raises(RuleError) as refusal:
        deed(unit)

    assert refusal.value.message == (
        "“旗妇联”的旗级示范单位正在公示，公示到2025年3月7日，公示的单位不能变；"
        "请在公示结束并命名后再办，或先停止申报。"
    )
    unit.refresh_from_db()
    title.refresh_from_db()
    assert (unit.valid_until, title.organisation, title.steps.count()) == (None, unit, 0)


def test_a_split_that_the_unit_survives_leaves_its_notice_alone():
    unit = women()
    title = title_in("noticed", organisation=unit)

    split_organisation(unit, into=[NEW], lives_on=True, paper=PAPER, by=staff())

    title.refresh_from_db()
    assert (title.organisation, title.status, title.steps.count()) == (unit, "noticed", 0)


def test_the_page_of_the_closure_tells_of_the_notice_before_any_question(client):
    unit, successor = women(), science()
    title_in("noticed", organisation=unit, level="county")
    client.force_login(user_with(Role.OFFICE_STAFF))
    answers = {
        "effective_on": "2025-10-01",
        "document_number": "奈党办发〔2025〕6号",
        "history": "follows",
        "successor": successor.pk,
    }

    response = client.post(reverse("organisations:organisation_close", args=[unit.pk]), answers)

    assert response.status_code == 422
    assert "公示到2025年3月7日，公示的单位不能变" in response.content.decode()


@pytest.mark.parametrize("status", ["cultivating", "applied", "checked", "named", "rectifying"])
def test_a_title_that_passes_on_takes_a_step(status):
    unit, successor = women(), science()
    title = title_in(status, organisation=unit)

    close(unit, successor)

    title.refresh_from_db()
    assert (title.organisation, title.status) == (successor, status)
    assert last_step(title) == (
        "passed_on",
        status,
        DAY,
        "奈党办发〔2025〕6号",
        "原由旗妇联持有，转由旗科协承接",
    )
    step = title.steps.get()
    assert (step.former_holder, step.recorded_by.name) == (unit, "甲")


@pytest.mark.parametrize(
    ("status", "has_successor", "step"),
    [
        ("named", True, ("lapsed", "named", "旗科协已有同样的一条")),
        ("applied", True, ("dropped", "dropped", "旗科协已有同样的一条")),
        ("named", False, ("lapsed", "named", "旗妇联停用，没有承接单位")),
        ("applied", False, ("dropped", "dropped", "旗妇联停用，没有承接单位")),
    ],
)
def test_a_title_that_ends_with_its_holder_takes_a_step(status, has_successor, step):
    unit, successor = women(), science()
    title = title_in(status, organisation=unit)
    title_in(status, organisation=successor)

    close(unit, successor if has_successor else None)

    title.refresh_from_db()
    deed, then, remark = step
    assert (title.organisation, title.status) == (unit, then)
    assert last_step(title) == (deed, then, DAY, "奈党办发〔2025〕6号", remark)
    assert title.steps.get().former_holder is None


def test_title_detail_tells_who_held_it_through_two_successions(client):
    first, second = women(), science()
    title = TitleStepFactory(title__organisation=first).title
    close(first, second)
    later = paper(effective_on=date(2025, 11, 3), document_number="奈党办发〔2025〕9号")
    merged = merge_organisations([second], into=NEW, paper=later, by=staff())
    client.force_login(user_with(Role.LEADER))

    context = client.get(page(title)).context

    facts = [(fact["value"], fact["url"]) for fact in context["facts"] if fact["label"] == "承接"]
    units = [reverse("organisations:organisation_detail", args=[one.pk]) for one in (second, first)]
    assert facts == [
        ("原旗科协，2025年11月3日由旗群团部承接", units[0]),
        ("原旗妇联，2025年10月1日由旗科协承接", units[1]),
    ]
    assert [(row["text"], row["by"], row["detail"]) for row in context["history"]] == [
        ("承接", "甲", "奈党办发〔2025〕9号；原由旗科协持有，转由旗群团部承接"),
        ("承接", "甲", "奈党办发〔2025〕6号；原由旗妇联持有，转由旗科协承接"),
        ("命名", "", ""),
    ]
    assert merged.parts.get(side="after").organisation == context["title"].organisation


def test_the_tabs_of_both_units_list_what_passed_on(client):
    unit, successor = women(), science()
    passed = TitleFactory(organisation=unit, level="county")
    kept = TitleFactory(organisation=unit, level="national", status="withdrawn")
    own = TitleFactory(organisation=successor)
    close(unit, successor)
    client.force_login(user_with(Role.LEADER))

    listed = {
        one.short_name: {row.pk: row.holding for row in client.get(tab(one)).context["titles"]}
        for one in (unit, successor)
    }

    assert listed == {
        "旗妇联": {passed.pk: "已由旗科协承接", kept.pk: ""},
        "旗科协": {passed.pk: "原旗妇联", kept.pk: "原旗妇联", own.pk: ""},
    }
    html = client.get(tab(unit)).content.decode()
    assert (page(passed) in html, "已由旗科协承接" in html) == (True, True)


@pytest.mark.parametrize("word", ["旗妇联", "奈曼旗妇女联合会", "旗科协"])
@pytest.mark.parametrize(
    ("url", "status"), [(LIST, "named"), (reverse("demonstrations:pool_list"), "applied")]
)
def test_the_lists_find_a_title_by_its_former_holder(client, url, status, word):
    unit, successor = women(), science()
    title = title_in(status, organisation=unit)
    title_in(status, organisation=OrganisationFactory())
    close(unit, successor)
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(url, {"q": word})

    assert list(response.context["page"]) == [title]
    assert "原旗妇联" in response.content.decode()


def test_a_notice_that_is_over_reads_as_published_after_a_succession(client):
    unit, successor = women(), science()
    title = title_in("noticed", organisation=unit)
    notice = title.notices.get()
    TitleObjectionFactory(title=title, notice=notice)
    title.status, title.named_on = "named", date(2025, 9, 21)
    title.authority, title.document_number = "奈曼旗人民政府", "奈政发〔2025〕9号"
    title.save()
    close(unit, successor)
    client.force_login(user_with(Role.OFFICE_STAFF))

    context = client.get(reverse("demonstrations:notice_detail", args=[notice.pk])).context

    assert [entry.label for entry in context["rows"]] == ["旗妇联"]
    assert [objection.about for objection in context["objections"]] == ["旗妇联"]
    assert notice_letter(notice).body[2].text == "1. 奈曼旗妇女联合会（示范单位）"


@pytest.mark.parametrize("effective_on", [date(2025, 2, 1), date(2025, 9, 1)])
def test_a_notice_reads_as_published_after_a_rename(effective_on):
    unit = women()
    notice = title_in("noticed", organisation=unit).notices.get()
    by_paper = paper(effective_on=effective_on)

    rename_organisation(unit, name="新名称", short_name="新名", paper=by_paper, by=staff())

    assert notice_letter(notice).body[2].text == "1. 奈曼旗妇女联合会（示范单位）"
    assert notice.entries.get().label == "旗妇联"


def test_a_notice_entered_late_bears_the_name_of_its_first_day():
    unit = women()
    title = title_in("checked", organisation=unit)
    rename_organisation(unit, name="新名称", short_name="新名", paper=PAPER, by=staff())

    notice = start_notice([title], starts_on=date(2025, 9, 22), by=staff())

    entry = notice.entries.get()
    assert (entry.name, entry.label) == ("奈曼旗妇女联合会", "旗妇联")


def test_early_days_of_a_title_are_held_against_who_held_it_then():
    unit = women()
    title = TitleStepFactory(title__organisation=unit).title
    merge_organisations([unit], into=NEW, paper=PAPER, by=staff())
    title.refresh_from_db()

    edit_title(title, {"named_on": date(2024, 3, 5)}, by=staff())
    correction = DecisionFacts(
        authority="通辽市人民政府",
        document_number="通政发〔2024〕4号",
        decided_on=date(2024, 3, 6),
        reason="日期录错",
    )
    decision = propose_decision(title, kind="correct", facts=correction, by=staff())

    title.refresh_from_db()
    assert (title.named_on, decision.decided_on) == (date(2024, 3, 5), date(2024, 3, 6))
    with pytest.raises(RuleError, match="正等负责人审批"):
        start_review(title, done_on=DAY, by=staff())


def test_a_change_dated_before_the_naming_does_not_hold_its_correction_up():
    unit, successor = women(), science()
    title = TitleFactory(organisation=unit, named_on=date(2025, 11, 3))
    TitleStepFactory(title=title, done_on=title.named_on)
    close(unit, successor)
    title.refresh_from_db()

    edit_title(title, {"named_on": date(2025, 11, 4)}, by=staff())

    assert list(title.steps.values_list("deed", "done_on")) == [
        (TitleStep.Deed.PASSED_ON, DAY),
        (TitleStep.Deed.NAMED, date(2025, 11, 4)),
    ]


def test_a_notice_lists_its_units_by_place():
    titles = [title_in("checked"), title_in("checked")]
    notice = TitleNoticeFactory()

    notice.enter(reversed(titles))

    assert [entry.title for entry in notice.entries.all()] == titles
