"""Pages of the assessment."""

from assessment.views.evidence import evidence_list
from assessment.views.exports import scheme_workbook, score_export, score_sheet, sheets_start
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
from assessment.views.scores import score_detail, score_list

__all__ = [
    "evidence_list",
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
    "scheme_workbook",
    "score_detail",
    "score_export",
    "score_list",
    "score_sheet",
    "sheets_start",
    "veto_create",
    "veto_withdraw",
]
