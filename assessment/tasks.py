"""Doorbells of the assessment's background jobs."""

from core.jobs import JobHandle, job_handler


@job_handler("assessment.compute_run")
def compute_run(handle: JobHandle) -> None:
    from assessment import actions

    actions.compute_run(handle)
