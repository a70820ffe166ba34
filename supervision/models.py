"""Inspections by the office, their findings, and what became of them."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import VILLAGE_KINDS, Organisation, names_day, organisation_scope


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, user: Any) -> "InspectionQuerySet":
        return self.filter(organisation_scope(user, "inspection.view", "organisation"))

    def for_list(self) -> "InspectionQuerySet":
        return self.select_related("organisation__region__parent", "recorded_by").prefetch_related(
            "findings__rectified_by", "findings__checked_by", "organisation__names"
        )

    def with_overdue(self) -> "InspectionQuerySet":
        return self.filter(pk__in=Finding.objects.late().values("inspection"))

    def with_finding(self, state: str) -> "InspectionQuerySet":
        """With at least one finding in the state."""
        return self.filter(pk__in=Finding.objects.in_state(state).values("inspection"))

    def waiting_for(self, user: Any) -> "InspectionQuerySet":
        """With a finding that the user should rectify, or check."""
        to_rectify = organisation_scope(user, "finding.rectify", "inspection__organisation")
        to_check = organisation_scope(user, "inspection.edit", "inspection__organisation")
        own = [assignment.organisation_id for assignment in user.current_assignments]
        open_ones = Finding.objects.in_state(Finding.State.OPEN).filter(to_rectify)
        rectified = Finding.objects.in_state(Finding.State.RECTIFIED).filter(to_check)
        rectified = rectified.exclude(
            Q(inspection__organisation__in=own)
            | Q(inspection__organisation__successor__in=own)
            | Q(
                inspection__organisation__superior__in=own,
                inspection__organisation__kind__in=VILLAGE_KINDS,
            )
        )
        return self.filter(
            Q(pk__in=open_ones.values("inspection")) | Q(pk__in=rectified.values("inspection"))
        )


class Inspection(models.Model):
    """A guidance visit to one organisation (督导检查; the notice, 三（四）)."""

    class Standing(models.TextChoices):
        OVERDUE = "overdue", _("逾期未整改")
        OPEN = "open", _("待整改")
        RECTIFIED = "rectified", _("待复核")
        CHECKED = "checked", _("已全部销号")
        CLEAN = "clean", _("未发现问题")

    STANDING_TONES = {
        "overdue": "danger",
        "open": "warning",
        "rectified": "info",
        "checked": "success",
        "clean": "success",
    }
    STANDING_ICONS = {"open": "hourglass", "rectified": "eye"}

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

    @property
    def unit_label(self) -> str:
        """The unit under the name of the inspection's year; reads `organisation.names`."""
        return self.organisation.label_on(names_day(self.inspected_on.year))

    @property
    def standing(self) -> str:
        """The state of its findings in one word, the most urgent first; from prefetched rows."""
        states = {finding.state for finding in self.findings.all()}
        if any(finding.is_overdue for finding in self.findings.all()):
            return self.Standing.OVERDUE
        for state in Finding.State.values:
            if state in states:
                return state
        return self.Standing.CLEAN

    def get_standing_display(self) -> str:
        return str(self.Standing(self.standing).label)


class FindingQuerySet(models.QuerySet["Finding"]):
    def overdue_on(self, day: date) -> "FindingQuerySet":
        """Not rectified by the due day, or rectified after it."""
        return self.filter(due_on__lt=day).filter(
            Q(rectified_on__isnull=True) | Q(rectified_on__gt=F("due_on"))
        )

    def in_state(self, state: str) -> "FindingQuerySet":
        rectified = Q(rectified_on__isnull=False)
        checked = Q(checked_on__isnull=False)
        return self.filter(
            {
                Finding.State.OPEN: ~rectified,
                Finding.State.RECTIFIED: rectified & ~checked,
                Finding.State.CHECKED: checked,
            }[Finding.State(state)]
        )

    def late(self) -> "FindingQuerySet":
        """Past their due day today and still not rectified."""
        return self.filter(rectified_on__isnull=True, due_on__lt=timezone.localdate())


class Finding(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("待整改")
        RECTIFIED = "rectified", _("待复核")
        CHECKED = "checked", _("已销号")

    STATE_TONES = {"open": "warning", "rectified": "info", "checked": "success"}
    STATE_ICONS = {"open": "hourglass", "rectified": "eye"}
    TRANSITIONS = {
        State.OPEN: {State.RECTIFIED},
        State.RECTIFIED: {State.CHECKED, State.OPEN},
        State.CHECKED: set(),
    }

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
    # Why the last rectification was not enough; stays readable until it is checked.
    sent_back_reason = models.CharField(_("退回整改原因"), max_length=200, blank=True)
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

    def get_state_display(self) -> str:
        return str(self.State(self.state).label)

    def can_become(self, state: str) -> bool:
        return state in self.TRANSITIONS[self.State(self.state)]

    @property
    def is_overdue(self) -> bool:
        return self.rectified_on is None and self.due_on < timezone.localdate()
