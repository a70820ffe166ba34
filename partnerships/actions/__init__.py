"""Every deed that changes a partnership: one function, one audit record each."""

from partnerships.actions.consent import agree_member, decline_member, record_consent
from partnerships.actions.plan import (
    add_agreement,
    add_milestone,
    complete_milestone,
    remove_agreement,
    remove_milestone,
    reopen_milestone,
)
from partnerships.actions.progress import (
    cancel_partnership,
    conclude_partnership,
    grant_budget,
    start_partnership,
)
from partnerships.actions.proposing import (
    DuplicateError,
    StaleError,
    propose_partnership,
    remove_proposal,
    revise_partnership,
)

__all__ = [
    "DuplicateError",
    "StaleError",
    "add_agreement",
    "add_milestone",
    "agree_member",
    "cancel_partnership",
    "complete_milestone",
    "conclude_partnership",
    "decline_member",
    "grant_budget",
    "propose_partnership",
    "record_consent",
    "remove_agreement",
    "remove_milestone",
    "remove_proposal",
    "reopen_milestone",
    "revise_partnership",
    "start_partnership",
]
