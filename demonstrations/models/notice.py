"""Public notices of those to be named, and what was objected."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from demonstrations.models.level import Level
from demonstrations.models.title import Title
from organisations.models import Organisation, organisation_scope


class TitleNoticeQuerySet(models.QuerySet["TitleNotice"]):
    def visible_to(self, user: Any) -> "TitleNoticeQuerySet":
        """Notices that name a unit of one's area; they were public, whatever came of them."""
        named = Title.objects.filter(organisation_scope(user, "title.view", "organisation"))
        return self.filter(pk__in=NoticeEntry.objects.filter(title__in=named).values("notice"))

    def for_list(self) -> "TitleNoticeQuerySet":
        unanswered = Q(objections__answered_on__isnull=True, objections__isnull=False)
        return (
            self.select_related("created_by")
            .annotate(
                title_count=Count("titles", distinct=True),
                objection_count=Count("objections", distinct=True),
                open_count=Count("objections", filter=unanswered, distinct=True),
            )
            .order_by("-starts_on", "-pk")
        )


class TitleNotice(models.Model):
    """A public notice (公示) of units proposed for a title, over so many working days."""

    titles = models.ManyToManyField(
        Title, verbose_name=_("示范命名"), through="NoticeEntry", related_name="notices"
    )
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices)
    batch = models.CharField(_("批次"), max_length=30)
    starts_on = models.DateField(_("公示自"))
    ends_on = models.DateField(_("公示至"))
    working_days = models.PositiveSmallIntegerField(_("工作日"))
    created_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登记人"),
        on_delete=models.PROTECT,
        related_name="created_title_notices",
    )

    objects = TitleNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("公示")
        verbose_name_plural = _("公示")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="title_notice_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("公示结束早于开始，请核对两个日期。"),
            ),
        ]

    def __str__(self) -> str:
        return _("%(batch)s%(level)s示范拟命名公示") % {
            "batch": self.batch,
            "level": self.get_level_display(),
        }

    def is_over_on(self, day: date) -> bool:
        return day > self.ends_on

    @property
    def is_over(self) -> bool:
        return self.is_over_on(timezone.localdate())

    def enter(self, titles: Iterable[Title]) -> None:
        """Put them on the list, by place, under their holders' names on its first day."""
        rows = Title.objects.filter(pk__in=[title.pk for title in titles])
        rows = rows.select_related("organisation__region__parent")
        NoticeEntry.objects.bulk_create(
            NoticeEntry(
                notice=self,
                title=title,
                name=title.organisation.name_on(self.starts_on),
                label=title.organisation.label_on(self.starts_on),
            )
            for title in rows.prefetch_related("organisation__names").order_by(
                "organisation__region__code", "pk"
            )
        )


class NoticeEntry(models.Model):
    """One line of a public notice (公示名单): the title, and its holder as it was published.

    The name is kept: a holder that is renamed or succeeded later was not the one publicised.
    """

    notice = models.ForeignKey(
        TitleNotice, verbose_name=_("公示"), on_delete=models.CASCADE, related_name="entries"
    )
    title = models.ForeignKey(
        Title, verbose_name=_("示范命名"), on_delete=models.CASCADE, related_name="notice_entries"
    )
    name = models.CharField(_("公示时全称"), max_length=100)
    label = models.CharField(_("公示时单位"), max_length=100)

    class Meta:
        verbose_name = _("公示名单")
        verbose_name_plural = _("公示名单")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "title"], name="notice_entry_once"),
        ]

    def __str__(self) -> str:
        return self.label


class TitleObjectionQuerySet(models.QuerySet["TitleObjection"]):
    def unanswered(self) -> "TitleObjectionQuerySet":
        return self.filter(answered_on__isnull=True)

    def for_list(self) -> "TitleObjectionQuerySet":
        return self.select_related("raised_by", "recorded_by", "answered_by")


class TitleObjection(models.Model):
    """An objection to a public notice (公示异议), by a unit or without a name, never a person."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("成立")
        DISMISSED = "dismissed", _("不成立")

    OUTCOME_TONES = {"upheld": "danger", "dismissed": "success", "": "warning"}
    OUTCOME_ICONS = {"": "hourglass"}

    title = models.ForeignKey(
        Title, verbose_name=_("示范命名"), on_delete=models.CASCADE, related_name="objections"
    )
    notice = models.ForeignKey(
        TitleNotice, verbose_name=_("公示"), on_delete=models.CASCADE, related_name="objections"
    )
    raised_by = models.ForeignKey(
        Organisation,
        verbose_name=_("提出单位"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="raised_title_objections",
    )
    raised_on = models.DateField(_("提出日期"))
    text = models.CharField(_("异议内容"), max_length=300)
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登记人"),
        on_delete=models.PROTECT,
        related_name="recorded_title_objections",
    )
    outcome = models.CharField(_("核查结论"), max_length=10, choices=Outcome.choices, blank=True)
    answer = models.CharField(_("答复"), max_length=300, blank=True)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("答复人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="answered_title_objections",
    )

    objects = TitleObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("公示异议")
        verbose_name_plural = _("公示异议")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="title_objection_answered_as_a_whole",
                condition=Q(
                    answered_on__isnull=True, answered_by__isnull=True, outcome="", answer=""
                )
                | (
                    Q(answered_on__isnull=False, answered_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(answer="")
                ),
            ),
            models.CheckConstraint(
                name="title_objection_answered_after_raised",
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=F("raised_on")),
                violation_error_message=_("答复早于提出日期，请核对两个日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:30]

    @property
    def source(self) -> str:
        return self.raised_by.full_label if self.raised_by else str(_("匿名"))

    def get_outcome_display(self) -> str:
        return str(self.Outcome(self.outcome).label if self.outcome else _("待答复"))
