"""Balancing inside the groups (组内平衡), and marks that the office sends back for it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models.indicator import Indicator
from assessment.models.result import Run
from assessment.models.scheme import AssessmentGroup, Scheme


class GroupBalance(models.Model):
    """The office has looked at a group's results of one run and lets them stand, with a note."""

    group = models.ForeignKey(
        AssessmentGroup, verbose_name=_("分组"), on_delete=models.CASCADE, related_name="balances"
    )
    run = models.ForeignKey(
        Run, verbose_name=_("计算"), on_delete=models.CASCADE, related_name="balances"
    )
    note = models.CharField(_("平衡说明"), max_length=300)
    balanced_at = models.DateTimeField(_("平衡时间"), default=timezone.now)
    balanced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("平衡人"),
        on_delete=models.PROTECT,
        related_name="group_balances",
    )

    class Meta:
        verbose_name = _("组内平衡")
        verbose_name_plural = _("组内平衡")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "run"], name="group_balanced_once_a_run"),
        ]

    def __str__(self) -> str:
        return f"{self.group} #{self.run.number}"


class MarkReturnQuerySet(models.QuerySet["MarkReturn"]):
    def waiting(self) -> "MarkReturnQuerySet":
        return self.filter(answered_at__isnull=True)

    def asked_of(self, user: Any) -> "MarkReturnQuerySet":
        """Those that a judge's own department still has to look at."""
        departments = [grant.organisation.pk for grant in user.grants("mark.enter")]
        asked = self.waiting().filter(indicator__department__in=departments)
        # A new version asks again for what still holds in it.
        return asked.exclude(indicator__scheme__status=Scheme.Status.REPLACED)

    def for_list(self) -> "MarkReturnQuerySet":
        return self.select_related(
            "indicator__department", "indicator__scheme", "group", "returned_by", "answered_by"
        )


class MarkReturn(models.Model):
    """Marks of one indicator in one group that the office asks a department to look at again.

    Changed marks answer it, and so does a reason why they stay.
    """

    indicator = models.ForeignKey(
        Indicator, verbose_name=_("指标"), on_delete=models.CASCADE, related_name="mark_returns"
    )
    group = models.ForeignKey(
        AssessmentGroup,
        verbose_name=_("分组"),
        on_delete=models.CASCADE,
        related_name="mark_returns",
    )
    reason = models.CharField(_("退回原因"), max_length=300)
    returned_at = models.DateTimeField(_("退回时间"), default=timezone.now)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("退回人"),
        on_delete=models.PROTECT,
        related_name="returned_marks",
    )
    # Empty where the marks were changed: they speak for themselves.
    answer = models.CharField(_("维持原评分的理由"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("答复人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="answered_mark_returns",
    )

    objects = MarkReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("退回的评分")
        verbose_name_plural = _("退回的评分")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "group"],
                condition=Q(answered_at__isnull=True),
                name="mark_return_open_once",
            ),
            models.CheckConstraint(
                name="mark_return_answered_by_and_at",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.group}"
