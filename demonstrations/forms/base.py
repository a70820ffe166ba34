"""What the forms of titles and sites have in common."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from core.forms import ChecksPersonalData
from organisations.forms import (
    DayInput,
    OrganisationChoiceField,
    name_empty_choices,
    offer_organisations,
)

# Of the form itself, not of what it is about.
OWN_FIELDS = ("keep_text", "seen_at")


def text_area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class FactsForm(ChecksPersonalData):
    def facts(self) -> dict[str, Any]:
        """What the actions take: the fields that this form shows."""
        return {name: self.cleaned_data[name] for name in self.fields if name not in OWN_FIELDS}


class StaleForm(FactsForm):
    """A form of a row that carries `updated_at`, to notice when somebody saved in between."""

    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_at"] = self.instance.updated_at.isoformat()

    def seen(self) -> datetime | None:
        """When what the user saw was saved; nonsense counts as not seen."""
        try:
            return parse_datetime(self.cleaned_data.get("seen_at", ""))
        except ValueError:
            return None

    def catch_up(self) -> None:
        """After being told what others changed: the next save is made knowingly."""
        latest = type(self.instance).objects.filter(pk=self.instance.pk)
        self.data = self.data.copy()
        self.data["seen_at"] = latest.values_list("updated_at", flat=True).get().isoformat()


class UnitForm(StaleForm, forms.ModelForm):
    """A row that belongs to an organisation."""

    organisation = OrganisationChoiceField(action="title.edit")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep = [self.instance.organisation_id] if self.instance.pk else []
        offer_organisations(self, user, keep)
        name_empty_choices(self)


class StepForm(FactsForm):
    """When a step was taken, and what there is to say about it."""

    CHECKED = ("remark",)

    done_on = forms.DateField(label=_("日期"), widget=DayInput, initial=timezone.localdate)
    remark = forms.CharField(label=_("说明"), required=False, max_length=300, widget=text_area())
