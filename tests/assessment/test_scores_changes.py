"""What changed since the run before, with the cause and the records behind it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from activities.models import Activity
from assessment.models import Indicator, ManualMark
from assessment.rules import Outcome, make_rule
from assessment.rules import Role as R
from assessment.rules.context import GroupContext
from assessment.scoring import Line, LineStatus
from assessment.unit_sheets.causes import causes
from assessment.unit_sheets.sheet import SheetRow
from tests.factories.activities import accepted_activity
from tests.factories.assessment import computed, score_of, scored_scheme
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with

RULE = {"kind": "per_unit", "params": {"单价": "2"}, "version": 1}


@pytest.fixture
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(2)]


def changes_on_page(client, run, unit):
    client.force_login(user_with(Role.OFFICE_STAFF))
    response = client.get(reverse("assessment:score_detail", args=[score_of(run, unit).pk]))
    return {one.row.line.code: one for one in response.context["changes"].lines}


@pytest.mark.django_db
def test_changes_name_the_records_that_came(client, townships):
    run = scored_scheme()
    new = [accepted_activity(*townships, starts_on=date(2026, 4, day)) for day in range(1, 6)]
    second = computed(run.scheme, run.requested_by)

    change = changes_on_page(client, second, townships[0])["B1"]

    assert [record.title for record in change.added.records] == [str(one) for one in new[:3]]
    assert (change.added.count, change.added.more, change.gone) == (5, 2, 0)


@pytest.mark.django_db
def test_changes_count_the_records_that_went(client, townships):
    gone = accepted_activity(*townships, starts_on=date(2026, 4, 1))
    run = scored_scheme()
    Activity.objects.filter(pk=gone.pk).update(status="submitted")
    accepted_activity(*townships, starts_on=date(2026, 4, 2), is_themed=True)
    accepted_activity(*townships, starts_on=date(2026, 4, 3), is_themed=True)
    second = computed(run.scheme, run.requested_by)

    found = changes_on_page(client, second, townships[0])

    assert (found["B1"].reason, found["B1"].added.count, found["B1"].gone) == (
        "数据由 1 次变为 2 次",
        2,
        1,
    )


@pytest.mark.django_db
def test_changes_tell_a_new_mark(client, townships):
    run = scored_scheme()
    ManualMark.objects.filter(organisation=townships[0]).update(value=D(16))
    second = computed(run.scheme, run.requested_by)

    (change,) = changes_on_page(client, second, townships[0]).values()

    assert (change.reason, change.added.count, change.gone) == ("评分由 15 改为 16", 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("item_count", [1, 3])
def test_changes_take_the_same_queries_whatever_their_number(
    client, townships, django_assert_num_queries, item_count
):
    run = scored_scheme()
    for day in range(item_count):
        accepted_activity(*townships, starts_on=date(2026, 4, 1 + day))
    second = computed(run.scheme, run.requested_by)
    client.force_login(user_with(Role.OFFICE_STAFF))
    page = reverse("assessment:score_detail", args=[score_of(second, townships[0]).pk])
    client.get(page)

    with django_assert_num_queries(23):
        response = client.get(page)

    assert response.context["changes"].lines[0].added.count == item_count


def line(status=LineStatus.SCORED, *, value="3", rule=RULE, note="", **facts):
    made = make_rule(rule["kind"], rule["params"]).evaluate(D(value), GroupContext(D(10)))
    outcome = replace(made, facts={name: D(number) for name, number in facts.items()})
    return Line(
        code="A1",
        parent="",
        name="活动",
        depth=0,
        role=R.BASE,
        is_leaf=True,
        full=D(10),
        obtainable=D(10),
        status=status,
        points=None if status is LineStatus.NOT_APPLICABLE else outcome.points,
        outcome=outcome,
        note=note,
    )


def row(now: Line, source: str = "metric") -> SheetRow:
    value = f"{now.outcome.value} 次" if isinstance(now.outcome, Outcome) else ""
    return SheetRow(now, Indicator(code="A1", source=source), "次", "", value, "", 0)


CORRECTED = LineStatus.CORRECTED
CAUSES = [
    ({}, {}, [RULE, RULE], "别的指标或组内其他单位的情况有变化"),
    ({"value": "4"}, {}, [RULE, RULE], "数据由 3 次变为 4 次"),
    ({"status": CORRECTED, "note": "复核"}, {}, [RULE, RULE], "按更正（复核）定为 6 分"),
    ({}, {"status": CORRECTED, "note": "复核"}, [RULE, RULE], "上次的更正（复核）不再有效"),
    ({"status": LineStatus.EXCLUDED}, {}, [RULE, RULE], "本项由“计分”变为“互斥不计”"),
    ({}, {"status": LineStatus.NOT_APPLICABLE}, [RULE, RULE], "本项由“不适用”变为“计分”"),
    ({}, {}, [RULE | {"version": 2}, RULE], "赋分办法的算法由第 1 版改为第 2 版"),
    (
        {},
        {},
        [RULE, RULE | {"params": {"错": "1"}}],
        "赋分办法由“错=1”改为“每 1 次得 2 分，最高 10 分”",
    ),
    ({"mean": "3.456"}, {"mean": "3"}, [{}, RULE], "本组均值由 3 变为 3.46"),
    ({"previous": "1"}, {"previous": "2"}, [RULE, {}], "上年数据由 2 变为 1"),
]


@pytest.mark.parametrize(("now", "before", "rules", "sentence"), CAUSES)
def test_causes_name_what_moved(now, before, rules, sentence):
    assert causes(row(line(**now)), line(**before), tuple(rules), shows_rank=False) == [sentence]


@pytest.mark.parametrize(
    ("shows_rank", "sentence"),
    [(True, "组内名次由 2 变为 1"), (False, "组内其他单位的数据有变化")],
)
def test_causes_tell_ranks_only_where_they_are_known(shows_rank, sentence):
    found = causes(row(line(rank="1")), line(rank="2"), (RULE, RULE), shows_rank=shows_rank)

    assert found == [sentence]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [("imported", "导入的数据由 3 次改为 4 次"), ("manual", "评分由 3 次改为 4 次")],
)
def test_causes_say_where_a_value_came_from(source, sentence):
    found = causes(row(line(value="4"), source), line(), (RULE, RULE), shows_rank=False)

    assert found == [sentence]


def test_causes_need_an_outcome_for_figures():
    bare = replace(line(), outcome=None)

    found = causes(row(bare), replace(bare, points=D(1)), (RULE, RULE), shows_rank=False)

    assert found == ["别的指标或组内其他单位的情况有变化"]
