"""试算 comes to what a run on the same data comes to: sums done by hand, through the pages."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.models import ImportedValue, Rehearsal, Scheme
from assessment.rehearsals import Material
from core import jobs
from organisations.models.kinds import Kind
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
    approved,
    computed,
)
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with

pytestmark = pytest.mark.django_db
Assumption = Rehearsal.Assumption
OUTSIDE = {"满分": "100"}


@pytest.fixture
def staff(client):
    staff = user_with(Role.OFFICE_STAFF)
    client.force_login(staff)
    return staff


@pytest.fixture
def township():
    return OrganisationFactory(region=RegionFactory())


@pytest.fixture
def department():
    return OrganisationFactory(region=RegionFactory(), kind=Kind.PARTY_DEPARTMENT)


def leaf(code, points, kind="flag", params=None, **facts):
    facts = {"source": "imported"} | facts
    return {"code": code, "points": D(points), "rule_kind": kind, "params": params or {}} | facts


def add_table(scheme, units, leaves):
    """The leaves in their order, one voiding another by its code; every unit in one group."""
    made = {}
    for order, facts in enumerate(leaves):
        excluded_by = made.get(facts.pop("excluded_by", None))
        one = IndicatorFactory(scheme=scheme, order=order, excluded_by=excluded_by, **facts)
        made[one.code] = one
    group = AssessmentGroupFactory(scheme=scheme)
    for unit in units:
        GroupMemberFactory(group=group, organisation=unit)
    return made


def last_year(staff, values, leaves):
    """The decided result of 2026; `values` by unit and code."""
    scheme = SchemeFactory(total=sum(one["points"] for one in leaves))
    made = add_table(scheme, values, [dict(one) for one in leaves])
    for unit, given in values.items():
        for code, value in given.items():
            ImportedValue.objects.create(
                indicator=made[code], organisation=unit, value=value, entered_by=staff
            )
    run = computed(scheme, staff)
    approved(scheme)
    return run


def draft_of(units, leaves, **facts):
    status = {"status": Scheme.Status.DRAFT, "published_by": None, "published_at": None}
    scheme = SchemeFactory(year=2027, **(status | facts))
    add_table(scheme, units, [dict(one) for one in leaves])
    return scheme


def rehearsed(scheme, staff, assumption=Assumption.LEAVE_OUT):
    rehearsal = actions.start_rehearsal(scheme, assumption=assumption, by=staff)
    jobs.run(rehearsal.job_id)
    rehearsal.refresh_from_db()
    assert rehearsal.finished_at is not None, rehearsal.job.message
    return rehearsal


def totals(rehearsal):
    return {int(key): D(one["total"]) for key, one in rehearsal.results["units"].items()}


def run_totals(run):
    return {score.organisation_id: score.total for score in run.scores.all()}


def detail(client, rehearsal):
    return client.get(reverse("assessment:rehearsal_detail", args=[rehearsal.pk])).text


def whatif(client, rehearsal, **typed):
    return client.get(reverse("assessment:rehearsal_whatif", args=[rehearsal.pk]), typed)


@pytest.mark.parametrize("assumption", [Assumption.FULL, Assumption.AVERAGE])
@pytest.mark.parametrize("role", ["deduction", "bonus"])
def test_nothing_is_assumed_of_a_deduction_or_a_bonus(client, staff, township, role, assumption):
    last_year(staff, {township: {"A": "1"}}, [leaf("A", 100)])
    unknown = leaf("D", 15, "manual", source="manual", role=role)
    draft = draft_of([township], [leaf("A", 100), unknown])

    rehearsal = rehearsed(draft, staff, assumption)

    assert totals(rehearsal) == {township.pk: D(100)}
    assert "各单位都按满分的 100% 计，加分和扣分的项按 0 计" in detail(client, rehearsal)


def test_form_says_that_nothing_is_assumed_of_them(client, staff, township):
    draft = draft_of([township], [leaf("A", 100)])

    text = client.get(reverse("assessment:rehearsal_create", args=[draft.pk])).text

    assert "加分和扣分的项都按 0 算" in text


def by_kind(common, special):
    return [
        leaf("L1", common, "manual", source="manual"),
        leaf("L2", special, "imported", OUTSIDE, applies_to=[Kind.TOWNSHIP]),
        leaf("L3", special, "imported", OUTSIDE, applies_to=[Kind.PARTY_DEPARTMENT]),
    ]


@pytest.fixture
def scored_by_kind(staff, township, department):
    values = {township: {"L2": "50"}, department: {"L3": "80"}}
    return last_year(staff, values, [one | {"points": D(20)} for one in by_kind(10, 20)[1:]])


def test_what_is_left_out_may_break_sums_that_add_up_by_kind(
    client, staff, scored_by_kind, township, department
):
    draft = draft_of([township, department], by_kind(10, 20), total=D(30))

    rehearsal = rehearsed(draft, staff)

    # The 10 points that are left out are taken to be as good as the 20 that are not.
    assert totals(rehearsal) == {township.pk: D(15), department.pk: D(24)}


def test_whatif_may_break_sums_of_what_is_not_left_out(
    client, staff, scored_by_kind, township, department
):
    draft = draft_of([township, department], by_kind(10, 10), total=D(30))
    rehearsal = rehearsed(draft, staff)

    response = whatif(client, rehearsal, **{"fixed": "1", "p-L2": "20", "p-L3": "20"})

    assert (response.status_code, response.context["wish"].faults) == (200, [])
    outcome = response.context["outcome"]
    assert (outcome.groups[0].spread.lowest, outcome.groups[0].spread.highest) == (D(15), D(24))


def test_void_leaf_stays_void_only_where_the_other_had_a_value(staff):
    units = [OrganisationFactory(region=RegionFactory()) for _ in range(2)]
    leaves = [leaf("B", 40, "deduct_each", {"每次扣": "10"}), leaf("A", 60, excluded_by="B")]
    values = {units[0]: {"A": "1", "B": "0"}, units[1]: {"A": "1", "B": "2"}}
    run = last_year(staff, values, leaves)

    rehearsal = rehearsed(draft_of(units, leaves), staff)

    # Nothing happened at the first unit: 60 + 40; twice at the second: 20 alone.
    assert totals(rehearsal) == run_totals(run) == {units[0].pk: D(100), units[1].pk: D(20)}


def test_exemption_reads_the_value_of_what_people_gave(staff, township):
    step = {"标准": "10", "步长": "1", "每步扣": "5", "豁免": "B>=90"}
    counted = {"source": "metric", "metric": "activities"}
    leaves = [leaf("A", 90, "sliding", step, **counted), leaf("B", 10, "imported", OUTSIDE)]
    run = last_year(staff, {township: {"B": "95"}}, leaves)

    rehearsal = rehearsed(draft_of([township], leaves), staff)

    assert totals(rehearsal) == run_totals(run) == {township.pk: D("99.5")}
    material = Material.from_json(rehearsal.values)
    assert material.values[str(township.pk), "B"] == D(95)


def test_what_nobody_gave_a_value_for_voids_nothing_and_is_named(client, staff, township):
    leaves = [leaf("B", 40, "deduct_each", {"每次扣": "10"}), leaf("A", 60, excluded_by="B")]
    last_year(staff, {township: {"A": "1", "B": "2"}}, leaves)
    newcomer = OrganisationFactory(region=RegionFactory())

    rehearsal = rehearsed(draft_of([township, newcomer], leaves), staff)

    # The newcomer has the mean parts: nothing of A, which was void, and half of B.
    assert totals(rehearsal) == {township.pk: D(20), newcomer.pk: D(20)}
    assert Material.from_json(rehearsal.values).unseen == ("B",)
    assert "互斥、豁免在试算里对这些单位不起作用" in detail(client, rehearsal)


def test_value_scored_another_way_before_is_not_taken_for_one(staff, township):
    last_year(staff, {township: {"A": "1", "B": "100"}}, [leaf("A", 60), leaf("B", 40)])
    leaves = [leaf("B", 40, "deduct_each", {"每次扣": "1"}), leaf("A", 60, excluded_by="B")]

    rehearsal = rehearsed(draft_of([township], leaves), staff)

    assert totals(rehearsal) == {township.pk: D(100)}
    assert Material.from_json(rehearsal.values).unseen == ("B",)


def test_rehearsal_made_before_values_were_taken_along_is_still_shown(client, staff, township):
    last_year(staff, {township: {"A": "1"}}, [leaf("A", 100)])
    rehearsal = rehearsed(draft_of([township], [leaf("A", 100)]), staff)
    del rehearsal.values["unseen"]
    rehearsal.save()

    assert "不起作用" not in detail(client, rehearsal)
    assert whatif(client, rehearsal).context["outcome"].moves == []


def test_policy_stays_in_force_when_something_is_left_out(staff, township, department):
    leaves = [
        leaf("A", 60, "imported", OUTSIDE),
        leaf("B", 40, "imported", OUTSIDE, applies_to=[Kind.TOWNSHIP]),
    ]
    last_year(staff, {township: {"A": "50", "B": "50"}, department: {"A": "50"}}, leaves)
    bonus = leaf("X", 10, "manual", source="manual", role="bonus")
    draft = draft_of([township, department], [*leaves, bonus], not_applicable="full")

    rehearsal = rehearsed(draft, staff)

    # 30 of 60, and the 40 points that do not apply to a department are given to it.
    assert totals(rehearsal) == {township.pk: D(50), department.pk: D(70)}


@pytest.mark.parametrize(
    ("kind", "params", "value", "points"),
    [
        ("completion", {"目标": "10", "封顶比": "1.2"}, "15", "72"),
        ("threshold", {"条件": ">=", "标准": "10", "未达": "-5"}, "1", "-5"),
    ],
)
def test_last_years_points_keep_the_limits_of_their_rule(
    staff, township, kind, params, value, points
):
    leaves = [leaf("A", 60, kind, params), leaf("B", 40)]
    run = last_year(staff, {township: {"A": value, "B": "0"}}, leaves)

    rehearsal = rehearsed(draft_of([township], leaves), staff)

    assert totals(rehearsal) == run_totals(run) == {township.pk: D(points)}


def test_whatif_moves_a_branch_to_nothing(client, staff, township):
    last_year(staff, {township: {"B": "1"}}, [leaf("B", 60)])
    draft = draft_of([township], [leaf("B", 60)])
    branch = IndicatorFactory(scheme=draft, code="P", points=D(40), order=5)
    facts = {"rule_kind": "manual", "source": "manual", "order": 6}
    IndicatorFactory(scheme=draft, parent=branch, code="P1", points=D(40), **facts)
    rehearsal = rehearsed(draft, staff)

    wish = whatif(client, rehearsal, **{"p-P": "0"}).context["wish"]

    assert wish.faults == []
    assert {row.code: row.now for row in wish.rows} == {"B": D(100), "P": D(0), "P1": D(0)}
