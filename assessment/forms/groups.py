"""Small forms of the groups and of who scores what."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from assessment.actions import ungrouped_units
from assessment.models import AssessmentGroup, Scheme
from core.forms import ID_DIGITS, ChecksPersonalData
from organisations.forms import OrganisationChoiceField, offer_organisations


def numbers(texts: list[str]) -> list[int]:
    """Ticked rows by number; what is no number of a row is left out."""
    return [int(text) for text in texts if text.isdecimal() and len(text) <= ID_DIGITS]


class DepartmentForm(forms.Form):
    department = OrganisationChoiceField(label=gettext_lazy("由这个部门评分"))

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        offer_organisations(self, user)


class GroupNameForm(ChecksPersonalData):
    CHECKED = ("name",)

    name = forms.CharField(label=gettext_lazy("分组名称"), max_length=40)


class GroupChoiceForm(forms.Form):
    """The group that ticked units go to; none takes them out of all groups."""

    group = forms.ModelChoiceField(
        label=gettext_lazy("移到"), queryset=AssessmentGroup.objects.none(), required=False
    )

    def __init__(self, data: Any = None, *, scheme: Scheme) -> None:
        super().__init__(data)
        self.fields["group"].queryset = scheme.groups.all()
        self.fields["group"].empty_label = None


def missing_by_kind(scheme: Scheme) -> list[dict[str, Any]]:
    """Active units that are in no group, by kind, most frequent kind of the register first."""
    found: dict[str, list[Any]] = {}
    units = ungrouped_units(scheme).select_related("region__parent").order_by("region__code", "pk")
    for unit in units:
        found.setdefault(unit.kind, []).append(unit)
    return [
        {"kind": kind, "label": units[0].get_kind_display(), "units": units}
        for kind, units in found.items()
    ]
