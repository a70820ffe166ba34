"""Background jobs whose truth is a row in the database.

A handler is registered under a kind and gets a `JobHandle`; it must be safe to run twice, and must
call `advance` at least once within `settings.JOB_STALE_SECONDS`. A worker that dies in mid-job
leaves a stale heartbeat; `requeue_due` (rung by beat) gives the job to another worker, and the
claim written at the start keeps a worker that comes back from the dead from writing over it.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from core import audit
from core.errors import RuleError
from core.models import ExportFile, Job

logger = logging.getLogger(__name__)

MESSAGE_LENGTH = Job._meta.get_field("message").max_length


class ClaimLostError(Exception):
    """Another worker has taken this job over; this one must stop without writing."""


@dataclass
class JobHandle:
    """What a handler sees of its job: parameters in, progress and files out."""

    job: Job
    claim: str
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def params(self) -> dict[str, Any]:
        return self.job.params

    def advance(self, done: int, total: int, message: str = "") -> None:
        """Show progress and a heartbeat. Raises ClaimLostError when the job was taken over."""
        self._beat(progress_done=done, progress_total=total, message=message[:MESSAGE_LENGTH])

    def conclude(self) -> None:
        """End the job as done, inside the transaction that writes its results.

        So neither a stop nor another worker can come between the results and the end. Raises
        ClaimLostError, and the results are rolled back, when one of them was faster.
        """
        facts = {"state": Job.State.DONE, "finished_at": timezone.now(), "result": self.result}
        self._beat(**facts)

    def _beat(self, **facts: Any) -> None:
        mine = Job.objects.filter(pk=self.job.pk, claim=self.claim, state=Job.State.RUNNING)
        if not mine.update(heartbeat_at=timezone.now(), **facts):
            raise ClaimLostError(self.job.pk)

    def attach(self, name: str, content: bytes, content_type: str) -> ExportFile:
        """Keep a finished file; a file of the same name from an earlier attempt is replaced.

        Raises ClaimLostError when the job was taken over.
        """
        self._beat()
        for old in self.job.files.filter(name=name):
            old.file.delete(save=False)
            old.delete()
        return ExportFile.objects.create(
            job=self.job,
            name=name,
            content_type=content_type,
            file=ContentFile(content, name=f"{uuid4().hex}.{name.rpartition('.')[2]}"),
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )


Handler = Callable[[JobHandle], None]
HANDLERS: dict[str, Handler] = {}
STOPPABLE: set[str] = set()


def job_handler(kind: str, *, is_stoppable: bool = False) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind.

    A stoppable one writes nothing that others see before its end, and ends with `conclude` or in
    files that are attached.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        if is_stoppable:
            STOPPABLE.add(kind)
        return handler

    return register


def enqueue(kind: str, *, title: str, by: Any, **params: Any) -> Job:
    """Write the job's row and ring for a worker once the transaction is through."""
    if kind not in HANDLERS:
        raise LookupError(kind)
    job = Job.objects.create(
        kind=kind,
        title=title,
        params=params,
        requested_by=by,
        is_stoppable=kind in STOPPABLE,
    )
    transaction.on_commit(lambda: ring(job.pk))
    return job


def ring(job_id: int) -> None:
    """Tell the workers that this job waits; a broker out of reach is no error: beat rings again."""
    from core.tasks import run_job  # noqa: PLC0415 - the doorbell imports this module

    try:
        run_job.delay(job_id)
    except (OSError, OperationalError) as error:
        logger.warning("broker out of reach, job %s waits for beat: %s", job_id, error)


def run(job_id: int) -> None:
    """Claim the job and do it; nothing happens when it is gone, done, or in other hands."""
    claim = uuid4().hex
    if not _claim(job_id, claim):
        logger.info("job %s is not to be claimed", job_id)
        return
    job = Job.objects.get(pk=job_id)
    handle = JobHandle(job, claim)
    try:
        HANDLERS[job.kind](handle)
    except ClaimLostError:
        logger.warning("job %s was taken over by another worker", job_id)
    except RuleError as error:
        _end(job, claim, state=Job.State.FAILED, message=error.message[:MESSAGE_LENGTH])
    except Exception:
        logger.exception("job %s failed", job_id)
        _give_back(job, claim)
    else:
        _end(job, claim, state=Job.State.DONE, result=handle.result)


