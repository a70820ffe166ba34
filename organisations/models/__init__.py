"""The register: regions, organisations, and who acts for them."""

from organisations.models.assignment import Assignment
from organisations.models.booking import Booking
from organisations.models.change import ChangePart, OrganisationChange, successions
from organisations.models.contact import Contact
from organisations.models.handover import Handover
from organisations.models.name import OrganisationName, names_day
from organisations.models.organisation import (
    VILLAGE_KINDS,
    Organisation,
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
    "ChangePart",
    "Contact",
    "Handover",
    "Organisation",
    "OrganisationChange",
    "OrganisationName",
    "OrganisationTag",
    "Region",
    "Resource",
    "TradeSystem",
    "names_day",
    "organisation_scope",
    "successions",
]
