"""Demonstration titles and the standard sites of trade systems."""

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, TradeSystem, organisation_scope


class TitleQuerySet(models.QuerySet["Title"]):
    def visible_to(self, user: Any) -> "TitleQuerySet":
        return self.filter(organisation_scope(user, "title.view", "organisation"))

    def editable_by(self, user: Any) -> "TitleQuerySet":
        return self.filter(organisation_scope(user, "title.edit", "organisation"))

    def in_force_on(self, day: Any) -> "TitleQuerySet":
        not_expired = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        return self.filter(not_expired, status=Title.Status.NAMED, named_on__lte=day)

    def bound(self) -> "TitleQuerySet":
        """Titles in force today whose holder must bring along at least one other."""
        today = timezone.localdate()
        return self.in_force_on(today).filter(level__in=Title.BRINGS_ALONG_LEVELS)

    def with_duty(self) -> "TitleQuerySet":
        """With has_partner: an active partnership to which another member has agreed."""
        partnered = Organisation.objects.partnered().filter(pk=OuterRef("organisation"))
        return self.annotate(has_partner=Exists(partnered))

    def for_list(self) -> "TitleQuerySet":
        return self.select_related("organisation__region__parent")


class Duty(models.TextChoices):
    """The notice, 三（二）: a title of city level or above brings along at least one other."""

    MET = "met", _("已带动")
    UNMET = "unmet", _("尚未带动")


class Title(models.Model):
    """A demonstration title (示范命名) that a naming authority has given to an organisation."""

    class Level(models.TextChoices):
        NATIONAL = "national", _("国家级")
        REGIONAL = "regional", _("自治区级")
        CITY = "city", _("市级")
        COUNTY = "county", _("旗级")

    class Type(models.TextChoices):
        AREA = "area", _("示范区")
        UNIT = "unit", _("示范单位")
        EDUCATION_BASE = "education_base", _("教育基地")

    class Status(models.TextChoices):
        NAMED = "named", _("已命名")
        RECTIFYING = "rectifying", _("整改中")
        WITHDRAWN = "withdrawn", _("已撤销")

    STATUS_TONES = {"named": "success", "rectifying": "warning", "withdrawn": "danger"}
    DUTY_TONES = {"met": "success", "unmet": "warning"}
    # The notice, 三（二）: titles of city level and above must bring along at least one other.
    BRINGS_ALONG_LEVELS = (Level.NATIONAL, Level.REGIONAL, Level.CITY)

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="titles"
    )
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices)
    type = models.CharField(_("类型"), max_length=20, choices=Type.choices)
    batch = models.CharField(_("批次"), max_length=30, blank=True)
    authority = models.CharField(_("命名机关"), max_length=100)
    document_number = models.CharField(_("命名文号"), max_length=60)
    named_on = models.DateField(_("命名日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=Status.choices, default=Status.NAMED
    )

    objects = TitleQuerySet.as_manager()

    class Meta:
        verbose_name = _("示范命名")
        verbose_name_plural = _("示范命名")
        ordering = ["-named_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "level", "type", "named_on"],
                name="title_once",
                violation_error_message=_("该单位同日同级同类的命名已录入，请核对。"),
            ),
            models.CheckConstraint(
                name="title_valid_after_named",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("named_on")),
                violation_error_message=_("有效期早于命名日期，请核对两个日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}{self.get_type_display()}"

    @property
    def must_bring_along(self) -> bool:
        return self.level in self.BRINGS_ALONG_LEVELS

    @property
    def is_expired(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    @property
    def duty(self) -> str:
        """Met or not, of rows from with_duty(); empty where nothing is owed."""
        in_force = self.status == self.Status.NAMED and not self.is_expired
        if not (self.must_bring_along and in_force):
            return ""
        return Duty.MET if self.has_partner else Duty.UNMET

    def get_duty_display(self) -> str:
        return str(Duty(self.duty).label) if self.duty else ""


class StandardSiteQuerySet(models.QuerySet["StandardSite"]):
    def visible_to(self, user: Any) -> "StandardSiteQuerySet":
        return self.filter(organisation_scope(user, "title.view", "organisation"))

    def editable_by(self, user: Any) -> "StandardSiteQuerySet":
        return self.filter(organisation_scope(user, "title.edit", "organisation"))

    def accepted_by(self, day: Any) -> "StandardSiteQuerySet":
        return self.filter(accepted_on__lte=day)

    def for_list(self) -> "StandardSiteQuerySet":
        return self.select_related("organisation__region__parent", "trade_system")


class Acceptance(models.TextChoices):
    ACCEPTED = "accepted", _("已验收")
    BUILDING = "building", _("打造中")


class StandardSite(models.Model):
    """A standard site (标准化示范点) of a trade system; it counts once accepted."""

    ACCEPTANCE_TONES = {"accepted": "success", "building": "info"}
    ACCEPTANCE_ICONS = {"building": "hourglass"}

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("所在单位"), on_delete=models.PROTECT, related_name="sites"
    )
    trade_system = models.ForeignKey(
        TradeSystem, verbose_name=_("行业系统"), on_delete=models.PROTECT, related_name="sites"
    )
    name = models.CharField(_("示范点名称"), max_length=80)
    place = models.CharField(_("地点"), max_length=80, blank=True)
    started_on = models.DateField(_("开始打造日期"))
    accepted_on = models.DateField(_("验收日期"), null=True, blank=True)

    objects = StandardSiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("标准化示范点")
        verbose_name_plural = _("标准化示范点")
        ordering = ["-started_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="site_name_once",
                violation_error_message=_("该单位已有同名示范点，请核对。"),
            ),
            models.CheckConstraint(
                name="site_accepted_after_start",
                condition=Q(accepted_on__isnull=True) | Q(accepted_on__gte=F("started_on")),
                violation_error_message=_("验收日期早于开始日期，请核对两个日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def acceptance(self) -> str:
        return Acceptance.ACCEPTED if self.accepted_on else Acceptance.BUILDING

    def get_acceptance_display(self) -> str:
        return str(Acceptance(self.acceptance).label)
