"""Several judges are blind to each other until all have marked a unit; progress of all."""

from decimal import Decimal as D

import pytest
from django.utils import timezone

from assessment import actions
from assessment.judging import (
    Bench,
    Progress,
    judge_progress,
    judges_of,
    marked_rule,
    office_progress,
)
from assessment.models import Indicator, ManualMark, Scheme
from assessment.rules import ValueMissing, ValueRefused
from core import jobs
from tests.assessment.marking import judge_of, leaf_of, marked_scheme, type_in, units_of
from tests.factories.assessment import GroupMemberFactory
from tests.factories.organisations import OrganisationFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme():
    return marked_scheme(params={"评委数": "2", "步长": "0.5"})


@pytest.fixture
def leaf(scheme):
    return scheme.indicators.get()


@pytest.fixture
def unit(scheme):
    return units_of(scheme)[0]


def cell_of(leaf, unit, judge):
    member = leaf.scheme.members.get(organisation=unit)
    return Bench([leaf], [member], judge).cell((leaf.pk, unit.pk))


def test_marks_of_others_are_hidden_until_all_have_scored(leaf, unit):
    first, second = judge_of(leaf), judge_of(leaf)

    type_in(leaf, unit, "15", by=first)
    before = [cell_of(leaf, unit, judge).shown for judge in (first, second)]
    type_in(leaf, unit, "18", by=second)
    after = [cell_of(leaf, unit, judge) for judge in (first, second)]

    assert before == [(), ()]
    assert [cell.shown for cell in after] == [(D(15), D(18))] * 2
    assert [cell.mean for cell in after] == [D("16.5")] * 2


def test_a_unit_that_one_s_own_has_taken_over_is_one_s_own(scheme, leaf, unit):
    judge = judge_of(leaf)
    before = cell_of(leaf, unit, judge).closed
    unit.valid_until, unit.successor = timezone.localdate(), leaf.department
    unit.save()

    assert (before, cell_of(leaf, unit, judge).closed) == ("", "本单位，不评")


def test_a_third_judge_finds_the_cell_closed(leaf, unit):
    first, second, third = (judge_of(leaf) for _ in range(3))
    type_in(leaf, unit, "15", by=first)
    type_in(leaf, unit, "18", by=second)

    answer = type_in(leaf, unit, "16", by=third)

    assert answer.error == "这一格不评（2 位评委已评满），没有保存。"
    assert (cell_of(leaf, unit, third).shown, ManualMark.objects.count()) == ((), 2)


def test_a_mark_that_others_have_seen_changes_only_with_a_reason(leaf, unit):
    first, second = judge_of(leaf), judge_of(leaf)
    type_in(leaf, unit, "15", by=first)
    type_in(leaf, unit, "18", by=second)

    bare = type_in(leaf, unit, "17", by=first)
    taken_back = type_in(leaf, unit, "", by=first)
    told = type_in(leaf, unit, "17", "补充了材料", by=first)

    assert bare.error == "评委的分已经公开，改分要写明理由；写好前仍按原来的 15 分计。"
    assert taken_back.error == "评委的分已经公开，不能撤回；要改请填新的分并写明理由。"
    assert (told.error, ManualMark.objects.count()) == ("", 2)


@pytest.mark.parametrize(
    ("status", "shown", "mean"),
    [
        (Scheme.Status.SCORING, (), None),
        (Scheme.Status.APPROVED, (), None),
        (Scheme.Status.NOTICE, (D(15), D(18)), D("16.5")),
        (Scheme.Status.FINAL, (D(15), D(18)), D("16.5")),
    ],
)
def test_without_a_count_of_judges_marks_are_shown_once_the_result_is_public(
    scheme, unit, status, shown, mean
):
    leaf = leaf_of(scheme, OrganisationFactory(), code="E1")
    first, second, silent = judge_of(leaf), judge_of(leaf), judge_of(leaf)
    type_in(leaf, unit, "15", by=first)
    type_in(leaf, unit, "18", by=second)
    facts = {"approved_by": first, "approved_at": timezone.now()}
    Scheme.objects.filter(pk=scheme.pk).update(status=status, **facts)
    leaf = Indicator.objects.get(pk=leaf.pk)

    cell, other = cell_of(leaf, unit, first), cell_of(leaf, unit, silent)

    assert (cell.shown, cell.mean, cell.closed) == (shown, mean, "")
    assert (other.shown, other.mean) == ((), None)


@pytest.mark.parametrize(
    ("marks", "sentence", "is_missing"),
    [
        (None, "2 位评委中 0 位已评", True),
        ((D(8),), "2 位评委中 1 位已评", True),
        ((D(8), D(9), D(7)), "应有 2 位评委的评分，现有 3 个", False),
    ],
)
def test_a_part_of_the_marks_is_a_missing_value(leaf, marks, sentence, is_missing):
    rule = marked_rule(leaf)

    with pytest.raises(ValueRefused, match=sentence) as refused:
        rule.take(marks)

    assert isinstance(refused.value, ValueMissing) is is_missing


def test_a_run_names_the_unit_whose_judges_are_not_complete(scheme, leaf):
    leaf.points = 100
    leaf.save()
    first, second = judge_of(leaf), judge_of(leaf)
    one, two = units_of(scheme)
    for judge, unit in ((first, one), (first, two), (second, two)):
        type_in(leaf, unit, "80", by=judge)

    run = actions.start_run(scheme, by=user_with("office_staff"))
    jobs.run(run.job_id)

    run.refresh_from_db()
    assert run.finished_at is None
    assert f"“{one.short_name}”的“D1 实效”：2 位评委中 1 位已评" in run.job.message


def test_judge_progress_counts_own_marks_in_open_cells(scheme, leaf):
    one, two = units_of(scheme)
    first, second, third = (judge_of(leaf) for _ in range(3))
    GroupMemberFactory(group=scheme.groups.get(), organisation=leaf.department)
    type_in(leaf, one, "15", by=first)
    type_in(leaf, one, "16", by=second)
    type_in(leaf, two, "15", by=first)

    found = [judge_progress([leaf], judge)[leaf.pk] for judge in (first, second, third)]

    assert found == [Progress(2, 2), Progress(1, 2), Progress(0, 1)]


def test_office_progress_counts_by_department_and_indicator(scheme, leaf):
    one, _two = units_of(scheme)
    other = leaf_of(scheme, OrganisationFactory(), code="E1", applies_to=["village"])
    type_in(leaf, one, "15", by=judge_of(leaf))

    parts = office_progress(scheme)

    assert [(part.department, part.progress) for part in parts] == [
        (leaf.department, Progress(1, 4)),
        (other.department, Progress(0, 0)),
    ]
    assert [(row.judges, row.progress.left) for row in parts[0].rows] == [(2, 3)]


def test_office_progress_of_a_scheme_without_manual_leaves_is_empty(scheme, leaf):
    leaf.delete()

    assert office_progress(scheme) == []


def test_a_leaf_with_senseless_parameters_still_has_bounds(leaf):
    leaf.params = {"评委数": "两"}

    assert judges_of(marked_rule(leaf)) is None
