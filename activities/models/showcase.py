"""Showcase cases (典型案例): what worked somewhere, told so that others can copy it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from organisations.models import Organisation, organisation_scope
from organisations.models.kinds import Kind
from partnerships.models import Partnership


class ShowcaseCaseQuerySet(models.QuerySet["ShowcaseCase"]):
    def published(self) -> "ShowcaseCaseQuerySet":
        return self.filter(status=ShowcaseCase.Status.PUBLISHED)

    def visible_to(self, user: Any) -> "ShowcaseCaseQuerySet":
        """The library is open to all; what is not in it only to the office that writes it."""
        return self.filter(Q(status=ShowcaseCase.Status.PUBLISHED) | Q(pk__in=self._edited(user)))

    def editable_by(self, user: Any) -> "ShowcaseCaseQuerySet":
        return self.filter(pk__in=self._edited(user))

    def _edited(self, user: Any) -> models.QuerySet:
        reach = organisation_scope(user, "showcase.edit", "organisations")
        return ShowcaseCase.objects.filter(reach).values("pk")

    def for_list(self) -> "ShowcaseCaseQuerySet":
        """What is not yet published first, then the newest."""
        newest = F("published_at").desc(nulls_first=True)
        return self.order_by(newest, "-pk").prefetch_related(
            "organisations__region__parent", "kinds"
        )


class ShowcaseCase(models.Model):
    """Written by the office from an accepted activity or a partnership at work."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")
        WITHDRAWN = "withdrawn", _("已撤下")

    STATUS_TONES = {"draft": "neutral", "published": "success", "withdrawn": "neutral"}
    STATUS_ICONS = {"draft": "draft", "withdrawn": "ban"}
    TRANSITIONS = {
        Status.DRAFT: {Status.PUBLISHED},
        Status.PUBLISHED: {Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
    }

    title = models.CharField(_("案例名称"), max_length=80)
    activity = models.ForeignKey(
        Activity,
        verbose_name=_("来自活动"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="showcase_cases",
    )
    partnership = models.ForeignKey(
        Partnership,
        verbose_name=_("来自联创项目"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="showcase_cases",
    )
    # Read from this side only: what a unit did is kept against its removal by ShowcaseUnit.
    organisations = models.ManyToManyField(
        Organisation, verbose_name=_("做法单位"), through="ShowcaseUnit", related_name="+"
    )
    done = models.CharField(_("做了什么"), max_length=800)
    how_to_copy = models.CharField(_("怎样照着做"), max_length=800)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.DRAFT, db_index=True
    )
    created_at = models.DateTimeField(_("编写时间"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("编写人"),
        on_delete=models.PROTECT,
        related_name="created_cases",
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("发布人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="published_cases",
    )
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("撤下人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="withdrawn_cases",
    )
    withdraw_reason = models.CharField(_("撤下原因"), max_length=200, blank=True)

    objects = ShowcaseCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("典型案例")
        verbose_name_plural = _("典型案例")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="case_has_one_source",
                condition=Q(activity__isnull=False, partnership__isnull=True)
                | Q(activity__isnull=True, partnership__isnull=False),
            ),
            models.CheckConstraint(
                name="case_published_by_and_at",
                condition=Q(status="draft", published_at__isnull=True, published_by__isnull=True)
                | (~Q(status="draft") & Q(published_at__isnull=False, published_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="case_withdrawn_by_at_and_why",
                condition=(
                    ~Q(status="withdrawn")
                    & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdraw_reason="")
                )
                | (
                    Q(status="withdrawn", withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdraw_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS[self.Status(self.status)]

    @property
    def source(self) -> Activity | Partnership:
        return self.activity or self.partnership

    @property
    def kind_labels(self) -> list[str]:
        """The kinds of unit it fits, in the register's order; from prefetched rows."""
        fitting = {row.kind for row in self.kinds.all()}
        return [str(kind.label) for kind in Kind if kind in fitting]


class ShowcaseKind(models.Model):
    """A kind of unit that a case fits."""

    case = models.ForeignKey(
        ShowcaseCase, verbose_name=_("典型案例"), on_delete=models.CASCADE, related_name="kinds"
    )
    kind = models.CharField(_("适用类型"), max_length=24, choices=Kind.choices, db_index=True)

    class Meta:
        verbose_name = _("案例适用类型")
        verbose_name_plural = _("案例适用类型")
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], name="showcase_kind_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class ShowcaseUnit(models.Model):
    """A unit that did what a case tells; the case counts for it."""

    case = models.ForeignKey(
        ShowcaseCase, verbose_name=_("典型案例"), on_delete=models.CASCADE, related_name="units"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("做法单位"),
        on_delete=models.PROTECT,
        related_name="showcase_units",
    )

    class Meta:
        verbose_name = _("典型案例")
        verbose_name_plural = _("典型案例")
        constraints = [
            models.UniqueConstraint(fields=["case", "organisation"], name="showcase_unit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.case}"
