"""Frozen results of a scoring run: they explain themselves without asking again."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessment.models.scheme import AssessmentGroup, Indicator, Scheme, Veto
from core.models import Job
from organisations.models import Organisation, names_day, organisation_scope, successions


class RunQuerySet(models.QuerySet["Run"]):
    def latest_finished(self, scheme: Scheme) -> "Run | None":
        """The run whose results are shown: the last one that was carried through."""
        done = self.filter(scheme=scheme, finished_at__isnull=False)
        return done.order_by("-number").first()


class Run(models.Model):
    """One computation of all scores of a scheme. The latest finished run is the one shown."""

    scheme = models.ForeignKey(
        Scheme, verbose_name=_("方案"), on_delete=models.CASCADE, related_name="runs"
    )
    number = models.PositiveSmallIntegerField(_("第几次计算"))
    job = models.OneToOneField(
        Job, verbose_name=_("后台任务"), on_delete=models.PROTECT, null=True, related_name="run"
    )
    data_as_of = models.DateTimeField(_("数据截至"), default=timezone.now)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    # SHA-256 over the canonical results: same data, same bytes.
    digest = models.CharField(_("结果摘要"), max_length=64, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("发起人"),
        on_delete=models.PROTECT,
        related_name="runs",
    )

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("评分计算")
        verbose_name_plural = _("评分计算")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="run_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} #{self.number}"

    @cached_property
    def successions(self) -> dict[int, int]:
        """Whose records of the year count for whom, as known at the cut-off; one query a run."""
        return successions(self.scheme.year, self.data_as_of)

    def is_formal(self) -> bool:
        """Whether this is the result that was approved, and no trial; at most one query."""
        approved = self.scheme.status in (Scheme.Status.APPROVED, Scheme.Status.FINAL)
        return approved and Run.objects.latest_finished(self.scheme) == self


class ScoreQuerySet(models.QuerySet["Score"]):
    def visible_to(self, user: Any) -> "ScoreQuerySet":
        return self.filter(organisation_scope(user, "score.view", "organisation"))

    def for_list(self) -> "ScoreQuerySet":
        return self.select_related("organisation__region__parent", "group", "run__scheme")

    def with_names(self) -> "ScoreQuerySet":
        """What `unit_label` reads."""
        return self.prefetch_related("organisation__names")

    def with_lines(self) -> "ScoreQuerySet":
        """With all that `specification.stored_result` reads, in three queries."""
        lines = models.Prefetch("lines", ScoreLine.objects.select_related("indicator"))
        return self.for_list().with_names().prefetch_related(lines)


class Score(models.Model):
    """One unit's result in a run, as `scoring.UnitResult` gave it; nothing is left to recompute."""

    run = models.ForeignKey(
        Run, verbose_name=_("计算"), on_delete=models.CASCADE, related_name="scores"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="scores"
    )
    group = models.ForeignKey(
        AssessmentGroup, verbose_name=_("分组"), on_delete=models.PROTECT, related_name="scores"
    )
    earned = models.DecimalField(_("基础分合计"), max_digits=10, decimal_places=4)
    obtainable = models.DecimalField(_("适用基础分"), max_digits=10, decimal_places=4)
    base = models.DecimalField(_("基础分"), max_digits=10, decimal_places=4)
    bonus = models.DecimalField(_("加分"), max_digits=10, decimal_places=4)
    deduction = models.DecimalField(_("扣分"), max_digits=10, decimal_places=4)
    subtotal = models.DecimalField(_("小计"), max_digits=10, decimal_places=4)
    total = models.DecimalField(_("总分"), max_digits=10, decimal_places=4)
    rank = models.PositiveIntegerField(_("组内名次"))
    tied = models.PositiveIntegerField(_("同名次单位数"), default=1)
    group_size = models.PositiveIntegerField(_("组内单位数"), default=1)
    band = models.CharField(_("按分数的等次"), max_length=20, blank=True)
    grade = models.CharField(_("等次"), max_length=20, blank=True)
    grade_reason = models.CharField(_("等次依据"), max_length=20, blank=True)
    excellent_places = models.PositiveIntegerField(_("优秀名额"), null=True, blank=True)
    kind = models.CharField(_("类型"), max_length=24, choices=Organisation.Kind.choices)
    # [[Veto.Kind, reason], …]: what was in force when the run was made.
    vetoes = models.JSONField(_("否决"), default=list, blank=True)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("得分")
        verbose_name_plural = _("得分")
        ordering = ["group__order", "rank", "organisation__region__code"]
        constraints = [
            models.UniqueConstraint(fields=["run", "organisation"], name="score_once_a_run"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.total}"

    @property
    def unit_label(self) -> str:
        """The unit under the name it had at the end of the scheme's year."""
        return self.organisation.label_on(names_day(self.run.scheme.year))

    @property
    def is_vetoed(self) -> bool:
        """一票否决: total 0 and the bottom grade."""
        return any(kind == Veto.Kind.TOTAL for kind, _reason in self.vetoes)


class ScoreLine(models.Model):
    """One line of a unit's score sheet: what went in, what came out, and all that explains it."""

    score = models.ForeignKey(
        Score, verbose_name=_("得分"), on_delete=models.CASCADE, related_name="lines"
    )
    indicator = models.ForeignKey(
        Indicator, verbose_name=_("指标"), on_delete=models.PROTECT, related_name="lines"
    )
    parent_code = models.CharField(_("上级编码"), max_length=20, blank=True)
    depth = models.PositiveSmallIntegerField(_("层级"), default=0)
    # scoring.LineStatus: 计分, 不适用, 互斥不计.
    status = models.CharField(_("状态"), max_length=10)
    points = models.DecimalField(_("得分"), max_digits=10, decimal_places=4, null=True, blank=True)
    obtainable = models.DecimalField(_("可得分"), max_digits=10, decimal_places=4)
    raw = models.DecimalField(
        _("折算前得分"), max_digits=10, decimal_places=4, null=True, blank=True
    )
    # rules.Outcome as JSON: value, cap, floor, group figures; empty on a branch.
    outcome = models.JSONField(_("计算依据"), default=dict, blank=True)

    class Meta:
        verbose_name = _("得分明细")
        verbose_name_plural = _("得分明细")
        ordering = ["indicator__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["score", "indicator"], name="score_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.points}"
