"""Filters of the library of cases, the news, the windows and their answers."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.filters.activity import ANY, WAITING, UnitFilter
from activities.models import CollectionWindow, NewsItem, ShowcaseCase, WindowAnswer
from core.middleware import known_years
from organisations.models import Organisation
from organisations.models.kinds import EXTERNAL_KINDS, Kind

Standing = CollectionWindow.Standing


def year_filter(field_name: str) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(
        label=_("年度"),
        choices=lambda: [(year, year) for year in known_years()],
        empty_label=ANY,
        field_name=f"{field_name}__year",
    )


class CaseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("查找"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("名称、做法或单位")}),
    )
    kind = django_filters.ChoiceFilter(
        label=_("适合哪类单位"),
        choices=[(kind.value, kind.label) for kind in Kind if kind not in EXTERNAL_KINDS],
        empty_label=ANY,
        method="by_kind",
    )
    year = year_filter("published_at")
    status = django_filters.ChoiceFilter(
        label=_("状态"), choices=ShowcaseCase.Status.choices, empty_label=ANY
    )

    class Meta:
        model = ShowcaseCase
        fields: list[str] = []

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not user.can("showcase.edit"):
            # Others see the library alone: all of it is published.
            del self.filters["status"]

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Every word in the title, the text, or the name of a unit that did it."""
        for word in value.split():
            units = Organisation.objects.search(word).values("pk")
            told = Q(title__icontains=word) | Q(done__icontains=word)
            found = ShowcaseCase.objects.filter(
                told | Q(how_to_copy__icontains=word) | Q(organisations__in=units)
            )
            rows = rows.filter(pk__in=found.values("pk"))
        return rows

    def by_kind(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(kinds__kind=value)


class NewsFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("查找"),
        method="search",
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("标题、刊发单位或涉及单位")}
        ),
    )
    level = django_filters.ChoiceFilter(
        label=_("级别"), choices=NewsItem.Level.choices, empty_label=ANY
    )
    year = year_filter("published_on")
    # Set by links to one unit's news.
    unit = UnitFilter(label=_("涉及单位"), method="by_unit", widget=forms.HiddenInput)
    sort = django_filters.OrderingFilter(
        fields={"published_on": "published_on", "title": "title"}, widget=forms.HiddenInput
    )

    class Meta:
        model = NewsItem
        fields: list[str] = []

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["unit"].offer_to(user)

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split():
            units = Organisation.objects.search(word).values("pk")
            told = Q(title__icontains=word) | Q(outlet__icontains=word)
            found = NewsItem.objects.filter(told | Q(organisations__in=units))
            rows = rows.filter(pk__in=found.values("pk"))
        return rows

    def by_unit(self, rows: QuerySet, name: str, value: Organisation) -> QuerySet:
        return rows.filter(organisations=value)


class WindowFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("查找"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("事项或文号")}),
    )
    year = year_filter("due_on")
    state = django_filters.ChoiceFilter(
        label=_("状态"),
        choices=[(WAITING, _("待我答复")), *Standing.choices],
        empty_label=ANY,
        method="by_state",
    )

    class Meta:
        model = CollectionWindow
        fields: list[str] = []

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split():
            told = Q(title__icontains=word) | Q(basis__icontains=word)
            rows = rows.filter(told | Q(asked__icontains=word))
        return rows

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        today = timezone.localdate()
        if value == WAITING:
            return rows.filter(pk__in=WindowAnswer.objects.owed_by(self.user).values("window"))
        if value == Standing.CANCELLED:
            return rows.filter(cancelled_at__isnull=False)
        kept = rows.filter(cancelled_at__isnull=True)
        if value == Standing.CLOSED:
            return kept.filter(closes_on__lt=today)
        still = kept.filter(closes_on__gte=today)
        is_late = value == Standing.LATE
        return still.filter(due_on__lt=today) if is_late else still.filter(due_on__gte=today)


class AnswerFilter(django_filters.FilterSet):
    """`window` is set by the export alone: the page shows one window as it is."""

    q = django_filters.CharFilter(
        label=_("单位"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("名称、拼音或首字母")}),
    )
    state = django_filters.ChoiceFilter(
        label=_("答复"),
        choices=[("pending", _("没有答复")), ("in_time", _("按时答复")), ("late", _("逾期答复"))],
        empty_label=ANY,
        method="by_state",
    )
    window = django_filters.ModelChoiceFilter(
        label=_("填报窗口"), queryset=CollectionWindow.objects.none(), widget=forms.HiddenInput
    )

    class Meta:
        model = WindowAnswer
        fields: list[str] = []

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["window"].queryset = CollectionWindow.objects.visible_to(user)

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(organisation__in=Organisation.objects.search(value).values("pk"))

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == "pending":
            return rows.pending()
        answered = rows.exclude(state=WindowAnswer.State.PENDING)
        return answered.filter(is_in_time=value == "in_time")
