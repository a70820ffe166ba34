"""Organisations (创建主体): everything that can take part in the programme."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models.kinds import VILLAGE_KINDS, Kind
from organisations.models.region import Region
from organisations.models.scope import organisation_scope
from organisations.search import fold, search_key

SEARCH_TEXT_LENGTH = 600


class TradeSystem(models.Model):
    """A trade system (行业系统); the notice has four start first: 教体、卫健、工商联、园区."""

    name = models.CharField(_("行业系统"), max_length=40, unique=True)
    is_first_mover = models.BooleanField(_("率先启动"), default=False)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("行业系统")
        verbose_name_plural = _("行业系统")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class OrganisationTag(models.Model):
    """What an organisation can offer or needs: 展馆、讲师团、文艺队 …"""

    name = models.CharField(_("资源或需求"), max_length=30, unique=True)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("资源需求标签")
        verbose_name_plural = _("资源需求标签")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: Any, action: str = "organisation.view") -> "OrganisationQuerySet":
        """The directory a user may look up: their reach, and partners outside the county."""
        if not user.grants(action):
            return self.none()
        return self.filter(organisation_scope(user, action) | Q(is_external=True))

    def within(self, user: Any, action: str) -> "OrganisationQuerySet":
        """Exactly the organisations over which the user holds the action."""
        return self.filter(organisation_scope(user, action))

    def editable_by(self, user: Any) -> "OrganisationQuerySet":
        """The user's reach, and partners outside the county, which lie in nobody's."""
        if not user.can("organisation.edit"):
            return self.none()
        return self.filter(organisation_scope(user, "organisation.edit") | Q(is_external=True))

    def active_on(self, day: date) -> "OrganisationQuerySet":
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        not_ended = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        return self.filter(begun, not_ended)

    def not_ended_by(self, day: date) -> "OrganisationQuerySet":
        """What still exists on the day after."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day))

    def search(self, text: str) -> "OrganisationQuerySet":
        """By name, short, former or other name, pinyin or initials: 大沁、daqintala、dqtl."""
        found = self
        for place, word in enumerate(fold(text).split()):
            # From the second word on its township serves too: 三合 明仁 parts the two 三合村.
            own = Q(search_text__contains=word)
            found = found.filter(own | Q(superior__search_text__contains=word) if place else own)
        return found

    def best_first(self, text: str) -> "OrganisationQuerySet":
        """For pickers: what is called so, what begins so, what only contains it."""
        word = fold(text).partition(" ")[0]
        whole = Q(search_text__contains=f" {word} ") | Q(search_text__endswith=f" {word}")
        rank = Case(
            When(short_name=word, then=0),
            When(short_name__startswith=word, then=1),
            When(whole, then=2),
            When(search_text__contains=f" {word}", then=3),
            default=4,
        )
        return self.annotate(rank=rank).order_by("rank", "is_external", "region__code", "pk")

    def partnered(self) -> "OrganisationQuerySet":
        """Those that stand in an active partnership to which another has agreed as well."""
        running = memberships().filter(partnership__status="active")
        others = running.model.objects.filter(
            partnership=OuterRef("partnership"), consent="agreed"
        ).exclude(organisation=OuterRef("organisation"))
        return self.filter(Exists(running.filter(Exists(others))))

    def taking_part_in(self, year: int) -> "OrganisationQuerySet":
        """Units of the county that have agreed to a partnership which ran in the year."""
        agreed = memberships()
        projects = agreed.model._meta.get_field("partnership").related_model.objects
        running = agreed.filter(partnership__in=projects.active_in(year))
        return self.filter(Exists(running), is_external=False)

    def without_liaison(self) -> "OrganisationQuerySet":
        """Units of the county in force for which nobody with an open account acts."""
        assignments = Organisation.assignments.rel.related_model.objects
        acting = assignments.current().filter(role="liaison", user__is_active=True)
        own = Exists(acting.filter(organisation=OuterRef("pk")))
        above = Exists(acting.filter(organisation=OuterRef("superior")))
        acted_for = own | (Q(kind__in=VILLAGE_KINDS) & above)
        return self.active_on(timezone.localdate()).filter(~acted_for, is_external=False)

    def for_list(self) -> "OrganisationQuerySet":
        return self.select_related("region__parent", "superior", "trade_system")

    def with_names(self) -> "OrganisationQuerySet":
        """What `name_on` and `label_on` read."""
        return self.prefetch_related("names")

    def named_on(self, day: date) -> "OrganisationQuerySet":
        """With names_day, the day whose names a list of that day shows."""
        return self.annotate(names_day=models.Value(day, models.DateField()))

    def own_county_first(self) -> "OrganisationQuerySet":
        """As the office reads the register: the county from top to bottom, then partners."""
        return self.order_by("is_external", "region__code", "pk")

    def with_standing(self, day: date) -> "OrganisationQuerySet":
        """With partnership_count (active ones) and titles_in_force, a list."""
        titles = Organisation.titles.rel.related_model.objects.in_force_on(day)
        return self.with_partnership_count().prefetch_related(
            models.Prefetch("titles", titles, to_attr="titles_in_force")
        )

    def with_partnership_count(self) -> "OrganisationQuerySet":
        running = memberships().filter(partnership__status="active")
        count = running.order_by().values("organisation").annotate(n=Count("pk")).values("n")
        return self.annotate(partnership_count=Coalesce(Subquery(count), 0))


