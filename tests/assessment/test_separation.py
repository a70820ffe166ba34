"""Who wrote, judged or computed does not decide; what was decided does not change behind it."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment import actions, permissions
from assessment.actions import Mark
from assessment.judging import Progress, judge_progress
from assessment.models import ManualMark, Run, Scheme, Veto
from core import jobs
from core.errors import RuleError
from core.models import Job
from organisations.models.kinds import Kind
from tests.factories.assessment import (
    IndicatorFactory,
    RunFactory,
    SchemeFactory,
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


@pytest.fixture
def director():
    return user_with(Role.OFFICE_DIRECTOR)


@pytest.fixture
def run():
    """Computed results of a scheme with two townships, not yet approved."""
    for _ in range(2):
        OrganisationFactory(region=RegionFactory())
    return scored_scheme()


def also(user, role, organisation=None):
    """The same person in a second role."""
    AssignmentFactory(user=user, role=role, organisation=organisation or office())
    user.__dict__.pop("current_assignments", None)
    user.__dict__.pop("roles", None)
    return user


def is_kept_out(client, user, scheme) -> int:
    client.force_login(user)
    return client.post(reverse("assessment:scheme_approve", args=[scheme.pk])).status_code


def test_approve_results_refuses_a_judge(client, run):
    judge = also(run.scheme.indicators.get(rule_kind="manual").marks.first().marked_by,
                 Role.OFFICE_DIRECTOR)  # fmt: skip

    balanced(run)
    with pytest.raises(RuleError, match="不能审定自己"):
        actions.approve_results(run.scheme, by=judge)

    assert is_kept_out(client, judge, run.scheme) == 403


def test_approve_results_refuses_who_recorded_a_veto(run, director):
    recorder = also(director, Role.OFFICE_STAFF)
    member = run.scheme.members.first()
    actions.record_veto(
        run.scheme,
        organisation=member.organisation,
        kind=Veto.Kind.TOTAL,
        reason="事由",
        document_number="文号",
        by=recorder,
    )
    again = actions.start_run(run.scheme, by=user_with(Role.OFFICE_STAFF))
    jobs.run(again.job_id)
    balanced(again)

    with pytest.raises(RuleError, match="不能审定自己"):
        actions.approve_results(run.scheme, by=recorder)


def undo_veto(scheme, by):
    veto = actions.record_veto(
        scheme,
        organisation=scheme.members.first().organisation,
        kind=Veto.Kind.TOTAL,
        reason="事由",
        document_number="文号",
        by=by,
    )
    actions.withdraw_veto(veto, reason="登记有误", by=by)


def withdraw_another_s_veto(scheme, by):
    veto = actions.record_veto(
        scheme,
        organisation=scheme.members.first().organisation,
        kind=Veto.Kind.TOTAL,
        reason="事由",
        document_number="文号",
        by=user_with(Role.OFFICE_STAFF),
    )
    actions.withdraw_veto(veto, reason="登记有误", by=by)


def undo_mark(scheme, by):
    leaf, unit = scheme.indicators.get(rule_kind="manual"), scheme.members.first().organisation_id
    actions.save_marks(leaf, {unit: actions.Mark(D(15))}, by=by)
    actions.save_marks(leaf, {unit: actions.Mark(None)}, by=by)


@pytest.mark.parametrize("deed", [undo_veto, withdraw_another_s_veto, undo_mark])
def test_what_was_taken_back_keeps_its_author_from_approving(client, run, director, deed):
    hand = also(director, Role.SCORER, OrganisationFactory(kind=Kind.OUTSIDE_REGION))
    deed(run.scheme, hand)
    again = balanced(computed(run.scheme, user_with(Role.OFFICE_STAFF)))

    with pytest.raises(RuleError, match="不能审定自己"):
        actions.approve_results(again.scheme, by=hand)

    assert is_kept_out(client, hand, again.scheme) == 403
    assert not again.scheme.vetoes.exists()
    assert not ManualMark.objects.filter(marked_by=hand).exists()


def test_gave_marks_knows_of_marks_taken_back_and_of_no_veto(run, director):
    judge, recorder = user_with(Role.SCORER), user_with(Role.OFFICE_STAFF)
    undo_mark(run.scheme, judge)
    undo_veto(run.scheme, recorder)

    assert [
        permissions.gave_marks(person, run.scheme) for person in (judge, recorder, director)
    ] == [True, False, False]


def test_who_changed_the_table_neither_publishes_nor_approves(director):
    editor = also(director, Role.OFFICE_STAFF)
    scheme = SchemeFactory(
        status=Scheme.Status.DRAFT, created_by=user_with(Role.OFFICE_STAFF), published_by=None,
        published_at=None,
    )  # fmt: skip
    actions.save_indicator(IndicatorFactory.build(scheme=scheme), by=editor)

    with pytest.raises(RuleError, match="不能发布自己起草或修改过的方案"):
        actions.publish_scheme(scheme, document_number="文号", by=editor)

    assert permissions.may_publish_scheme(editor, scheme) is False
    assert permissions.may_approve_results(editor, scheme, None) is False


def test_who_deleted_an_indicator_does_not_publish(director):
    editor = also(director, Role.OFFICE_STAFF)
    indicator = IndicatorFactory(scheme__status=Scheme.Status.DRAFT)
    actions.delete_indicator(indicator, by=editor)

    assert permissions.may_publish_scheme(editor, indicator.scheme) is False


def test_approve_results_waits_for_the_run_under_way(run, director):
    actions.start_run(run.scheme, by=user_with(Role.OFFICE_STAFF))

    with pytest.raises(RuleError, match="还有一次计算没有完成"):
        actions.approve_results(run.scheme, by=director)


def test_compute_run_leaves_approved_results_alone(run, director):
    late = actions.start_run(run.scheme, by=user_with(Role.OFFICE_STAFF))
    Job.objects.filter(pk=late.job_id).update(
        state=Job.State.FAILED, finished_at=timezone.now(), attempts=3
    )
    balanced(run)
    actions.approve_results(run.scheme, by=director)
    jobs.retry_job(late.job, by=late.requested_by)

    jobs.run(late.job_id)

    late.refresh_from_db()
    assert (late.finished_at, late.job.state) == (None, Job.State.FAILED)
    assert Run.objects.latest_finished(run.scheme) == run


def test_approve_results_refuses_a_veto_later_than_the_run(run, director):
    actions.record_veto(
        run.scheme,
        organisation=run.scheme.members.first().organisation,
        kind=Veto.Kind.TOTAL,
        reason="事由",
        document_number="文号",
        by=user_with(Role.OFFICE_STAFF),
    )

    with pytest.raises(RuleError, match="请重新计算后再办"):
        actions.approve_results(run.scheme, by=director)


def test_approve_results_refuses_marks_later_than_the_run(run, director):
    leaf = run.scheme.indicators.get(rule_kind="manual")
    mark = leaf.marks.first()
    late = {mark.organisation_id: Mark(D(1), "没有实效")}
    actions.save_marks(leaf, late, by=mark.marked_by)

    with pytest.raises(RuleError, match="请重新计算后再办"):
        actions.approve_results(run.scheme, by=director)


def test_approve_results_refuses_another_run_than_the_one_seen(client, run, director):
    seen = run.number
    newer = RunFactory(
        scheme=run.scheme, number=run.number + 1, data_as_of=timezone.now() + timedelta(seconds=1)
    )
    client.force_login(director)

    told = client.post(
        reverse("assessment:scheme_approve", args=[run.scheme.pk]), {"run": seen}, follow=True
    )

    run.scheme.refresh_from_db()
    assert f"第 {newer.number} 次计算" in told.text
    assert run.scheme.status == Scheme.Status.SCORING


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (Role.OFFICE_STAFF, "scheme_compute"),
        (Role.OFFICE_STAFF, "scheme_finish"),
        (Role.OFFICE_STAFF, "veto_create"),
        (Role.OFFICE_STAFF, "scheme_edit"),
        (Role.OFFICE_DIRECTOR, "scheme_publish"),
        (Role.OFFICE_DIRECTOR, "scheme_approve"),
        (Role.OFFICE_DIRECTOR, "scheme_reopen"),
    ],
)
def test_deeds_on_the_countys_scheme_are_not_for_a_township_office(client, role, name):
    scheme = SchemeFactory()
    client.force_login(user_with(role, OrganisationFactory(region=RegionFactory())))

    response = client.post(reverse(f"assessment:{name}", args=[scheme.pk]), {"reason": "理由"})

    scheme.refresh_from_db()
    assert (response.status_code, scheme.status) == (403, Scheme.Status.SCORING)


def test_markable_members_leave_out_villages_that_the_judge_acts_for(director):
    township, other = (OrganisationFactory(region=RegionFactory()) for _ in range(2))
    OrganisationFactory(kind=Kind.VILLAGE, superior=township, region=township.region)
    scheme = actions.draft_notice_scheme(
        RegionFactory(code="150525000000"), year=2026, department=township,
        by=user_with(Role.OFFICE_STAFF),
    )  # fmt: skip
    judge = user_with(Role.SCORER, township)

    members = actions.markable_members(scheme.indicators.get(rule_kind="manual"), judge)

    assert {member.organisation for member in members} == {other}
    leaf = scheme.indicators.get(rule_kind="manual")
    assert judge_progress([leaf], judge)[leaf.pk] == Progress(0, 1)
