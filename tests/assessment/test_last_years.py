"""Last year's values after units were renamed, merged, split or closed."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment import actions
from assessment.actions import ValueChange
from assessment.leaf_values import leaf_values
from assessment.models import GroupMember, ImportedValue, ManualMark, Scheme
from assessment.rules import value_to_json
from assessment.unit_sheets import forecast_of
from core import jobs
from organisations.actions.changes import (
    NewUnit,
    close_organisation,
    merge_organisations,
    rename_organisation,
    split_organisation,
)
from organisations.models import Organisation
from tests.factories.activities import accepted_activity
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
    score_of,
)
from tests.factories.organisations import OrganisationFactory, UserFactory, paper, user_with

pytestmark = pytest.mark.django_db

CHANGE = {"基础": "50", "每增加": "1", "增加封顶": "50", "每减少扣": "1", "减少封顶": "50"}
SPRING = date(2026, 3, 1)


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def ended():
    return OrganisationFactory(name="旧甲", short_name="旧甲")


@pytest.fixture
def other():
    return OrganisationFactory(name="旧乙", short_name="旧乙")


@pytest.fixture
def into():
    return OrganisationFactory(name="丙", short_name="丙")


@pytest.fixture
def scheme():
    return SchemeFactory()


@pytest.fixture
def last(scheme):
    return SchemeFactory(
        region=scheme.region,
        year=2025,
        status=Scheme.Status.FINAL,
        approved_by=UserFactory(),
        approved_at=timezone.now(),
    )


def changed(**facts):
    return paper(**{"effective_on": SPRING, "document_number": "奈党发〔2026〕5号"} | facts)


def leaf(scheme, source="metric", kind="change"):
    return IndicatorFactory(
        scheme=scheme,
        code="A",
        name="比上年",
        rule_kind=kind,
        params=CHANGE if kind == "change" else {"单价": "1"},
        source=source,
        metric="activities" if source == "metric" else "",
    )


def imported(indicator, unit, value, **facts):
    return ImportedValue.objects.create(
        indicator=indicator,
        organisation=unit,
        value=value_to_json(D(value)),
        entered_by=UserFactory(),
        **facts,
    )


def held(scheme, *units):
    """Members of the scheme, all in one group."""
    group = AssessmentGroupFactory(scheme=scheme)
    return [GroupMemberFactory(group=group, organisation=unit) for unit in units]


def found(scheme, *units):
    now = timezone.now() + timedelta(seconds=1)
    leaves = list(scheme.indicators.exclude(rule_kind=""))
    return leaf_values(scheme, leaves, [unit.pk for unit in units], data_as_of=now)


def previous(scheme, *units):
    values = found(scheme, *units).previous
    return [values.get((str(unit.pk), "A")) for unit in units]


def told(facts, unit):
    return facts.get((str(unit.pk), "A"), "")


@pytest.mark.parametrize(("history", "own", "taken"), [("follows", 0, 3), ("stays", 2, 1)])
def test_last_years_records_go_where_this_years_do(scheme, ended, into, staff, history, own, taken):
    leaf(scheme)
    accepted_activity(ended, starts_on=date(2025, 5, 1))
    accepted_activity(ended, starts_on=date(2025, 6, 1))
    accepted_activity(into, starts_on=date(2025, 7, 1))

    merge_organisations([ended], into=into, paper=changed(history=history), by=staff)

    assert previous(scheme, ended, into) == [own, taken]
    words = {"follows": "上年数据含“旧甲”的", "stays": ""}
    assert told(found(scheme, into).taken, into) == words[history]


def test_last_years_records_of_a_renamed_unit_stay_its_own(scheme, ended, staff):
    leaf(scheme)
    accepted_activity(ended, starts_on=date(2025, 5, 1))

    rename_organisation(ended, name="新名称", short_name="新名", paper=changed(), by=staff)

    values = found(scheme, ended)
    assert list(values.previous.values()) == [1]
    assert (values.gaps, values.taken) == ({}, {})


def test_last_years_records_of_a_closed_unit_go_to_the_successor(scheme, ended, into, staff):
    leaf(scheme)
    accepted_activity(ended, starts_on=date(2025, 5, 1))

    close_organisation(ended, successor=into, paper=changed(), by=staff)

    assert previous(scheme, into) == [1]


def test_an_end_of_long_ago_is_not_named(scheme, ended, into, staff):
    leaf(scheme)
    merge_organisations([ended], into=into, paper=changed(effective_on=date(2023, 3, 1)), by=staff)

    values = found(scheme, into)

    assert (list(values.previous.values()), values.taken) == ([0], {})


@pytest.mark.parametrize(
    ("history", "expected", "gap"),
    [
        ("follows", 2, ""),
        (
            "stays",
            None,
            "2026年3月1日按奈党发〔2026〕5号新设，上年的数据算“旧甲”、“旧乙”的，"
            "不能当作 0 比较，请在“导入数据”的“上年”表填它上年的数",
        ),
    ],
)
def test_a_unit_set_up_by_a_merger_has_the_past_or_none(
    scheme, ended, other, staff, history, expected, gap
):
    leaf(scheme)
    accepted_activity(ended, starts_on=date(2025, 5, 1))
    accepted_activity(other, starts_on=date(2025, 6, 1))

    merge_organisations(
        [ended, other], into=NewUnit("新局", "新局"), paper=changed(history=history), by=staff
    )

    new = Organisation.objects.get(short_name="新局")
    assert previous(scheme, new) == [expected]
    assert told(found(scheme, new).gaps, new) == gap


@pytest.mark.parametrize(("lives_on", "holder"), [(True, "旧甲"), (False, "新一局")])
def test_a_unit_split_off_has_no_past(scheme, ended, staff, lives_on, holder):
    leaf(scheme)
    accepted_activity(ended, starts_on=date(2025, 5, 1))

    split_organisation(
        ended,
        into=[NewUnit("新一局", "新一局"), NewUnit("新二局", "新二局")],
        lives_on=lives_on,
        paper=changed(),
        by=staff,
    )

    one, two = Organisation.objects.filter(short_name__in=["新一局", "新二局"]).order_by("pk")
    keeps = [1, None, None] if lives_on else [0, 1, None]
    assert previous(scheme, ended, one, two) == keeps
    assert f"上年的数据算“{holder}”的" in told(found(scheme, two).gaps, two)


@pytest.mark.parametrize("source", ["imported", "manual"])
def test_what_was_entered_goes_to_the_successor_without_its_own(
    scheme, last, ended, into, staff, source
):
    before = leaf(last, source, "per_unit" if source == "imported" else "change")
    held(last, ended)
    leaf(scheme, source)
    if source == "imported":
        imported(before, ended, 4)
    else:
        ManualMark.objects.create(
            indicator=before, organisation=ended, value=D(4), marked_by=UserFactory()
        )

    merge_organisations([ended], into=into, paper=changed(), by=staff)

    assert previous(scheme, into) == [D(4)]
    assert told(found(scheme, into).taken, into) == "上年数据是“旧甲”的"


@pytest.mark.parametrize(
    ("kind", "expected", "words"),
    [
        ("per_unit", D(7), "上年数据含“旧甲”的"),
        (
            "change",
            None,
            "合并的单位（含“旧甲”）上年各有数据（3、4），评分、比例、名次不能相加，"
            "请在“导入数据”的“上年”表填合并后的数",
        ),
    ],
)
def test_only_numbers_of_things_are_added_up(
    scheme, last, ended, into, staff, kind, expected, words
):
    before = leaf(last, "imported", kind)
    held(last, ended, into)
    imported(before, into, 3)
    imported(before, ended, 4)
    leaf(scheme, "imported")

    merge_organisations([ended], into=into, paper=changed(), by=staff)

    values = found(scheme, into)
    assert previous(scheme, into) == [expected]
    assert told(values.gaps | values.taken, into) == words


def test_what_an_ended_unit_left_in_a_place_passed_on_is_not_counted_again(
    scheme, last, ended, into, staff
):
    before = leaf(last, "imported", "per_unit")
    held(last, into)
    imported(before, into, 7)
    imported(before, ended, 4)
    leaf(scheme, "imported")

    merge_organisations([ended], into=into, paper=changed(), by=staff)

    assert previous(scheme, into) == [D(7)]


def test_imported_for_last_year_follows_too_and_once(scheme, last, ended, into, staff):
    held(last, ended)
    imported(leaf(last, "imported", "per_unit"), ended, 4)
    imported(leaf(scheme, "imported"), ended, 5, is_previous=True)
    held(scheme, ended)

    merge_organisations([ended], into=into, paper=changed(), by=staff)

    assert list(GroupMember.objects.filter(scheme=scheme).values_list("organisation")) == [
        (into.pk,)
    ]
    assert previous(scheme, into) == [D(5)]


def test_what_the_office_enters_after_the_change_stands(scheme, last, ended, into, staff):
    held(last, ended, into)
    before = leaf(last, "imported")
    imported(before, into, 3)
    imported(before, ended, 4)
    now = leaf(scheme, "imported")
    imported(now, into, 3, is_previous=True)
    merge_organisations([ended], into=into, paper=changed(), by=staff)

    early = previous(scheme, into)
    ImportedValue.objects.filter(indicator=now).update(
        value=value_to_json(D("3.5")), entered_at=timezone.now()
    )

    assert (early, previous(scheme, into)) == ([None], [D("3.5")])


def split_off(scheme, ended, staff):
    """A unit set up without the past of the other, both members of the scheme."""
    split_organisation(
        ended, into=[NewUnit("新局", "新局")], lives_on=True, paper=changed(), by=staff
    )
    new = Organisation.objects.get(short_name="新局")
    return new, *held(scheme, ended, new)


def compute(scheme, staff):
    run = actions.start_run(scheme, by=staff)
    jobs.run(run.job_id)
    run.job.refresh_from_db()
    run.refresh_from_db()
    return run


def test_a_run_names_the_gap_until_the_office_fills_it(client, scheme, ended, staff):
    points = leaf(scheme)
    new, *_members = split_off(scheme, ended, staff)

    refused = compute(scheme, staff)
    client.force_login(staff)
    page = client.get(reverse("assessment:value_list", args=[scheme.pk]))
    change = ValueChange((points.pk, new.pk, True), None, value_to_json(D(2)))
    actions.save_imported_values(scheme, [change], basis="新局上年台账", by=staff)
    done = compute(scheme, staff)

    assert (refused.finished_at, "没有上年数据：2026年3月1日" in refused.job.message) == (
        None,
        True,
    )
    assert [note.split("：")[0] for note in page.context["last_year_notes"]] == [
        f"{new.full_label} A 比上年"
    ]
    assert score_of(done, new).lines.get().points == D(48)


def test_only_units_without_their_past_are_asked_for_it(client, scheme, ended, staff):
    leaf(scheme)
    split_off(scheme, ended, staff)
    client.force_login(staff)

    page = client.get(reverse("assessment:value_list", args=[scheme.pk]))

    cells = {row["member"].organisation.short_name: row["cells"] for row in page.context["rows"]}
    assert {name: [cell["applies"] for cell in row] for name, row in cells.items()} == {
        "旧甲": [False],
        "新局": [True],
    }


def test_the_forecast_says_why_there_is_no_last_year(scheme, ended, staff):
    leaf(scheme)
    _new, _member, member = split_off(scheme, ended, staff)

    (row,) = forecast_of(member).pending

    assert row.row.sentence.startswith("待导入上年的数：2026年3月1日按奈党发〔2026〕5号新设")


def test_evidence_names_whose_values_last_years_are(client, scheme, ended, into, staff):
    leaf(scheme)
    held(scheme, into)
    accepted_activity(ended, starts_on=date(2025, 5, 1))
    merge_organisations([ended], into=into, paper=changed(), by=staff)
    run = compute(scheme, staff)
    score = score_of(run, into)
    client.force_login(staff)

    page = client.get(
        reverse("assessment:evidence_list", args=[score.pk, scheme.indicators.get().pk])
    )

    assert page.context["last_year"] == "上年数据含“旧甲”的"


@pytest.mark.parametrize("number", [1, 3])
def test_last_years_take_the_same_queries_for_more_units(
    scheme, last, staff, number, django_assert_num_queries
):
    before = leaf(last, "imported", "per_unit")
    leaf(scheme, "imported")
    units = OrganisationFactory.create_batch(number)
    for unit in units:
        old = OrganisationFactory()
        held(last, old)
        imported(before, old, 4)
        merge_organisations([old], into=unit, paper=changed(), by=staff)
    leaves, ids = list(scheme.indicators.all()), [unit.pk for unit in units]

    with django_assert_num_queries(9):
        leaf_values(scheme, leaves, ids, data_as_of=timezone.now())
