"""The pages of the deeds: who may open them, the numbers before, the deed after, the faults."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from core.models import AuditRecord
from organisations.models import Organisation, OrganisationChange
from organisations.models.kinds import Kind
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    county,
    office,
    user_with,
)
from tests.factories.partnerships import pairing_of

pytestmark = pytest.mark.django_db

PAPER = {"effective_on": "2025-06-01", "document_number": "奈党发〔2025〕8号"}
ENDING = PAPER | {"history": "follows"}
DEEDS = ("rename", "merge", "split", "close")


def page(unit, deed):
    return reverse(f"organisations:organisation_{deed}", args=[unit.pk])


def school(name="奈曼旗第一中学", short="奈曼一中", **facts):
    facts = {"region": county()} | facts
    return OrganisationFactory(name=name, short_name=short, kind=Kind.SCHOOL, **facts)


def answers(deed):
    return {
        "rename": PAPER | {"name": "奈曼旗实验中学", "short_name": "实验中学"},
        "merge": ENDING | {"new_name": "奈曼旗实验中学", "new_short_name": "实验中学"},
        "split": ENDING | {"parts": "奈曼旗初级中学，初中\n奈曼旗高级中学,高中"},
        "close": ENDING,
    }[deed]


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize(
    ("role", "in_county", "status"),
    [
        (Role.OFFICE_STAFF, True, 302),
        (Role.OFFICE_STAFF, False, 404),
        (Role.OFFICE_DIRECTOR, True, 403),
        (Role.LIAISON, True, 403),
        (Role.LEADER, True, 403),
        (Role.SYSTEM_ADMIN, True, 403),
    ],
)
def test_changes_are_the_office_s(client, deed, role, in_county, status):
    region = county() if in_county else RegionFactory(code="150421000000", level="county")
    unit = school(region=region)
    client.force_login(user_with(role))

    response = client.post(page(unit, deed), answers(deed) | {"confirmed": "1"})

    assert response.status_code == status
    assert OrganisationChange.objects.count() == (status == 302)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_unit_of_another_township_is_seen_but_not_changed(client, deed):
    user = user_with(Role.OFFICE_STAFF, OrganisationFactory())
    AssignmentFactory(user=user, role=Role.LEADER, organisation=office())
    client.force_login(user)

    assert client.get(page(school(), deed)).status_code == 403


@pytest.mark.parametrize(
    ("deed", "required"), [("rename", 4), ("merge", 3), ("split", 4), ("close", 3)]
)
def test_a_change_form_asks_for_little(client, deed, required):
    client.force_login(user_with(Role.OFFICE_STAFF))

    form = client.get(page(school(), deed)).context["form"]

    assert sum(field.required for field in form.fields.values()) == required


@pytest.mark.parametrize("deed", DEEDS)
def test_the_numbers_come_before_the_deed(client, deed):
    unit = school()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(page(unit, deed), answers(deed))

    unit.refresh_from_db()
    assert (response.status_code, unit.name, unit.valid_until) == (200, "奈曼旗第一中学", None)
    assert OrganisationChange.objects.count() == AuditRecord.objects.count() == 0
    html = response.content.decode()
    assert html.count('type="hidden" name="document_number" value="奈党发〔2025〕8号"') == 1
    assert html.count('name="confirmed"') == 1


def test_merging_tells_what_passes_on_and_repeats_the_answers(client):
    unit, into, other = school(), school("实验中学", "实验"), school("奈曼旗第二中学", "奈曼二中")
    pairing_of(unit, OrganisationFactory())
    client.force_login(user_with(Role.OFFICE_STAFF))
    asked = ENDING | {"into": into.pk, "others": [other.pk]}

    response = client.post(page(unit, "merge"), asked)
    client.post(page(unit, "merge"), asked | {"confirmed": "1"})

    assert [(fact["figure"], str(fact["label"])) for fact in response.context["facts"]] == [
        (1, "牵头的联创项目改由承接单位牵头"),
        (1, "意向和实施中的联创项目转由承接单位参加"),
    ]
    assert [words for _label, words in response.context["answers"]] == [
        "实验",
        "奈曼二中",
        "2025-06-01",
        "奈党发〔2025〕8号",
        "随承接单位：当年的活动和成绩计入承接单位",
    ]
    assert set(into.predecessors.all()) == {unit, other}


def test_closing_without_a_successor_tells_what_ends(client):
    unit = school()
    pairing_of(OrganisationFactory(), unit)
    client.force_login(user_with(Role.OFFICE_STAFF))

    facts = client.post(page(unit, "close"), answers("close")).context["facts"]

    assert [str(fact["label"]) for fact in facts] == ["退出意向和实施中的联创项目"]


def test_splitting_repeats_that_the_unit_lives_on(client):
    unit = school()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(page(unit, "split"), answers("split") | {"lives_on": "on"})

    words = [words for _label, words in response.context["answers"]]
    assert words[:2] == ["奈曼旗初级中学，初中\n奈曼旗高级中学,高中", "是"]


def test_confirming_does_the_deed_once_and_tells_the_second(client):
    unit = school()
    client.force_login(user_with(Role.OFFICE_STAFF))
    asked = answers("merge") | {"confirmed": "1"}

    first = client.post(page(unit, "merge"), asked, follow=True)
    second = client.post(page(unit, "merge"), asked)

    assert [str(message) for message in first.context["messages"]] == [
        "已合并，未了的事项由承接单位继续办理。"
    ]
    assert second.status_code == 422
    assert second.context["form"].errors == {
        "__all__": ["“奈曼一中”已按奈党发〔2025〕8号合并，2025年5月31日停用，没有再改动。"]
    }
    assert OrganisationChange.objects.count() == 1


def test_going_back_keeps_what_was_typed(client):
    unit = school()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(page(unit, "rename"), answers("rename") | {"back": "1"})

    assert response.status_code == 200
    assert response.context["form"]["name"].value() == "奈曼旗实验中学"
    assert OrganisationChange.objects.count() == 0


def test_a_rule_broken_is_told_at_its_field_before_anything_is_asked(client):
    school("奈曼旗实验中学", "实验中学")
    unit = school()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(page(unit, "rename"), answers("rename"))

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "name": ["同一区划下已有同类单位叫“奈曼旗实验中学”，请核对。"]
    }
    record = AuditRecord.objects.get()
    assert (record.verb, record.outcome) == ("organisations.rehearse", "refused")


def test_a_fault_of_a_new_name_stands_on_top_of_the_form_that_has_no_such_field(client):
    school("奈曼旗实验中学", "实验中学")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(page(school(), "merge"), answers("merge"))

    assert list(response.context["form"].errors) == ["__all__"]


TOMORROW = str(timezone.localdate() + timedelta(days=1))


@pytest.mark.parametrize(
    ("deed", "wrong", "errors"),
    [
        (
            "rename",
            {"effective_on": TOMORROW, "document_number": ""},
            {
                "effective_on": ["生效日期还没有到，请到那天再登记。"],
                "document_number": ["这一项要填。"],
            },
        ),
        (
            "merge",
            {"new_name": "", "new_short_name": ""},
            {"into": ["请选并入的现有单位，或者填新单位的名称，二者选一。"]},
        ),
        ("merge", {"new_name": ""}, {"new_name": ["新单位的全称和简称都要填。"]}),
        ("merge", {"new_short_name": ""}, {"new_short_name": ["新单位的全称和简称都要填。"]}),
        (
            "split",
            {"parts": "只有全称"},
            {"parts": ["第 1 行要写全称和简称，中间用逗号隔开，如：奈曼旗第五中学，奈曼五中。"]},
        ),
        (
            "split",
            {"parts": "甲，甲\n甲，乙"},
            {"parts": ["有两行的全称相同，请核对。"]},
        ),
        (
            "split",
            {"parts": "\n".join(f"第{n}校，{n}校" for n in range(11))},
            {"parts": ["最多拆成 10 个单位。"]},
        ),
        (
            "split",
            {"parts": f"{'长' * 101}，短"},
            {"parts": ["第 1 行太长：全称不超过 100 个字，简称不超过 40 个字。"]},
        ),
    ],
)
def test_faults_are_told_in_words(client, deed, wrong, errors):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(page(school(), deed), answers(deed) | wrong)

    assert response.status_code == 422
    assert response.context["form"].errors == errors


def test_a_persons_number_in_the_note_is_warned_of_once(client):
    unit = school()
    client.force_login(user_with(Role.OFFICE_STAFF))
    asked = answers("rename") | {"note": "联系人电话 13904750001"}

    warned = client.post(page(unit, "rename"), asked)
    kept = client.post(page(unit, "rename"), asked | {"keep_text": "on"})

    assert list(warned.context["form"].errors) == ["note"]
    assert kept.status_code == 200
    assert kept.content.decode().count('name="keep_text" value="on"') == 1


def test_split_writes_the_parts_into_the_register(client):
    unit = school()
    client.force_login(user_with(Role.OFFICE_STAFF))

    client.post(page(unit, "split"), answers("split") | {"confirmed": "1"})

    parts = Organisation.objects.filter(valid_from="2025-06-01").order_by("pk")
    assert [(part.name, part.short_name) for part in parts] == [
        ("奈曼旗初级中学", "初中"),
        ("奈曼旗高级中学", "高中"),
    ]


def test_an_ended_unit_offers_its_history_alone(client):
    unit, left = school(), school("奈曼旗第二中学", "奈曼二中", verification="unverified")
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.post(page(left, "close"), ENDING | {"confirmed": "1"})
    left.refresh_from_db()
    url = reverse("organisations:organisation_detail", args=[left.pk])

    shown = [
        client.get(address).content.decode()
        for address in (reverse("organisations:organisation_detail", args=[unit.pk]), url)
    ]

    deeds = ("/edit/", "/verify/", "/rename/", "/merge/", "/split/", "/close/", "/remove/")
    offered = [
        [html.count(f"{row.pk}{deed}") for deed in deeds]
        for row, html in zip((unit, left), shown, strict=True)
    ]
    assert offered == [[1, 0, 1, 1, 1, 1, 1], [0] * 7]
    assert left.valid_until is not None
    assert len(client.get(f"{url}?tab=history").context["changes"]) == 1


@pytest.mark.parametrize("deed", ["edit", "verify"])
def test_an_ended_unit_is_changed_no_more(client, deed):
    unit = school(valid_until="2025-05-31", verification="unverified")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(page(unit, deed), {})

    assert response.status_code == 403


def test_an_ended_unit_entered_by_mistake_can_be_removed(client):
    unit = school(valid_until="2025-05-31")
    client.force_login(user_with(Role.OFFICE_STAFF))
    url = reverse("organisations:organisation_detail", args=[unit.pk])

    html = client.get(url).content.decode()

    assert [html.count(f"{unit.pk}/{deed}/") for deed in ("remove", "close")] == [1, 0]
