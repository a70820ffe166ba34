"""What a unit shares (阵地资源): a hall, an exhibition, a base, a troupe, a team of lecturers."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models.organisation import Organisation, OrganisationTag
from organisations.models.period import span
from organisations.models.scope import organisation_scope

# As far ahead as a free day is looked for in the catalogue.
DAYS_AHEAD = 60


class ResourceQuerySet(models.QuerySet["Resource"]):
    def visible_to(self, user: Any) -> "ResourceQuerySet":
        """The catalogue: what lies in one's reach, and what partners outside the county share."""
        if not user.can("resource.view"):
            return self.none()
        reach = organisation_scope(user, "resource.view", "organisation")
        return self.filter(reach | Q(organisation__is_external=True))

    def editable_by(self, user: Any) -> "ResourceQuerySet":
        """The unit's own; the office's also those of partners outside, in nobody's reach."""
        reach = organisation_scope(user, "resource.edit", "organisation")
        outside = Q(organisation__is_external=True) if user.can("organisation.edit") else Q()
        return self.filter(reach | outside)

    def free_during(self, starts_at: datetime, ends_at: datetime) -> "ResourceQuerySet":
        """Not promised to anybody at any time in between."""
        agreed = _bookings().agreed().overlapping(starts_at, ends_at)
        return self.exclude(Exists(agreed.filter(resource=OuterRef("pk"))))

    def search(self, text: str) -> "ResourceQuerySet":
        """By its own words, or by the unit that shares it."""
        found = self
        for word in text.split():
            own = Q(name__icontains=word) | Q(place__icontains=word)
            told = Q(introduction__icontains=word) | Q(tags__name__icontains=word)
            units = Organisation.objects.search(word).values("pk")
            found = found.filter(
                pk__in=Resource.objects.filter(own | told | Q(organisation__in=units)).values("pk")
            )
        return found

    def for_list(self) -> "ResourceQuerySet":
        """With whose it is, its tags, and `promised`: what is agreed from today's morning on."""
        morning, _evening = span(timezone.localdate())
        promised = _bookings().agreed().filter(ends_at__gt=morning).order_by("starts_at")
        return self.select_related("organisation__region__parent").prefetch_related(
            Prefetch("tags", OrganisationTag.objects.all()),
            Prefetch("bookings", promised, to_attr="promised"),
        )


def _bookings() -> Any:
    return Resource.bookings.rel.related_model.objects


class Resource(models.Model):
    class Kind(models.TextChoices):
        HALL = "hall", _("会议培训场地")
        EXHIBITION = "exhibition", _("展馆展厅")
        BASE = "base", _("教育实践基地")
        SQUARE = "square", _("文体活动场地")
        TROUPE = "troupe", _("文艺队伍")
        LECTURERS = "lecturers", _("讲师团队")
        VOLUNTEERS = "volunteers", _("志愿服务队")
        OTHER = "other", _("其他")

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("所属单位"), on_delete=models.PROTECT, related_name="resources"
    )
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=60)
    place = models.CharField(_("地点"), max_length=100, blank=True)
    capacity = models.PositiveIntegerField(_("容纳人数"), null=True, blank=True)
    introduction = models.CharField(_("简介"), max_length=300, blank=True)
    conditions = models.CharField(_("使用条件"), max_length=300, blank=True)
    is_open = models.BooleanField(_("开放共享"), default=True)
    tags = models.ManyToManyField(
        OrganisationTag, verbose_name=_("标签"), blank=True, related_name="resources"
    )
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("阵地资源")
        verbose_name_plural = _("阵地资源")
        ordering = ["organisation__region__code", "organisation", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="resource_once_in_a_unit",
                violation_error_message=_("这个单位已登记过同名资源，请在原记录上修改。"),
            ),
            models.CheckConstraint(
                name="resource_holds_somebody",
                condition=Q(capacity__isnull=True) | Q(capacity__gt=0),
                violation_error_message=_("容纳人数至少 1 人，不清楚的不填。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """With whose it is: 八仙筒镇 文化站大厅."""
        return f"{self.organisation.full_label} {self.name}"

    @property
    def next_free_on(self) -> date | None:
        """The first whole day that nobody has been promised; reads `promised`.

        Today is one until its hours are over.
        """
        today = timezone.localdate()
        spans = (span(today + timedelta(days=number)) for number in range(DAYS_AHEAD))
        free = (ends for starts, ends in spans if not self._is_taken(starts, ends))
        return next((timezone.localdate(ends) for ends in free if ends > timezone.now()), None)

    def _is_taken(self, starts_at: datetime, ends_at: datetime) -> bool:
        return any(row.starts_at < ends_at and row.ends_at > starts_at for row in self.promised)
