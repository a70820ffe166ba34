"""Activities: reported once by one party, confirmed by the others, counted for all."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, organisation_scope
from partnerships.models import ContentKind, JointTag, Partnership


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user: Any) -> "ActivityQuerySet":
        """Reports in which a unit in the user's reach takes part; drafts only for the reporter."""
        reach = organisation_scope(user, "activity.view", "organisation")
        taking_part = Participation.objects.filter(reach).values("activity_id")
        own_draft = organisation_scope(user, "activity.report", "reporter")
        return self.filter((Q(pk__in=taking_part) & ~Q(status=Activity.Status.DRAFT)) | own_draft)

    def accepted_in(self, year: int) -> "ActivityQuerySet":
        return self.filter(status=Activity.Status.ACCEPTED, starts_on__year=year)

    def for_list(self) -> "ActivityQuerySet":
        return self.select_related("reporter__region__parent").prefetch_related(
            models.Prefetch(
                "participations",
                queryset=Participation.objects.select_related("organisation__region__parent"),
            ),
        )


class Activity(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已报送")
        ACCEPTED = "accepted", _("已采用")
        RETURNED = "returned", _("已退回")

    STATUS_TONES = {
        "draft": "neutral",
        "submitted": "info",
        "accepted": "success",
        "returned": "warning",
    }
    TRANSITIONS = {
        Status.DRAFT: {Status.SUBMITTED},
        Status.SUBMITTED: {Status.DRAFT, Status.ACCEPTED, Status.RETURNED},
        Status.RETURNED: {Status.SUBMITTED},
        Status.ACCEPTED: set(),
    }
    # While in these states its reporter may still write in it.
    OPEN = (Status.DRAFT, Status.RETURNED)

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

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动")
        verbose_name_plural = _("活动")
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["status", "starts_on"], name="activity_status_date")]
        constraints = [
            models.CheckConstraint(
                name="activity_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
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
    def host(self) -> Organisation | None:
        """The host among the prefetched participations."""
        hosts = [p.organisation for p in self.participations.all() if p.is_host]
        return hosts[0] if hosts else None


class Participation(models.Model):
    """One organisation's part in an activity; it counts for them once confirmed and accepted."""

    class Confirmation(models.TextChoices):
        PENDING = "pending", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        ABSENT = "absent", _("未参加")
        NOT_ASKED = "not_asked", _("无需确认")

    CONFIRMATION_TONES = {
        "pending": "warning",
        "confirmed": "success",
        "absent": "danger",
        "not_asked": "neutral",
    }

    activity = models.ForeignKey(
        Activity, verbose_name=_("活动"), on_delete=models.CASCADE, related_name="participations"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("单位"),
        on_delete=models.PROTECT,
        related_name="participations",
    )
    is_host = models.BooleanField(_("主办"), default=False)
    # The reporter's own part is confirmed by reporting; partners outside have no account.
    confirmation = models.CharField(
        _("确认"), max_length=10, choices=Confirmation.choices, default=Confirmation.PENDING
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("确认人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmed_participations",
    )

    class Meta:
        verbose_name = _("参加单位")
        verbose_name_plural = _("参加单位")
        ordering = ["-is_host", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "organisation"], name="participation_once"),
            models.UniqueConstraint(
                fields=["activity"], condition=Q(is_host=True), name="participation_one_host"
            ),
            models.CheckConstraint(
                name="participation_answer_has_who_and_when",
                condition=Q(
                    confirmation__in=["pending", "not_asked"],
                    confirmed_at__isnull=True,
                    confirmed_by__isnull=True,
                )
                | Q(
                    confirmation__in=["confirmed", "absent"],
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_confirmation_display()}"


class Attachment(models.Model):
    """A picture or document of an activity; optional, never a matter of scoring."""

    activity = models.ForeignKey(
        Activity, verbose_name=_("活动"), on_delete=models.CASCADE, related_name="attachments"
    )
    name = models.CharField(_("文件名"), max_length=120)
    file = models.FileField(_("文件"), upload_to="attachments/%Y/%m/", max_length=255)
    content_type = models.CharField(_("类型"), max_length=100)
    size = models.PositiveBigIntegerField(_("字节数"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    uploaded_at = models.DateTimeField(_("上传时间"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("上传人"),
        on_delete=models.PROTECT,
        related_name="attachments",
    )

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "sha256"], name="attachment_once"),
        ]

    def __str__(self) -> str:
        return self.name
