"""Further names of an organisation, with the dates they were in force."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models.organisation import Organisation


class OrganisationName(models.Model):
    """A further name: former, short or otherwise spelt.

    A former name with a last day was given up by a rename; it says what the unit was called on
    the days before. One without is only there to be found by.
    """

    class NameKind(models.TextChoices):
        FORMER = "former", _("曾用名")
        SHORT = "short", _("简称")
        OTHER = "other", _("其他写法")

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.CASCADE, related_name="names"
    )
    name = models.CharField(_("名称"), max_length=100)
    # The short name of the same time, of former names that a rename left.
    short_name = models.CharField(_("当时简称"), max_length=40, blank=True)
    kind = models.CharField(_("种类"), max_length=10, choices=NameKind.choices)
    valid_from = models.DateField(_("自"), null=True, blank=True)
    valid_until = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        verbose_name = _("单位名称")
        verbose_name_plural = _("单位名称")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name", "kind"],
                condition=Q(valid_until__isnull=True),
                name="organisation_name_once",
            ),
            # A unit may be called the same twice, with another name between.
            models.UniqueConstraint(
                fields=["organisation", "name", "kind", "valid_until"],
                name="organisation_name_once_a_period",
            ),
            models.CheckConstraint(
                name="organisation_name_ends_after_start",
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def was_in_force_on(self, day: date) -> bool:
        """Whether the unit was called so on the day; only former names with a last day can say."""
        if self.kind != self.NameKind.FORMER or self.valid_until is None:
            return False
        return (self.valid_from is None or self.valid_from <= day) and day <= self.valid_until


def names_day(year: int) -> date | None:
    """On which day a year's papers take the names: its last; None, today's, from this year on."""
    return date(year, 12, 31) if year < timezone.localdate().year else None
