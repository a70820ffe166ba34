"""Proposing linkages, matrices and alliances; the seats of a matrix."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.rights import Role
from alliances.models import IndustryLinkage, RegionalAlliance, RepresentativeMatrix
from organisations.models.kinds import Kind
from partnerships.models import ContentKind
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    TradeSystemFactory,
    user_with,
)
from tests.factories.partnerships import (
    IndustryLinkageFactory,
    MemberFactory,
    RegionalAllianceFactory,
    RepresentativeMatrixFactory,
    SeatFactory,
    asked,
)

pytestmark = pytest.mark.django_db

CREATE = ["linkage_create", "matrix_create", "alliance_create"]


def common(form, lead, **more):
    kind = ContentKind.objects.filter(form=form).first()
    return {"lead": lead.pk, "starts_on": "2026-03-01", "content_kinds": [kind.pk]} | more


def errors_of(response):
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


@pytest.mark.parametrize("name", CREATE)
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE_STAFF, 200),
        (Role.LIAISON, 200),
        (Role.OFFICE_DIRECTOR, 403),
        (Role.LEADER, 403),
        (Role.SCORER, 403),
    ],
)
def test_create_pages_are_for_those_who_propose(client, name, role, status):
    client.force_login(user_with(role))

    assert client.get(reverse(f"alliances:{name}")).status_code == status


@pytest.mark.parametrize("name", CREATE)
def test_create_pages_ask_at_most_eight_answers(client, name):
    client.force_login(user_with(Role.OFFICE_STAFF))

    form = client.get(reverse(f"alliances:{name}")).context["form"]

    assert sum(field.required for field in form.fields.values()) <= 8


def test_linkage_create_gives_each_its_role(client):
    core, school, served = OrganisationFactory.create_batch(3)
    system = TradeSystemFactory(name="教体", is_first_mover=True)
    client.force_login(user_with(Role.LIAISON, core))

    response = client.post(
        reverse("alliances:linkage_create"),
        common("industry", core, trade_system=system.pk, driven=[school.pk], served=[served.pk]),
    )

    linkage = IndustryLinkage.objects.get()
    assert response.url == f"/partnerships/{linkage.pk}/"
    assert linkage.name == "教体系统同行业联动"
    assert list(linkage.members.values_list("organisation", "role", "consent").order_by("pk")) == [
        (core.pk, "core", "agreed"),
        (school.pk, "member", "pending"),
        (served.pk, "served", "pending"),
    ]


def test_linkage_create_refuses_a_unit_named_twice(client):
    core = OrganisationFactory()
    school = OrganisationFactory(short_name="一中")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(
        reverse("alliances:linkage_create"),
        common(
            "industry",
            core,
            trade_system=TradeSystemFactory().pk,
            driven=[school.pk],
            served=[school.pk],
        ),
    )

    assert errors_of(response) == {"served": ["“一中”选了两次，请去掉一处。"]}


def test_linkage_create_refuses_a_second_one_of_the_system_and_links_to_the_first(client):
    system = TradeSystemFactory(name="卫健")
    health, clinic = OrganisationFactory(short_name="旗卫健委"), OrganisationFactory()
    standing = IndustryLinkageFactory(trade_system=system, lead=health, name="卫健系统同行业联动")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(
        reverse("alliances:linkage_create"),
        common("industry", health, trade_system=system.pk, driven=[clinic.pk]),
    )

    assert errors_of(response) == {
        "trade_system": [
            "卫健系统在这段时间已有联动“卫健系统同行业联动”（实施中），不必重复提出，"
            "要加单位请找其核心单位“旗卫健委”。"
            f'<a href="/partnerships/{standing.pk}/">查看该项目</a>'
        ]
    }
    assert IndustryLinkage.objects.count() == 1


def test_linkage_create_refuses_a_core_of_another_system(client):
    own, other = TradeSystemFactory(name="教体"), TradeSystemFactory(name="卫健")
    core = OrganisationFactory(short_name="旗教体局", trade_system=own)
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(
        reverse("alliances:linkage_create"),
        common("industry", core, trade_system=other.pk, driven=[OrganisationFactory().pk]),
    )

    assert errors_of(response) == {
        "lead": [
            "“旗教体局”在单位名册中属于教体系统，不能作卫健系统联动的核心单位；"
            "请改选核心单位或行业系统。"
        ]
    }


def test_linkage_edit_does_not_stand_in_its_own_way(client):
    core, driven = OrganisationFactory.create_batch(2)
    linkage = proposed(IndustryLinkageFactory, core)
    client.force_login(user_with(Role.LIAISON, core))

    response = client.post(
        reverse("alliances:linkage_edit", args=[linkage.pk]),
        common(
            "industry",
            core,
            version=1,
            trade_system=linkage.trade_system_id,
            driven=[driven.pk],
            name="新名称",
        ),
    )

    linkage.refresh_from_db()
    assert (response.status_code, linkage.name) == (302, "新名称")


def test_linkage_shows_its_two_numbers(client):
    linkage = IndustryLinkageFactory()
    MemberFactory(partnership=linkage, organisation=linkage.lead)
    client.force_login(user_with(Role.LEADER))

    response = client.get(reverse("partnerships:partnership_detail", args=[linkage.pk]))

    figures = response.context["page"].figures
    assert [(figure.value, figure.required, figure.is_met) for figure in figures] == [
        (0, 2, False),
        (0, 1, False),
    ]
    assert response.content.decode().count("还没有达到") == 2


def test_matrix_create(client):
    lead, other = OrganisationFactory(short_name="旗政协办"), OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    client.post(
        reverse("alliances:matrix_create"),
        common("matrix", lead, group="cppcc", organisations=[other.pk]),
    )

    matrix = RepresentativeMatrix.objects.get()
    assert (matrix.name, matrix.group) == ("旗政协办政协委员矩阵", "cppcc")


def test_alliance_create_with_a_region_and_a_unit_outside(client):
    lead = OrganisationFactory(short_name="旗文旅局")
    region = RegionFactory(
        code="110112000000", name="通州区", short_name="通州区", level="county", kind="区"
    )
    outside = OrganisationFactory(kind=Kind.OUTSIDE_REGION, is_external=True, region=region)
    client.force_login(user_with(Role.LIAISON, lead))

    client.post(
        reverse("alliances:alliance_create"),
        common("alliance", lead, partner_regions=[region.pk], outside=[outside.pk]),
    )

    alliance = RegionalAlliance.objects.get()
    assert alliance.name == "旗文旅局与通州区等2方区域联盟"
    assert list(alliance.partner_regions.all()) == [region]
    assert alliance.members.count() == 2


def test_alliance_create_names_a_single_partner(client):
    lead = OrganisationFactory(short_name="旗文旅局")
    region = RegionFactory(code="150426000000", name="翁牛特旗", level="county", kind="旗")
    client.force_login(user_with(Role.LIAISON, lead))

    client.post(
        reverse("alliances:alliance_create"), common("alliance", lead, partner_regions=[region.pk])
    )

    assert RegionalAlliance.objects.get().name == "旗文旅局与翁牛特旗区域联盟"


def test_alliance_create_needs_another_side(client):
    lead = OrganisationFactory()
    client.force_login(user_with(Role.LIAISON, lead))

    response = client.post(reverse("alliances:alliance_create"), common("alliance", lead))

    assert errors_of(response) == {
        "partner_regions": ["区域性联盟要有旗外一方：请至少选一个旗外地区或旗外单位。"]
    }


def test_alliance_regions_lie_outside_the_county(client):
    own = RegionFactory(code="150525000000", name="奈曼旗", level="county")
    other = RegionFactory(code="150524000000", name="库伦旗", level="county")
    client.force_login(user_with(Role.OFFICE_STAFF))

    form = client.get(reverse("alliances:alliance_create")).context["form"]

    regions = form.fields["partner_regions"].queryset
    assert (other in regions, own in regions) == (True, False)


def proposed(factory, lead, **facts):
    row = factory(lead=lead, status="proposed", decided_at=None, decided_by=None, **facts)
    asked(row, lead, "core" if factory is IndustryLinkageFactory else "lead")
    return row


def test_alliance_edit_shows_and_saves_both_sides(client):
    lead, inside = OrganisationFactory.create_batch(2)
    outside = OrganisationFactory(kind=Kind.OUTSIDE_REGION, is_external=True)
    region = RegionFactory(code="110112000000", level="county")
    alliance = proposed(RegionalAllianceFactory, lead, name="联盟")
    for unit in (inside, outside):
        asked(alliance, unit)
    client.force_login(user_with(Role.LIAISON, lead))
    url = reverse("alliances:alliance_edit", args=[alliance.pk])

    form = client.get(url).context["form"]
    assert (form["inside"].value(), form["outside"].value()) == ([inside.pk], [outside.pk])

    client.post(
        url, common("alliance", lead, version=1, name="新联盟", partner_regions=[region.pk])
    )
    alliance.refresh_from_db()
    assert (alliance.name, alliance.members.count()) == ("新联盟", 1)
    assert list(alliance.partner_regions.all()) == [region]


@pytest.mark.parametrize(
    ("factory", "name", "field"),
    [
        (IndustryLinkageFactory, "linkage_edit", "driven"),
        (RepresentativeMatrixFactory, "matrix_edit", "organisations"),
    ],
)
def test_edit_pages_show_who_stands(client, factory, name, field):
    lead, other = OrganisationFactory.create_batch(2)
    row = proposed(factory, lead)
    asked(row, other)
    client.force_login(user_with(Role.LIAISON, lead))

    form = client.get(reverse(f"alliances:{name}", args=[row.pk])).context["form"]

    assert form[field].value() == [other.pk]


@pytest.fixture
def matrix():
    lead = OrganisationFactory(short_name="旗政协办")
    row = RepresentativeMatrixFactory(lead=lead)
    MemberFactory(partnership=row, organisation=lead, role="lead")
    return row


def test_seat_create(client, matrix):
    client.force_login(user_with(Role.LIAISON, matrix.lead))
    url = reverse("alliances:seat_create", args=[matrix.pk])
    seat = {"capacity": "旗政协委员", "organisation": matrix.lead_id, "term_from": "2026-01-01"}

    assert client.get(url).status_code == 200
    refused = client.post(url, seat | {"public_name": "某某"})
    assert errors_of(refused) == {"term_until": ["填写公布姓名时，须同时填写任期结束日期。"]}
    assert refused.content.decode().count('class="error-summary"') == 1
    client.post(url, seat | {"public_name": "某某", "term_until": "2099-01-01"})

    assert matrix.seats.get().public_name == "某某"


def test_seat_is_shown_with_its_name_until_the_term_ends(client, matrix):
    SeatFactory(matrix=matrix, public_name="某甲", term_until=date(2099, 1, 1))
    SeatFactory(matrix=matrix, public_name="某乙", term_until=date(2026, 1, 2))
    client.force_login(user_with(Role.OFFICE_STAFF))

    page = client.get(reverse("partnerships:partnership_detail", args=[matrix.pk]))

    text = page.content.decode()
    assert ("某甲" in text, "某乙" in text) == (True, False)


def test_seat_edit_and_remove(client, matrix):
    seat = SeatFactory(matrix=matrix)
    client.force_login(user_with(Role.LIAISON, matrix.lead))
    edit = reverse("alliances:seat_edit", args=[seat.pk])

    assert client.get(edit).status_code == 200
    client.post(
        edit,
        {"capacity": "旗人大代表", "organisation": seat.organisation_id, "term_from": "2026-01-01"},
    )
    seat.refresh_from_db()
    assert seat.capacity == "旗人大代表"

    remove = reverse("alliances:seat_remove", args=[seat.pk])
    assert client.get(remove).status_code == 200
    client.post(remove)
    assert not matrix.seats.exists()


def test_seats_who_gets_what(client, matrix):
    seat = SeatFactory(matrix=matrix)
    member = MemberFactory(partnership=matrix).organisation
    users = {
        "staff": user_with(Role.OFFICE_STAFF),
        "lead": user_with(Role.LIAISON, matrix.lead),
        "member": user_with(Role.LIAISON, member),
        "stranger": user_with(Role.LIAISON, OrganisationFactory()),
        "leader": user_with(Role.LEADER),
    }
    urls = [
        reverse("alliances:seat_create", args=[matrix.pk]),
        reverse("alliances:seat_edit", args=[seat.pk]),
        reverse("alliances:seat_remove", args=[seat.pk]),
    ]

    found = {}
    for name, user in users.items():
        client.force_login(user)
        found[name] = {client.get(url).status_code for url in urls}

    assert found == {
        "staff": {200},
        "lead": {200},
        "member": {403},
        "stranger": {404},
        "leader": {403},
    }


def test_seats_of_a_closed_matrix_say_why_not(client, matrix):
    seat = SeatFactory(matrix=matrix)
    matrix.status, matrix.ends_on = "concluded", date(2026, 6, 1)
    matrix.save()
    client.force_login(user_with(Role.LIAISON, matrix.lead))
    data = {"capacity": "委员", "organisation": seat.organisation_id, "term_from": "2026-01-01"}

    for name, pk in (("seat_create", matrix.pk), ("seat_edit", seat.pk)):
        response = client.post(reverse(f"alliances:{name}", args=[pk]), data)

        assert errors_of(response) == {"__all__": ["这个矩阵已结束，席位不能再改。"]}
