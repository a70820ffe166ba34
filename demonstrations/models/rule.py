"""What the office has set for each level: data, changed on a page, never constants."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from demonstrations.models.level import Level


class TitleRuleQuerySet(models.QuerySet["TitleRule"]):
    def of(self, level: str) -> "TitleRule":
        """The rule of a level; with the defaults of the fields where none was saved."""
        return self.filter(level=level).first() or TitleRule(level=level)


class TitleRule(models.Model):
    """The rule of one level (命名规则): validity, public notice, places, prerequisite, warning."""

    level = models.CharField(_("级别"), max_length=10, choices=Level.choices, unique=True)
    validity_years = models.PositiveSmallIntegerField(_("有效期（年）"), default=5)
    notice_days = models.PositiveSmallIntegerField(_("公示工作日"), default=5)
    year_quota = models.PositiveSmallIntegerField(_("每年名额"), null=True, blank=True)
    batch_quota = models.PositiveSmallIntegerField(_("每批名额"), null=True, blank=True)
    prerequisite = models.CharField(
        _("须先有的级别"), max_length=10, choices=Level.choices, blank=True
    )
    prerequisite_years = models.PositiveSmallIntegerField(_("须已满年数"), default=0)
    warn_months = models.PositiveSmallIntegerField(_("到期前几个月提醒"), default=6)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("修改人"),
        # The rule is the office's, whoever changed it last.
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = TitleRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("命名规则")
        verbose_name_plural = _("命名规则")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="title_rule_numbers_positive",
                condition=Q(validity_years__gt=0, notice_days__gt=0, warn_months__gt=0),
                violation_error_message=_("有效期、公示工作日和提醒月数都应大于 0。"),
            ),
            models.CheckConstraint(
                name="title_rule_prerequisite_is_another_level",
                condition=~Q(prerequisite=F("level")),
                violation_error_message=_("须先有的级别不能是本级别。"),
            ),
        ]

    def __str__(self) -> str:
        return self.get_level_display()
