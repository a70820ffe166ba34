"""Filters of the list of activities."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity, Participation
from core.lists.tools import UserList, register_list
from core.middleware import known_years
from organisations.forms import OrganisationChoiceField
from organisations.models import Organisation
from organisations.models.kinds import TOWNSHIP_KINDS
from organisations.search import fold
from partnerships.models import ContentKind, Form, Partnership

# Not a stored state: whatever the user should do something about.
WAITING = "waiting"
ANY = _("不限")


def townships(request: Any) -> QuerySet[Organisation]:
    """The townships that the user may look up."""
    return Organisation.objects.visible_to(request.user).filter(kind__in=TOWNSHIP_KINDS)


class UnitFilter(django_filters.Filter):
    field_class = OrganisationChoiceField


class ActivityFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("活动或单位"), method="search", widget=forms.TextInput(attrs={"type": "search"})
    )
    year = django_filters.ChoiceFilter(
        label=_("年度"),
        choices=lambda: [(year, year) for year in known_years()],
        empty_label=ANY,
        field_name="starts_on__year",
    )
    form = django_filters.ChoiceFilter(
        label=_("形式"), choices=Form.choices, empty_label=ANY, method="by_form"
    )
    township = django_filters.ModelChoiceFilter(
        label=_("苏木乡镇"),
        queryset=Organisation.objects.none(),
        empty_label=ANY,
        method="by_township",
    )
    partnership = django_filters.ModelChoiceFilter(
        label=_("联创项目"),
        queryset=Partnership.objects.none(),
        empty_label=ANY,
        method="by_partnership",
    )
    kind = django_filters.ModelChoiceFilter(
        label=_("联创内容"),
        queryset=ContentKind.objects.all(),
        empty_label=ANY,
        field_name="content_kinds",
    )
    themed = django_filters.ChoiceFilter(
        label=_("主题活动"),
        choices=[("yes", _("是")), ("no", _("否"))],
        empty_label=ANY,
        method="by_theme",
    )
    # Set by links to one unit's activities; by hand a unit is found through the search.
    unit = UnitFilter(label=_("参加单位"), method="by_unit", widget=forms.HiddenInput)
    status = django_filters.ChoiceFilter(
        label=_("状态"),
        choices=[(WAITING, _("待我办")), *Activity.Status.choices],
        empty_label=ANY,
        method="by_status",
        widget=forms.HiddenInput,
    )
    sort = django_filters.OrderingFilter(
        fields={"title": "title", "starts_on": "starts_on", "status": "status"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Activity
        fields: list[str] = []

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        offered = self.form.fields
        units = Organisation.objects.visible_to(user)
        offered["unit"].offer_to(user)
        townships = units.filter(kind__in=TOWNSHIP_KINDS).select_related("region")
        offered["township"].queryset = townships.order_by("region__code", "pk")
        partnerships = Partnership.objects.visible_to(user)
        offered["partnership"].queryset = partnerships.order_by("name", "pk")

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Title, place, or a unit that takes part, by name, pinyin or initials."""
        for word in fold(value).split():
            units = Participation.objects.filter(organisation__search_text__contains=word)
            rows = rows.filter(
                Q(title__icontains=word)
                | Q(place__icontains=word)
                | Q(pk__in=units.values("activity_id"))
            )
        return rows

    def by_form(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        serving = Partnership.objects.filter(form=value).values("activities")
        return rows.filter(pk__in=serving.filter(activities__isnull=False))

    def by_township(self, rows: QuerySet, name: str, value: Organisation) -> QuerySet:
        return rows.in_region(value.region)

    def by_partnership(self, rows: QuerySet, name: str, value: Partnership) -> QuerySet:
        return rows.filter(partnerships=value)

    def by_theme(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(is_themed=value == "yes")

    def by_unit(self, rows: QuerySet, name: str, value: Organisation) -> QuerySet:
        return rows.with_unit(value)

    def by_status(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == WAITING:
            return rows.waiting_for(self.user)
        return rows.filter(status=value)


ACTIVITY_LIST = register_list(
    UserList(
        "activities.activity_list", "activities:activity_list", "activity.view", ActivityFilter
    )
)
