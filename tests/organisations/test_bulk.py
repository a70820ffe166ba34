"""One change to many organisations: preview, confirmation, what is left out and said."""

from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from core.audit import find_broken_link
from core.errors import RuleError
from core.models import AuditRecord
from organisations.actions.bulk import BulkChange, edit_organisations
from organisations.models import Organisation, OrganisationTag
from organisations.models.kinds import Kind
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    TradeSystemFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

BULK = reverse("organisations:organisation_bulk")
LIST = reverse("organisations:organisation_list")


@pytest.fixture
def staff(client):
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def hall():
    return OrganisationTag.objects.create(name="村史馆")


@pytest.fixture
def troupe():
    return OrganisationTag.objects.create(name="乌兰牧骑小队")


def told(response):
    return [str(message) for message in response.context["messages"]]


def figures(response):
    return {fact["label"]: fact["figure"] for fact in response.context["facts"]}


def confirm(client, preview, url=BULK):
    """Press the button of the preview: send back all that stands in its form."""
    sent = {"ids": preview.context["ids"], "seen": preview.context["seen"], "step": "confirm"}
    for name, value in preview.context["answers"]:
        sent.setdefault(name, []).append(value)
    return client.post(url, sent, follow=True)


def test_bulk_edit_previews_and_then_changes_as_shown(client, staff, hall, troupe):
    education, health = TradeSystemFactory(name="教体"), TradeSystemFactory(name="卫健")
    town = OrganisationFactory(short_name="大沁他拉镇")
    one, other = OrganisationFactory.create_batch(
        2, trade_system=education, is_willing=True, verification="unverified"
    )
    same = OrganisationFactory(
        trade_system=health, is_willing=False, capacity=5, superior=town, verification="verified"
    )
    for unit in (one, other):
        unit.offers.add(troupe)
    same.offers.add(hall)
    same.needs.add(troupe)
    ids = [one.pk, other.pk, same.pk]
    facts = {
        "trade_system": health.pk, "is_willing": "no", "capacity": "5", "superior": town.pk,
        "add_offers": [hall.pk], "drop_offers": [troupe.pk], "add_needs": [troupe.pk],
        "verify": "on",
    }  # fmt: skip

    preview = client.post(BULK, {"ids": ids, "step": "preview", **facts})
    untouched = Organisation.objects.filter(trade_system=education).count()
    response = confirm(client, preview)

    assert figures(preview) == {"将修改": 2, "原来就是这样": 1}
    assert preview.context["planned"][0][1] == (
        "上级单位：— → 大沁他拉镇；行业系统：教体 → 卫健；带动能力：2 → 5；愿意结对：是 → 否；"
        "核实：待核实 → 已核实；有需求：— → 乌兰牧骑小队；可提供：乌兰牧骑小队 → 村史馆"
    )
    assert untouched == 2
    assert told(response) == ["已修改 2 个单位。1 个原来就是这样，没有改动。"]
    for unit in (one, other):
        unit.refresh_from_db()
        assert (unit.trade_system, unit.is_willing, unit.capacity, unit.superior) == (
            health, False, 5, town,
        )  # fmt: skip
        assert unit.verification == "verified"
        assert list(unit.offers.all()) == [hall]
        assert list(unit.needs.all()) == [troupe]
    records = AuditRecord.objects.filter(verb="organisations.edit_organisations").order_by("pk")
    assert [record.subject_id for record in records] == [str(one.pk), str(other.pk)]
    assert records[0].after["offers"] == ["村史馆"]
    assert find_broken_link() is None


def test_bulk_edit_takes_all_that_the_filter_finds(client, staff):
    schools = OrganisationFactory.create_batch(30, kind=Kind.SCHOOL)
    town = OrganisationFactory()
    url = f"{BULK}?kind=school&scope=all&page=2"

    opened = client.post(url)
    preview = client.post(url, {"step": "preview", "capacity": "9"})
    response = confirm(client, preview, url)

    assert (opened.context["count"], opened.context["ids"]) == (30, [])
    assert told(response) == ["已修改 30 个单位。"]
    assert response.redirect_chain == [(f"{LIST}?kind=school", 302)]
    assert Organisation.objects.filter(capacity=9).count() == len(schools)
    town.refresh_from_db()
    assert town.capacity == 2


