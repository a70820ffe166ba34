"""A worker killed in mid-job loses nothing: another finishes the job, its effect exactly once."""

import time
from pathlib import Path

import pytest

from core import jobs
from core.models import Job
from tests.core.worker_app import MARKED_AT, SLOW, STEPS
from tests.factories.organisations import UserFactory
from tests.worker import kill, worker

STALE_SECONDS = 2


def worker_with_beat(folder: Path, name: str, media: Path):
    return worker(
        "tests.core.worker_app",
        log=folder / f"{name}.log",
        media=media,
        options=("--beat", "--schedule", str(folder / f"{name}-beat")),
        JOB_STALE_SECONDS=str(STALE_SECONDS),
        JOB_REQUEUE_SECONDS="1",
    )


def wait_for(job: Job, reached, folder: Path, seconds: float = 30) -> Job:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job.refresh_from_db()
        if reached(job):
            return job
        time.sleep(0.1)
    logs = "\n".join(path.read_text(errors="replace") for path in folder.glob("*.log"))
    return pytest.fail(f"job stayed {job.state} at {job.progress_done}\n{logs[-4000:]}")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_job_survives_the_death_of_its_worker(tmp_path, media_root):
    attempts = tmp_path / "attempts"
    job = jobs.enqueue(SLOW, title="慢活", by=UserFactory(), attempts_file=str(attempts))

    with worker_with_beat(tmp_path, "first", media_root) as first:
        wait_for(job, lambda job: job.progress_done > MARKED_AT, tmp_path)
        kill(first)
    job.refresh_from_db()
    left = (job.state, job.attempts, job.files.count())
    with worker_with_beat(tmp_path, "second", media_root):
        wait_for(job, lambda job: not job.is_active, tmp_path)

    assert left == ("running", 1, 1)
    assert (job.state, job.attempts, job.result) == ("done", 2, {"steps": STEPS})
    assert attempts.read_text().splitlines() == ["attempt", "attempt"]
    assert [export.name for export in job.files.all()] == ["result.txt"]
    assert len(list(media_root.rglob("*.txt"))) == 1
