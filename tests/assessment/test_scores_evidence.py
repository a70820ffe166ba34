"""The records behind a line: as many as were counted, each to be opened, for every metric."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from activities.models import Participation
from alliances.models import IndustryLinkage
from assessment import actions
from assessment.actions import Mark
from assessment.metrics import METRICS
from assessment.models import Indicator
from demonstrations.models import StandardSite, Title
from partnerships.models import ContentKind, Partnership
from supervision.models import Finding, Inspection
from tests.factories.activities import accepted_activity
from tests.factories.assessment import computed, score_of, scored_scheme
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    TradeSystemFactory,
    UserFactory,
    user_with,
)
from tests.factories.partnerships import (
    IndustryLinkageFactory,
    MemberFactory,
    MilestoneFactory,
    pairing_of,
)
from tests.factories.records import WindowAnswerFactory, answered, at, news_of, published_case

pytestmark = pytest.mark.django_db
# Metric → (records, counted): what rich_unit() amounts to.
EXPECTED = {
    "activities": (3, 3),
    "content_kinds": (3, 2),
    "active_months": (3, 2),
    "linkage_themed_activities": (1, 2),
    "partnerships": (3, 3),
    "partners": (2, 3),
    "milestones_on_time": (1, 1),
    "standard_sites": (1, 1),
    "linkage_sites": (1, 1),
    "confirmed_members": (3, 3),
    "titles": (1, 1),
    "inspections": (1, 1),
    "rectified_share": (2, 2),
    "findings": (2, 2),
    "overdue_findings": (1, 1),
    "windows_answered": (1, 1),
    "windows_missed": (1, 1),
    "showcase_cases": (2, 2),
    "news_items": (1, 1),
}


@pytest.fixture
def unit():
    """A township with something of everything that a metric counts."""
    unit, two, three, four = (OrganisationFactory(region=RegionFactory()) for _ in range(4))
    system = TradeSystemFactory()
    pairing = pairing_of(unit, two)
    pairing_of(unit, three, four)
    MilestoneFactory(partnership=pairing, done_on=date(2026, 6, 1))
    linkage = IndustryLinkageFactory(lead=unit, trade_system=system)
    MemberFactory(partnership=linkage, organisation=unit, role="lead")
    kinds = ContentKind.objects.filter(form="pairing")[:2]
    for place, day in enumerate((date(2026, 3, 5), date(2026, 3, 9), date(2026, 8, 1))):
        activity = accepted_activity(unit, two, starts_on=day, is_themed=place > 0)
        activity.content_kinds.set(kinds[: place + 1])
        activity.partnerships.add(linkage if place else pairing)
    StandardSite.objects.create(
        organisation=unit,
        trade_system=system,
        name="示范校",
        started_on=date(2026, 1, 1),
        accepted_on=date(2026, 5, 1),
    )
    Title.objects.create(
        organisation=unit,
        level="city",
        type="unit",
        authority="通辽市民委",
        document_number="1号",
        named_on=date(2025, 5, 1),
    )
    inspected(unit)
    recorded(unit)
    return unit


def recorded(unit):
    """One window answered in time and one missed, two cases, one piece of news."""
    due = {"window__due_on": date(2026, 6, 1), "window__opened_at": at(2026, 5, 1)}
    answered(organisation=unit, **due)
    WindowAnswerFactory(organisation=unit, **due)
    published_case(unit, published_at=at(2026, 6, 1))
    joint = Partnership.objects.filter(form="pairing").first()
    published_case(unit, published_at=at(2026, 7, 1), activity=None, partnership=joint)
    news_of(unit)


def inspected(unit):
    user = UserFactory()
    inspection = Inspection.objects.create(
        organisation=unit, inspected_on=date(2026, 2, 1), summary="查看台账", recorded_by=user
    )
    Finding.objects.create(inspection=inspection, what="标识缺失", due_on=date(2026, 3, 1))
    Finding.objects.create(
        inspection=inspection,
        what="台账不全",
        due_on=date(2026, 3, 1),
        rectified_on=date(2026, 2, 20),
        rectified_by=user,
    )


@pytest.fixture
def run(unit):
    """Every metric stands behind one leaf of the bonus branch of a scheme that is computed."""
    run = scored_scheme()
    branch = run.scheme.indicators.get(code="E")
    for place, key in enumerate(sorted(METRICS)):
        Indicator.objects.create(
            scheme=run.scheme,
            parent=branch,
            code=f"M{place}",
            name=str(METRICS[key].label),
            role="bonus",
            points=1,
            order=100 + place,
            rule_kind="per_unit",
            params={"单价": "1"},
            source="metric",
            metric=key,
        )
    return computed(run.scheme, run.requested_by)


def evidence(client, run, unit, **query):
    score = score_of(run, unit)
    indicator = run.scheme.indicators.get(**query)
    return client.get(reverse("assessment:evidence_list", args=[score.pk, indicator.pk]))


def test_expected_names_every_metric():
    assert set(EXPECTED) == set(METRICS)


def test_evidence_list_shows_as_many_as_were_counted(client, run, unit):
    client.force_login(user_with(Role.LIAISON, unit))
    score = score_of(run, unit)
    sheet = client.get(reverse("assessment:score_detail", args=[score.pk])).context["sheet"]
    on_sheet = {row.line.code: row.evidence for row in sheet.rows}
    shown, valued, told = {}, {}, {}

    for key in EXPECTED:
        context = evidence(client, run, unit, metric=key, code__startswith="M").context
        found = context["evidence"]
        items = len(context["records"]) if found.counts_records else len(found.counted)
        shown[key] = (len(context["records"]), items)
        valued[key] = (on_sheet[context["indicator"].code], found.count)
        told[key] = (context["line"].outcome["value"], context["has_changed"])

    assert shown == EXPECTED
    assert valued == EXPECTED
    numbers = {key: counted for key, (_rows, counted) in EXPECTED.items()}
    numbers["rectified_share"] = 50
    assert told == {key: (str(number), False) for key, number in numbers.items()}


def test_evidence_list_leads_to_pages_that_open(client, run, unit):
    client.force_login(user_with(Role.LIAISON, unit))
    addresses = set()

    for key in EXPECTED:
        context = evidence(client, run, unit, metric=key, code__startswith="M").context
        addresses |= {record.url for record in context["records"]}
        addresses |= {item.url for item in context["evidence"].counted if item.url}

    assert {client.get(url).status_code for url in addresses} == {200}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("activities", "3 条记录，每条计 1 次"),
        ("content_kinds", "3 条记录，共 2 类，每类只计一次"),
        ("rectified_share", "2 条记录，按其中做到的占全部的比例计"),
        ("partners", "2 条记录，共 3 家，每家只计一次"),
    ],
)
def test_evidence_list_says_how_records_become_the_count(client, run, unit, key, words):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = evidence(client, run, unit, metric=key, code__startswith="M")

    text = response.content.decode()
    cut_off = timezone.localtime(run.data_as_of)
    assert words in text
    assert "每 1" in text
    assert f"{cut_off:%Y-%m-%d %H:%M}，之后采用或登记的不计入这次计算" in text


def test_a_share_of_nothing_says_so_on_the_sheet_and_beside_its_evidence(client, run, unit):
    """A unit with findings due is told of them; one without has 100 %, and reads why."""
    other = run.scores.exclude(organisation=unit).earliest("pk").organisation
    client.force_login(user_with(Role.OFFICE_STAFF))
    words = "没有到期的问题，按 100 % 计"
    told = []
    for one in (unit, other):
        sheet = client.get(reverse("assessment:score_detail", args=[score_of(run, one).pk]))
        rows = [row for row in sheet.context["sheet"].rows if words in row.sentence]
        beside = evidence(client, run, one, metric="rectified_share", code__startswith="M")
        told.append(([str(row.indicator.name) for row in rows], words in beside.text))

    assert told == [([], False), (["问题按期整改率"], True)]


def test_evidence_list_reads_a_record(client, run, unit):
    client.force_login(user_with(Role.OFFICE_STAFF))

    records = evidence(client, run, unit, code="B1").context["records"]

    activity = Participation.objects.filter(organisation=unit).order_by("activity__starts_on")[0]
    assert (records[0].title, records[0].on) == (str(activity.activity), date(2026, 3, 5))
    assert records[0].what == "主办 · 宣传教育"


def test_evidence_list_does_not_open_activities_without_the_unit(client, run, unit):
    other = accepted_activity(OrganisationFactory(), is_themed=True)
    other.partnerships.add(IndustryLinkage.objects.get(lead=unit))
    second = computed(run.scheme, run.requested_by)
    client.force_login(user_with(Role.LIAISON, unit))

    counted = evidence(client, second, unit, code="E2").context["evidence"].counted

    assert [bool(item.url) for item in counted].count(False) == 1
    assert len(counted) == 3


def test_evidence_list_says_when_records_changed_after_the_run(client, run, unit):
    Participation.objects.filter(organisation=unit).first().delete()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = evidence(client, run, unit, code="B1")

    assert response.context["has_changed"] is True
    assert "计算之后有记录改动" in response.content.decode()


def test_evidence_list_leaves_out_what_came_after_the_cut_off(client, run, unit):
    accepted_activity(unit)
    client.force_login(user_with(Role.OFFICE_STAFF))

    context = evidence(client, run, unit, code="B1").context

    assert (len(context["records"]), context["has_changed"]) == (3, False)


def test_evidence_list_of_nothing_says_so(client, run, unit):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = evidence(client, run, unit, code="E4")

    assert "没有记录计入这一项" in response.content.decode()


@pytest.mark.parametrize(
    ("role", "sees_judge"),
    [(Role.OFFICE_STAFF, True), (Role.OFFICE_DIRECTOR, True), (Role.LEADER, False)],
)
def test_evidence_list_of_marks_names_judges_to_the_office_alone(
    client, run, unit, role, sees_judge
):
    leaf = run.scheme.indicators.get(code="D1")
    mark = leaf.marks.get(organisation=unit)
    actions.save_marks(leaf, {unit.pk: Mark(mark.value, "有实际成效")}, by=mark.marked_by)
    client.force_login(user_with(role))

    text = evidence(client, run, unit, code="D1").content.decode()

    assert ("有实际成效" in text, "旗创建办" in text) == (True, True)
    assert (mark.marked_by.name in text) is sees_judge


def test_evidence_list_of_marks_keeps_judges_from_the_unit(client, run, unit):
    mark = run.scheme.indicators.get(code="D1").marks.get(organisation=unit)
    client.force_login(user_with(Role.LIAISON, unit))

    response = evidence(client, run, unit, code="D1")

    assert mark.marked_by.name not in response.content.decode()
    assert (len(response.context["marks"]), response.context["has_changed"]) == (1, False)


def test_evidence_list_of_a_branch_or_another_scheme_is_not_found(client, run, unit):
    client.force_login(user_with(Role.OFFICE_STAFF))
    score = score_of(run, unit)

    branch = evidence(client, run, unit, code="A")
    nothing = client.get(reverse("assessment:evidence_list", args=[score.pk, 987654]))

    assert (branch.status_code, nothing.status_code) == (404, 404)


def test_evidence_list_of_what_does_not_apply_says_so(client, run, unit):
    run.scheme.indicators.filter(code="C").update(applies_to=["government_department"])
    second = computed(run.scheme, run.requested_by)
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = evidence(client, second, unit, code="C1")

    assert "不适用" in response.content.decode()
    assert "records" not in response.context


@pytest.mark.parametrize("item_count", [1, 3])
def test_evidence_list_takes_the_same_queries(client, django_assert_num_queries, item_count):
    one, two = (OrganisationFactory(region=RegionFactory()) for _ in range(2))
    for _ in range(item_count):
        accepted_activity(one, two)
    run = scored_scheme()
    client.force_login(user_with(Role.LEADER))
    evidence(client, run, one, code="B1")
    score, leaf = score_of(run, one), run.scheme.indicators.get(code="B1")

    with django_assert_num_queries(13):
        response = client.get(reverse("assessment:evidence_list", args=[score.pk, leaf.pk]))

    assert len(response.context["records"]) == item_count
