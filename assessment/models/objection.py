"""Objections of units to one line of their sheet, while the results are on public notice."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from assessment.models.indicator import Indicator
from assessment.models.notice import ResultNotice
from assessment.models.result import Score
from demonstrations.models import StandardSite
from organisations.models import Organisation, organisation_scope
from partnerships.models import Milestone, Partnership


class ScoreObjectionQuerySet(models.QuerySet["ScoreObjection"]):
    def visible_to(self, user: Any) -> "ScoreObjectionQuerySet":
        return self.filter(organisation_scope(user, "score_objection.view", "organisation"))

    def filed_for(self, user: Any) -> "ScoreObjectionQuerySet":
        return self.filter(organisation_scope(user, "objection.file", "organisation"))

    def unsettled(self) -> "ScoreObjectionQuerySet":
        return self.filter(status__in=ScoreObjection.UNSETTLED)

    def for_list(self) -> "ScoreObjectionQuerySet":
        return self.select_related(
            "organisation__region__parent",
            "indicator",
            "notice__scheme__region",
            "score__organisation__region__parent",
            "score__run__scheme",
            "filed_by",
            "drafted_by",
            "confirmed_by",
        ).prefetch_related("organisation__names", "score__organisation__names")

    def like(self, indicator: Indicator, organisation: Organisation) -> "ScoreObjectionQuerySet":
        """The unit's objections of earlier years to the same line: the same code or name."""
        same = Q(indicator__code=indicator.code) | Q(indicator__name=indicator.name)
        units = Q(organisation=organisation) | Q(score__organisation=organisation)
        return self.filter(same & units, notice__scheme__year__lt=indicator.scheme.year)


class ScoreObjection(models.Model):
    """A unit says what is wrong in one line of its sheet; two people of the office answer."""

    class Status(models.TextChoices):
        OPEN = "open", _("待答复")
        DRAFTED = "drafted", _("答复待确认")
        UPHELD = "upheld", _("成立")
        DISMISSED = "dismissed", _("不成立")
        WITHDRAWN = "withdrawn", _("已撤回")

    STATUS_TONES = {
        "open": "warning",
        "drafted": "info",
        "upheld": "success",
        "dismissed": "neutral",
        "withdrawn": "neutral",
    }
    STATUS_ICONS = {"open": "hourglass", "drafted": "hourglass", "dismissed": "check"}
    TRANSITIONS = {
        Status.OPEN: {Status.DRAFTED, Status.WITHDRAWN},
        Status.DRAFTED: {
            Status.DRAFTED,
            Status.OPEN,
            Status.UPHELD,
            Status.DISMISSED,
            Status.WITHDRAWN,
        },
        Status.UPHELD: set(),
        Status.DISMISSED: set(),
        Status.WITHDRAWN: set(),
    }
    UNSETTLED = (Status.OPEN, Status.DRAFTED)
    ANSWERED = (Status.UPHELD, Status.DISMISSED)

    notice = models.ForeignKey(
        ResultNotice, verbose_name=_("公示"), on_delete=models.PROTECT, related_name="objections"
    )
    # Who stands behind it now: after a change of units whoever carries on.
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("提出单位"),
        on_delete=models.PROTECT,
        related_name="score_objections",
    )
    # The published sheet, which stays that of the unit that was scored.
    score = models.ForeignKey(
        Score, verbose_name=_("公示的得分"), on_delete=models.PROTECT, related_name="objections"
    )
    indicator = models.ForeignKey(
        Indicator, verbose_name=_("指标"), on_delete=models.PROTECT, related_name="objections"
    )
    text = models.CharField(_("异议内容"), max_length=300)
    activities = models.ManyToManyField(
        Activity, verbose_name=_("活动"), blank=True, related_name="score_objections"
    )
    partnerships = models.ManyToManyField(
        Partnership, verbose_name=_("联创项目"), blank=True, related_name="score_objections"
    )
    milestones = models.ManyToManyField(
        Milestone, verbose_name=_("计划事项"), blank=True, related_name="score_objections"
    )
    sites = models.ManyToManyField(
        StandardSite, verbose_name=_("示范点"), blank=True, related_name="score_objections"
    )
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices, default=Status.OPEN)
    filed_at = models.DateTimeField(_("提出时间"), default=timezone.now)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提出人"),
        on_delete=models.PROTECT,
        related_name="filed_objections",
    )
    is_upheld = models.BooleanField(_("异议成立"), null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=300, blank=True)
    document_number = models.CharField(_("答复文号"), max_length=60, blank=True)
    points_before = models.DecimalField(
        _("原得分"), max_digits=10, decimal_places=4, null=True, blank=True
    )
    points_after = models.DecimalField(
        _("更正为"), max_digits=10, decimal_places=4, null=True, blank=True
    )
    drafted_at = models.DateTimeField(_("起草答复时间"), null=True, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("起草答复人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="drafted_answers",
    )
    return_reason = models.CharField(_("退回原因"), max_length=200, blank=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("确认人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmed_answers",
    )
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("撤回人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="withdrawn_objections",
    )

    objects = ScoreObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("考核异议")
        verbose_name_plural = _("考核异议")
        ordering = ["-filed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["score", "indicator"],
                condition=Q(status__in=["open", "drafted"]),
                name="score_objection_open_once_a_line",
            ),
            models.CheckConstraint(
                name="score_objection_drafted_as_a_whole",
                condition=Q(status__in=["open", "withdrawn"])
                | (
                    Q(is_upheld__isnull=False, drafted_at__isnull=False, drafted_by__isnull=False)
                    & ~Q(answer="")
                ),
            ),
            models.CheckConstraint(
                name="score_objection_upheld_has_points",
                condition=Q(is_upheld__isnull=True)
                | Q(is_upheld=False, points_after__isnull=True)
                | Q(is_upheld=True, points_before__isnull=False, points_after__isnull=False),
            ),
            models.CheckConstraint(
                name="score_objection_confirmed_by_another",
                condition=~Q(status__in=["upheld", "dismissed"])
                | (
                    Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                    & ~Q(confirmed_by=F("drafted_by"))
                ),
            ),
            models.CheckConstraint(
                name="score_objection_withdrawn_by_and_at",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}：{self.text[:20]}"

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS[self.Status(self.status)]

    @property
    def draft_stamp(self) -> str:
        """What tells one draft of the answer from the next; empty while there is none."""
        return self.drafted_at.isoformat() if self.drafted_at else ""

    @property
    def is_unsettled(self) -> bool:
        return self.status in self.UNSETTLED

    @property
    def is_answered(self) -> bool:
        return self.status in self.ANSWERED


class ObjectionFile(models.Model):
    """A file that a unit gives with its objection; cleaned, its type found from its content."""

    MOST = 3

    objection = models.ForeignKey(
        ScoreObjection, verbose_name=_("异议"), on_delete=models.CASCADE, related_name="files"
    )
    name = models.CharField(_("文件名"), max_length=120)
    file = models.FileField(_("文件"), upload_to="objections/%Y/%m/", max_length=255)
    content_type = models.CharField(_("类型"), max_length=100)
    size = models.PositiveBigIntegerField(_("字节数"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_at = models.DateTimeField(_("上传时间"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("上传人"),
        on_delete=models.PROTECT,
        related_name="objection_files",
    )

    class Meta:
        verbose_name = _("异议附件")
        verbose_name_plural = _("异议附件")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["objection", "sha256"], name="objection_file_once"),
        ]

    def __str__(self) -> str:
        return self.name
