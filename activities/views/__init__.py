"""Pages and deeds of activities, cases, news and windows."""

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
from activities.views.news import (
    news_create,
    news_detail,
    news_edit,
    news_export,
    news_list,
    news_remove,
)
from activities.views.review import (
    activity_accept,
    activity_accept_many,
    activity_rate,
    activity_return,
    activity_review,
    activity_review_next,
)
from activities.views.sending import activity_submit_many
from activities.views.showcase import (
    case_create,
    case_delete,
    case_detail,
    case_edit,
    case_list,
    case_publish,
    case_withdraw,
)
from activities.views.windows import (
    window_answer,
    window_cancel,
    window_create,
    window_detail,
    window_edit,
    window_export,
    window_list,
    window_remind,
)

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
    "activity_rate",
    "activity_return",
    "activity_review",
    "activity_review_next",
    "activity_submit_many",
    "activity_withdraw",
    "attachment_add",
    "attachment_download",
    "attachment_remove",
    "case_create",
    "case_delete",
    "case_detail",
    "case_edit",
    "case_list",
    "case_publish",
    "case_withdraw",
    "confirmation_panel",
    "news_create",
    "news_detail",
    "news_edit",
    "news_export",
    "news_list",
    "news_remove",
    "participation_answer",
    "participation_answer_many",
    "window_answer",
    "window_cancel",
    "window_create",
    "window_detail",
    "window_edit",
    "window_export",
    "window_list",
    "window_remind",
]
