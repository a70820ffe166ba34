"""What is assessed in a year, in which groups, by which rules."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rights import Scope
from organisations.models import Organisation, Region
from organisations.models.region import code_range


def in_county_of(user: Any, action: str, path: str = "region") -> Q:
    """Rows whose region a user with this right works in (a scheme belongs to a county)."""
    reach = Q(pk__in=[])
    for grant in user.grants(action):
        low, high = code_range(grant.organisation.region.county_prefix)
        reach |= Q(**{f"{path}__code__gte": low, f"{path}__code__lte": high})
    return reach


def in_area_of(user: Any, action: str, path: str = "region") -> Q:
    """Rows whose whole region lies in the area of an office that holds this right."""
    reach = Q(pk__in=[])
    for grant in user.grants(action):
        if grant.scope != Scope.OWN:
            low, high = code_range(grant.organisation.region.prefix)
            reach |= Q(**{f"{path}__code__gte": low, f"{path}__code__lte": high})
    return reach


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def visible_to(self, user: Any) -> "SchemeQuerySet":
        """The office sees every scheme; others see those that have been published."""
        found = self.filter(in_county_of(user, "scheme.view"))
        if user.can("scheme.edit") or user.can("scheme.publish"):
            return found
        return found.exclude(status=Scheme.Status.DRAFT)


class Scheme(models.Model):
    """The year's assessment scheme (考核方案). Published, it is frozen."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("起草中")
        PUBLISHED = "published", _("已发布")
        SCORING = "scoring", _("评分中")
        APPROVED = "approved", _("已审定")
        FINAL = "final", _("已定稿")

    STATUS_TONES = {
        "draft": "neutral",
        "published": "info",
        "scoring": "warning",
        "approved": "info",
        "final": "success",
    }
    TRANSITIONS = {
        Status.DRAFT: {Status.PUBLISHED},
        Status.PUBLISHED: {Status.SCORING},
        Status.SCORING: {Status.APPROVED},
        Status.APPROVED: {Status.SCORING, Status.FINAL},
        Status.FINAL: set(),
    }

    class NotApplicable(models.TextChoices):
        RESCALE = "rescale", _("重新折算")
        FULL = "full", _("计满分")
        ZERO = "zero", _("计零分")

    year = models.PositiveSmallIntegerField(_("年度"), db_index=True)
    title = models.CharField(_("方案名称"), max_length=100)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    region = models.ForeignKey(
        Region, verbose_name=_("适用区划"), on_delete=models.PROTECT, related_name="schemes"
    )
    total = models.DecimalField(_("总分"), max_digits=8, decimal_places=2, default=100)
    decimals = models.PositiveSmallIntegerField(_("小数位"), default=2)
    not_applicable = models.CharField(
        _("不适用指标"), max_length=10, choices=NotApplicable.choices, default=NotApplicable.RESCALE
    )
    # [["优秀", "90"], ["良好", "80"], …]: lower bounds on the total, highest first.
    grade_bands = models.JSONField(_("等次"), default=list)
    excellent_ratio = models.DecimalField(
        _("优秀比例"), max_digits=4, decimal_places=3, null=True, blank=True
    )
    # Whether a unit barred from the top grade leaves its place to the next.
    veto_frees_place = models.BooleanField(_("一票否优让出名额"), default=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    created_at = models.DateTimeField(_("起草时间"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("起草人"),
        on_delete=models.PROTECT,
        related_name="drafted_schemes",
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("发布人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="published_schemes",
    )
    publish_reason = models.CharField(_("提示项说明"), max_length=300, blank=True)
    approved_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("审定人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="approved_schemes",
    )

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("考核方案")
        verbose_name_plural = _("考核方案")
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "region", "title"], name="scheme_title_once_a_year"
            ),
            models.CheckConstraint(name="scheme_decimals_at_most_4", condition=Q(decimals__lte=4)),
            models.CheckConstraint(
                name="scheme_published_by_and_at",
                condition=Q(status="draft")
                | (Q(published_at__isnull=False) & Q(published_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="scheme_publisher_is_not_author",
                condition=Q(published_by__isnull=True) | ~Q(published_by=models.F("created_by")),
            ),
            models.CheckConstraint(
                name="scheme_approved_by_and_at",
                condition=~Q(status__in=["approved", "final"])
                | (Q(approved_at__isnull=False) & Q(approved_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS[self.Status(self.status)]


class AssessmentGroup(models.Model):
    """Units compared with each other; ranks and averages live inside a group only."""

    scheme = models.ForeignKey(
        Scheme, verbose_name=_("方案"), on_delete=models.CASCADE, related_name="groups"
    )
    name = models.CharField(_("分组"), max_length=40)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("考核分组")
        verbose_name_plural = _("考核分组")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="assessment_group_once"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """A unit's place in a group, frozen with the scheme: its kind at that time is kept."""

    scheme = models.ForeignKey(
        Scheme, verbose_name=_("方案"), on_delete=models.CASCADE, related_name="members"
    )
    group = models.ForeignKey(
        AssessmentGroup, verbose_name=_("分组"), on_delete=models.CASCADE, related_name="members"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("单位"),
        on_delete=models.PROTECT,
        related_name="group_memberships",
    )
    kind = models.CharField(_("类型"), max_length=24, choices=Organisation.Kind.choices)

    class Meta:
        verbose_name = _("分组成员")
        verbose_name_plural = _("分组成员")
        ordering = ["group__order", "organisation__region__code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "organisation"], name="group_member_once_a_scheme"
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class Indicator(models.Model):
    """One line of the scheme: a branch with a cap, or a leaf with a rule and a data source."""

    class IndicatorRole(models.TextChoices):
        BASE = "base", _("基础分")
        BONUS = "bonus", _("加分")
        DEDUCTION = "deduction", _("扣分")

    class Source(models.TextChoices):
        METRIC = "metric", _("系统计算")
        MANUAL = "manual", _("人工评分")

    scheme = models.ForeignKey(
        Scheme, verbose_name=_("方案"), on_delete=models.CASCADE, related_name="indicators"
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级指标"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
    )
    code = models.CharField(_("编码"), max_length=20)
    name = models.CharField(_("名称"), max_length=100)
    role = models.CharField(
        _("角色"), max_length=10, choices=IndicatorRole.choices, default=IndicatorRole.BASE
    )
    points = models.DecimalField(_("分值"), max_digits=8, decimal_places=4)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)
    # What a branch counts as in its parent (折算); empty when it counts as its points.
    weight = models.DecimalField(_("折算"), max_digits=8, decimal_places=4, null=True, blank=True)
    # The rest is a leaf's: empty on a branch.
    rule_kind = models.CharField(_("赋分办法"), max_length=20, blank=True)
    params = models.JSONField(_("参数"), default=dict, blank=True)
    source = models.CharField(_("数据来源"), max_length=10, choices=Source.choices, blank=True)
    metric = models.CharField(_("数据指标"), max_length=60, blank=True)
    metric_filters = models.JSONField(_("数据条件"), default=dict, blank=True)
    # Kinds of organisation (their stored values); empty for all. Branches may have it too.
    applies_to = models.JSONField(_("适用类型"), default=list, blank=True)
    excluded_by = models.ForeignKey(
        "self",
        verbose_name=_("互斥"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="excludes",
    )
    methods = models.CharField(_("测评方法"), max_length=60, blank=True)
    department = models.ForeignKey(
        Organisation,
        verbose_name=_("负责部门"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="scored_indicators",
    )
    basis = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("指标")
        verbose_name_plural = _("指标")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="indicator_code_once"),
            models.CheckConstraint(
                name="indicator_points_not_negative", condition=Q(points__gte=0)
            ),
            models.CheckConstraint(
                name="indicator_leaf_has_source",
                condition=Q(rule_kind="", source="")
                | Q(rule_kind="constant")
                | (~Q(rule_kind="") & Q(source="manual"))
                | (~Q(rule_kind="") & Q(source="metric") & ~Q(metric="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_leaf(self) -> bool:
        return bool(self.rule_kind)


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
