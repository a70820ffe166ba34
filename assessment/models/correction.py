"""Corrections (更正): points of one line that two people changed, on a document."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models.indicator import Indicator
from assessment.models.objection import ScoreObjection
from assessment.models.result import Run
from assessment.models.scheme import Scheme
from organisations.models import Organisation


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def in_force(self, scheme: Scheme) -> "CorrectionQuerySet":
        """Those that every run of the scheme applies, in the order in which they were confirmed."""
        confirmed = self.filter(scheme=scheme, status=Correction.Status.CONFIRMED)
        return confirmed.order_by("confirmed_at", "pk")

    def for_list(self) -> "CorrectionQuerySet":
        return self.select_related(
            "organisation__region__parent",
            "indicator",
            "scheme__region",
            "proposed_by",
            "confirmed_by",
            "declined_by",
            "objection",
            "run",
        ).prefetch_related("organisation__names")


class Correction(models.Model):
    """New points for one unit under one indicator: proposed by one person, confirmed by another.

    What was counted before stays; the run that carries it out is a new one.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        CONFIRMED = "confirmed", _("已更正")
        DECLINED = "declined", _("未同意")

    STATUS_TONES = {"proposed": "warning", "confirmed": "success", "declined": "neutral"}
    STATUS_ICONS = {"proposed": "hourglass", "declined": "x"}

    scheme = models.ForeignKey(
        Scheme, verbose_name=_("方案"), on_delete=models.CASCADE, related_name="corrections"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="corrections"
    )
    indicator = models.ForeignKey(
        Indicator, verbose_name=_("指标"), on_delete=models.PROTECT, related_name="corrections"
    )
    points_before = models.DecimalField(_("原得分"), max_digits=10, decimal_places=4)
    points_after = models.DecimalField(_("更正为"), max_digits=10, decimal_places=4)
    # An answer to an objection, with the words that it was upheld.
    reason = models.CharField(_("更正原因"), max_length=320)
    document_number = models.CharField(_("依据文号"), max_length=60, blank=True)
    dated_on = models.DateField(_("更正日期"), default=timezone.localdate)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.PROPOSED
    )
    proposed_at = models.DateTimeField(_("提出时间"), default=timezone.now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提出人"),
        on_delete=models.PROTECT,
        related_name="proposed_corrections",
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("确认人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmed_corrections",
    )
    decline_reason = models.CharField(_("不同意的理由"), max_length=200, blank=True)
    declined_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("答复人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="declined_corrections",
    )
    # An upheld objection is carried out as a correction.
    objection = models.OneToOneField(
        ScoreObjection,
        verbose_name=_("异议"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="correction",
    )
    # The run that carried it out.
    run = models.ForeignKey(
        Run,
        verbose_name=_("更正后的计算"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="carried_out",
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("更正")
        verbose_name_plural = _("更正")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "organisation", "indicator"],
                condition=Q(status="proposed"),
                name="correction_open_once_a_line",
            ),
            models.CheckConstraint(
                name="correction_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="correction_confirmed_as_a_whole",
                condition=(~Q(status="confirmed") & Q(confirmed_at__isnull=True, run__isnull=True))
                | Q(
                    status="confirmed",
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                    run__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="correction_declined_by_and_at",
                condition=~Q(status="declined")
                | (Q(declined_at__isnull=False, declined_by__isnull=False) & ~Q(decline_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.indicator}"

    @property
    def basis(self) -> str:
        """What the corrected line says of why it was changed."""
        words = "，".join(filter(None, [self.document_number, self.reason]))
        return words if len(words) <= NOTE_LENGTH else words[: NOTE_LENGTH - 1] + "…"


NOTE_LENGTH = 200
