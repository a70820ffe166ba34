"""The product's own Celery application with one more kind of job: slow work that leaves a mark."""

import time
from pathlib import Path

from naiman_unity.celery import app

app.loader.import_default_modules()

from core.jobs import JobHandle, job_handler  # noqa: E402 - Django is set up by the line above

SLOW = "tests.slow"
STEPS = 12
STEP_SECONDS = 0.25
MARKED_AT = 3

__all__ = ["app"]


@job_handler(SLOW)
def work_slowly(handle: JobHandle) -> None:
    """Three seconds of steps; a file is kept early on, and each attempt signs the list."""
    with Path(handle.params["attempts_file"]).open("a") as attempts:
        attempts.write("attempt\n")
    for step in range(STEPS):
        handle.advance(step, STEPS)
        if step == MARKED_AT:
            handle.attach("result.txt", b"done once", "text/plain")
        time.sleep(STEP_SECONDS)
    handle.result["steps"] = STEPS
