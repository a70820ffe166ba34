"""Who is compared with whom: groups are changed in a draft and only read afterwards."""

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.models import Scheme
from core.errors import RuleError
from organisations.models.kinds import Kind
from tests.factories.assessment import AssessmentGroupFactory, GroupMemberFactory, SchemeFactory
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    county,
    user_with,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def scheme(staff):
    """A draft with the groups 甲 (two townships) and 乙 (nobody)."""
    scheme = SchemeFactory(status="draft", published_by=None, published_at=None)
    first = AssessmentGroupFactory(scheme=scheme, name="甲", order=0)
    AssessmentGroupFactory(scheme=scheme, name="乙", order=1)
    for _ in range(2):
        GroupMemberFactory(group=first, organisation=township())
    return scheme


def township(**facts):
    return OrganisationFactory(**{"region": RegionFactory(), "kind": Kind.TOWNSHIP} | facts)


def group(scheme, name="甲"):
    return scheme.groups.get(name=name)


def names(scheme):
    return [one.name for one in scheme.groups.order_by("order", "pk")]


def url(name, *args):
    return reverse(f"assessment:{name}", args=args)


@pytest.mark.parametrize("item_count", [1, 3])
def test_groups_take_a_fixed_number_of_queries(
    client, scheme, item_count, django_assert_num_queries
):
    for _ in range(item_count):
        GroupMemberFactory(group=group(scheme, "乙"), organisation=township())
        township()
    client.get(url("scheme_groups", scheme.pk))

    with django_assert_num_queries(8):
        page = client.get(url("scheme_groups", scheme.pk))

    assert page.context["units"] == item_count + 2


def test_groups_list_who_is_in_none(client, scheme):
    outside = township()
    OrganisationFactory(kind=Kind.OUTSIDE_REGION, is_external=True, region=county())

    missing = client.get(url("scheme_groups", scheme.pk)).context["missing"]

    assert outside in [unit for kind in missing for unit in kind["units"]]
    assert all(not unit.is_external for kind in missing for unit in kind["units"])


def test_groups_of_a_published_scheme_are_read_only(client, scheme):
    Scheme.objects.update(
        status="published", published_by=UserFactory(), published_at=scheme.created_at
    )

    page = client.get(url("scheme_groups", scheme.pk))
    client.post(url("group_create", scheme.pk), {"name": "丙"})

    assert (page.context["can_edit"], names(scheme)) == (False, ["甲", "乙"])
    assert "随方案发布固定" in page.text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("丙", "已增加分组“丙”"), ("甲", "分组“甲”已有"), ("", "这一项要填")],
)
def test_group_create_adds_at_the_end_or_says_why_not(client, scheme, name, sentence):
    response = client.post(url("group_create", scheme.pk), {"name": name}, follow=True)

    assert sentence in response.text
    assert names(scheme) == (["甲", "乙", "丙"] if name == "丙" else ["甲", "乙"])


def test_first_group_of_a_scheme(staff):
    scheme = SchemeFactory(status="draft", published_by=None, published_at=None)

    assert actions.create_group(scheme, name="一", by=staff).order == 0


@pytest.mark.parametrize(("name", "after"), [("丙", "丙"), ("甲", "甲"), ("乙", "甲"), ("", "甲")])
def test_group_rename(client, scheme, name, after):
    client.post(url("group_rename", group(scheme).pk), {"name": name})

    assert names(scheme) == [after, "乙"]


@pytest.mark.parametrize(
    ("name", "step", "order"),
    [("甲", "down", ["乙", "甲"]), ("乙", "up", ["乙", "甲"]), ("甲", "up", ["甲", "乙"])],
)
def test_group_move(client, scheme, name, step, order):
    client.post(url("group_move", group(scheme, name).pk, step))

    assert names(scheme) == order


def test_group_delete_tells_how_many_and_frees_them(client, scheme):
    address = url("group_delete", group(scheme).pk)
    page = client.get(address)

    client.post(address)

    assert [fact["figure"] for fact in page.context["figures"]] == [2]
    assert (names(scheme), scheme.members.count()) == (["乙"], 0)


