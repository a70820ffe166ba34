"""Computations one after another: a single unit read anew, what changed, who may see it."""

from decimal import Decimal as D

import pytest
from django.db import connection
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.models import ManualMark, Run, Scheme, Score
from assessment.run_changes import changed_scores, line_changes
from core import jobs
from core.errors import RuleError
from core.models import AuditRecord, Job
from tests.factories.activities import accepted_activity
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
    OrganisationFactory,
    RegionFactory,
    county,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _number in range(3)]


@pytest.fixture
def first_run(townships):
    return scored_scheme()


def totals(run):
    return dict(run.scores.order_by().values_list("organisation_id", "total"))


def recomputed(run, organisation):
    following = actions.start_run(
        run.scheme, organisation=organisation, by=user_with(Role.OFFICE_STAFF)
    )
    jobs.run(following.job_id)
    following.refresh_from_db()
    return following


def test_one_unit_is_read_anew_and_all_others_keep_their_values(first_run, townships):
    one, two, three = townships
    before = totals(first_run)
    accepted_activity(one, two)

    run = recomputed(first_run, one)

    after = totals(run)
    changed = {unit for unit in after if after[unit] != before[unit]}
    assert (run.based_on, run.organisation, changed) == (first_run, one, {one.pk})
    assert after[one.pk] == before[one.pk] + 4
    started = AuditRecord.objects.filter(verb="assessment.start_run").latest("pk")
    assert started.after["unit"] == str(one)


def test_single_run_without_new_records_gives_the_same_bytes(first_run, townships):
    run = recomputed(first_run, townships[0])

    assert run.digest == first_run.digest


def test_full_run_after_a_single_one_reads_everything_again(first_run, townships):
    one, two, _three = townships
    accepted_activity(one, two)
    single = recomputed(first_run, one)

    full = computed(first_run.scheme, user_with(Role.OFFICE_STAFF))

    assert full.based_on is None
    assert totals(full)[two.pk] == totals(single)[two.pk] + 4


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        pytest.param("no_run", "还没有完成过全部单位的计算", id="no_run"),
        pytest.param("stranger", "不在本方案的考核分组里", id="stranger"),
    ],
)
def test_single_run_is_refused_with_the_reason(case, sentence, first_run, townships):
    if case == "no_run":
        Score.objects.all().delete()
        Run.objects.all().delete()
    unit = OrganisationFactory() if case == "stranger" else townships[0]

    with pytest.raises(RuleError, match=sentence):
        actions.start_run(first_run.scheme, organisation=unit, by=user_with(Role.OFFICE_STAFF))


@pytest.mark.parametrize("when", ["before_start", "before_work"])
def test_single_run_does_not_pass_over_what_was_entered_for_others(when, first_run, townships):
    one, two, _three = townships
    leaf, staff = first_run.scheme.indicators.get(rule_kind="manual"), user_with(Role.OFFICE_STAFF)
    judge = leaf.marks.first().marked_by

    def enter():
        mark = actions.Mark(D(3), "台账不全")
        actions.save_marks(leaf, {two.pk: mark}, by=judge)

    def follow():
        return actions.start_run(first_run.scheme, organisation=one, by=staff)

    if when == "before_start":
        enter()
        with pytest.raises(RuleError, match="请重新计算全部单位"):
            follow()
    else:
        run = follow()
        enter()
        jobs.run(run.job_id)
        run.refresh_from_db()

        assert (run.finished_at, run.job.state) == (None, Job.State.FAILED)
        assert "请重新计算全部单位" in run.job.message


def test_stopped_run_leaves_nothing_and_the_next_one_can_start(first_run):
    staff = user_with(Role.OFFICE_STAFF)
    run = actions.start_run(first_run.scheme, by=staff)

    jobs.stop_job(run.job, by=staff)
    jobs.run(run.job_id)
    following = computed(first_run.scheme, staff)

    run.refresh_from_db()
    assert (run.finished_at, run.scores.count(), run.job.state) == (None, 0, Job.State.STOPPED)
    assert following.digest == first_run.digest


def test_a_stopped_run_is_not_started_anew_after_a_later_one(first_run):
    staff = user_with(Role.OFFICE_STAFF)
    stopped = actions.start_run(first_run.scheme, by=staff)
    jobs.stop_job(stopped.job, by=staff)
    following = balanced(computed(first_run.scheme, staff))

    jobs.retry_job(stopped.job, by=staff)
    jobs.run(stopped.job_id)

    stopped.refresh_from_db()
    assert (stopped.finished_at, stopped.job.state) == (None, Job.State.FAILED)
    assert "之后已有第 3 次计算，第 2 次不再重算" in stopped.job.message
    assert Run.objects.latest_finished(first_run.scheme) == following
    assert Scheme.objects.get().status == "balanced"


