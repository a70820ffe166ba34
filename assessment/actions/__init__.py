"""Deeds of the assessment."""

from assessment.actions.annual import export_annual, missing_for_annual, set_annual_weight
from assessment.actions.answers import confirm_answer, draft_answer, return_answer
from assessment.actions.balance import (
    answer_returns,
    balance_group,
    groups_to_balance,
    keep_marks,
    note_entry,
    return_marks,
)
from assessment.actions.carrying import carried_figures, replaced_by
from assessment.actions.corrected_runs import (
    Foreseen,
    correction_specs,
    foresee,
    limits_of,
    line_of,
)
from assessment.actions.corrections import (
    confirm_correction,
    decline_correction,
    propose_correction,
)
from assessment.actions.discarding import discard_draft, kept_reason
from assessment.actions.drafts import (
    draft_from_book,
    draft_notice_scheme,
    draft_ready_scheme,
    plan_for,
    replace_table,
)
from assessment.actions.exports import SHEETS, SheetFile, export_sheet, fill_sheets, start_sheets
from assessment.actions.grouping import (
    add_members,
    create_group,
    delete_group,
    move_group,
    move_members,
    regroup_by_kind,
    rename_group,
    ungrouped_units,
)
from assessment.actions.groups import kind_changes, left_out_units
from assessment.actions.imported import ValueChange, save_imported_values
from assessment.actions.indicators import (
    Usage,
    delete_indicator,
    in_use,
    indicator_texts,
    save_indicator,
    usage_of,
)
from assessment.actions.mark_cells import Answer, Typed, judge_typed, save_cells
from assessment.actions.marking import (
    marks_reminder_text,
    owing_departments,
    remind_departments,
    set_marks_due,
)
from assessment.actions.marks import (
    Mark,
    markable_members,
    record_veto,
    save_marks,
    withdraw_veto,
)
from assessment.actions.notices import (
    finish_scheme,
    first_day_reason,
    open_notice,
    unfinished_reason,
)
from assessment.actions.objections import EvidenceLinks, file_objection, withdraw_objection
from assessment.actions.papers import (
    LETTERS,
    NOTICES,
    export_answer,
    export_correction,
    export_notice,
    export_scheme_paper,
)
from assessment.actions.rehearsals import (
    apply_what_if,
    carry_out_rehearsal,
    is_current,
    start_rehearsal,
)
from assessment.actions.runs import compute_run, start_run
from assessment.actions.schemes import (
    approve_results,
    formalism_warnings,
    publish_scheme,
    reopen_scoring,
    scheme_faults,
    scheme_stamp,
    scheme_warnings,
    table_faults,
    touch_table,
)
from assessment.actions.states import frozen_words
from assessment.actions.table import (
    SavedRow,
    add_row,
    copy_row,
    move_row,
    move_row_under,
    save_row,
)
from assessment.actions.table_settings import (
    AppliesClash,
    assign_department,
    save_applies,
    save_scheme_settings,
    setting_text,
)
from assessment.actions.versions import Copied, copy_scheme, revise_scheme

__all__ = [
    "Foreseen",
    "Answer",
    "AppliesClash",
    "Copied",
    "EvidenceLinks",
    "Mark",
    "SHEETS",
    "SavedRow",
    "LETTERS",
    "NOTICES",
    "SheetFile",
    "export_answer",
    "export_correction",
    "export_notice",
    "export_scheme_paper",
    "Typed",
    "Usage",
    "ValueChange",
    "add_members",
    "add_row",
    "answer_returns",
    "apply_what_if",
    "approve_results",
    "assign_department",
    "balance_group",
    "carried_figures",
    "carry_out_rehearsal",
    "compute_run",
    "confirm_answer",
    "confirm_correction",
    "copy_row",
    "copy_scheme",
    "correction_specs",
    "create_group",
    "decline_correction",
    "delete_group",
    "delete_indicator",
    "discard_draft",
    "draft_answer",
    "draft_from_book",
    "draft_notice_scheme",
    "draft_ready_scheme",
    "export_annual",
    "export_sheet",
    "file_objection",
    "fill_sheets",
    "finish_scheme",
    "foresee",
    "first_day_reason",
    "formalism_warnings",
    "frozen_words",
    "groups_to_balance",
    "in_use",
    "indicator_texts",
    "is_current",
    "judge_typed",
    "keep_marks",
    "kept_reason",
    "kind_changes",
    "left_out_units",
    "limits_of",
    "line_of",
    "markable_members",
    "marks_reminder_text",
    "missing_for_annual",
    "move_group",
    "move_members",
    "move_row",
    "move_row_under",
    "note_entry",
    "open_notice",
    "owing_departments",
    "plan_for",
    "propose_correction",
    "publish_scheme",
    "record_veto",
    "regroup_by_kind",
    "remind_departments",
    "rename_group",
    "reopen_scoring",
    "replace_table",
    "replaced_by",
    "return_answer",
    "return_marks",
    "revise_scheme",
    "save_applies",
    "save_cells",
    "save_imported_values",
    "save_indicator",
    "save_marks",
    "save_row",
    "save_scheme_settings",
    "scheme_faults",
    "scheme_stamp",
    "scheme_warnings",
    "set_annual_weight",
    "set_marks_due",
    "setting_text",
    "start_rehearsal",
    "start_run",
    "table_faults",
    "start_sheets",
    "touch_table",
    "unfinished_reason",
    "ungrouped_units",
    "usage_of",
    "withdraw_objection",
    "withdraw_veto",
]
