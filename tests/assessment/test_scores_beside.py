"""Beside a unit's lines: last year's, the group's where told, and pictures with their tables."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.models import Run, Scheme
from assessment.unit_sheets import group_lines, last_year_of, make_sheet, trend_chart, trend_of
from assessment.unit_sheets.charts import _short
from tests.factories.assessment import (
    RunFactory,
    SchemeFactory,
    ScoreFactory,
    approved,
    computed,
    score_of,
    scored_scheme,
)
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return OrganisationFactory(region=RegionFactory())


@pytest.fixture
def run(unit):
    OrganisationFactory(region=RegionFactory())
    return scored_scheme()


def last_years(run, unit):
    """The unit's final result of 2025, on a copy of the table with one line renamed."""
    scheme = approved(SchemeFactory(year=2025))
    old = RunFactory(scheme=scheme)
    score = ScoreFactory(run=old, organisation=unit, total=D(80), earned=D(80))
    parents: dict[int | None, int | None] = {None: None}
    for row in run.scheme.indicators.order_by("order"):
        number, code = row.pk, {"B1": "Z9"}.get(row.code, row.code)
        row.pk, row.scheme, row.code = None, scheme, code
        row.name = {"C1": "整改情况"}.get(code, row.name)
        row.parent_id = parents[row.parent_id]
        row.save()
        parents[number] = row.pk
        score.lines.create(
            indicator=row, status="计分", points=row.points / 2, obtainable=row.points
        )
    return score


def sheet_of(run, unit, **options):
    known = {"standing": Run.Standing.TRIAL, "shows_rank": True}
    return make_sheet(score_of(run, unit), **known | options)


def test_last_year_is_found_by_code_or_by_name(run, unit):
    score = last_years(run, unit)

    last = last_year_of(sheet_of(run, unit))

    found = {code: (line.points, line.share, line.name) for code, line in last.lines.items()}
    assert (last.score, last.year, last.full, last.share) == (score, 2025, D(100), D(80))
    assert found["A1"] == (D(6), D(50), "")
    assert found["B1"] == (D(8), D(50), "")
    assert found["C1"] == (D(5), D(50), "整改情况")


@pytest.mark.parametrize(
    "facts", [{"status": Scheme.Status.SCORING}, {"year": 2024}], ids=["undecided", "older"]
)
def test_last_year_is_a_decided_one(run, unit, facts):
    score = last_years(run, unit)
    Scheme.objects.filter(pk=score.run.scheme_id).update(**facts)

    assert last_year_of(sheet_of(run, unit)) is None


def test_last_year_leaves_out_lines_of_another_kind(run, unit):
    score = last_years(run, unit)
    branch = score.lines.get(indicator__code="A")
    score.lines.exclude(pk=branch.pk).delete()
    score.run.scheme.indicators.filter(code="A1").update(code="Y")
    score.run.scheme.indicators.filter(code="A").update(code="A1", name="别的")

    assert last_year_of(sheet_of(run, unit)).lines == {}


def test_group_lines_are_means_and_best_of_the_group(run, unit):
    line = score_of(run, unit).lines.get(indicator__code="D1")
    line.points = D(19)
    line.save()

    lines = group_lines(sheet_of(run, unit))

    assert (lines["D1"].mean, lines["D1"].best, lines["D1"].share) == (D(17), D(19), D(85))
    assert (lines["F1"].best, lines["F1"].share) == (D(0), D(0))


def test_group_lines_are_not_told_with_the_ranks(run, unit):
    assert group_lines(sheet_of(run, unit, shows_rank=False)) == {}


def test_trend_runs_from_earlier_years_to_this_run(run, unit):
    last_years(run, unit)
    second = computed(run.scheme, run.requested_by)
    computed(run.scheme, run.requested_by)

    points = trend_of(sheet_of(second, unit))

    found = [(point.label, point.total, point.share) for point in points]
    total = second.scores.get(organisation=unit).total
    assert found == [
        ("2025年", D(80), D(80)),
        ("第 1 次", total, total),
        ("第 2 次", total, total),
    ]


def test_trend_needs_two_points(run, unit):
    assert trend_chart(trend_of(sheet_of(run, unit))) is None


