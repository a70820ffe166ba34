"""What is assessed in a year, in which groups, by which rules."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rights import Scope
from organisations.models import Organisation, Region, names_day, organisation_scope
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


def default_notice_days() -> int:
    """How many working days a result is on public notice unless a scheme says otherwise."""
    return settings.RESULT_NOTICE_DAYS


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def visible_to(self, user: Any) -> "SchemeQuerySet":
        """The office sees every scheme; others see those that have been published."""
        found = self.filter(in_county_of(user, "scheme.view"))
        if user.can("scheme.edit") or user.can("scheme.publish"):
            return found
        return found.exclude(status__in=Scheme.EDITABLE)


class Scheme(models.Model):
    """The year's assessment scheme (考核方案). Published, it is frozen."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("起草中")
        REHEARSED = "rehearsed", _("已试算")
        PUBLISHED = "published", _("已发布")
        SCORING = "scoring", _("评分中")
        BALANCED = "balanced", _("已平衡")
        APPROVED = "approved", _("已审定")
        NOTICE = "notice", _("公示中")
        FINAL = "final", _("已定稿")
        REPLACED = "replaced", _("已由新版替代")

    STATUS_TONES = {
        "draft": "neutral",
        "rehearsed": "neutral",
        "published": "info",
        "scoring": "warning",
        "balanced": "info",
        "approved": "info",
        "notice": "warning",
        "final": "success",
        "replaced": "neutral",
    }
    TRANSITIONS = {
        Status.DRAFT: {Status.REHEARSED, Status.PUBLISHED},
        Status.REHEARSED: {Status.DRAFT, Status.PUBLISHED},
        Status.PUBLISHED: {Status.SCORING, Status.REPLACED},
        Status.SCORING: {Status.BALANCED, Status.REPLACED},
        Status.BALANCED: {Status.SCORING, Status.APPROVED},
        Status.APPROVED: {Status.SCORING, Status.NOTICE},
        Status.NOTICE: {Status.FINAL},
        Status.FINAL: set(),
        Status.REPLACED: set(),
    }
    # The office still changes the table; nobody else sees it.
    EDITABLE = (Status.DRAFT, Status.REHEARSED)
    # Marks, vetoes and values are entered, scores are computed.
    OPEN = (Status.PUBLISHED, Status.SCORING, Status.BALANCED)
    # The results stand, up to a correction by two people.
    DECIDED = (Status.APPROVED, Status.NOTICE, Status.FINAL)
    # Results, with all vetoes, have been made public to the county.
    MADE_PUBLIC = (Status.NOTICE, Status.FINAL)

    class NotApplicable(models.TextChoices):
        RESCALE = "rescale", _("重新折算")
        FULL = "full", _("计满分")
        ZERO = "zero", _("计零分")

    year = models.PositiveSmallIntegerField(_("年度"), db_index=True)
    title = models.CharField(_("方案名称"), max_length=100)
    # A published table is never changed: a change is the next version, copied from it.
    version = models.PositiveSmallIntegerField(_("版次"), default=1)
    copied_from = models.ForeignKey(
        "self",
        verbose_name=_("复制自"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="copies",
    )
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
    notice_days = models.PositiveSmallIntegerField(_("公示工作日"), default=default_notice_days)
    # What the score counts in the county's annual performance assessment, in per cent.
    annual_weight = models.DecimalField(
        _("年度实绩考核权重（%）"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    # Until when the scoring departments are asked for their marks; no part of the frozen table.
    marks_due_on = models.DateField(_("评分截止"), null=True, blank=True)
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
    # When a mark, a value or a veto was last entered or taken back: older results are stale.
    entered_at = models.DateTimeField(_("最近录入时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("定稿时间"), null=True, blank=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("定稿人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="finished_schemes",
    )

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("考核方案")
        verbose_name_plural = _("考核方案")
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "region", "title", "version"], name="scheme_version_once"
            ),
            models.CheckConstraint(name="scheme_decimals_at_most_4", condition=Q(decimals__lte=4)),
            models.CheckConstraint(
                name="scheme_published_by_and_at",
                condition=Q(status__in=["draft", "rehearsed"])
                | (Q(published_at__isnull=False) & Q(published_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="scheme_publisher_is_not_author",
                condition=Q(published_by__isnull=True) | ~Q(published_by=models.F("created_by")),
            ),
            models.CheckConstraint(
                name="scheme_approved_by_and_at",
                condition=~Q(status__in=["approved", "notice", "final"])
                | (Q(approved_at__isnull=False) & Q(approved_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="scheme_finished_by_and_at",
                condition=Q(finished_at__isnull=True, finished_by__isnull=True)
                | Q(finished_at__isnull=False, finished_by__isnull=False),
            ),
            models.CheckConstraint(name="scheme_notice_has_days", condition=Q(notice_days__gte=1)),
            models.CheckConstraint(
                name="scheme_annual_weight_is_percentage",
                condition=Q(annual_weight__isnull=True)
                | Q(annual_weight__gt=0, annual_weight__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """The title with its version, where it is not the first."""
        if self.version == 1:
            return self.title
        return _("%(title)s（第 %(version)s 版）") % {"title": self, "version": self.version}

    def next_version(self) -> "Scheme | None":
        """The published version that took this one's place; one query."""
        versions = self.copies.filter(
            year=self.year, region=self.region_id, version=self.version + 1
        )
        found = versions.exclude(status__in=self.EDITABLE)
        return found.select_related("published_by").first()

    @property
    def has_begun(self) -> bool:
        """Whether its year has: before that there is nothing to mark or to compute."""
        return self.year <= timezone.localdate().year

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


class GroupMemberQuerySet(models.QuerySet["GroupMember"]):
    def visible_to(self, user: Any) -> "GroupMemberQuerySet":
        """Members of published schemes over whose scores the user may look."""
        reach = organisation_scope(user, "score.view", "organisation")
        return self.filter(reach).exclude(scheme__status__in=Scheme.EDITABLE)

    def for_list(self) -> "GroupMemberQuerySet":
        return self.select_related(
            "scheme", "group", "organisation__region__parent"
        ).prefetch_related("organisation__names")


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

    objects = GroupMemberQuerySet.as_manager()

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

    @property
    def unit_label(self) -> str:
        """The unit under the name it has at the end of the scheme's year."""
        return self.organisation.label_on(names_day(self.scheme.year))
