"""A demonstration title from cultivation to its end."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.days import add_months
from demonstrations.models.level import Level
from demonstrations.models.rule import TitleRule
from organisations.models import Organisation, organisation_scope


class Status(models.TextChoices):
    CULTIVATING = "cultivating", _("培育中")
    APPLIED = "applied", _("已申报")
    CHECKED = "checked", _("初验通过")
    NOTICED = "noticed", _("公示中")
    NAMED = "named", _("已命名")
    REVIEWING = "reviewing", _("复核中")
    RECTIFYING = "rectifying", _("整改中")
    WITHDRAWN = "withdrawn", _("已撤销")
    DROPPED = "dropped", _("已移出")


class Standing(models.TextChoices):
    """What becomes of a named title by the day alone; no job has to run for it."""

    EXPIRING = "expiring", _("临期")
    EXPIRED = "expired", _("期满")


class Duty(models.TextChoices):
    """The notice, 三（二）: a title of city level or above brings along at least one other."""

    MET = "met", _("已带动")
    UNMET = "unmet", _("尚未带动")


# Before a title is named, and once it was.
UNDERWAY = (Status.CULTIVATING, Status.APPLIED, Status.CHECKED, Status.NOTICED)
GIVEN = (Status.NAMED, Status.REVIEWING, Status.RECTIFYING, Status.WITHDRAWN)
# A title stays in force while it is looked at again.
IN_FORCE = (Status.NAMED, Status.REVIEWING)
# What is public: the notice names the unit. Before it only those who have to do with it know.
PUBLIC = (Status.NOTICED, *GIVEN)


def _expiring_within(months: int) -> Q:
    today = timezone.localdate()
    return Q(
        status__in=IN_FORCE,
        named_on__lte=today,
        valid_until__gte=today,
        valid_until__lte=add_months(today, months),
    )


def _expired() -> Q:
    return Q(status__in=IN_FORCE, valid_until__lt=timezone.localdate())


class TitleQuerySet(models.QuerySet["Title"]):
    def visible_to(self, user: Any) -> "TitleQuerySet":
        """What is public in one's area, and the whole way of the units one follows."""
        public = organisation_scope(user, "title.view", "organisation") & Q(status__in=PUBLIC)
        return self.filter(public | organisation_scope(user, "title.follow", "organisation"))

    def editable_by(self, user: Any) -> "TitleQuerySet":
        return self.filter(organisation_scope(user, "title.edit", "organisation"))

    def decidable_by(self, user: Any) -> "TitleQuerySet":
        return self.filter(organisation_scope(user, "title.decide", "organisation"))

    def underway(self) -> "TitleQuerySet":
        return self.filter(status__in=UNDERWAY)

    def given(self) -> "TitleQuerySet":
        return self.filter(status__in=GIVEN)

    def in_force_on(self, day: Any) -> "TitleQuerySet":
        not_expired = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        return self.filter(not_expired, status__in=IN_FORCE, named_on__lte=day)

    def expiring_within(self, months: int) -> "TitleQuerySet":
        """In force today and no longer so after that many months."""
        return self.filter(_expiring_within(months))

    def expired(self) -> "TitleQuerySet":
        return self.filter(_expired())

    def expiry_counts(self, spans: tuple[int, ...]) -> dict[str, int]:
        """How many run out within each number of months, and how many have; in one query."""
        counts = {f"in_{span}": Count("pk", filter=_expiring_within(span)) for span in spans}
        return self.aggregate(**counts, expired=Count("pk", filter=_expired()))

    def in_standing(self, standing: str) -> "TitleQuerySet":
        """In a status, or in what the day has made of it."""
        today = timezone.localdate()
        named = self.filter(status=Status.NAMED)
        over = Q(valid_until__lt=today)
        near = Q(pk__in=[])
        for rule in TitleRule.objects.all():
            warned_until = add_months(today, rule.warn_months)
            near |= Q(level=rule.level, valid_until__lte=warned_until) & ~over
        if standing == Standing.EXPIRED:
            return named.filter(over)
        if standing == Standing.EXPIRING:
            return named.filter(near)
        if standing == Status.NAMED:
            return named.exclude(over).exclude(near)
        return self.filter(status=standing)

    def ready_to_name(self, day: date) -> "TitleQuerySet":
        """Under a notice that is over, every objection answered, nothing proposed yet."""
        running = Q(notices__ends_on__gte=day)
        unanswered = Q(objections__isnull=False, objections__answered_on__isnull=True)
        proposed = Q(decisions__status="proposed")
        held_up = self.model.objects.filter(running | unanswered | proposed)
        return self.filter(status=Status.NOTICED).exclude(pk__in=held_up.values("pk"))

    def rectification_due(self, day: date) -> "TitleQuerySet":
        return self.filter(status=Status.RECTIFYING, rectify_due_on__lte=day)

    def bound(self) -> "TitleQuerySet":
        """Titles in force today whose holder must bring along at least one other."""
        today = timezone.localdate()
        return self.in_force_on(today).filter(level__in=Title.BRINGS_ALONG_LEVELS)

    def with_duty(self) -> "TitleQuerySet":
        """With has_partner: an active partnership to which another member has agreed."""
        partnered = Organisation.objects.partnered().filter(pk=OuterRef("organisation"))
        return self.annotate(has_partner=Exists(partnered))

    def with_readiness(self, day: date) -> "TitleQuerySet":
        """With is_ready: the unit holds what must come before this level, and long enough."""
        whens = []
        for rule in TitleRule.objects.exclude(prerequisite=""):
            held = Title.objects.in_force_on(day).filter(
                organisation=OuterRef("organisation"),
                level=rule.prerequisite,
                named_on__lte=add_months(day, -12 * rule.prerequisite_years),
            )
            whens.append(When(level=rule.level, then=Exists(held)))
        ready = Case(*whens, default=Value(True), output_field=models.BooleanField())
        return self.annotate(is_ready=ready)

    def with_latest_step(self) -> "TitleQuerySet":
        """With step_on, the day of the latest step."""
        steps = self.model.steps.rel.related_model.objects.filter(title=OuterRef("pk"))
        return self.annotate(step_on=Subquery(steps.order_by("-pk").values("done_on")[:1]))

    def for_list(self) -> "TitleQuerySet":
        """With all that standing and a row of the list ask for."""
        rule = TitleRule.objects.filter(level=OuterRef("level"))
        steps = self.model.steps.rel.related_model.objects.filter(
            title=OuterRef("pk"), former_holder__isnull=False
        )
        return self.select_related("organisation__region__parent").annotate(
            warn_months=Subquery(rule.values("warn_months")[:1]),
            former_holder=Subquery(steps.order_by("-pk").values("former_holder__short_name")[:1]),
        )

    def of_holders(self, organisations: Any) -> "TitleQuerySet":
        """What they hold, and what they held and passed on."""
        steps = self.model.steps.rel.related_model.objects.filter(former_holder__in=organisations)
        return self.filter(Q(organisation__in=organisations) | Q(pk__in=steps.values("title")))


