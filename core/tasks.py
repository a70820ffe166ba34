"""Doorbells of the background jobs."""

from celery import shared_task

from core import jobs, upkeep


@shared_task
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task
def requeue_jobs() -> None:
    jobs.requeue_due()


@shared_task
def erase_expired_imports() -> None:
    from core.imports import deeds

    deeds.erase_expired()


@shared_task
def refresh_statistics() -> None:
    upkeep.refresh_statistics()
