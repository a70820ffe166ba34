"""By what the register can be narrowed."""

from datetime import date
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
from organisations.models import Booking, Organisation, Resource, TradeSystem
from organisations.models.kinds import TOWNSHIP_KINDS, Kind
from organisations.models.period import Part, span
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
    liaison = ChoiceFilter(
        label=_("联络员"),
        choices=[("none", _("没有联络员"))],
        method="by_liaison",
        empty_label=ANY,
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
            return rows.active_on(day).named_on(day)
        if chosen.get("validity") == "ended":
            return rows.filter(valid_until__lt=today)
        return rows if chosen.get("validity") else rows.active_on(today)

    @property
    def day(self) -> date | None:
        """The day whose register is asked for; None for today's."""
        return self.form.cleaned_data.get("active_on") if self.form.is_valid() else None

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

    def by_liaison(self, queryset: models.QuerySet, _name: str, _value: str) -> models.QuerySet:
        return queryset.filter(pk__in=Organisation.objects.without_liaison().values("pk"))

    def by_year(self, queryset: models.QuerySet, _name: str, value: str) -> models.QuerySet:
        return queryset.taking_part_in(int(value))

    def by_title(self, queryset: models.QuerySet, _name: str, value: str) -> models.QuerySet:
        titles = Organisation.titles.rel.related_model.objects.in_force_on(timezone.localdate())
        return queryset.filter(pk__in=titles.filter(level=value).values("organisation"))


def townships_for(user: Any) -> models.QuerySet:
    """The townships by which a list can be narrowed, in the order of their codes."""
    seen = Organisation.objects.visible_to(user).filter(kind__in=TOWNSHIP_KINDS)
    return seen.select_related("region").order_by("region__code", "pk")


class ResourceFilter(FilterSet):
    q = CharFilter(
        label=_("查找"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("名称、地点或单位")}),
    )
    kind = ChoiceFilter(label=_("类别"), choices=Resource.Kind.choices, empty_label=ANY)
    township = ModelChoiceFilter(
        label=_("苏木乡镇"),
        queryset=Organisation.objects.none(),
        method="within_township",
        empty_label=ANY,
    )
    free_on = DateFilter(label=_("哪天空闲"), method="skip", widget=DayInput)
    part = ChoiceFilter(
        label=_("时段"), choices=Part.choices[1:], method="skip", empty_label=_("全天")
    )
    mine = ChoiceFilter(
        label=_("范围"), choices=[("yes", _("本单位的"))], method="by_mine", empty_label=ANY
    )
    shared = ChoiceFilter(
        label=_("共享"),
        choices=[("closed", _("暂不开放")), ("all", _("全部"))],
        method="skip",
        empty_label=_("开放中"),
    )

    class Meta:
        model = Resource
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.form.fields["township"].queryset = townships_for(user)

    def filter_queryset(self, queryset: models.QuerySet) -> models.QuerySet:
        rows = super().filter_queryset(queryset)
        chosen = self.form.cleaned_data
        if day := chosen.get("free_on"):
            # Days gone by are no one's to use, and span() knows no day before the common era.
            free = day >= timezone.localdate()
            part = chosen.get("part") or Part.DAY
            rows = rows.free_during(*span(day, part)) if free else rows.none()
        if shared := chosen.get("shared"):
            return rows.filter(is_open=False) if shared == "closed" else rows
        return rows.filter(is_open=True)

    def skip(self, queryset: models.QuerySet, _name: str, _value: Any) -> models.QuerySet:
        """Day and part are read together, in filter_queryset."""
        return queryset

    def search(self, queryset: models.QuerySet, _name: str, value: str) -> models.QuerySet:
        return queryset.search(value)

    def within_township(
        self, queryset: models.QuerySet, _name: str, value: Organisation
    ) -> models.QuerySet:
        low, high = code_range(value.region.prefix)
        return queryset.filter(
            organisation__region__code__gte=low, organisation__region__code__lte=high
        )

    def by_mine(self, queryset: models.QuerySet, _name: str, _value: str) -> models.QuerySet:
        own = Organisation.objects.within(self.user, "resource.answer").values("pk")
        return queryset.filter(organisation__in=own)


class BookingFilter(FilterSet):
    q = CharFilter(
        label=_("查找"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("资源或单位")}),
    )
    side = ChoiceFilter(
        label=_("方向"),
        choices=[
            ("answer", _("等我答复")),
            ("received", _("别人预约我们的")),
            ("sent", _("我们预约的")),
        ],
        method="by_side",
        empty_label=ANY,
        # The tabs above the list choose it.
        widget=forms.HiddenInput,
    )
    status = ChoiceFilter(label=_("状态"), choices=Booking.Status.choices, empty_label=ANY)
    since = DateFilter(label=_("使用日期自"), method="not_before", widget=DayInput)
    until = DateFilter(label=_("使用日期至"), method="not_after", widget=DayInput)
    resource = ModelChoiceFilter(
        label=_("阵地资源"),
        queryset=Resource.objects.none(),
        empty_label=ANY,
        widget=forms.HiddenInput,
    )
    sort = OrderingFilter(
        fields={"starts_at": "day", "resource__name": "resource", "status": "status"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Booking
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.form.fields["resource"].queryset = Resource.objects.visible_to(user)

    def search(self, queryset: models.QuerySet, _name: str, value: str) -> models.QuerySet:
        units = Organisation.objects.search(value).values("pk")
        asked = models.Q(resource__in=Resource.objects.search(value).values("pk"))
        return queryset.filter(asked | models.Q(organisation__in=units))

    def by_side(self, queryset: models.QuerySet, _name: str, value: str) -> models.QuerySet:
        chosen = {
            "answer": Booking.objects.answerable_by,
            "received": Booking.objects.received_by,
            "sent": Booking.objects.sent_by,
        }[value]
        return queryset.filter(pk__in=chosen(self.user).values("pk"))

    def not_before(self, queryset: models.QuerySet, _name: str, value: date) -> models.QuerySet:
        return queryset.filter(ends_at__date__gte=value)

    def not_after(self, queryset: models.QuerySet, _name: str, value: date) -> models.QuerySet:
        return queryset.filter(starts_at__date__lte=value)
