"""Reward plans (以奖代补): project money for organisations, adding up to the fen."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models import Run
from assessment.models.scheme import in_area_of
from organisations.models import Organisation, names_day, organisation_scope


class RewardPlanQuerySet(models.QuerySet["RewardPlan"]):
    def visible_to(self, user: Any) -> "RewardPlanQuerySet":
        """Offices and leaders see every plan of their area; a unit its share, once final."""
        mine = Allocation.objects.filter(organisation_scope(user, "reward.view", "organisation"))
        shared = Q(status=RewardPlan.Status.FINAL, pk__in=mine.values("plan_id"))
        return self.filter(in_area_of(user, "reward.view", "run__scheme__region") | shared)

    def for_list(self) -> "RewardPlanQuerySet":
        return (
            self.select_related("run__scheme__region")
            .annotate(
                divided=models.Sum("allocations__amount"),
                receivers=models.Count("allocations"),
            )
            .order_by("-pk")
        )


class RewardPlan(models.Model):
    class Method(models.TextChoices):
        TIERS = "tiers", _("分档定额")
        SHARE = "share", _("按得分分配")

    class Status(models.TextChoices):
        DRAFT = "draft", _("起草中")
        PROPOSED = "proposed", _("待审批")
        APPROVED = "approved", _("已审批")
        FINAL = "final", _("已定稿")

    STATUS_TONES = {
        "draft": "neutral",
        "proposed": "warning",
        "approved": "info",
        "final": "success",
    }
    STATUS_ICONS = {
        "draft": "draft",
        "proposed": "hourglass",
        "approved": "check",
        "final": "check-circle",
    }
    TRANSITIONS = {
        Status.DRAFT: {Status.PROPOSED},
        Status.PROPOSED: {Status.DRAFT, Status.APPROVED},
        Status.APPROVED: {Status.FINAL},
        Status.FINAL: set(),
    }

    class RoundingUnit(models.TextChoices):
        FEN = "0.01", _("分")
        YUAN = "1", _("元")
        HUNDRED = "100", _("百元")

    title = models.CharField(_("方案名称"), max_length=100)
    run = models.ForeignKey(
        Run, verbose_name=_("依据的评分"), on_delete=models.PROTECT, related_name="reward_plans"
    )
    pool = models.DecimalField(_("资金总额（元）"), max_digits=14, decimal_places=2)
    method = models.CharField(_("分配办法"), max_length=10, choices=Method.choices)
    score_floor = models.DecimalField(
        _("最低得分"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    minimum = models.DecimalField(
        _("单家最低（元）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    maximum = models.DecimalField(
        _("单家最高（元）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    rounding_unit = models.CharField(
        _("取整到"), max_length=5, choices=RoundingUnit.choices, default=RoundingUnit.FEN
    )
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    created_at = models.DateTimeField(_("起草时间"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("起草人"),
        on_delete=models.PROTECT,
        related_name="drafted_reward_plans",
    )
    proposed_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提交人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposed_reward_plans",
    )
    approved_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("审批人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="approved_reward_plans",
    )
    minutes_number = models.CharField(_("会议纪要文号"), max_length=60, blank=True)

    objects = RewardPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("奖补方案")
        verbose_name_plural = _("奖补方案")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="reward_pool_positive",
                condition=Q(pool__gt=0),
                violation_error_message=_("资金总额应大于 0。"),
            ),
            models.CheckConstraint(
                name="reward_minimum_below_maximum",
                condition=Q(minimum__isnull=True)
                | Q(maximum__isnull=True)
                | Q(minimum__lte=F("maximum")),
                violation_error_message=_("单家最低高于单家最高，请核对两个金额。"),
            ),
            models.CheckConstraint(
                name="reward_proposed_by_and_at",
                condition=Q(status="draft")
                | (Q(proposed_at__isnull=False) & Q(proposed_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="reward_approved_with_minutes",
                condition=~Q(status__in=["approved", "final"])
                | (
                    Q(approved_at__isnull=False)
                    & Q(approved_by__isnull=False)
                    & ~Q(minutes_number="")
                ),
            ),
            models.CheckConstraint(
                name="reward_approver_is_not_proposer",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS[self.Status(self.status)]


class Tier(models.Model):
    """A tier of a plan: so many places at so much each, filled by total."""

    plan = models.ForeignKey(
        RewardPlan, verbose_name=_("奖补方案"), on_delete=models.CASCADE, related_name="tiers"
    )
    name = models.CharField(_("档次"), max_length=20)
    places = models.PositiveSmallIntegerField(_("名额"))
    amount = models.DecimalField(_("每家金额（元）"), max_digits=12, decimal_places=2)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("档次")
        verbose_name_plural = _("档次")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "name"], name="tier_name_once"),
            models.CheckConstraint(
                name="tier_amount_positive",
                condition=Q(amount__gt=0, places__gt=0),
                violation_error_message=_("名额和金额都应大于 0。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def for_list(self) -> "AllocationQuerySet":
        return self.select_related(
            "organisation__region__parent", "tier", "plan__run__scheme"
        ).prefetch_related("organisation__names")


class Allocation(models.Model):
    """What one organisation receives, and why."""

    plan = models.ForeignKey(
        RewardPlan, verbose_name=_("奖补方案"), on_delete=models.CASCADE, related_name="allocations"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="allocations"
    )
    tier = models.ForeignKey(
        Tier,
        verbose_name=_("档次"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="allocations",
    )
    total = models.DecimalField(_("考核得分"), max_digits=10, decimal_places=4)
    amount = models.DecimalField(_("金额（元）"), max_digits=12, decimal_places=2)
    explanation = models.CharField(_("计算说明"), max_length=200)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("奖补分配")
        verbose_name_plural = _("奖补分配")
        ordering = ["-amount", "-total", "organisation__region__code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "organisation"], name="allocation_once"),
            models.CheckConstraint(name="allocation_not_negative", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.amount}"

    @property
    def unit_label(self) -> str:
        """The unit under the name it had at the end of the assessed year."""
        return self.organisation.label_on(names_day(self.plan.run.scheme.year))