def test_a_department_s_own_marks_cannot_be_asked_of_it(townships):
    """It took over a unit that it had to mark."""
    run = scored_scheme()
    leaf, one = run.scheme.indicators.get(rule_kind="manual"), townships[0]
    ManualMark.objects.filter(organisation=one).delete()
    leaf.department = one
    leaf.save()

    following = actions.start_run(run.scheme, by=user_with(Role.OFFICE_STAFF))
    jobs.run(following.job_id)

    following.job.refresh_from_db()
    assert "它就是负责评分的部门，请把方案修订为新版，另指定部门评分" in following.job.message


def test_a_run_that_fails_leaves_the_scheme_published(townships):
    staff, director = user_with(Role.OFFICE_STAFF), user_with(Role.OFFICE_DIRECTOR)
    scheme = actions.draft_notice_scheme(county(), year=2026, department=office(), by=staff)
    actions.publish_scheme(scheme, document_number="奈创办发〔2026〕1号", by=director)

    run = actions.start_run(scheme, by=staff)
    queued = Scheme.objects.get().status
    jobs.run(run.job_id)

    run.refresh_from_db()
    assert (run.finished_at, run.job.state) == (None, Job.State.FAILED)
    assert (queued, Scheme.objects.get().status) == ("published", "published")


def test_a_run_that_fails_leaves_what_is_balanced(first_run):
    balanced(first_run)
    ManualMark.objects.all().delete()

    run = actions.start_run(first_run.scheme, by=user_with(Role.OFFICE_STAFF))
    jobs.run(run.job_id)

    run.job.refresh_from_db()
    assert (run.job.state, Scheme.objects.get().status) == (Job.State.FAILED, "balanced")


def test_run_of_a_scheme_whose_sums_no_longer_match_says_so(first_run):
    first_run.scheme.indicators.filter(rule_kind="manual").update(points=D(3))

    run = actions.start_run(first_run.scheme, by=user_with(Role.OFFICE_STAFF))
    jobs.run(run.job_id)

    run.job.refresh_from_db()
    assert (run.job.state, "合计" in run.job.message) == (Job.State.FAILED, True)


def test_second_run_waits_for_the_first(first_run):
    staff = user_with(Role.OFFICE_STAFF)
    actions.start_run(first_run.scheme, by=staff)

    with pytest.raises(RuleError, match="上一次计算还在进行"):
        actions.start_run(first_run.scheme, by=staff)


def test_run_keeps_the_rules_that_it_used(first_run):
    assert first_run.table["B2"] == {
        "kind": "quota",
        "params": {"定额": "2", "每缺扣": "7"},
        "version": 1,
    }
    assert "B" not in first_run.table


def test_changes_name_the_units_and_their_lines(first_run, townships):
    one, two, _three = townships
    accepted_activity(one, two, is_themed=True)

    run = computed(first_run.scheme, user_with(Role.OFFICE_STAFF))

    changed = changed_scores(run, first_run).order_by("pk")
    rises = {score.organisation_id: score.total - score.total_before for score in changed}
    lines = line_changes(run, first_run, [one.pk])[one.pk]
    assert {rises[one.pk], rises[two.pk]} == {D(11)}
    assert [(line.indicator.code, line.before, line.after) for line in lines] == [
        ("B1", D(0), D(4)),
        ("B2", D(0), D(7)),
    ]


def test_changes_leave_out_who_stayed_the_same(first_run):
    run = computed(first_run.scheme, user_with(Role.OFFICE_STAFF))

    assert not changed_scores(run, first_run).exists()


def two_runs(count):
    """Two finished runs of one scheme; every unit has one point more in the second."""
    scheme = SchemeFactory()
    group = AssessmentGroupFactory(scheme=scheme)
    units = [OrganisationFactory() for _number in range(count)]
    runs = [RunFactory(scheme=scheme, number=number, digest=str(number)) for number in (1, 2)]
    for place, run in enumerate(runs):
        for unit in units:
            ScoreFactory(run=run, group=group, organisation=unit, total=D(80 + place))
    return runs


