"""Deeds on the register."""

from organisations.actions.contacts import remove_contact, set_contact
from organisations.actions.organisation import (
    create_organisation,
    edit_organisation,
    verify_organisations,
)
from organisations.actions.register import load_register

__all__ = [
    "create_organisation",
    "edit_organisation",
    "load_register",
    "remove_contact",
    "set_contact",
    "verify_organisations",
]
