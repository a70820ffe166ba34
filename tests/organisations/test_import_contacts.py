"""Contacts brought in: matched by unit, never kept once replaced, erased when undone."""

import pytest

from accounts.rights import Role
from core.errors import RuleError
from core.imports import deeds
from core.imports.ledger import Row
from core.models import AuditRecord, ImportRun
from organisations.actions import set_contact
from organisations.imports import Contacts
from organisations.models import Contact
from organisations.models.kinds import Kind
from tests.factories.organisations import (
    ContactFactory,
    OrganisationFactory,
    RegionFactory,
    county,
    user_with,
)
from tests.imports import bring, counted, faults, outcomes, save, undo, work_off

pytestmark = pytest.mark.django_db
State = ImportRun.State
CONTACTS = "organisations.contacts"
HEAD = ["苏木乡镇", "单位名称", "联络员", "联系电话"]


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def town():
    county()
    region = RegionFactory(code="150525100000", name="大沁他拉镇")
    return OrganisationFactory(name="奈曼旗大沁他拉镇", short_name="大沁他拉镇", region=region)


def village(town, name="沙日塘村"):
    return OrganisationFactory(
        name=name, short_name=name, kind=Kind.VILLAGE, region=town.region, superior=town
    )


def contacts():
    rows = Contact.objects.order_by("organisation__name")
    return [(row.organisation.short_name, row.name, row.work_phone) for row in rows]


def test_import_enters_replaces_and_leaves_alone(staff, town):
    one, two, three = village(town), village(town, "光明村"), village(town, "三合村")
    ContactFactory(organisation=two, name="王主任", work_phone="0475-4211111")
    ContactFactory(organisation=three, name="赵主任", work_phone="0475-4213333")
    run = bring(
        staff,
        [
            ["奈曼旗单位联系人表"],
            HEAD,
            ["大沁他拉镇", "沙日塘村村民委员会", "李 书记", "0475－4212222"],
            ["大沁他拉镇", "光明村", "张主任", 4211112],
            ["大沁他拉镇", "三合村", "赵主任", "0475-4213333"],
            ["大沁他拉镇", "大沁他拉镇人民政府", None, None],
        ],
        CONTACTS,
    )

    assert run.state == State.READY, run.message
    assert outcomes(run) == {3: "add", 4: "change", 5: "same", 6: "same"}
    assert run.rows.get(number=4).shown == [
        ["联系人", "已登记", "张主任"],
        ["办公电话", "已登记", "4211112"],
    ]

    save(run)

    assert contacts() == [
        ("三合村", "赵主任", "0475-4213333"),
        ("光明村", "张主任", "4211112"),
        ("沙日塘村", "李书记", "0475-4212222"),
    ]
    assert one.contact.updated_by == staff


def test_import_of_the_same_contacts_twice_changes_nothing(staff, town):
    village(town)
    rows = [HEAD, ["大沁他拉镇", "沙日塘村", "李书记", "0475-4212222"]]
    save(bring(staff, rows, CONTACTS))

    assert counted(bring(staff, rows, CONTACTS)) == {"same": 1}


def test_import_keeps_no_contact_once_it_is_saved(staff, town):
    ContactFactory(organisation=village(town), name="王主任", work_phone="0475-4211111")
    village(town, "光明村")
    run = bring(
        staff,
        [
            HEAD,
            ["大沁他拉镇", "沙日塘村", "李书记", "0475-4212222"],
            ["大沁他拉镇", "光明村", "张主任", None],
        ],
        CONTACTS,
    )
    assert run.rows.get(number=2).before == {"name": "", "work_phone": ""}

    save(run)

    kept = [(row.before, list(row.facts), row.shown) for row in run.rows.all()]
    assert kept == [
        (
            {"name": "", "work_phone": ""},
            ["stamp"],
            [["联系人", "已登记", "已更换"], ["办公电话", "已登记", "已更换"]],
        ),
        ({}, ["stamp"], [["单位", "", "已登记"], ["联系人", "", "已登记"]]),
    ]
    told = AuditRecord.objects.filter(verb="organisations.set_contact")
    assert [(one.before, one.after) for one in told.order_by("pk")] == [
        ({"contact": ""}, {"contact": "已登记"}),
        ({"contact": "已登记"}, {"contact": "已更换"}),
    ]


def test_import_undone_erases_whatever_it_entered(staff, town):
    ContactFactory(organisation=village(town), name="王主任", work_phone="0475-4211111")
    ContactFactory(organisation=village(town, "三合村"), name="赵主任", work_phone="0475-4213333")
    village(town, "光明村")
    run = save(
        bring(
            staff,
            [
                HEAD,
                ["大沁他拉镇", "沙日塘村", "李书记", "0475-4212222"],
                ["大沁他拉镇", "三合村", "赵主任", "0475-4213334"],
                ["大沁他拉镇", "光明村", "张主任", None],
            ],
            CONTACTS,
        )
    )

    undo(run)

    assert run.state == State.UNDONE, run.message
    assert contacts() == [("三合村", "赵主任", "")]


