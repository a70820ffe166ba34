"""Who took part in an activity, and whether they have said so themselves."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from organisations.models import Organisation, organisation_scope


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def counted(self) -> "ParticipationQuerySet":
        """Parts that count for their organisation: confirmed, in an accepted activity.

        NOT_ASKED never counts: such partners lie outside the county and are not assessed. A part
        confirmed after the acceptance counts like any other.
        """
        return self.filter(
            confirmation=Participation.Confirmation.CONFIRMED,
            activity__status=Activity.Status.ACCEPTED,
        )

    def counted_in(self, year: int) -> "ParticipationQuerySet":
        return self.counted().filter(activity__starts_on__year=year)

    def activities_per_organisation(self) -> dict[int, int]:
        """How many activities of these parts each organisation has; one query."""
        counted = self.order_by().values("organisation_id").annotate(number=Count("pk"))
        return dict(counted.values_list("organisation_id", "number"))

    def answerable_by(self, user: Any) -> "ParticipationQuerySet":
        """Parts for which the user may answer; the reporter's own is answered by reporting."""
        reach = organisation_scope(user, "activity.confirm", "organisation")
        asked = self.filter(reach, activity__status__in=Activity.SENT)
        return asked.exclude(organisation=F("activity__reporter")).exclude(
            confirmation=Participation.Confirmation.NOT_ASKED
        )

    def awaiting(self, user: Any) -> "ParticipationQuerySet":
        """Parts about which the user is asked: were we there?"""
        return self.answerable_by(user).filter(confirmation=Participation.Confirmation.PENDING)

    def for_list(self) -> "ParticipationQuerySet":
        return self.select_related(
            "organisation__region__parent", "activity__reporter__region__parent", "confirmed_by"
        ).prefetch_related("organisation__names")


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
    CONFIRMATION_ICONS = {
        "pending": "hourglass",
        "confirmed": "check-circle",
        "absent": "x-circle",
        "not_asked": "external",
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

    objects = ParticipationQuerySet.as_manager()

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

    @property
    def unit_label(self) -> str:
        """The unit under the name of the activity's year."""
        return self.organisation.label_on(self.activity.names_day)
