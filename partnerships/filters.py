"""How the list of partnerships is narrowed and sorted."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.lists.tools import UserList, register_list
from core.middleware import known_years
from organisations.forms.fields import OrganisationChoiceField
from organisations.models import Organisation, Region, TradeSystem
from organisations.models.region import code_range
from organisations.search import fold
from partnerships.models import ContentKind, Form, Member, Partnership

ALL = _("全部")
# Both states that count in figures, as the leadership's page adds them up.
COUNTED = "counted"
SORTS = {
    "name": "name",
    "form": "form",
    "lead": "lead__short_name",
    "starts_on": "starts_on",
    "status": "status",
    "members": "member_count",
    "activities": "activity_count",
}


class UnitFilter(django_filters.Filter):
    field_class = OrganisationChoiceField


class PartnershipFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("项目或单位"),
        method="by_words",
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    year = django_filters.ChoiceFilter(
        label=_("年度"),
        choices=lambda: [(year, year) for year in known_years()],
        empty_label=ALL,
        method="by_year",
    )
    status = django_filters.ChoiceFilter(
        label=_("状态"),
        choices=[*Partnership.Status.choices, (COUNTED, _("实施中和已结束"))],
        empty_label=ALL,
        method="by_status",
    )
    waiting = django_filters.ChoiceFilter(
        label=_("答复"),
        choices=[("answers", _("等待单位答复")), ("start", _("可以启动"))],
        empty_label=ALL,
        method="by_waiting",
    )
    township = django_filters.ModelChoiceFilter(
        label=_("苏木乡镇"),
        queryset=Region.objects.none(),
        empty_label=ALL,
        method="by_township",
    )
    unit = UnitFilter(label=_("成员单位"), empty_label=ALL, method="by_unit")
    trade_system = django_filters.ModelChoiceFilter(
        label=_("行业系统"),
        queryset=TradeSystem.objects.all(),
        empty_label=ALL,
        method="by_trade_system",
    )
    kind = django_filters.ModelChoiceFilter(
        label=_("联创内容"),
        queryset=ContentKind.objects.all(),
        empty_label=ALL,
        method="by_kind",
    )
    form = django_filters.ChoiceFilter(
        label=_("形式"), choices=Form.choices, widget=forms.HiddenInput
    )

    class Meta:
        model = Partnership
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.form.fields
        fields["unit"].offer_to(user)
        fields["township"].queryset = townships_of(user)

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        """The project's name, or a member's name, pinyin or initials."""
        for word in fold(value).split():
            member = _members().filter(organisation__search_text__contains=word)
            rows = rows.filter(Q(name__icontains=word) | Exists(member))
        return rows

    def by_year(self, rows: Any, name: str, value: str) -> Any:
        return rows.running_in(int(value))

    def by_status(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(status__in=Partnership.COUNTED if value == COUNTED else [value])

    def by_waiting(self, rows: Any, name: str, value: str) -> Any:
        return rows.awaiting_consent() if value == "answers" else rows.ready_to_start()

    def by_township(self, rows: Any, name: str, value: Region) -> Any:
        low, high = code_range(value.prefix)
        members = _members().filter(
            organisation__region__code__gte=low, organisation__region__code__lte=high
        )
        return rows.filter(Exists(members))

    def by_unit(self, rows: Any, name: str, value: Organisation) -> Any:
        return rows.filter(Exists(_members().filter(organisation=value)))

    def by_trade_system(self, rows: Any, name: str, value: TradeSystem) -> Any:
        member = _members().filter(organisation__trade_system=value)
        return rows.filter(Q(industrylinkage__trade_system=value) | Exists(member))

    def by_kind(self, rows: Any, name: str, value: ContentKind) -> Any:
        return rows.filter(content_kinds=value)


def _members() -> QuerySet[Member]:
    return Member.objects.filter(partnership=OuterRef("pk"))


def townships_of(user: Any) -> QuerySet[Region]:
    """The townships of every county in which the user has an assignment."""
    within = Q(pk__in=[])
    for assignment in user.current_assignments:
        low, high = code_range(assignment.organisation.region.county_prefix)
        within |= Q(code__gte=low, code__lte=high)
    return Region.objects.filter(within, level=Region.Level.TOWNSHIP)


def select_partnerships(user: Any, query: QueryDict) -> PartnershipFilter:
    """What the list shows for this query, sorted; the base of the page and of every export."""
    rows = in_order(Partnership.objects.visible_to(user).with_counts(), query.get("sort", ""))
    return PartnershipFilter(query, queryset=rows, user=user)


def year_of(chosen: PartnershipFilter) -> int | None:
    """The year by which the list is narrowed; None for all years."""
    year = chosen.form.cleaned_data.get("year") if chosen.form.is_valid() else None
    return int(year) if year else None


def in_order(rows: QuerySet, wanted: str) -> QuerySet:
    """In the order asked by ?sort; newest first where it makes no sense."""
    key = SORTS.get(wanted.removeprefix("-"))
    if key is None:
        return rows.order_by("-starts_on", "-pk")
    return rows.order_by(f"-{key}" if wanted.startswith("-") else key, "pk")


def in_year(query: QueryDict, year: int) -> QueryDict:
    """The query with the year that the user looks at, unless it names one, or none, itself."""
    if "year" in query:
        return query
    asked = query.copy()
    asked["year"] = str(year)
    return asked


PARTNERSHIP_LIST = register_list(
    UserList(
        "partnerships.partnership_list",
        "partnerships:partnership_list",
        "partnership.view",
        PartnershipFilter,
    )
)
