"""Ledgers of this app that can be brought in, and what every ledger of units shares."""

from organisations.imports.contacts import Contacts
from organisations.imports.register import Organisations
from organisations.imports.resources import Resources
from organisations.imports.units import UnitLedger

__all__ = ["Contacts", "Organisations", "Resources", "UnitLedger"]
