"""A draft scored with the data of an earlier year, before anybody is bound by it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models.result import Run
from assessment.models.scheme import Scheme, in_area_of
from core.models import Job


class RehearsalQuerySet(models.QuerySet["Rehearsal"]):
    def visible_to(self, user: Any) -> "RehearsalQuerySet":
        """Of the schemes whose whole county the user works for; units never learn of one."""
        return self.filter(in_area_of(user, "scheme.rehearse", "scheme__region"))

    def latest_finished(self, scheme: Scheme) -> "Rehearsal | None":
        """The one that is shown at publishing."""
        done = self.filter(scheme=scheme, finished_at__isnull=False)
        return done.select_related("scheme").defer("values").order_by("-pk").first()


class Rehearsal(models.Model):
    """试算: what the draft's table made of last year's data, kept for comparing and for what-ifs.

    `values` is what went in, `results` what came out, both by the organisation's number; the table
    itself is only remembered by its digest, so that a table changed since is known.
    """

    class Assumption(models.TextChoices):
        LEAVE_OUT = "leave_out", _("不计，其余折算为满分")
        AVERAGE = "average", _("按平均得分率")
        FULL = "full", _("按满分")

    scheme = models.ForeignKey(
        Scheme, verbose_name=_("方案"), on_delete=models.CASCADE, related_name="rehearsals"
    )
    data_year = models.PositiveSmallIntegerField(_("数据年度"))
    # What a line counts for that nobody gave anything for in that year.
    assumption = models.CharField(
        _("没有往年数据的项"),
        max_length=10,
        choices=Assumption.choices,
        default=Assumption.LEAVE_OUT,
    )
    takes_vetoes = models.BooleanField(_("带入上年的否决"), default=True)
    # The result that rates, vetoes and grades are taken from; none where that year had none.
    baseline = models.ForeignKey(
        Run,
        verbose_name=_("对比的结果"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rehearsals",
    )
    # Nobody had approved that result yet when it was taken.
    is_on_undecided = models.BooleanField(_("上年结果还没有审定"), default=False)
    table_digest = models.CharField(_("方案摘要"), max_length=64, blank=True)
    # {"values": {"codes": […], "units": {"12": […]}}, "previous": …, "rates": …, "unknown": […],
    # "assumed": …, "vetoes": [["12", "一票否决", "…"]], "unseen": […]}
    values = models.JSONField(_("数据"), default=dict, blank=True)
    # {"codes": […], "units": {"12": {"total", "grade", "obtainable", "points": […]}}}
    results = models.JSONField(_("结果"), default=dict, blank=True)
    job = models.OneToOneField(
        Job,
        verbose_name=_("后台任务"),
        on_delete=models.PROTECT,
        null=True,
        related_name="rehearsal",
    )
    made_at = models.DateTimeField(_("试算时间"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("试算人"),
        on_delete=models.PROTECT,
        related_name="rehearsals",
    )
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    objects = RehearsalQuerySet.as_manager()

    class Meta:
        verbose_name = _("试算")
        verbose_name_plural = _("试算")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="rehearsal_finished_knows_its_table",
                condition=models.Q(finished_at__isnull=True) | ~models.Q(table_digest=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.data_year}"