def test_members_move_to_another_group_and_out(client, scheme):
    first, second = scheme.members.all()
    address = url("members_move", scheme.pk)

    client.post(address, {"members": [first.pk], "group": group(scheme, "乙").pk, "deed": "move"})
    client.post(address, {"members": [second.pk], "deed": "out"})

    assert [(one.pk, one.group.name) for one in scheme.members.all()] == [(first.pk, "乙")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"deed": "out"}, "没有勾选单位"),
        ({"deed": "move"}, "先选移到哪一组"),
        ({"deed": "move", "group": "987654"}, "先选移到哪一组"),
    ],
)
def test_members_move_says_what_is_missing(client, scheme, data, sentence):
    response = client.post(url("members_move", scheme.pk), data, follow=True)

    assert sentence in response.text
    assert scheme.members.count() == 2


def test_members_add_takes_units_that_are_in_no_group(client, scheme):
    new, there = township(), scheme.members.first().organisation

    client.post(
        url("members_add", scheme.pk),
        {"units": [new.pk, there.pk], "group": group(scheme, "乙").pk},
    )

    added = group(scheme, "乙").members.get()
    assert (added.organisation, added.kind, scheme.members.count()) == (new, Kind.TOWNSHIP, 3)


@pytest.mark.parametrize("has_group", [True, False])
def test_members_add_says_what_is_missing(client, scheme, has_group):
    data = {"units": [scheme.members.first().organisation_id]}
    data |= {"group": group(scheme).pk} if has_group else {}

    response = client.post(url("members_add", scheme.pk), data, follow=True)

    assert ("都已在分组里" if has_group else "先选加入哪一组") in response.text
    assert scheme.members.count() == 2


def test_regroup_puts_everybody_into_the_group_of_their_kind(client, scheme):
    school = township(kind=Kind.SCHOOL)
    village = township(kind=Kind.VILLAGE)
    for unit in (school, village):
        GroupMemberFactory(group=group(scheme, "乙"), organisation=unit, kind=Kind.TOWNSHIP)

    response = client.post(url("groups_regroup", scheme.pk), follow=True)

    places = {one.organisation: (one.group.name, one.kind) for one in scheme.members.all()}
    assert places[school] == ("乙", Kind.SCHOOL)
    assert places[village] == ("嘎查村和社区", Kind.VILLAGE)
    assert names(scheme) == ["甲", "乙", "苏木乡镇", "嘎查村和社区"]
    assert "4 家单位有变动" in response.text


def test_regroup_of_a_published_scheme_is_refused(client, scheme, staff):
    Scheme.objects.update(
        status="published", published_by=UserFactory(), published_at=scheme.created_at
    )

    with pytest.raises(RuleError, match="方案已发布"):
        actions.regroup_by_kind(scheme, by=staff)
    response = client.post(url("groups_regroup", scheme.pk), follow=True)

    assert "方案已发布" in response.text


def test_groups_of_a_strange_office_are_not_found(client, scheme):
    client.force_login(user_with(Role.OFFICE_STAFF, township()))

    assert client.post(url("group_rename", group(scheme).pk)).status_code in (403, 404)


def test_regroup_again_changes_nothing(scheme, staff):
    first = actions.regroup_by_kind(scheme, by=staff)

    assert (first, actions.regroup_by_kind(scheme, by=staff)) == (2, 0)


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(lambda one, by: actions.rename_group(one, name="丙", by=by), id="rename"),
        pytest.param(lambda one, by: actions.move_group(one, 1, by=by), id="move"),
        pytest.param(lambda one, by: actions.delete_group(one, by=by), id="delete"),
    ],
)
def test_deeds_on_a_group_that_is_gone_say_so(scheme, staff, deed):
    gone = group(scheme)
    scheme.groups.filter(pk=gone.pk).delete()

    with pytest.raises(RuleError, match="“甲”刚被他人删除，请刷新页面"):
        deed(gone, staff)
