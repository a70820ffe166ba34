"""Deeds on the register."""

from organisations.actions.bookings import (
    agree_booking,
    cancel_booking,
    decline_booking,
    request_booking,
    revoke_booking,
)
from organisations.actions.contacts import remove_contact, set_contact
from organisations.actions.organisation import (
    create_organisation,
    edit_organisation,
    verify_organisations,
)
from organisations.actions.register import load_register
from organisations.actions.resources import create_resource, edit_resource, remove_resource

__all__ = [
    "agree_booking",
    "cancel_booking",
    "create_organisation",
    "create_resource",
    "decline_booking",
    "edit_organisation",
    "edit_resource",
    "load_register",
    "remove_contact",
    "remove_resource",
    "request_booking",
    "revoke_booking",
    "set_contact",
    "verify_organisations",
]
