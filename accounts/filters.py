"""How the lists of users and of audit records are narrowed and sorted."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit_words import subject_choices, verb_choices, verbs_named_as
from accounts.models import User
from accounts.rights import Role
from core.models import AuditRecord

ALL = _("全部")
NO_ROLE = "none"
# Days outside are taken for the nearest inside: the database knows no year 0.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)


def search_input() -> forms.TextInput:
    return forms.TextInput(attrs={"type": "search", "autocomplete": "off"})


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class UserFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("姓名或用户名"), method="by_name", max_length=40, widget=search_input()
    )
    unit = django_filters.CharFilter(
        label=_("单位"), method="by_unit", max_length=40, widget=search_input()
    )
    role = django_filters.ChoiceFilter(
        label=_("角色"),
        choices=[*Role.choices, (NO_ROLE, _("待授权"))],
        method="by_role",
        empty_label=ALL,
    )
    status = django_filters.ChoiceFilter(
        label=_("状态"),
        choices=[("active", _("在用")), ("locked", _("已锁定")), ("closed", _("已停用"))],
        method="by_status",
        empty_label=ALL,
    )

    class Meta:
        model = User
        fields: list[str] = []

    def by_name(self, rows: Any, name: str, value: str) -> Any:
        return rows.search(value)

    def by_unit(self, rows: Any, name: str, value: str) -> Any:
        return rows.of_unit(value)

    def by_role(self, rows: Any, name: str, value: str) -> Any:
        return rows.without_role() if value == NO_ROLE else rows.holding(value)

    def by_status(self, rows: Any, name: str, value: str) -> Any:
        return rows.locked() if value == "locked" else rows.filter(is_active=value == "active")


USER_ORDER = {"username": "username", "name": "name", "created": "created_at"}


def sorted_users(rows: QuerySet, wanted: str) -> QuerySet:
    """In the order asked by ?sort; by user name where it makes no sense."""
    key = USER_ORDER.get(wanted.removeprefix("-"), "username")
    return rows.order_by(f"-{key}" if wanted.startswith("-") else key, "pk")


class AuditFilter(django_filters.FilterSet):
    who = django_filters.CharFilter(
        label=_("操作人或地址"), method="by_whom", max_length=64, widget=search_input()
    )
    verb = django_filters.ChoiceFilter(
        label=_("动作"), choices=verb_choices, method="by_verb", empty_label=ALL
    )
    subject = django_filters.CharFilter(
        label=_("对象"),
        field_name="subject_label",
        lookup_expr="icontains",
        max_length=100,
        widget=search_input(),
    )
    since = django_filters.DateFilter(label=_("自"), method="by_since", widget=day_input())
    until = django_filters.DateFilter(label=_("至"), method="by_until", widget=day_input())
    subject_type = django_filters.ChoiceFilter(
        label=_("对象类型"), choices=subject_choices, empty_label=ALL
    )
    outcome = django_filters.ChoiceFilter(
        label=_("结果"), choices=AuditRecord.Outcome.choices, empty_label=ALL
    )
    is_decision = django_filters.ChoiceFilter(
        label=_("涉及评分或资金"), choices=[("True", _("只看这些"))], empty_label=ALL
    )

    class Meta:
        model = AuditRecord
        fields: list[str] = []

    def by_whom(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(
            Q(by_name__icontains=value) | Q(by__username=value) | Q(origin__startswith=value)
        )

    def by_verb(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(verb__in=verbs_named_as(value))

    def by_since(self, rows: Any, name: str, value: date) -> Any:
        return rows.filter(at__gte=_midnight(value))

    def by_until(self, rows: Any, name: str, value: date) -> Any:
        return rows.filter(at__lt=_midnight(value) + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time.min))
