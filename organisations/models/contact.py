"""Whom to call at a unit that has no account of its own: a name and a work phone, nothing else."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.models.organisation import Organisation

NAME_LENGTH = 20
PHONE_LENGTH = 30


class Contact(models.Model):
    """The present contact only: the row is written over, and no record keeps who it was before."""

    organisation = models.OneToOneField(
        Organisation, verbose_name=_("单位"), on_delete=models.CASCADE, related_name="contact"
    )
    name = models.CharField(_("姓名"), max_length=NAME_LENGTH)
    work_phone = models.CharField(_("办公电话"), max_length=PHONE_LENGTH, blank=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("更新人"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("单位联系人")
        verbose_name_plural = _("单位联系人")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="contact_has_a_name",
                condition=~models.Q(name=""),
                violation_error_message=_("请填写联系人姓名；没有联系人时请删除。"),
            ),
        ]

    def __str__(self) -> str:
        # A label may be kept where the name must not be: in the audit log, in messages.
        return str(self.organisation)
