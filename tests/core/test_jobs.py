"""Background jobs: who may take one, what a lost worker costs, and their pages."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core import jobs
from core.errors import RuleError
from core.models import AuditRecord, ExportFile, Job
from core.tasks import requeue_jobs, run_job
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db

KIND = "tests.job"


@pytest.fixture
def handler():
    """What the handler of KIND does is the test's own choice: handler.does = …"""

    class Handler:
        runs = 0
        does = staticmethod(lambda handle: None)

        def __call__(self, handle):
            self.runs += 1
            self.does(handle)

    jobs.HANDLERS[KIND] = Handler()
    yield jobs.HANDLERS[KIND]
    del jobs.HANDLERS[KIND]


def make_job(**facts):
    facts.setdefault("requested_by", facts.pop("by", None) or UserFactory())
    return Job.objects.create(kind=KIND, title="导出单位名册", **facts)


def running_job(*, heartbeat_age, **facts):
    moment = timezone.now() - timedelta(seconds=heartbeat_age)
    return make_job(
        state=Job.State.RUNNING, claim="dead", heartbeat_at=moment, **{"attempts": 1, **facts}
    )


def test_enqueue_writes_a_row_and_rings_after_the_transaction(
    handler, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as bells:
        job = jobs.enqueue(KIND, title="导出", by=UserFactory(), year=2026)

    assert (job.state, job.params, job.attempts) == ("waiting", {"year": 2026}, 0)
    assert len(bells) == 1


def test_enqueue_knows_the_kinds_it_can_do():
    with pytest.raises(LookupError):
        jobs.enqueue("tests.unknown", title="?", by=UserFactory())

    assert Job.objects.count() == 0


def test_ring_survives_a_broker_out_of_reach(monkeypatch, caplog):
    def refuse(job_id):
        raise OSError("no broker")

    monkeypatch.setattr(run_job, "delay", refuse)

    jobs.ring(7)

    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_run_does_the_job_and_keeps_its_result(handler):
    job = make_job(params={"year": 2026})

    def write(handle):
        handle.advance(3, 4, "正在写第 3 个")
        handle.result["rows"] = handle.params["year"]

    handler.does = write

    run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.result, job.percent) == ("done", 1, {"rows": 2026}, 100)
    assert (job.progress_done, job.progress_total, job.message) == (3, 4, "正在写第 3 个")
    assert job.finished_at is not None


def test_run_twice_does_the_job_once(handler):
    job = make_job()

    jobs.run(job.pk)
    jobs.run(job.pk)

    job.refresh_from_db()
    assert (handler.runs, job.attempts, job.state) == (1, 1, "done")


def test_run_of_a_job_that_is_gone_does_nothing(handler):
    jobs.run(987654)

    assert handler.runs == 0


def test_run_leaves_a_job_in_living_hands_alone(handler, settings):
    job = running_job(heartbeat_age=settings.JOB_STALE_SECONDS - 5)

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (handler.runs, job.claim) == (0, "dead")


def test_run_takes_over_from_a_dead_worker(handler, settings):
    job = running_job(heartbeat_age=settings.JOB_STALE_SECONDS + 5)

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (handler.runs, job.attempts, job.state) == (1, 2, "done")
    assert job.claim != "dead"


def test_a_broken_rule_fails_the_job_with_its_sentence(handler):
    job = make_job()

    def refuse(handle):
        raise RuleError("方案尚未发布，请先发布再导出。")

    handler.does = refuse

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "方案尚未发布，请先发布再导出。")


def test_a_sentence_too_long_for_its_column_is_cut(handler):
    job = make_job()

    def refuse(handle):
        raise RuleError("长" * 900)

    handler.does = refuse

    jobs.run(job.pk)

    job.refresh_from_db()
    assert job.message == "长" * 500


def test_an_unforeseen_fault_gives_the_job_back(handler):
    job = make_job()

    def fail(handle):
        raise ZeroDivisionError

    handler.does = fail

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.claim) == ("waiting", 1, "")


