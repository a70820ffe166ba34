"""Partnerships (联创项目): what the four forms of the notice share."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, organisation_scope


class Form(models.TextChoices):
    PAIRING = "pairing", _("一对一结对")
    INDUSTRY = "industry", _("同行业联动")
    MATRIX = "matrix", _("代表性矩阵")
    ALLIANCE = "alliance", _("区域性联盟")


class ContentKind(models.Model):
    """What a partnership of one form does, in the notice's own words (二、具体形式)."""

    form = models.CharField(_("形式"), max_length=10, choices=Form.choices)
    name = models.CharField(_("内容"), max_length=30)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("联创内容")
        verbose_name_plural = _("联创内容")
        ordering = ["form", "order"]
        constraints = [
            models.UniqueConstraint(fields=["form", "name"], name="content_kind_once"),
        ]

    def __str__(self) -> str:
        return self.name


class JointTag(models.Model):
    """组织联建、平台联搭、活动联办、示范联创、精品联促 (the notice, 三（一）)."""

    name = models.CharField(_("五联标签"), max_length=20, unique=True)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("五联标签")
        verbose_name_plural = _("五联标签")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class PartnershipQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "PartnershipQuerySet":
        """Partnerships with a member over whom the user may see them."""
        reach = organisation_scope(user, "partnership.view", "organisation")
        return self.filter(pk__in=Member.objects.filter(reach).values("partnership_id"))

    def active_in(self, year: int) -> "PartnershipQuerySet":
        """Begun or still running in the year, as an active or concluded project."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__year__gte=year),
            starts_on__year__lte=year,
            status__in=[Partnership.Status.ACTIVE, Partnership.Status.CONCLUDED],
        )

    def for_list(self) -> "PartnershipQuerySet":
        return self.select_related("lead__region__parent").prefetch_related(
            models.Prefetch(
                "members",
                queryset=Member.objects.select_related("organisation__region__parent"),
            ),
            "content_kinds",
        )


class Partnership(models.Model):
    Form = Form

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("意向")
        ACTIVE = "active", _("实施中")
        CONCLUDED = "concluded", _("已结束")
        CANCELLED = "cancelled", _("已取消")

    STATUS_TONES = {
        "proposed": "warning",
        "active": "info",
        "concluded": "success",
        "cancelled": "neutral",
    }
    TRANSITIONS = {
        Status.PROPOSED: {Status.ACTIVE, Status.CANCELLED},
        Status.ACTIVE: {Status.CONCLUDED, Status.CANCELLED},
        Status.CONCLUDED: set(),
        Status.CANCELLED: set(),
    }

    form = models.CharField(_("形式"), max_length=10, choices=Form.choices, db_index=True)
    name = models.CharField(_("项目名称"), max_length=100)
    lead = models.ForeignKey(
        Organisation,
        verbose_name=_("牵头单位"),
        on_delete=models.PROTECT,
        related_name="led_partnerships",
    )
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.PROPOSED, db_index=True
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("所属片区协议"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    content_kinds = models.ManyToManyField(
        ContentKind, verbose_name=_("联创内容"), blank=True, related_name="partnerships"
    )
    aim = models.CharField(_("目标和做法"), max_length=500, blank=True)
    budget_asked = models.DecimalField(
        _("申请经费（元）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    budget_granted = models.DecimalField(
        _("核定经费（元）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    proposed_at = models.DateTimeField(_("提出时间"), default=timezone.now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提出人"),
        on_delete=models.PROTECT,
        related_name="proposed_partnerships",
    )
    decided_at = models.DateTimeField(_("启动时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("启动人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_partnerships",
    )
    closing_note = models.CharField(_("结束或取消说明"), max_length=300, blank=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("联创项目")
        verbose_name_plural = _("联创项目")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="partnership_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("结束日期早于开始日期，请核对两个日期。"),
            ),
            models.CheckConstraint(
                name="partnership_decided_by_and_at",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="partnership_running_was_decided",
                condition=~Q(status__in=["active", "concluded"]) | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="partnership_budget_not_negative",
                condition=(Q(budget_asked__isnull=True) | Q(budget_asked__gte=0))
                & (Q(budget_granted__isnull=True) | Q(budget_granted__gte=0)),
                violation_error_message=_("经费不能是负数。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS[self.Status(self.status)]


class Member(models.Model):
    """An organisation's place in a partnership, with its own consent: asked, never assumed."""

    class MemberRole(models.TextChoices):
        LEAD = "lead", _("牵头")
        CORE = "core", _("核心")
        MEMBER = "member", _("成员")
        SERVED = "served", _("服务对象")

    class Consent(models.TextChoices):
        PENDING = "pending", _("待确认")
        AGREED = "agreed", _("同意")
        DECLINED = "declined", _("婉拒")

    CONSENT_TONES = {"pending": "warning", "agreed": "success", "declined": "neutral"}

    partnership = models.ForeignKey(
        Partnership, verbose_name=_("联创项目"), on_delete=models.CASCADE, related_name="members"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(
        _("身份"), max_length=10, choices=MemberRole.choices, default=MemberRole.MEMBER
    )
    consent = models.CharField(
        _("意愿"), max_length=10, choices=Consent.choices, default=Consent.PENDING
    )
    consent_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    consent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("答复人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
    )
    consent_note = models.CharField(_("答复说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("成员单位")
        verbose_name_plural = _("成员单位")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "organisation"],
                name="member_once",
                violation_error_message=_("同一单位在一个项目中只能出现一次。"),
            ),
            models.CheckConstraint(
                name="member_answer_has_who_and_when",
                condition=Q(consent="pending", consent_at__isnull=True, consent_by__isnull=True)
                | Q(
                    consent__in=["agreed", "declined"],
                    consent_at__isnull=False,
                    consent_by__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}（{self.get_role_display()}）"


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
