"""Titles that were given, brought in: matched by unit, level and day, undone while untouched."""

from datetime import date

import pytest
from django.http import QueryDict

from accounts.rights import Role
from core.models import AuditRecord, ImportRun
from demonstrations import actions
from demonstrations.exports import TITLES
from demonstrations.models import Title
from organisations.models.kinds import Kind
from tests.factories.demonstrations import TitleFactory
from tests.factories.organisations import OrganisationFactory, RegionFactory, county, user_with
from tests.imports import bring, counted, faults, outcomes, save, undo

pytestmark = pytest.mark.django_db
State = ImportRun.State
LEDGER = "demonstrations.titles"
HEAD = ["单位名称", "级别", "称号", "命名批次", "命名机关", "文号", "命名时间", "有效期"]
ROW = ["大沁他拉镇", "市级", "示范单位", "第八批", "中共通辽市委", "通党发〔2024〕3号"]
ROW += ["2024年3月1日", "2029.2.28"]


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def town():
    county()
    region = RegionFactory(code="150525100000", name="大沁他拉镇")
    return OrganisationFactory(
        name="奈曼旗大沁他拉镇", short_name="大沁他拉镇", region=region, valid_from=date(2001, 1, 1)
    )


def village(code, town_name, **facts):
    region = RegionFactory(code=code, name=town_name)
    town = OrganisationFactory(name=f"奈曼旗{town_name}", short_name=town_name, region=region)
    return OrganisationFactory(
        name="三合村村委会", short_name="三合村", kind=Kind.VILLAGE, region=region, superior=town
    )


def exported(by):
    rows = TITLES.select(by, QueryDict("")).queryset
    return [[str(one.label) for one in TITLES.columns], *map(TITLES.as_row, rows)]


def test_import_enters_changes_and_leaves_alone(staff, town):
    three = [village("150525101000", "八仙筒镇"), village("150525102000", "青龙山镇")]
    known = TitleFactory(organisation=three[0], level="county", document_number="奈党发1号")
    TitleFactory(organisation=three[1], level="county", batch="第一批")
    head = ["苏木乡镇", *HEAD[:-1]]
    rest = ["旗县级", "示范单位"]
    run = bring(
        staff,
        [
            ["奈曼旗民族团结进步示范命名台账"],
            head,
            ["大沁他拉镇", *ROW[:-1]],
            ["八仙筒镇", "三合村", *rest, "第一批", known.authority, "奈党发1号", "2024.3.1"],
            ["青龙山镇", "三合村", *rest, "第一批", None, None, "2024.3.1"],
        ],
        LEDGER,
    )
    assert (outcomes(run), faults(run)) == ({3: "add", 4: "change", 5: "same"}, []), run.message
    assert run.rows.get(number=4).shown == [["批次", "", "第一批"]]
    assert run.rows.get(number=4).label == "八仙筒镇·三合村 旗级"

    save(run)

    added = Title.objects.get(organisation=town)
    assert [added.level, added.type, added.named_on, added.status] == [
        "city",
        "unit",
        date(2024, 3, 1),
        "named",
    ]
    assert added.steps.get().done_on == date(2024, 3, 1)
    known.refresh_from_db()
    assert known.batch == "第一批"

    undo(run)

    assert run.state == State.UNDONE, run.message
    known.refresh_from_db()
    assert (known.batch, Title.objects.count()) == ("", 2)
    record = AuditRecord.objects.get(verb="demonstrations.remove_title")
    assert record.before["document_number"] == "通党发〔2024〕3号"


def test_import_of_the_same_titles_twice_changes_nothing(staff, town):
    save(bring(staff, [HEAD, ROW], LEDGER))

    assert counted(bring(staff, [HEAD, ROW], LEDGER)) == {"same": 1}


def test_import_corrects_the_day_of_a_document(staff, town):
    save(bring(staff, [HEAD, ROW], LEDGER))

    run = save(bring(staff, [HEAD, [*ROW[:6], "2024.3.5", ROW[7]]], LEDGER))

    title = Title.objects.get()
    assert (run.state, title.named_on, title.steps.get().done_on) == (
        State.SAVED,
        date(2024, 3, 5),
        date(2024, 3, 5),
    )


def test_export_brought_in_again_changes_nothing(staff, town):
    TitleFactory(organisation=town, valid_until=date(2029, 2, 28), batch="第八批")
    for code, name in (("150525101000", "八仙筒镇"), ("150525102000", "青龙山镇")):
        TitleFactory(organisation=village(code, name), level="county")

    run = bring(staff, exported(staff), LEDGER)

    assert (counted(run), faults(run)) == ({"same": 3}, [])


