"""Administrative divisions with their national 12-digit codes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# How many leading digits of the code name a region of each level.
PREFIX_LENGTH = {"province": 2, "prefecture": 4, "county": 6, "township": 9, "village": 12}
CODE_LENGTH = 12


def code_range(prefix: str) -> tuple[str, str]:
    """The lowest and highest 12-digit code that begin with `prefix`; a range uses the index."""
    return prefix.ljust(CODE_LENGTH, "0"), prefix.ljust(CODE_LENGTH, "9")


class Region(models.Model):
    class Level(models.TextChoices):
        PROVINCE = "province", _("省级")
        PREFECTURE = "prefecture", _("地级")
        COUNTY = "county", _("县级")
        TOWNSHIP = "township", _("乡级")
        VILLAGE = "village", _("村级")

    code = models.CharField(_("区划代码"), max_length=CODE_LENGTH, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    short_name = models.CharField(_("简称"), max_length=40)
    level = models.CharField(_("级别"), max_length=12, choices=Level.choices)
    kind = models.CharField(_("类别"), max_length=12, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级区划"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    valid_from = models.DateField(_("生效日期"), null=True, blank=True)
    valid_until = models.DateField(_("失效日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("行政区划")
        verbose_name_plural = _("行政区划")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="region_code_has_12_digits", condition=models.Q(code__regex=r"^[0-9]{12}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def prefix(self) -> str:
        """The leading digits that this region and all below it share."""
        return self.code[: PREFIX_LENGTH[self.level]]

    @property
    def county_prefix(self) -> str:
        """The prefix of the county it lies in; its own where it is larger than a county."""
        return self.prefix[: PREFIX_LENGTH["county"]]
