"""The partnership itself: one table for all four forms, child tables for what each adds."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, names_day, organisation_scope
from partnerships.models.catalogue import ContentKind, Form

# The child row of each form, by the name Django gives the way down to it.
CHILD = {
    Form.PAIRING: "pairing",
    Form.INDUSTRY: "industrylinkage",
    Form.MATRIX: "representativematrix",
    Form.ALLIANCE: "regionalalliance",
}

# Consents of members who no longer take part; Member.LEFT.
LEFT = ("declined", "passed")


@dataclass(frozen=True)
class Figure:
    """One number that the notice asks of a partnership in a year, and the records behind it."""

    label: Any
    value: int
    required: int
    evidence: list[Any]
    url_name: str

    @property
    def is_met(self) -> bool:
        return self.value >= self.required


class PartnershipQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "PartnershipQuerySet":
        """Partnerships with a member over whom the user may see them."""
        reach = organisation_scope(user, "partnership.view", "organisation")
        return self.filter(Exists(_members().filter(reach)))

    def decidable_by(self, user: Any) -> "PartnershipQuerySet":
        """Partnerships that the user may start, change and end: one member lies in their reach."""
        reach = organisation_scope(user, "partnership.decide", "organisation")
        return self.filter(Exists(_members().filter(reach)))

    def for_unit(self, organisation: Organisation) -> "PartnershipQuerySet":
        """Partnerships in which the organisation takes part: neither declined nor passed on."""
        mine = _members().filter(organisation=organisation)
        return self.filter(Exists(mine.exclude(consent__in=LEFT)))

    def running_in(self, year: int) -> "PartnershipQuerySet":
        """Whose period touches the year, whatever their status."""
        not_over = Q(ends_on__isnull=True) | Q(ends_on__year__gte=year)
        return self.filter(not_over, starts_on__year__lte=year)

    def active_in(self, year: int) -> "PartnershipQuerySet":
        """Begun or still running in the year, as an active or concluded project."""
        return self.running_in(year).filter(status__in=Partnership.COUNTED)

    def open(self) -> "PartnershipQuerySet":
        """Proposed or active: neither concluded nor cancelled."""
        return self.filter(status__in=Partnership.OPEN)

    def overlapping(self, starts_on: date, ends_on: date | None) -> "PartnershipQuerySet":
        """Whose period shares a day with this one; an open end lasts for ever."""
        begun = Q(starts_on__lte=ends_on) if ends_on else Q()
        return self.filter(begun, Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))

    def awaiting_consent(self) -> "PartnershipQuerySet":
        """Open, and some member has not answered."""
        return self.open().filter(Exists(_members().filter(consent="pending")))

    def ready_to_start(self) -> "PartnershipQuerySet":
        """Proposed, the lead and at least one other member have agreed."""
        agreed = _members().filter(consent="agreed")
        lead = OuterRef("lead_id")
        return self.filter(
            Exists(agreed.filter(organisation_id=lead)),
            Exists(agreed.exclude(organisation_id=lead)),
            status=Partnership.Status.PROPOSED,
        )

    def with_counts(self) -> "PartnershipQuerySet":
        """Annotate member_count, pending_count, activity_count (accepted): one query in all."""
        standing = ~Q(members__consent__in=LEFT)
        return self.annotate(
            member_count=_count("members", standing),
            pending_count=_count("members", Q(members__consent="pending")),
            activity_count=_count("activities", Q(activities__status="accepted")),
        )

    def with_details(self) -> "PartnershipQuerySet":
        """With the child row of whatever form each is of; see Partnership.details."""
        return self.select_related(
            "pairing",
            "industrylinkage__trade_system",
            "representativematrix",
            "regionalalliance",
        ).prefetch_related("regionalalliance__partner_regions", "representativematrix__seats")

    def as_named_in(self, year: int | None) -> "PartnershipQuerySet":
        """With the members and names of an earlier year's end, for its list and ledger."""
        day = names_day(year) if year else None
        if day is None:
            return self
        rows = self.annotate(names_day=Value(day, output_field=models.DateField()))
        return rows.prefetch_related("lead__names", "members__organisation__names")

    def for_list(self) -> "PartnershipQuerySet":
        members = models.Prefetch(
            "members",
            queryset=Partnership.members.rel.related_model.objects.select_related(
                "organisation__region__parent"
            ),
        )
        return self.select_related("lead__region__parent").prefetch_related(
            members, "content_kinds"
        )


def _members() -> models.QuerySet:
    """Members of the partnership that an outer query looks at."""
    return Partnership.members.rel.related_model.objects.filter(partnership=OuterRef("pk"))


def _count(relation: str, condition: Q) -> Coalesce:
    """How many related rows fulfil the condition; a subquery, so that counts do not multiply."""
    counted = (
        Partnership.objects.filter(pk=OuterRef("pk"))
        .order_by()
        .annotate(number=Count(relation, filter=condition, distinct=True))
    )
    return Coalesce(Subquery(counted.values("number")), Value(0))


