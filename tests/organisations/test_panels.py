"""The tabs of an organisation's page: each loads its own rows, as far as the user may see them."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from organisations.actions import verify_organisations
from organisations.actions.changes import (
    close_organisation,
    merge_organisations,
    rename_organisation,
)
from organisations.models.kinds import Kind
from tests.factories.activities import accepted_activity, sent_activity
from tests.factories.assessment import (
    AssessmentGroupFactory,
    RunFactory,
    SchemeFactory,
    ScoreFactory,
    approved,
)
from tests.factories.demonstrations import StandardSiteFactory, TitleFactory
from tests.factories.organisations import OrganisationFactory, county, paper, user_with
from tests.factories.partnerships import pairing_of
from tests.factories.resources import ResourceFactory

pytestmark = pytest.mark.django_db


ALL_TABS = ["基本情况", "示范命名", "联创项目", "活动", "阵地资源", "历年得分", "变更记录"]


def detail(unit, tab=""):
    url = reverse("organisations:organisation_detail", args=[unit.pk])
    return f"{url}?tab={tab}" if tab else url


def approved_score(unit, year, **facts):
    run = RunFactory(scheme=approved(SchemeFactory(year=year)))
    return ScoreFactory(run=run, organisation=unit, **facts)


def merged(*ended, into, **facts):
    return merge_organisations(
        ended, into=into, paper=paper(**facts), by=user_with(Role.OFFICE_STAFF)
    )


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize(
    ("tab", "rows", "queries"),
    [
        ("facts", "liaisons", 13),
        ("titles", "titles", 9),
        ("partnerships", "memberships", 8),
        ("activities", "page", 10),
        ("resources", "resources", 11),
        ("scores", "scores", 8),
        ("history", "changes", 10),
    ],
)
def test_each_tab_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, tab, rows, queries, item_count
):
    staff, unit = user_with(Role.OFFICE_STAFF), OrganisationFactory()
    for number in range(item_count):
        pairing_of(unit, OrganisationFactory())
        accepted_activity(unit, OrganisationFactory())
        StandardSiteFactory(organisation=unit)
        user_with(Role.LIAISON, unit)
        approved_score(unit, 2020 + number)
        ResourceFactory(organisation=unit)
        TitleFactory(organisation=unit, level=("national", "city", "county")[number])
        merged(OrganisationFactory(), into=unit)
    client.force_login(staff)
    client.get(detail(unit, tab))

    with django_assert_num_queries(queries):
        response = client.get(detail(unit, tab))

    assert len(list(response.context[rows])) == item_count


@pytest.mark.parametrize(
    ("role", "tabs"),
    [
        (Role.OFFICE_STAFF, ALL_TABS),
        (Role.LIAISON, ALL_TABS),
        (Role.SCORER, ["基本情况", "变更记录"]),
    ],
)
def test_tabs_are_those_the_user_may_open(client, role, tabs):
    unit = OrganisationFactory()
    client.force_login(user_with(role))

    shown = client.get(detail(unit)).context["tabs"]

    assert [str(tab["label"]) for tab in shown] == tabs
    assert [tab["is_current"] for tab in shown] == [True, *[False] * (len(tabs) - 1)]


@pytest.mark.parametrize(("tab", "key"), [("nonsense", "facts"), ("scores", "facts")])
def test_a_tab_that_is_none_of_the_user_s_gives_the_first(client, tab, key):
    client.force_login(user_with(Role.SCORER))

    assert client.get(detail(OrganisationFactory(), tab)).context["panel"].key == key


def test_a_tab_asked_by_htmx_is_answered_with_the_panel_alone(client):
    client.force_login(user_with(Role.LEADER))
    headers = {"HX-Request": "true", "HX-Target": "organisation-panel"}

    html = client.get(detail(OrganisationFactory(), "titles"), headers=headers).content.decode()

    assert html.strip().startswith('<div id="organisation-panel">')
    assert html.count("<h2>示范命名</h2>") == 1


def test_work_is_shown_only_to_who_may_see_it(client):
    unit, partner = OrganisationFactory(), OrganisationFactory()
    pairing_of(unit, partner)
    accepted_activity(unit, partner)
    approved_score(unit, 2024)
    seen = {}

    for name, user in {
        "own": user_with(Role.LIAISON, unit),
        "partner": user_with(Role.LIAISON, partner),
        "stranger": user_with(Role.LIAISON, OrganisationFactory()),
        "leader": user_with(Role.LEADER),
    }.items():
        client.force_login(user)
        seen[name] = (
            len(client.get(detail(unit, "partnerships")).context["memberships"]),
            len(client.get(detail(unit, "activities")).context["page"]),
            len(client.get(detail(unit, "scores")).context["scores"]),
        )

    assert seen == {
        "own": (1, 1, 1),
        "partner": (1, 1, 0),
        "stranger": (0, 0, 0),
        "leader": (1, 1, 1),
    }


def test_activities_are_counted_by_month_and_year(client):
    year = timezone.localdate().year
    unit, other = OrganisationFactory(), OrganisationFactory()
    accepted_activity(unit, other, starts_on=date(year, 1, 5))
    accepted_activity(other, unit, starts_on=date(year, 1, 6))
    accepted_activity(unit, starts_on=date(year - 1, 12, 5))
    sent_activity(unit, other, by=user_with(Role.LIAISON, unit))
    client.force_login(user_with(Role.LEADER))

    context = client.get(detail(unit, "activities")).context

    assert context["chart"]["series"] == [
        {"name": str(year), "data": [2, *[0] * 11]},
        {"name": str(year - 1), "data": [*[0] * 11, 1]},
    ]
    assert context["years"] == [(year, 2), (year - 1, 1)]
    assert context["months"]["rows"][0] == ["1月", 2, 0]
    assert len(context["page"]) == 4


def test_scores_are_the_last_approved_ones_of_each_year(client):
    unit = OrganisationFactory()
    first = approved_score(unit, 2024, total=70, rank=3)
    run = RunFactory(scheme=first.run.scheme, number=first.run.number + 1)
    last = ScoreFactory(run=run, organisation=unit, group=first.group, total=80)
    ScoreFactory(organisation=unit, run=RunFactory(scheme=SchemeFactory(year=2025)))
    client.force_login(user_with(Role.LIAISON, unit))

    assert client.get(detail(unit, "scores")).context["scores"] == [last]


def test_what_a_predecessor_left_is_shown_under_its_old_name(client):
    ended, into = OrganisationFactory(short_name="旧镇"), OrganisationFactory()
    open_one = pairing_of(ended, OrganisationFactory())
    done = pairing_of(ended, OrganisationFactory(), status="concluded", ends_on=date(2026, 2, 1))
    accepted_activity(ended)
    score = approved_score(ended, 2024)
    merged(ended, into=into)
    client.force_login(user_with(Role.LIAISON, into))

    pages = {tab: client.get(detail(into, tab)) for tab in ("partnerships", "activities", "scores")}

    memberships = pages["partnerships"].context["memberships"]
    assert {(m.partnership_id, m.organisation) for m in memberships} == {
        (open_one.pk, into),
        (done.pk, ended),
    }
    assert pages["scores"].context["scores"] == [score]
    counts = {tab: page.content.decode().count("原旧镇") for tab, page in pages.items()}
    assert counts == {"partnerships": 1, "activities": 1, "scores": 1}


def test_an_ended_unit_says_since_when_by_what_and_who_carries_on(client):
    ended, into = OrganisationFactory(), OrganisationFactory(short_name="新镇")
    merged(ended, into=into)
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(detail(ended))
    facts = client.get(detail(into)).context["facts"]

    html = response.content.decode()
    assert html.count("2025年5月31日停用：按奈党发〔2025〕8号合并，由新镇承接。") == 1
    assert html.count(f'href="{detail(into)}"') == 1
    assert response.context["can_change"] is False
    assert [fact["value"] for fact in facts if fact["label"] == "前身"] == [ended.full_label]


@pytest.mark.parametrize("by_document", [True, False])
def test_a_closed_unit_without_successor_says_so(client, by_document):
    unit = OrganisationFactory(kind=Kind.SCHOOL)
    if by_document:
        staff = user_with(Role.OFFICE_STAFF)
        close_organisation(unit, successor=None, paper=paper(), by=staff)
    else:
        unit.valid_until = date(2025, 5, 31)
        unit.save()
    client.force_login(user_with(Role.LEADER))

    response = client.get(detail(unit))

    ended = response.context["ended"]
    told = ("撤销", "奈党发〔2025〕8号") if by_document else ("", "")
    assert (ended["deed"], ended["document"], ended["successor"]) == (*told, "")
    words = "2025年5月31日停用：按奈党发〔2025〕8号撤销" if by_document else "2025年5月31日停用"
    assert words in response.content.decode()


def test_history_tells_the_changes_to_all_and_the_records_to_office_and_own(client):
    staff, unit = user_with(Role.OFFICE_STAFF), OrganisationFactory(verification="unverified")
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=unit, verification="unverified")
    verify_organisations([unit, village], by=staff)
    own, stranger = user_with(Role.LIAISON, unit), user_with(Role.LIAISON, OrganisationFactory())
    told = []

    for user, subject in ((staff, unit), (own, unit), (own, village), (stranger, unit)):
        client.force_login(user)
        context = client.get(detail(subject, "history")).context
        history = context.get("history")
        told.append((context["changes"], history and [line["text"] for line in history]))

    assert told == [
        ([], ["标为已核实"]),
        ([], ["标为已核实"]),
        ([], ["标为已核实"]),
        ([], None),
    ]


def test_history_lists_each_change_with_what_passed_on(client):
    ended, into = OrganisationFactory(name="旧镇人民政府"), OrganisationFactory(name="新镇人民政府")
    OrganisationFactory(kind=Kind.VILLAGE, superior=ended)
    merged(ended, into=into, note="撤乡并镇")
    rename_organisation(
        into,
        name="奈曼旗新镇人民政府",
        short_name="新镇",
        paper=paper(effective_on=date(2026, 1, 5)),
        by=user_with(Role.OFFICE_STAFF),
    )
    client.force_login(user_with(Role.LEADER))

    response = client.get(detail(into, "history"))

    lines = response.context["changes"]
    assert [line["change"].kind for line in lines] == ["renamed", "merged"]
    assert [[str(part) for part in line["before"]] for line in lines] == [
        ["新镇人民政府"],
        ["旧镇人民政府"],
    ]
    html = response.content.decode()
    assert html.count("所辖单位改归承接单位 1 个") == 1
    assert html.count("撤乡并镇") == 1


def test_history_says_what_changed_in_the_form(client):
    staff = user_with(Role.OFFICE_STAFF)
    unit = OrganisationFactory(region=county(), kind=Kind.SCHOOL, short_name="一中")
    client.force_login(staff)
    answers = {
        "short_name": "奈曼一中",
        "kind": Kind.SCHOOL,
        "region": county().pk,
        "capacity": "2",
        "former_names": "旗立中学",
    }
    client.post(reverse("organisations:organisation_edit", args=[unit.pk]), answers)

    history = client.get(detail(unit, "history")).context["history"]

    assert [line["detail"] for line in history] == [
        "简称：一中 → 奈曼一中；愿意结对：是 → 否；曾用名：— → 旗立中学"
    ]


def test_scores_of_a_run_of_last_year_carry_last_year_s_name(client):
    year = timezone.localdate().year
    unit = OrganisationFactory(short_name="旧名")
    group = AssessmentGroupFactory(scheme=approved(SchemeFactory(year=year - 1)))
    run = RunFactory(scheme=group.scheme)
    score = ScoreFactory(run=run, group=group, organisation=unit)
    rename_organisation(
        unit,
        name="新名",
        short_name="新名",
        paper=paper(effective_on=date(year, 1, 1)),
        by=user_with(Role.OFFICE_STAFF),
    )
    client.force_login(user_with(Role.LEADER))

    html = client.get(reverse("assessment:score_list", args=[run.scheme_id])).content.decode()
    score.refresh_from_db()

    assert score.unit_label == "旧名"
    assert (html.count(">旧名</a>"), html.count(">新名</a>")) == (1, 0)
