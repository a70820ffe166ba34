"""Forms of the register, and the fields with which every app asks for organisations."""

from organisations.forms.fields import (
    OrganisationChoiceField,
    OrganisationMultipleChoiceField,
    offer_organisations,
)

__all__ = [
    "OrganisationChoiceField",
    "OrganisationMultipleChoiceField",
    "offer_organisations",
]
