"""Tables of no part of the programme: audit, background jobs, files, imports, the demo mark."""

import hashlib
import json
from datetime import UTC
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditRecord(models.Model):
    """One deed: who, when, from where, what, on what, before → after, and how it ended.

    Append-only: a record is never changed or deleted, and each carries the hash of the one
    before it, so that `manage.py verify_audit` finds any later tampering.
    """

    class Outcome(models.TextChoices):
        SUCCESS = "success", _("成功")
        REFUSED = "refused", _("被拒绝")

    OUTCOME_TONES = {"success": "success", "refused": "warning"}

    at = models.DateTimeField(_("时间"), default=timezone.now, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("操作人"),
        on_delete=models.PROTECT,
        null=True,
        related_name="audit_records",
    )
    by_name = models.CharField(_("操作人姓名"), max_length=80, blank=True)
    origin = models.CharField(_("来源地址"), max_length=64, blank=True)
    verb = models.CharField(_("动作"), max_length=60, db_index=True)
    subject_type = models.CharField(_("对象类型"), max_length=60, blank=True)
    subject_id = models.CharField(_("对象编号"), max_length=40, blank=True)
    subject_label = models.CharField(_("对象"), max_length=200, blank=True)
    before = models.JSONField(_("变更前"), default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("变更后"), default=dict, encoder=DjangoJSONEncoder)
    outcome = models.CharField(
        _("结果"), max_length=10, choices=Outcome.choices, default=Outcome.SUCCESS
    )
    reason = models.CharField(_("说明"), max_length=500, blank=True)
    # Decisions on scores and money are kept for ten years, other deeds for at least 190 days.
    is_decision = models.BooleanField(_("涉及评分或资金"), default=False)
    previous_hash = models.CharField(_("上一条摘要"), max_length=64, blank=True)
    hash = models.CharField(_("摘要"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.by_name} {self.verb} {self.subject_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("an audit record is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("an audit record is never deleted")

    def compute_hash(self) -> str:
        """SHA-256 over the previous hash and every fact of this record."""
        facts = {
            "at": self.at.astimezone(UTC).isoformat(),
            "by": self.by_id,
            "by_name": self.by_name,
            "origin": self.origin,
            "verb": self.verb,
            "subject": [self.subject_type, self.subject_id, self.subject_label],
            "before": self.before,
            "after": self.after,
            "outcome": str(self.outcome),
            "reason": self.reason,
            "is_decision": self.is_decision,
            "previous": self.previous_hash,
        }
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
        return hashlib.sha256(text.encode()).hexdigest()


class Job(models.Model):
    """A piece of background work. This row, not the message broker, is its truth.

    A broker may lose the task of a killed worker; the row stays, its heartbeat goes stale, and
    `core.jobs.requeue_due` rings for it again. Handlers can be run twice safely.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")
        STOPPED = "stopped", _("已停止")

    STATE_TONES = {
        "waiting": "neutral",
        "running": "info",
        "done": "success",
        "failed": "danger",
        "stopped": "neutral",
    }

    kind = models.CharField(_("种类"), max_length=60)
    title = models.CharField(_("名称"), max_length=200)
    params = models.JSONField(_("参数"), default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(
        _("状态"), max_length=10, choices=State.choices, default=State.WAITING, db_index=True
    )
    # Whoever asked for it may stop it: nothing of it has been written before its end.
    is_stoppable = models.BooleanField(_("可以停止"), default=False)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    claim = models.CharField(_("执行凭据"), max_length=32, blank=True)
    progress_done = models.PositiveIntegerField(_("已处理"), default=0)
    progress_total = models.PositiveIntegerField(_("共计"), default=0)
    message = models.CharField(_("说明"), max_length=500, blank=True)
    result = models.JSONField(_("结果"), default=dict, encoder=DjangoJSONEncoder)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("发起人"),
        on_delete=models.PROTECT,
        related_name="jobs",
    )
    requested_at = models.DateTimeField(_("发起时间"), default=timezone.now)
    rung_at = models.DateTimeField(_("最近通知时间"), default=timezone.now)
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("心跳时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="job_running_has_claim_and_heartbeat",
                condition=~models.Q(state="running")
                | (models.Q(heartbeat_at__isnull=False) & ~models.Q(claim="")),
            ),
            models.CheckConstraint(
                name="job_ended_has_time",
                condition=models.Q(state__in=["waiting", "running"])
                | models.Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_active(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int:
        """Whole per cent done; 0 while the total is unknown."""
        if self.state == self.State.DONE:
            return 100
        return (
            min(100, self.progress_done * 100 // self.progress_total) if self.progress_total else 0
        )


class ExportFile(models.Model):
    """A file made by a job, downloadable by the one who asked for it."""

    job = models.ForeignKey(
        Job, verbose_name=_("后台任务"), on_delete=models.CASCADE, related_name="files"
    )
    name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(_("类型"), max_length=100)
    file = models.FileField(_("文件"), upload_to="exports/%Y/%m/", max_length=255)
    size = models.PositiveBigIntegerField(_("字节数"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    created_at = models.DateTimeField(_("生成时间"), default=timezone.now)

    class Meta:
        verbose_name = _("导出文件")
        verbose_name_plural = _("导出文件")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class DemoYear(models.Model):
    """The marker of demonstration data in this database: made by `seed_demo`, for which year.

    While the row is there, every page and paper says 演示数据; `remove_demo` takes it away last.
    """

    year = models.PositiveSmallIntegerField(_("演示年度"), unique=True)
    seeded_at = models.DateTimeField(_("生成时间"), default=timezone.now)

    class Meta:
        verbose_name = _("演示年度")
        verbose_name_plural = _("演示年度")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class ImportRun(models.Model):
    """One ledger that somebody brings in: the file, how it is read, what it would do, what it did.

    Nothing reaches the register before SAVING; saving and undoing are whole or not at all.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("核对中")
        READY = "ready", _("待确认")
        SAVING = "saving", _("保存中")
        SAVED = "saved", _("已导入")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")
        FAILED = "failed", _("读不出")
        CANCELLED = "cancelled", _("已放弃")

    TRANSITIONS = {
        State.CHECKING: {State.READY, State.FAILED, State.CANCELLED},
        State.READY: {State.CHECKING, State.SAVING, State.CANCELLED},
        State.SAVING: {State.SAVED, State.READY},
        State.SAVED: {State.UNDOING},
        State.UNDOING: {State.UNDONE, State.SAVED},
        State.UNDONE: set(),
        State.FAILED: {State.CHECKING, State.CANCELLED},
        State.CANCELLED: set(),
    }
    STATE_TONES = {
        "checking": "info",
        "ready": "warning",
        "saving": "info",
        "saved": "success",
        "undoing": "info",
        "undone": "neutral",
        "failed": "danger",
        "cancelled": "neutral",
    }
    STATE_ICONS = {"checking": "hourglass", "saving": "hourglass", "undoing": "hourglass"}

    ledger = models.CharField(_("台账"), max_length=60)
    file_name = models.CharField(_("文件名"), max_length=200)
    # Emptied some days after the upload: a ledger may hold more than the platform may keep.
    file = models.FileField(_("文件"), upload_to="imports/%Y/%m/", max_length=255, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=State.choices, default=State.CHECKING, db_index=True
    )
    # How the file is read: found by the platform, corrected by the user.
    sheet = models.CharField(_("工作表"), max_length=100, blank=True)
    sheets = models.JSONField(_("全部工作表"), default=list)
    head = models.JSONField(_("表头"), default=dict)
    mapping = models.JSONField(_("各列对应"), default=dict)
    choices = models.JSONField(_("认定的单位"), default=dict)
    blank_clears = models.BooleanField(_("空白格清空原值"), default=False)
    keeps_text = models.BooleanField(_("文字已核对"), default=False)
    only_good = models.BooleanField(_("只导入无误的行"), default=False)
    counts = models.JSONField(_("各类行数"), default=dict)
    digest = models.CharField(_("核对结果摘要"), max_length=64, blank=True)
    message = models.CharField(_("说明"), max_length=500, blank=True)
    job = models.ForeignKey(
        Job, verbose_name=_("后台任务"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("导入人"),
        on_delete=models.PROTECT,
        related_name="import_runs",
    )
    requested_at = models.DateTimeField(_("上传时间"), default=timezone.now)
    saved_at = models.DateTimeField(_("导入时间"), null=True, blank=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("台账导入")
        verbose_name_plural = _("台账导入")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_saved_has_time",
                condition=~models.Q(state__in=["saved", "undoing", "undone"])
                | models.Q(saved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="import_undone_has_time",
                condition=~models.Q(state="undone") | models.Q(undone_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.CHECKING, self.State.SAVING, self.State.UNDOING)

    def can_become(self, state: str) -> bool:
        return state in self.TRANSITIONS[self.State(self.state)]

    def count(self, *outcomes: str) -> int:
        """How many rows have one of these outcomes."""
        return sum(self.counts.get(str(outcome), 0) for outcome in outcomes)

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        """The outcomes that occur, in words, each with how many rows have it."""
        return [
            (label, self.counts[value])
            for value, label in ImportRow.Outcome.choices
            if self.counts.get(value)
        ]


class ImportRow(models.Model):
    """One row of a ledger: what it would do, and after saving what it did."""

    class Outcome(models.TextChoices):
        ADD = "add", _("新增")
        CHANGE = "change", _("修改")
        SAME = "same", _("不变")
        NEAR = "near", _("待认定")
        FAULT = "fault", _("有误")

    OUTCOME_TONES = {
        "add": "success",
        "change": "info",
        "same": "neutral",
        "near": "warning",
        "fault": "danger",
    }

    run = models.ForeignKey(
        ImportRun, verbose_name=_("台账导入"), on_delete=models.CASCADE, related_name="rows"
    )
    number = models.PositiveIntegerField(_("行号"))
    outcome = models.CharField(_("结果"), max_length=6, choices=Outcome.choices)
    label = models.CharField(_("名称"), max_length=200, blank=True)
    object_pk = models.BigIntegerField(_("对象编号"), null=True, blank=True)
    # Facts as the ledger stores them, for saving and undoing; `shown` is the same in words.
    facts = models.JSONField(_("内容"), default=dict)
    before = models.JSONField(_("原内容"), default=dict)
    shown = models.JSONField(_("变更"), default=list)
    faults = models.JSONField(_("问题"), default=list)
    is_saved = models.BooleanField(_("已写入"), default=False)

    class Meta:
        verbose_name = _("导入的行")
        verbose_name_plural = _("导入的行")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="import_row_once"),
        ]
        indexes = [models.Index(fields=["run", "outcome", "number"], name="import_row_outcome")]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"


class RememberedMapping(models.Model):
    """Which column of a ledger's head a user meant by what; proposed again for the same head."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("用户"),
        on_delete=models.CASCADE,
        related_name="remembered_mappings",
    )
    ledger = models.CharField(_("台账"), max_length=60)
    label = models.CharField(_("表头文字"), max_length=100)
    # Empty: the user said that this column is not to be imported.
    key = models.CharField(_("对应的栏目"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("记住的列对应")
        verbose_name_plural = _("记住的列对应")
        ordering = ["ledger", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "ledger", "label"], name="remembered_mapping_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} → {self.key}"
