"""Activities: reported once by one party, confirmed by the others, counted for all."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, Region, names_day, organisation_scope
from organisations.models.region import code_range
from partnerships.models import ContentKind, JointTag, Partnership


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user: Any) -> "ActivityQuerySet":
        """Reports in which a unit in the user's reach takes part; drafts only for the reporter."""
        reach = organisation_scope(user, "activity.view", "organisation")
        own_draft = organisation_scope(user, "activity.report", "reporter")
        return self.filter(_taking_part(reach) & ~Q(status=Activity.Status.DRAFT) | own_draft)

    def accepted_in(self, year: int) -> "ActivityQuerySet":
        return self.filter(status=Activity.Status.ACCEPTED, starts_on__year=year)

    def with_unit(self, organisation: Organisation) -> "ActivityQuerySet":
        """In which the organisation takes part, as host or joint unit."""
        return self.filter(_taking_part(Q(organisation=organisation)))

    def in_region(self, region: Region) -> "ActivityQuerySet":
        """In which some unit of the region or below it takes part."""
        low, high = code_range(region.prefix)
        inside = Q(organisation__region__code__gte=low, organisation__region__code__lte=high)
        return self.filter(_taking_part(inside))

    def awaiting_confirmation_by(self, user: Any) -> "ActivityQuerySet":
        return self.filter(pk__in=_parts().awaiting(user).values("activity_id"))

    def awaiting_correction_by(self, user: Any) -> "ActivityQuerySet":
        """Returned by the office, to be mended by the unit that reported."""
        reach = organisation_scope(user, "activity.report", "reporter")
        return self.filter(reach, status=Activity.Status.RETURNED)

    def drafts_of(self, user: Any) -> "ActivityQuerySet":
        """Not sent yet, of the units for which the user reports."""
        reach = organisation_scope(user, "activity.report", "reporter")
        return self.filter(reach, status=Activity.Status.DRAFT)

    def awaiting_review_by(self, user: Any) -> "ActivityQuerySet":
        """Sent, in the reviewer's reach, and not of a unit to which the reviewer belongs."""
        reach = organisation_scope(user, "activity.review", "reporter")
        own = own_organisations(user)
        return self.filter(reach, status=Activity.Status.SUBMITTED).exclude(
            Q(reporter__in=own) | _taking_part(Q(organisation__in=own))
        )

    def waiting_for(self, user: Any) -> "ActivityQuerySet":
        """All that the user should do something about now."""
        asked = self.awaiting_confirmation_by(user).values("pk")
        returned = self.awaiting_correction_by(user).values("pk")
        to_review = self.awaiting_review_by(user).values("pk")
        return self.filter(Q(pk__in=asked) | Q(pk__in=returned) | Q(pk__in=to_review))

    def for_list(self) -> "ActivityQuerySet":
        return self.select_related("reporter__region__parent").prefetch_related(
            models.Prefetch(
                "participations",
                queryset=_parts().select_related("organisation__region__parent"),
            ),
        )

    def with_names(self) -> "ActivityQuerySet":
        """What `reporter_label` and the parts' `unit_label` read."""
        return self.prefetch_related("reporter__names", "participations__organisation__names")

    def for_detail(self) -> "ActivityQuerySet":
        return (
            self.for_list()
            .select_related("created_by", "submitted_by", "reviewed_by", "saved_by")
            .with_names()
            .prefetch_related("partnerships", "content_kinds", "joint_tags", "attachments")
        )


def _parts() -> Any:
    """The participations, whose module stands on this one."""
    return Activity.participations.field.model.objects


def _taking_part(organisations: Q) -> Q:
    """Activities with a participation that meets the condition; a subquery, so no row twice."""
    return Q(pk__in=_parts().filter(organisations).values("activity_id"))


def own_organisations(user: Any) -> list[int]:
    """Where the user belongs today, whatever the role."""
    return [assignment.organisation_id for assignment in user.current_assignments]


