"""By what titles and standard sites can be narrowed."""

from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter, OrderingFilter

from core.lists.tools import UserList, register_list
from demonstrations.models import Acceptance, Duty, StandardSite, Standing, Title
from demonstrations.models.title import GIVEN, UNDERWAY
from organisations.models import Organisation, TradeSystem
from organisations.models.kinds import TOWNSHIP_KINDS
from organisations.models.region import code_range

ANY = _("不限")
FIND = forms.TextInput(attrs={"type": "search", "placeholder": _("名称、拼音或首字母")})
EXPIRED = "expired"
EXPIRIES = (
    ("3", _("3 个月内")),
    ("6", _("6 个月内")),
    ("12", _("12 个月内")),
    (EXPIRED, _("已期满")),
)
GIVEN_STANDINGS = [
    (Title.Status.NAMED, _("已命名")),
    *Standing.choices,
    *[(status.value, status.label) for status in GIVEN if status != Title.Status.NAMED],
]
UNDERWAY_STATUSES = [(status.value, status.label) for status in UNDERWAY]


def of_units(rows: QuerySet, _name: str, text: str) -> QuerySet:
    """Rows whose organisation is found by the text."""
    return rows.filter(organisation__in=Organisation.objects.search(text).values("pk"))


def of_holders(rows: QuerySet, _name: str, text: str) -> QuerySet:
    """Titles whose holder, now or before it passed on, is found by the text."""
    return rows.of_holders(Organisation.objects.search(text).values("pk"))


def batches() -> list[tuple[str, str]]:
    """Every batch that was entered, the latest first."""
    rows = Title.objects.exclude(batch="").order_by("-batch").values_list("batch", flat=True)
    return [(batch, batch) for batch in rows.distinct()]


def years_named() -> list[tuple[int, Any]]:
    days = Title.objects.filter(named_on__isnull=False).dates("named_on", "year", order="DESC")
    return [(day.year, day.year) for day in days]


class _OfTitles(FilterSet):
    """What the list of titles and the cultivation pool have in common."""

    q = CharFilter(label=_("查找单位"), method=of_holders, widget=FIND)
    level = ChoiceFilter(label=_("级别"), choices=Title.Level.choices, empty_label=ANY)
    type = ChoiceFilter(label=_("类型"), choices=Title.Type.choices, empty_label=ANY)
    batch = ChoiceFilter(label=_("批次"), choices=batches, empty_label=ANY)

    class Meta:
        model = Title
        fields: list[str] = []


class TitleFilter(_OfTitles):
    status = ChoiceFilter(
        label=_("状态"), choices=GIVEN_STANDINGS, method="by_standing", empty_label=ANY
    )
    expiry = ChoiceFilter(label=_("到期"), choices=EXPIRIES, method="by_expiry", empty_label=ANY)
    duty = ChoiceFilter(
        label=_("带动 ≥1 家"), choices=Duty.choices, method="by_duty", empty_label=ANY
    )
    year = ChoiceFilter(
        label=_("命名年度"),
        choices=years_named,
        field_name="named_on",
        lookup_expr="year",
        empty_label=ANY,
    )
    force = ChoiceFilter(
        label=_("效力"),
        choices=[("yes", _("现行有效")), ("no", _("已到期或撤销、整改"))],
        method="by_force",
        empty_label=ANY,
    )
    sort = OrderingFilter(
        fields={
            "organisation__region__code": "place",
            "organisation__short_name": "unit",
            "level": "level",
            "named_on": "named",
            "valid_until": "until",
        },
        widget=forms.HiddenInput,
    )

    def by_standing(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.in_standing(value)

    def by_expiry(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.expired() if value == EXPIRED else rows.expiring_within(int(value))

    def by_force(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        in_force = Title.objects.in_force_on(timezone.localdate()).values("pk")
        return rows.filter(pk__in=in_force) if value == "yes" else rows.exclude(pk__in=in_force)

    def by_duty(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.bound().with_duty().filter(has_partner=value == Duty.MET)


class PoolFilter(_OfTitles):
    status = ChoiceFilter(label=_("进展"), choices=UNDERWAY_STATUSES, empty_label=ANY)
    ready = ChoiceFilter(
        label=_("申报条件"),
        choices=[("yes", _("已具备")), ("no", _("还不具备"))],
        method="by_readiness",
        empty_label=ANY,
    )
    township = ModelChoiceFilter(
        label=_("苏木乡镇"),
        queryset=Organisation.objects.none(),
        method="within_township",
        empty_label=ANY,
    )
    sort = OrderingFilter(
        fields={
            "organisation__region__code": "place",
            "organisation__short_name": "unit",
            "level": "level",
            "step_on": "since",
        },
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        townships = Organisation.objects.visible_to(user).filter(kind__in=TOWNSHIP_KINDS)
        field = self.form.fields["township"]
        field.queryset = townships.select_related("region").order_by("region__code", "pk")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        rows = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("sort"):
            return rows
        # Who is next: the prepared first, and of them who has waited longest.
        return rows.order_by("-is_ready", F("step_on").asc(nulls_last=True), "pk")

    def by_readiness(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(is_ready=value == "yes")

    def within_township(self, rows: QuerySet, _name: str, value: Organisation) -> QuerySet:
        low, high = code_range(value.region.prefix)
        return rows.filter(
            organisation__region__code__gte=low, organisation__region__code__lte=high
        )


class SiteFilter(FilterSet):
    q = CharFilter(label=_("查找单位"), method=of_units, widget=FIND)
    trade_system = ModelChoiceFilter(
        label=_("行业系统"), queryset=TradeSystem.objects.all(), empty_label=ANY
    )
    acceptance = ChoiceFilter(
        label=_("验收"), choices=Acceptance.choices, method="by_acceptance", empty_label=ANY
    )
    sort = OrderingFilter(
        fields={
            "name": "name",
            "trade_system__order": "trade",
            "started_on": "started",
            "accepted_on": "accepted",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = StandardSite
        fields: list[str] = []

    def by_acceptance(self, rows: QuerySet, _name: str, value: Any) -> QuerySet:
        return rows.filter(accepted_on__isnull=value == Acceptance.BUILDING)


TITLE_LIST = register_list(
    UserList("demonstrations.title_list", "demonstrations:title_list", "title.view", TitleFilter)
)
POOL_LIST = register_list(
    UserList("demonstrations.pool_list", "demonstrations:pool_list", "title.follow", PoolFilter)
)
SITE_LIST = register_list(
    UserList("demonstrations.site_list", "demonstrations:site_list", "title.view", SiteFilter)
)
