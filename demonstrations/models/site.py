"""Standard sites, what is checked on them, and their acceptances."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import AuditRecord
from organisations.models import Organisation, TradeSystem, organisation_scope


class StandardSiteQuerySet(models.QuerySet["StandardSite"]):
    def visible_to(self, user: Any) -> "StandardSiteQuerySet":
        return self.filter(organisation_scope(user, "title.view", "organisation"))

    def editable_by(self, user: Any) -> "StandardSiteQuerySet":
        return self.filter(organisation_scope(user, "title.edit", "organisation"))

    def acceptable_by(self, user: Any) -> "StandardSiteQuerySet":
        return self.filter(organisation_scope(user, "site.accept", "organisation"))

    def accepted_by(self, day: Any) -> "StandardSiteQuerySet":
        return self.filter(accepted_on__lte=day)

    def for_list(self) -> "StandardSiteQuerySet":
        return self.select_related("organisation__region__parent", "trade_system")


class Acceptance(models.TextChoices):
    ACCEPTED = "accepted", _("已验收")
    BUILDING = "building", _("打造中")


class StandardSite(models.Model):
    """A standard site (标准化示范点) of a trade system; it counts once accepted."""

    ACCEPTANCE_TONES = {"accepted": "success", "building": "info"}
    ACCEPTANCE_ICONS = {"building": "hourglass"}

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("所在单位"), on_delete=models.PROTECT, related_name="sites"
    )
    trade_system = models.ForeignKey(
        TradeSystem, verbose_name=_("行业系统"), on_delete=models.PROTECT, related_name="sites"
    )
    name = models.CharField(_("示范点名称"), max_length=80)
    place = models.CharField(_("地点"), max_length=80, blank=True)
    started_on = models.DateField(_("开始打造日期"))
    accepted_on = models.DateField(_("验收日期"), null=True, blank=True)
    # Sites entered before this was kept name nobody.
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("录入人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="registered_sites",
    )
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = StandardSiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("标准化示范点")
        verbose_name_plural = _("标准化示范点")
        ordering = ["-started_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="site_name_once",
                violation_error_message=_("该单位已有同名示范点，请核对。"),
            ),
            models.CheckConstraint(
                name="site_accepted_after_start",
                condition=Q(accepted_on__isnull=True) | Q(accepted_on__gte=F("started_on")),
                violation_error_message=_("验收日期早于开始日期，请核对两个日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def acceptance(self) -> str:
        return Acceptance.ACCEPTED if self.accepted_on else Acceptance.BUILDING

    def was_edited_by(self, user: Any) -> bool:
        """Whether some of what is to be accepted now is this user's own word.

        Asks the audit log; what was edited before the last acceptance somebody else has seen.
        """
        log = AuditRecord.objects.filter(
            subject_type=self._meta.label,
            subject_id=str(self.pk),
            outcome=AuditRecord.Outcome.SUCCESS,
        )
        mine = Q(verb="demonstrations.edit_site", by=user)
        last = log.filter(mine | Q(verb="demonstrations.accept_site")).order_by("-pk").first()
        return last is not None and last.verb == "demonstrations.edit_site"

    def get_acceptance_display(self) -> str:
        return str(Acceptance(self.acceptance).label)


class SiteChecklistQuerySet(models.QuerySet["SiteChecklist"]):
    def current(self) -> "SiteChecklistQuerySet":
        return self.filter(is_current=True)

    def for_system(self, system: TradeSystem) -> "SiteChecklist | None":
        """The system's own list, else the one for all systems."""
        usable = self.current().filter(Q(trade_system=system) | Q(trade_system__isnull=True))
        return usable.order_by(F("trade_system").asc(nulls_last=True)).first()

    def for_list(self) -> "SiteChecklistQuerySet":
        own_first = F("trade_system__order").asc(nulls_first=True)
        return (
            self.select_related("trade_system", "created_by")
            .prefetch_related("items")
            .order_by(own_first, "-version")
        )


