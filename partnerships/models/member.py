"""Who takes part in a partnership, and whether they were asked and said yes."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.rights import Role
from organisations.models import VILLAGE_KINDS, Assignment, Organisation, organisation_scope
from partnerships.models.partnership import Partnership


class MemberQuerySet(models.QuerySet["Member"]):
    def answerable_by(self, user: Any) -> "MemberQuerySet":
        """Members still asked, over whose organisation the user may answer."""
        return self.filter(
            organisation_scope(user, "partnership.consent", "organisation"),
            consent=Member.Consent.PENDING,
            partnership__status__in=Partnership.OPEN,
        )

    def with_liaison(self) -> "MemberQuerySet":
        """Annotate `has_liaison`: somebody with an open account can answer for the unit."""
        own = Exists(_liaisons("organisation"))
        above = Exists(_liaisons("organisation__superior"))
        is_village = Q(organisation__kind__in=VILLAGE_KINDS)
        return self.annotate(has_liaison=own | (is_village & above))

    def held_in(self, year: int) -> "MemberQuerySet":
        """Agreements that held at the end of the year: a predecessor's until it was passed on."""
        return self.filter(held_in(year))

    def for_list(self) -> "MemberQuerySet":
        return self.select_related("organisation__region__parent", "consent_by")


def held_in(year: int, path: str = "") -> Q:
    """The condition of `MemberQuerySet.held_in` on members reached by `path` (with its `__`)."""
    begun = Q(**{f"{path}taken_over_on": None}) | Q(**{f"{path}taken_over_on__year__lte": year})
    agreed = Q(**{f"{path}consent": Member.Consent.AGREED}) & begun
    passed = {f"{path}consent": Member.Consent.PASSED, f"{path}passed_on__year__gt": year}
    return agreed | (Q(**passed) & begun)


def _liaisons(path: str) -> models.QuerySet:
    return Assignment.objects.current().filter(
        organisation=OuterRef(path), role=Role.LIAISON, user__is_active=True
    )


class Member(models.Model):
    """An organisation's place in a partnership, with its own consent: asked, never assumed."""

    class MemberRole(models.TextChoices):
        LEAD = "lead", _("牵头")
        CORE = "core", _("核心")
        MEMBER = "member", _("成员")
        SERVED = "served", _("服务对象")

    class Consent(models.TextChoices):
        PENDING = "pending", _("待确认")
        AGREED = "agreed", _("同意")
        DECLINED = "declined", _("婉拒")
        PASSED = "passed", _("已移交")

    CONSENT_TONES = {
        "pending": "warning",
        "agreed": "success",
        "declined": "neutral",
        "passed": "neutral",
    }
    CONSENT_ICONS = {
        "pending": "hourglass",
        "agreed": "check-circle",
        "declined": "ban",
        "passed": "arrow-right",
    }
    # In the record, but no longer taking part.
    LEFT = (Consent.DECLINED, Consent.PASSED)

    partnership = models.ForeignKey(
        Partnership, verbose_name=_("联创项目"), on_delete=models.CASCADE, related_name="members"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(
        _("身份"), max_length=10, choices=MemberRole.choices, default=MemberRole.MEMBER
    )
    consent = models.CharField(
        _("意愿"), max_length=10, choices=Consent.choices, default=Consent.PENDING
    )
    consent_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    consent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("答复人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
    )
    consent_note = models.CharField(_("答复说明"), max_length=200, blank=True)
    # When a unit ends: the first day without it, and the first of its successor.
    passed_on = models.DateField(_("移交日期"), null=True, blank=True)
    taken_over_on = models.DateField(_("承接日期"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("成员单位")
        verbose_name_plural = _("成员单位")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "organisation"],
                name="member_once",
                violation_error_message=_("同一单位在一个项目中只能出现一次。"),
            ),
            models.CheckConstraint(
                name="member_answer_has_who_and_when",
                condition=Q(consent="pending", consent_at__isnull=True, consent_by__isnull=True)
                | Q(
                    consent__in=["agreed", "declined", "passed"],
                    consent_at__isnull=False,
                    consent_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="member_passed_says_when",
                condition=Q(consent="passed", passed_on__isnull=False)
                | (~Q(consent="passed") & Q(passed_on__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}（{self.get_role_display()}）"

    @property
    def is_pending(self) -> bool:
        return self.consent == self.Consent.PENDING

    @property
    def has_agreed(self) -> bool:
        return self.consent == self.Consent.AGREED

    @property
    def unit_label(self) -> str:
        """The unit under the name of the list's year; current where there is none."""
        return self.organisation.label_on(self.partnership.names_day)

    def took_part_on(self, day: date | None) -> bool:
        """Whether the agreement of this unit, and of no other, held on the day; today for None."""
        if day is None or self.consent not in (self.Consent.AGREED, self.Consent.PASSED):
            return self.has_agreed
        begun = self.taken_over_on is None or self.taken_over_on <= day
        return begun and (self.passed_on is None or self.passed_on > day)

    @property
    def has_left(self) -> bool:
        return self.consent in self.LEFT
