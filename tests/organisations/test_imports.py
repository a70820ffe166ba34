"""The register brought in: matched, shown, saved whole, undone whole."""

import pytest

from accounts.rights import Role
from core.errors import RuleError
from core.imports import deeds
from core.imports.ledger import Row
from core.models import AuditRecord, ImportRun
from organisations.imports import Organisations
from organisations.models import Organisation
from organisations.models.kinds import Kind
from tests.factories.organisations import (
    ContactFactory,
    OrganisationFactory,
    RegionFactory,
    TradeSystemFactory,
    county,
    user_with,
)
from tests.imports import accept_all, bring, counted, faults, outcomes, save, undo, work_off

pytestmark = pytest.mark.django_db
State = ImportRun.State
BUREAU = Kind.GOVERNMENT_DEPARTMENT
HEAD = ["苏木乡镇", "单位名称", "单位性质", "带动能力"]


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def town():
    county()
    region = RegionFactory(code="150525100000", name="大沁他拉镇")
    return OrganisationFactory(name="奈曼旗大沁他拉镇", short_name="大沁他拉镇", region=region)


@pytest.fixture
def village(town):
    return OrganisationFactory(
        name="沙日塘村委会",
        short_name="沙日塘村",
        kind=Kind.VILLAGE,
        region=town.region,
        superior=town,
        capacity=2,
    )


def test_import_adds_changes_and_leaves_alone(staff, town, village):
    run = bring(
        staff,
        [
            HEAD,
            ["大沁他拉镇", "沙日塘村村民委员会", "嘎查村", "３"],
            ["大沁他拉镇", "光明村", "嘎查村", None],
            [None, "奈曼旗大沁他拉镇人民政府", "苏木乡镇", 2],
        ],
    )

    assert run.state == State.READY, run.message
    assert outcomes(run) == {2: "change", 3: "add", 4: "same"}
    assert run.rows.get(number=2).shown == [["带动能力", "2", "3"]]

    save(run)

    assert run.state == State.SAVED
    village.refresh_from_db()
    assert (village.capacity, village.name) == (3, "沙日塘村委会")
    added = Organisation.objects.get(name="光明村")
    assert (added.kind, added.superior, added.region, added.short_name) == (
        Kind.VILLAGE,
        town,
        town.region,
        "光明村",
    )
    assert Organisation.objects.search("gmc").get() == added


def test_import_of_the_same_file_twice_changes_nothing(staff, town, village):
    rows = [
        HEAD,
        ["大沁他拉镇", "沙日塘村", "嘎查村", 4],
        ["大沁他拉镇", "光明嘎查", "嘎查村", 1],
    ]
    save(bring(staff, rows))

    again = bring(staff, rows)

    assert counted(again) == {"same": 2}


def test_import_undone_leaves_the_register_as_it_was(staff, town, village):
    before = list(Organisation.objects.order_by("pk").values())
    run = save(
        bring(
            staff,
            [
                [*HEAD, "曾用名", "可提供"],
                ["大沁他拉镇", "沙日塘村", "嘎查村", 4, "沙塘村、旧沙日塘", "展馆展厅"],
                ["大沁他拉镇", "光明嘎查", "嘎查村", 1, None, None],
            ],
        )
    )
    assert village.names.count() == 2

    undo(run)

    assert run.state == State.UNDONE, run.message
    after = list(Organisation.objects.order_by("pk").values())
    assert [{**row, "updated_at": None} for row in after] == [
        {**row, "updated_at": None} for row in before
    ]
    assert (village.names.count(), village.offers.count()) == (0, 0)


def test_import_is_not_undone_over_later_work(staff, town, village):
    run = save(bring(staff, [HEAD, ["大沁他拉镇", "沙日塘村", "嘎查村", 4]]))
    Organisation.objects.filter(pk=village.pk).update(capacity=9)

    undo(run)

    assert (run.state, Organisation.objects.get(pk=village.pk).capacity) == (State.SAVED, 9)
    assert (
        run.message == "“大沁他拉镇·沙日塘村”等 1 个在导入之后又有改动，不能整批撤销；请逐条修改。"
    )


def test_import_is_not_undone_where_something_hangs_on_it(staff, town):
    run = save(bring(staff, [HEAD, ["大沁他拉镇", "光明嘎查", "嘎查村", 1]]))
    added = Organisation.objects.get(name="光明嘎查")
    OrganisationFactory(superior=added, short_name="光明小学", kind=Kind.SCHOOL)

    undo(run)

    assert run.state == State.SAVED
    assert run.message == "导入的内容已被用到（光明小学），不能整批撤销；请逐条修改。"


def test_import_offers_near_names_and_learns_the_chosen(staff, town, village):
    rows = [HEAD, ["大沁他拉镇", "沙日唐村", "嘎查村", 2]]
    run = bring(staff, rows)
    assert outcomes(run) == {2: "near"}

    accept_all(run)

    assert outcomes(run) == {2: "change"}
    save(run)
    assert [name.name for name in village.names.all()] == ["沙日唐村"]
    assert counted(bring(staff, rows)) == {"same": 1}


def test_import_refuses_a_circle_of_superiors(staff, town):
    above = OrganisationFactory(short_name="甲局", name="甲局", kind=Kind.GOVERNMENT_DEPARTMENT)
    below = OrganisationFactory(
        short_name="乙局", name="乙局", kind=Kind.GOVERNMENT_DEPARTMENT, superior=above
    )

    run = bring(staff, [["全称", "上级单位"], ["甲局", "乙局"], ["乙局", "乙局"]])

    assert faults(run) == [
        (2, "superior", "照这样填，“甲局”绕一圈成了自己的上级，请核对上级单位。"),
        (3, "superior", "照这样填，“乙局”绕一圈成了自己的上级，请核对上级单位。"),
    ]
    below.refresh_from_db()
    assert below.superior == above


