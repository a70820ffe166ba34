"""The notice's own words: four forms, what each does, the five joint tags."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
