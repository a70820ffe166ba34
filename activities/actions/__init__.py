"""What can be done with activities, cases, news and windows, one function for each deed."""

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
from activities.actions.news import NewsFacts, change_news, record_news, remove_news
from activities.actions.ratings import change_rating
from activities.actions.showcase import (
    CaseFacts,
    change_case,
    delete_case,
    publish_case,
    withdraw_case,
    write_case,
)
from activities.actions.states import (
    accept_activities,
    accept_activity,
    return_activity,
    submit_activity,
    withdraw_activity,
)
from activities.actions.windows import (
    WindowFacts,
    answer_window,
    cancel_window,
    change_window,
    open_window,
    remind_window,
)

__all__ = [
    "CaseFacts",
    "DraftConflictError",
    "Facts",
    "NewsFacts",
    "WindowFacts",
    "accept_activities",
    "accept_activity",
    "add_attachment",
    "answer_participations",
    "answer_window",
    "cancel_window",
    "change_case",
    "change_news",
    "change_rating",
    "change_window",
    "copy_activity",
    "delete_case",
    "delete_draft",
    "enter_draft",
    "facts_of",
    "open_window",
    "publish_case",
    "record_news",
    "remind_window",
    "remove_attachment",
    "remove_news",
    "return_activity",
    "save_draft",
    "start_activity",
    "submit_activity",
    "withdraw_activity",
    "withdraw_case",
    "write_case",
]
