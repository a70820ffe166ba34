"""The menu says where one is: one entry, never two."""

import pytest
from django.urls import reverse

from accounts.rights import Role
from tests.factories.organisations import AssignmentFactory, OrganisationFactory, user_with

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
        (Role.SCORER, "activities:case_list", ["典型案例"]),
        (Role.LIAISON, "activities:case_list", ["活动报送"]),
    ],
)
def test_menu_shows_one_entry_as_current(client, role, url_name, expected):
    client.force_login(user_with(role, OrganisationFactory()))

    entries = client.get(reverse(url_name)).context["navigation"]

    assert [str(entry["label"]) for entry in entries if entry["is_current"]] == expected


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([Role.SCORER], ["首页", "人工评分", "考核评分", "单位名册"]),
        ([Role.SCORER, Role.LIAISON], ["首页", "人工评分", "联创项目", "活动报送"]),
        ([Role.LIAISON], ["首页", "联创项目", "活动报送", "督导检查"]),
        ([Role.OFFICE_STAFF], ["首页", "联创项目", "活动报送", "督导检查"]),
        ([Role.OFFICE_DIRECTOR], ["首页", "考核评分", "以奖代补", "工作看板"]),
        ([Role.LEADER], ["首页", "工作看板", "联创项目", "活动报送"]),
        ([Role.SYSTEM_ADMIN], ["首页", "用户", "典型案例"]),
        ([Role.SECURITY_ADMIN], ["首页", "用户", "交接", "典型案例"]),
        ([Role.AUDITOR], ["首页", "审计记录", "典型案例"]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value[0], Role) else "",
)
def test_bottom_bar_of_a_phone_leads_to_what_each_role_has_to_do(client, roles, expected):
    unit = OrganisationFactory()
    user = user_with(roles[0], unit)
    for role in roles[1:]:
        AssignmentFactory(user=user, organisation=unit, role=role)
    client.force_login(user)

    entries = client.get(reverse("home"), follow=True).context["mobile_navigation"]

    assert [str(entry["label"]) for entry in entries] == expected


def test_menu_of_who_reports_and_scores_leads_to_both(client):
    unit = OrganisationFactory()
    user = user_with(Role.OFFICE_STAFF, unit)
    AssignmentFactory(user=user, organisation=unit, role=Role.SCORER)
    client.force_login(user)

    entries = client.get(reverse("home")).context["navigation"]

    assert [str(entry["label"]) for entry in entries][4:] == [
        "考核评分",
        "人工评分",
        "以奖代补",
        "单位名册",
    ]
