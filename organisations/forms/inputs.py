"""How inputs look in forms of the register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

UNCHOSEN = _("未选")


class DayInput(forms.DateInput):
    """The browser's own date picker; takes and shows 2026-03-05 whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def name_empty_choices(form: forms.BaseForm) -> None:
    """未选 instead of a row of dashes."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = UNCHOSEN if field.empty_label is not None else None
        elif isinstance(field, forms.ChoiceField):
            field.choices = [(key, label if key else UNCHOSEN) for key, label in field.choices]
