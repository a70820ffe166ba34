"""The fields with which every form asks for organisations.

    class PairingForm(forms.Form):
        lead = OrganisationChoiceField(label=_("牵头单位"), action="partnership.propose")
        members = OrganisationMultipleChoiceField(label=_("成员单位"), kinds=TOWNSHIP_KINDS)

        def __init__(self, *args, user, **kwargs):
            super().__init__(*args, **kwargs)
            offer_organisations(self, user)

Without `action` the whole directory that the user may look up is offered, partners outside the
county included; with it exactly the organisations over which the user holds that right. Only
organisations active today are offered, but for those in `keep`: what the row already names.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.forms.utils import flatatt
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.ui import cn_date
from core.widgets import UnitPicker, UnitPickerMultiple
from organisations.models import Organisation
from organisations.models.kinds import Kind

# A longer number is nobody's id, and more than the database can hold.
ID_DIGITS = 18
NOBODY = gettext_lazy("没有找到这个单位，或它不在可选范围内，请重新选择。")


OPTION = '<option data-hint="{}" value="{}"{}>{}</option>'
SELECTED = SafeString(" selected")


class _QuickOptions:
    """Writes hundreds of options at once: a template for each would cost more than the page."""

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> str:
        chosen = set(map(str, self.format_value(value)))
        own = {"name": name, "data-unit-picker": True, "multiple": self.allow_multiple_selected}
        flat = flatatt(self.build_attrs(self.attrs, attrs) | own)
        inner = format_html_join("", "{}", _each(self._parts(chosen)))
        return format_html("<select{}>{}</select>", flat, inner)

    def _parts(self, chosen: set[str]) -> Iterator[str]:
        for label, rows in self.choices:
            if not isinstance(rows, list):
                yield format_html('<option value="{}">{}</option>', label, rows)
                continue
            lines = (
                (key.instance.picker_hint, key, SELECTED if str(key) in chosen else "", text)
                for key, text in rows
            )
            inner = format_html_join("", OPTION, lines)
            yield format_html('<optgroup label="{}">{}</optgroup>', label, inner)


def _each(parts: Iterable[str]) -> Iterator[tuple[str]]:
    return ((part,) for part in parts)


class OrganisationPicker(_QuickOptions, UnitPicker):
    """The type-ahead for one organisation."""


class OrganisationPickerMultiple(_QuickOptions, UnitPickerMultiple):
    """The type-ahead for several."""


class _ByTownship(ModelChoiceIterator):
    """Options in groups: villages under their township, everything else under its kind."""

    def __iter__(self) -> Iterator[tuple]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        groups: dict[str, list] = {}
        for row in self.queryset:
            key = row.place if row.is_village else row.get_kind_display()
            groups.setdefault(str(key), []).append(self.choice(row))
        yield from groups.items()


class _OffersOrganisations:
    iterator = _ByTownship

    def __init__(
        self, *, action: str = "organisation.view", kinds: Iterable[str] = (), **kwargs: Any
    ) -> None:
        self.action, self.kinds = action, tuple(kinds)
        kwargs.setdefault("label", gettext_lazy("单位"))
        super().__init__(queryset=Organisation.objects.none(), **kwargs)
        self.error_messages["invalid_choice"] = NOBODY

    def offer_to(self, user: Any, keep: Iterable[int] = ()) -> None:
        """Say for whom the form is; `keep` are ids that stay choosable although they ended."""
        reachable = organisations_for(user, self.action)
        self.reachable, self.keep = reachable, set(keep)
        offered = reachable.active_on(timezone.localdate())
        if self.kinds:
            offered = offered.filter(kind__in=self.kinds)
        if self.keep:
            offered = offered | Organisation.objects.filter(pk__in=self.keep)
        self.queryset = offered.select_related("region__parent").own_county_first()
        self.widget.attrs["data-url"] = self.options_url()

    def options_url(self) -> str:
        asked = {"scope": self.action}
        if self.kinds:
            asked["kinds"] = ",".join(self.kinds)
        return f"{reverse('organisations:organisation_options')}?{urlencode(asked)}"

    def label_from_instance(self, obj: Organisation) -> str:
        return obj.full_label

    def found(self, values: Iterable[Any]) -> list[Organisation]:
        """The chosen organisations in order; the first bad one is refused in words."""
        wanted = [_as_id(value) for value in values]
        rows = self.queryset.in_bulk([pk for pk in wanted if pk is not None])
        for pk in wanted:
            if pk not in rows:
                raise ValidationError(self._why_not(pk), code="invalid_choice")
        return [rows[pk] for pk in wanted]

    def _why_not(self, pk: int | None) -> str:
        row = self.reachable.filter(pk=pk).first() if pk is not None else None
        if row is None:
            return str(NOBODY)
        if not row.is_active and row.valid_until:
            return _("“%(name)s”已于%(day)s停用，请选择现在的单位。") % {
                "name": row.short_name,
                "day": cn_date(row.valid_until),
            }
        if not row.is_active:
            return _("“%(name)s”尚未启用，请选择现在的单位。") % {"name": row.short_name}
        return _("“%(name)s”是%(kind)s，这里只能选%(kinds)s。") % {
            "name": row.short_name,
            "kind": row.get_kind_display(),
            "kinds": "、".join(str(Kind(kind).label) for kind in self.kinds),
        }


def _as_id(value: Any) -> int | None:
    text = str(value.pk if isinstance(value, Organisation) else value).strip()
    return int(text) if text.isdecimal() and len(text) <= ID_DIGITS else None


class OrganisationChoiceField(_OffersOrganisations, forms.ModelChoiceField):
    """One organisation; see the module for its use. Cleans to an Organisation or None."""

    widget = OrganisationPicker

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", gettext_lazy("未选"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Organisation | None:
        return None if value in self.empty_values else self.found([value])[0]

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)


class OrganisationMultipleChoiceField(_OffersOrganisations, forms.ModelMultipleChoiceField):
    """Several organisations; cleans to a queryset of them, without doubles."""

    widget = OrganisationPickerMultiple

    def clean(self, value: Any) -> Any:
        value = self.prepare_value(value)
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        if value and not isinstance(value, list | tuple):
            raise ValidationError(self.error_messages["invalid_list"], code="invalid_list")
        chosen = self.found(value or [])
        self.run_validators(chosen)
        return self.queryset.filter(pk__in=[row.pk for row in chosen])


def organisations_for(user: Any, action: str) -> Any:
    """What the user may choose from under this right: the directory, or exactly their reach."""
    if action == "organisation.view":
        return Organisation.objects.visible_to(user)
    return Organisation.objects.within(user, action)


def offer_organisations(form: forms.BaseForm, user: Any, keep: Iterable[int] = ()) -> None:
    """Tell every organisation field of the form for whom it is; call it in the form's __init__."""
    for field in form.fields.values():
        if isinstance(field, _OffersOrganisations):
            field.offer_to(user, keep)
