"""Pages of standard sites."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.rights import Role
from demonstrations.models import SiteCheckItem, SiteChecklist, StandardSite
from organisations.models import TradeSystem
from tests.factories.demonstrations import SiteAcceptanceFactory, StandardSiteFactory
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db

LIST = reverse("demonstrations:site_list")
CREATE = reverse("demonstrations:site_create")


def edit(site):
    return reverse("demonstrations:site_edit", args=[site.pk])


def accept(site):
    return reverse("demonstrations:site_accept", args=[site.pk])


def withdraw(site):
    return reverse("demonstrations:site_withdraw", args=[site.pk])


def detail(site):
    return reverse("demonstrations:site_detail", args=[site.pk])


def found(**changes):
    """Every item of the general list met, on 1 September 2024."""
    met = list(SiteCheckItem.objects.values_list("pk", flat=True))
    return {"checked_on": "2024-09-01", "result": "passed", "met": met} | changes


def posted(unit, **changes):
    system = TradeSystem.objects.get(name="教体")
    facts = {"organisation": unit.pk, "trade_system": system.pk, "name": "石榴籽校园"}
    return facts | {"started_on": "2024-03-01"} | changes


@pytest.mark.parametrize("item_count", [1, 3])
def test_site_list_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    StandardSiteFactory.create_batch(item_count)
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(LIST)

    with django_assert_num_queries(9):
        response = client.get(LIST)

    assert len(response.context["page"]) == item_count


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OFFICE_STAFF, 200), (Role.LIAISON, 200), (Role.LEADER, 200), (Role.SCORER, 403)],
)
def test_site_list_opens_by_role(client, role, status):
    client.force_login(user_with(role))

    assert client.get(LIST).status_code == status


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["乙点", "甲点"]),
        ("q=jia", ["甲点"]),
        ("trade_system={system}", ["乙点"]),
        ("acceptance=accepted", ["甲点"]),
        ("acceptance=building", ["乙点"]),
        ("sort=started", ["甲点", "乙点"]),
        ("trade_system=x&acceptance=x&sort=x", ["乙点", "甲点"]),
    ],
)
def test_site_list_filters_and_sorts(client, query, found):
    system = TradeSystem.objects.get(name="卫健")
    unit = OrganisationFactory(short_name="甲校", name="甲校")
    StandardSiteFactory(
        name="甲点", organisation=unit, started_on=date(2023, 1, 1), accepted_on=date(2023, 6, 1)
    )
    StandardSiteFactory(name="乙点", trade_system=system)
    client.force_login(user_with(Role.LEADER))

    response = client.get(f"{LIST}?{query.format(system=system.pk)}")

    assert [row.name for row in response.context["page"]] == found


def test_site_list_counts_by_trade_system_and_names_who_lacks_one(client):
    system = TradeSystem.objects.get(name="教体")
    StandardSiteFactory(trade_system=system, accepted_on=date(2024, 9, 1))
    StandardSiteFactory(trade_system=system)
    elsewhere = OrganisationFactory(region=RegionFactory(code="150421100000"))
    StandardSiteFactory(trade_system=system, organisation=elsewhere)
    client.force_login(user_with(Role.OFFICE_STAFF))

    context = client.get(LIST).context

    counts = {row.name: (row.accepted, row.building) for row in context["systems"]}
    assert (counts["教体"], counts["卫健"]) == ((1, 1), (0, 0))
    assert context["missing"] == "卫健、工商联、园区"


def test_site_export_gives_exactly_what_is_filtered(client):
    StandardSiteFactory(name="甲点", accepted_on=date(2024, 9, 1))
    StandardSiteFactory(name="乙点")
    client.force_login(user_with(Role.LEADER))
    url = reverse("demonstrations:site_export", args=["csv"])

    response = client.get(f"{url}?acceptance=accepted")

    lines = response.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[4:]] == ["甲点"]


def test_site_create_saves_a_site_that_is_being_built(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(unit, accepted_on="2024-09-01"), follow=True)

    assert StandardSite.objects.get().accepted_on is None
    told = [str(message) for message in response.context["messages"]]
    assert told == ["已录入，由另一位工作人员或负责人验收后计入该行业系统。"]


def test_site_create_refuses_a_day_before_the_unit(client):
    unit = OrganisationFactory(valid_from=date(2025, 1, 1))
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(unit))

    assert list(response.context["form"].errors) == ["started_on"]


def test_site_create_refuses_a_second_site_of_the_name(client):
    site = StandardSiteFactory(name="石榴籽校园")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(site.organisation))

    assert response.status_code == 422
    assert response.context["form"].errors == {"__all__": ["该单位已有同名示范点，请核对。"]}


def test_site_detail_tells_who_edited_it_that_another_accepts(client):
    site, staff = StandardSiteFactory(), user_with(Role.OFFICE_STAFF)
    client.force_login(staff)
    client.post(edit(site), posted(site.organisation, name="新名"))

    context = client.get(detail(site)).context

    assert (context["now"], context["can_accept"]) == (
        "这个示范点你修改过，请由另一位工作人员或负责人验收。",
        False,
    )


@pytest.mark.parametrize(
    ("role", "in_county", "edited", "accepted"),
    [
        (Role.OFFICE_STAFF, True, 302, 302),
        (Role.OFFICE_STAFF, False, 404, 404),
        (Role.OFFICE_DIRECTOR, True, 403, 302),
        (Role.LIAISON, True, 403, 403),
        (Role.LEADER, True, 403, 403),
    ],
)
def test_site_edit_is_the_staff_s_and_acceptance_the_office_s(
    client, role, in_county, edited, accepted
):
    region = RegionFactory() if in_county else RegionFactory(code="150421100000")
    site = StandardSiteFactory(organisation=OrganisationFactory(region=region), name="旧名")
    client.force_login(user_with(role))

    other = StandardSiteFactory(organisation=site.organisation)
    statuses = [
        client.post(edit(site), posted(site.organisation, name="新名")).status_code,
        client.post(accept(other), found()).status_code,
    ]
    site.refresh_from_db()
    other.refresh_from_db()
    after_acceptance = other.accepted_on
    statuses.append(client.post(withdraw(other), {"reason": "场地被占用"}).status_code)

    other.refresh_from_db()
    assert statuses == [edited, accepted, accepted]
    assert site.name == ("新名" if edited == 302 else "旧名")
    assert after_acceptance == (date(2024, 9, 1) if accepted == 302 else None)
    assert other.accepted_on is None


def test_site_of_another_township_is_seen_but_not_changed(client):
    """A leader of the county who is staff of one township only."""
    user = user_with(Role.OFFICE_STAFF, OrganisationFactory())
    AssignmentFactory(user=user, role=Role.LEADER, organisation=office())
    site = StandardSiteFactory()
    client.force_login(user)

    statuses = [client.post(url).status_code for url in (edit(site), accept(site), withdraw(site))]

    assert statuses == [403, 403, 403]
    assert client.get(detail(site)).status_code == 200


def test_site_pages_ask_again_when_a_form_is_empty(client):
    site = StandardSiteFactory()
    accepted = StandardSiteFactory(accepted_on=date(2024, 9, 1))
    client.force_login(user_with(Role.OFFICE_STAFF))

    statuses = [
        client.post(url, {"name": " "}).status_code
        for url in (CREATE, edit(site), accept(site), withdraw(accepted))
    ]

    assert statuses == [422, 422, 422, 422]


def test_site_accept_asks_for_what_is_missing(client):
    site = StandardSiteFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    asked = client.get(accept(site))
    early = client.post(accept(site), found(checked_on="2024-02-01"))
    unmet = client.post(accept(site), found(met=[]))

    site.refresh_from_db()
    assert (asked.status_code, site.accepted_on) == (200, None)
    assert early.context["form"].errors == {
        "checked_on": ["验收日期早于2024年3月1日开始打造，请核对两个日期。"]
    }
    assert list(unmet.context["form"].errors) == ["met"]


def test_site_accept_without_a_list_asks_for_no_items(client):
    SiteChecklist.objects.all().delete()
    site = StandardSiteFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    client.post(accept(site), {"checked_on": "2024-09-01", "result": "passed"})

    site.refresh_from_db()
    assert site.accepted_on == date(2024, 9, 1)
    assert client.get(detail(site)).context["acceptances"][0]["items"] == []


def test_site_accept_sends_to_mend(client):
    site = StandardSiteFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    refused = client.post(accept(site), found(result="mend"))
    client.post(accept(site), found(result="mend", due_on="2024-10-01", remark="补标识"))

    context = client.get(detail(site)).context
    assert sorted(refused.context["form"].errors) == ["due_on", "remark"]
    assert context["now"] == "上次验收需整改，期限2024年10月1日，整改后再验收。"
    assert context["can_accept"] is True


@pytest.mark.parametrize(
    ("own", "role", "now", "can_accept"),
    [
        (False, Role.OFFICE_STAFF, "正在打造，验收后计入教体系统。", True),
        (
            True,
            Role.OFFICE_STAFF,
            "这个示范点由你录入，请由另一位工作人员或负责人验收。",
            False,
        ),
        (False, Role.LEADER, "正在打造，验收后计入教体系统。", False),
    ],
)
def test_site_detail_says_what_now(client, own, role, now, can_accept):
    user = user_with(role)
    system = TradeSystem.objects.get(name="教体")
    site = StandardSiteFactory(trade_system=system, registered_by=user if own else None)
    client.force_login(user)

    context = client.get(detail(site)).context

    assert (context["now"], context["can_accept"]) == (now, can_accept)


def test_site_detail_keeps_every_acceptance_with_its_items(client):
    site = StandardSiteFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.post(accept(site), found())
    client.post(withdraw(site), {"reason": "场地被占用"})
    again = client.post(withdraw(site), {"reason": "场地被占用"}, follow=True)

    shown = client.get(detail(site)).context["acceptances"]

    told = [str(message) for message in again.context["messages"]]
    assert told[-1].endswith("没有验收，或验收刚被撤回，没有改动。")
    assert [row["row"].withdraw_reason for row in shown] == ["场地被占用"]
    assert [met for _item, met in shown[0]["items"]] == [True] * 7


@pytest.mark.parametrize("item_count", [1, 3])
def test_site_detail_needs_the_same_queries_for_any_number_of_acceptances(
    client, django_assert_num_queries, item_count
):
    site = StandardSiteFactory()
    checklist = SiteChecklist.objects.get()
    for _number in range(item_count):
        SiteAcceptanceFactory(site=site, checklist=checklist).met_items.set(checklist.items.all())
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(detail(site))

    with django_assert_num_queries(12):
        response = client.get(detail(site))

    assert len(response.context["acceptances"]) == item_count


def test_site_edit_tells_the_second(client):
    site = StandardSiteFactory(name="旧名")
    client.force_login(user_with(Role.OFFICE_STAFF))
    seen_at = client.get(edit(site)).context["form"].initial["seen_at"]
    client.post(edit(site), posted(site.organisation, name="新名", seen_at=seen_at))

    refused = client.post(edit(site), posted(site.organisation, name="又名", seen_at=seen_at))

    site.refresh_from_db()
    assert (refused.status_code, site.name) == (422, "新名")


CHECKLISTS = reverse("demonstrations:checklist_list")
CHECKLIST_NEW = reverse("demonstrations:checklist_create")


def checklist_edit(checklist):
    return reverse("demonstrations:checklist_edit", args=[checklist.pk])


def test_checklist_list_says_which_systems_use_the_general_one(client):
    client.force_login(user_with(Role.OFFICE_DIRECTOR))

    context = client.get(CHECKLISTS).context

    assert [str(row) for row in context["lists"]] == ["通用验收清单（第1版）"]
    assert context["without"].split("、")[:2] == ["教体", "卫健"]


@pytest.mark.parametrize(
    ("role", "status", "count"),
    [
        (Role.OFFICE_STAFF, 302, 2),
        (Role.OFFICE_DIRECTOR, 302, 2),
        (Role.LIAISON, 403, 1),
        (Role.LEADER, 403, 1),
    ],
)
def test_checklist_create_is_the_office_s(client, role, status, count):
    system = TradeSystem.objects.get(name="教体")
    client.force_login(user_with(role))

    response = client.post(
        CHECKLIST_NEW, {"trade_system": system.pk, "required_items": "甲\n乙", "other_items": "丙"}
    )

    assert (response.status_code, SiteChecklist.objects.count()) == (status, count)


def test_checklist_create_begins_with_the_general_one(client):
    client.force_login(user_with(Role.OFFICE_STAFF))

    form = client.get(CHECKLIST_NEW).context["form"]

    assert form.initial["required_items"].startswith("有固定场所和醒目标识\n")
    assert form.initial["other_items"] == "与其他单位结对或联动\n有可复制的经验材料"


def test_checklist_edit_makes_the_next_version_and_tells_the_second(client):
    checklist = SiteChecklist.objects.get()
    client.force_login(user_with(Role.OFFICE_STAFF))
    facts = {"required_items": "甲\n\n 乙 ", "seen_version": 1}

    client.post(checklist_edit(checklist), facts)
    second = client.post(checklist_edit(checklist), facts | {"required_items": "丙"})
    again = second.context["form"]["seen_version"].value()
    client.post(checklist_edit(checklist), facts | {"required_items": "丙", "seen_version": again})

    versions = SiteChecklist.objects.order_by("version")
    assert (second.status_code, again) == (422, 2)
    assert [
        (row.version, row.is_current, [item.text for item in row.items.all()])
        for row in versions[1:]
    ] == [(2, False, ["甲", "乙"]), (3, True, ["丙"])]


@pytest.mark.parametrize("text", ["", "一" * 101, "\n".join(map(str, range(31))), "找 13904751234"])
def test_checklist_edit_asks_again(client, text):
    checklist = SiteChecklist.objects.get()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(checklist_edit(checklist), {"required_items": text, "seen_version": 1})

    assert list(response.context["form"].errors) == ["required_items"]
