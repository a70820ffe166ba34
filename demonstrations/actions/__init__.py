"""Deeds on titles and standard sites."""

from demonstrations.actions.checklists import ItemFacts, save_checklist
from demonstrations.actions.cultivation import (
    apply_for_title,
    drop_title,
    fail_first_check,
    missing_prerequisite,
    pass_first_check,
    start_cultivation,
)
from demonstrations.actions.decisions import (
    DecisionFacts,
    approve_decision,
    propose_decision,
    proposed_term,
    return_decision,
)
from demonstrations.actions.notices import (
    answer_objection,
    raise_objection,
    start_notice,
    stop_application,
)
from demonstrations.actions.recording import (
    TITLE_FIELDS,
    create_title,
    edit_title,
    editable_fields,
    remove_title,
)
from demonstrations.actions.review import (
    demand_rectification,
    pass_rectification,
    pass_review,
    start_review,
)
from demonstrations.actions.rules import RULE_FIELDS, edit_rule
from demonstrations.actions.sites import (
    SITE_FIELDS,
    AcceptanceFacts,
    accept_site,
    create_site,
    edit_site,
    send_site_to_mend,
    withdraw_acceptance,
)

__all__ = [
    "RULE_FIELDS",
    "SITE_FIELDS",
    "TITLE_FIELDS",
    "AcceptanceFacts",
    "DecisionFacts",
    "ItemFacts",
    "accept_site",
    "answer_objection",
    "apply_for_title",
    "approve_decision",
    "create_site",
    "create_title",
    "demand_rectification",
    "drop_title",
    "edit_rule",
    "edit_site",
    "edit_title",
    "editable_fields",
    "fail_first_check",
    "missing_prerequisite",
    "pass_first_check",
    "pass_rectification",
    "pass_review",
    "propose_decision",
    "proposed_term",
    "raise_objection",
    "remove_title",
    "return_decision",
    "save_checklist",
    "send_site_to_mend",
    "start_cultivation",
    "start_notice",
    "start_review",
    "stop_application",
    "withdraw_acceptance",
]