@pytest.mark.parametrize(
    ("role", "columns"),
    [
        (Role.LIAISON, ["一级指标", "本单位（%）", "上年（%）"]),
        (Role.OFFICE_STAFF, ["一级指标", "本单位（%）", "本组平均（%）", "上年（%）"]),
    ],
)
def test_score_detail_draws_only_what_the_user_may_compare(client, run, unit, role, columns):
    last_years(run, unit)
    client.force_login(user_with(role, unit if role == Role.LIAISON else None))

    response = client.get(reverse("assessment:score_detail", args=[score_of(run, unit).pk]))

    shares, text = response.context["shares"], response.content.decode()
    assert (shares.kind, shares.table["heads"]) == ("radar", columns)
    assert shares.data["axes"][0] == {"name": "项目化推进", "max": 100}
    assert ("组均" in text) == (role == Role.OFFICE_STAFF)
    assert "上年 6 / 12（50%）" in text
    assert "原“整改情况”" in text


def test_score_detail_draws_bars_for_few_branches(client, run, unit):
    lines = score_of(run, unit).lines
    lines.filter(indicator__code__regex="^[CD]").delete()
    client.force_login(user_with(Role.LIAISON, unit))

    shares = client.get(reverse("assessment:score_detail", args=[score_of(run, unit).pk])).context[
        "shares"
    ]

    assert (shares.kind, shares.data["categories"]) == ("bar", ["项目化推进", "联办活动"])


def test_score_detail_draws_nothing_without_lines(client, run, unit):
    score_of(run, unit).lines.all().delete()
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.get(reverse("assessment:score_detail", args=[score_of(run, unit).pk]))

    assert (response.context["shares"], response.context["trend"]) == (None, None)


def test_score_detail_marks_corrected_lines(client, run, unit):
    line = score_of(run, unit).lines.get(indicator__code="D1")
    line.status, line.note = "更正", "异议复核"
    line.save()
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.get(reverse("assessment:score_detail", args=[score_of(run, unit).pk]))

    text = response.content.decode()
    assert ("已更正" in text, "按更正（异议复核）得 15 分" in text) == (True, True)


@pytest.mark.parametrize(("role", "told"), [(Role.LIAISON, False), (Role.OFFICE_STAFF, True)])
def test_rank_in_a_sentence_is_for_who_may_know_it(client, run, unit, role, told):
    run.scheme.indicators.filter(code="A1").update(
        rule_kind="rank", params={"名次分": "1:12，其他:0"}
    )
    second = computed(run.scheme, run.requested_by)
    score = score_of(second, unit)
    leaf = run.scheme.indicators.get(code="A1")
    client.force_login(user_with(role, unit if role == Role.LIAISON else None))

    pages = [
        client.get(reverse("assessment:score_detail", args=[score.pk])),
        client.get(reverse("assessment:evidence_list", args=[score.pk, leaf.pk])),
    ]

    assert ["家中第 1 名，与另外" in page.content.decode() for page in pages] == [told, told]
    if not told:
        assert "按本组名次得 12 分，名次在结果审定后公布" in pages[1].content.decode()


def test_names_are_cut_for_the_radar():
    assert (_short("项目化推进"), _short("一二三四五六七八九")) == ("项目化推进", "一二三四五六七…")


def test_sheet_of_the_notice_is_sound(run):
    assert actions.scheme_faults(run.scheme) == []


@pytest.mark.parametrize(
    ("name", "facts", "is_same"),
    [
        ("整改 情况（一）", {}, True),
        ("别的事项", {}, True),
        ("别的事项", {"metric": "partners"}, False),
        ("别的事项", {"metric_filters": {"x": "y"}}, False),
        ("别的事项", {"source": "manual", "metric": ""}, False),
        ("整改情况一", {"source": "manual", "metric": ""}, True),
    ],
    ids=["marks", "same count", "other metric", "other filters", "judged", "same name judged"],
)
def test_last_year_takes_only_what_is_the_same_thing(run, unit, name, facts, is_same):
    score = last_years(run, unit)
    run.scheme.indicators.filter(code="C1").update(name="整改情况一")
    score.run.scheme.indicators.filter(code="C1").update(name=name, **facts)

    lines = last_year_of(sheet_of(run, unit)).lines

    assert ("C1" in lines) is is_same