def test_an_unforeseen_fault_at_the_last_attempt_ends_the_job(handler, settings):
    job = make_job(attempts=settings.JOB_MAX_ATTEMPTS - 1)

    def fail(handle):
        raise ZeroDivisionError

    handler.does = fail

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", 3)
    assert job.message == (
        "处理时出现意外，已重试仍未成功；数据没有改动，可重新发起，仍不行请联系系统管理员。"
    )


def test_a_worker_back_from_the_dead_writes_nothing(handler):
    job = make_job()

    def lose_the_claim(handle):
        Job.objects.filter(pk=job.pk).update(claim="another")
        handle.advance(1, 2)

    handler.does = lose_the_claim

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.claim, job.progress_total) == ("running", "another", 0)


def test_a_worker_back_from_the_dead_attaches_nothing(handler):
    job = make_job()

    def lose_the_claim(handle):
        Job.objects.filter(pk=job.pk).update(claim="another")
        handle.attach("名册.xlsx", b"late", "application/zip")

    handler.does = lose_the_claim

    jobs.run(job.pk)

    assert ExportFile.objects.count() == 0


def test_a_worker_that_lost_its_claim_at_the_end_does_not_end_the_job(handler):
    job = make_job()
    handler.does = lambda handle: Job.objects.filter(pk=job.pk).update(claim="another")

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.claim, job.finished_at) == ("running", "another", None)


def test_attach_replaces_the_file_of_an_earlier_attempt(handler):
    job = make_job()

    def write(handle):
        handle.attach("名册.xlsx", b"half", "application/zip")
        handle.attach("名册.xlsx", b"whole", "application/zip")

    handler.does = write

    jobs.run(job.pk)

    (export,) = job.files.all()
    with export.file.open() as stream:
        assert (export.size, stream.read()) == (5, b"whole")
    assert export.sha256 == "5d5766cf2d78701614200418ee1450690d9af12c84d52545e4802f001ad53099"
    assert len(default_storage.listdir(export.file.name.rpartition("/")[0])[1]) == 1


@pytest.mark.parametrize(
    ("state", "age", "attempts", "expected"),
    [
        (Job.State.RUNNING, 65, 1, True),
        (Job.State.RUNNING, 5, 1, False),
        (Job.State.WAITING, 65, 0, True),
        (Job.State.WAITING, 5, 0, False),
        (Job.State.DONE, 65, 1, False),
        (Job.State.FAILED, 65, 3, False),
    ],
)
def test_requeue_due_rings_for_what_nobody_heard(state, age, attempts, expected, settings):
    settings.JOB_STALE_SECONDS = 60
    moment = timezone.now() - timedelta(seconds=age)
    job = make_job(
        state=state, attempts=attempts, claim="c", rung_at=moment, heartbeat_at=moment,
        finished_at=moment,
    )  # fmt: skip

    due = jobs.requeue_due()

    assert due == ([job.pk] if expected else [])


def test_requeue_due_rings_once_and_waits(settings):
    make_job(rung_at=timezone.now() - timedelta(seconds=settings.JOB_STALE_SECONDS + 1))

    first, second = jobs.requeue_due(), jobs.requeue_due()

    assert (len(first), len(second)) == (1, 0)


def test_requeue_due_gives_up_after_the_last_attempt(settings):
    job = running_job(
        heartbeat_age=settings.JOB_STALE_SECONDS + 5, attempts=settings.JOB_MAX_ATTEMPTS
    )

    requeue_jobs()

    job.refresh_from_db()
    assert (job.state, job.is_active) == ("failed", False)
    assert job.finished_at is not None


def test_retry_starts_a_failed_job_anew(handler):
    job = make_job(state=Job.State.FAILED, attempts=3, finished_at=timezone.now(), message="坏了")

    jobs.retry_job(job, by=job.requested_by)

    assert AuditRecord.objects.get().verb == "core.retry_job"
    assert (job.state, job.attempts, job.message, job.finished_at) == ("waiting", 0, "", None)


def test_retry_refuses_a_job_that_has_not_failed():
    with pytest.raises(RuleError, match="不在“未完成”或“已停止”状态"):
        jobs.retry_job(make_job(), by=UserFactory())


def test_percent_stays_within_bounds():
    assert Job(progress_done=1, progress_total=3).percent == 33
    assert Job(progress_done=9, progress_total=3).percent == 100
    assert Job(progress_done=1).percent == 0


