"""What a partnership has in writing, and what it means to do until when."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import Partnership


class Agreement(models.Model):
    """The written agreement of a partnership."""

    partnership = models.ForeignKey(
        Partnership, verbose_name=_("联创项目"), on_delete=models.CASCADE, related_name="agreements"
    )
    document_number = models.CharField(_("协议编号或文号"), max_length=60)
    signed_on = models.DateField(_("签订日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)

    class Meta:
        verbose_name = _("共建协议")
        verbose_name_plural = _("共建协议")
        ordering = ["-signed_on"]
        constraints = [
            models.CheckConstraint(
                name="agreement_valid_after_signed",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("signed_on")),
                violation_error_message=_("有效期早于签订日期，请核对两个日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.document_number


class Milestone(models.Model):
    """One step of a partnership's plan: what, until when, done when."""

    STATE_TONES = {"done": "success", "late": "danger", "open": "neutral"}

    partnership = models.ForeignKey(
        Partnership, verbose_name=_("联创项目"), on_delete=models.CASCADE, related_name="milestones"
    )
    what = models.CharField(_("事项"), max_length=100)
    due_on = models.DateField(_("计划完成日期"))
    done_on = models.DateField(_("实际完成日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("计划事项")
        verbose_name_plural = _("计划事项")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.what

    @property
    def state(self) -> str:
        if self.done_on is not None:
            return "done"
        return "late" if self.due_on < timezone.localdate() else "open"

    def get_state_display(self) -> str:
        words = {"done": _("已完成"), "late": _("已逾期"), "open": _("待完成")}
        return str(words[self.state])