class Activity(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已报送")
        ACCEPTED = "accepted", _("已采用")
        RETURNED = "returned", _("已退回")

    class Quality(models.TextChoices):
        EXCELLENT = "excellent", _("优秀")
        GOOD = "good", _("良好")
        FAIR = "fair", _("一般")
        POOR = "poor", _("较差")

    # Between these lies the coefficient that a reviewer may give (难度系数).
    EASIEST, HARDEST = Decimal("0.5"), Decimal(2)
    STATUS_TONES = {
        "draft": "neutral",
        "submitted": "info",
        "accepted": "success",
        "returned": "warning",
    }
    STATUS_ICONS = {
        "draft": "draft",
        "submitted": "send",
        "accepted": "check-circle",
        "returned": "undo",
    }
    TRANSITIONS = {
        Status.DRAFT: {Status.SUBMITTED},
        Status.SUBMITTED: {Status.DRAFT, Status.ACCEPTED, Status.RETURNED},
        Status.RETURNED: {Status.SUBMITTED},
        Status.ACCEPTED: set(),
    }
    # While in these states its reporter may still write in it.
    OPEN = (Status.DRAFT, Status.RETURNED)
    # While in these states its parties may confirm; late confirmations count too.
    SENT = (Status.SUBMITTED, Status.ACCEPTED)

    # A draft may be empty: what is required is asked for when it is submitted.
    title = models.CharField(_("活动名称"), max_length=80, blank=True)
    starts_on = models.DateField(_("开始日期"), null=True, blank=True)
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=80, blank=True)
    reporter = models.ForeignKey(
        Organisation,
        verbose_name=_("报送单位"),
        on_delete=models.PROTECT,
        related_name="reported_activities",
    )
    partnerships = models.ManyToManyField(
        Partnership, verbose_name=_("所属联创项目"), blank=True, related_name="activities"
    )
    content_kinds = models.ManyToManyField(
        ContentKind, verbose_name=_("联创内容"), blank=True, related_name="activities"
    )
    joint_tags = models.ManyToManyField(
        JointTag, verbose_name=_("五联标签"), blank=True, related_name="activities"
    )
    is_themed = models.BooleanField(_("民族团结进步主题活动"), default=False)
    head_count = models.PositiveIntegerField(_("参加人数"), null=True, blank=True)
    summary = models.CharField(_("活动概况"), max_length=300, blank=True)
    outcome = models.CharField(_("实际成效"), max_length=300, blank=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.DRAFT, db_index=True
    )
    return_reason = models.CharField(_("退回原因"), max_length=200, blank=True)
    # Given by the reviewer with the acceptance; most activities need neither.
    quality = models.CharField(_("质量等次"), max_length=10, choices=Quality.choices, blank=True)
    difficulty = models.DecimalField(
        _("难度系数"), max_digits=3, decimal_places=2, default=Decimal(1)
    )
    # Counts saves: a second window that saves over the first is told, not obeyed.
    version = models.PositiveIntegerField(_("版本"), default=1)
    created_at = models.DateTimeField(_("创建时间"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("填报人"),
        on_delete=models.PROTECT,
        related_name="created_activities",
    )
    saved_at = models.DateTimeField(_("保存时间"), default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("保存人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="saved_activities",
    )
    # The browser window of the last save: its own earlier saves are no conflict to it.
    saved_from = models.CharField(max_length=32, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("报送时间"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("报送人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="submitted_activities",
    )
    reviewed_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("审核人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviewed_activities",
    )

    # What its reporter has said not to be the same event, asked before sending.
    distinct_from = models.ManyToManyField("self", verbose_name=_("不是同一活动"), blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动")
        verbose_name_plural = _("活动")
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["status", "starts_on"], name="activity_status_date")]
        constraints = [
            models.CheckConstraint(
                name="activity_ends_after_start",
                # A draft is kept as typed, dates the wrong way round included.
                condition=Q(status__in=["draft", "returned"])
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("结束日期早于开始日期，请核对两个日期。"),
            ),
            models.CheckConstraint(
                name="activity_sent_is_complete",
                condition=Q(status="draft")
                | (
                    ~Q(title="")
                    & Q(starts_on__isnull=False)
                    & Q(submitted_at__isnull=False)
                    & Q(submitted_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="activity_reviewed_by_and_at",
                condition=~Q(status__in=["accepted", "returned"])
                | (Q(reviewed_at__isnull=False) & Q(reviewed_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="activity_rated_when_accepted",
                condition=Q(status="accepted") | Q(quality="", difficulty=1),
            ),
            models.CheckConstraint(
                name="activity_difficulty_within_bounds",
                condition=Q(difficulty__gte=Decimal("0.5"), difficulty__lte=2),
            ),
            models.CheckConstraint(
                name="activity_returned_has_reason",
                condition=~Q(status="returned") | ~Q(return_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("未命名草稿"))

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS[self.Status(self.status)]

    @property
    def names_day(self) -> date | None:
        """Of which day its units' names are: an earlier year's report keeps that year's."""
        return names_day(self.starts_on.year) if self.starts_on else None

    @property
    def reporter_label(self) -> str:
        return self.reporter.label_on(self.names_day)

    @property
    def host(self) -> Organisation | None:
        """The host among the prefetched participations."""
        hosts = [p.organisation for p in self.participations.all() if p.is_host]
        return hosts[0] if hosts else None

    @property
    def joint_units(self) -> list[Organisation]:
        """The units beside the host, among the prefetched participations."""
        return [p.organisation for p in self.participations.all() if not p.is_host]

    def count_answers(self) -> dict[str, int]:
        """How many of the prefetched participations gave which answer."""
        return Counter(p.confirmation for p in self.participations.all())
