"""Industry linkages, representative matrices and regional alliances."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from demonstrations.models import StandardSite
from organisations.models import Organisation, Region, TradeSystem
from partnerships.models import Figure, Partnership, PartnershipQuerySet


class IndustryLinkage(Partnership):
    """A trade system's linkage (同行业联动): one core drives many.

    The notice, 二（二）: at least 2 themed activities and 1 standard site a year.
    """

    REQUIRED_THEMED_ACTIVITIES = 2
    REQUIRED_STANDARD_SITES = 1
    FACT_FIELDS = ("trade_system",)

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

    def figures(self, year: int) -> list[Figure]:
        """Themed activities accepted in the year, and its system's sites accepted by its end."""
        themed = list(self.activities.accepted_in(year).filter(is_themed=True))
        by_now = min(date(year, 12, 31), timezone.localdate())
        sites = list(
            StandardSite.objects.accepted_by(by_now).filter(trade_system=self.trade_system)
        )
        return [
            Figure(
                label=_("民族团结进步主题活动"),
                value=len(themed),
                required=self.REQUIRED_THEMED_ACTIVITIES,
                evidence=themed,
                url_name="activities:activity_detail",
            ),
            Figure(
                label=_("标准化示范点"),
                value=len(sites),
                required=self.REQUIRED_STANDARD_SITES,
                evidence=sites,
                url_name="demonstrations:site_detail",
            ),
        ]


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

    FACT_FIELDS = ("group",)
    LEDGER_FIELDS = ("seats",)
    PANEL = "alliances/_matrix_panel.html"

    group = models.CharField(_("群体"), max_length=24, choices=Group.choices)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("代表性矩阵")
        verbose_name_plural = _("代表性矩阵")
        ordering = ["-starts_on", "-pk"]

    def panel_rows(self) -> list["Seat"]:
        return list(self.seats.for_list())


class SeatQuerySet(models.QuerySet["Seat"]):
    def with_expired_name(self) -> "SeatQuerySet":
        """Seats that still carry a name although their term, or their matrix, has ended."""
        over = Q(term_until__lt=timezone.localdate())
        closed = ~Q(matrix__status__in=Partnership.OPEN)
        return self.filter(over | closed).exclude(public_name="")

    def for_list(self) -> "SeatQuerySet":
        return self.select_related("organisation__region__parent", "matrix")


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

    objects = SeatQuerySet.as_manager()

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
            # A name without an end of term would never be erased.
            models.CheckConstraint(
                name="seat_name_has_term_end",
                condition=Q(public_name="") | Q(term_until__isnull=False),
                violation_error_message=_("填写公布姓名时，须同时填写任期结束日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.capacity

    @property
    def is_over(self) -> bool:
        return self.term_until is not None and self.term_until < timezone.localdate()

    @property
    def shown_name(self) -> str:
        """The announced name while the term runs; from its last day on not even before erasure."""
        return "" if self.is_over else self.public_name


class RegionalAlliance(Partnership):
    """An alliance with partners beyond the county (区域性联盟; the notice, 二（四）)."""

    FACT_FIELDS = ("partner_regions",)

    partner_regions = models.ManyToManyField(
        Region, verbose_name=_("旗外地区"), blank=True, related_name="alliances"
    )

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("区域性联盟")
        verbose_name_plural = _("区域性联盟")
        ordering = ["-starts_on", "-pk"]

    def is_agreed_in_writing(self) -> bool:
        """A region is no unit that could answer: the agreement signed with it stands for that."""
        return self.partner_regions.exists() and self.agreements.exists()
