"""Who takes part in a partnership, and whether they were asked and said yes."""

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

    def for_list(self) -> "MemberQuerySet":
        return self.select_related("organisation__region__parent", "consent_by")


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

    CONSENT_TONES = {"pending": "warning", "agreed": "success", "declined": "neutral"}
    CONSENT_ICONS = {"pending": "hourglass", "agreed": "check-circle", "declined": "ban"}

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
                    consent__in=["agreed", "declined"],
                    consent_at__isnull=False,
                    consent_by__isnull=False,
                ),
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
    def has_left(self) -> bool:
        return self.consent == self.Consent.DECLINED
