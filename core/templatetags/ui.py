"""Template tags of the look: icons, states, figures, dates, what a list is filtered by."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

from django import forms, template
from django.core.paginator import Page
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django_filters import FilterSet, OrderingFilter

from core.imports.ledger import LEDGERS

register = template.Library()

NO_VALUE = "—"
MESSAGE_TONES = {"debug": "neutral", "error": "danger"}
TONE_ICONS = {
    "neutral": "dot",
    "info": "info",
    "success": "check-circle",
    "warning": "alert",
    "danger": "x-circle",
}
DUE_SOON_DAYS = 3
FILTERS_IN_ROW = 5


class Chip(NamedTuple):
    label: str
    value: str
    url: str


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> str:
    """An icon of static/img/icons.svg; decoration unless it carries a label."""
    href = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            css,
            label,
            href,
        )
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}"></use></svg>', css, href
    )


@register.filter
def tone_icon(tone: str) -> str:
    return TONE_ICONS.get(tone, "dot")


@register.filter
def message_tone(message) -> str:
    return MESSAGE_TONES.get(message.level_tag, message.level_tag)


@register.inclusion_tag("components/status_badge.html")
def status_badge(row, field: str = "status") -> dict:
    """The state of a row: its words, with the tone and icon its model gives them.

    The model carries STATUS_TONES and STATUS_ICONS (for another field, FIELD_TONES and
    FIELD_ICONS): dictionaries from the stored value to a tone and to an icon's name.
    """
    value = getattr(row, field)
    tone = getattr(row, f"{field.upper()}_TONES", {}).get(value, "neutral")
    icons = getattr(row, f"{field.upper()}_ICONS", {})
    return {
        "label": getattr(row, f"get_{field}_display")(),
        "tone": tone,
        "icon": icons.get(value, TONE_ICONS[tone]),
    }


@register.filter
def points(value) -> str:
    """A score without idle zeros and with four decimals at most: 12.50 → 12.5, 100.00 → 100."""
    number = _decimal(value)
    if number is None:
        return NO_VALUE
    if int(number.as_tuple().exponent) < -4:
        number = number.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return f"{number.normalize():f}" if number else "0"


@register.filter
def signed(value, role) -> str:
    """Points as they count in the total: − in front of a deduction, + in front of a bonus."""
    number = _decimal(value)
    marks = {"deduction": "−", "bonus": "+"}
    return f"{marks.get(role, '') if number else ''}{points(value)}"


@register.filter
def money(value) -> str:
    """A sum in yuan, to the fen, with thousands parted."""
    number = _decimal(value)
    return NO_VALUE if number is None else f"{number:,.2f}"


def _decimal(value) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


@register.filter
def cn_date(value) -> str:
    """2026年3月5日, for running text; tables take |date:"Y-m-d"."""
    day = _local(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else NO_VALUE


@register.filter
def cn_datetime(value) -> str:
    moment = _local(value)
    return f"{cn_date(moment)} {moment:%H:%M}" if moment else NO_VALUE


def _local(value) -> date | None:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value or None


@register.filter
def due_words(due_on) -> str:
    """How far away a date is, in the words a person would use."""
    if not due_on:
        return ""
    days = _days_until(due_on)
    if days == 0:
        return _("今天截止")
    if days < 0:
        return _("逾期 %(days)d 天") % {"days": -days}
    return _("还有 %(days)d 天") % {"days": days}


@register.filter
def due_tone(due_on) -> str:
    if not due_on:
        return "neutral"
    days = _days_until(due_on)
    if days < 0:
        return "danger"
    return "warning" if days <= DUE_SOON_DAYS else "neutral"


def _days_until(due_on) -> int:
    moment = _local(due_on)
    day = moment.date() if isinstance(moment, datetime) else moment
    return (day - timezone.localdate()).days


@register.simple_tag
def page_numbers(page: Page) -> list:
    """Page numbers round the current one; None stands for a gap."""
    paginator = page.paginator
    pages = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [None if number == paginator.ELLIPSIS else number for number in pages]


@register.inclusion_tag("components/sort_head.html", takes_context=True)
def sort_head(context, key: str, label: str, css: str = "", param: str = "sort") -> dict:
    """A column head that sorts: first click up, second down, and the query string stays."""
    query = context["request"].GET.copy()
    current = query.get(param, "")
    query[param] = f"-{key}" if current == key else key
    query.pop("page", None)
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    return {"label": label, "css": css, "direction": direction, "url": f"?{query.urlencode()}"}


@register.simple_tag(takes_context=True)
def export_url(context, url: str) -> str:
    """An export takes exactly what the list is filtered by, on all its pages."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    return f"{url}?{query.urlencode()}" if query else url


