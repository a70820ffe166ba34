"""Renames, mergers, splits and closures (单位变更): dated facts with a document number."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models.organisation import Organisation


class ChangeQuerySet(models.QuerySet["OrganisationChange"]):
    def of(self, organisation: Organisation) -> "ChangeQuerySet":
        """Changes in which the organisation stands before or after."""
        mine = ChangePart.objects.filter(organisation=organisation).values("change")
        return self.filter(pk__in=mine)

    def for_list(self) -> "ChangeQuerySet":
        parts = ChangePart.objects.select_related("organisation")
        return self.select_related("recorded_by").prefetch_related(models.Prefetch("parts", parts))


class OrganisationChange(models.Model):
    """What an official document did to one or several organisations, and from which day on."""

    class Kind(models.TextChoices):
        RENAMED = "renamed", _("更名")
        MERGED = "merged", _("合并")
        SPLIT = "split", _("拆分")
        CLOSED = "closed", _("撤销")

    class History(models.TextChoices):
        FOLLOWS = "follows", _("随承接单位：当年的活动和成绩计入承接单位")
        STAYS = "stays", _("留在原单位：当年的活动和成绩仍算原单位的")

    KIND_ICONS = {"renamed": "edit", "merged": "link", "split": "network", "closed": "ban"}

    kind = models.CharField(_("变更"), max_length=10, choices=Kind.choices)
    effective_on = models.DateField(_("生效日期"))
    document_number = models.CharField(_("依据文号"), max_length=60)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    history = models.CharField(
        _("历史归属"), max_length=10, choices=History.choices, default=History.FOLLOWS
    )
    # {key of the Follower: how many rows went to the successor}
    passed = models.JSONField(_("移交"), default=dict, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登记人"),
        on_delete=models.PROTECT,
        related_name="recorded_changes",
    )

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("单位变更")
        verbose_name_plural = _("单位变更")
        ordering = ["-effective_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="change_has_document", condition=~Q(document_number="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.document_number}）"

    @property
    def last_day(self) -> date:
        """The last day of how things were before."""
        return self.effective_on - timedelta(days=1)


class PartQuerySet(models.QuerySet["ChangePart"]):
    def ended(self) -> "PartQuerySet":
        """Of units that a change has ended: every one before it that is not there after it."""
        after = ChangePart.objects.filter(
            change=models.OuterRef("change"),
            organisation=models.OuterRef("organisation"),
            side=ChangePart.Side.AFTER,
        )
        return self.filter(~models.Exists(after), side=ChangePart.Side.BEFORE)


class ChangePart(models.Model):
    """An organisation before or after a change, under the name it had then."""

    class Side(models.TextChoices):
        BEFORE = "before", _("变更前")
        AFTER = "after", _("变更后")

    change = models.ForeignKey(
        OrganisationChange,
        verbose_name=_("单位变更"),
        on_delete=models.CASCADE,
        related_name="parts",
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="change_parts"
    )
    side = models.CharField(_("前后"), max_length=6, choices=Side.choices)
    name = models.CharField(_("当时名称"), max_length=100)
    is_main = models.BooleanField(_("承接"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("变更单位")
        verbose_name_plural = _("变更单位")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change", "organisation", "side"], name="change_part_once"
            ),
            models.UniqueConstraint(
                fields=["change"], condition=Q(is_main=True), name="change_one_main_successor"
            ),
            models.CheckConstraint(
                name="change_main_stands_after", condition=Q(is_main=False) | Q(side="after")
            ),
        ]

    def __str__(self) -> str:
        return self.name


def successions(year: int, known_until: Any) -> dict[int, int]:
    """Ended organisation → who its records of the year count for; one query.

    Only changes recorded by `known_until` whose history follows the successor, and that took
    effect in the year or before. Where a successor has ended too, the one after it is named.
    """
    rows = (
        ChangePart.objects.ended()
        .filter(
            change__history=OrganisationChange.History.FOLLOWS,
            change__effective_on__year__lte=year,
            change__recorded_at__lte=known_until,
            change__parts__is_main=True,
        )
        .order_by()
        .values_list("organisation_id", "change__parts__organisation_id")
    )
    next_of = dict(rows)
    return {ended: _last(ended, next_of) for ended in next_of}


def _last(ended: int, next_of: dict[int, int]) -> int:
    while ended in next_of:
        ended = next_of[ended]
    return ended
