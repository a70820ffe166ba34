"""The table of a scheme: branches with a cap, leaves with a rule and a data source."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessment.models.params import ParamsField
from assessment.models.scheme import Scheme
from organisations.models import Organisation


class Indicator(models.Model):
    """One line of the scheme: a branch with a cap, or a leaf with a rule and a data source."""

    class IndicatorRole(models.TextChoices):
        BASE = "base", _("基础分")
        BONUS = "bonus", _("加分")
        DEDUCTION = "deduction", _("扣分")

    class Source(models.TextChoices):
        METRIC = "metric", _("系统计算")
        MANUAL = "manual", _("人工评分")
        IMPORTED = "imported", _("导入")

    # What a row says itself, beside its code and its place in the table: the rule that points are
    # given by, the numbers, and the words that no result rests on.
    RULE = ("role", "rule_kind", "params", "source", "metric", "metric_filters", "applies_to")
    NUMBERS = ("points", "weight")
    WORDS = ("name", "department", "methods", "basis")
    CONTENT = (*RULE, *NUMBERS, *WORDS)

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
    params = ParamsField(_("参数"), default=dict, blank=True)
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
                | (~Q(rule_kind="") & Q(source__in=["manual", "imported"]))
                | (~Q(rule_kind="") & Q(source="metric") & ~Q(metric="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def content(self) -> dict[str, Any]:
        """The same as facts for a copy; the department by its number, without a query."""
        names = (self._meta.get_field(name).attname for name in self.CONTENT)
        return {name: getattr(self, name) for name in names}

    @property
    def is_leaf(self) -> bool:
        return bool(self.rule_kind)
