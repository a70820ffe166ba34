"""One organisation: its page, and the form to enter and change it."""

import pytest
from django.urls import reverse

from accounts.rights import Role
from core.models import AuditRecord
from organisations.models import Organisation
from organisations.models.kinds import Kind
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    county,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db

CREATE = reverse("organisations:organisation_create")


def detail(unit):
    return reverse("organisations:organisation_detail", args=[unit.pk])


def edit(unit):
    return reverse("organisations:organisation_edit", args=[unit.pk])


def posted(**changes):
    return {
        "name": "奈曼旗第一中学",
        "short_name": "奈曼一中",
        "kind": Kind.SCHOOL,
        "region": county().pk,
        "capacity": "2",
    } | changes


@pytest.mark.parametrize(
    ("role", "in_county", "status"),
    [
        (Role.OFFICE_STAFF, True, 200),
        (Role.LIAISON, True, 200),
        (Role.LEADER, True, 200),
        (Role.SCORER, True, 200),
        (Role.OFFICE_STAFF, False, 404),
        (Role.AUDITOR, True, 403),
    ],
)
def test_organisation_detail_opens_within_one_s_sight(client, role, in_county, status):
    region = RegionFactory() if in_county else RegionFactory(code="150421100000")
    unit = OrganisationFactory(region=region)
    client.force_login(user_with(role))

    assert client.get(detail(unit)).status_code == status


def test_organisation_detail_of_nothing_is_404(client):
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert client.get(f"/organisations/{'9' * 30}/").status_code == 404


def test_organisation_detail_names_who_acts_for_a_village(client):
    town = OrganisationFactory(short_name="八仙筒镇")
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=town)
    liaison = user_with(Role.LIAISON, town, name="李联络", work_phone="0475-4212345")
    user_with(Role.LIAISON, town, name="已离开", is_active=False)
    client.force_login(liaison)

    response = client.get(detail(village))

    assert [row.user.name for row in response.context["liaisons"]] == ["李联络"]
    html = response.content.decode()
    assert html.count("0475-4212345") == 2
    assert html.count("由八仙筒镇代办") == 1


def test_organisation_detail_links_a_township_to_its_villages(client):
    town = OrganisationFactory()
    client.force_login(user_with(Role.LEADER))

    url = client.get(detail(town)).context["villages_url"]

    assert url == f"/organisations/?township={town.pk}"


def test_organisation_create_enters_and_verifies_at_once(client):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(verify="1"), follow=True)

    unit = Organisation.objects.get(name="奈曼旗第一中学")
    assert unit.verification == Organisation.Verification.VERIFIED
    told = [str(message) for message in response.context["messages"]]
    assert told == ["已录入名册。已标为已核实。"]
    assert response.redirect_chain == [(detail(unit), 302)]


def test_organisation_create_says_every_fault_in_words(client):
    staff = user_with(Role.OFFICE_STAFF)
    client.force_login(staff)
    wrong = posted(short_name="", kind="nonsense", region="x", superior="y", capacity="-1")
    wrong |= {"former_names": "长" * 101, "other_names": "\n".join(map(str, range(21)))}

    response = client.post(CREATE, wrong)

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "short_name": ["这一项要填。"],
        "kind": ["所选的不在可选范围内，请重新选择。"],
        "region": ["所选的不在可选范围内，请重新选择。"],
        "superior": ["没有找到这个单位，或它不在可选范围内，请重新选择。"],
        "capacity": ["不能小于 0。"],
        "former_names": ["名称不超过 100 个字，请缩短：长长长长长长长长长长…"],
        "other_names": ["最多 20 个名称，请删减。"],
    }


def test_organisation_create_refuses_a_namesake_in_the_same_place(client):
    OrganisationFactory(name="奈曼旗第一中学", kind=Kind.SCHOOL, region=county())
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted())

    assert response.context["form"].errors == {
        "__all__": ["同一区划下已有同名同类单位，请核对；更名请在原单位的“变更”里办理。"]
    }


