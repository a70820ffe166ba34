"""The results of a scheme: who sees what, by group, narrowed and sorted."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment.models import Run, Scheme
from core.models import Job
from organisations.models.kinds import Kind
from tests.factories.assessment import (
    AssessmentGroupFactory,
    RunFactory,
    SchemeFactory,
    ScoreFactory,
    approved,
)
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with

pytestmark = pytest.mark.django_db
QUERIES = 16


def trial_run() -> Run:
    return RunFactory(scheme=SchemeFactory())


def score(run, group, total="80", rank=1, **facts):
    return ScoreFactory(run=run, group=group, total=D(total), rank=rank, **facts)


def address(run, name="score_list", *more):
    return reverse(f"assessment:{name}", args=[run.scheme_id, *more])


def shown(response):
    return [
        (block["group"].name, [row["score"].organisation.short_name for row in block["rows"]])
        for block in response.context["groups"]
    ]


@pytest.mark.parametrize("item_count", [1, 3])
def test_score_list_takes_the_same_queries(client, django_assert_num_queries, item_count):
    run = trial_run()
    for place in range(item_count):
        score(run, AssessmentGroupFactory(scheme=run.scheme, order=place))
    client.force_login(user_with(Role.OFFICE_STAFF))

    with django_assert_num_queries(QUERIES):
        response = client.get(address(run))

    assert len(response.context["page"]) == item_count


def test_score_list_stands_by_group_and_never_ranks_across_them(client):
    run = trial_run()
    one = AssessmentGroupFactory(scheme=run.scheme, name="苏木乡镇", order=0)
    two = AssessmentGroupFactory(scheme=run.scheme, name="政府部门", order=1)
    score(run, one, "70", 2, organisation__short_name="甲镇")
    score(run, one, "80", 1, organisation__short_name="乙镇")
    score(run, two, "99", 1, organisation__short_name="丙局")
    client.force_login(user_with(Role.OFFICE_STAFF))

    usual = client.get(address(run))
    by_total = client.get(address(run), {"sort": "-total"})
    by_name = client.get(address(run), {"sort": "total"})

    assert shown(usual) == [("苏木乡镇", ["乙镇", "甲镇"]), ("政府部门", ["丙局"])]
    assert shown(by_total) == [("苏木乡镇", ["乙镇", "甲镇"]), ("政府部门", ["丙局"])]
    assert shown(by_name) == [("苏木乡镇", ["甲镇", "乙镇"]), ("政府部门", ["丙局"])]


def test_score_list_tells_the_figures_of_the_whole_group(client):
    run = trial_run()
    group = AssessmentGroupFactory(scheme=run.scheme)
    for total in ("70", "80.5", "90"):
        score(run, group, total)
    client.force_login(user_with(Role.LEADER))

    figures = client.get(address(run)).context["groups"][0]["figures"]

    assert (figures["units"], figures["mean"], figures["best"]) == (3, D("80.17"), D(90))


def test_score_list_shows_the_latest_finished_run(client):
    old = trial_run()
    score(old, AssessmentGroupFactory(scheme=old.scheme), "50")
    new = RunFactory(scheme=old.scheme)
    score(new, AssessmentGroupFactory(scheme=old.scheme), "60")
    RunFactory(scheme=old.scheme, finished_at=None)
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(address(old))

    assert [row.total for row in response.context["page"]] == [D(60)]
    assert f"第 {new.number} 次计算" in response.content.decode()


def test_score_list_without_a_run_says_why(client):
    scheme = SchemeFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(reverse("assessment:score_list", args=[scheme.pk]))

    assert "还没有得分" in response.content.decode()


def two_villages(run):
    """A township with two villages in the run, and a township that is none of its business."""
    township = OrganisationFactory(region=RegionFactory())
    group = AssessmentGroupFactory(scheme=run.scheme)
    for place in range(2):
        village = OrganisationFactory(
            kind=Kind.VILLAGE, region=township.region, superior=township, short_name=f"{place}村"
        )
        score(run, group, organisation=village, rank=2 - place)
    score(run, group, organisation=OrganisationFactory())
    return township


def test_score_list_shows_a_township_its_own_villages_without_ranks_before_approval(client):
    run = trial_run()
    client.force_login(user_with(Role.LIAISON, two_villages(run)))

    response = client.get(address(run))

    text = response.content.decode()
    assert [row.organisation.short_name for row in response.context["page"]] == ["0村", "1村"]
    assert response.context["shows_rank"] is False
    assert ("初步结果，未审定" in text, "名次" in text) == (True, False)


def test_score_list_does_not_sort_by_ranks_that_it_hides(client):
    run = trial_run()
    client.force_login(user_with(Role.LIAISON, two_villages(run)))

    response = client.get(f"{address(run)}?sort=rank")

    names = [row.organisation.short_name for row in response.context["page"]]
    assert names == ["0村", "1村"]


def test_score_list_shows_units_their_ranks_once_approved(client):
    run = trial_run()
    client.force_login(user_with(Role.LIAISON, two_villages(run)))
    approved(run.scheme)

    response = client.get(address(run))

    assert (response.context["shows_rank"], response.context["is_formal"]) == (True, True)
    assert [row.organisation.short_name for row in response.context["page"]] == ["1村", "0村"]
    assert "试算" not in response.content.decode()


def test_score_list_leads_a_unit_to_its_only_sheet(client):
    run = trial_run()
    own = score(run, AssessmentGroupFactory(scheme=run.scheme))
    score(run, own.group)
    client.force_login(user_with(Role.LIAISON, own.organisation))

    response = client.get(address(run))

    assert response.url == reverse("assessment:score_detail", args=[own.pk])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "甲"}, ["甲镇"]),
        ({"q": "yizhen"}, ["乙镇"]),
        ({"kind": "township"}, ["乙镇", "甲镇"]),
        ({"grade": "良好"}, ["甲镇"]),
        ({"veto": "top_grade"}, ["丙局"]),
        ({"veto": "none"}, ["乙镇", "甲镇"]),
        ({"kind": "nonsense", "group": "x", "sort": "--", "page": "99999999999999999999"}, None),
    ],
)
def test_score_list_is_narrowed(client, query, expected):
    run = trial_run()
    group = AssessmentGroupFactory(scheme=run.scheme)
    score(run, group, "85", 2, organisation__short_name="甲镇", grade="良好")
    score(run, group, "95", 1, organisation__short_name="乙镇")
    other = AssessmentGroupFactory(scheme=run.scheme, order=1)
    score(
        run,
        other,
        organisation__short_name="丙局",
        organisation__kind=Kind.GOVERNMENT_DEPARTMENT,
        vetoes=[["top_grade", "整改逾期"]],
    )
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(address(run), query)

    names = [row.organisation.short_name for row in response.context["page"]]
    assert names == (expected or ["乙镇", "甲镇", "丙局"])


def test_score_list_is_narrowed_by_group_and_township(client):
    run = trial_run()
    one, two = (AssessmentGroupFactory(scheme=run.scheme, order=place) for place in range(2))
    township = OrganisationFactory(region=RegionFactory())
    score(run, one, organisation=township)
    score(run, two)
    client.force_login(user_with(Role.OFFICE_STAFF))

    by_group = client.get(address(run), {"group": two.pk})
    by_township = client.get(address(run), {"township": township.pk})

    assert [row.group for row in by_group.context["page"]] == [two]
    assert [row.organisation for row in by_township.context["page"]] == [township]


def test_score_list_of_another_county_is_not_found(client):
    elsewhere = RegionFactory(code="150526000000", name="扎鲁特旗", level="county")
    run = RunFactory(scheme=SchemeFactory(region=elsewhere))
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert client.get(address(run)).status_code == 404


def test_score_list_shows_the_users_own_files_of_this_run(client):
    run = trial_run()
    score(run, AssessmentGroupFactory(scheme=run.scheme))
    user = user_with(Role.OFFICE_STAFF)
    facts = {"kind": "assessment.sheets_pdf", "state": Job.State.FAILED, "message": "缺字体"}
    facts |= {"finished_at": run.finished_at, "params": {"run_id": run.pk}}
    Job.objects.create(title="旧的", requested_by=user, **facts)
    mine = Job.objects.create(title="新的", requested_by=user, **facts)
    Job.objects.create(title="别人的", requested_by=user_with(Role.LEADER), **facts)
    client.force_login(user)

    response = client.get(address(run))

    assert [item["job"] for item in response.context["jobs"]] == [mine]


def test_scheme_list_leads_to_the_results(client):
    run = trial_run()
    score(run, AssessmentGroupFactory(scheme=run.scheme))
    client.force_login(user_with(Role.LEADER))

    text = client.get(reverse("assessment:scheme_list")).content.decode()

    assert address(run) in text
    assert Scheme.objects.count() == 1