class Title(models.Model):
    """A demonstration title (示范命名) of an organisation, on its way or given."""

    class Type(models.TextChoices):
        AREA = "area", _("示范区")
        UNIT = "unit", _("示范单位")
        EDUCATION_BASE = "education_base", _("教育基地")

    Level = Level
    Status = Status

    STANDING_TONES = {
        "cultivating": "neutral",
        "applied": "info",
        "checked": "info",
        "noticed": "info",
        "named": "success",
        "expiring": "warning",
        "expired": "neutral",
        "reviewing": "info",
        "rectifying": "warning",
        "withdrawn": "danger",
        "dropped": "neutral",
    }
    STANDING_ICONS = {
        "cultivating": "target",
        "applied": "send",
        "checked": "check",
        "noticed": "eye",
        "expiring": "hourglass",
        "expired": "clock",
        "reviewing": "search",
        "dropped": "ban",
    }
    DUTY_TONES = {"met": "success", "unmet": "warning"}
    TRANSITIONS = {
        Status.CULTIVATING: {Status.APPLIED, Status.DROPPED},
        Status.APPLIED: {Status.CHECKED, Status.CULTIVATING},
        Status.CHECKED: {Status.NOTICED, Status.CULTIVATING},
        Status.NOTICED: {Status.NAMED, Status.CULTIVATING},
        Status.NAMED: {Status.REVIEWING, Status.WITHDRAWN},
        Status.REVIEWING: {Status.NAMED, Status.RECTIFYING, Status.WITHDRAWN},
        Status.RECTIFYING: {Status.NAMED, Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
        Status.DROPPED: set(),
    }
    # The notice, 三（二）: titles of city level and above must bring along at least one other.
    BRINGS_ALONG_LEVELS = (Level.NATIONAL, Level.REGIONAL, Level.CITY)

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="titles"
    )
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices)
    type = models.CharField(_("类型"), max_length=20, choices=Type.choices)
    batch = models.CharField(_("批次"), max_length=30, blank=True)
    authority = models.CharField(_("命名机关"), max_length=100, blank=True)
    document_number = models.CharField(_("命名文号"), max_length=60, blank=True)
    named_on = models.DateField(_("命名日期"), null=True, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=Status.choices, default=Status.NAMED
    )
    rectify_due_on = models.DateField(_("整改期限"), null=True, blank=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = TitleQuerySet.as_manager()

    class Meta:
        verbose_name = _("示范命名")
        verbose_name_plural = _("示范命名")
        ordering = [F("named_on").desc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "level", "type", "named_on"],
                name="title_once",
                violation_error_message=_("该单位同日同级同类的命名已录入，请核对。"),
            ),
            models.UniqueConstraint(
                fields=["organisation", "level", "type"],
                condition=Q(status__in=UNDERWAY),
                name="title_underway_once",
                violation_error_message=_(
                    "该单位同级同类的示范正在培育或申报，请在原来那条上办理。"
                ),
            ),
            models.CheckConstraint(
                name="title_valid_after_named",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("named_on")),
                violation_error_message=_("有效期早于命名日期，请核对两个日期。"),
            ),
            models.CheckConstraint(
                name="title_given_by_a_document",
                condition=~Q(status__in=GIVEN)
                | (Q(named_on__isnull=False) & ~Q(authority="") & ~Q(document_number="")),
                violation_error_message=_("已命名的须有命名机关、文号和日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}{self.get_type_display()}"

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS[Status(self.status)]

    @property
    def is_underway(self) -> bool:
        return self.status in UNDERWAY

    @property
    def is_given(self) -> bool:
        return self.status in GIVEN

    @property
    def must_bring_along(self) -> bool:
        return self.level in self.BRINGS_ALONG_LEVELS

    @property
    def is_expired(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    @property
    def standing(self) -> str:
        """The status, or what the day has made of it; of rows from for_list()."""
        if self.status != Status.NAMED or self.valid_until is None:
            return self.status
        if self.is_expired:
            return Standing.EXPIRED
        warned_until = add_months(timezone.localdate(), self.warn_months or 0)
        return Standing.EXPIRING if self.valid_until <= warned_until else self.status

    def get_standing_display(self) -> str:
        if self.standing in Standing.values:
            return str(Standing(self.standing).label)
        return self.get_status_display()

    @property
    def duty(self) -> str:
        """Met or not, of rows from with_duty(); empty where nothing is owed."""
        in_force = self.status in IN_FORCE and not self.is_expired
        if not (self.must_bring_along and in_force):
            return ""
        return Duty.MET if self.has_partner else Duty.UNMET

    def get_duty_display(self) -> str:
        return str(Duty(self.duty).label) if self.duty else ""
