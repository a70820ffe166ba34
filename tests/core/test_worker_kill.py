"""A worker killed in mid-job loses nothing: another finishes the job, its effect exactly once."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as conf
from django.db import connection

from core import jobs
from core.models import Job
from tests.core.worker_app import MARKED_AT, SLOW, STEPS
from tests.factories.organisations import UserFactory

ROOT = conf.BASE_DIR
STALE_SECONDS = 2
WORKER = (sys.executable, "-m", "celery", "-A", "tests.core.worker_app", "worker", "--beat",
          "--concurrency", "1", "--loglevel", "INFO", "--without-gossip", "--without-mingle",
          "--without-heartbeat")  # fmt: skip


def database_url() -> str:
    """The test's own database, as the worker's environment names it."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    login = f"{quote(facts['USER'])}:{quote(facts['PASSWORD'])}" if facts["USER"] else ""
    host = quote(facts["HOST"], safe="")
    port = f":{facts['PORT']}" if facts["PORT"] else ""
    return f"postgres://{login}@{host}{port}/{facts['NAME']}"


@contextmanager
def worker(folder: Path, name: str, media: Path):
    """A worker with beat in a process group of its own; killed at the end if still alive."""
    env = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": conf.REDIS_URL,
        "VAR_DIR": str(conf.VAR_DIR),
        "MEDIA_ROOT": str(media),
        "SECRET_KEY": "for-the-worker",
        "JOB_STALE_SECONDS": str(STALE_SECONDS),
        "JOB_REQUEUE_SECONDS": "1",
    }
    log = folder / f"{name}.log"
    schedule = ("--schedule", str(folder / f"{name}-beat"))
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*WORKER, *schedule], cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen) -> None:
    """SIGKILL to the worker, its pool and its beat: nobody gets to clean up."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def wait_for(job: Job, reached, folder: Path, seconds: float = 30) -> Job:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job.refresh_from_db()
        if reached(job):
            return job
        time.sleep(0.1)
    logs = "\n".join(path.read_text(errors="replace") for path in folder.glob("*.log"))
    return pytest.fail(f"job stayed {job.state} at {job.progress_done}\n{logs[-4000:]}")


@pytest.mark.django_db(transaction=True)
def test_a_job_survives_the_death_of_its_worker(tmp_path, media_root):
    attempts = tmp_path / "attempts"
    job = jobs.enqueue(SLOW, title="慢活", by=UserFactory(), attempts_file=str(attempts))

    with worker(tmp_path, "first", media_root) as first:
        wait_for(job, lambda job: job.progress_done > MARKED_AT, tmp_path)
        kill(first)
    job.refresh_from_db()
    left = (job.state, job.attempts, job.files.count())
    with worker(tmp_path, "second", media_root):
        wait_for(job, lambda job: not job.is_active, tmp_path)

    assert left == ("running", 1, 1)
    assert (job.state, job.attempts, job.result) == ("done", 2, {"steps": STEPS})
    assert attempts.read_text().splitlines() == ["attempt", "attempt"]
    assert [export.name for export in job.files.all()] == ["result.txt"]
    assert len(list(media_root.rglob("*.txt"))) == 1
