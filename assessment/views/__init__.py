"""Pages of the assessment."""

from assessment.views.annual import annual_export, annual_list, annual_weigh
from assessment.views.answers import objection_answer, objection_confirm, objection_return
from assessment.views.balance import balance_list, group_balance, marks_keep, marks_return
from assessment.views.books import scheme_import, scheme_replace
from assessment.views.corrections import (
    correction_confirm,
    correction_create,
    correction_decline,
    correction_list,
    correction_paper,
)
from assessment.views.drafting import scheme_create, scheme_discard
from assessment.views.evidence import evidence_list
from assessment.views.exports import scheme_workbook, score_export, score_sheet, sheets_start
from assessment.views.forecasts import forecast_detail, forecast_list
from assessment.views.groups import (
    group_create,
    group_delete,
    group_move,
    group_rename,
    groups_regroup,
    members_add,
    members_move,
    scheme_groups,
)
from assessment.views.imported import value_list, value_save, value_template, value_upload
from assessment.views.indicators import indicator_delete, indicator_edit
from assessment.views.mark_grid import mark_grid, mark_list, mark_upload, mark_workbook
from assessment.views.marking import marking_detail, marking_due, marking_remind
from assessment.views.notices import notice_detail, notice_open, notice_paper
from assessment.views.objections import (
    objection_create,
    objection_detail,
    objection_export,
    objection_file,
    objection_list,
    objection_paper,
    objection_withdraw,
)
from assessment.views.rehearsal_units import rehearsal_export, rehearsal_unit_list
from assessment.views.rehearsals import (
    rehearsal_apply,
    rehearsal_create,
    rehearsal_detail,
    rehearsal_whatif,
)
from assessment.views.runs import run_detail, run_export, run_list, score_recompute
from assessment.views.schemes import (
    scheme_approve,
    scheme_compute,
    scheme_detail,
    scheme_finish,
    scheme_list,
    scheme_publish,
    scheme_reopen,
)
from assessment.views.scores import score_detail, score_list
from assessment.views.table import indicator_save_row, scheme_edit, scheme_settings
from assessment.views.table_wide import scheme_applies, scheme_departments
from assessment.views.trial import scheme_try
from assessment.views.versions import (
    scheme_compare,
    scheme_compare_export,
    scheme_paper,
    scheme_revise,
)
from assessment.views.vetoes import veto_create, veto_withdraw

__all__ = [
    "marking_detail",
    "marking_due",
    "marking_remind",
    "value_list",
    "value_save",
    "value_template",
    "value_upload",
    "annual_export",
    "annual_list",
    "annual_weigh",
    "balance_list",
    "correction_confirm",
    "correction_create",
    "correction_decline",
    "correction_list",
    "correction_paper",
    "group_create",
    "group_delete",
    "group_move",
    "group_rename",
    "groups_regroup",
    "members_add",
    "members_move",
    "scheme_groups",
    "indicator_save_row",
    "scheme_edit",
    "scheme_settings",
    "scheme_applies",
    "scheme_departments",
    "evidence_list",
    "forecast_detail",
    "forecast_list",
    "group_balance",
    "indicator_delete",
    "indicator_edit",
    "mark_grid",
    "mark_list",
    "mark_upload",
    "mark_workbook",
    "marks_keep",
    "marks_return",
    "notice_detail",
    "notice_open",
    "notice_paper",
    "objection_answer",
    "objection_confirm",
    "objection_create",
    "objection_detail",
    "objection_export",
    "objection_file",
    "objection_list",
    "objection_paper",
    "objection_return",
    "objection_withdraw",
    "rehearsal_apply",
    "rehearsal_create",
    "rehearsal_detail",
    "rehearsal_export",
    "rehearsal_unit_list",
    "rehearsal_whatif",
    "run_detail",
    "run_export",
    "run_list",
    "scheme_approve",
    "scheme_compare",
    "scheme_compare_export",
    "scheme_compute",
    "scheme_create",
    "scheme_detail",
    "scheme_discard",
    "scheme_finish",
    "scheme_import",
    "scheme_list",
    "scheme_paper",
    "scheme_publish",
    "scheme_reopen",
    "scheme_replace",
    "scheme_revise",
    "scheme_try",
    "scheme_workbook",
    "score_detail",
    "score_export",
    "score_list",
    "score_recompute",
    "score_sheet",
    "sheets_start",
    "veto_create",
    "veto_withdraw",
]
