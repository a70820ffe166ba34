"""Collection windows (填报窗口): what the office asks of units, and what they answered."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rights import Role
from core.days import nth_working_day
from organisations.models import VILLAGE_KINDS, Assignment, Organisation, organisation_scope

# Less notice than this needs a reason.
WORKING_DAYS = 3
# An answer that was begun before the end of the day may still be sent for so long.
GRACE = timedelta(minutes=30)


def first_day_without_reason(today: date) -> date:
    """The earliest due day that leaves three whole working days after today."""
    return nth_working_day(today + timedelta(days=1), WORKING_DAYS)


def is_by_end_of(day: date, *, sent_at: datetime, begun_at: datetime) -> bool:
    """Sent on the day or before; begun by then, it may follow within half an hour."""
    if timezone.localdate(sent_at) <= day:
        return True
    return timezone.localdate(begun_at) <= day and timezone.localdate(sent_at - GRACE) <= day


class CollectionWindowQuerySet(models.QuerySet["CollectionWindow"]):
    def visible_to(self, user: Any) -> "CollectionWindowQuerySet":
        """In which a unit in the user's reach is asked."""
        reach = organisation_scope(user, "window.view", "organisation")
        return self.filter(pk__in=WindowAnswer.objects.filter(reach).values("window"))

    def open_on(self, day: date) -> "CollectionWindowQuerySet":
        return self.filter(closes_on__gte=day, cancelled_at__isnull=True)

    def with_counts(self, user: Any) -> "CollectionWindowQuerySet":
        """With asked_count and answered_count among the units in reach."""
        asked = WindowAnswer.objects.visible_to(user).filter(window=OuterRef("pk"))
        answered = asked.exclude(state=WindowAnswer.State.PENDING)
        return self.annotate(asked_count=_number(asked), answered_count=_number(answered))

    def for_list(self) -> "CollectionWindowQuerySet":
        return self.select_related("opened_by")


def _number(rows: models.QuerySet) -> Coalesce:
    """How many of the rows each window has."""
    counted = rows.order_by().values("window").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


