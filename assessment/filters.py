"""How the results of a scheme are narrowed, and sorted inside their groups."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import (
    CharFilter,
    ChoiceFilter,
    FilterSet,
    ModelChoiceFilter,
    OrderingFilter,
)

from accounts.models import User
from assessment.models import AssessmentGroup, GroupMember, Scheme, Score, ScoreObjection, Veto
from assessment.rehearsals.units import OTHER, SAME
from organisations.models import Organisation
from organisations.models.kinds import TOWNSHIP_KINDS, Kind
from organisations.models.region import code_range
from organisations.search import fold

ANY = _("不限")
NO_VETO = "none"


class InGroupOrdering(OrderingFilter):
    """Sorts inside the groups only: units of different groups are never ranked together."""

    usual = "rank"
    # What the page does not show cannot be told by the order either.
    hidden = ""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        keys = [key for key in value or () if key.lstrip("-") != self.hidden]
        wanted = [self.get_ordering_value(key) for key in keys] or [self.usual]
        return qs.order_by("group__order", "group", *wanted, "organisation__region__code", "pk")


class ScoreFilter(FilterSet):
    q = CharFilter(
        label=_("查找单位"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("名称、拼音或首字母")}),
    )
    group = ModelChoiceFilter(
        label=_("考核分组"), queryset=AssessmentGroup.objects.none(), empty_label=ANY
    )
    kind = ChoiceFilter(label=_("类型"), choices=Kind.choices, empty_label=ANY)
    township = ModelChoiceFilter(
        label=_("苏木乡镇"),
        queryset=Organisation.objects.none(),
        method="by_township",
        empty_label=ANY,
    )
    grade = ChoiceFilter(label=_("等次"), empty_label=ANY)
    veto = ChoiceFilter(
        label=_("否决"),
        choices=[*Veto.Kind.choices, (NO_VETO, _("无"))],
        method="by_veto",
        empty_label=ANY,
    )
    # Only exports name the scheme: the address of the page holds it.
    scheme = ModelChoiceFilter(
        label=_("考核方案"),
        queryset=Scheme.objects.none(),
        field_name="run__scheme",
        widget=forms.HiddenInput,
    )
    sort = InGroupOrdering(
        fields={
            "organisation__short_name": "unit",
            "base": "base",
            "bonus": "bonus",
            "deduction": "deduction",
            "total": "total",
            "rank": "rank",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Score
        fields: list[str] = []

    def __init__(
        self, *args: Any, user: User, scheme: Scheme, shows_rank: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = self.form.fields
        units = Organisation.objects.visible_to(user).filter(kind__in=TOWNSHIP_KINDS)
        offered["township"].queryset = units.select_related("region").order_by("region__code", "pk")
        offered["group"].queryset = scheme.groups.all()
        offered["scheme"].queryset = Scheme.objects.visible_to(user)
        offered["grade"].choices = [(name, name) for name, _lower in scheme.grade_bands]
        if not shows_rank:
            del offered["grade"]
            self.filters["sort"].usual = "organisation__region__code"
            self.filters["sort"].hidden = "rank"

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        for word in fold(value).split():
            rows = rows.filter(organisation__search_text__contains=word)
        return rows

    def by_township(self, rows: QuerySet, name: str, value: Organisation) -> QuerySet:
        low, high = code_range(value.region.prefix)
        return rows.filter(
            organisation__region__code__gte=low, organisation__region__code__lte=high
        )

    def by_veto(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Vetoes stand on the score as [[kind, reason], …]; the kinds are told by their quotes."""
        if value == NO_VETO:
            return rows.filter(vetoes=[])
        return rows.filter(vetoes__icontains=f'"{value}"')


class ForecastFilter(FilterSet):
    """Members of a scheme by name and group; never by what they have."""

    q = CharFilter(
        label=_("查找单位"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("名称、拼音或首字母")}),
    )
    group = ModelChoiceFilter(
        label=_("考核分组"), queryset=AssessmentGroup.objects.none(), empty_label=ANY
    )

    class Meta:
        model = GroupMember
        fields: list[str] = []

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["group"].queryset = scheme.groups.all()

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        for word in fold(value).split():
            rows = rows.filter(organisation__search_text__contains=word)
        return rows


class RehearsalUnitFilter(ForecastFilter):
    """Members of a rehearsed draft, also by whether their grade is another one."""

    moved = ChoiceFilter(
        label=_("等次"),
        choices=[(OTHER, _("有变动")), (SAME, _("没有变动"))],
        method="by_move",
        empty_label=ANY,
    )

    def __init__(
        self, *args: Any, scheme: Scheme, moved: Callable[[str], list[int]], **kwargs: Any
    ) -> None:
        super().__init__(*args, scheme=scheme, **kwargs)
        self.moved = moved

    def by_move(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(organisation__in=self.moved(value))


class ObjectionFilter(FilterSet):
    """Objections by year and state; all years stay to be found."""

    q = CharFilter(
        label=_("查找单位"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("名称、拼音或首字母")}),
    )
    year = ChoiceFilter(label=_("年度"), field_name="notice__scheme__year", empty_label=ANY)
    status = ChoiceFilter(label=_("状态"), choices=ScoreObjection.Status.choices, empty_label=ANY)

    class Meta:
        model = ScoreObjection
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = Scheme.objects.filter(notice__isnull=False).order_by("-year")
        known = dict.fromkeys(years.values_list("year", flat=True))
        self.form.fields["year"].choices = [(str(year), str(year)) for year in known]

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        for word in fold(value).split():
            rows = rows.filter(organisation__search_text__contains=word)
        return rows
