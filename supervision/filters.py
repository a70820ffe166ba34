"""By what inspections can be narrowed."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.middleware import known_years
from organisations.models import Organisation
from organisations.models.kinds import TOWNSHIP_KINDS
from organisations.models.region import code_range
from supervision.models import Finding, Inspection

ANY = _("不限")
WAITING, OVERDUE, CLEAN = "waiting", "overdue", "clean"


class InspectionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("单位"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("名称、拼音或首字母")}),
    )
    year = django_filters.ChoiceFilter(
        label=_("年度"),
        choices=lambda: [(year, year) for year in known_years()],
        empty_label=ANY,
        field_name="inspected_on__year",
    )
    township = django_filters.ModelChoiceFilter(
        label=_("苏木乡镇"),
        queryset=Organisation.objects.none(),
        empty_label=ANY,
        method="by_township",
    )
    state = django_filters.ChoiceFilter(
        label=_("整改"),
        choices=[
            (WAITING, _("待我办")),
            (OVERDUE, _("逾期未整改")),
            *Finding.State.choices,
            (CLEAN, _("未发现问题")),
        ],
        empty_label=ANY,
        method="by_state",
    )
    sort = django_filters.OrderingFilter(
        fields={"organisation__region__code": "place", "inspected_on": "inspected_on"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Inspection
        fields: list[str] = []

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        townships = Organisation.objects.visible_to(user).filter(kind__in=TOWNSHIP_KINDS)
        field = self.form.fields["township"]
        field.queryset = townships.select_related("region").order_by("region__code", "pk")

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(organisation__in=Organisation.objects.search(value))

    def by_township(self, rows: QuerySet, name: str, value: Organisation) -> QuerySet:
        low, high = code_range(value.region.prefix)
        return rows.filter(
            organisation__region__code__gte=low, organisation__region__code__lte=high
        )

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == WAITING:
            return rows.waiting_for(self.user)
        if value == OVERDUE:
            return rows.with_overdue()
        if value == CLEAN:
            return rows.filter(findings__isnull=True)
        return rows.with_finding(value)
