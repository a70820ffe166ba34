"""Handover (交接): one liaison's duties pass to the next, and all that is open."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rights import Role
from organisations.models.organisation import Organisation
from organisations.models.scope import organisation_scope

# Whose duties are those of a unit: administrators are appointed, not handed over.
HANDED_OVER = (Role.LIAISON, Role.SCORER)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: Any) -> "HandoverQuerySet":
        """Both parties, who may propose one for the unit, and who grants roles."""
        if user.can("role.grant"):
            return self
        reach = organisation_scope(user, "handover.propose", "organisation")
        return self.filter(reach | Q(from_user=user) | Q(to_user=user))

    def proposed(self) -> "HandoverQuerySet":
        return self.filter(status=Handover.Status.PROPOSED)

    def for_list(self) -> "HandoverQuerySet":
        return self.select_related(
            "organisation__region__parent", "from_user", "to_user", "proposed_by", "decided_by"
        )


class Handover(models.Model):
    class Status(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        DONE = "done", _("已交接")
        DECLINED = "declined", _("未同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    TRANSITIONS = {
        Status.PROPOSED: {Status.DONE, Status.DECLINED, Status.WITHDRAWN},
        Status.DONE: set(),
        Status.DECLINED: set(),
        Status.WITHDRAWN: set(),
    }
    STATUS_TONES = {
        "proposed": "warning",
        "done": "success",
        "declined": "danger",
        "withdrawn": "neutral",
    }
    STATUS_ICONS = {"proposed": "hourglass", "withdrawn": "undo"}

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="handovers"
    )
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    from_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("移交人"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("接任人"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    last_day = models.DateField(_("最后一天"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    # What was open when it was proposed, and again when it was done: label and number.
    numbers = models.JSONField(_("移交事项"), default=list)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.PROPOSED
    )
    proposed_at = models.DateTimeField(_("提出时间"), default=timezone.now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提出人"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("办理时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("办理人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decision_note = models.CharField(_("未同意原因"), max_length=200, blank=True)

    # Whether the predecessor's account was looked at on the day after the last: once is enough.
    is_settled = models.BooleanField(_("账号已了结"), default=False, editable=False)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("交接")
        verbose_name_plural = _("交接")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="handover_between_two",
                condition=~Q(from_user=F("to_user")),
                violation_error_message=_("移交人和接任人不能是同一人。"),
            ),
            models.CheckConstraint(
                name="handover_decision_has_who_and_when",
                condition=Q(status="proposed", decided_at__isnull=True, decided_by__isnull=True)
                | Q(
                    status__in=["done", "declined", "withdrawn"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
            ),
            models.UniqueConstraint(
                fields=["organisation", "role", "from_user"],
                condition=Q(status="proposed"),
                name="handover_once_while_open",
                violation_error_message=_("这项交接已经提出，正等安全管理员确认。"),
            ),
        ]

    def __str__(self) -> str:
        return _("%(unit)s%(role)s交接") % {
            "unit": self.organisation,
            "role": self.get_role_display(),
        }

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.PROPOSED
