"""A year of scoring from draft to approved, through the actions."""

from decimal import Decimal as D

import pytest
from django.utils import timezone

from accounts.rights import Role
from assessment import actions
from assessment.actions import Mark
from assessment.models import Indicator, Run, Scheme, Score
from core import jobs
from core.errors import RuleError
from core.models import Job
from organisations.models.kinds import Kind
from tests.factories.activities import accepted_activity
from tests.factories.assessment import balanced, end_notice
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    county,
    office,
    user_with,
)
from tests.factories.partnerships import pairing_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def director():
    return user_with(Role.OFFICE_DIRECTOR)


@pytest.fixture
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(2)]


@pytest.fixture
def scheme(staff, townships):
    return actions.draft_notice_scheme(county(), year=2026, department=office(), by=staff)


def mark_all(scheme: Scheme, value: str) -> None:
    leaf = scheme.indicators.get(rule_kind="manual")
    judge = user_with(Role.SCORER, OrganisationFactory(kind=Kind.OUTSIDE_REGION))
    members = actions.markable_members(leaf, judge)
    marks = {member.organisation_id: Mark(D(value)) for member in members}
    actions.save_marks(leaf, marks, by=judge)


def test_draft_notice_scheme_is_sound_and_free_of_formalism(scheme):
    assert actions.scheme_faults(scheme) == []
    assert actions.scheme_warnings(scheme) == []
    assert scheme.indicators.filter(rule_kind="").count() == 6


def test_year_from_draft_to_approved(scheme, staff, director, townships):
    one, two = townships
    accepted_activity(one, two, is_themed=True).partnerships.add(pairing_of(one, two))
    actions.publish_scheme(scheme, document_number="奈创办发〔2026〕1号", by=director)
    mark_all(scheme, "15")

    run = actions.start_run(scheme, by=staff)
    jobs.run(run.job_id)

    run.refresh_from_db()
    score = Score.objects.get(run=run, organisation=one)
    points = {line.indicator.code: line.points for line in score.lines.select_related("indicator")}
    # 6 (one project) + 10 (one partner) + 0 + 4 (1 of 4) + 7 (1 of 2 themed) + 0 + 10 + 15
    assert (points["A1"], points["A2"], points["B1"], points["B2"]) == (6, 10, 4, 7)
    assert (score.total, score.rank, score.tied, score.grade) == (D(52), 1, 2, "不合格")
    assert (run.job.state, len(run.digest)) == (Job.State.DONE, 64)

    balanced(run)
    approved = actions.approve_results(scheme, by=director)
    actions.open_notice(approved, starts_on=timezone.localdate(), office=office(), by=director)
    final = actions.finish_scheme(end_notice(scheme), by=staff)
    assert (final.status, final.finished_by) == (Scheme.Status.FINAL, staff)


def test_publish_scheme_is_done_once(scheme, director):
    actions.publish_scheme(scheme, document_number="1号", by=director)

    with pytest.raises(RuleError, match="方案现在是“已发布”，不能这样操作"):
        actions.publish_scheme(scheme, document_number="2号", by=director)


def test_start_run_twice_gives_the_same_digest(scheme, staff, director):
    actions.publish_scheme(scheme, document_number="1号", by=director)
    mark_all(scheme, "15")
    digests = []

    for _ in range(2):
        run = actions.start_run(scheme, by=staff)
        jobs.run(run.job_id)
        run.refresh_from_db()
        digests.append(run.digest)

    assert digests[0] == digests[1]
    assert Run.objects.latest_finished(scheme) == run


def test_compute_run_names_marks_that_are_missing(scheme, staff, director):
    actions.publish_scheme(scheme, document_number="1号", by=director)

    run = actions.start_run(scheme, by=staff)
    jobs.run(run.job_id)

    run.job.refresh_from_db()
    run.refresh_from_db()
    assert run.job.state == Job.State.FAILED
    assert "有实质性动作、取得实效" in run.job.message
    assert (run.finished_at, run.scores.count()) == (None, 0)


def test_compute_run_counts_faults_that_it_does_not_name(staff, director):
    for _ in range(4):
        OrganisationFactory(region=RegionFactory())
    scheme = actions.draft_notice_scheme(county(), year=2026, department=office(), by=staff)
    actions.publish_scheme(scheme, document_number="1号", by=director)

    run = actions.start_run(scheme, by=staff)
    jobs.run(run.job_id)

    run.job.refresh_from_db()
    assert run.job.message.endswith("；等共 4 处。")


def test_compute_run_of_a_finished_run_changes_nothing(scheme, staff, director):
    actions.publish_scheme(scheme, document_number="1号", by=director)
    mark_all(scheme, "15")
    run = actions.start_run(scheme, by=staff)
    jobs.run(run.job_id)
    run.refresh_from_db()

    actions.compute_run(jobs.JobHandle(run.job, "late"))

    again = Run.objects.get(pk=run.pk)
    assert (again.finished_at, again.digest) == (run.finished_at, run.digest)


def test_start_run_waits_for_the_one_under_way(scheme, staff, director):
    actions.publish_scheme(scheme, document_number="1号", by=director)
    actions.start_run(scheme, by=staff)

    with pytest.raises(RuleError, match="上一次计算还在进行"):
        actions.start_run(scheme, by=staff)


def test_start_run_refuses_a_draft(scheme, staff):
    with pytest.raises(RuleError, match="方案现在是“起草中”"):
        actions.start_run(scheme, by=staff)


def test_publish_scheme_refuses_its_author(scheme, staff):
    with pytest.raises(RuleError, match="不能发布自己起草或修改过的方案"):
        actions.publish_scheme(scheme, document_number="1号", by=staff)


def test_publish_scheme_names_what_does_not_add_up(scheme, director):
    Indicator.objects.filter(scheme=scheme, code="A1").update(points=D(11))

    with pytest.raises(RuleError, match="方案还不能发布"):
        actions.publish_scheme(scheme, document_number="1号", by=director)


def test_publish_scheme_with_formalism_needs_a_reason(scheme, director):
    Indicator.objects.filter(scheme=scheme, code="B3").update(name="报送信息篇数")
    with pytest.raises(RuleError, match="形式主义提示项"):
        actions.publish_scheme(scheme, document_number="1号", by=director)

    published = actions.publish_scheme(
        scheme, document_number="1号", reason="按上级要求保留", by=director
    )

    assert published.publish_reason == "按上级要求保留"
