"""The public notice (公示) of a scheme's approved results."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models.result import Run
from assessment.models.scheme import Scheme, in_area_of, in_county_of
from organisations.models import Organisation


class ResultNoticeQuerySet(models.QuerySet["ResultNotice"]):
    def on_at(self, day: date) -> "ResultNoticeQuerySet":
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def visible_to(self, user: Any) -> "ResultNoticeQuerySet":
        """Everybody in the county from its first day on; the office and leaders before it too."""
        path = "scheme__region"
        public = Q(starts_on__lte=timezone.localdate())
        county = in_county_of(user, "scheme.view", path) & public
        return self.filter(county | in_area_of(user, "score.view", path))

    def for_list(self) -> "ResultNoticeQuerySet":
        return self.select_related("scheme__region", "run__scheme", "office", "opened_by")


class ResultNotice(models.Model):
    """Approved results made public for so many working days; the list is that of one run."""

    scheme = models.OneToOneField(
        Scheme, verbose_name=_("方案"), on_delete=models.CASCADE, related_name="notice"
    )
    # The list as it was published: later corrections make runs of their own.
    run = models.ForeignKey(
        Run, verbose_name=_("公示的计算"), on_delete=models.PROTECT, related_name="notices"
    )
    starts_on = models.DateField(_("公示自"))
    ends_on = models.DateField(_("公示至"))
    working_days = models.PositiveSmallIntegerField(_("工作日"))
    office = models.ForeignKey(
        Organisation,
        verbose_name=_("受理单位"),
        on_delete=models.PROTECT,
        related_name="result_notices",
    )
    phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    opened_at = models.DateTimeField(_("发布时间"), default=timezone.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("发布人"),
        on_delete=models.PROTECT,
        related_name="opened_result_notices",
    )

    objects = ResultNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("结果公示")
        verbose_name_plural = _("结果公示")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="result_notice_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return _("%(year)d年度“联创共建”考核结果公示") % {"year": self.scheme.year}

    def is_on(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def is_over(self, day: date) -> bool:
        return day > self.ends_on