class CollectionWindow(models.Model):
    """One request of the office to units, with its basis and its two dates."""

    class Standing(models.TextChoices):
        OPEN = "open", _("填报中")
        LATE = "late", _("已过按时截止")
        CLOSED = "closed", _("已关闭")
        CANCELLED = "cancelled", _("已撤销")

    STANDING_TONES = {
        "open": "info",
        "late": "warning",
        "closed": "neutral",
        "cancelled": "neutral",
    }
    STANDING_ICONS = {"open": "collect", "late": "hourglass", "closed": "lock", "cancelled": "ban"}

    title = models.CharField(_("填报事项"), max_length=80)
    basis = models.CharField(_("依据"), max_length=100)
    asked = models.CharField(_("要报什么"), max_length=300)
    due_on = models.DateField(_("按时截止"))
    closes_on = models.DateField(_("最终关闭"))
    short_notice_reason = models.CharField(_("时间紧的原因"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("发出时间"), default=timezone.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("发出人"),
        on_delete=models.PROTECT,
        related_name="opened_windows",
    )
    # The last time that all who owed an answer were reminded.
    reminded_at = models.DateTimeField(_("催办时间"), null=True, blank=True)
    reminded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("催办人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reminded_windows",
    )
    cancelled_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("撤销人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cancelled_windows",
    )
    cancel_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)

    objects = CollectionWindowQuerySet.as_manager()

    class Meta:
        verbose_name = _("填报窗口")
        verbose_name_plural = _("填报窗口")
        ordering = ["-due_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="window_closes_after_due",
                condition=Q(closes_on__gte=F("due_on")),
                violation_error_message=_("最终关闭早于按时截止，请核对两个日期。"),
            ),
            models.CheckConstraint(
                name="window_reminded_by_and_at",
                condition=Q(reminded_at__isnull=True, reminded_by__isnull=True)
                | Q(reminded_at__isnull=False, reminded_by__isnull=False),
            ),
            models.CheckConstraint(
                name="window_cancelled_by_at_and_why",
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancel_reason="")
                | (
                    Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancel_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def standing(self) -> str:
        today = timezone.localdate()
        if self.cancelled_at:
            return self.Standing.CANCELLED
        if self.closes_on < today:
            return self.Standing.CLOSED
        return self.Standing.LATE if self.due_on < today else self.Standing.OPEN

    def get_standing_display(self) -> str:
        return str(self.Standing(self.standing).label)

    @property
    def is_open(self) -> bool:
        return self.standing in (self.Standing.OPEN, self.Standing.LATE)


class WindowAnswerQuerySet(models.QuerySet["WindowAnswer"]):
    def visible_to(self, user: Any) -> "WindowAnswerQuerySet":
        return self.filter(organisation_scope(user, "window.view", "organisation"))

    def pending(self) -> "WindowAnswerQuerySet":
        return self.filter(state=WindowAnswer.State.PENDING)

    def owed(self) -> "WindowAnswerQuerySet":
        """Not answered, and the window still takes answers."""
        open_ones = CollectionWindow.objects.open_on(timezone.localdate())
        return self.pending().filter(window__in=open_ones)

    def late(self) -> "WindowAnswerQuerySet":
        """Not answered by the due day, closed or not."""
        past = Q(window__due_on__lt=timezone.localdate(), window__cancelled_at__isnull=True)
        return self.pending().filter(past)

    def with_answerer(self) -> "WindowAnswerQuerySet":
        """Annotate `has_answerer`: somebody with an open account answers for the unit."""
        village = Q(organisation__kind__in=VILLAGE_KINDS)
        above = Exists(_answerers("organisation__superior"))
        return self.annotate(has_answerer=Exists(_answerers("organisation")) | (village & above))

    def answerable_by(self, user: Any) -> "WindowAnswerQuerySet":
        """The user's own units; the office writes down what units without an account told it."""
        own = organisation_scope(user, "window.answer", "organisation")
        told = organisation_scope(user, "window.edit", "organisation") & Q(has_answerer=False)
        return self.with_answerer().filter(own | told)

    def owed_by(self, user: Any) -> "WindowAnswerQuerySet":
        """What the user's own units still have to answer."""
        return self.owed().filter(organisation_scope(user, "window.answer", "organisation"))

    def for_list(self) -> "WindowAnswerQuerySet":
        return self.select_related("window", "organisation__region__parent", "answered_by")


def _answerers(path: str) -> models.QuerySet:
    return Assignment.objects.current().filter(
        organisation=OuterRef(path), role=Role.LIAISON, user__is_active=True
    )


class WindowAnswer(models.Model):
    """What one unit was asked, and answered; no change is an answer."""

    class State(models.TextChoices):
        PENDING = "pending", _("待答复")
        NO_CHANGE = "no_change", _("无变化")
        ANSWERED = "answered", _("已填报")

    class Standing(models.TextChoices):
        OWED = "owed", _("待答复")
        OVERDUE = "overdue", _("逾期未答复")
        IN_TIME = "in_time", _("按时答复")
        LATE = "late", _("逾期答复")

    STANDING_TONES = {
        "owed": "warning",
        "overdue": "danger",
        "in_time": "success",
        "late": "warning",
    }
    STANDING_ICONS = {"owed": "hourglass", "overdue": "alert", "late": "clock"}

    window = models.ForeignKey(
        CollectionWindow,
        verbose_name=_("填报窗口"),
        on_delete=models.CASCADE,
        related_name="answers",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("单位"),
        on_delete=models.PROTECT,
        related_name="window_answers",
    )
    state = models.CharField(_("答复"), max_length=10, choices=State.choices, default=State.PENDING)
    text = models.CharField(_("填报内容"), max_length=1000, blank=True)
    # Written when answered: a date that is moved later does not make a late answer punctual.
    is_in_time = models.BooleanField(_("按时"), default=False)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("答复人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="window_answers",
    )

    objects = WindowAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("填报答复")
        verbose_name_plural = _("填报答复")
        ordering = ["organisation__region__code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["window", "organisation"], name="window_asks_once"),
            models.CheckConstraint(
                name="window_answer_has_who_and_when",
                condition=Q(
                    state="pending",
                    answered_at__isnull=True,
                    answered_by__isnull=True,
                    is_in_time=False,
                )
                | (~Q(state="pending") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="window_answer_says_something",
                condition=~Q(state="answered") | ~Q(text=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_state_display()}"

    @property
    def standing(self) -> str:
        if self.state != self.State.PENDING:
            return self.Standing.IN_TIME if self.is_in_time else self.Standing.LATE
        is_late = self.window.due_on < timezone.localdate()
        return self.Standing.OVERDUE if is_late else self.Standing.OWED

    def get_standing_display(self) -> str:
        return str(self.Standing(self.standing).label)

    @property
    def words(self) -> str:
        """The answer as one reads it."""
        return self.text or (str(_("无变化")) if self.state == self.State.NO_CHANGE else "")
