"""The menu says where one is: one entry, never two."""

import pytest
from django.urls import reverse

from accounts.rights import Role
from tests.factories.organisations import OrganisationFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "url_name", "expected"),
    [
        (Role.LIAISON, "home", ["首页"]),
        (Role.LIAISON, "partnerships:partnership_list", ["联创项目"]),
        (Role.LIAISON, "pairings:pairing_create", ["联创项目"]),
        (Role.LIAISON, "alliances:linkage_create", ["联创项目"]),
        (Role.OFFICE_STAFF, "demonstrations:site_list", ["单位名册"]),
        (Role.OFFICE_STAFF, "assessment:scheme_list", ["考核评分"]),
        (Role.SCORER, "assessment:scheme_list", ["考核评分"]),
        (Role.SCORER, "assessment:mark_list", ["人工评分"]),
    ],
)
def test_menu_shows_one_entry_as_current(client, role, url_name, expected):
    client.force_login(user_with(role, OrganisationFactory()))

    entries = client.get(reverse(url_name)).context["navigation"]

    assert [str(entry["label"]) for entry in entries if entry["is_current"]] == expected