def memberships() -> models.QuerySet:
    """Agreed memberships of the organisation that an outer query looks at."""
    members = Organisation.memberships.rel.related_model.objects
    return members.filter(organisation=OuterRef("pk"), consent="agreed")


class Organisation(models.Model):
    Kind = Kind

    class Verification(models.TextChoices):
        UNVERIFIED = "unverified", _("待核实")
        VERIFIED = "verified", _("已核实")

    VERIFICATION_TONES = {"unverified": "warning", "verified": "success"}

    name = models.CharField(_("全称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=40)
    kind = models.CharField(_("类型"), max_length=24, choices=Kind.choices, db_index=True)
    region = models.ForeignKey(
        Region,
        verbose_name=_("所在区划"),
        on_delete=models.PROTECT,
        related_name="organisations",
    )
    superior = models.ForeignKey(
        "self",
        verbose_name=_("上级单位"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
    )
    trade_system = models.ForeignKey(
        TradeSystem,
        verbose_name=_("行业系统"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
    )
    is_external = models.BooleanField(_("旗外单位"), default=False)
    valid_from = models.DateField(_("成立或启用日期"), null=True, blank=True)
    valid_until = models.DateField(_("撤并或停用日期"), null=True, blank=True)
    # Who carries on what the ended unit left; the last of them where that one has ended too.
    successor = models.ForeignKey(
        "self",
        verbose_name=_("承接单位"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        editable=False,
    )
    capacity = models.PositiveSmallIntegerField(
        _("带动能力"), default=2, help_text=_("还能与几家单位结对")
    )
    is_willing = models.BooleanField(_("愿意结对"), default=True)
    offers = models.ManyToManyField(
        OrganisationTag, verbose_name=_("可提供"), blank=True, related_name="offered_by"
    )
    needs = models.ManyToManyField(
        OrganisationTag, verbose_name=_("有需求"), blank=True, related_name="needed_by"
    )
    verification = models.CharField(
        _("核实"), max_length=12, choices=Verification.choices, default=Verification.UNVERIFIED
    )
    # Names, pinyin and initials in one field: what search looks in. Kept by save().
    search_text = models.CharField(max_length=SEARCH_TEXT_LENGTH, blank=True, editable=False)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("创建主体")
        verbose_name_plural = _("创建主体")
        ordering = ["region__code", "kind", "pk"]
        constraints = [
            # Village names repeat in the county; within one region and kind they do not.
            models.UniqueConstraint(
                fields=["name", "region", "kind"],
                condition=Q(valid_until__isnull=True),
                name="organisation_unique_while_valid",
                violation_error_message=_(
                    "同一区划下已有同名同类单位，请核对；更名请在原单位的“变更”里办理。"
                ),
            ),
            models.CheckConstraint(
                name="organisation_ends_after_start",
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("停用日期早于启用日期，请核对两个日期。"),
            ),
            models.CheckConstraint(
                name="organisation_not_own_superior",
                condition=Q(superior__isnull=True) | ~Q(superior=F("id")),
                violation_error_message=_("上级单位不能是本单位，请另选。"),
            ),
            models.CheckConstraint(
                name="organisation_succeeded_has_ended",
                condition=Q(successor__isnull=True)
                | (Q(valid_until__isnull=False) & ~Q(successor=F("id"))),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_search_text(self._other_names())
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "search_text", "updated_at"}
        super().save(*args, **kwargs)

    def set_search_text(self, *others: str) -> None:
        """What search looks in; rows that bulk_create writes need it said."""
        self.search_text = search_key(self.name, self.short_name, *others)[:SEARCH_TEXT_LENGTH]

    def _other_names(self) -> str:
        if not self.pk:
            return ""
        names = self.names.values_list("name", "short_name")
        return " ".join(filter(None, (word for pair in names for word in pair)))

    def get_kind_display(self) -> str:
        # Django's own translates all 18 kinds for each row; lists and pickers show hundreds.
        return str(Kind(self.kind).label)

    @property
    def is_village(self) -> bool:
        return self.kind in VILLAGE_KINDS

    @property
    def place(self) -> str:
        """A village's township (seven village names occur twice), the city of what lies outside."""
        if self.is_village:
            below = self.region.level == Region.Level.VILLAGE and self.region.parent is not None
            return (self.region.parent if below else self.region).short_name
        if self.kind == Kind.OUTSIDE_REGION:
            return self.region.parent.short_name if self.region.parent is not None else ""
        return self.region.short_name if self.is_external else ""

    @property
    def full_label(self) -> str:
        """Name with its township, for pickers and papers: 大沁他拉镇·光明村."""
        return f"{self.place}·{self.short_name}" if self.place else self.short_name

    @property
    def picker_hint(self) -> str:
        """What tells it from its namesakes: kind and place."""
        kind = str(self.get_kind_display())
        return f"{kind} · {self.place}" if self.place else kind

    def name_on(self, day: date | None) -> str:
        """The full name in force on the day, today's for None; reads `names`: prefetch them."""
        former = self._former_name(day)
        return former.name if former else self.name

    def short_name_on(self, day: date | None) -> str:
        former = self._former_name(day)
        return former.short_name or former.name if former else self.short_name

    def label_on(self, day: date | None) -> str:
        """Like `full_label`, with the short name in force on the day; reads `names`."""
        short = self.short_name_on(day)
        return f"{self.place}·{short}" if self.place else short

    @property
    def listed_day(self) -> date | None:
        """The day of the list that this row stands in; None for today's."""
        return getattr(self, "names_day", None)

    @property
    def listed_label(self) -> str:
        return self.label_on(self.listed_day)

    @property
    def listed_name(self) -> str:
        return self.name_on(self.listed_day)

    def _former_name(self, day: date | None) -> Any:
        if day is None:
            return None
        names = self.listed_names if hasattr(self, "listed_names") else self.names.all()
        held = [name for name in names if name.was_in_force_on(day)]
        return min(held, key=lambda name: name.valid_until, default=None)

    def is_active_on(self, day: date) -> bool:
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or self.valid_until >= day)

    @property
    def is_active(self) -> bool:
        return self.is_active_on(timezone.localdate())

    @property
    def has_ended(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()
