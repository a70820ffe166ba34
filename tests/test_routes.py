"""Every address of the platform with who may use it, written down and tried out.

A new route needs one line in ROUTES: its name and its roles. The table is written by hand on
purpose: a slip in the table of rights must not be able to change both sides at once.
"""

from functools import cache

import pytest
from django.urls import URLPattern, get_resolver, reverse

from accounts.rights import RIGHTS, Role
from core.access import PUBLIC, SIGNED_IN
from tests.factories.organisations import user_with

STAFF, DIRECTOR, LIAISON = Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, Role.LIAISON
SCORER, LEADER = Role.SCORER, Role.LEADER
SYSTEM, SECURITY, AUDITOR = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR

READERS = {STAFF, DIRECTOR, LEADER, LIAISON}

ROUTES = {
    # dashboards
    "home": SIGNED_IN,
    "overview": {STAFF, DIRECTOR, LEADER},
    "network": {STAFF, DIRECTOR, LEADER},
    "search": SIGNED_IN,
    # core
    "core:year_choose": SIGNED_IN,
    "core:job_list": SIGNED_IN,
    "core:job_panel": SIGNED_IN,
    "core:job_retry": SIGNED_IN,
    "core:job_stop": SIGNED_IN,
    "core:export_download": SIGNED_IN,
    "core:columns_choose": SIGNED_IN,
    "core:saved_filter_create": SIGNED_IN,
    "core:saved_filter_edit": SIGNED_IN,
    "core:saved_filter_delete": SIGNED_IN,
    # the right of the ledger is asked for inside: see tests/core/test_import_pages.py
    "core:import_list": SIGNED_IN,
    "core:import_create": SIGNED_IN,
    "core:import_template": SIGNED_IN,
    "core:import_detail": SIGNED_IN,
    "core:import_reread": SIGNED_IN,
    "core:import_choose": SIGNED_IN,
    "core:import_accept_all": SIGNED_IN,
    "core:import_save": SIGNED_IN,
    "core:import_undo": SIGNED_IN,
    "core:import_cancel": SIGNED_IN,
    "core:import_faults": SIGNED_IN,
    # accounts
    "accounts:login": PUBLIC,
    "accounts:logout": SIGNED_IN,
    "accounts:password_change": SIGNED_IN,
    "accounts:user_list": {SYSTEM, SECURITY},
    "accounts:user_detail": {SYSTEM, SECURITY},
    "accounts:user_edit": {SYSTEM},
    "accounts:user_close": {SYSTEM},
    "accounts:user_reopen": {SYSTEM},
    "accounts:user_reset_password": {SYSTEM},
    "accounts:user_unlock": {SECURITY},
    "accounts:login_failure_list": {SECURITY},
    "accounts:audit_list": {AUDITOR},
    "accounts:audit_check": {AUDITOR},
    "accounts:audit_detail": {AUDITOR},
    # organisations
    "organisations:organisation_list": READERS | {SCORER},
    "organisations:organisation_options": SIGNED_IN,
    "organisations:organisation_export": READERS | {SCORER},
    "organisations:organisation_verify_many": {STAFF},
    "organisations:organisation_bulk": {STAFF},
    "organisations:organisation_create": {STAFF},
    "organisations:organisation_detail": READERS | {SCORER},
    "organisations:organisation_edit": {STAFF},
    "organisations:organisation_rename": {STAFF},
    "organisations:organisation_merge": {STAFF},
    "organisations:organisation_split": {STAFF},
    "organisations:organisation_close": {STAFF},
    "organisations:organisation_remove": {STAFF},
    "organisations:organisation_verify": {STAFF},
    "organisations:contact_edit": {STAFF, LIAISON},
    "organisations:contact_remove": {STAFF, LIAISON},
    "organisations:resource_panel": READERS,
    "organisations:resource_list": READERS,
    "organisations:resource_export": READERS,
    "organisations:resource_create": {STAFF, LIAISON},
    "organisations:resource_detail": READERS,
    "organisations:resource_edit": {STAFF, LIAISON},
    "organisations:booking_create": {STAFF, LIAISON},
    "organisations:booking_list": READERS,
    "organisations:booking_export": READERS,
    "organisations:booking_agree": {STAFF, LIAISON},
    "organisations:booking_decline": {STAFF, LIAISON},
    "organisations:booking_cancel": {STAFF, LIAISON},
    "organisations:booking_revoke": {STAFF, LIAISON},
    "organisations:handover_create": SIGNED_IN,
    "organisations:handover_list": SIGNED_IN,
    "organisations:handover_detail": SIGNED_IN,
    "organisations:handover_confirm": {SECURITY},
    "organisations:handover_decline": {SECURITY},
    "organisations:handover_withdraw": {STAFF, LIAISON, SCORER},
    "organisations:account_create": {SYSTEM},
    "organisations:assignment_create": {SECURITY},
    "organisations:assignment_end": {SECURITY},
    # demonstrations
    "demonstrations:title_list": READERS,
    "demonstrations:title_export": READERS,
    "demonstrations:title_create": {STAFF},
    "demonstrations:title_detail": READERS,
    "demonstrations:title_edit": {STAFF},
    "demonstrations:title_apply": {STAFF},
    "demonstrations:title_check": {STAFF},
    "demonstrations:title_review": {STAFF},
    "demonstrations:title_pass_review": {STAFF},
    "demonstrations:title_rectify": {STAFF},
    "demonstrations:title_rectified": {STAFF},
    "demonstrations:title_stop": {STAFF},
    "demonstrations:title_drop": {STAFF},
    "demonstrations:decision_propose": {STAFF},
    "demonstrations:decision_approve": {DIRECTOR},
    "demonstrations:decision_return": {DIRECTOR},
    "demonstrations:objection_create": {STAFF},
    "demonstrations:objection_answer": {STAFF},
    "demonstrations:pool_list": READERS,
    "demonstrations:pool_export": READERS,
    "demonstrations:title_cultivate": {STAFF},
    "demonstrations:notice_list": READERS,
    "demonstrations:notice_create": {STAFF},
    "demonstrations:notice_detail": READERS,
    "demonstrations:notice_paper": READERS,
    "demonstrations:rule_list": {STAFF, DIRECTOR},
    "demonstrations:rule_edit": {STAFF, DIRECTOR},
    "demonstrations:site_list": READERS,
    "demonstrations:site_export": READERS,
    "demonstrations:site_create": {STAFF},
    "demonstrations:site_detail": READERS,
    "demonstrations:site_edit": {STAFF},
    "demonstrations:site_accept": {STAFF, DIRECTOR},
    "demonstrations:site_withdraw": {STAFF, DIRECTOR},
    "demonstrations:checklist_list": {STAFF, DIRECTOR},
    "demonstrations:checklist_create": {STAFF, DIRECTOR},
    "demonstrations:checklist_edit": {STAFF, DIRECTOR},
    # partnerships
    "partnerships:partnership_list": READERS,
    "partnerships:partnership_export": READERS,
    "partnerships:partnership_create": {STAFF, LIAISON},
    "partnerships:partnership_detail": READERS,
    "partnerships:partnership_start": {STAFF},
    "partnerships:partnership_conclude": {STAFF},
    "partnerships:partnership_cancel": {STAFF},
    "partnerships:partnership_grant": {STAFF},
    "partnerships:agreement_create": {STAFF, LIAISON},
    "partnerships:agreement_remove": {STAFF, LIAISON},
    "partnerships:milestone_create": {STAFF, LIAISON},
    "partnerships:milestone_complete": {STAFF, LIAISON},
    "partnerships:milestone_reopen": {STAFF, LIAISON},
    "partnerships:milestone_remove": {STAFF, LIAISON},
    "partnerships:member_agree": {LIAISON},
    "partnerships:member_decline": {LIAISON},
    "partnerships:member_record": {STAFF},
    # pairings, alliances
    "pairings:pairing_create": {STAFF, LIAISON},
    "pairings:pairing_edit": {STAFF, LIAISON},
    "alliances:linkage_create": {STAFF, LIAISON},
    "alliances:linkage_edit": {STAFF, LIAISON},
    "alliances:matrix_create": {STAFF, LIAISON},
    "alliances:matrix_edit": {STAFF, LIAISON},
    "alliances:seat_create": {STAFF, LIAISON},
    "alliances:seat_edit": {STAFF, LIAISON},
    "alliances:seat_remove": {STAFF, LIAISON},
    "alliances:alliance_create": {STAFF, LIAISON},
    "alliances:alliance_edit": {STAFF, LIAISON},
    # activities
    "activities:activity_list": READERS,
    "activities:activity_export": READERS,
    "activities:activity_create": {LIAISON},
    "activities:activity_review_next": {STAFF},
    "activities:activity_accept_many": {STAFF},
    "activities:activity_submit_many": {LIAISON},
    "activities:confirmation_panel": {LIAISON},
    "activities:participation_answer_many": {LIAISON},
    "activities:activity_detail": READERS,
    "activities:activity_form": {LIAISON},
    "activities:activity_autosave": {LIAISON},
    "activities:activity_copy": {LIAISON},
    "activities:activity_delete": {LIAISON},
    "activities:activity_withdraw": {LIAISON},
    "activities:activity_review": {STAFF},
    "activities:activity_accept": {STAFF},
    "activities:activity_return": {STAFF},
    "activities:activity_rate": {STAFF},
    "activities:attachment_add": {LIAISON},
    "activities:attachment_download": READERS,
    "activities:attachment_remove": {LIAISON},
    "activities:participation_answer": {LIAISON},
    "activities:window_list": READERS,
    "activities:window_create": {STAFF},
    "activities:window_detail": READERS,
    "activities:window_export": READERS,
    "activities:window_edit": {STAFF},
    "activities:window_remind": {STAFF},
    "activities:window_cancel": {STAFF},
    "activities:window_answer": {STAFF, LIAISON},
    "activities:case_list": SIGNED_IN,
    "activities:case_create": {STAFF},
    "activities:case_detail": SIGNED_IN,
    "activities:case_edit": {STAFF},
    "activities:case_publish": {STAFF},
    "activities:case_withdraw": {STAFF},
    "activities:case_delete": {STAFF},
    "activities:news_list": READERS,
    "activities:news_export": READERS,
    "activities:news_create": {STAFF, LIAISON},
    "activities:news_detail": READERS,
    "activities:news_edit": {STAFF, LIAISON},
    "activities:news_remove": {STAFF, LIAISON},
    # supervision
    "supervision:inspection_list": READERS,
    "supervision:inspection_export": READERS,
    "supervision:inspection_create": {STAFF},
    "supervision:inspection_detail": READERS,
    "supervision:inspection_edit": {STAFF},
    "supervision:finding_rectify": {LIAISON},
    "supervision:finding_check": {STAFF},
    "supervision:finding_send_back": {STAFF},
    # assessment
    "assessment:scheme_list": READERS | {SCORER},
    "assessment:scheme_create": {STAFF},
    "assessment:scheme_import": {STAFF},
    "assessment:scheme_replace": {STAFF},
    "assessment:scheme_try": {STAFF, DIRECTOR},
    "assessment:scheme_discard": {STAFF},
    "assessment:scheme_revise": {STAFF},
    "assessment:scheme_compare": READERS | {SCORER},
    "assessment:scheme_compare_export": READERS | {SCORER},
    "assessment:scheme_paper": READERS | {SCORER},
    "assessment:scheme_detail": READERS | {SCORER},
    "assessment:scheme_workbook": READERS | {SCORER},
    "assessment:scheme_edit": {STAFF},
    "assessment:scheme_settings": {STAFF},
    "assessment:scheme_applies": {STAFF},
    "assessment:scheme_departments": {STAFF},
    "assessment:scheme_groups": READERS | {SCORER},
    "assessment:group_create": {STAFF},
    "assessment:group_rename": {STAFF},
    "assessment:group_move": {STAFF},
    "assessment:group_delete": {STAFF},
    "assessment:groups_regroup": {STAFF},
    "assessment:members_move": {STAFF},
    "assessment:members_add": {STAFF},
    "assessment:indicator_save_row": {STAFF},
    "assessment:scheme_publish": {DIRECTOR},
    "assessment:scheme_compute": {STAFF},
    "assessment:scheme_approve": {DIRECTOR},
    "assessment:scheme_reopen": {DIRECTOR},
    "assessment:scheme_finish": {STAFF},
    "assessment:veto_create": {STAFF},
    "assessment:veto_withdraw": {STAFF},
    "assessment:indicator_edit": {STAFF},
    "assessment:indicator_delete": {STAFF},
    "assessment:run_list": {STAFF, DIRECTOR, LEADER},
    "assessment:run_detail": {STAFF, DIRECTOR, LEADER},
    "assessment:run_export": {STAFF, DIRECTOR, LEADER},
    "assessment:score_recompute": {STAFF},
    "assessment:rehearsal_create": {STAFF, DIRECTOR},
    "assessment:rehearsal_detail": {STAFF, DIRECTOR},
    "assessment:rehearsal_unit_list": {STAFF, DIRECTOR},
    "assessment:rehearsal_export": {STAFF, DIRECTOR},
    "assessment:rehearsal_whatif": {STAFF, DIRECTOR},
    "assessment:rehearsal_apply": {STAFF},
    "assessment:forecast_list": READERS,
    "assessment:forecast_detail": READERS,
    "assessment:score_list": READERS,
    "assessment:score_export": READERS,
    "assessment:sheets_start": READERS,
    "assessment:score_detail": READERS,
    "assessment:score_sheet": READERS,
    "assessment:evidence_list": READERS,
    "assessment:balance_list": {STAFF, DIRECTOR, LEADER},
    "assessment:group_balance": {STAFF},
    "assessment:marks_return": {STAFF},
    "assessment:marks_keep": {SCORER},
    "assessment:notice_open": {STAFF, DIRECTOR},
    "assessment:notice_detail": READERS | {SCORER},
    "assessment:notice_paper": READERS | {SCORER},
    "assessment:objection_create": {LIAISON},
    "assessment:objection_list": READERS,
    "assessment:objection_export": READERS,
    "assessment:objection_detail": READERS,
    "assessment:objection_withdraw": {LIAISON},
    "assessment:objection_answer": {STAFF},
    "assessment:objection_confirm": {DIRECTOR},
    "assessment:objection_return": {DIRECTOR},
    "assessment:objection_paper": READERS,
    "assessment:objection_file": READERS,
    "assessment:correction_list": {STAFF, DIRECTOR, LEADER},
    "assessment:correction_create": {STAFF},
    "assessment:correction_confirm": {DIRECTOR},
    "assessment:correction_decline": {DIRECTOR},
    # whose letter it is, is asked for inside: see tests/assessment/test_corrections.py
    "assessment:correction_paper": READERS,
    "assessment:annual_list": {STAFF, DIRECTOR, LEADER},
    "assessment:annual_weigh": {STAFF},
    "assessment:annual_export": {STAFF, DIRECTOR, LEADER},
    "assessment:mark_list": {SCORER},
    "assessment:marking_detail": {STAFF, DIRECTOR, LEADER},
    "assessment:marking_due": {STAFF},
    "assessment:marking_remind": {STAFF},
    "assessment:value_list": {STAFF},
    "assessment:value_template": {STAFF},
    "assessment:value_upload": {STAFF},
    "assessment:value_save": {STAFF},
    "assessment:mark_grid": {SCORER},
    "assessment:mark_workbook": {SCORER},
    "assessment:mark_upload": {SCORER},
    # rewards
    "rewards:plan_list": READERS,
    "rewards:plan_create": {STAFF},
    "rewards:plan_detail": READERS,
    "rewards:plan_edit": {STAFF},
    "rewards:plan_propose": {STAFF},
    "rewards:plan_approve": {DIRECTOR},
    "rewards:plan_return": {DIRECTOR},
    "rewards:plan_finish": {STAFF},
    "rewards:plan_export": READERS,
}

