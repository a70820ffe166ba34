"""The register: regions, organisations, and who acts for them."""

from organisations.models.assignment import Assignment
from organisations.models.booking import Booking
from organisations.models.contact import Contact
from organisations.models.handover import Handover
from organisations.models.organisation import (
    VILLAGE_KINDS,
    Organisation,
    OrganisationName,
    OrganisationTag,
    TradeSystem,
)
from organisations.models.region import Region
from organisations.models.resource import Resource
from organisations.models.scope import organisation_scope

__all__ = [
    "VILLAGE_KINDS",
    "Assignment",
    "Booking",
    "Contact",
    "Handover",
    "Organisation",
    "OrganisationName",
    "OrganisationTag",
    "Region",
    "Resource",
    "TradeSystem",
    "organisation_scope",
]
