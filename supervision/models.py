"""Inspections by the office, their findings, and what became of them."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, organisation_scope


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, user: Any) -> "InspectionQuerySet":
        return self.filter(organisation_scope(user, "inspection.view", "organisation"))

    def for_list(self) -> "InspectionQuerySet":
        return self.select_related("organisation__region__parent", "recorded_by").prefetch_related(
            "findings"
        )


class Inspection(models.Model):
    """A guidance visit to one organisation (督导检查; the notice, 三（四）)."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("受检单位"),
        on_delete=models.PROTECT,
        related_name="inspections",
    )
    inspected_on = models.DateField(_("检查日期"))
    basis = models.CharField(_("依据"), max_length=100, blank=True)
    summary = models.CharField(_("检查情况"), max_length=500)
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登记人"),
        on_delete=models.PROTECT,
        related_name="recorded_inspections",
    )

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("督导检查")
        verbose_name_plural = _("督导检查")
        ordering = ["-inspected_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.organisation} {self.inspected_on:%Y-%m-%d}"


class FindingQuerySet(models.QuerySet["Finding"]):
    def overdue_on(self, day: date) -> "FindingQuerySet":
        """Not rectified by the due day, or rectified after it."""
        return self.filter(due_on__lt=day).filter(
            Q(rectified_on__isnull=True) | Q(rectified_on__gt=F("due_on"))
        )


class Finding(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("待整改")
        RECTIFIED = "rectified", _("待复核")
        CHECKED = "checked", _("已销号")

    STATE_TONES = {"open": "warning", "rectified": "info", "checked": "success"}

    inspection = models.ForeignKey(
        Inspection, verbose_name=_("督导检查"), on_delete=models.CASCADE, related_name="findings"
    )
    what = models.CharField(_("问题"), max_length=200)
    due_on = models.DateField(_("整改期限"))
    rectified_on = models.DateField(_("整改日期"), null=True, blank=True)
    rectified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("整改填报人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rectified_findings",
    )
    rectification = models.CharField(_("整改情况"), max_length=300, blank=True)
    checked_on = models.DateField(_("复核日期"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("复核人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="checked_findings",
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("检查问题")
        verbose_name_plural = _("检查问题")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="finding_rectified_by_and_on",
                condition=Q(rectified_on__isnull=True, rectified_by__isnull=True)
                | Q(rectified_on__isnull=False, rectified_by__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_checked_by_and_on",
                condition=Q(checked_on__isnull=True, checked_by__isnull=True)
                | Q(
                    checked_on__isnull=False,
                    checked_by__isnull=False,
                    rectified_on__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def state(self) -> str:
        if self.checked_on:
            return self.State.CHECKED
        return self.State.RECTIFIED if self.rectified_on else self.State.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.rectified_on is None and self.due_on < timezone.localdate()
