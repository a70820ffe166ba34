"""Parts of forms: choices that survive senseless input, texts that keep nobody's secrets."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.personal_data import personal_data_warnings

# A longer number is nobody's id, and more than the database can hold.
ID_DIGITS = 18


class RowsField(forms.ModelMultipleChoiceField):
    """A ModelMultipleChoiceField for which a number beyond the database is a wrong choice."""

    def clean(self, value: Any) -> Any:
        chosen = self.prepare_value(value)
        for pk in chosen if isinstance(chosen, list | tuple) else ():
            if len(str(pk)) > ID_DIGITS:
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": str(pk)[:ID_DIGITS]},
                )
        return super().clean(value)


class ChecksPersonalData(forms.Form):
    """Warns once, at the field, of what looks like a person's number or ethnicity.

    `CHECKED` names the text fields. The writer mends the text, or ticks that it may stay.
    """

    CHECKED: ClassVar[tuple[str, ...]] = ()

    keep_text = forms.BooleanField(
        label=_("已核对，这些文字不涉及个人信息，按原文保存"),
        required=False,
        widget=forms.HiddenInput,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        may_stay = cleaned.pop("keep_text", False)
        for name in () if may_stay else self.CHECKED:
            for warning in personal_data_warnings(_as_text(cleaned.get(name))):
                self.add_error(name, warning)
                self.fields["keep_text"].widget = forms.CheckboxInput()
        return cleaned


def _as_text(value: Any) -> str:
    """One text, or several of a field that takes one a line."""
    return "\n".join(value) if isinstance(value, list) else value or ""
