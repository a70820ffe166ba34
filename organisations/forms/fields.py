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
from django.db.models import Q
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


# More options than this are not written into a page: they are found by typing alone.
MOST_OPTIONS = 600
MOST_NAMED = 5
# Beside the select, for browsers without JavaScript: a name typed in full.
NAME_SUFFIX = "_name"

OPTION = '<option data-hint="{}" value="{}"{}>{}</option>'
TYPED = (
    '<noscript><input class="form-control" type="text" name="{}" value="{}" placeholder="{}"'
    ' aria-label="{}"></noscript>'
)
SELECTED = SafeString(" selected")


class TypedName(str):
    """A unit's name that somebody typed where the select could not hold all units."""

    __slots__ = ()


class _QuickOptions:
    """Writes hundreds of options at once: a template for each would cost more than the page."""

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> str:
        values = self.format_value(value)
        groups, is_whole = self.choices.groups_for([_as_id(one) for one in values if one])
        own = {"name": name, "data-unit-picker": True, "multiple": self.allow_multiple_selected}
        flat = flatatt(self.build_attrs(self.attrs, attrs) | own)
        inner = format_html_join("", "{}", _each(self._parts(groups, set(map(str, values)))))
        select = format_html("<select{}>{}</select>", flat, inner)
        return select if is_whole else select + self._typed(name, value)

    def _parts(self, groups: dict[str, list], chosen: set[str]) -> Iterator[str]:
        if self.choices.field.empty_label is not None:
            yield format_html('<option value="">{}</option>', self.choices.field.empty_label)
        for label, rows in groups.items():
            lines = (
                (row.picker_hint, row.pk, SELECTED if str(row.pk) in chosen else "", row.full_label)
                for row in rows
            )
            inner = format_html_join("", OPTION, lines)
            yield format_html('<optgroup label="{}">{}</optgroup>', label, inner)

    def _typed(self, name: str, value: Any) -> SafeString:
        values = value if isinstance(value, list | tuple) else [value]
        names = "、".join(one for one in values if isinstance(one, TypedName))
        hint = _("单位较多，请写全称或简称；几家之间用顿号")
        if not self.allow_multiple_selected:
            hint = _("单位较多，请写全称或简称")
        return format_html(TYPED, f"{name}{NAME_SUFFIX}", names, hint, hint)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        typed = (data.get(f"{name}{NAME_SUFFIX}") or "").strip()
        if not typed:
            return value
        if self.allow_multiple_selected:
            names = [one.strip() for one in typed.replace("，", "、").split("、")]
            return [*(value or []), *(TypedName(one) for one in names if one)]
        return value or TypedName(typed)


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
        groups, _is_whole = self.groups_for([])
        for label, rows in groups.items():
            yield label, [self.choice(row) for row in rows]

    def groups_for(self, chosen: Iterable[int | None]) -> tuple[dict[str, list], bool]:
        """All rows, or the chosen alone where they are too many; and whether it is all."""
        rows = list(self.queryset[: MOST_OPTIONS + 1])
        is_whole = len(rows) <= MOST_OPTIONS
        if not is_whole:
            rows = self.queryset.filter(pk__in=[pk for pk in chosen if pk is not None])
        groups: dict[str, list] = {}
        for row in rows:
            key = row.place if row.is_village else row.get_kind_display()
            groups.setdefault(str(key), []).append(row)
        return groups, is_whole


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
        wanted = [
            self._named(value) if isinstance(value, TypedName) else _as_id(value)
            for value in values
        ]
        rows = self.queryset.in_bulk([pk for pk in wanted if pk is not None])
        for pk in wanted:
            if pk not in rows:
                raise ValidationError(self._why_not(pk), code="invalid_choice")
        return [rows[pk] for pk in wanted]

    def _named(self, name: str) -> int:
        """The one that is called so; a name that several bear or none is refused in words."""
        short = name.rpartition("·")[2].strip()
        rows = self.queryset.filter(Q(name=name) | Q(short_name=short))
        found = [row for row in rows if name in (row.name, row.short_name, row.full_label)]
        if len(found) == 1:
            return found[0].pk
        if found:
            told = _("有 %(count)d 个单位叫“%(name)s”：%(like)s。请写上苏木乡镇。")
        else:
            found = list(self.queryset.search(name).best_first(name)[:MOST_NAMED])
            told = _("没有找到“%(name)s”，相近的有：%(like)s。") if found else str(NOBODY)
        like = "、".join(row.full_label for row in found[:MOST_NAMED])
        facts = {"count": len(found), "name": name, "like": like}
        raise ValidationError(told % facts, code="invalid_choice")

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