def test_constraint_a_running_job_has_a_claim_and_a_heartbeat():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_job(state=Job.State.RUNNING)


def test_constraint_an_ended_job_has_its_time():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_job(state=Job.State.DONE)


def attach_file(job, content=b"PK-content"):
    return jobs.JobHandle(job, job.claim).attach("单位名册.xlsx", content, "application/zip")


@pytest.mark.parametrize("item_count", [1, 3])
def test_job_list_query_count(client, item_count, django_assert_num_queries):
    user = UserFactory()
    for _number in range(item_count):
        attach_file(running_job(heartbeat_age=1, by=user))
    client.force_login(user)

    with django_assert_num_queries(9):
        response = client.get(reverse("core:job_list"))

    assert len(response.context["page"].object_list) == item_count


def test_job_list_shows_only_ones_own_jobs(client):
    mine = make_job()
    make_job()
    client.force_login(mine.requested_by)

    response = client.get(reverse("core:job_list"))

    assert list(response.context["page"]) == [mine]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": Job.State.WAITING}, "完成后在这里打开"),
        ({"state": Job.State.DONE, "finished_at": timezone.now()}, "已办完"),
        ({"state": Job.State.DONE, "finished_at": timezone.now(), "result": {"page": "/me/"}},
         "打开结果"),
    ],
)  # fmt: skip
def test_job_list_says_where_the_result_is(client, facts, words):
    job = make_job(**facts)
    client.force_login(job.requested_by)

    html = client.get(reverse("core:job_list")).text

    assert words in html
    assert "—" not in html.split("<tbody>")[1].split("</tbody>")[0]


def test_job_list_says_why_it_is_empty(client):
    client.force_login(UserFactory())

    response = client.get(reverse("core:job_list"))

    assert "还没有后台任务" in response.content.decode()


def test_job_panel_polls_itself_while_the_job_is_under_way(client):
    job = running_job(heartbeat_age=1, progress_done=3, progress_total=12, message="正在生成")
    client.force_login(job.requested_by)
    url = reverse("core:job_panel", args=[job.pk])

    content = client.get(url, headers={"HX-Request": "true"}).content.decode()

    assert f'hx-get="{url}"' in content
    assert "3 / 12" in content
    assert "<html" not in content


def test_job_panel_without_javascript_is_a_whole_page(client):
    job = running_job(heartbeat_age=1)
    client.force_login(job.requested_by)

    content = client.get(reverse("core:job_panel", args=[job.pk])).content.decode()

    assert "<html" in content
    assert "刷新进度" in content


def test_job_panel_offers_the_finished_files(client):
    job = running_job(heartbeat_age=1)
    export = attach_file(job)
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, finished_at=timezone.now())
    client.force_login(job.requested_by)

    content = client.get(reverse("core:job_panel", args=[job.pk])).content.decode()

    assert reverse("core:export_download", args=[export.pk]) in content
    assert "hx-trigger" not in content.partition('id="job-')[2].partition("</section>")[0]


def test_job_panel_of_another_user_is_not_found(client):
    client.force_login(UserFactory())

    response = client.get(reverse("core:job_panel", args=[make_job().pk]))

    assert response.status_code == 404


def test_job_retry_starts_a_failed_job_and_returns(client):
    job = make_job(state=Job.State.FAILED, attempts=3, finished_at=timezone.now())
    client.force_login(job.requested_by)

    response = client.post(reverse("core:job_retry", args=[job.pk]))

    job.refresh_from_db()
    assert (response.status_code, response.url) == (302, reverse("core:job_list"))
    assert (job.state, job.attempts) == ("waiting", 0)


def test_job_retry_of_a_running_job_is_refused_with_the_reason(client):
    job = running_job(heartbeat_age=1)
    client.force_login(job.requested_by)

    response = client.post(reverse("core:job_retry", args=[job.pk]), follow=True)

    job.refresh_from_db()
    assert [str(m) for m in response.context["messages"]] == [
        "这项任务不在“未完成”或“已停止”状态，不必重新发起。"
    ]
    assert job.state == "running"


