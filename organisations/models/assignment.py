"""Who acts for which organisation in which role, from when until when."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rights import Role
from organisations.models.organisation import Organisation


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def not_ended(self) -> "AssignmentQuerySet":
        """What holds today or will."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate()))

    def current(self) -> "AssignmentQuerySet":
        return self.not_ended().filter(valid_from__lte=timezone.localdate())

    def sole_liaisons(self) -> "AssignmentQuerySet":
        """Current liaisons whose unit would have none without them."""
        others = (
            Assignment.objects.current()
            .filter(organisation=OuterRef("organisation"), role=Role.LIAISON, user__is_active=True)
            .exclude(user=OuterRef("user"))
        )
        return self.current().filter(~Exists(others), role=Role.LIAISON)

    def overlapping(self, first: date, last: date | None) -> "AssignmentQuerySet":
        """What holds on any day from `first` to `last` (open end: None)."""
        found = self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=first))
        return found if last is None else found.filter(valid_from__lte=last)


class Assignment(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("用户"),
        on_delete=models.PROTECT,
        related_name="assignments",
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="assignments"
    )
    # Empty until the security administrator has granted a role: the user's unit is known already.
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices, blank=True)
    valid_from = models.DateField(_("自"), default=timezone.localdate)
    valid_until = models.DateField(_("至"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(valid_until__isnull=True),
                name="assignment_once_while_open",
                violation_error_message=_("该用户在这个单位已有同一角色。"),
            ),
            models.CheckConstraint(
                name="assignment_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("结束日期早于开始日期，请核对。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.organisation}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.user.__dict__.pop("current_assignments", None)
        self.user.__dict__.pop("roles", None)

    @property
    def is_open(self) -> bool:
        """It holds today or will."""
        return self.valid_until is None or self.valid_until >= timezone.localdate()
