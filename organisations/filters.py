"""By what the register can be narrowed."""

from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import (
    CharFilter,
    ChoiceFilter,
    DateFilter,
    FilterSet,
    ModelChoiceFilter,
    OrderingFilter,
)

from core.middleware import known_years
from core.widgets import QuickSelect
from organisations.forms.inputs import DayInput
from organisations.models import Organisation, TradeSystem
from organisations.models.kinds import TOWNSHIP_KINDS, Kind
from organisations.models.region import code_range

ANY = _("不限")


def title_levels() -> list[tuple[str, Any]]:
    """The levels of titles, named by the app that owns them."""
    return Organisation.titles.rel.related_model.Level.choices


class OrganisationFilter(FilterSet):
    q = CharFilter(
        label=_("查找"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("名称、拼音或首字母")}),
    )
    kind = ChoiceFilter(label=_("类型"), choices=Kind.choices, empty_label=ANY)
    township = ModelChoiceFilter(
        label=_("苏木乡镇"),
        queryset=Organisation.objects.none(),
        method="within_township",
        empty_label=ANY,
        widget=QuickSelect,
    )
    partner = ChoiceFilter(
        label=_("结对"),
        choices=[("yes", _("已有伙伴")), ("no", _("还没有伙伴"))],
        method="by_partner",
        empty_label=ANY,
    )
    joined = ChoiceFilter(
        label=_("参与年度"),
        choices=lambda: [(year, year) for year in known_years()],
        method="by_year",
        empty_label=ANY,
        widget=forms.HiddenInput,
    )
    verification = ChoiceFilter(
        label=_("核实"), choices=Organisation.Verification.choices, empty_label=ANY
    )
    trade_system = ModelChoiceFilter(
        label=_("行业系统"), queryset=TradeSystem.objects.all(), empty_label=ANY
    )
    title_level = ChoiceFilter(
        label=_("示范级别"), choices=title_levels, method="by_title", empty_label=ANY
    )
    validity = ChoiceFilter(
        label=_("存续"),
        choices=[("ended", _("已停用")), ("all", _("全部"))],
        method="skip",
        empty_label=_("现行"),
    )
    active_on = DateFilter(label=_("某日有效"), method="skip", widget=DayInput)
    sort = OrderingFilter(
        fields={
            "region__code": "place",
            "short_name": "name",
            "kind": "kind",
            "trade_system__order": "trade",
            "partnership_count": "partners",
            "verification": "verification",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        townships = Organisation.objects.visible_to(user).filter(kind__in=TOWNSHIP_KINDS)
        field = self.form.fields["township"]
        field.queryset = townships.only("short_name", "region_id").order_by("region__code", "pk")

    def filter_queryset(self, queryset: models.QuerySet) -> models.QuerySet:
        if set(self.form.cleaned_data.get("sort") or ()) & {"partners", "-partners"}:
            queryset = queryset.with_partnership_count()
        rows = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("sort"):
            # Equals stand in the order of the register, the same on every page.
            rows = rows.order_by(*rows.query.order_by, "region__code", "pk")
        chosen, today = self.form.cleaned_data, timezone.localdate()
        if day := chosen.get("active_on"):
            return rows.active_on(day)
        if chosen.get("validity") == "ended":
            return rows.filter(valid_until__lt=today)
        return rows if chosen.get("validity") else rows.active_on(today)

    def skip(self, queryset: models.QuerySet, _name: str, _value: Any) -> models.QuerySet:
        """Validity and date are read together, in filter_queryset."""
        return queryset

    def search(self, queryset: models.QuerySet, _name: str, value: str) -> models.QuerySet:
        return queryset.search(value).best_first(value)

    def within_township(
        self, queryset: models.QuerySet, _name: str, value: Organisation
    ) -> models.QuerySet:
        low, high = code_range(value.region.prefix)
        return queryset.filter(region__code__gte=low, region__code__lte=high)

    def by_partner(self, queryset: models.QuerySet, _name: str, value: str) -> models.QuerySet:
        partnered = Organisation.objects.partnered().values("pk")
        chosen = models.Q(pk__in=partnered)
        return queryset.filter(chosen if value == "yes" else ~chosen)

    def by_year(self, queryset: models.QuerySet, _name: str, value: str) -> models.QuerySet:
        return queryset.taking_part_in(int(value))

    def by_title(self, queryset: models.QuerySet, _name: str, value: str) -> models.QuerySet:
        titles = Organisation.titles.rel.related_model.objects.in_force_on(timezone.localdate())
        return queryset.filter(pk__in=titles.filter(level=value).values("organisation"))