def test_export_download_hands_over_the_file_with_its_type(client):
    job = running_job(heartbeat_age=1)
    export = attach_file(job, b"PK-content")
    client.force_login(job.requested_by)

    response = client.get(reverse("core:export_download", args=[export.pk]))

    assert b"".join(response.streaming_content) == b"PK-content"
    assert response["Content-Type"] == "application/zip"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")


def test_export_download_of_another_user_is_not_found(client):
    export = attach_file(running_job(heartbeat_age=1))
    client.force_login(UserFactory())

    response = client.get(reverse("core:export_download", args=[export.pk]))

    assert response.status_code == 404


def test_export_download_of_a_cleaned_file_says_what_to_do(client):
    job = running_job(heartbeat_age=1)
    export = attach_file(job)
    export.file.delete(save=False)
    ExportFile.objects.filter(pk=export.pk).update(file="exports/gone.xlsx")
    client.force_login(job.requested_by)

    response = client.get(reverse("core:export_download", args=[export.pk]), follow=True)

    assert [str(m) for m in response.context["messages"]] == ["文件已清理，请重新导出。"]


def test_stop_ends_a_waiting_job_and_the_worker_leaves_it_alone(handler):
    job = make_job(is_stoppable=True)

    jobs.stop_job(job, by=job.requested_by)
    run_job(job.pk)

    assert handler.runs == 0
    assert (job.state, job.message) == ("stopped", "已按要求停止，数据没有改动。")
    assert AuditRecord.objects.get().verb == "core.stop_job"


def test_stop_in_the_middle_keeps_the_worker_from_going_on(handler):
    job = make_job(is_stoppable=True)
    steps = []

    def does(handle):
        handle.advance(1, 2)
        jobs.stop_job(job, by=job.requested_by)
        steps.append("stopped")
        handle.advance(2, 2)
        steps.append("went on")

    handler.does = does
    run_job(job.pk)

    job.refresh_from_db()
    assert (steps, job.state, job.progress_done) == (["stopped"], "stopped", 1)


def test_results_are_rolled_back_when_the_job_was_stopped_before_its_end(handler):
    job = make_job(is_stoppable=True)

    def does(handle):
        jobs.stop_job(job, by=job.requested_by)
        with transaction.atomic():
            UserFactory(username="result")
            handle.conclude()

    handler.does = does
    run_job(job.pk)

    job.refresh_from_db()
    assert job.state == "stopped"
    assert not type(job.requested_by).objects.filter(username="result").exists()


def test_concluded_job_is_done_with_its_result_and_cannot_be_stopped(handler):
    job = make_job(is_stoppable=True)

    def does(handle):
        handle.result = {"units": 3}
        handle.conclude()

    handler.does = does
    run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"units": 3})
    with pytest.raises(RuleError, match="已经结束或不能中途停止"):
        jobs.stop_job(job, by=job.requested_by)


def test_stop_refuses_a_job_that_writes_as_it_goes():
    job = make_job()

    with pytest.raises(RuleError, match="已经结束或不能中途停止"):
        jobs.stop_job(job, by=job.requested_by)


def test_stopped_job_is_started_anew_from_its_page(client):
    job = make_job(is_stoppable=True)
    client.force_login(job.requested_by)

    client.post(reverse("core:job_stop", args=[job.pk]))
    job.refresh_from_db()
    stopped = job.state
    client.post(reverse("core:job_retry", args=[job.pk]))

    job.refresh_from_db()
    assert (stopped, job.state) == ("stopped", "waiting")


@pytest.mark.parametrize(
    ("is_stoppable", "offers"), [pytest.param(True, 1, id="yes"), pytest.param(False, 0, id="no")]
)
def test_panel_offers_to_stop_what_can_be_stopped(client, is_stoppable, offers):
    job = make_job(is_stoppable=is_stoppable)
    client.force_login(job.requested_by)

    shown = client.get(reverse("core:job_panel", args=[job.pk])).content.decode()

    assert shown.count(reverse("core:job_stop", args=[job.pk])) == offers


def test_stop_of_somebody_elses_job_is_not_found(client):
    job = make_job(is_stoppable=True)
    client.force_login(UserFactory())

    response = client.post(reverse("core:job_stop", args=[job.pk]))

    job.refresh_from_db()
    assert (response.status_code, job.state) == (404, "waiting")