def test_bulk_edit_clears_a_trade_system(client, staff):
    unit = OrganisationFactory(trade_system=TradeSystemFactory())

    preview = client.post(BULK, {"ids": [unit.pk], "step": "preview", "trade_system": "none"})
    confirm(client, preview)

    unit.refresh_from_db()
    assert unit.trade_system is None


def test_bulk_edit_leaves_out_whom_the_new_superior_does_not_suit(client, staff):
    top = OrganisationFactory(short_name="旗教体局", kind=Kind.GOVERNMENT_DEPARTMENT)
    middle = OrganisationFactory(short_name="教研室", kind=Kind.GOVERNMENT_DEPARTMENT, superior=top)
    village = OrganisationFactory(kind=Kind.VILLAGE)
    school = OrganisationFactory(kind=Kind.SCHOOL)
    ids = [top.pk, middle.pk, village.pk, school.pk]

    preview = client.post(BULK, {"ids": ids, "step": "preview", "superior": middle.pk})
    response = confirm(client, preview)

    assert figures(preview) == {"将修改": 1, "不能这样改": 3}
    assert preview.context["reasons"] == [
        ("“教研室”就是它自己或在它之下，不能作它的上级", 2),
        ("嘎查村、社区的上级应是苏木乡镇、街道或农场", 1),
    ]
    assert told(response) == ["已修改 1 个单位。3 个不能这样改，没有改动。"]
    with_superior = Organisation.objects.filter(superior=middle)
    assert list(with_superior) == [school]


def test_bulk_edit_leaves_out_rows_of_another_county(client, staff):
    elsewhere = OrganisationFactory(region=RegionFactory(code="150526101000"))
    here = OrganisationFactory()
    ids = [elsewhere.pk, here.pk]

    preview = client.post(BULK, {"ids": ids, "step": "preview", "capacity": "7"})
    confirm(client, preview)

    elsewhere.refresh_from_db()
    assert figures(preview) == {"将修改": 1}
    assert (preview.context["ids"], elsewhere.capacity) == ([here.pk], 2)


def test_bulk_edit_tells_of_a_change_in_between(client, staff):
    one, other = OrganisationFactory.create_batch(2)
    preview = client.post(BULK, {"ids": [one.pk, other.pk], "step": "preview", "capacity": "7"})
    one.capacity = 4
    one.save()

    refused = confirm(client, preview)
    kept = Organisation.objects.filter(capacity=7).count()
    response = confirm(client, refused)

    assert refused.status_code == 409
    assert refused.context["form"].non_field_errors() == [
        f"预览之后有 1 个单位被他人改过（{one.full_label}），没有保存；请核对后再确认。"
    ]
    assert kept == 0
    assert told(response) == ["已修改 2 个单位。"]
    assert AuditRecord.objects.filter(outcome="refused").count() == 1


@pytest.mark.parametrize(
    "seen",
    ["", "made-up", signing.dumps(["2026-01-01T00:00:00Z", "x"])],
    # The signature holds the time: workers of one run would not agree on its name.
    ids=["none", "made-up", "of another moment"],
)
def test_bulk_edit_is_not_confirmed_without_its_preview(client, staff, seen):
    unit = OrganisationFactory()
    sent = {"ids": [unit.pk], "step": "confirm", "capacity": "7", "seen": seen}

    response = client.post(BULK, sent)

    unit.refresh_from_db()
    assert (response.status_code, unit.capacity) == (409, 2)


def test_bulk_edit_tells_when_the_filter_finds_others_by_then(client, staff):
    OrganisationFactory(kind=Kind.SCHOOL)
    url = f"{BULK}?kind=school&scope=all"
    preview = client.post(url, {"step": "preview", "capacity": "7"})
    OrganisationFactory(kind=Kind.SCHOOL)

    response = confirm(client, preview, url)

    assert (response.status_code, figures(response)) == (409, {"将修改": 2})
    assert Organisation.objects.filter(capacity=7).count() == 0


