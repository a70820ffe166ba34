"""Pages and deeds of activities."""

from activities.views.answers import (
    confirmation_panel,
    participation_answer,
    participation_answer_many,
)
from activities.views.attachments import (
    attachment_add,
    attachment_download,
    attachment_remove,
)
from activities.views.detail import activity_detail, activity_withdraw
from activities.views.drafts import (
    activity_autosave,
    activity_copy,
    activity_create,
    activity_delete,
    activity_form,
)
from activities.views.lists import activity_export, activity_list
from activities.views.review import (
    activity_accept,
    activity_accept_many,
    activity_return,
    activity_review,
    activity_review_next,
)
from activities.views.sending import activity_submit_many

__all__ = [
    "activity_accept",
    "activity_accept_many",
    "activity_autosave",
    "activity_copy",
    "activity_create",
    "activity_delete",
    "activity_detail",
    "activity_export",
    "activity_form",
    "activity_list",
    "activity_return",
    "activity_review",
    "activity_review_next",
    "activity_submit_many",
    "activity_withdraw",
    "attachment_add",
    "attachment_download",
    "attachment_remove",
    "confirmation_panel",
    "participation_answer",
    "participation_answer_many",
]
