"""Bookings (预约): a unit asks for a shared resource, its owner answers."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rights import RIGHTS
from organisations.models.assignment import Assignment
from organisations.models.kinds import VILLAGE_KINDS
from organisations.models.organisation import Organisation
from organisations.models.period import period_words
from organisations.models.resource import Resource
from organisations.models.scope import organisation_scope

OWNER = "resource__organisation"


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: Any) -> "BookingQuerySet":
        """Those of either side, asking or asked, that lie in the user's reach."""
        asking = organisation_scope(user, "booking.view", "organisation")
        asked = organisation_scope(user, "booking.view", OWNER)
        return self.filter(asking | asked)

    def received_by(self, user: Any) -> "BookingQuerySet":
        """Asked of the units for which the user answers."""
        return self.filter(organisation_scope(user, "resource.answer", OWNER))

    def sent_by(self, user: Any) -> "BookingQuerySet":
        """Asked for by the units for which the user acts."""
        return self.filter(organisation_scope(user, "resource.request", "organisation"))

    def agreed(self) -> "BookingQuerySet":
        return self.filter(status=Booking.Status.AGREED)

    def waiting(self) -> "BookingQuerySet":
        """Not answered, and there is still time to."""
        return self.filter(status=Booking.Status.WAITING, ends_at__gt=timezone.now())

    def overlapping(self, starts_at: datetime, ends_at: datetime) -> "BookingQuerySet":
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)

    def with_answerer(self) -> "BookingQuerySet":
        """Annotate `has_answerer`: somebody with an open account answers for the owner."""
        village = Q(resource__organisation__kind__in=VILLAGE_KINDS)
        above = Exists(_answerers("resource__organisation__superior"))
        return self.annotate(has_answerer=Exists(_answerers(OWNER)) | (village & above))

    def owned_by(self, user: Any) -> "BookingQuerySet":
        """For the user to answer: asked of their units, or of who can only tell the office."""
        told = organisation_scope(user, "resource.record", OWNER)
        if user.can("resource.record"):
            told |= Q(resource__organisation__is_external=True)
        own = organisation_scope(user, "resource.answer", OWNER)
        return self.with_answerer().filter(own | (told & Q(has_answerer=False)))

    def answerable_by(self, user: Any) -> "BookingQuerySet":
        return self.waiting().owned_by(user)

    def for_list(self) -> "BookingQuerySet":
        return self.select_related(
            "resource__organisation__region__parent",
            "organisation__region__parent",
            "asked_by",
            "answered_by",
        )


def _answerers(path: str) -> models.QuerySet:
    return Assignment.objects.current().filter(
        organisation=OuterRef(path), role__in=list(RIGHTS["resource.answer"]), user__is_active=True
    )


class Booking(models.Model):
    class Status(models.TextChoices):
        WAITING = "waiting", _("待答复")
        AGREED = "agreed", _("已同意")
        DECLINED = "declined", _("已谢绝")
        CANCELLED = "cancelled", _("已取消")
        REVOKED = "revoked", _("已撤回同意")

    TRANSITIONS = {
        Status.WAITING: {Status.AGREED, Status.DECLINED, Status.CANCELLED},
        Status.AGREED: {Status.CANCELLED, Status.REVOKED},
        Status.DECLINED: set(),
        Status.CANCELLED: set(),
        Status.REVOKED: set(),
    }
    STATUS_TONES = {
        "waiting": "warning",
        "agreed": "success",
        "declined": "neutral",
        "cancelled": "neutral",
        "revoked": "danger",
    }
    STATUS_ICONS = {"waiting": "hourglass", "declined": "ban", "cancelled": "x", "revoked": "undo"}

    resource = models.ForeignKey(
        Resource, verbose_name=_("阵地资源"), on_delete=models.PROTECT, related_name="bookings"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("使用单位"), on_delete=models.PROTECT, related_name="bookings"
    )
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    purpose = models.CharField(_("用途"), max_length=200)
    people_count = models.PositiveIntegerField(_("人数"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.WAITING
    )
    asked_at = models.DateTimeField(_("预约时间"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("预约人"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("答复人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # Why not; or, where the office wrote the answer down, who told it.
    answer_note = models.CharField(_("答复说明"), max_length=200, blank=True)
    ended_at = models.DateTimeField(_("取消或撤回时间"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("取消或撤回人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    end_reason = models.CharField(_("撤回原因"), max_length=200, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("预约")
        verbose_name_plural = _("预约")
        ordering = ["-starts_at", "-pk"]
        indexes = [
            models.Index(fields=["resource", "status", "ends_at"], name="booking_of_resource")
        ]
        # PostgreSQL also refuses two agreed ones that overlap: booking_agreed_once, a migration.
        constraints = [
            models.CheckConstraint(
                name="booking_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("结束早于开始，请核对日期。"),
            ),
            models.CheckConstraint(
                name="booking_counts_somebody",
                condition=Q(people_count__isnull=True) | Q(people_count__gt=0),
                violation_error_message=_("人数至少 1 人，不清楚的不填。"),
            ),
            models.CheckConstraint(
                name="booking_answer_has_who_and_when",
                condition=Q(
                    status__in=["waiting", "cancelled"],
                    answered_at__isnull=True,
                    answered_by__isnull=True,
                )
                | Q(
                    status__in=["agreed", "declined", "cancelled", "revoked"],
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="booking_end_has_who_and_when",
                condition=Q(
                    status__in=["waiting", "agreed", "declined"],
                    ended_at__isnull=True,
                    ended_by__isnull=True,
                )
                | Q(
                    status__in=["cancelled", "revoked"],
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="booking_no_has_its_reason",
                condition=~Q(status="declined", answer_note="")
                & ~Q(status="revoked", end_reason=""),
                violation_error_message=_("请写明原因。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.period}"

    @property
    def period(self) -> str:
        return period_words(self.starts_at, self.ends_at)

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS[self.Status(self.status)]
