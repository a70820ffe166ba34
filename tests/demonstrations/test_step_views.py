"""Pages on which the steps and decisions of a title are recorded."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from core.models import AuditRecord
from demonstrations.models import TitleDecision
from demonstrations.views import STEPS
from tests.factories.demonstrations import (
    TitleDecisionFactory,
    TitleFactory,
    TitleObjectionFactory,
    title_in,
)
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db

DAY = "2025-06-02"
POSTED = {
    "apply": {"done_on": DAY, "batch": "2025年度"},
    "check": {"result": "pass", "done_on": DAY, "place": "现场"},
    "review": {"done_on": DAY},
    "pass_review": {"done_on": DAY, "remark": "各项达标"},
    "rectify": {"done_on": DAY, "due_on": "2025-07-02", "remark": "补活动"},
    "rectified": {"done_on": DAY, "remark": "已补"},
    "stop": {"done_on": DAY, "remark": "单位撤回"},
    "drop": {"done_on": DAY, "remark": "停办"},
}
BECOMES = {
    "apply": "applied",
    "check": "checked",
    "review": "reviewing",
    "pass_review": "named",
    "rectify": "rectifying",
    "rectified": "named",
    "stop": "cultivating",
    "drop": "dropped",
}
DOCUMENT = {
    "authority": "通辽市人民政府",
    "document_number": "通政发〔2025〕9号",
    "decided_on": DAY,
    "reason": "按文件",
}


def step_url(deed, title):
    return reverse(f"demonstrations:title_{deed}", args=[title.pk])


def propose_url(title, kind):
    return reverse("demonstrations:decision_propose", args=[title.pk, kind])


def told(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("deed", STEPS)
@pytest.mark.parametrize(
    ("role", "in_county", "status", "done"),
    [
        (Role.OFFICE_STAFF, True, 302, True),
        (Role.OFFICE_STAFF, False, 404, False),
        (Role.OFFICE_DIRECTOR, True, 403, False),
        (Role.LIAISON, True, 403, False),
        (Role.LEADER, True, 403, False),
    ],
)
def test_title_step_is_the_office_s(client, deed, role, in_county, status, done):
    region = RegionFactory() if in_county else RegionFactory(code="150421100000")
    begins = STEPS[deed].begins[0]
    facts = {"organisation": OrganisationFactory(region=region), "level": "county"}
    title = title_in(begins, **facts)
    client.force_login(user_with(role))

    response = client.post(step_url(deed, title), POSTED[deed])

    title.refresh_from_db()
    assert (response.status_code, title.status) == (status, BECOMES[deed] if done else begins)


def test_title_step_of_another_township_is_seen_but_not_taken(client):
    """A leader of the county who is staff of one township only."""
    user = user_with(Role.OFFICE_STAFF, OrganisationFactory())
    AssignmentFactory(user=user, role=Role.LEADER, organisation=office())
    client.force_login(user)

    assert client.post(step_url("review", TitleFactory()), POSTED["review"]).status_code == 403


@pytest.mark.parametrize("deed", STEPS)
def test_title_step_asks_first_and_again_when_it_is_empty(client, deed):
    title = title_in(STEPS[deed].begins[0], level="county")
    client.force_login(user_with(Role.OFFICE_STAFF))

    asked = client.get(step_url(deed, title))
    refused = client.post(step_url(deed, title), {})

    assert (asked.status_code, refused.status_code) == (200, 422)
    assert "done_on" in refused.context["form"].errors


def test_title_step_twice_says_that_nothing_changed(client):
    title = title_in("named")
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.post(step_url("review", title), POSTED["review"])
    records = AuditRecord.objects.count()

    again = client.post(step_url("review", title), POSTED["review"], follow=True)

    assert told(again)[-1] == "这个示范现在是“复核中”，不能办理“开始复核”，没有改动。"
    assert (title.steps.count(), AuditRecord.objects.count()) == (1, records)


def test_title_step_shows_a_broken_rule_at_its_field(client):
    title = title_in("cultivating", organisation__short_name="甲局")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(step_url("apply", title), POSTED["apply"])

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "done_on": ["“甲局”还没有现行有效的旗级示范，不能申报市级。"]
    }
    assert AuditRecord.objects.get().outcome == "refused"


def test_title_check_that_failed_leads_back_to_the_pool(client):
    title = title_in("applied")
    client.force_login(user_with(Role.OFFICE_STAFF))

    client.post(step_url("check", title), POSTED["check"] | {"result": "fail", "remark": "缺材料"})

    title.refresh_from_db()
    assert (title.status, title.steps.get().deed) == ("cultivating", "check_failed")


@pytest.mark.parametrize(
    ("deed", "field"),
    [("apply", "batch"), ("check", "place"), ("rectify", "remark"), ("drop", "remark")],
)
def test_title_step_warns_of_personal_data(client, deed, field):
    title = title_in(STEPS[deed].begins[0], level="county")
    client.force_login(user_with(Role.OFFICE_STAFF))
    sent = POSTED[deed] | {field: "找 13904751234"}

    warned = client.post(step_url(deed, title), sent)
    kept = client.post(step_url(deed, title), sent | {"keep_text": "on"})

    assert list(warned.context["form"].errors) == [field]
    assert kept.status_code == 302


@pytest.mark.parametrize(("level", "warned"), [("city", True), ("county", False)])
def test_a_re_check_asks_about_the_duty(client, level, warned):
    title = title_in("reviewing", level=level, organisation__short_name="甲局")
    client.force_login(user_with(Role.OFFICE_STAFF))

    warnings = [
        client.get(url).context["warning"]
        for url in (step_url("pass_review", title), propose_url(title, "renew"))
    ]

    words = "“甲局”还没有带动 1 家，复核时请一并核实。" if warned else ""
    assert warnings == [words, words]


@pytest.mark.parametrize(
    ("kind", "begins"),
    [("name", "noticed"), ("renew", "reviewing"), ("withdraw", "named"), ("correct", "named")],
)
@pytest.mark.parametrize(
    ("role", "status", "count"),
    [
        (Role.OFFICE_STAFF, 302, 1),
        (Role.OFFICE_DIRECTOR, 403, 0),
        (Role.LIAISON, 403, 0),
        (Role.LEADER, 403, 0),
    ],
)
def test_decision_propose_is_the_staff_s(client, kind, begins, role, status, count):
    title = title_in(begins)
    client.force_login(user_with(role))

    response = client.post(propose_url(title, kind), DOCUMENT)

    assert (response.status_code, TitleDecision.objects.count()) == (status, count)


def test_decision_propose_knows_its_kinds_and_their_time(client):
    title = title_in("named")
    client.force_login(user_with(Role.OFFICE_STAFF))

    unknown = client.get(propose_url(title, "praise"))
    too_early = client.get(propose_url(title, "renew"), follow=True)

    assert unknown.status_code == 404
    assert told(too_early) == ["这个示范现在是“已命名”，不能提请续命，没有改动。"]


def test_decision_propose_fills_in_what_is_known(client):
    named, reviewing = title_in("named", valid_until=date(2029, 1, 1)), title_in("reviewing")
    client.force_login(user_with(Role.OFFICE_STAFF))

    correction = client.get(propose_url(named, "correct")).context["form"]
    withdrawal = client.get(propose_url(named, "withdraw")).context["form"]
    renewal = client.get(propose_url(reviewing, "renew")).context["form"]

    assert correction.initial == {
        "authority": "中共通辽市委、通辽市人民政府",
        "document_number": "通党发〔2024〕3号",
        "decided_on": date(2024, 3, 1),
        "valid_until": date(2029, 1, 1),
    }
    assert "valid_until" not in withdrawal.fields
    assert str(renewal.fields["valid_until"].help_text).startswith("不填按命名规则从决定日期起算")


def test_decision_propose_refuses_at_the_field(client):
    title = title_in("noticed", level="county")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(propose_url(title, "name"), DOCUMENT | {"authority": "旗创建办"})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["authority"])


def answer_url(verb, decision):
    return reverse(f"demonstrations:decision_{verb}", args=[decision.pk])


@pytest.mark.parametrize(
    ("verb", "posted", "title_status", "decision_status"),
    [
        ("approve", {}, "withdrawn", "approved"),
        ("return", {"reason": "文号有误"}, "named", "returned"),
    ],
)
@pytest.mark.parametrize(
    ("role", "in_county", "status"),
    [
        (Role.OFFICE_DIRECTOR, True, 302),
        (Role.OFFICE_DIRECTOR, False, 404),
        (Role.OFFICE_STAFF, True, 403),
        (Role.LIAISON, True, 403),
        (Role.LEADER, True, 403),
    ],
)
def test_decisions_are_answered_by_the_director(
    client, verb, posted, title_status, decision_status, role, in_county, status
):
    region = RegionFactory() if in_county else RegionFactory(code="150421100000")
    decision = TitleDecisionFactory(title__organisation=OrganisationFactory(region=region))
    client.force_login(user_with(role))

    response = client.post(answer_url(verb, decision), posted)

    decision.refresh_from_db()
    decision.title.refresh_from_db()
    done = status == 302
    assert response.status_code == status
    assert (decision.title.status, decision.status) == (
        (title_status, decision_status) if done else ("named", "proposed")
    )


@pytest.mark.parametrize("verb", ["approve", "return"])
def test_decisions_are_not_answered_by_who_proposed_them(client, verb):
    both = user_with(Role.OFFICE_DIRECTOR)
    decision = TitleDecisionFactory(proposed_by=both)
    client.force_login(both)

    assert client.post(answer_url(verb, decision), {"reason": "自己退回"}).status_code == 403


def test_decisions_are_answered_after_a_look(client):
    decision = TitleDecisionFactory(kind="correct", valid_until=date(2029, 1, 1))
    client.force_login(user_with(Role.OFFICE_DIRECTOR))

    approval = client.get(answer_url("approve", decision))
    refused = client.post(answer_url("return", decision), {})

    labels = [fact["label"] for fact in approval.context["facts"]]
    assert labels == ["通辽市人民政府", "决定日期", "有效期至"]
    assert "说明：活动长期停滞" in approval.context["text"]
    assert refused.status_code == 422


def test_a_decision_approved_twice_says_so(client):
    decision = TitleDecisionFactory()
    client.force_login(user_with(Role.OFFICE_DIRECTOR))
    client.post(answer_url("approve", decision))

    again = client.post(answer_url("approve", decision), follow=True)

    assert told(again)[-1] == "这项撤销已审批，没有再办一遍；请刷新页面看最新情况。"


def test_title_detail_shows_what_waits_for_whom(client):
    decision = TitleDecisionFactory(proposed_by=user_with(Role.OFFICE_STAFF, name="甲"))
    url = reverse("demonstrations:title_detail", args=[decision.title_id])
    seen = {}

    for role in (Role.OFFICE_DIRECTOR, Role.OFFICE_STAFF, Role.LIAISON):
        client.force_login(user_with(role))
        context = client.get(url).context
        seen[role] = (context["can_answer"], context["next"].text, context["next"].main)

    words = "甲提请撤销：通辽市人民政府 通政发〔2025〕9号，2025年6月2日决定。说明：活动长期停滞"
    duty = "市级及以上示范至少带动 1 家，这个单位还没有，可到联创项目里结对。"
    assert seen == {
        Role.OFFICE_DIRECTOR: (True, words, []),
        Role.OFFICE_STAFF: (False, f"{words}等待负责人审批。", []),
        # Nothing is known outside before it is decided.
        Role.LIAISON: (False, duty, []),
    }


def test_title_detail_tells_why_a_proposal_came_back(client):
    title = title_in("named")
    TitleDecisionFactory(
        title=title,
        status="returned",
        return_reason="文号有误",
        answered_by=user_with(Role.OFFICE_DIRECTOR, name="乙"),
        answered_at=timezone.now(),
    )
    client.force_login(user_with(Role.OFFICE_STAFF))

    context = client.get(reverse("demonstrations:title_detail", args=[title.pk])).context

    assert context["returned"] == "乙退回了撤销：文号有误"


OBJECTION = {"raised_on": "2025-03-04", "text": "活动次数不符"}
ANSWER = {"outcome": "dismissed", "answered_on": "2025-03-06", "answer": "已核对台账"}


@pytest.mark.parametrize(
    ("role", "in_county", "status", "count"),
    [
        (Role.OFFICE_STAFF, True, 302, 1),
        (Role.OFFICE_STAFF, False, 404, 0),
        (Role.OFFICE_DIRECTOR, True, 403, 0),
        (Role.LIAISON, True, 403, 0),
        (Role.LEADER, True, 403, 0),
    ],
)
def test_objections_are_recorded_and_answered_by_the_office(client, role, in_county, status, count):
    region = RegionFactory() if in_county else RegionFactory(code="150421100000")
    title = title_in("noticed", organisation=OrganisationFactory(region=region))
    other = TitleObjectionFactory(title=title, notice=title.notices.get())
    client.force_login(user_with(role))

    created = client.post(reverse("demonstrations:objection_create", args=[title.pk]), OBJECTION)
    answered = client.post(reverse("demonstrations:objection_answer", args=[other.pk]), ANSWER)

    other.refresh_from_db()
    assert (created.status_code, answered.status_code) == (status, status)
    assert title.objections.count() == 1 + count
    assert other.answer == ("已核对台账" if count else "")


def test_objections_ask_again_when_they_are_empty_and_keep_no_person(client):
    title = title_in("noticed")
    other = TitleObjectionFactory(title=title, notice=title.notices.get())
    create = reverse("demonstrations:objection_create", args=[title.pk])
    answer = reverse("demonstrations:objection_answer", args=[other.pk])
    client.force_login(user_with(Role.OFFICE_STAFF))

    asked = [client.get(url).status_code for url in (create, answer)]
    empty = [client.post(url, {}).status_code for url in (create, answer)]
    person = client.post(create, OBJECTION | {"text": "电话 13904751234 反映"})

    assert (asked, empty) == ([200, 200], [422, 422])
    assert list(person.context["form"].errors) == ["text"]


def test_objection_in_days_to_come_is_refused(client):
    title = title_in("noticed")
    notice = title.notices.get()
    notice.ends_on = timezone.localdate() + timedelta(days=3)
    notice.save()
    tomorrow = timezone.localdate() + timedelta(days=1)
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(
        reverse("demonstrations:objection_create", args=[title.pk]),
        OBJECTION | {"raised_on": tomorrow.isoformat()},
    )

    assert response.context["form"].errors == {"raised_on": ["提出日期在今天之后，请核对。"]}