def _claim(job_id: int, claim: str) -> bool:
    now = timezone.now()
    free = Q(state=Job.State.WAITING) | Q(
        state=Job.State.RUNNING, heartbeat_at__lt=now - _stale_after()
    )
    return bool(
        Job.objects.filter(free, pk=job_id, attempts__lt=settings.JOB_MAX_ATTEMPTS).update(
            state=Job.State.RUNNING,
            claim=claim,
            attempts=F("attempts") + 1,
            started_at=now,
            heartbeat_at=now,
        )
    )


def _end(job: Job, claim: str, *, state: str, **facts: Any) -> None:
    mine = Job.objects.filter(pk=job.pk, claim=claim, state=Job.State.RUNNING)
    mine.update(state=state, finished_at=timezone.now(), **facts)


def _give_back(job: Job, claim: str) -> None:
    """After an unforeseen fault: another try, or the end when the tries are used up."""
    if job.attempts < settings.JOB_MAX_ATTEMPTS:
        mine = Job.objects.filter(pk=job.pk, claim=claim, state=Job.State.RUNNING)
        mine.update(state=Job.State.WAITING, claim="", rung_at=timezone.now())
        return
    _end(job, claim, state=Job.State.FAILED, message=_gave_up())


def _gave_up() -> str:
    return _("处理时出现意外，已重试仍未成功；数据没有改动，可重新发起，仍不行请联系系统管理员。")


def _stale_after() -> timedelta:
    return timedelta(seconds=settings.JOB_STALE_SECONDS)


def requeue_due() -> list[int]:
    """Ring again for jobs whose worker died or whose bell was lost; returns their numbers."""
    now = timezone.now()
    stale = Q(state=Job.State.RUNNING, heartbeat_at__lt=now - _stale_after())
    Job.objects.filter(stale, attempts__gte=settings.JOB_MAX_ATTEMPTS).update(
        state=Job.State.FAILED, finished_at=now, message=_gave_up()
    )
    unheard = Q(state=Job.State.WAITING, rung_at__lt=now - _stale_after())
    due = list(Job.objects.filter(stale | unheard).order_by("pk").values_list("pk", flat=True))
    Job.objects.filter(pk__in=due).update(rung_at=now)
    for job_id in due:
        ring(job_id)
    return due


@transaction.atomic
def stop_job(job: Job, *, by: Any) -> Job:
    """Stop a job that waits or is under way; its worker notices at the next step it reports."""
    active = (Job.State.WAITING, Job.State.RUNNING)
    changed = Job.objects.filter(pk=job.pk, state__in=active, is_stoppable=True).update(
        state=Job.State.STOPPED,
        claim="",
        message=_("已按要求停止，数据没有改动。"),
        finished_at=timezone.now(),
    )
    if not changed:
        raise RuleError(_("这项任务已经结束或不能中途停止，请刷新页面看结果。"))
    audit.record("core.stop_job", job, by=by)
    job.refresh_from_db()
    return job


@transaction.atomic
def retry_job(job: Job, *, by: Any) -> Job:
    """Start a failed or stopped job anew, at the wish of its owner."""
    ended = (Job.State.FAILED, Job.State.STOPPED)
    changed = Job.objects.filter(pk=job.pk, state__in=ended).update(
        state=Job.State.WAITING,
        attempts=0,
        claim="",
        message="",
        finished_at=None,
        rung_at=timezone.now(),
    )
    if not changed:
        raise RuleError(_("这项任务不在“未完成”或“已停止”状态，不必重新发起。"))
    audit.record("core.retry_job", job, by=by)
    transaction.on_commit(lambda: ring(job.pk))
    job.refresh_from_db()
    return job