class SiteChecklist(models.Model):
    """What a site of a trade system is checked for (验收清单).

    A change makes a new version: sites stay accepted on the version that was used.
    """

    trade_system = models.ForeignKey(
        TradeSystem,
        verbose_name=_("行业系统"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="site_checklists",
        help_text=_("不选为通用：没有自己清单的系统用它。"),
    )
    version = models.PositiveSmallIntegerField(_("版次"), default=1)
    is_current = models.BooleanField(_("现行"), default=True)
    created_at = models.DateTimeField(_("制定时间"), default=timezone.now)
    # The first list comes with the platform.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("制定人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = SiteChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = _("验收清单")
        verbose_name_plural = _("验收清单")
        ordering = ["trade_system__order", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["trade_system", "version"],
                name="site_checklist_version_once",
                violation_error_message=_("这个版次已有，请刷新页面再改。"),
            ),
            models.UniqueConstraint(
                fields=["trade_system"],
                condition=Q(is_current=True),
                name="site_checklist_one_current",
                violation_error_message=_("一个系统只有一份现行清单。"),
            ),
            # Nulls differ from one another: the list for all systems needs a rule of its own.
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True, trade_system__isnull=True),
                name="site_checklist_one_current_for_all",
                violation_error_message=_("通用的现行清单只有一份。"),
            ),
        ]

    def __str__(self) -> str:
        name = self.trade_system.name if self.trade_system else _("通用")
        return _("%(name)s验收清单（第%(version)d版）") % {
            "name": name,
            "version": self.version,
        }


class SiteCheckItem(models.Model):
    """One line of a checklist (验收项目)."""

    checklist = models.ForeignKey(
        SiteChecklist, verbose_name=_("验收清单"), on_delete=models.CASCADE, related_name="items"
    )
    text = models.CharField(_("内容"), max_length=100)
    is_required = models.BooleanField(_("必达"), default=True)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("验收项目")
        verbose_name_plural = _("验收项目")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "text"],
                name="site_check_item_once",
                violation_error_message=_("同一份清单里有相同的项目，请核对。"),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class SiteAcceptance(models.Model):
    """One look at a site (验收记录): which items it met, passed or to be mended, by whom."""

    class Result(models.TextChoices):
        PASSED = "passed", _("通过")
        MEND = "mend", _("需整改")

    RESULT_TONES = {"passed": "success", "mend": "warning"}

    site = models.ForeignKey(
        StandardSite, verbose_name=_("示范点"), on_delete=models.CASCADE, related_name="acceptances"
    )
    checklist = models.ForeignKey(
        SiteChecklist,
        verbose_name=_("验收清单"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="acceptances",
    )
    met_items = models.ManyToManyField(
        SiteCheckItem, verbose_name=_("达到的项目"), blank=True, related_name="acceptances"
    )
    result = models.CharField(_("结果"), max_length=10, choices=Result.choices)
    checked_on = models.DateField(_("验收日期"))
    remark = models.CharField(_("说明"), max_length=300, blank=True)
    mend_due_on = models.DateField(_("整改期限"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("验收人"),
        on_delete=models.PROTECT,
        related_name="recorded_site_acceptances",
    )
    withdrawn_on = models.DateField(_("撤回日期"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("撤回人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="withdrawn_site_acceptances",
    )
    withdraw_reason = models.CharField(_("撤回原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("验收记录")
        verbose_name_plural = _("验收记录")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="site_acceptance_withdrawn_as_a_whole",
                condition=Q(
                    withdrawn_on__isnull=True, withdrawn_by__isnull=True, withdraw_reason=""
                )
                | (
                    Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdraw_reason="")
                ),
            ),
            models.CheckConstraint(
                name="site_acceptance_due_only_to_mend",
                condition=Q(mend_due_on__isnull=True) | Q(result="mend"),
            ),
        ]

    def __str__(self) -> str:
        return self.get_result_display()
