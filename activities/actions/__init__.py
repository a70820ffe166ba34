"""What can be done with activities, one function for each deed."""

from activities.actions.answers import answer_participations
from activities.actions.attachments import add_attachment, remove_attachment
from activities.actions.drafts import (
    DraftConflictError,
    Facts,
    copy_activity,
    delete_draft,
    enter_draft,
    facts_of,
    save_draft,
    start_activity,
)
from activities.actions.states import (
    accept_activities,
    accept_activity,
    return_activity,
    submit_activity,
    withdraw_activity,
)

__all__ = [
    "DraftConflictError",
    "Facts",
    "accept_activities",
    "accept_activity",
    "add_attachment",
    "answer_participations",
    "copy_activity",
    "delete_draft",
    "enter_draft",
    "facts_of",
    "remove_attachment",
    "return_activity",
    "save_draft",
    "start_activity",
    "submit_activity",
    "withdraw_activity",
]
