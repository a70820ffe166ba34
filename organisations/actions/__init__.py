"""Deeds on the register."""

from organisations.actions.bookings import (
    agree_booking,
    cancel_booking,
    decline_booking,
    request_booking,
    revoke_booking,
)
from organisations.actions.contacts import remove_contact, set_contact
from organisations.actions.handovers import (
    close_handed_over_accounts,
    confirm_handover,
    decline_handover,
    hand_over_liaison,
    propose_handover,
    withdraw_handover,
)
from organisations.actions.organisation import (
    create_organisation,
    edit_organisation,
    remove_organisation,
    verify_organisations,
)
from organisations.actions.register import load_register
from organisations.actions.resources import create_resource, edit_resource, remove_resource

__all__ = [
    "agree_booking",
    "cancel_booking",
    "close_handed_over_accounts",
    "confirm_handover",
    "create_organisation",
    "create_resource",
    "decline_booking",
    "decline_handover",
    "edit_organisation",
    "edit_resource",
    "hand_over_liaison",
    "load_register",
    "propose_handover",
    "remove_contact",
    "remove_organisation",
    "remove_resource",
    "request_booking",
    "revoke_booking",
    "set_contact",
    "verify_organisations",
    "withdraw_handover",
]
