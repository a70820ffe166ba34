"""Parts of forms: choices that survive senseless input, texts that keep nobody's secrets."""

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.personal_data import personal_data_warnings

YEAR_IN_BRACKETS = re.compile(r"\s*[\[(（［【〔{]\s*((?:19|20)\d\d)年?\s*[\])）］】〕}]\s*")
# Letters of the office, the year, the number: 奈创办发〔2026〕1号.
DOCUMENT_NUMBER = re.compile(r"[^\W\d][^〔〕]*〔\d{4}〕第?\d+(?:[-—至、]\d+)*号")
YEAR_OF_NUMBER = re.compile(r"〔(\d{4})〕")
HALF_WIDTH = {0xFF10 + digit: ord("0") + digit for digit in range(10)}
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


def tidy_number(text: str) -> str:
    """A document's number with the brackets and digits that papers use; no other change."""
    found = YEAR_IN_BRACKETS.sub(lambda match: f"〔{match[1]}〕", text.translate(HALF_WIDTH))
    return found.strip()


class DocumentNumberField(forms.CharField):
    """A number as 奈创办发〔2026〕1号. Any bracket round the year is taken for 〔〕.

    `is_strict` refuses what has no such form, where the number cannot be mended later; elsewhere
    older papers and minutes may be numbered otherwise.
    """

    def __init__(self, *args: Any, is_strict: bool = False, **kwargs: Any) -> None:
        self.is_strict = is_strict
        super().__init__(*args, **{"max_length": 60} | kwargs)

    def to_python(self, value: Any) -> str:
        return tidy_number(super().to_python(value))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if self.is_strict and value and not DOCUMENT_NUMBER.match(value):
            raise ValidationError(
                gettext("文号要写成“机关代字〔年份〕序号”，如“奈创办发〔2026〕1号”，请核对。")
            )


def year_of_number(text: str) -> int | None:
    """The year of a tidied document's number; None where it has none."""
    found = YEAR_OF_NUMBER.search(text)
    return int(found[1]) if found else None


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

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.fields.keys() & set(self.CHECKED):
            _count_instead_of_cutting(self.fields[name])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        may_stay = cleaned.pop("keep_text", False)
        for name in () if may_stay else self.CHECKED:
            for warning in personal_data_warnings(_as_text(cleaned.get(name))):
                self.add_error(name, warning)
                self.fields["keep_text"].widget = forms.CheckboxInput()
        return cleaned


def _count_instead_of_cutting(field: forms.Field) -> None:
    """A browser cuts what is too long without a word: the counter and the server say it instead."""
    attrs = field.widget.attrs
    if attrs.pop("maxlength", None) is not None:
        attrs |= {"data-counter": field.max_length, "data-over": _("超出 # 字")}


def _as_text(value: Any) -> str:
    """One text, or several of a field that takes one a line."""
    return "\n".join(value) if isinstance(value, list) else value or ""
