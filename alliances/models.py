"""Industry linkages, representative matrices and regional alliances."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, Region, TradeSystem
from partnerships.models import Partnership, PartnershipQuerySet


class IndustryLinkage(Partnership):
    """A trade system's linkage (同行业联动): one core drives many.

    The notice, 二（二）: at least 2 themed activities and 1 standard site a year.
    """

    REQUIRED_THEMED_ACTIVITIES = 2
    REQUIRED_STANDARD_SITES = 1

    trade_system = models.ForeignKey(
        TradeSystem,
        verbose_name=_("行业系统"),
        on_delete=models.PROTECT,
        related_name="linkages",
    )

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("同行业联动")
        verbose_name_plural = _("同行业联动")
        ordering = ["-starts_on", "-pk"]


class RepresentativeMatrix(Partnership):
    """A group of representatives that takes part as a body (代表性矩阵; the notice, 二（三）)."""

    class Group(models.TextChoices):
        PARTY_DELEGATES = "party_delegates", _("党代表")
        PEOPLES_CONGRESS = "peoples_congress", _("人大代表")
        CPPCC = "cppcc", _("政协委员")
        UNITED_FRONT = "united_front", _("统一战线")
        PEOPLES_ORGANISATIONS = "peoples_organisations", _("群团组织")
        SOCIAL_ORGANISATIONS = "social_organisations", _("社会组织")
        MODEL_INDIVIDUALS = "model_individuals", _("模范个人")

    group = models.CharField(_("群体"), max_length=24, choices=Group.choices)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("代表性矩阵")
        verbose_name_plural = _("代表性矩阵")
        ordering = ["-starts_on", "-pk"]


class Seat(models.Model):
    """A seat in a matrix: a public capacity in an organisation, never scored.

    The name is the publicly announced one, optional, and erased when the term ends.
    """

    matrix = models.ForeignKey(
        RepresentativeMatrix, verbose_name=_("矩阵"), on_delete=models.CASCADE, related_name="seats"
    )
    capacity = models.CharField(_("公开身份"), max_length=60)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("所在单位"), on_delete=models.PROTECT, related_name="seats"
    )
    term_from = models.DateField(_("任期自"))
    term_until = models.DateField(_("任期至"), null=True, blank=True)
    public_name = models.CharField(_("公布姓名"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("席位")
        verbose_name_plural = _("席位")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="seat_term_ends_after_start",
                condition=Q(term_until__isnull=True) | Q(term_until__gte=F("term_from")),
                violation_error_message=_("任期结束早于开始，请核对两个日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.capacity


class RegionalAlliance(Partnership):
    """An alliance beyond the county (区域性联盟; the notice, 二（四）). Partners have no account."""

    partner_regions = models.ManyToManyField(
        Region, verbose_name=_("旗外地区"), related_name="alliances"
    )

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("区域性联盟")
        verbose_name_plural = _("区域性联盟")
        ordering = ["-starts_on", "-pk"]
