"""Home, overview and global search as the different roles see them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from activities.models import Activity, Participation
from assessment.models import Scheme
from demonstrations.models import StandardSite, Title
from organisations.models import Organisation
from organisations.models.kinds import Kind
from partnerships.models import Member, Partnership
from rewards import actions as reward_actions
from supervision.models import Finding, Inspection
from tests.factories.activities import ActivityFactory, ParticipationFactory, accepted_activity
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
    run_with_totals,
    scored_units,
)
from tests.factories.demonstrations import (
    TitleDecisionFactory,
    TitleObjectionFactory,
    title_in,
)
from tests.factories.organisations import OrganisationFactory, RegionFactory, UserFactory, user_with
from tests.factories.partnerships import (
    IndustryLinkageFactory,
    MemberFactory,
    PairingFactory,
    pairing_of,
    proposed_pairing,
)
from tests.factories.records import (
    CollectionWindowFactory,
    WindowAnswerFactory,
    answered,
    at,
    in_days,
    news_of,
    published_case,
)
from tests.factories.rewards import RewardPlanFactory

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year


def this_year(month: int) -> date:
    return date(YEAR, month, 1)


def proposed_to(unit: Organisation) -> Partnership:
    """A proposed pairing that the unit has still to answer."""
    pairing = PairingFactory(status=Partnership.Status.PROPOSED, decided_at=None, decided_by=None)
    MemberFactory(partnership=pairing, organisation=pairing.lead)
    MemberFactory(
        partnership=pairing,
        organisation=unit,
        consent=Member.Consent.PENDING,
        consent_at=None,
        consent_by=None,
    )
    return pairing


def pending_part(unit: Organisation) -> Participation:
    activity = ActivityFactory()
    ParticipationFactory(activity=activity, organisation=activity.reporter, is_host=True)
    return ParticipationFactory(
        activity=activity,
        organisation=unit,
        confirmation=Participation.Confirmation.PENDING,
        confirmed_at=None,
        confirmed_by=None,
    )


def finding_for(unit: Organisation, due_on: date, **facts: object) -> Finding:
    inspection = Inspection.objects.create(
        organisation=unit, inspected_on=this_year(1), summary="查看现场", recorded_by=UserFactory()
    )
    return Finding.objects.create(inspection=inspection, what="标识缺失", due_on=due_on, **facts)


def texts(response) -> list[str]:
    return [todo.text for todo in response.context["todos"]]


def test_home_of_a_liaison_lists_what_waits_for_the_unit(client):
    unit = OrganisationFactory()
    pairing = proposed_to(unit)
    pending_part(unit)
    finding_for(unit, timezone.localdate() + timedelta(days=3))
    ActivityFactory(
        reporter=unit,
        title="读书会",
        status=Activity.Status.RETURNED,
        return_reason="请补充地点",
        reviewed_by=UserFactory(),
        reviewed_at=timezone.now(),
    )
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.get(reverse("home"))

    assert texts(response) == [
        "整改：标识缺失",
        "修改后再报送：读书会",
        f"答复结对邀请：{pairing}",
    ]
    assert "debts" not in response.context


def test_home_of_a_liaison_lists_windows_owed_by_date_before_all_else(client):
    unit = OrganisationFactory(short_name="甲镇")
    proposed_to(unit)
    finding_for(unit, in_days(4))
    reminded = {"reminded_at": at(2026, 3, 2), "reminded_by": UserFactory()}
    window = CollectionWindowFactory(title="打算", due_on=in_days(2), basis="8号", **reminded)
    owed = WindowAnswerFactory(window=window, organisation=unit)
    WindowAnswerFactory(window__title="自查", window__due_on=in_days(6), organisation=unit)
    answered(organisation=unit)
    client.force_login(user_with(Role.LIAISON, unit))

    todos = client.get(reverse("home")).context["todos"]

    assert [todo.text.partition("：")[0] for todo in todos] == [
        "填报",
        "整改",
        "填报",
        "答复结对邀请",
    ]
    assert (todos[0].detail, todos[0].url) == (
        "甲镇 · 依据 8号 · 2026-03-02 已催办",
        reverse("activities:window_answer", args=[owed.pk]),
    )
    assert todos[2].detail.endswith("8号")


def test_home_of_the_office_names_who_owes_an_answer(client):
    answer = WindowAnswerFactory()
    WindowAnswerFactory(window__due_on=in_days(-30))
    client.force_login(user_with(Role.OFFICE_STAFF))

    debts = client.get(reverse("home")).context["debts"]

    assert [(debt.organisation, debt.words) for debt in debts] == [
        (answer.organisation, "填报待答复 1 项")
    ]


def test_home_of_the_office_lists_reviews_and_who_owes(client):
    debtor = OrganisationFactory(short_name="欠办苏木")
    pending_part(debtor)
    proposed_to(debtor)
    finding_for(debtor, timezone.localdate() - timedelta(days=1))
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(reverse("home"))

    assert texts(response) == ["审核报送的活动"]
    debt = response.context["debts"][0]
    assert (debt.organisation, debt.words) == (
        debtor,
        "逾期未整改 1 项，结对邀请待答复 1 项，活动待确认 1 项",
    )
    assert "欠办苏木：逾期未整改 1 项" in response.context["reminder"]


def test_home_of_the_office_names_ready_partnerships_and_rectified_findings(client):
    pairing = proposed_to(OrganisationFactory())
    MemberFactory(partnership=pairing)
    finding_for(
        OrganisationFactory(),
        timezone.localdate(),
        rectified_on=timezone.localdate(),
        rectified_by=UserFactory(),
        rectification="已补齐",
    )
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(reverse("home"))

    assert texts(response) == ["启动各方已同意的联创项目", "复核已整改的问题"]


def test_home_of_the_director_lists_schemes_and_plans_to_decide(client):
    SchemeFactory(title="草案", status=Scheme.Status.DRAFT, published_by=None, published_at=None)
    plan = RewardPlanFactory(title="奖补", run=run_with_totals("90"))
    reward_actions.propose_plan(plan, by=plan.created_by)
    client.force_login(user_with(Role.OFFICE_DIRECTOR))

    response = client.get(reverse("home"))

    assert texts(response) == [
        "考核方案起草中，还有问题：草案",
        f"公示考核结果：{plan.run.scheme}",
        "审批奖补方案：奖补",
    ]


@pytest.mark.usefixtures("in_2026")
def test_home_of_a_unit_leads_to_its_scores_once_they_are_decided(client):
    run = run_with_totals("90")
    (unit,) = scored_units(run)
    GroupMemberFactory(group=run.scheme.groups.get(), organisation=unit)
    client.force_login(user_with(Role.LIAISON, unit))

    decided = client.get(reverse("home")).context["standing"]
    Scheme.objects.update(status=Scheme.Status.BALANCED)
    under_way = client.get(reverse("home")).context["standing"]

    scores_url = reverse("assessment:score_list", args=[run.scheme_id])
    assert decided == {"label": "看得分", "url": scores_url}
    assert under_way == {"label": "本单位预估", "url": reverse("assessment:forecast_list")}


def test_home_of_the_director_calls_a_draft_a_draft_with_its_version(client):
    first = SchemeFactory(title="甲方案")
    draft = {"published_by": None, "published_at": None, "version": 2, "title": "甲方案"}
    second = SchemeFactory(status=Scheme.Status.DRAFT, copied_from=first, **draft)
    IndicatorFactory(scheme=second)
    GroupMemberFactory(group=AssessmentGroupFactory(scheme=second))
    client.force_login(user_with(Role.OFFICE_DIRECTOR))

    response = client.get(reverse("home"))

    assert texts(response) == ["审阅考核方案草稿：甲方案（第 2 版）"]
    assert "没有要改的，就可以发布" in response.text


def test_home_of_the_office_lists_what_titles_wait_for(client):
    today = timezone.localdate()
    objected = title_in("noticed")
    TitleObjectionFactory(title=objected, notice=objected.notices.get())
    title_in("noticed")
    running = title_in("noticed")
    running.notices.update(ends_on=today)
    TitleDecisionFactory(title=title_in("noticed"), kind="name")
    title_in("rectifying", rectify_due_on=today)
    title_in("rectifying", rectify_due_on=today + timedelta(days=1))
    title_in("named", valid_until=today + timedelta(days=60))
    title_in("reviewing", valid_until=today + timedelta(days=60))
    client.force_login(user_with(Role.OFFICE_STAFF))

    todos = client.get(reverse("home")).context["todos"]

    assert [(todo.text, todo.count) for todo in todos] == [
        ("答复公示异议", 1),
        ("公示已结束，提请命名", 1),
        ("查验到期的示范整改", 1),
        ("复核 3 个月内到期的示范", 1),
    ]


def test_home_of_the_director_lists_titles_to_decide(client):
    own = user_with(Role.OFFICE_DIRECTOR)
    TitleDecisionFactory()
    TitleDecisionFactory(proposed_by=own)
    client.force_login(own)

    response = client.get(reverse("home"))

    assert texts(response) == ["审批示范撤销：市级示范单位"]


@pytest.mark.parametrize(
    ("role", "url_name"),
    [
        (Role.LEADER, "overview"),
        (Role.SCORER, "assessment:mark_list"),
        (Role.SYSTEM_ADMIN, "accounts:user_list"),
        (Role.SECURITY_ADMIN, "accounts:user_list"),
        (Role.AUDITOR, "accounts:audit_list"),
    ],
)
def test_home_leads_those_with_one_task_to_it(client, role, url_name):
    client.force_login(user_with(role))

    response = client.get(reverse("home"))

    assert response.url == reverse(url_name)


def test_home_of_a_user_without_any_role_is_empty(client):
    client.force_login(UserFactory())

    response = client.get(reverse("home"))

    assert (response.status_code, response.context["todos"]) == (200, [])


@pytest.mark.parametrize("item_count", [1, 3])
def test_home_takes_a_fixed_number_of_queries(client, item_count, django_assert_num_queries):
    for _ in range(item_count):
        unit = OrganisationFactory()
        pending_part(unit)
        proposed_to(unit)
    client.force_login(user_with(Role.OFFICE_STAFF))

    with django_assert_num_queries(29):
        response = client.get(reverse("home"))

    assert response.context["debt_count"] == item_count * 2 - item_count


@pytest.mark.parametrize("item_count", [1, 3])
def test_overview_takes_a_fixed_number_of_queries(client, item_count, django_assert_num_queries):
    for _ in range(item_count):
        one, two = OrganisationFactory.create_batch(2)
        pairing_of(one, two, starts_on=this_year(1))
        accepted_activity(one, two, starts_on=this_year(1))
        IndustryLinkageFactory(starts_on=this_year(1))
    client.force_login(user_with(Role.LEADER))

    with django_assert_num_queries(16):
        response = client.get(reverse("overview"))

    assert response.context["stats"][2]["figure"] == item_count


def test_overview_counts_units_partnerships_activities_and_shape(client):
    one, two, _alone = OrganisationFactory.create_batch(3)
    pairing_of(one, two, starts_on=this_year(1))
    accepted_activity(one, two, starts_on=this_year(2))
    accepted_activity(one, starts_on=date(YEAR - 1, 2, 1))
    client.force_login(user_with(Role.LEADER))

    context = client.get(reverse("overview")).context

    # The office itself is the fourth unit of the county.
    assert [(s["figure"], s.get("hint", s.get("delta"))) for s in context["stats"]] == [
        (2, "占全旗 4 家的 50%"),
        (1, "实施中和已结束"),
        (1, "+0"),
    ]
    assert (context["shape"].points, context["shape"].lines) == (2, 1)
    assert context["month_chart"]["series"][0]["data"][1] == 1
    assert context["month_table"]["rows"][1] == ["2月", 1, 1]


def test_overview_opens_lists_of_as_many_rows_as_its_figures_say(client):
    one, two, three = OrganisationFactory.create_batch(3)
    outside = OrganisationFactory(kind=Kind.OUTSIDE_REGION, is_external=True)
    pairing_of(one, outside, starts_on=this_year(1), status="concluded", ends_on=this_year(2))
    proposed_pairing(two, three, starts_on=this_year(1))
    accepted_activity(one, two, starts_on=this_year(1))
    accepted_activity(one, two, starts_on=date(YEAR - 1, 2, 1))
    client.force_login(user_with(Role.LEADER))

    stats = client.get(reverse("overview")).context["stats"]

    assert [stat["figure"] for stat in stats] == [1, 1, 1]
    for stat in stats:
        assert client.get(stat["url"]).context["page"].paginator.count == stat["figure"]


def test_overview_shows_coverage_of_villages_by_township(client):
    township = OrganisationFactory(short_name="东明镇")
    villages = [
        OrganisationFactory(
            kind=Kind.VILLAGE,
            superior=township,
            region=RegionFactory(code=f"15052510{n}201", level="village", parent=township.region),
        )
        for n in (1, 2)
    ]
    pairing_of(*villages[:1], OrganisationFactory(), starts_on=this_year(1))
    client.force_login(user_with(Role.LEADER))

    rows = client.get(reverse("overview")).context["township_table"]["rows"]

    link = f'<a href="/organisations/?township={township.pk}">东明镇</a>'
    assert rows == [[link, 1, 2, "50%"]]


def test_overview_tells_which_linkages_have_met_their_two_numbers(client):
    met = IndustryLinkageFactory(starts_on=this_year(1))
    unmet = IndustryLinkageFactory(starts_on=this_year(1))
    for linkage in (met, unmet):
        MemberFactory(partnership=linkage, organisation=linkage.lead)
    for _ in range(2):
        activity = accepted_activity(met.lead, is_themed=True, starts_on=this_year(3))
        activity.partnerships.add(met)
    StandardSite.objects.create(
        organisation=met.lead,
        trade_system=met.trade_system,
        name="示范校",
        started_on=this_year(1),
        accepted_on=this_year(2),
    )
    client.force_login(user_with(Role.LEADER))

    rows = client.get(reverse("overview")).context["linkages"]

    assert {row.linkage: (row.themed, row.sites, row.is_met) for row in rows} == {
        met: (2, 1, True),
        unmet: (0, 0, False),
    }


def test_overview_names_title_holders_that_have_brought_nobody_along(client):
    alone, busy = OrganisationFactory.create_batch(2)
    for unit in (alone, busy):
        Title.objects.create(
            organisation=unit,
            level=Title.Level.CITY,
            type=Title.Type.UNIT,
            authority="通辽市民委",
            document_number="1号",
            named_on=date(2024, 1, 1),
        )
    pairing_of(busy, OrganisationFactory(), starts_on=this_year(1))
    client.force_login(user_with(Role.LEADER))

    owing = client.get(reverse("overview")).context["owing_titles"]

    assert [title.organisation for title in owing] == [alone]


def test_network_draws_who_works_with_whom(client):
    one, two, declined = OrganisationFactory.create_batch(3)
    pairing = pairing_of(one, two, starts_on=this_year(1))
    MemberFactory(partnership=pairing, organisation=declined, consent=Member.Consent.DECLINED)
    client.force_login(user_with(Role.LEADER))

    data = client.get(reverse("network")).json()

    assert [(node["name"], node["size"]) for node in data["nodes"]] == [
        (one.full_label, 1),
        (two.full_label, 1),
    ]
    assert data["links"] == [{"source": one.pk, "target": two.pk}]
    assert data["groups"] == ["苏木乡镇"]


def test_search_finds_units_projects_and_activities(client):
    unit = OrganisationFactory(name="奈曼旗大沁他拉镇", short_name="大沁他拉镇")
    pairing = pairing_of(unit, OrganisationFactory(), name="携手同行")
    activity = accepted_activity(unit, title="那达慕大会")
    client.force_login(user_with(Role.OFFICE_STAFF))

    groups = client.get(reverse("search"), {"q": "dqtl"}).context["groups"]
    by_title = client.get(reverse("search"), {"q": "那达慕"}).context["groups"]

    hits = {group["label"]: [item["label"] for item in group["items"]] for group in groups}
    assert hits == {
        "单位": ["大沁他拉镇"],
        "联创项目": [pairing.name],
        "活动": [activity.title],
    }
    assert [group["label"] for group in by_title] == ["活动"]


def test_search_finds_windows_cases_and_news(client):
    unit = OrganisationFactory()
    WindowAnswerFactory(organisation=unit, window__title="夜校打算")
    published_case(unit, title="两村夜校")
    news_of(unit, title="夜校见报")
    client.force_login(user_with(Role.LIAISON, unit))

    groups = client.get(reverse("search"), {"q": "夜校"}).context["groups"]

    hits = {group["label"]: [item["label"] for item in group["items"]] for group in groups}
    assert hits == {"填报窗口": ["夜校打算"], "典型案例": ["两村夜校"], "信息报送": ["夜校见报"]}


def test_search_shows_only_what_the_user_may_see(client):
    pairing_of(OrganisationFactory(), OrganisationFactory(), name="别家的项目")
    client.force_login(user_with(Role.LIAISON, OrganisationFactory()))

    response = client.get(reverse("search"), {"q": "别家"})

    assert response.context["groups"] == []


def test_search_gives_administrators_nothing(client):
    OrganisationFactory(short_name="东明镇")
    client.force_login(user_with(Role.SYSTEM_ADMIN))

    assert client.get(reverse("search"), {"q": "东明"}).context["groups"] == []


@pytest.mark.parametrize(
    ("query", "template"),
    [("东明", "components/search_results.html"), ("", "dashboards/_no_search.html")],
)
def test_search_answers_the_box_with_a_fragment(client, query, template):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(reverse("search"), {"q": query}, headers={"HX-Request": "true"})

    assert template in [used.name for used in response.templates]
    assert "<html" not in response.text


def test_search_without_words_says_what_can_be_found(client):
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert "如 dqtl 找大沁他拉" in client.get(reverse("search")).text