def test_import_is_compared_anew_before_it_is_saved(staff, town, village):
    run = bring(staff, [HEAD, ["大沁他拉镇", "沙日塘村", "嘎查村", 4]])
    Organisation.objects.filter(pk=village.pk).update(capacity=7)

    save(run)

    assert (run.state, Organisation.objects.get(pk=village.pk).capacity) == (State.READY, 7)
    assert run.rows.get().before == {"capacity": 7}


def test_import_is_told_in_the_audit_log(staff, town, village):
    save(bring(staff, [HEAD, ["大沁他拉镇", "沙日塘村", "嘎查村", 4]]))

    record = AuditRecord.objects.get(verb="organisations.edit_organisation")
    assert (record.subject_id, record.before, record.after) == (
        str(village.pk),
        {"capacity": "2"},
        {"capacity": "4"},
    )


def test_import_undone_brings_the_trade_system_back(staff, town):
    TradeSystemFactory(name="教育")
    health = TradeSystemFactory(name="卫健")
    unit = OrganisationFactory(name="奈曼旗教育局", short_name="教育局", trade_system=health)
    run = save(bring(staff, [["单位名称", "行业系统"], ["教育局", "教育"]]))

    undo(run)

    assert (run.state, run.message) == (State.UNDONE, "")
    assert Organisation.objects.get(pk=unit.pk).trade_system == health


def test_import_gives_way_to_what_is_typed_meanwhile(staff, town, village):
    Organisation.objects.filter(pk=village.pk).update(capacity=9)
    seen = Row(2, object_pk=village.pk, facts={"capacity": 4}, before={"capacity": 2})

    with pytest.raises(RuleError) as refused:
        Organisations(staff).change([seen], lambda _done: None)

    assert refused.value.message == "“沙日塘村”刚刚在单位页里被修改，没有导入；请重新核对。"
    assert Organisation.objects.get(pk=village.pk).capacity == 9


def test_import_is_not_undone_where_a_contact_would_go_with_it(staff, town):
    run = save(bring(staff, [HEAD, ["大沁他拉镇", "光明嘎查", "嘎查村", 1]]))
    ContactFactory(organisation=Organisation.objects.get(name="光明嘎查"))

    undo(run)

    assert (run.state, run.message) == (
        State.SAVED,
        "“光明嘎查”已登记联系人，不能整批撤销；请先删除联系人。",
    )
    assert Organisation.objects.filter(name="光明嘎查").exists()


def test_import_asks_again_when_the_chosen_unit_is_gone(staff, town):
    above = OrganisationFactory(name="奈曼旗水务局", short_name="水务局", kind=BUREAU)
    run = bring(staff, [["全称", "类型", "上级单位"], ["水文站", str(BUREAU.label), "水务务局"]])
    accept_all(run)
    assert outcomes(run) == {2: "add"}
    above.delete()

    work_off(deeds.reread(run, by=staff))

    assert (run.state, outcomes(run)) == (State.READY, {2: "fault"})


@pytest.mark.parametrize(
    "name", ["大沁他拉镇沙日塘村", "奈曼旗大沁他拉镇沙日塘村委会", "沙日塘村村民委员会"]
)
def test_import_knows_a_unit_whose_name_holds_its_place(staff, town, village, name):
    run = bring(staff, [HEAD, ["大沁他拉镇", name, "嘎查村", 2]])

    assert outcomes(run) == {2: "same"}


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("大沁他拉镇", "大沁他拉镇沙日唐村"),  # 唐 sounds as 塘
        ("大沁他拉镇", "杀日塘村"),
        (None, "大沁他拉镇沙日糖村"),
    ],
)
def test_import_asks_where_a_name_sounds_like_another(staff, town, village, place, name):
    run = bring(staff, [HEAD, [place, name, "嘎查村", 2]])

    assert outcomes(run) == {2: "near"}
    candidates = run.rows.get().faults[0]["candidates"]
    assert candidates == [[village.pk, "大沁他拉镇·沙日塘村"]]


def test_import_asks_for_a_department_written_by_its_sound(staff, town):
    police = OrganisationFactory(
        name="奈曼旗公安局", short_name="旗公安局", kind=Kind.GOVERNMENT_DEPARTMENT, region=county()
    )

    run = bring(staff, [HEAD, [None, "奈曼旗公安居", "政府部门", 2]])

    assert run.rows.get().faults[0]["candidates"] == [[police.pk, "旗公安局"]]


def test_import_tells_which_columns_it_takes_nothing_from(client, staff, town, village):
    client.force_login(staff)
    run = bring(
        staff, [[*HEAD, "核实", "分管领导"], ["大沁他拉镇", "沙日塘村", "嘎查村", 3, "", ""]]
    )

    page = client.get(f"/imports/{run.pk}/").content.decode()

    assert "有 1 列不导入：分管领导。" in page


def test_a_faulty_row_does_not_stand_in_the_way_of_a_good_one(staff, town, village):
    rows = [
        HEAD,
        ["大沁他拉镇", "沙日塘村", "没有这种", 3],
        ["大沁他拉镇", "沙日塘村", "嘎查村", 4],
    ]

    assert outcomes(bring(staff, rows)) == {2: "fault", 3: "change"}


def test_import_keeps_no_identity_number_of_a_cell_at_fault(staff, town):
    run = bring(staff, [HEAD, ["大沁他拉镇", "张某150525198001011232", "嘎查村", 2]])

    fault = run.rows.get().faults[0]
    assert "198001" not in fault["value"] + fault["message"]
