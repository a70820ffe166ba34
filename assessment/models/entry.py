"""What people enter for a scheme: marks, values from outside, vetoes."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models.indicator import Indicator
from assessment.models.scheme import Scheme
from organisations.models import Organisation, organisation_scope


class ImportedValue(models.Model):
    """A value from outside the system (导入数据) for one unit under one indicator.

    `value` is in the form of `rules.values.value_to_json`. With `is_previous` it is last year's,
    for rules that compare with it where the system itself does not know it.
    """

    indicator = models.ForeignKey(
        Indicator, verbose_name=_("指标"), on_delete=models.PROTECT, related_name="imported_values"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("单位"),
        on_delete=models.PROTECT,
        related_name="imported_values",
    )
    is_previous = models.BooleanField(_("上年"), default=False)
    value = models.JSONField(_("数据"))
    # Where it comes from: the document or the office that gave it.
    basis = models.CharField(_("出处"), max_length=100, blank=True)
    entered_at = models.DateTimeField(_("录入时间"), default=timezone.now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("录入人"),
        on_delete=models.PROTECT,
        related_name="imported_values",
    )

    class Meta:
        verbose_name = _("导入数据")
        verbose_name_plural = _("导入数据")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "organisation", "is_previous"], name="imported_value_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.organisation}"


class ManualMark(models.Model):
    """A scoring department's mark for one unit under one indicator."""

    indicator = models.ForeignKey(
        Indicator, verbose_name=_("指标"), on_delete=models.PROTECT, related_name="marks"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="marks"
    )
    value = models.DecimalField(_("得分"), max_digits=8, decimal_places=4)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    marked_at = models.DateTimeField(_("评分时间"), default=timezone.now)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("评分人"),
        on_delete=models.PROTECT,
        related_name="marks",
    )

    class Meta:
        verbose_name = _("人工评分")
        verbose_name_plural = _("人工评分")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "organisation", "marked_by"], name="mark_once_a_judge"
            ),
            models.CheckConstraint(name="mark_not_negative", condition=Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.organisation} {self.value}"


class MarkDraft(models.Model):
    """What a judge typed into a cell and what is no mark yet: out of range, or without its reason.

    It counts nowhere. An earlier mark of the same judge stands until the draft becomes one.
    """

    indicator = models.ForeignKey(
        Indicator, verbose_name=_("指标"), on_delete=models.CASCADE, related_name="mark_drafts"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("单位"),
        on_delete=models.PROTECT,
        related_name="mark_drafts",
    )
    value = models.CharField(_("填写内容"), max_length=20, blank=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    typed_at = models.DateTimeField(_("填写时间"), default=timezone.now)
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("填写人"),
        on_delete=models.CASCADE,
        related_name="mark_drafts",
    )

    class Meta:
        verbose_name = _("评分草稿")
        verbose_name_plural = _("评分草稿")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "organisation", "typed_by"], name="mark_draft_once_a_judge"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.organisation} {self.value}"


class MarkReminder(models.Model):
    """The office's word to a scoring department that marks are still missing (评分提醒)."""

    scheme = models.ForeignKey(
        Scheme, verbose_name=_("方案"), on_delete=models.CASCADE, related_name="mark_reminders"
    )
    department = models.ForeignKey(
        Organisation,
        verbose_name=_("负责部门"),
        on_delete=models.PROTECT,
        related_name="mark_reminders",
    )
    missing = models.PositiveIntegerField(_("还差"))
    reminded_at = models.DateTimeField(_("提醒时间"), default=timezone.now)
    reminded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提醒人"),
        on_delete=models.PROTECT,
        related_name="mark_reminders",
    )

    class Meta:
        verbose_name = _("评分提醒")
        verbose_name_plural = _("评分提醒")
        ordering = ["-reminded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.scheme} {self.department}"


class VetoQuerySet(models.QuerySet["Veto"]):
    def visible_to(self, user: Any) -> "VetoQuerySet":
        """Of the units whose scores the user may see; of all once the results are public."""
        reach = organisation_scope(user, "score.view", "organisation")
        return self.filter(reach | Q(scheme__status__in=Scheme.MADE_PUBLIC))


class Veto(models.Model):
    """一票否决 (total 0, bottom grade) or 一票否优 (the top grade is barred)."""

    class Kind(models.TextChoices):
        TOTAL = "total", _("一票否决")
        TOP_GRADE = "top_grade", _("一票否优")

    scheme = models.ForeignKey(
        Scheme, verbose_name=_("方案"), on_delete=models.CASCADE, related_name="vetoes"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="vetoes"
    )
    kind = models.CharField(_("类型"), max_length=10, choices=Kind.choices)
    reason = models.CharField(_("事由"), max_length=200)
    document_number = models.CharField(_("依据文号"), max_length=60)
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登记人"),
        on_delete=models.PROTECT,
        related_name="recorded_vetoes",
    )

    objects = VetoQuerySet.as_manager()

    class Meta:
        verbose_name = _("否决")
        verbose_name_plural = _("否决")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "organisation", "kind"], name="veto_once_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_kind_display()}"


class ScoringHand(models.Model):
    """Somebody entered something that a scheme's results rest on (经手), whatever became of it.

    Marks, values and vetoes can be taken back or written over; that somebody had a hand in the
    results stays, and keeps them from approving or correcting these.
    """

    class Kind(models.TextChoices):
        MARK = "mark", _("人工评分")
        VALUE = "value", _("导入数据")
        VETO = "veto", _("否决")

    scheme = models.ForeignKey(
        Scheme, verbose_name=_("方案"), on_delete=models.CASCADE, related_name="hands"
    )
    kind = models.CharField(_("经手内容"), max_length=10, choices=Kind.choices)
    first_at = models.DateTimeField(_("第一次经手时间"), default=timezone.now)
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("经手人"),
        on_delete=models.PROTECT,
        related_name="scoring_hands",
    )

    class Meta:
        verbose_name = _("经手")
        verbose_name_plural = _("经手")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "kind", "first_by"], name="scoring_hand_once_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.first_by} {self.get_kind_display()}"