def test_import_is_not_undone_by_who_has_gone_to_another_unit(town):
    village(town)
    liaison = user_with(Role.LIAISON, town)
    run = save(bring(liaison, [HEAD, ["大沁他拉镇", "沙日塘村", "李书记", None]], CONTACTS))
    liaison.assignments.update(organisation=OrganisationFactory())

    undo(ImportRun.objects.get(pk=run.pk))

    run.refresh_from_db()
    assert (run.state, contacts()) == (State.SAVED, [("沙日塘村", "李书记", "")])
    assert run.message == ("导入的内容已不在你管理的范围内，不能撤销；请找现在的联络员或旗创建办。")


def test_import_is_not_undone_over_a_later_contact(staff, town):
    one = village(town)
    run = save(bring(staff, [HEAD, ["大沁他拉镇", "沙日塘村", "李书记", None]], CONTACTS))
    one.contact.name = "孙主任"
    one.contact.save()

    undo(run)

    assert (run.state, contacts()) == (State.SAVED, [("沙日塘村", "孙主任", "")])
    assert (
        run.message == "“大沁他拉镇·沙日塘村”等 1 个在导入之后又有改动，不能整批撤销；请逐条修改。"
    )


def test_import_gives_way_to_a_contact_entered_meanwhile(staff, town):
    one, other = village(town), village(town, "三合村")
    ledger = Contacts(staff)
    seen = ContactFactory(organisation=one, name="王主任")
    for unit in (one, other):
        set_contact(unit, name="孙主任", work_phone="", by=staff)

    with pytest.raises(RuleError):
        ledger.change([Row(2, found=seen, facts={"name": "李书记"})], lambda _done: None)
    with pytest.raises(RuleError):
        ledger.add([Row(3, facts={"unit": other.pk, "name": "李书记"})], lambda _done: None)

    assert {name for _unit, name, _phone in contacts()} == {"孙主任"}


def test_import_names_every_fault_at_its_cell(staff, town):
    village(town)
    run = bring(
        staff,
        [
            HEAD,
            [None, None, "李书记", None],
            ["大沁镇", "沙日塘村", "李书记", None],
            ["大沁他拉镇", "新立村", "李书记", None],
            ["大沁他拉镇", "沙日塘村", None, "0475-4212222"],
            ["大沁他拉镇", "大沁他拉镇", "王主任", "13800138000"],
            ["大沁他拉镇", "沙日塘村", "李" * 21, None],
        ],
        CONTACTS,
    )

    assert faults(run) == [
        (2, "unit", "没有填单位，认不出是哪个单位。"),
        (3, "place", "名册里没有“大沁镇”这个苏木乡镇、街道或农场，请核对。"),
        (4, "unit", "名册里没有“新立村”；请核对名称，或先在单位名册里录入。"),
        (5, "name", "“联系人”没有填，新增一行必须有它。"),
        (6, "work_phone", "第 1 个字起“138******00”像是个人手机号，请删去或改为单位电话。"),
        (7, "name", "有 21 个字，最多 20 个字；请缩短。"),
    ]


def test_import_keeps_a_mobile_number_that_the_user_has_checked(staff, town):
    rows = [HEAD, ["大沁他拉镇", "大沁他拉镇", "王主任", "13800138000"]]
    run = bring(staff, rows, CONTACTS)
    assert counted(run) == {"fault": 1}

    work_off(deeds.reread(run, keeps_text=True, by=staff))
    save(run)

    assert contacts() == [("大沁他拉镇", "王主任", "13800138000")]


def test_import_of_a_liaison_reaches_the_own_units_only(town):
    village(town)
    OrganisationFactory(name="奈曼旗教育局", short_name="教育局", region=county())
    run = bring(
        user_with(Role.LIAISON, town),
        [
            HEAD,
            ["大沁他拉镇", "沙日塘村", "李书记", None],
            [None, "奈曼旗教育局", "王主任", None],
        ],
        CONTACTS,
    )

    assert outcomes(run) == {2: "add", 3: "fault"}
    assert faults(run) == [(3, "unit", "这个单位不在你管理的范围内，不能登记联系人。")]


def test_import_of_two_contacts_for_one_unit_is_refused(staff, town):
    village(town)
    run = bring(
        staff,
        [
            HEAD,
            ["大沁他拉镇", "沙日塘村", "李书记", None],
            ["大沁他拉镇", "沙日塘村委会", "张主任", None],
        ],
        CONTACTS,
    )

    assert faults(run) == [(3, "", "与第 2 行说的是同一个，但内容不同；请只留一行。")]
