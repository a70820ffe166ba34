"""Proposing and changing a pairing in the browser's words."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.rights import Role
from organisations.models.kinds import Kind
from pairings.models import Pairing
from partnerships.models import ContentKind, Partnership
from tests.factories.organisations import OrganisationFactory, user_with
from tests.factories.partnerships import pairing_of, proposed_pairing

pytestmark = pytest.mark.django_db


def answers(lead, *partners, **more):
    kind = ContentKind.objects.filter(form="pairing").first()
    return {
        "type": "townships",
        "lead": lead.pk,
        "partners": [partner.pk for partner in partners],
        "starts_on": "2026-03-01",
        "content_kinds": [kind.pk],
    } | more


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE_STAFF, 200),
        (Role.LIAISON, 200),
        (Role.OFFICE_DIRECTOR, 403),
        (Role.LEADER, 403),
        (Role.SCORER, 403),
        (Role.AUDITOR, 403),
    ],
)
def test_pairing_create_is_for_those_who_propose(client, role, status):
    client.force_login(user_with(role))

    assert client.get(reverse("pairings:pairing_create")).status_code == status


def test_pairing_create_asks_at_most_eight_answers(client):
    client.force_login(user_with(Role.OFFICE_STAFF))

    form = client.get(reverse("pairings:pairing_create")).context["form"]

    required = [name for name, field in form.fields.items() if field.required]
    assert required == ["type", "lead", "partners", "starts_on", "content_kinds"]


def test_pairing_create_by_a_liaison(client):
    lead = OrganisationFactory(short_name="东明镇")
    other = OrganisationFactory(short_name="新镇")
    client.force_login(user_with(Role.LIAISON, lead))

    response = client.post(reverse("pairings:pairing_create"), answers(lead, other), follow=True)

    pairing = Pairing.objects.get()
    assert response.redirect_chain == [(f"/partnerships/{pairing.pk}/", 302)]
    assert (pairing.name, pairing.status) == ("东明镇与新镇结对共建", "proposed")
    assert [member.consent for member in pairing.members.order_by("pk")] == ["agreed", "pending"]
    assert [str(message) for message in response.context["messages"]] == [
        "已提出“东明镇与新镇结对共建”。已向 1 家单位征询意愿，答复后由旗创建办启动。"
    ]


def test_pairing_create_names_several_partners(client):
    lead = OrganisationFactory(short_name="东明镇")
    first, second = (OrganisationFactory(short_name=name) for name in ("新镇", "治安镇"))
    client.force_login(user_with(Role.OFFICE_STAFF))

    client.post(reverse("pairings:pairing_create"), answers(lead, first, second))

    assert Pairing.objects.get().name == "东明镇与新镇等2家结对共建"


def test_pairing_create_warns_of_capacity_and_goes_on(client):
    lead = OrganisationFactory(short_name="东明镇", capacity=0)
    client.force_login(user_with(Role.LIAISON, lead))

    response = client.post(
        reverse("pairings:pairing_create"), answers(lead, OrganisationFactory()), follow=True
    )

    words = [str(message) for message in response.context["messages"]]
    assert words[1] == "东明镇的带动能力是 0 家，加上本项目共结对 1 家。"


def faults(client, data):
    response = client.post(reverse("pairings:pairing_create"), data)
    assert response.status_code == 422
    assert not Pairing.objects.filter(name="").exists()
    return {
        name: [str(e) for e in errors] for name, errors in response.context["form"].errors.items()
    }


def test_pairing_create_for_strangers_is_refused(client):
    client.force_login(user_with(Role.LIAISON, OrganisationFactory()))

    found = faults(client, answers(*OrganisationFactory.create_batch(2)))

    assert found == {"lead": ["所选单位中没有您可以代为提出的单位，请把本单位选为牵头或成员。"]}


def test_pairing_create_with_itself_is_refused(client):
    lead = OrganisationFactory(short_name="东明镇")
    client.force_login(user_with(Role.LIAISON, lead))

    found = faults(client, answers(lead, lead))

    assert found == {"partners": ["“东明镇”已是牵头单位，请不要再选为成员。"]}


def test_pairing_create_that_does_not_fit_says_why(client):
    lead = OrganisationFactory()
    client.force_login(user_with(Role.LIAISON, lead))

    found = faults(client, answers(lead, OrganisationFactory(kind=Kind.VILLAGE)))

    assert found == {
        "partners": [
            "“乡镇与乡镇”要求各方都应是苏木乡镇、街道或农场；"
            "所选单位为苏木乡镇、嘎查村，请更换单位或结对类型。"
        ]
    }


def test_pairing_create_with_an_ended_unit_says_when(client):
    lead = OrganisationFactory()
    gone = OrganisationFactory(short_name="旧镇", valid_until=date(2025, 12, 31))
    client.force_login(user_with(Role.LIAISON, lead))

    found = faults(client, answers(lead, gone))

    assert found == {"partners": ["“旧镇”已于2025年12月31日停用，请选择现在的单位。"]}


def test_pairing_create_with_turned_dates_is_refused(client):
    lead = OrganisationFactory()
    client.force_login(user_with(Role.LIAISON, lead))

    found = faults(client, answers(lead, OrganisationFactory(), ends_on="2026-02-01"))

    assert found == {"ends_on": ["结束日期早于开始日期，请核对两个日期。"]}


def test_pairing_create_twice_links_to_the_first(client):
    lead, other = OrganisationFactory.create_batch(2)
    existing = pairing_of(lead, other)
    client.force_login(user_with(Role.LIAISON, lead))

    response = client.post(reverse("pairings:pairing_create"), answers(lead, other))

    assert f'<a href="/partnerships/{existing.pk}/">查看该项目</a>' in response.content.decode()
    assert Pairing.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"type": "x", "lead": "x", "partners": ["x"], "starts_on": "x", "content_kinds": ["x"]},
        {"lead": "9" * 40, "partners": ["9" * 40], "content_kinds": ["9" * 40], "parent": "x"},
    ],
)
def test_pairing_create_with_junk_asks_again(client, data):
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert client.post(reverse("pairings:pairing_create"), data).status_code == 422


@pytest.mark.parametrize("query", ["?lead=x&partners=y", "?lead=9999&parent=-1&type=zz"])
def test_pairing_create_with_a_senseless_link_is_empty(client, query):
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert client.get(reverse("pairings:pairing_create") + query).status_code == 200


def test_pairing_create_takes_units_from_a_link(client):
    lead, other = OrganisationFactory.create_batch(2)
    client.force_login(user_with(Role.OFFICE_STAFF))

    form = client.get(
        reverse("pairings:pairing_create"), {"lead": lead.pk, "partners": [other.pk]}
    ).context["form"]

    assert (form["lead"].value(), form["partners"].value()) == (str(lead.pk), [str(other.pk)])


def test_pairing_create_under_an_area_agreement(client):
    lead, other = OrganisationFactory.create_batch(2)
    parent = pairing_of(lead, OrganisationFactory())
    client.force_login(user_with(Role.LIAISON, lead))

    client.post(
        reverse("pairings:pairing_create"), answers(lead, other, parent=parent.pk, name="子项目")
    )

    assert Pairing.objects.get(name="子项目").parent == parent.partnership_ptr


def edit_url(pairing):
    return reverse("pairings:pairing_edit", args=[pairing.pk])


def test_pairing_edit_who_gets_what(client):
    lead, other, stranger = OrganisationFactory.create_batch(3)
    pairing = proposed_pairing(lead, other)

    found = {}
    for name, user in {
        "staff": user_with(Role.OFFICE_STAFF),
        "lead": user_with(Role.LIAISON, lead),
        "member": user_with(Role.LIAISON, other),
        "stranger": user_with(Role.LIAISON, stranger),
        "leader": user_with(Role.LEADER),
    }.items():
        client.force_login(user)
        found[name] = client.get(edit_url(pairing)).status_code

    assert found == {"staff": 200, "lead": 200, "member": 403, "stranger": 404, "leader": 403}


def test_pairing_edit_shows_what_stands(client):
    lead, other = OrganisationFactory.create_batch(2)
    pairing = proposed_pairing(lead, other)
    client.force_login(user_with(Role.LIAISON, lead))

    form = client.get(edit_url(pairing)).context["form"]

    assert (form["lead"].value(), form["partners"].value(), form["version"].value()) == (
        lead.pk,
        [other.pk],
        1,
    )


def test_pairing_edit_saves(client):
    lead, other, third = OrganisationFactory.create_batch(3)
    pairing = proposed_pairing(lead, other)
    client.force_login(user_with(Role.LIAISON, lead))

    response = client.post(edit_url(pairing), answers(lead, third, version=1, name="新名"))

    assert response.url == f"/partnerships/{pairing.pk}/"
    pairing.refresh_from_db()
    assert pairing.name == "新名"
    assert set(pairing.members.values_list("organisation", flat=True)) == {lead.pk, third.pk}


def test_pairing_edit_of_a_stale_page_keeps_what_was_typed(client):
    lead, other = OrganisationFactory.create_batch(2)
    pairing = proposed_pairing(lead, other)
    client.force_login(user_with(Role.LIAISON, lead))
    client.post(edit_url(pairing), answers(lead, other, version=1, name="先存的"))

    response = client.post(edit_url(pairing), answers(lead, other, version=1, name="后存的"))

    form = response.context["form"]
    assert response.status_code == 422
    assert (form["name"].value(), form["version"].value()) == ("后存的", "2")
    again = client.post(edit_url(pairing), answers(lead, other, version=2, name="后存的"))
    assert again.status_code == 302
    assert Partnership.objects.get().name == "后存的"


def test_pairing_edit_after_the_start_goes_back(client):
    lead, other = OrganisationFactory.create_batch(2)
    pairing = pairing_of(lead, other)
    client.force_login(user_with(Role.LIAISON, lead))

    assert client.get(edit_url(pairing)).url == f"/partnerships/{pairing.pk}/"
    response = client.post(edit_url(pairing), answers(lead, other, version=1, name="改名"))
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "这个项目现在是“实施中”，内容不能再改；计划和协议可在项目页维护。"
    ]


def test_pairing_edit_of_another_form_is_not_found(client):
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert client.get(reverse("pairings:pairing_edit", args=[10**12])).status_code == 404


def test_pairing_create_begins_with_the_unit_one_acts_for(client):
    unit, other = OrganisationFactory.create_batch(2)
    client.force_login(user_with(Role.LIAISON, unit))
    url = reverse("pairings:pairing_create")

    def lead(query):
        return client.get(url, query).context["form"]["lead"].value()

    assert lead({}) == unit.pk
    assert lead({"lead": other.pk}) == str(other.pk)
    assert lead({"partners": [unit.pk]}) is None


def test_pairing_create_of_the_office_begins_with_no_lead(client):
    client.force_login(user_with(Role.OFFICE_STAFF))

    form = client.get(reverse("pairings:pairing_create")).context["form"]

    assert form["lead"].value() is None
