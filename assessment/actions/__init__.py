"""Deeds of the assessment."""

from assessment.actions.exports import (
    SHEETS,
    SheetFile,
    export_sheet,
    fill_sheets,
    start_sheets,
)
from assessment.actions.indicators import delete_indicator, save_indicator
from assessment.actions.marks import (
    Mark,
    markable_counts,
    markable_members,
    record_veto,
    save_marks,
    withdraw_veto,
)
from assessment.actions.runs import compute_run, start_run
from assessment.actions.schemes import (
    approve_results,
    draft_notice_scheme,
    finish_scheme,
    publish_scheme,
    reopen_scoring,
    scheme_faults,
    scheme_warnings,
)

__all__ = [
    "SHEETS",
    "Mark",
    "SheetFile",
    "approve_results",
    "compute_run",
    "delete_indicator",
    "draft_notice_scheme",
    "export_sheet",
    "fill_sheets",
    "finish_scheme",
    "markable_counts",
    "markable_members",
    "publish_scheme",
    "record_veto",
    "reopen_scoring",
    "save_indicator",
    "save_marks",
    "scheme_faults",
    "scheme_warnings",
    "start_run",
    "start_sheets",
    "withdraw_veto",
]
