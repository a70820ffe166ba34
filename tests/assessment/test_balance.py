"""Balancing inside the groups: nothing is approved before the office has looked at every group."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.actions import Mark
from assessment.group_figures import balance_sheets
from assessment.models import GroupBalance, ManualMark, MarkReturn, Scheme, Veto
from assessment.scoring.balance import share_of, spread_of
from core.errors import RuleError
from organisations.models.kinds import Kind
from tests.factories.assessment import (
    AssessmentGroupFactory,
    IndicatorFactory,
    RunFactory,
    SchemeFactory,
    ScoreFactory,
    balanced,
    computed,
    scored_scheme,
)
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db
Status = Scheme.Status
QUERIES = 18


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def run():
    """Computed results of two groups: two townships and a department."""
    for _ in range(2):
        OrganisationFactory(region=RegionFactory())
    OrganisationFactory(kind=Kind.GOVERNMENT_DEPARTMENT, region=RegionFactory())
    return scored_scheme()


def groups(run):
    return actions.groups_to_balance(run)


def leaf_of(run):
    return run.scheme.indicators.get(rule_kind="manual")


def judge_of(run):
    return leaf_of(run).marks.first().marked_by


def now(run):
    return Scheme.objects.get(pk=run.scheme_id).status


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        (["80"], ("80", "80", "80", "80", "0", "0")),
        (["80", "90"], ("85", "85", "90", "80", "5", "10")),
        (["70", "80", "90", "100"], ("85", "85", "100", "70", "11.18", "30")),
        (["60.1", "60.2", "90"], ("70.1", "60.2", "90", "60.1", "14.07", "29.9")),
    ],
    ids=str,
)
def test_spread_of_is_worked_out_by_hand(totals, expected):
    spread = spread_of([D(total) for total in totals], 2)

    told = (
        spread.mean, spread.median, spread.best, spread.lowest, spread.deviation, spread.distance
    )  # fmt: skip
    assert (spread.units, told) == (len(totals), tuple(map(D, expected)))


def test_share_of_nothing_is_nothing():
    assert (share_of(D(1), D(3)), share_of(D(1), D(0))) == (D("33.3"), 0)


def test_balance_group_makes_the_scheme_balanced_with_the_last_group(run, staff):
    first, last = groups(run)

    actions.balance_group(first, note="与上年对照", by=staff)
    between = now(run)
    actions.balance_group(last, note="与上年对照", by=staff, seen_run=run.number)

    assert (between, now(run)) == (Status.SCORING, Status.BALANCED)
    assert (
        list(GroupBalance.objects.values_list("run", "note", "balanced_by"))
        == [(run.pk, "与上年对照", staff.pk)] * 2
    )


def test_balance_group_refuses_what_is_done_empty_or_unseen(run, staff):
    first, _last = groups(run)
    empty = AssessmentGroupFactory(scheme=run.scheme)
    actions.balance_group(first, note="无", by=staff)

    for group, seen, words in (
        (first, None, "已经平衡"),
        (empty, None, "没有单位得分"),
        (first, run.number + 1, "您看过之后已有第"),
    ):
        with pytest.raises(RuleError, match=words):
            actions.balance_group(group, note="无", by=staff, seen_run=seen)


def test_balance_group_waits_for_a_run(staff):
    group = AssessmentGroupFactory(scheme=SchemeFactory())

    with pytest.raises(RuleError, match="还没有计算过评分"):
        actions.balance_group(group, note="无", by=staff)


def test_balance_group_is_for_scoring_alone(run, staff):
    group = groups(run)[0]
    balanced(run)

    with pytest.raises(RuleError, match="评分中才能做组内平衡"):
        actions.balance_group(group, note="无", by=staff)


def test_approve_results_waits_for_all_groups(run):
    actions.balance_group(groups(run)[0], note="无", by=user_with(Role.OFFICE_STAFF))

    with pytest.raises(RuleError, match="组内平衡还没有做完"):
        actions.approve_results(run.scheme, by=user_with(Role.OFFICE_DIRECTOR))


def change_mark(run):
    mark = leaf_of(run).marks.first()
    actions.save_marks(
        leaf_of(run), {mark.organisation_id: Mark(D(1), "少有动作")}, by=mark.marked_by
    )


def take_mark_back(run):
    mark = leaf_of(run).marks.first()
    actions.save_marks(leaf_of(run), {mark.organisation_id: Mark(None)}, by=mark.marked_by)


def record_veto(run):
    actions.record_veto(
        run.scheme,
        organisation=run.scheme.members.first().organisation,
        kind=Veto.Kind.TOTAL,
        reason="事由",
        document_number="文号",
        by=user_with(Role.OFFICE_STAFF),
    )


@pytest.mark.parametrize("enter", [change_mark, take_mark_back, record_veto])
def test_what_is_entered_after_balancing_reopens_it(run, staff, enter):
    group = groups(run)[0]
    balanced(run)

    enter(run)

    assert now(run) == Status.SCORING
    with pytest.raises(RuleError, match="请重新计算后再办"):
        actions.balance_group(group, note="无", by=staff)
    with pytest.raises(RuleError, match="请重新计算后再办"):
        actions.approve_results(run.scheme, by=user_with(Role.OFFICE_DIRECTOR))


def test_withdrawing_a_veto_reopens_too(run, staff):
    record_veto(run)
    again = balanced(computed(run.scheme, staff))

    actions.withdraw_veto(Veto.objects.get(), reason="查实无误", by=staff)

    assert now(again) == Status.SCORING


def test_a_new_run_is_balanced_anew(run, staff):
    balanced(run)

    again = computed(run.scheme, staff)

    assert (now(run), len(groups(again))) == (Status.SCORING, 2)


def test_return_marks_asks_the_department_and_holds_the_group_up(run, staff):
    group, other = groups(run)
    actions.balance_group(group, note="无", by=staff)

    returned = actions.return_marks(group, indicator=leaf_of(run), reason="普遍偏宽", by=staff)

    assert groups(run) == [group, other]
    with pytest.raises(RuleError, match="退回的评分还没有答复"):
        actions.balance_group(group, note="无", by=staff)
    with pytest.raises(RuleError, match="不必重复退回"):
        actions.return_marks(group, indicator=leaf_of(run), reason="再看", by=staff)
    with pytest.raises(RuleError, match="只能退回本方案人工评分的指标"):
        actions.return_marks(group, indicator=IndicatorFactory(), reason="再看", by=staff)
    actions.keep_marks(returned, reason="已逐家复核", by=judge_of(run))
    with pytest.raises(RuleError, match="已经答复"):
        actions.keep_marks(returned, reason="已逐家复核", by=judge_of(run))
    actions.balance_group(group, note="部门已复核", by=staff)
    assert groups(run) == [other]


def test_changed_marks_answer_what_was_sent_back(run, staff):
    mark = leaf_of(run).marks.first()
    group = run.scheme.members.get(organisation=mark.organisation_id).group
    returned = actions.return_marks(group, indicator=leaf_of(run), reason="偏宽", by=staff)

    change_mark(run)

    returned.refresh_from_db()
    assert (returned.answered_by, returned.answer) == (mark.marked_by, "")
    assert not MarkReturn.objects.waiting().exists()


def test_balance_sheets_tell_who_is_strict(run):
    townships, departments = balance_sheets(run)

    assert (townships.spread.units, departments.spread.units) == (2, 1)
    judge = townships.judges[0]
    assert (judge.marks, judge.mean, judge.tendency) == (2, D(15), "与全部评分的均值相同")
    assert (townships.balance, townships.waits, townships.vetoed) == (None, False, 0)


def test_balance_sheets_compare_with_all_marks(run):
    change_mark(run)

    judges = [sheet.judges[0] for sheet in balance_sheets(run)]

    assert sorted(judge.against for judge in judges) == [D("-2.33"), D("4.67")]
    assert {judge.tendency for judge in judges} == {"偏严 2.33 分", "偏宽 4.67 分"}


def test_balance_sheets_compare_nothing_with_itself(run):
    kept = groups(run)[0]
    ManualMark.objects.exclude(organisation__group_memberships__group=kept).delete()

    (judge,) = balance_sheets(run)[0].judges

    assert (judge.against, judge.tendency) == (0, "没有别的评分可比")


@pytest.mark.parametrize("item_count", [1, 3])
def test_balance_list_takes_the_same_queries(client, django_assert_num_queries, item_count):
    run = RunFactory(scheme=SchemeFactory())
    for place in range(item_count):
        ScoreFactory(run=run, group=AssessmentGroupFactory(scheme=run.scheme, order=place))
    client.force_login(user_with(Role.OFFICE_STAFF))

    with django_assert_num_queries(QUERIES):
        response = client.get(reverse("assessment:balance_list", args=[run.scheme_id]))

    assert len(response.context["sheets"]) == item_count


def test_balance_list_without_a_run_says_why(client):
    client.force_login(user_with(Role.OFFICE_DIRECTOR))

    response = client.get(reverse("assessment:balance_list", args=[SchemeFactory().pk]))

    assert "还没有可以平衡的得分" in response.text


def test_group_balance_asks_once_and_leads_back(client, run, staff):
    group = groups(run)[0]
    url = reverse("assessment:group_balance", args=[group.pk])
    client.force_login(staff)
    asked = client.get(url)

    faulty = client.post(url, {"note": ""})
    done = client.post(url, {"note": "已对照", "run": asked.context["form"].initial["run"]})

    assert [score.rank for score in asked.context["scores"]] == [1, 1]
    assert ("人工评分的宽严" in asked.text, "平均 15，2 家" in asked.text) == (True, True)
    assert (faulty.status_code, done.url) == (
        422,
        reverse("assessment:balance_list", args=[run.scheme_id]),
    )
    assert GroupBalance.objects.get().note == "已对照"


def test_group_balance_leads_on_to_the_next_group_where_asked(client, run, staff):
    client.force_login(staff)
    first, second = groups(run)
    url = reverse("assessment:group_balance", args=[first.pk])

    asked = client.get(url).text
    led_on = client.post(url, {"note": "各项无异常", "next": "1"})
    last = client.get(led_on.url).text
    done = client.post(led_on.url, {"note": "各项无异常", "next": "1"})

    assert ("平衡第 1 组，共 2 组" in asked, f"下一组：{second}" in asked) == (True, True)
    assert led_on.url == reverse("assessment:group_balance", args=[second.pk])
    assert ("平衡第 2 组，共 2 组" in last, "下一组：" in last) == (True, False)
    assert done.url == reverse("assessment:balance_list", args=[run.scheme_id])
    assert now(run) == Status.BALANCED


def test_approving_shows_every_group_and_what_the_last_run_changed(client, run, staff):
    director = user_with(Role.OFFICE_DIRECTOR)
    client.force_login(director)
    url = reverse("assessment:scheme_approve", args=[run.scheme_id])
    alone = client.get(url)
    again = computed(run.scheme, staff)

    same = client.get(url)

    glances = same.context["glances"]
    assert [(one.group, one.spread.units, one.vetoed) for one in glances] == [
        (group, group.members.count(), 0) for group in groups(again)
    ]
    assert [sum(count for _name, count in one.grades) for one in glances] == [2, 1]
    assert "只计算过一次，没有可比的" in alone.text
    assert "与第 1 次计算的结果相同" in same.text


def test_another_office_balances_nothing_here(client, run):
    elsewhere = RegionFactory(code="150521000000", name="科左中旗", level="county")
    stranger = user_with(Role.OFFICE_STAFF, OrganisationFactory(region=elsewhere))
    group = groups(run)[0]
    client.force_login(stranger)

    answers = [
        client.get(reverse("assessment:balance_list", args=[run.scheme_id])).status_code,
        client.post(reverse("assessment:group_balance", args=[group.pk])).status_code,
    ]

    assert answers == [404, 404]


def test_marks_return_and_keep_through_the_pages(client, run, staff):
    group, leaf = groups(run)[0], leaf_of(run)
    judge = judge_of(run)
    department = leaf.department
    AssignmentFactory(user=judge, organisation=department, role=Role.SCORER)
    client.force_login(staff)
    url = reverse("assessment:marks_return", args=[group.pk])
    asked = client.get(url)
    client.post(url, {"indicator": leaf.pk, "reason": "普遍偏宽"})
    returned = MarkReturn.objects.get()
    client.force_login(judge)

    grid = client.get(reverse("assessment:mark_grid", args=[leaf.scheme_id]))
    keep = reverse("assessment:marks_keep", args=[returned.pk])
    shown = client.get(keep)
    client.post(keep, {"reason": "已逐家复核"})

    returned.refresh_from_db()
    assert (asked.status_code, "普遍偏宽" in grid.text, "普遍偏宽" in shown.text) == (
        200,
        True,
        True,
    )
    assert (returned.answer, returned.answered_by) == ("已逐家复核", judge)
    assert client.get(keep).status_code == 404


def test_marks_return_of_another_department_is_not_there(client, run, staff):
    returned = actions.return_marks(groups(run)[0], indicator=leaf_of(run), reason="再看", by=staff)
    client.force_login(user_with(Role.SCORER, OrganisationFactory(region=office().region)))

    answer = client.get(reverse("assessment:marks_keep", args=[returned.pk]))

    assert answer.status_code == 404


def test_two_directors_approve_once(run):
    balanced(run)
    seen_by_both = Scheme.objects.get(), Scheme.objects.get()
    first = user_with(Role.OFFICE_DIRECTOR)
    actions.approve_results(seen_by_both[0], by=first, seen_run=run.number)

    with pytest.raises(RuleError, match="方案现在是“已审定”"):
        actions.approve_results(seen_by_both[1], by=user_with(Role.OFFICE_DIRECTOR))

    assert Scheme.objects.get().approved_by == first