@pytest.mark.parametrize("item_count", [1, 3])
def test_run_detail_query_count(client, item_count, django_assert_num_queries):
    _first, second = two_runs(item_count)
    client.force_login(user_with(Role.OFFICE_STAFF))
    url = reverse("assessment:run_detail", args=[second.pk])
    client.get(url)

    with django_assert_num_queries(14):
        response = client.get(url)

    assert len(response.context["rows"]) == item_count


@pytest.mark.parametrize("item_count", [1, 3])
def test_run_list_query_count(client, item_count, django_assert_num_queries):
    scheme = SchemeFactory()
    for number in range(1, item_count + 1):
        RunFactory(scheme=scheme, number=number)
    client.force_login(user_with(Role.LEADER))
    url = reverse("assessment:run_list", args=[scheme.pk])
    client.get(url)

    with django_assert_num_queries(6):
        response = client.get(url)

    assert len(response.context["page"]) == item_count


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(lambda first, second: first, "这是第一次计算，没有可比的", id="first"),
        pytest.param(lambda first, second: second, "1 家的结果有变化", id="changed"),
        pytest.param(lambda first, second: same(first, second), "的结果完全相同", id="same"),
    ],
)
def test_run_detail_says_first_what_changed(client, make, words):
    first, second = two_runs(1)
    run = make(first, second)
    client.force_login(user_with(Role.OFFICE_DIRECTOR))

    shown = client.get(reverse("assessment:run_detail", args=[run.pk])).content.decode()

    assert words in shown


def same(first, second):
    second.scores.update(total=80)
    second.digest = first.digest
    second.save(update_fields=["digest"])
    return second


def test_runs_tell_of_all_units_and_are_for_who_looks_over_all(client):
    run = RunFactory(scheme=SchemeFactory())
    leader = user_with(Role.LEADER, OrganisationFactory(region=RegionFactory()))
    client.force_login(leader)

    codes = [
        client.get(reverse(f"assessment:{name}", args=[pk])).status_code
        for name, pk in (("run_list", run.scheme_id), ("run_detail", run.pk))
    ]

    assert codes == [403, 404]


def test_run_of_another_county_or_unfinished_is_not_found(client):
    elsewhere = RegionFactory(code="150521000000", level="county", kind="县")
    strange = RunFactory(scheme=SchemeFactory(region=elsewhere))
    unfinished = RunFactory(scheme=SchemeFactory(), finished_at=None)
    client.force_login(user_with(Role.OFFICE_STAFF))

    codes = [
        client.get(reverse("assessment:run_detail", args=[run.pk])).status_code
        for run in (strange, unfinished)
    ]

    assert codes == [404, 404]


def test_score_recompute_starts_a_run_of_the_one_unit(client, first_run, townships):
    score = first_run.scores.get(organisation=townships[0])
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(reverse("assessment:score_recompute", args=[score.pk]), follow=True)

    run = Run.objects.order_by("-number").first()
    assert (run.organisation, run.based_on) == (townships[0], first_run)
    assert "已开始重算" in str(list(response.context["messages"])[0])


def test_the_job_of_a_run_leads_to_its_results(client, first_run):
    client.force_login(first_run.job.requested_by)

    response = client.get(reverse("core:job_panel", args=[first_run.job_id]), follow=True)

    assert response.redirect_chain == [(reverse("assessment:run_detail", args=[first_run.pk]), 302)]
    assert response.status_code == 200


def at_query(number, deed):
    """Does it before the query of this number, as somebody else's process might."""
    left = [number]

    def wrapper(execute, sql, params, many, context):
        left[0] -= 1
        if left[0] == -1:
            deed()
        return execute(sql, params, many, context)

    return wrapper


@pytest.mark.parametrize("number", range(0, 16, 2))
def test_page_of_a_scheme_shows_a_run_under_way_or_its_result(client, number):
    """Also where it ends while the page is being made: else the page would wait for ever."""
    staff, scheme = user_with(Role.OFFICE_STAFF), SchemeFactory()
    IndicatorFactory(scheme=scheme, rule_kind="constant", source="", points=100)
    run = actions.start_run(scheme, by=staff)
    client.force_login(staff)

    with connection.execute_wrapper(at_query(number, lambda: jobs.run(run.job_id))):
        response = client.get(reverse("assessment:scheme_detail", args=[scheme.pk]))

    run.refresh_from_db()
    is_followed = "hx-trigger" in response.text and response.context["job"] == run.job
    assert run.finished_at is not None
    assert is_followed or response.context["run"] == run
