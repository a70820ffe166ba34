"""Forms of the register, and the fields with which every app asks for organisations."""

from organisations.forms.fields import (
    OrganisationChoiceField,
    OrganisationMultipleChoiceField,
    offer_organisations,
)
from organisations.forms.inputs import DayInput, name_empty_choices
from organisations.forms.organisation import OrganisationForm

__all__ = [
    "DayInput",
    "OrganisationChoiceField",
    "OrganisationForm",
    "OrganisationMultipleChoiceField",
    "name_empty_choices",
    "offer_organisations",
]
