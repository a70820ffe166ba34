"""本单位预估: from publication on, without a computation, for those who may see the unit."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment import actions
from assessment.models import GroupMember, ImportedValue, Indicator, ManualMark, Run, Scheme
from assessment.unit_sheets import forecast_of, forecasts_of
from assessment.unit_sheets.reach import PLENTY, Reach, waiting_of_linkages, waiting_reports
from organisations.models.kinds import Kind
from tests.factories.activities import (
    ActivityFactory,
    ParticipationFactory,
    accepted_activity,
)
from tests.factories.assessment import (
    IndicatorFactory,
    approved,
    computed,
    score_of,
    scored_scheme,
)
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    county,
    office,
    user_with,
)
from tests.factories.partnerships import IndustryLinkageFactory, pairing_of

pytestmark = pytest.mark.usefixtures("in_2026")

Status = Scheme.Status
LIST = "assessment:forecast_list"


@pytest.fixture
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(2)]


@pytest.fixture
def scheme(townships):
    """Just published: nothing marked, nothing computed."""
    staff, director = user_with(Role.OFFICE_STAFF), user_with(Role.OFFICE_DIRECTOR)
    draft = actions.draft_notice_scheme(county(), year=2026, department=office(), by=staff)
    return actions.publish_scheme(draft, document_number="奈创办发〔2026〕1号", by=director)


def member_of(scheme, unit):
    return GroupMember.objects.for_list().get(scheme=scheme, organisation=unit)


def detail(client, member):
    return client.get(reverse("assessment:forecast_detail", args=[member.pk]))


@pytest.mark.django_db
def test_forecast_detail_needs_no_computation(client, scheme, townships):
    one, two = townships
    accepted_activity(one, two, is_themed=True).partnerships.add(pairing_of(one, two))
    client.force_login(user_with(Role.LIAISON, one))

    response = detail(client, member_of(scheme, one))

    found, text = response.context["forecast"], response.content.decode()
    # 6 + 10 + 0 + 4 + 7 + 0 + 10, as the computation gives it, and no mark yet
    assert found.pending[0].row.sentence == f"待评：由{office()}评分，0 至 20 分"
    assert (Run.objects.count(), found.result.now.total) == (0, D(37))
    assert found.result.pending == D(20)
    assert [one.row.line.code for one in found.pending] == ["D1"]
    assert found.pending[0].row.sentence in text
    assert ("组内名次" in text, "家中第" in text) == (False, False)


@pytest.mark.django_db
def test_forecast_detail_begins_with_the_best_step(client, scheme, townships):
    one, two = townships
    accepted_activity(one, two, is_themed=True).partnerships.add(pairing_of(one, two))
    client.force_login(user_with(Role.LIAISON, one))

    response = detail(client, member_of(scheme, one))

    step = response.context["steps"][0]
    assert (step.row.line.code, step.gain) == ("B2", D(7))
    assert f"下一步最见效的：{step.row.indicator.name}，再有 1 次可得 7 分。" in (
        response.content.decode()
    )


@pytest.mark.django_db
def test_forecast_detail_says_when_all_is_done(client, scheme, townships):
    Indicator.objects.exclude(source="manual").exclude(rule_kind="").update(
        rule_kind="constant", source="", metric="", params={}
    )
    client.force_login(user_with(Role.LIAISON, townships[0]))

    response = detail(client, member_of(scheme, townships[0]))

    assert response.context["steps"] == []
    assert "能由本单位争取的分都已得到。" in response.content.decode()


@pytest.mark.django_db
def test_forecast_shows_marks_once_a_computation_counted_them(client, townships):
    run = scored_scheme()
    member = member_of(run.scheme, townships[0])
    ManualMark.objects.filter(organisation=townships[0]).update(value=D(19))

    before = forecast_of(member)
    computed(run.scheme, run.requested_by)
    after = forecast_of(member)

    marks = [found.result.now.line("D1").points for found in (before, after)]
    lost = [found.result.lost(found.result.now.line("D1")) for found in (before, after)]
    assert (marks, lost) == ([D(15), D(19)], [D(5), D(1)])
    # What people gave may change until the approval: it is neither lost nor owed.
    listed = [[row.row.line.code for row in part] for part in (after.lost, after.marked)]
    assert listed == [[], ["D1"]]


@pytest.mark.django_db
def test_forecast_lists_deductions_among_what_is_lost_and_marks_as_given(client, townships):
    run = scored_scheme()
    facts = {"points": D(3), "role": "deduction", "rule_kind": "constant", "params": {}}
    leaf = IndicatorFactory(scheme=run.scheme, code="G1", name="检查扣分", order=99, **facts)
    client.force_login(user_with(Role.LIAISON, townships[0]))

    response = detail(client, member_of(run.scheme, townships[0]))

    found = response.context["forecast"]
    lost = [(one.row.indicator, one.lost) for one in found.lost if one.row.indicator == leaf]
    assert lost == [(leaf, D(3))]
    assert "结果审定前评分部门还可以改" in response.text


@pytest.mark.django_db
def test_forecast_compares_with_the_group_of_the_last_computation(townships):
    one, two = townships
    run = scored_scheme()
    leaf = run.scheme.indicators.filter(code="B1")
    leaf.update(rule_kind="best_ratio", params={})
    member = member_of(run.scheme, one)
    for day in (1, 2):
        accepted_activity(two, starts_on=date(2026, 4, day))
    second = computed(run.scheme, run.requested_by)
    accepted_activity(one, starts_on=date(2026, 4, 1))

    found = forecast_of(member)

    assert score_of(second, one).lines.get(indicator__code="B1").points == D(0)
    assert found.result.now.line("B1").points == D(8)
    assert found.result.open(found.result.now.line("B1")) == D(8)


@pytest.mark.django_db
def test_forecast_has_no_group_before_the_first_computation(scheme, townships):
    leaf = scheme.indicators.filter(code="B1")
    leaf.update(rule_kind="best_ratio", params={})

    found = forecast_of(member_of(scheme, townships[0]))

    (line,) = [one for one in found.pending if one.row.line.code == "B1"]
    assert line.row.sentence == "待定：全部单位计算以后才有，0 至 16 分"


@pytest.mark.django_db
def test_forecast_waits_for_imported_values(scheme, townships):
    scheme.indicators.filter(code="B1").update(source="imported", metric="")

    found = forecast_of(member_of(scheme, townships[0]))

    lines = {one.row.line.code: one.row.sentence for one in found.pending}
    assert lines["B1"] == "待导入：数据由旗创建办导入，0 至 16 分"


@pytest.mark.django_db
def test_forecast_waits_for_marks_and_imports_that_would_count_as_zero(client, scheme, townships):
    zero = {"缺失": "计零"}
    scheme.indicators.filter(code="D1").update(params=zero)
    leaf = scheme.indicators.filter(code="B1")
    leaf.update(source="imported", metric="", params=leaf.get().params | zero)
    client.force_login(user_with(Role.LIAISON, townships[0]))

    found = detail(client, member_of(scheme, townships[0])).context["forecast"]

    sentences = {one.row.line.code: one.row.sentence for one in found.pending}
    assert sentences == {
        "B1": "待导入：数据由旗创建办导入，0 至 16 分",
        "D1": f"待评：由{office()}评分，0 至 20 分",
    }
    assert (found.result.pending, [one.row.line.code for one in found.lost]) == (D(36), [])


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["计零", "不计"])
def test_forecast_ranks_nobody_before_the_first_computation(client, scheme, townships, missing):
    leaf = scheme.indicators.filter(code="B1")
    leaf.update(rule_kind="rank", params={"名次分": "1:16，2:10", "缺失": missing})
    accepted_activity(townships[0])
    client.force_login(user_with(Role.LIAISON, townships[0]))

    found = detail(client, member_of(scheme, townships[0])).context["forecast"]

    lines = {one.row.line.code: one for one in found.pending}
    assert lines["B1"].row.sentence == "待定：全部单位计算以后才有，0 至 16 分"
    assert found.result.now.line("B1").points == D(0)


@pytest.mark.django_db
def test_forecast_compares_imported_values_once_all_are_computed(scheme, townships):
    leaf = scheme.indicators.get(code="B1")
    leaf.source, leaf.metric, leaf.rule_kind, leaf.params = "imported", "", "best_ratio", {}
    leaf.save()
    one, two = townships
    ImportedValue.objects.create(
        indicator=leaf, organisation=one, value="7", entered_by=scheme.created_by
    )

    told = [forecast_of(member_of(scheme, unit)).pending for unit in (one, two)]

    sentences = [next(x.row.sentence for x in all_ if x.row.line.code == "B1") for all_ in told]
    assert sentences == [
        "待定：全部单位计算以后才有，0 至 16 分",
        "待导入：数据由旗创建办导入，0 至 16 分",
    ]


@pytest.mark.django_db
def test_forecast_knows_vetoes(townships):
    run = scored_scheme()
    facts = {"kind": "total", "reason": "弄虚作假", "document_number": "1号"}
    actions.record_veto(run.scheme, organisation=townships[0], by=run.requested_by, **facts)

    found = forecast_of(member_of(run.scheme, townships[0]))

    assert (found.result.now.total, "一票否决（弄虚作假）" in found.total_sentence) == (D(0), True)


@pytest.mark.django_db
@pytest.mark.parametrize("item_count", [1, 3])
def test_forecast_detail_takes_a_fixed_number_of_queries(
    client, townships, item_count, django_assert_num_queries
):
    for day in range(item_count):
        accepted_activity(*townships, starts_on=date(2026, 4, 1 + day), is_themed=True)
    run = scored_scheme()
    member = member_of(run.scheme, townships[0])
    client.force_login(user_with(Role.LIAISON, townships[0]))
    detail(client, member)

    with django_assert_num_queries(33):
        assert detail(client, member).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("item_count", [1, 3])
def test_forecast_list_takes_a_fixed_number_of_queries(
    client, item_count, django_assert_num_queries
):
    for _ in range(item_count):
        OrganisationFactory(region=RegionFactory())
    scored_scheme()
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(reverse(LIST), {"q": ""})

    with django_assert_num_queries(30):
        response = client.get(reverse(LIST), {"q": ""})

    assert len(response.context["forecasts"]) == item_count


@pytest.mark.django_db
def test_forecast_list_opens_the_only_unit(client, scheme, townships):
    client.force_login(user_with(Role.LIAISON, townships[0]))

    response = client.get(reverse(LIST))

    member = member_of(scheme, townships[0])
    assert response.url == reverse("assessment:forecast_detail", args=[member.pk])
    assert detail(client, member).context["has_list"] is False


@pytest.mark.django_db
def test_forecast_list_of_a_township_has_its_villages_and_nobody_else(client, townships):
    village = OrganisationFactory(
        region=RegionFactory(parent=townships[0].region),
        kind=Kind.VILLAGE,
        superior=townships[0],
        name="光明村民委员会",
    )
    run = scored_scheme()
    client.force_login(user_with(Role.LIAISON, townships[0]))

    response = client.get(reverse(LIST))
    searched = client.get(reverse(LIST), {"q": "光明"})

    units = [one.member.organisation for one in response.context["forecasts"]]
    assert units == [townships[0], village]
    assert [one.member.organisation for one in searched.context["forecasts"]] == [village]
    assert detail(client, member_of(run.scheme, village)).context["has_list"] is True


@pytest.mark.django_db
def test_forecast_list_says_that_nobody_fits(client, scheme):
    client.force_login(user_with(Role.LEADER))

    text = client.get(reverse(LIST), {"q": "没有这家"}).content.decode()

    assert "没有符合条件的单位" in text
    assert forecasts_of(scheme, []) == []


@pytest.mark.django_db
def test_forecast_list_says_why_there_is_none(client, townships):
    client.force_login(user_with(Role.LIAISON, townships[0]))
    nothing = client.get(reverse(LIST)).content.decode()
    run = scored_scheme()
    approved(run.scheme)

    decided = client.get(reverse(LIST)).content.decode()

    assert "现在没有可预估的方案" in nothing
    assert "本年度的结果已经审定" in decided


@pytest.mark.django_db
def test_forecast_detail_gives_way_to_the_result(client, townships):
    run = scored_scheme()
    approved(run.scheme)
    member = member_of(run.scheme, townships[0])
    client.force_login(user_with(Role.LIAISON, townships[0]))

    shown = detail(client, member)
    run.scores.all().delete()
    without = detail(client, member)

    assert shown.status_code == 302
    assert "本年度的结果已经审定" in without.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "own", "status"),
    [
        (Role.OFFICE_STAFF, False, 200),
        (Role.OFFICE_DIRECTOR, False, 200),
        (Role.LEADER, False, 200),
        (Role.LIAISON, True, 200),
        (Role.LIAISON, False, 404),
        (Role.SCORER, False, 403),
    ],
)
def test_forecast_detail_is_for_those_in_reach(client, scheme, townships, role, own, status):
    place = townships[0] if own else (townships[1] if role == Role.LIAISON else None)
    client.force_login(user_with(role, place))

    assert detail(client, member_of(scheme, townships[0])).status_code == status


@pytest.mark.django_db
def test_forecast_of_a_draft_is_nobodys(client, scheme, townships):
    Scheme.objects.update(status=Status.DRAFT)
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert detail(client, member_of(scheme, townships[0])).status_code == 404


@pytest.mark.django_db
def test_home_of_a_liaison_leads_to_the_forecast(client, scheme, townships):
    client.force_login(user_with(Role.LIAISON, townships[0]))

    assert reverse(LIST) in client.get(reverse("home")).content.decode()


def reach(month: int, day: int = 15, year: int = 2026) -> Reach:
    return Reach(2026, datetime(year, month, day, 4, tzinfo=UTC))


def metric_leaf(kind: str, metric: str = "activities", **params: str) -> Indicator:
    return Indicator(code="A", rule_kind=kind, params=params, source="metric", metric=metric)


MONTHS = metric_leaf("per_unit", "active_months", 单价="1")


@pytest.mark.parametrize(
    ("seen", "value", "reached"),
    [
        (reach(10), "5", 8),
        (reach(10), "10", 12),
        (reach(12), "12", 12),
        (reach(1, year=2027), "5", 5),
        (reach(6, year=2025), "0", 12),
    ],
    ids=["october", "all months so far", "full", "over", "not begun"],
)
def test_reach_of_active_months(seen, value, reached):
    assert seen.of(MONTHS, D(value)) == D(reached)


@pytest.mark.parametrize(
    ("leaf", "value", "reached"),
    [
        (
            metric_leaf("per_unit", 单价="1", 周期="季"),
            {"1": D(2), "4": D(1)},
            {"1": D(2), "4": PLENTY},
        ),
        (
            metric_leaf("level_sum", 级别分="市:1", 周期="季"),
            {"3": {"市": D(2)}},
            {"3": {"市": D(2)}, "4": {"市": PLENTY}},
        ),
        (metric_leaf("per_unit", 单价="1"), D(3), None),
        (metric_leaf("", 单价="1"), D(3), None),
        (MONTHS, None, None),
        (Indicator(code="A", rule_kind="manual", source="manual"), (D(3),), None),
    ],
    ids=["quarters", "levels by quarter", "no limit", "branch", "no value", "not counted"],
)
def test_reach_of_periods(leaf, value, reached):
    assert reach(10).of(leaf, value) == reached


def leaf_on(metric, kind="per_unit", **params):
    params = params or {"单价": "1"}
    return Indicator(source="metric", metric=metric, rule_kind=kind, params=params)


@pytest.mark.parametrize(
    ("metric", "year", "waiting", "is_over"),
    [
        ("activities", 2026, {}, False),
        ("activities", 2027, {}, True),
        ("activities", 2027, {12: 1}, False),
        ("titles", 2027, {12: 1}, True),
        ("rectified_share", 2027, {}, False),
    ],
    ids=["in the year", "over", "a report waits", "of other records", "put right later"],
)
def test_reach_knows_what_is_over(metric, year, waiting, is_over):
    reach = Reach(2026, datetime(year, 1, 5, 4, tzinfo=UTC), waiting)

    assert reach.is_over(leaf_on(metric)) is is_over


def test_marks_are_never_over():
    leaf = Indicator(source="manual", rule_kind="manual", params={})

    assert Reach(2026, datetime(2027, 1, 5, tzinfo=UTC)).is_over(leaf) is False


@pytest.mark.parametrize(
    ("leaf", "waiting", "value", "expected"),
    [
        (leaf_on("active_months"), {3: 1, 11: 2}, D(4), D(7)),
        (leaf_on("content_kinds"), {}, D(4), D(9)),
        (leaf_on("content_kinds"), {}, D(10), D(10)),
        (leaf_on("rectified_share"), {}, D(50), D(100)),
        (
            leaf_on("activities", 单价="1", 周期="季"),
            {2: 1},
            {"2": D(1)},
            {"1": D(1), "2": D(1), "4": PLENTY},
        ),
        (
            leaf_on("content_kinds", 单价="1", 周期="季"),
            {2: 1},
            {"2": D(1)},
            {"1": PLENTY, "2": D(1), "4": PLENTY},
        ),
    ],
    ids=["months", "kinds", "more kinds", "share", "quarters", "kinds by quarter"],
)
def test_reach_counts_reports_that_wait(leaf, waiting, value, expected):
    reach = Reach(2026, datetime(2026, 11, 5, 4, tzinfo=UTC), waiting, 9)

    assert reach.of(leaf, value) == expected


WEIGHTED = metric_leaf("per_unit", 单价="1")
WEIGHTED.metric_filters = {"weighted": True}


@pytest.mark.parametrize(
    ("leaf", "value", "expected"),
    [
        (leaf_on("activities"), D(1), D(4)),
        (leaf_on("linkage_themed_activities"), D(1), D(2)),
        (WEIGHTED, D("1.5"), D("7.5")),
        (
            leaf_on("activities", "graded", 等次分="优秀:1，较差:-1"),
            {"优秀": D(1)},
            {"优秀": D(4), "较差": D(3)},
        ),
        (
            leaf_on("activities", 单价="1", 周期="季"),
            {"2": D(1)},
            {"1": D(2), "2": D(1), "4": D(1)},
        ),
        (
            leaf_on("activities", "level_sum", 级别分="优秀:1", 周期="季"),
            {"1": {"优秀": D(1)}},
            {"1": {"优秀": D(3)}, "4": {"优秀": D(1)}},
        ),
        (leaf_on("activities", "checklist", 清单="活动联办:1"), (), None),
        (leaf_on("activities", "checklist", 达标数="2:1，1:0.5"), D(1), D(4)),
    ],
    ids=[
        "number",
        "of linkages",
        "weighted",
        "by grade",
        "quarters",
        "grades by quarter",
        "items",
        "number of items",
    ],
)
def test_reach_after_the_year_is_the_reports_that_wait(leaf, value, expected):
    now = datetime(2027, 1, 5, 4, tzinfo=UTC)
    reach = Reach(2026, now, {2: 2, 12: 1}, of_linkages={12: 1})

    assert reach.of(leaf, value) == expected


@pytest.mark.django_db
def test_forecast_after_the_year_promises_what_waits_and_no_more(client, scheme, townships):
    one, two = townships
    last_year = timezone.localdate().year - 1
    Scheme.objects.update(year=last_year)
    leaf = {"rule_kind": "per_unit", "params": {"单价": "2"}, "metric": "activities"}
    scheme.indicators.filter(code="B1").update(**leaf, metric_filters={})
    accepted_activity(one, two, starts_on=date(last_year, 11, 3))
    waits = ActivityFactory(reporter=one, starts_on=date(last_year, 12, 3))
    ParticipationFactory(activity=waits, organisation=one)
    client.force_login(user_with(Role.LIAISON, one))

    result = detail(client, member_of(scheme, one)).context["forecast"].result

    line = result.now.line("B1")
    assert (line.points, result.open(line)) == (D(2), D(2))


@pytest.mark.django_db
def test_reports_that_wait_for_a_linkage_are_those_of_all_its_members():
    linkage, member = IndustryLinkageFactory(), OrganisationFactory()
    facts = {"submitted_at": None, "submitted_by": None, "status": "draft"}
    reports = [
        ActivityFactory(reporter=member, starts_on=date(2026, 12, 3)),
        ActivityFactory(reporter=member, starts_on=date(2026, 12, 4), **facts),
        ActivityFactory(reporter=linkage.lead, starts_on=date(2026, 12, 5), **facts),
        accepted_activity(member, starts_on=date(2026, 12, 6)),
    ]
    for report in reports:
        report.partnerships.add(linkage)

    assert waiting_of_linkages(2026, [linkage.lead_id, member.pk]) == {linkage.lead_id: {12: 2}}


@pytest.mark.django_db
def test_forecast_keeps_past_months_of_reports_under_review(scheme, townships):
    one, two = townships
    waits = accepted_activity(one, two, starts_on=date(2026, 2, 3))
    waits.status, waits.reviewed_at, waits.reviewed_by = "submitted", None, None
    waits.save()

    found = waiting_reports(2026, [one.pk, two.pk])

    assert found == {one.pk: {2: 1}, two.pk: {2: 1}}
