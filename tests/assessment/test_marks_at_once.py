"""Two at the same moment: no mark is lost, none slips in behind an approval."""

import pytest

from accounts.rights import Role
from assessment import actions
from assessment.models import ImportedValue, ManualMark
from tests.assessment.marking import judge_of, marked_scheme, type_in, units_of
from tests.factories.assessment import IndicatorFactory, computed
from tests.factories.organisations import user_with
from tests.partnerships.test_concurrency import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def leaf():
    return marked_scheme(units=1, params={"评委数": "2"}).indicators.get()


@pytest.fixture
def unit(leaf):
    return units_of(leaf.scheme)[0]


def test_two_judges_at_once_both_give_their_mark(leaf, unit):
    first, second = judge_of(leaf), judge_of(leaf)

    outcomes = at_once(
        lambda: type_in(leaf, unit, "15", by=first), lambda: type_in(leaf, unit, "18", by=second)
    )

    assert [outcome.error for outcome in outcomes] == ["", ""]
    assert {mark.marked_by for mark in ManualMark.objects.all()} == {first, second}


def test_three_judges_at_once_leave_two_marks(leaf, unit):
    judges = [judge_of(leaf) for _ in range(3)]

    outcomes = at_once(*(lambda by=by: type_in(leaf, unit, "15", by=by) for by in judges))

    assert sorted(bool(outcome.error) for outcome in outcomes) == [False, False, True]
    assert ManualMark.objects.count() == 2


def test_one_judge_in_two_windows_at_once_keeps_one_and_is_told(leaf, unit):
    judge = judge_of(leaf)

    outcomes = at_once(
        lambda: type_in(leaf, unit, "15", seen="", by=judge),
        lambda: type_in(leaf, unit, "18", seen="", by=judge),
    )

    (told,) = [outcome for outcome in outcomes if outcome.theirs]
    (kept,) = [outcome for outcome in outcomes if not outcome.theirs]
    assert {told.value, kept.value} == {"15", "18"}
    assert ManualMark.objects.get().value == int(kept.value)


def test_a_mark_and_a_new_state_at_once_do_not_both_happen(leaf, unit):
    """Whoever comes second finds the scheme closed, or the results older than the mark."""
    scheme, staff = leaf.scheme, user_with(Role.OFFICE_STAFF)
    leaf.points = 100
    leaf.params = {}
    leaf.save()
    judge = judge_of(leaf)
    type_in(leaf, unit, "80", by=judge)
    run = computed(scheme, staff)
    actions.balance_group(scheme.groups.get(), note="", by=staff)
    director = user_with(Role.OFFICE_DIRECTOR)

    outcomes = at_once(
        lambda: type_in(leaf, unit, "85", by=judge),
        lambda: actions.approve_results(scheme, by=director, seen_run=run.number),
    )

    scheme.refresh_from_db()
    value, status = ManualMark.objects.get().value, scheme.status
    assert (value, status) in ((80, "approved"), (85, "scoring"))
    assert len(refusals(outcomes)) == 1


def test_two_saves_of_the_same_values_at_once(leaf, unit):
    imported = IndicatorFactory(scheme=leaf.scheme, code="I", source="imported", rule_kind="flag")
    change = actions.ValueChange((imported.pk, unit.pk, False), None, "3")
    users = [user_with(Role.OFFICE_STAFF) for _ in range(2)]

    outcomes = at_once(
        *(
            lambda by=by: actions.save_imported_values(leaf.scheme, [change], basis="公报", by=by)
            for by in users
        )
    )

    (refusal,) = refusals(outcomes)
    assert refusal.startswith("预览之后有人改过这些数据")
    assert ImportedValue.objects.count() == 1
