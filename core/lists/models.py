"""What users keep of a list: their columns, their filters."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ColumnChoice(models.Model):
    """Which columns a user sees of one list; none is kept while they see the default ones."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("用户"),
        on_delete=models.CASCADE,
        related_name="column_choices",
    )
    list_key = models.CharField(_("名单"), max_length=60)
    columns = models.JSONField(_("列"), default=list)

    class Meta:
        verbose_name = _("列设置")
        verbose_name_plural = _("列设置")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list_key"],
                name="column_choice_once",
                violation_error_message=_("这个名单的列已设置过。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.list_key}"


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: Any, list_key: str) -> "SavedFilterQuerySet":
        """One's own, and what colleagues of one's units share."""
        units = {assignment.organisation_id for assignment in user.current_assignments}
        colleagues = user.__class__.objects.assigned(organisation__in=units).values("pk")
        shared = Q(is_shared=True, owner__is_active=True, owner__in=colleagues)
        return self.filter(Q(owner=user) | shared, list_key=list_key)


class SavedFilter(models.Model):
    """The conditions of a list under a name: an address, never the rows it finds."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("用户"),
        on_delete=models.CASCADE,
        related_name="saved_filters",
    )
    list_key = models.CharField(_("名单"), max_length=60)
    name = models.CharField(_("名称"), max_length=30)
    query = models.CharField(_("条件"), max_length=1000)
    is_shared = models.BooleanField(_("本单位同事可见"), default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("常用筛选")
        verbose_name_plural = _("常用筛选")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list_key", "name"],
                name="saved_filter_name_once",
                violation_error_message=_("已有同名的常用筛选，请换个名称。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
