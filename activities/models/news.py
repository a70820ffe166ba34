"""News items (信息报送): where the work was reported; kept for the record."""

from typing import Any

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from organisations.models import Organisation, organisation_scope


class NewsItemQuerySet(models.QuerySet["NewsItem"]):
    def visible_to(self, user: Any) -> "NewsItemQuerySet":
        """About a unit in the user's reach; a subquery, so no row twice."""
        return self.filter(pk__in=self._about(user, "news.view"))

    def editable_by(self, user: Any) -> "NewsItemQuerySet":
        """Whose units all lie in the user's reach: nobody rewrites what concerns others."""
        beyond = NewsUnit.objects.exclude(organisation_scope(user, "news.edit", "organisation"))
        mine = self.filter(pk__in=self._about(user, "news.edit"))
        return mine.exclude(pk__in=beyond.values("item"))

    def _about(self, user: Any, action: str) -> models.QuerySet:
        reach = organisation_scope(user, action, "organisation")
        return NewsUnit.objects.filter(reach).values("item")

    def for_list(self) -> "NewsItemQuerySet":
        return self.select_related("recorded_by", "activity").prefetch_related(
            "organisations__region__parent"
        )


class NewsItem(models.Model):
    class Level(models.TextChoices):
        COUNTY = "county", _("旗级")
        CITY = "city", _("市级")
        REGION = "region", _("自治区级")
        NATIONAL = "national", _("国家级")

    title = models.CharField(_("标题"), max_length=100)
    outlet = models.CharField(_("刊发单位"), max_length=60)
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices)
    published_on = models.DateField(_("刊发日期"))
    link = models.CharField(
        _("链接"),
        max_length=300,
        blank=True,
        validators=[
            URLValidator(
                schemes=["http", "https"],
                message=_(
                    "链接要以 http:// 或 https:// 开头，例如 https://www.example.cn/1.html。"
                ),
            )
        ],
    )
    # Read from this side only: what a unit was named in is kept against its removal by NewsUnit.
    organisations = models.ManyToManyField(
        Organisation, verbose_name=_("涉及单位"), through="NewsUnit", related_name="+"
    )
    activity = models.ForeignKey(
        Activity,
        verbose_name=_("所报道的活动"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="news_items",
    )
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登记人"),
        on_delete=models.PROTECT,
        related_name="recorded_news",
    )

    objects = NewsItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("信息报送")
        verbose_name_plural = _("信息报送")
        ordering = ["-published_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class NewsUnit(models.Model):
    """A unit that a news item is about."""

    item = models.ForeignKey(
        NewsItem, verbose_name=_("信息报送"), on_delete=models.CASCADE, related_name="units"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("涉及单位"),
        on_delete=models.PROTECT,
        related_name="news_units",
    )

    class Meta:
        verbose_name = _("信息报送")
        verbose_name_plural = _("信息报送")
        constraints = [
            models.UniqueConstraint(fields=["item", "organisation"], name="news_unit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.item}"