@register.inclusion_tag("components/import_menu.html", takes_context=True)
def import_menu(context, list_url: str) -> dict:
    """What this user may bring in of what a list shows; `list_url` is the list's url name."""
    user = context["request"].user
    shown = [ledger for ledger in LEDGERS.values() if ledger.list_url == list_url]
    return {"ledgers": [ledger for ledger in shown if user.can(ledger.action)]}


@register.simple_tag(takes_context=True)
def filter_chips(context, filterset: FilterSet) -> list[Chip]:
    """What a list is filtered by, in words, each with the address that takes it off."""
    return chips_of(filterset, context["request"].GET)


@register.simple_tag
def filter_misread(filterset: FilterSet) -> str:
    """Which conditions make no sense and are left out: 筛选条件“类型”看不懂，已忽略。"""
    words = misread_words(filterset)
    return _("%s，已忽略。") % words if words else ""


def misread_words(filterset: FilterSet) -> str:
    """筛选条件“类型”“核实”看不懂; empty where all make sense. An order is no condition."""
    names = [
        str(field.label or name)
        for name, field in filterset.form.fields.items()
        if name in filterset.form.errors
        and not isinstance(filterset.filters.get(name), OrderingFilter)
    ]
    quoted = "".join(f"“{name}”" for name in names)
    return _("筛选条件%s看不懂") % quoted if names else ""


def chips_of(filterset: FilterSet, query: QueryDict) -> list[Chip]:
    """What the filterset lets this query filter by; senseless values give no chip."""
    chips = []
    for name, field in filterset.form.fields.items():
        if isinstance(filterset.filters.get(name), OrderingFilter):
            continue
        chips += _chips_of_field(filterset.form, name, field, query)
    return chips


def _chips_of_field(form, name, field, query) -> list[Chip]:
    keys = _query_keys(form, name, field)
    raw = [value for key in keys for value in query.getlist(key) if value]
    if not raw or name in form.errors:
        return []
    label = str(field.label or name)
    if isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
        return [
            Chip(label, words, _without(query, keys, value))
            for value in raw
            if (words := _words(field, value))
        ]
    words = _range_words(field, [query.get(key, "") for key in keys])
    return [Chip(label, words, _without(query, keys))] if words else []


def _range_words(field, values: list[str]) -> str:
    """One value in words; of two, from and to, either of which may be open."""
    if len(values) == 1:
        return _words(field, values[0])
    first, last = values
    if first and last:
        return _("%(first)s 至 %(last)s") % {"first": first, "last": last}
    return _("%(first)s 起") % {"first": first} if first else _("至 %(last)s") % {"last": last}


def _query_keys(form, name, field) -> list[str]:
    widget, prefixed = field.widget, form.add_prefix(name)
    if hasattr(widget, "suffixed"):
        return [widget.suffixed(prefixed, suffix) for suffix in widget.suffixes]
    if isinstance(widget, forms.MultiWidget):
        return [prefixed + suffix for suffix in widget.widgets_names]
    return [prefixed]


def _words(field, value: str) -> str:
    if isinstance(field, forms.ModelChoiceField):
        row = field.queryset.filter(**{field.to_field_name or "pk": value}).first()
        return field.label_from_instance(row) if row else ""
    if isinstance(field, forms.BooleanField | forms.NullBooleanField):
        return _("是") if value.lower() in ("true", "on", "1") else _("否")
    if hasattr(field, "choices"):
        return _choice_words(field.choices, value)
    return value


def _choice_words(choices, value: str) -> str:
    for key, words in choices:
        if isinstance(words, list | tuple):
            if inner := _choice_words(words, value):
                return inner
        elif str(key) == value:
            return str(words)
    return ""


def _without(query, keys, value: str | None = None) -> str:
    left = query.copy()
    left.pop("page", None)
    for key in keys:
        kept = [item for item in left.getlist(key) if value is not None and item != value]
        left.setlist(key, kept)
        if not kept:
            left.pop(key)
    return f"?{left.urlencode()}"


@register.filter
def fields_to(fields: list, shown: int | str) -> list:
    """The filters that stand in the row; the rest is behind 更多 (fields_from)."""
    return fields[: int(shown or FILTERS_IN_ROW)]


@register.filter
def fields_from(fields: list, shown: int | str) -> list:
    return fields[int(shown or FILTERS_IN_ROW) :]
