"""Pages of titles and standard sites, one module each."""

from demonstrations.views.checklists import checklist_create, checklist_edit, checklist_list
from demonstrations.views.decisions import decision_approve, decision_propose, decision_return
from demonstrations.views.detail import title_detail
from demonstrations.views.notices import (
    notice_create,
    notice_detail,
    notice_list,
    notice_paper,
    objection_answer,
    objection_create,
)
from demonstrations.views.pool import pool_export, pool_list, title_cultivate
from demonstrations.views.rules import rule_edit, rule_list
from demonstrations.views.sites import (
    site_accept,
    site_create,
    site_detail,
    site_edit,
    site_export,
    site_list,
    site_withdraw,
)
from demonstrations.views.steps import STEPS, title_step
from demonstrations.views.titles import title_create, title_edit, title_export, title_list

__all__ = [
    "STEPS",
    "checklist_create",
    "checklist_edit",
    "checklist_list",
    "decision_approve",
    "decision_propose",
    "decision_return",
    "notice_create",
    "notice_detail",
    "notice_list",
    "notice_paper",
    "objection_answer",
    "objection_create",
    "pool_export",
    "pool_list",
    "rule_edit",
    "rule_list",
    "site_accept",
    "site_create",
    "site_detail",
    "site_edit",
    "site_export",
    "site_list",
    "site_withdraw",
    "title_create",
    "title_cultivate",
    "title_detail",
    "title_edit",
    "title_export",
    "title_list",
    "title_step",
]