class Partnership(models.Model):
    Form = Form

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("意向")
        ACTIVE = "active", _("实施中")
        CONCLUDED = "concluded", _("已结束")
        CANCELLED = "cancelled", _("已取消")

    OPEN = (Status.PROPOSED, Status.ACTIVE)
    COUNTED = (Status.ACTIVE, Status.CONCLUDED)
    STATUS_TONES = {
        "proposed": "warning",
        "active": "info",
        "concluded": "success",
        "cancelled": "neutral",
    }
    STATUS_ICONS = {"proposed": "comment", "active": "half", "concluded": "flag"}
    TRANSITIONS = {
        Status.PROPOSED: {Status.ACTIVE, Status.CANCELLED},
        Status.ACTIVE: {Status.CONCLUDED, Status.CANCELLED},
        Status.CONCLUDED: set(),
        Status.CANCELLED: set(),
    }
    # Of which day the units' names are, where the list is of an earlier year; see `as_named_in`.
    names_day: date | None = None
    # What a form adds: its own fields, in the order of the ledger, and the panel of its page.
    FACT_FIELDS: tuple[str, ...] = ()
    LEDGER_FIELDS: tuple[str, ...] = ()
    PANEL = ""

    form = models.CharField(_("形式"), max_length=10, choices=Form.choices, db_index=True)
    name = models.CharField(_("项目名称"), max_length=100)
    lead = models.ForeignKey(
        Organisation,
        verbose_name=_("牵头单位"),
        on_delete=models.PROTECT,
        related_name="led_partnerships",
    )
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.PROPOSED, db_index=True
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("所属片区协议"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    content_kinds = models.ManyToManyField(
        ContentKind, verbose_name=_("联创内容"), blank=True, related_name="partnerships"
    )
    aim = models.CharField(_("目标和做法"), max_length=500, blank=True)
    budget_asked = models.DecimalField(
        _("申请经费（元）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    budget_granted = models.DecimalField(
        _("核定经费（元）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    proposed_at = models.DateTimeField(_("提出时间"), default=timezone.now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提出人"),
        on_delete=models.PROTECT,
        related_name="proposed_partnerships",
    )
    decided_at = models.DateTimeField(_("启动时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("启动人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_partnerships",
    )
    # Counts saves: a second window that saves over the first is told, not obeyed.
    version = models.PositiveIntegerField(_("版本"), default=1)
    closing_note = models.CharField(_("结束或取消说明"), max_length=300, blank=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("联创项目")
        verbose_name_plural = _("联创项目")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="partnership_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("结束日期早于开始日期，请核对两个日期。"),
            ),
            models.CheckConstraint(
                name="partnership_decided_by_and_at",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="partnership_running_was_decided",
                condition=~Q(status__in=["active", "concluded"]) | Q(decided_at__isnull=False),
            ),
            # Without an end a concluded project would count in every later year.
            models.CheckConstraint(
                name="partnership_concluded_has_end",
                condition=~Q(status="concluded") | Q(ends_on__isnull=False),
            ),
            models.CheckConstraint(
                name="partnership_cancelled_has_note",
                condition=~Q(status="cancelled") | ~Q(closing_note=""),
            ),
            models.CheckConstraint(
                name="partnership_budget_not_negative",
                condition=(Q(budget_asked__isnull=True) | Q(budget_asked__gte=0))
                & (Q(budget_granted__isnull=True) | Q(budget_granted__gte=0)),
                violation_error_message=_("经费不能是负数。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_proposed(self) -> bool:
        return self.status == self.Status.PROPOSED

    @property
    def other_members(self) -> list[Any]:
        """Who stands beside the lead, among the prefetched members; who declined does not."""
        day = self.names_day
        lead = self.lead_on(day)
        return [
            member
            for member in self.members.all()
            if member.organisation_id != lead.pk and (member.is_pending or member.took_part_on(day))
        ]

    @property
    def lead_label(self) -> str:
        """The lead, and its name, of the list's year."""
        return self.lead_on(self.names_day).label_on(self.names_day)

    def lead_on(self, day: date | None) -> Organisation:
        """Who led it on the day, from the prefetched members; today's lead for None."""
        if day is not None:
            for member in self.members.all():
                was_lead = member.role == "lead" and member.passed_on is not None
                if was_lead and member.took_part_on(day):
                    return member.organisation
        return self.lead

    @cached_property
    def details(self) -> "Partnership":
        """The child row with what this form adds; one query unless loaded by with_details()."""
        return getattr(self, CHILD[Form(self.form)])

    @property
    def form_facts(self) -> list[tuple[str, str]]:
        """Label and words of each field that the form adds; asked of the child row."""
        return [(self.label_of(name), self.words_of(name)) for name in self.FACT_FIELDS]

    @classmethod
    def label_of(cls, name: str) -> str:
        field = cls._meta.get_field(name)
        named = field.related_model._meta if field.one_to_many else field
        return str(named.verbose_name)

    def words_of(self, name: str) -> str:
        field = self._meta.get_field(name)
        if not field.is_relation and field.choices:
            return str(getattr(self, f"get_{name}_display")())
        value = getattr(self, name)
        return "、".join(map(str, value.all())) if hasattr(value, "all") else str(value)

    def figures(self, year: int) -> list[Figure]:
        """The numbers that the notice asks of this form in a year; none unless the child says."""
        return []

    def panel_rows(self) -> list[Any]:
        """What the panel of the form lists; see PANEL."""
        return []

    def warnings(self) -> list[str]:
        """What the office should weigh before it starts this one; none unless the child says."""
        return []

    def is_agreed_in_writing(self) -> bool:
        """Does a paper stand for a partner that is no unit of the register?"""
        return False

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS[self.Status(self.status)]
