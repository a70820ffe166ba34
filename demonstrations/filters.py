"""By what titles and standard sites can be narrowed."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter, OrderingFilter

from core.lists.tools import UserList, register_list
from demonstrations.models import Acceptance, Duty, StandardSite, Title
from organisations.models import Organisation, TradeSystem

ANY = _("不限")
FIND = forms.TextInput(attrs={"type": "search", "placeholder": _("名称、拼音或首字母")})


def of_units(rows: QuerySet, _name: str, text: str) -> QuerySet:
    """Rows whose organisation is found by the text."""
    return rows.filter(organisation__in=Organisation.objects.search(text).values("pk"))


class TitleFilter(FilterSet):
    q = CharFilter(label=_("查找单位"), method=of_units, widget=FIND)
    level = ChoiceFilter(label=_("级别"), choices=Title.Level.choices, empty_label=ANY)
    type = ChoiceFilter(label=_("类型"), choices=Title.Type.choices, empty_label=ANY)
    force = ChoiceFilter(
        label=_("效力"),
        choices=[("yes", _("现行有效")), ("no", _("已到期或撤销、整改"))],
        method="by_force",
        empty_label=ANY,
    )
    duty = ChoiceFilter(
        label=_("带动 ≥1 家"), choices=Duty.choices, method="by_duty", empty_label=ANY
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

    class Meta:
        model = Title
        fields: list[str] = []

    def by_force(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        in_force = Title.objects.in_force_on(timezone.localdate()).values("pk")
        return rows.filter(pk__in=in_force) if value == "yes" else rows.exclude(pk__in=in_force)

    def by_duty(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.bound().with_duty().filter(has_partner=value == Duty.MET)


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
SITE_LIST = register_list(
    UserList("demonstrations.site_list", "demonstrations:site_list", "title.view", SiteFilter)
)
