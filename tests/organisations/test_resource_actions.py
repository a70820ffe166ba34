"""Entering what a unit shares."""

import pytest
from django.db import IntegrityError

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from organisations.actions import create_resource, edit_resource
from organisations.models import OrganisationTag, Resource
from tests.factories.organisations import OrganisationFactory, user_with
from tests.factories.resources import ResourceFactory, in_days

pytestmark = pytest.mark.django_db


def test_create_resource_from_plain_facts():
    staff, unit = user_with(Role.OFFICE_STAFF), OrganisationFactory(short_name="八仙筒镇")
    tag = OrganisationTag.objects.get(name="文艺队伍")

    resource = create_resource(
        {"organisation": unit, "kind": "troupe", "name": "乌兰牧骑小队", "tags": [tag]}, by=staff
    )

    assert Resource.objects.get() == resource
    assert (resource.place, resource.capacity, resource.is_open) == ("", None, True)
    assert list(resource.tags.all()) == [tag]
    record = AuditRecord.objects.get(verb="organisations.create_resource")
    assert (record.subject_id, record.after["kind"], record.after["tags"]) == (
        str(resource.pk),
        "文艺队伍",
        ["文艺队伍"],
    )


def test_create_resource_refuses_a_second_of_the_name():
    staff, held = user_with(Role.OFFICE_STAFF), ResourceFactory()

    with pytest.raises(RuleError) as refused:
        create_resource(
            {"organisation": held.organisation, "kind": "hall", "name": held.name}, by=staff
        )

    assert (refused.value.field, Resource.objects.count()) == ("name", 1)


def test_create_resource_refuses_a_unit_that_has_ended():
    staff = user_with(Role.OFFICE_STAFF)
    unit = OrganisationFactory(short_name="旧镇", valid_until=in_days(-1))

    with pytest.raises(RuleError, match="“旧镇”不在有效期内，请选现在的单位。"):
        create_resource({"organisation": unit, "kind": "hall", "name": "礼堂"}, by=staff)


def test_edit_resource_changes_what_is_given_and_records_it():
    staff, resource = user_with(Role.OFFICE_STAFF), ResourceFactory(capacity=120)

    edit_resource(resource, {"capacity": 90, "is_open": False}, by=staff)

    resource.refresh_from_db()
    assert (resource.capacity, resource.is_open, resource.place) == (90, False, "镇文化站二楼")
    record = AuditRecord.objects.get(verb="organisations.edit_resource")
    assert (record.before, record.after) == (
        {"capacity": 120, "is_open": True},
        {"capacity": 90, "is_open": False},
    )


def test_edit_resource_sets_tags():
    staff, resource = user_with(Role.OFFICE_STAFF), ResourceFactory()
    tag = OrganisationTag.objects.get(name="展馆展厅")

    edit_resource(resource, {"tags": [tag]}, by=staff)

    assert list(resource.tags.all()) == [tag]


def test_edit_resource_twice_changes_nothing():
    staff, resource = user_with(Role.OFFICE_STAFF), ResourceFactory()
    edit_resource(resource, {"capacity": 90}, by=staff)
    seen = Resource.objects.get().updated_at

    edit_resource(resource, {"capacity": 90}, by=staff)

    assert Resource.objects.get().updated_at == seen
    assert AuditRecord.objects.filter(verb="organisations.edit_resource").count() == 1


def test_edit_resource_keeps_the_resource_of_an_ended_unit_closable():
    staff = user_with(Role.OFFICE_STAFF)
    resource = ResourceFactory(organisation__valid_until=in_days(-1))

    edit_resource(resource, {"is_open": False}, by=staff)

    resource.refresh_from_db()
    assert resource.is_open is False


def test_edit_resource_tells_the_second_of_two():
    staff, resource = user_with(Role.OFFICE_STAFF, name="张干事"), ResourceFactory(capacity=120)
    seen_at = resource.updated_at
    edit_resource(resource, {"capacity": 90}, by=staff)

    with pytest.raises(RuleError) as refused:
        edit_resource(resource, {"capacity": 60}, by=staff, seen_at=seen_at)

    assert refused.value.message == (
        "填写期间张干事已改过这项资源（容纳人数：120 → 90）。核对后再次保存，以本次填写的为准。"
    )
    assert Resource.objects.get().capacity == 90


def test_edit_resource_tells_the_second_although_nobody_left_a_record():
    staff, resource = user_with(Role.OFFICE_STAFF), ResourceFactory()
    seen_at = resource.updated_at
    resource.save()

    with pytest.raises(RuleError, match="填写期间他人已改过这项资源（其他信息）。"):
        edit_resource(resource, {"capacity": 60}, by=staff, seen_at=seen_at)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [({"name": "礼堂"}, "resource_once_in_a_unit|name"), ({"capacity": 0}, "holds_somebody")],
)
def test_the_database_refuses_what_is_no_resource(facts, constraint):
    held = ResourceFactory(name="礼堂")

    with pytest.raises(IntegrityError, match=constraint):
        ResourceFactory(organisation=held.organisation, **facts)
