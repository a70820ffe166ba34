"""The contact of a unit: who may enter it, that it is written over, that no record keeps a name."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from organisations.actions import remove_contact, set_contact
from organisations.actions.contacts import stamp
from organisations.exports import ORGANISATIONS
from organisations.models import Contact
from organisations.models.kinds import Kind
from tests.factories.organisations import (
    ContactFactory,
    OrganisationFactory,
    RegionFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

FACTS = {"name": "李书记", "work_phone": "0475-4219999"}


def edit(unit):
    return reverse("organisations:contact_edit", args=[unit.pk])


def remove(unit):
    return reverse("organisations:contact_remove", args=[unit.pk])


def detail(unit):
    return reverse("organisations:organisation_detail", args=[unit.pk])


def village_of(town):
    return OrganisationFactory(kind=Kind.VILLAGE, superior=town, region=town.region)


def records():
    return AuditRecord.objects.filter(verb__endswith="_contact").order_by("pk")


def test_set_contact_enters_one():
    staff, unit = user_with(Role.OFFICE_STAFF), OrganisationFactory()

    contact = set_contact(unit, **FACTS, by=staff)

    held = Contact.objects.get()
    assert (held, held.organisation, held.name, held.work_phone, held.updated_by) == (
        contact,
        unit,
        "李书记",
        "0475-4219999",
        staff,
    )
    assert [(r.before, r.after) for r in records()] == [({"contact": ""}, {"contact": "已登记"})]


def test_set_contact_writes_over_the_old_one_and_no_record_keeps_a_name():
    staff, contact = user_with(Role.OFFICE_STAFF), ContactFactory()

    set_contact(contact.organisation, **FACTS, by=staff)

    assert list(Contact.objects.values_list("name", "work_phone")) == [tuple(FACTS.values())]
    assert [(r.before, r.after) for r in records()] == [
        ({"contact": "已登记"}, {"contact": "已更换"})
    ]
    kept = "".join(f"{r.before}{r.after}{r.reason}{r.subject_label}" for r in records())
    assert [word for word in ("王主任", "李书记", "0475") if word in kept] == []


def test_set_contact_twice_changes_nothing():
    staff, unit = user_with(Role.OFFICE_STAFF), OrganisationFactory()
    first = set_contact(unit, **FACTS, by=staff)

    again = set_contact(unit, name=" 李书记 ", work_phone="0475-4219999", by=staff)

    assert (again, again.updated_at, records().count()) == (first, first.updated_at, 1)


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"name": " ", "work_phone": "1"}, "name", "请填写联系人姓名；没有联系人时请删除。"),
        ({"name": "王" * 21, "work_phone": ""}, "name", "联系人姓名不超过 20 个字，请核对。"),
        (
            {"name": "王", "work_phone": "1" * 31},
            "work_phone",
            "办公电话不超过 30 个字符，请只填一个电话。",
        ),
    ],
)
def test_set_contact_refuses_what_is_no_contact(facts, field, sentence):
    staff, unit = user_with(Role.OFFICE_STAFF), OrganisationFactory()

    with pytest.raises(RuleError) as refused:
        set_contact(unit, **facts, by=staff)

    assert (refused.value.message, refused.value.field) == (sentence, field)
    assert not Contact.objects.exists()


def test_set_contact_tells_the_second_of_two():
    staff = user_with(Role.OFFICE_STAFF)
    contact = ContactFactory(updated_by__name="张干事")
    unit, seen = contact.organisation, ""

    with pytest.raises(RuleError) as refused:
        set_contact(unit, **FACTS, by=staff, seen=seen)

    assert refused.value.message.startswith("填写期间张干事已登记了另一位联系人，见上方。")
    assert Contact.objects.get().name == "王主任"
    set_contact(unit, **FACTS, by=staff, seen=stamp(contact))
    assert Contact.objects.get().name == "李书记"


def test_set_contact_tells_that_it_was_erased_meanwhile():
    staff, contact = user_with(Role.OFFICE_STAFF), ContactFactory()
    seen = stamp(contact)
    remove_contact(contact.organisation, by=staff)

    with pytest.raises(RuleError) as refused:
        set_contact(contact.organisation, **FACTS, by=staff, seen=seen)

    assert refused.value.message.startswith("填写期间联系人已被删除。")


def test_remove_contact_erases_it_once():
    staff, contact = user_with(Role.OFFICE_STAFF), ContactFactory()

    remove_contact(contact.organisation, by=staff)

    assert not Contact.objects.exists()
    assert [(r.before, r.after) for r in records()] == [
        ({"contact": "已登记"}, {"contact": "已删除"})
    ]
    with pytest.raises(RuleError, match="没有登记联系人"):
        remove_contact(contact.organisation, by=staff)


def test_a_contact_without_a_name_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="contact_has_a_name"):
        ContactFactory(name="")


def test_a_contact_is_told_apart_by_its_unit_alone():
    unit = OrganisationFactory(short_name="八仙筒镇")

    assert str(ContactFactory(organisation=unit)) == "八仙筒镇"


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        (Role.OFFICE_STAFF, "village", 302),
        (Role.OFFICE_STAFF, "outside", 302),
        (Role.LIAISON, "own", 302),
        (Role.LIAISON, "village", 302),
        (Role.LIAISON, "other", 403),
        (Role.LIAISON, "outside", 403),
        (Role.OFFICE_DIRECTOR, "village", 403),
        (Role.LEADER, "village", 403),
        (Role.SCORER, "village", 403),
        (Role.OFFICE_STAFF, "far", 404),
    ],
)
def test_contact_edit_is_for_the_office_and_the_unit_itself(client, who, whose, status):
    town = OrganisationFactory()
    far = RegionFactory(code="150421100000")
    units = {
        "own": town,
        "village": village_of(town),
        "other": OrganisationFactory(),
        "outside": OrganisationFactory(region=far, is_external=True),
        "far": OrganisationFactory(region=far),
    }
    client.force_login(user_with(who, town if who == Role.LIAISON else None))

    answers = {
        client.post(edit(units[whose]), {**FACTS, "seen": ""}).status_code,
        client.post(remove(units[whose])).status_code,
    }

    assert answers == {status}
    assert records().count() == (2 if status == 302 else 0)


def test_contact_edit_shows_the_new_contact_on_the_unit_s_page(client):
    town = OrganisationFactory()
    village = village_of(town)
    client.force_login(user_with(Role.LIAISON, town))

    response = client.post(edit(village), {**FACTS, "seen": ""}, follow=True)

    assert response.context["contact"].name == "李书记"
    assert [str(m) for m in response.context["messages"]] == ["已登记联系人。"]
    assert "李书记" in response.content.decode()
    history = client.get(f"{response.redirect_chain[-1][0]}?tab=history").context["history"]
    assert history[0]["detail"] == "单位联系人：— → 已登记"


def test_contact_edit_warns_of_a_private_phone_and_lets_it_stay_knowingly(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))
    posted = {"name": "李书记", "work_phone": "13812345678", "seen": ""}

    warned = client.post(edit(unit), posted)
    kept = client.post(edit(unit), {**posted, "keep_text": "on"})

    assert (warned.status_code, kept.status_code) == (422, 302)
    assert warned.context["form"].errors == {
        "work_phone": ["第 1 个字起“138******78”像是个人手机号，请删去或改为单位电话。"]
    }
    assert Contact.objects.get().work_phone == "13812345678"


def test_contact_edit_takes_no_words_for_a_phone(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(edit(unit), {"name": "李书记", "work_phone": "办公室"})

    assert response.context["form"].errors == {
        "work_phone": ["请填电话号码，如 0475-4212345 转 801。"]
    }


def test_contact_edit_without_change_says_so(client):
    contact = ContactFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))
    posted = {"name": contact.name, "work_phone": contact.work_phone, "seen": stamp(contact)}

    response = client.post(edit(contact.organisation), posted, follow=True)

    assert [str(m) for m in response.context["messages"]] == ["联系人没有改动。"]
    assert not records().exists()


def test_contact_edit_tells_the_second_and_saves_the_second_time(client):
    contact = ContactFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    told = client.post(edit(contact.organisation), {**FACTS, "seen": ""})
    shown = told.content.decode()
    seen = told.context["form"]["seen"].value()
    client.post(edit(contact.organisation), {**FACTS, "seen": seen})

    assert told.status_code == 422
    assert "现在登记的是王主任 · 0475-4212345" in shown
    assert Contact.objects.get().name == "李书记"
    refused = AuditRecord.objects.filter(outcome="refused").get()
    assert "王主任" not in refused.reason


def test_contact_edit_opens_with_what_is_known(client):
    contact = ContactFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    form = client.get(edit(contact.organisation)).context["form"]

    assert (form["name"].value(), form["work_phone"].value()) == ("王主任", "0475-4212345")


def test_contact_remove_asks_first(client):
    contact = ContactFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    asked = client.get(remove(contact.organisation)).content.decode()
    done = client.post(remove(contact.organisation), follow=True)
    nothing = client.get(remove(contact.organisation)).content.decode()

    assert "联系人“王主任”？" in asked
    assert [str(m) for m in done.context["messages"]] == ["已删除联系人。"]
    assert "这个单位没有登记联系人，不必删除。" in nothing


def test_a_contact_is_left_out_of_the_register_s_export():
    contact = ContactFactory()

    row = ORGANISATIONS.as_row(
        ORGANISATIONS.select(user_with(Role.OFFICE_STAFF), {}).qs.get(pk=contact.organisation_id)
    )

    assert [cell for cell in row if cell in ("王主任", "0475-4212345")] == []


@pytest.mark.parametrize(("held", "sees"), [(True, True), (False, False)])
def test_organisation_detail_shows_a_contact_to_readers_where_there_is_one(client, held, sees):
    unit = OrganisationFactory()
    if held:
        ContactFactory(organisation=unit)
    client.force_login(user_with(Role.LEADER))

    html = client.get(detail(unit)).content.decode()

    assert ("单位联系人" in html, "王主任" in html) == (sees, sees)
