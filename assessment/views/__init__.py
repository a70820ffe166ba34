"""Pages of the assessment."""

from assessment.views.indicators import indicator_create, indicator_delete, indicator_edit
from assessment.views.marks import mark_form, mark_list, veto_create, veto_withdraw
from assessment.views.schemes import (
    scheme_approve,
    scheme_compute,
    scheme_create,
    scheme_detail,
    scheme_finish,
    scheme_list,
    scheme_publish,
    scheme_reopen,
)

__all__ = [
    "indicator_create",
    "indicator_delete",
    "indicator_edit",
    "mark_form",
    "mark_list",
    "scheme_approve",
    "scheme_compute",
    "scheme_create",
    "scheme_detail",
    "scheme_finish",
    "scheme_list",
    "scheme_publish",
    "scheme_reopen",
    "veto_create",
    "veto_withdraw",
]
