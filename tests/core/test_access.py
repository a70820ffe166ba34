"""The three kinds of door a view can have."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.rights import RIGHTS, Role, Scope
from core.access import PUBLIC, SIGNED_IN, public, requires, signed_in
from organisations.models import organisation_scope
from tests.factories.organisations import UserFactory, user_with

pytestmark = pytest.mark.django_db


class Visitor:
    is_authenticated = False


def page(request):
    return HttpResponse("opened")


def ask(view, user):
    request = RequestFactory().get("/somewhere/?a=1")
    request.user = user
    return view(request)


def test_public_lets_everybody_in():
    view = public(page)

    assert ask(view, Visitor()).content == b"opened"
    assert view.required_action == PUBLIC


def test_signed_in_sends_visitors_to_the_log_in():
    view = signed_in(page)

    assert ask(view, Visitor()).url == "/accounts/login/?next=/somewhere/%3Fa%3D1"
    assert ask(view, UserFactory()).content == b"opened"
    assert view.required_action == SIGNED_IN


def test_requires_asks_the_table_of_rights():
    view = requires("audit.view")(page)

    assert ask(view, user_with(Role.AUDITOR)).content == b"opened"
    assert ask(view, Visitor()).url == "/accounts/login/?next=/somewhere/%3Fa%3D1"
    with pytest.raises(PermissionDenied):
        ask(view, user_with(Role.LEADER))
    assert view.required_action == "audit.view"


def test_requires_an_action_that_the_table_knows():
    view = requires("audit.shred")(page)

    with pytest.raises(KeyError):
        ask(view, user_with(Role.AUDITOR))


@pytest.mark.parametrize("action", RIGHTS)
def test_every_right_is_of_known_roles_and_scopes(action):
    row = RIGHTS[action]

    assert row
    assert set(row) <= set(Role)
    assert set(row.values()) <= set(Scope)


def test_administrators_have_no_right_in_the_programme():
    administrators = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR}

    held = {action for action, row in RIGHTS.items() if administrators & set(row)}

    assert held == {"account.view", "account.edit", "role.grant", "account.unlock", "audit.view"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("scheme.edit", "scheme.publish"),
        ("score.compute", "score.approve"),
        ("reward.edit", "reward.approve"),
        ("account.edit", "role.grant"),
        ("mark.enter", "score.approve"),
        ("activity.report", "activity.review"),
    ],
)
def test_no_role_holds_both_sides_of_a_decision(one, other):
    assert set(RIGHTS[one]) & set(RIGHTS[other]) == set()


def test_leaders_change_nothing():
    held = {action for action, row in RIGHTS.items() if Role.LEADER in row}

    assert {action.partition(".")[2] for action in held} == {"view", "export", "follow"}


def test_grants_of_an_unknown_action_are_a_mistake_in_the_code():
    with pytest.raises(KeyError):
        organisation_scope(user_with(Role.LEADER), "no.such_action")


def test_a_user_without_assignment_can_do_nothing():
    user = UserFactory()

    assert {action for action in RIGHTS if user.can(action)} == set()
    assert (user.roles, user.main_organisation) == (set(), None)
