"""What happened to a title: its steps, and the decisions that the director approves."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from demonstrations.models.title import Status, Title
from organisations.models import Organisation, organisation_scope


class TitleDecisionQuerySet(models.QuerySet["TitleDecision"]):
    def open(self) -> "TitleDecisionQuerySet":
        return self.filter(status=TitleDecision.Status.PROPOSED)

    def answerable_by(self, user: Any) -> "TitleDecisionQuerySet":
        """Open, in one's area, and proposed by somebody else."""
        reach = organisation_scope(user, "title.decide", "title__organisation")
        return self.open().filter(reach).exclude(proposed_by=user)


class TitleDecision(models.Model):
    """A decision on a title (命名决定): proposed by one, approved by another, then carried out."""

    class Kind(models.TextChoices):
        NAME = "name", _("命名")
        RENEW = "renew", _("续命")
        WITHDRAW = "withdraw", _("撤销")
        CORRECT = "correct", _("更正")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("待审批")
        APPROVED = "approved", _("已审批")
        RETURNED = "returned", _("已退回")

    STATUS_TONES = {"proposed": "warning", "approved": "success", "returned": "neutral"}
    STATUS_ICONS = {"proposed": "hourglass", "returned": "undo"}
    TRANSITIONS = {
        Status.PROPOSED: {Status.APPROVED, Status.RETURNED},
        Status.APPROVED: set(),
        Status.RETURNED: set(),
    }

    title = models.ForeignKey(
        Title, verbose_name=_("示范命名"), on_delete=models.CASCADE, related_name="decisions"
    )
    kind = models.CharField(_("事项"), max_length=10, choices=Kind.choices)
    authority = models.CharField(_("决定机关"), max_length=100)
    document_number = models.CharField(_("文号"), max_length=60)
    decided_on = models.DateField(_("决定日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.PROPOSED
    )
    proposed_at = models.DateTimeField(_("提请时间"), default=timezone.now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提请人"),
        on_delete=models.PROTECT,
        related_name="proposed_title_decisions",
    )
    answered_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("审批人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="answered_title_decisions",
    )
    return_reason = models.CharField(_("退回原因"), max_length=200, blank=True)

    objects = TitleDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("命名决定")
        verbose_name_plural = _("命名决定")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["title"],
                condition=Q(status="proposed"),
                name="title_decision_open_once",
                violation_error_message=_("这个示范已有待审批的事项，请等审批后再提。"),
            ),
            models.CheckConstraint(
                name="title_decision_answered_by_and_at",
                condition=Q(status="proposed", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(status="proposed") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="title_decision_approver_is_not_proposer",
                condition=~Q(status="approved") | ~Q(answered_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS[self.Status(self.status)]


class TitleStep(models.Model):
    """One step of a title (办理步骤): what, on which day, by which document, recorded by whom."""

    class Deed(models.TextChoices):
        CULTIVATED = "cultivated", _("列入培育库")
        APPLIED = "applied", _("申报")
        CHECK_PASSED = "check_passed", _("初验通过")
        CHECK_FAILED = "check_failed", _("初验未通过")
        NOTICED = "noticed", _("公示")
        STOPPED = "stopped", _("停止申报")
        NAMED = "named", _("命名")
        CORRECTED = "corrected", _("更正命名")
        REVIEWED = "reviewed", _("开始复核")
        REVIEW_PASSED = "review_passed", _("复核合格")
        RENEWED = "renewed", _("续命")
        RECTIFYING = "rectifying", _("限期整改")
        RECTIFIED = "rectified", _("整改合格")
        WITHDRAWN = "withdrawn", _("撤销命名")
        DROPPED = "dropped", _("移出培育库")
        PASSED_ON = "passed_on", _("承接")
        LAPSED = "lapsed", _("到期")

    # What became of the holder says nothing of the title's own way: these may stand at any place.
    OF_HOLDER = (Deed.PASSED_ON, Deed.LAPSED)
    DEED_TONES = {
        "check_passed": "success",
        "check_failed": "warning",
        "stopped": "warning",
        "named": "success",
        "review_passed": "success",
        "renewed": "success",
        "rectifying": "warning",
        "rectified": "success",
        "withdrawn": "danger",
        "lapsed": "warning",
    }

    title = models.ForeignKey(
        Title, verbose_name=_("示范命名"), on_delete=models.CASCADE, related_name="steps"
    )
    deed = models.CharField(_("步骤"), max_length=20, choices=Deed.choices)
    # The state that the step led to: the history reads without the table of transitions.
    status = models.CharField(_("办后状态"), max_length=12, choices=Status.choices)
    done_on = models.DateField(_("日期"))
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    place = models.CharField(_("地点"), max_length=80, blank=True)
    remark = models.CharField(_("说明"), max_length=300, blank=True)
    decision = models.OneToOneField(
        TitleDecision,
        verbose_name=_("命名决定"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="step",
    )
    # Who held the title until another unit took it over.
    former_holder = models.ForeignKey(
        Organisation,
        verbose_name=_("原单位"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="passed_title_steps",
    )
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    # Titles entered before steps were kept name nobody.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登记人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recorded_title_steps",
    )

    class Meta:
        verbose_name = _("办理步骤")
        verbose_name_plural = _("办理步骤")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.get_deed_display()
