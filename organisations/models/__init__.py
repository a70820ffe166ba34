"""The register: regions, organisations, and who acts for them."""

from organisations.models.assignment import Assignment
from organisations.models.contact import Contact
from organisations.models.organisation import (
    VILLAGE_KINDS,
    Organisation,
    OrganisationName,
    OrganisationTag,
    TradeSystem,
)
from organisations.models.region import Region
from organisations.models.scope import organisation_scope

__all__ = [
    "VILLAGE_KINDS",
    "Assignment",
    "Contact",
    "Organisation",
    "OrganisationName",
    "OrganisationTag",
    "Region",
    "TradeSystem",
    "organisation_scope",
]
