"""Pages of partnerships: the list, one partnership, its members' answers, its plan."""

from partnerships.views.listing import partnership_create, partnership_export, partnership_list
from partnerships.views.member import member_agree, member_decline, member_record
from partnerships.views.partnership import (
    partnership_cancel,
    partnership_conclude,
    partnership_detail,
    partnership_grant,
    partnership_start,
)
from partnerships.views.plan import (
    agreement_create,
    agreement_remove,
    milestone_complete,
    milestone_create,
    milestone_remove,
    milestone_reopen,
)
from partnerships.views.proposal import edit_page, propose_page

__all__ = [
    "agreement_create",
    "agreement_remove",
    "edit_page",
    "member_agree",
    "member_decline",
    "member_record",
    "milestone_complete",
    "milestone_create",
    "milestone_remove",
    "milestone_reopen",
    "partnership_cancel",
    "partnership_conclude",
    "partnership_create",
    "partnership_detail",
    "partnership_export",
    "partnership_grant",
    "partnership_list",
    "partnership_start",
    "propose_page",
]