def village_in(town, name, **facts):
    return OrganisationFactory(
        name=name, kind=Kind.VILLAGE, region=town.region, superior=town, **facts
    )


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("桥东村民委员会", "桥东"),
        ("桥东村", "桥东村"),
        ("大沁他拉镇桥东村村民委员会", "桥东"),
        ("桥东新村", "桥东村"),
        ("东桥村", "东桥"),
    ],
)
def test_organisation_create_asks_whether_it_is_the_one_on_the_register(client, name, short):
    town = OrganisationFactory(
        name="大沁他拉镇人民政府", short_name="大沁他拉镇", region__name="大沁他拉镇"
    )
    unit = village_in(town, "桥东村委会", short_name="桥东村")
    unit.names.create(name="东桥村委会", kind="former")
    client.force_login(user_with(Role.OFFICE_STAFF))
    facts = posted(name=name, short_name=short, kind=Kind.VILLAGE, region=town.region.pk)
    facts["superior"] = town.pk

    asked = client.post(CREATE, facts)
    entered = client.post(CREATE, facts | {"is_another": "on"})

    assert asked.status_code == 422
    assert asked.context["form"].errors == {
        "name": [
            f'名册里已有“<a href="{detail(unit)}">大沁他拉镇·桥东村</a>”（嘎查村），'
            "是不是同一家？确是另一家的，勾选后再保存。"
        ]
    }
    html = asked.content.decode()
    assert html.count(f'<a href="{detail(unit)}">大沁他拉镇·桥东村</a>') == 1
    assert html.count('<input type="checkbox" name="is_another"') == 1
    assert entered.status_code == 302
    assert Organisation.objects.get(name=name).superior == town


def test_organisation_create_lets_pass_what_is_like_elsewhere_or_ended(client):
    town, other = OrganisationFactory.create_batch(2)
    village_in(other, "桥东村委会", short_name="桥东村")
    village_in(town, "桥东嘎查", short_name="桥东嘎查")
    village_in(town, "桥东村委会", short_name="桥东村", valid_until="2020-01-01")
    client.force_login(user_with(Role.OFFICE_STAFF))
    facts = posted(name="桥东村", short_name="桥东村", kind=Kind.VILLAGE, superior=town.pk)

    response = client.post(CREATE, facts | {"region": town.region.pk})

    assert response.status_code == 302
    assert Organisation.objects.get(name="桥东村").region == town.region


def test_organisation_create_asks_about_a_department_wherever_it_sits(client):
    OrganisationFactory(name="第一中学", kind=Kind.SCHOOL)
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted())

    assert list(response.context["form"].errors) == ["name"]


def test_organisation_create_shows_a_broken_rule_at_its_field(client):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(kind=Kind.VILLAGE))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["superior"]
    record = AuditRecord.objects.get()
    assert (record.verb, record.outcome) == ("organisations.create_organisation", "refused")


def test_organisation_create_refuses_dates_the_wrong_way_round(client):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(valid_from="2024-01-02", valid_until="2024-01-01"))

    assert response.context["form"].errors == {
        "__all__": ["停用日期早于启用日期，请核对两个日期。"]
    }


@pytest.mark.parametrize(
    ("role", "in_county", "status", "name"),
    [
        (Role.OFFICE_STAFF, True, 302, "新名"),
        (Role.OFFICE_STAFF, False, 404, "旧名"),
        (Role.OFFICE_DIRECTOR, True, 403, "旧名"),
        (Role.LIAISON, True, 403, "旧名"),
        (Role.LEADER, True, 403, "旧名"),
        (Role.SYSTEM_ADMIN, True, 403, "旧名"),
    ],
)
def test_organisation_edit_is_the_office_s(client, role, in_county, status, name):
    region = county() if in_county else RegionFactory(code="150421000000", level="county")
    unit = OrganisationFactory(short_name="旧名", kind=Kind.SCHOOL, region=region)
    client.force_login(user_with(role))

    response = client.post(edit(unit), posted(short_name="新名"))

    unit.refresh_from_db()
    assert (response.status_code, unit.short_name) == (status, name)