def test_bulk_edit_done_twice_changes_nothing_the_second_time(client, staff):
    unit = OrganisationFactory()
    preview = client.post(BULK, {"ids": [unit.pk], "step": "preview", "capacity": "7"})

    confirm(client, preview)
    again = confirm(client, preview)
    third = confirm(client, again)

    assert again.status_code == 409
    assert told(third) == ["已修改 0 个单位。1 个原来就是这样，没有改动。"]
    assert AuditRecord.objects.filter(verb="organisations.edit_organisations").count() == 2


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "还没有选要改什么，至少改一项。"),
        ({"capacity": "-1"}, "0"),
        ({"trade_system": "999999"}, "不在可选范围"),
        ({"superior": "x"}, "没有找到这个单位"),
        ({"add_offers": "{hall}", "drop_offers": "{hall}"}, "村史馆既要加上又要去掉，请只选一样。"),
    ],
)
def test_bulk_edit_refuses_a_form_that_makes_no_sense(client, staff, hall, facts, sentence):
    unit = OrganisationFactory()
    sent = {name: value.format(hall=hall.pk) for name, value in facts.items()}

    response = client.post(BULK, {"ids": [unit.pk], "step": "preview", **sent})

    assert response.status_code == 422
    assert sentence in response.content.decode()


@pytest.mark.parametrize("ids", [[], ["x"], ["9" * 30], ["987654321"]])
def test_bulk_edit_of_nothing_says_so(client, staff, ids):
    response = client.post(BULK, {"ids": ids}, follow=True)

    assert told(response) == ["没有选中单位，请先在名单左侧勾选。"]


def test_bulk_edit_goes_back_to_the_form_with_the_answers(client, staff):
    unit = OrganisationFactory()

    response = client.post(BULK, {"ids": [unit.pk], "step": "edit", "capacity": "7"})

    assert response.context["form"]["capacity"].value() == "7"
    assert response.context["ids"] == [unit.pk]


@pytest.mark.parametrize("role", [Role.LIAISON, Role.LEADER, Role.OFFICE_DIRECTOR])
def test_bulk_edit_is_for_those_who_edit(client, role):
    client.force_login(user_with(role))

    assert client.post(BULK, {"ids": ["1"]}).status_code == 403


def test_bulk_action_leaves_what_one_may_not_edit(staff):
    elsewhere = OrganisationFactory(region=RegionFactory(code="150526101000"))

    plan = edit_organisations(
        [elsewhere.pk], change=BulkChange({"capacity": 7}), seen_at=timezone.now(), by=staff
    )

    elsewhere.refresh_from_db()
    assert (plan.planned, elsewhere.capacity) == ([], 2)


def test_bulk_action_names_only_some_of_many_that_changed(staff):
    units = OrganisationFactory.create_batch(5)
    before = timezone.now() - timedelta(days=1)

    with pytest.raises(RuleError) as refusal:
        edit_organisations(
            [unit.pk for unit in units],
            change=BulkChange({"capacity": 7}),
            seen_at=before,
            by=staff,
        )

    assert refusal.value.message.count("、") == 2
    assert "有 5 个单位" in refusal.value.message


def test_bulk_action_asks_no_more_for_more(staff, hall):
    counts = []
    assert staff.roles  # kept for the request
    for item_count in (1, 3, 50):
        units = OrganisationFactory.create_batch(item_count)
        change = BulkChange({"capacity": item_count + 5}, added={"offers": [hall]})
        with CaptureQueriesContext(connection) as queries:
            edit_organisations(
                [unit.pk for unit in units], change=change, seen_at=timezone.now(), by=staff
            )
        counts.append(len(queries))

    assert len(set(counts)) == 1


def test_organisation_bulk_takes_no_condition_that_makes_no_sense(client, staff):
    OrganisationFactory.create_batch(2)

    response = client.post(f"{BULK}?kind=nonsense&scope=all", follow=True)

    assert response.redirect_chain == [(f"{LIST}?kind=nonsense", 302)]
    assert told(response) == ["筛选条件“类型”看不懂，没有修改；改好筛选再批量修改。"]


def test_organisation_bulk_leaves_out_what_has_ended(client, staff):
    ended = OrganisationFactory(valid_until="2025-01-01", capacity=2)
    sent = {"ids": [ended.pk], "step": "preview", "set_capacity": "7", "capacity": "7"}

    response = client.post(BULK, sent)

    assert list(response.context["reasons"]) == [("已停用，不再修改", 1)]
