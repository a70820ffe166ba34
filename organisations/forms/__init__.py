"""Forms of the register, and the fields with which every app asks for organisations."""

from organisations.forms.days import DayInput
from organisations.forms.fields import (
    OrganisationChoiceField,
    OrganisationMultipleChoiceField,
    offer_organisations,
)
from organisations.forms.organisation import OrganisationForm

__all__ = [
    "DayInput",
    "OrganisationChoiceField",
    "OrganisationForm",
    "OrganisationMultipleChoiceField",
    "offer_organisations",
]