NOBODYS_ROW = 987654
# What a user with the right may meet: a page, a way on, no such row, a form with faults.
OPEN = {200, 204, 302, 400, 404, 409, 422}


def walk(patterns, namespace=""):
    """Name and pattern of every route; a route without a name is found by its path."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            name = pattern.name or str(pattern.pattern)
            yield f"{namespace}:{name}" if namespace else name, pattern
        else:
            yield from walk(pattern.url_patterns, pattern.namespace or namespace)


@cache
def all_routes():
    return dict(walk(get_resolver().url_patterns))


def address_of(name, pattern):
    """The route's address; rows that do not exist stand for its parameters."""
    converters = pattern.pattern.converters
    given = {
        key: NOBODYS_ROW if type(converter).__name__ == "IntConverter" else "xlsx"
        for key, converter in converters.items()
    }
    return reverse(name, kwargs=given)


def try_out(client, name, pattern):
    """Read it; where only sending is allowed, send nothing."""
    address = address_of(name, pattern)
    response = client.get(address)
    return client.post(address) if response.status_code == 405 else response


def roles_of(action):
    if action in (PUBLIC, SIGNED_IN):
        return action
    return set(RIGHTS[action])


def test_every_route_says_who_may_use_it():
    silent = [
        name
        for name, pattern in all_routes().items()
        if not hasattr(pattern.callback, "required_action")
    ]

    assert silent == []


