"""Taking a unit out of the register that was entered by mistake."""

import pytest
from django.urls import reverse

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from organisations.actions import remove_organisation
from organisations.actions.changes import rename_organisation
from organisations.actions.organisation import uses_of
from organisations.models import Organisation, OrganisationName, OrganisationTag
from organisations.models.kinds import Kind
from tests.factories.demonstrations import TitleFactory
from tests.factories.organisations import (
    AssignmentFactory,
    ContactFactory,
    OrganisationFactory,
    RegionFactory,
    paper,
    user_with,
)
from tests.factories.partnerships import pairing_of
from tests.factories.records import WindowAnswerFactory, news_of, published_case

pytestmark = pytest.mark.django_db


def remove(unit):
    return reverse("organisations:organisation_remove", args=[unit.pk])


def detail(unit):
    return reverse("organisations:organisation_detail", args=[unit.pk])


def removals():
    return AuditRecord.objects.filter(verb="organisations.remove_organisation")


def test_remove_organisation_takes_its_names_and_tags_along():
    staff, unit = user_with(Role.OFFICE_STAFF), OrganisationFactory(short_name="桥东村")
    unit.names.create(name="东桥村", kind="former")
    tag = OrganisationTag.objects.create(name="村史馆")
    unit.offers.add(tag)

    remove_organisation(unit, by=staff)

    assert not Organisation.objects.filter(pk=unit.pk).exists()
    assert not OrganisationName.objects.exists()
    assert OrganisationTag.objects.filter(pk=tag.pk).exists()
    record = removals().get()
    assert (record.by, record.subject_id, record.subject_label) == (staff, str(unit.pk), "桥东村")
    assert record.before["former_names"] == ["东桥村"]
    assert record.outcome == "success"


def renamed(unit):
    rename_organisation(
        unit, name="新名", short_name="新名", paper=paper(), by=user_with(Role.OFFICE_STAFF)
    )


@pytest.mark.parametrize(
    ("build", "uses"),
    [
        (lambda unit: ContactFactory(organisation=unit), "单位联系人 1 条"),
        (lambda unit: AssignmentFactory.create_batch(2, organisation=unit), "任职 2 条"),
        (lambda unit: OrganisationFactory(kind=Kind.VILLAGE, superior=unit), "所辖单位 1 条"),
        (
            lambda unit: OrganisationFactory(valid_until="2020-01-01", successor=unit),
            "前身单位 1 条",
        ),
        (lambda unit: TitleFactory(organisation=unit), "示范命名 1 条"),
        (
            lambda unit: pairing_of(unit, OrganisationFactory()),
            "联创项目 1 条、成员单位 1 条",
        ),
        (renamed, "变更单位 2 条"),
    ],
)
def test_remove_organisation_refuses_what_something_was_built_on(build, uses):
    unit = OrganisationFactory(short_name="桥东村")
    build(unit)
    unit.refresh_from_db()

    with pytest.raises(RuleError) as refusal:
        remove_organisation(unit, by=user_with(Role.OFFICE_STAFF))

    expected = f"“{unit.short_name}”已用于{uses}，不能删除；停用请按文件办理“变更”。"
    assert refusal.value.message == expected
    assert Organisation.objects.filter(pk=unit.pk).exists()
    assert not removals().exists()


def test_every_relation_to_a_unit_counts_or_is_part_of_it():
    silent = {
        relation.get_accessor_name()
        for relation in Organisation._meta.related_objects
        if not relation.many_to_many and relation.on_delete.__name__ != "PROTECT"
    }
    unseen = {
        relation.through
        for relation in Organisation._meta.related_objects
        if relation.many_to_many and relation.through._meta.auto_created
    }

    assert (silent, unseen) == ({"contact", "names"}, set())


def test_uses_of_counts_cases_and_news_once():
    unit = OrganisationFactory()
    published_case(unit)
    news_of(unit)
    WindowAnswerFactory(organisation=unit)

    uses = {"填报答复 1 条", "典型案例 1 条", "信息报送 1 条"}
    assert set(uses_of(unit)) == uses
    assert len(uses_of(unit)) == len(uses)


def test_remove_organisation_twice_says_so():
    unit = OrganisationFactory()
    staff = user_with(Role.OFFICE_STAFF)
    remove_organisation(Organisation.objects.get(pk=unit.pk), by=staff)

    with pytest.raises(RuleError) as refusal:
        remove_organisation(unit, by=staff)

    assert refusal.value.message == "这个单位刚才已删除。"
    assert removals().count() == 1


@pytest.mark.parametrize(
    ("role", "in_county", "status"),
    [
        (Role.OFFICE_STAFF, True, 302),
        (Role.OFFICE_STAFF, False, 404),
        (Role.OFFICE_DIRECTOR, True, 403),
        (Role.LIAISON, True, 403),
        (Role.SYSTEM_ADMIN, True, 403),
    ],
)
def test_organisation_remove_is_the_office_s(client, role, in_county, status):
    region = RegionFactory() if in_county else RegionFactory(code="150421100000")
    unit = OrganisationFactory(region=region)
    client.force_login(user_with(role))

    response = client.post(remove(unit))

    assert response.status_code == status
    assert Organisation.objects.filter(pk=unit.pk).exists() == (status != 302)


def test_organisation_remove_asks_and_says_what_it_did(client):
    unit = OrganisationFactory(short_name="桥东苏木")
    client.force_login(user_with(Role.OFFICE_STAFF))

    asked = client.get(remove(unit))
    done = client.post(remove(unit), follow=True)

    assert asked.content.decode().count("从名册删除“桥东苏木”") == 1
    assert done.redirect_chain == [(reverse("organisations:organisation_list"), 302)]
    told = [str(message) for message in done.context["messages"]]
    assert told == ["已从名册删除“桥东苏木”。"]
    assert client.get(remove(unit)).status_code == 404


def test_organisation_remove_names_what_stands_against_it(client):
    unit = ContactFactory().organisation
    client.force_login(user_with(Role.OFFICE_STAFF))

    asked = client.get(remove(unit))
    refused = client.post(remove(unit), follow=True)

    html = asked.content.decode()
    assert html.count("它已用于单位联系人 1 条。停用请按文件办理“变更”。") == 1
    assert html.count("删除单位") == 0
    assert refused.redirect_chain == [(detail(unit), 302)]
    assert [(row.outcome, row.subject_id) for row in removals()] == [("refused", str(unit.pk))]


def test_organisation_remove_is_refused_after_a_change(client):
    unit = OrganisationFactory()
    renamed(unit)
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(remove(unit))

    assert response.status_code == 403