def test_organisation_of_another_township_is_seen_but_not_changed(client):
    """A leader of the county who is staff of one township only."""
    user = user_with(Role.OFFICE_STAFF, OrganisationFactory())
    AssignmentFactory(user=user, role=Role.LEADER, organisation=office())
    unit = OrganisationFactory(verification="unverified")
    verify = reverse("organisations:organisation_verify", args=[unit.pk])
    client.force_login(user)

    statuses = [
        client.get(detail(unit)).status_code,
        client.post(edit(unit)).status_code,
        client.post(verify).status_code,
    ]

    assert statuses == [200, 403, 403]


def test_organisation_detail_says_from_when_until_when(client):
    unit = OrganisationFactory(valid_from="2001-03-01", valid_until="2024-05-31")
    later = OrganisationFactory(valid_until="2024-05-31")
    client.force_login(user_with(Role.LEADER))

    words = [client.get(detail(row)).context["facts"][-1]["value"] for row in (unit, later)]

    assert words == ["2001年3月1日启用，2024年5月31日停用", "2024年5月31日停用"]


def test_organisation_edit_is_refused_without_the_right(client):
    client.force_login(user_with(Role.LEADER))

    statuses = [client.get(url).status_code for url in (CREATE, edit(OrganisationFactory()))]

    assert statuses == [403, 403]


def test_organisation_edit_opens_with_everything_filled_in(client):
    unit = OrganisationFactory(region=RegionFactory(level="village"), kind=Kind.VILLAGE)
    unit.names.create(name="旧名", kind="former")
    unit.names.create(name="别名", kind="other")
    client.force_login(user_with(Role.OFFICE_STAFF))

    form = client.get(edit(unit)).context["form"]

    assert (form.initial["former_names"], form.initial["other_names"]) == ("旧名", "别名")
    assert form.initial["seen_at"] == unit.updated_at.isoformat()
    assert form.fields["region"].queryset.filter(pk=unit.region_id).exists()


def test_organisation_edit_tells_the_second_and_then_obeys(client):
    unit = OrganisationFactory(name="奈曼旗第一中学", kind=Kind.SCHOOL, region=county())
    seen_at = unit.updated_at.isoformat()
    client.force_login(user_with(Role.OFFICE_STAFF, name="李四"))
    client.post(edit(unit), posted(short_name="一中", seen_at=seen_at))

    refused = client.post(edit(unit), posted(short_name="旗一中", seen_at=seen_at))
    again = refused.context["form"]["seen_at"].value()
    client.post(edit(unit), posted(short_name="旗一中", seen_at=again))

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["__all__"]
    unit.refresh_from_db()
    assert unit.short_name == "旗一中"


def test_organisation_edit_keeps_a_verified_name_and_the_last_day(client):
    unit = OrganisationFactory(name="奈曼旗第一中学", kind=Kind.SCHOOL, region=county())
    unit.names.create(name="奈曼旗中学", kind="former", valid_until="2001-01-01")
    client.force_login(user_with(Role.OFFICE_STAFF))

    form = client.get(edit(unit)).context["form"]
    client.post(edit(unit), posted(name="另一个名", valid_until="2025-01-01"))

    unit.refresh_from_db()
    assert (unit.name, unit.valid_until) == ("奈曼旗第一中学", None)
    assert (form.fields["name"].disabled, form.fields["valid_until"].disabled) == (True, True)
    assert form.initial["former_names"] == ""


def test_organisation_edit_takes_a_senseless_version_for_none(client):
    unit = OrganisationFactory(name="奈曼旗第一中学", kind=Kind.SCHOOL, region=county())
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(edit(unit), posted(seen_at="2024-13-45T99:99"))

    assert response.status_code == 302


def test_organisation_edit_offers_verification_until_it_is_done(client):
    unit = OrganisationFactory(verification="unverified")
    client.force_login(user_with(Role.OFFICE_STAFF))
    offered = [client.get(edit(unit)).context["can_verify"]]

    client.post(reverse("organisations:organisation_verify", args=[unit.pk]))

    offered.append(client.get(edit(unit)).context["can_verify"])
    assert offered == [True, False]


def test_organisation_create_warns_of_private_phones_in_each_name(client):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(other_names="一中\n一中 13812345678"))

    assert list(response.context["form"].errors) == ["other_names"]
    assert not Organisation.objects.filter(short_name="奈曼一中").exists()