def test_every_route_stands_in_the_table():
    in_place = set(all_routes())

    assert (in_place - set(ROUTES), set(ROUTES) - in_place) == (set(), set())


def test_the_table_agrees_with_the_table_of_rights():
    differing = {
        name: (roles_of(pattern.callback.required_action), ROUTES[name])
        for name, pattern in all_routes().items()
        if name in ROUTES and roles_of(pattern.callback.required_action) != ROUTES[name]
    }

    assert differing == {}


@pytest.mark.django_db
def test_visitors_reach_the_public_routes_alone(client):
    client.raise_request_exception = False
    reached = set()

    for name, pattern in all_routes().items():
        response = try_out(client, name, pattern)
        if response.status_code != 302 or not response.url.startswith("/accounts/login/"):
            reached.add(name)

    assert reached == {name for name, roles in ROUTES.items() if roles == PUBLIC}


@pytest.mark.django_db
@pytest.mark.no_cover  # so many requests that measuring them would take longer than making them
@pytest.mark.parametrize("role", Role.values)
def test_each_role_reaches_its_own_routes_alone(client, role):
    user = user_with(role)
    client.raise_request_exception = False
    surprises = {}

    for name, roles in ROUTES.items():
        client.force_login(user)
        status = try_out(client, name, all_routes()[name]).status_code
        allowed = roles in (PUBLIC, SIGNED_IN) or role in roles
        if status not in (OPEN if allowed else {403}):
            surprises[name] = status

    assert surprises == {}
