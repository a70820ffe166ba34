"""Form widgets of the look."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SELECTED = SafeString(" selected")


class QuickSelect(forms.Select):
    """A select of hundreds: a template for each option would cost more than the rest of the page.

    For plain choices, without groups.
    """

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> str:
        chosen = set(self.format_value(value))
        options = (
            (key, SELECTED if str(key) in chosen else "", label) for key, label in self.choices
        )
        own = flatatt(self.build_attrs(self.attrs, attrs) | {"name": name})
        inner = format_html_join("", '<option value="{}"{}>{}</option>', options)
        return format_html("<select{}>{}</select>", own, inner)


class _UnitPickerMixin:
    """A select that unit_picker.js turns into a type-ahead; without JavaScript it stays a select.

    `url_name` names the endpoint asked with ?q=. Of a row's own attributes `picker_hint` goes on
    the option's second line (kind and township), and `picker_search` (pinyin, initials, other
    names) is searched where there is no endpoint.
    """

    def __init__(self, *args: Any, url_name: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.url_name = url_name

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-unit-picker"] = True
        if self.url_name:
            context["widget"]["attrs"]["data-url"] = reverse(self.url_name)
        return context

    def create_option(self, name, value, *args: Any, **kwargs: Any) -> dict:
        option = super().create_option(name, value, *args, **kwargs)
        row = getattr(value, "instance", None)
        for name_of_fact in ("hint", "search"):
            if fact := getattr(row, f"picker_{name_of_fact}", ""):
                option["attrs"][f"data-{name_of_fact}"] = fact
        return option


class UnitPicker(_UnitPickerMixin, forms.Select):
    """For one unit (ModelChoiceField)."""


class UnitPickerMultiple(_UnitPickerMixin, forms.SelectMultiple):
    """For several units (ModelMultipleChoiceField), shown as removable chips."""