def test_import_reads_full_names_where_no_other_stands(staff, town):
    TitleFactory(organisation=town)

    run = bring(
        staff,
        [
            ["单位全称", "级别", "类型", "命名日期"],
            ["奈曼旗大沁他拉镇", "市级", "示范单位", "2024.3.1"],
        ],
        LEDGER,
    )

    assert counted(run) == {"same": 1}


def test_import_names_every_fault_at_its_cell(staff, town):
    office = ["旗级", "示范单位", None, "旗创建办", "1号", "2024.3.1", None]
    rest = ROW[1:]
    run = bring(
        staff,
        [
            ["苏木乡镇", *HEAD],
            [None, None, *rest],
            ["飞天镇", "三合村", *rest],
            [None, "飞天村", *rest],
            [None, "大沁他拉镇", *office],
            [None, *ROW[:4], None, None, *ROW[6:]],
            [None, *ROW[:6], "1999.3.1", None],
            [None, *ROW[:6], "2024.3.2", "2024.1.1"],
            [None, *ROW[:6], "2099.3.2", None],
            [None, "大沁他拉镇", "村级", "示范单位", *ROW[3:]],
        ],
        LEDGER,
    )

    assert faults(run)[:-1] == [
        (2, "organisation", "没有填单位，认不出是哪个单位。"),
        (3, "place", "名册里没有“飞天镇”这个苏木乡镇、街道或农场，请核对。"),
        (4, "organisation", "名册里没有“飞天村”；请核对名称，或先在单位名册里录入。"),
        (
            5,
            "authority",
            "旗创建办不是旗级示范的命名机关，请填作出命名决定的机关，如旗委、旗人民政府。",
        ),
        (6, "authority", "“命名机关”没有填，新增一行必须有它。"),
        (6, "document_number", "“命名文号”没有填，新增一行必须有它。"),
        (7, "named_on", "“大沁他拉镇”自2001年1月1日启用，命名日期不能早于这一天。"),
        (8, "valid_until", "有效期早于命名日期，请核对两个日期。"),
        (9, "named_on", "命名日期在今天之后，请核对。"),
    ]
    assert faults(run)[-1][:2] == (10, "level")


def test_import_leaves_what_was_decided_to_a_decision(staff, town):
    title = TitleFactory(organisation=town)
    decided = title.decisions.create(
        kind="correct",
        authority=title.authority,
        document_number="2号",
        decided_on=date(2025, 1, 1),
        proposed_by=staff,
    )
    type(decided).objects.update(
        status="approved",
        answered_by=user_with(Role.OFFICE_DIRECTOR),
        answered_at="2025-01-02T00:00:00+08:00",
    )

    run = bring(staff, [HEAD, [*ROW[:4], "旗委", title.document_number, "2024.3.1", None]], LEDGER)

    assert faults(run) == [
        (
            2,
            "authority",
            "这个示范现在是“已命名”，命名机关不能直接修改；已经审批命名的请办理“更正”。",
        )
    ]


def test_import_does_not_reach_units_of_others(staff, town):
    outside = OrganisationFactory(
        name="赤峰市敖汉旗", short_name="敖汉旗", kind=Kind.OUTSIDE_REGION, is_external=True,
        region=RegionFactory(code="150430000000", name="敖汉旗", level="county"),
    )  # fmt: skip
    run = bring(staff, [HEAD, [outside.name, *ROW[1:]]], LEDGER)

    assert faults(run) == [
        (2, "organisation", "“敖汉旗”不在你管理的范围内，不能登记它的示范命名。")
    ]


def test_import_is_not_undone_once_a_review_has_begun(staff, town):
    run = save(bring(staff, [HEAD, ROW], LEDGER))
    actions.start_review(Title.objects.get(), done_on=date(2026, 1, 1), by=staff)

    undo(run)

    assert (run.state, Title.objects.count()) == (State.SAVED, 1)
    assert run.message == "“大沁他拉镇”的市级示范单位已办理过后面的步骤，不能撤销。"


def test_import_saves_nothing_when_a_rule_comes_in_between(staff, town):
    title = TitleFactory(organisation=town, document_number=ROW[5])
    run = save(bring(staff, [HEAD, ROW], LEDGER))
    assert run.state == State.SAVED
    actions.start_review(Title.objects.get(), done_on=date(2026, 1, 1), by=staff)
    title.decisions.create(
        kind="renew",
        authority="甲",
        document_number="2号",
        decided_on=date(2026, 1, 1),
        proposed_by=staff,
        status="approved",
        answered_by=user_with(Role.OFFICE_DIRECTOR),
        answered_at="2026-01-02T00:00:00+08:00",
    )

    undo(run)

    assert run.state == State.SAVED
    assert run.message.startswith("第 2 行“大沁他拉镇 市级”：这个示范现在是“复核中”")
