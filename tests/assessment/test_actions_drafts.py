"""Drafts from workbooks: without loss, or with every fault at its cell and nothing saved."""

import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.rights import Role
from assessment import actions, permissions
from assessment.management.commands.tidy_scheme import tidied
from assessment.models import Indicator, Scheme
from assessment.ready_schemes import NOTICE, READY
from assessment.scheme_book import BookRefused, read_scheme
from assessment.scheme_book.stored import book_of
from assessment.scheme_book.writer import cells_of
from assessment.scoring import ScoredThing, check_scheme, lint_formalism
from core.errors import RuleError
from core.sheets import open_workbook
from organisations.models.kinds import TOWNSHIP_KINDS, Kind
from tests.assessment.trial import book, content
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    county,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db
SETTINGS = [("项目", "值"), ("名称", "奈曼旗2026年考核方案"), ("年度", 2026), ("总分", 100)]
HEAD = [
    "编码", "上级编码", "名称", "角色", "分值", "赋分办法", "参数", "数据来源", "适用类型",
    "测评方法", "负责部门", "依据", "互斥", "折算",
]  # fmt: skip


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def department():
    return OrganisationFactory(
        name="中共奈曼旗委员会宣传部", short_name="旗委宣传部", kind=Kind.PARTY_DEPARTMENT
    )


def row(code, points, kind="", params="", source="", **more):
    facts = {"编码": code, "名称": f"指标{code}", "分值": points, "赋分办法": kind, "参数": params}
    facts |= {"数据来源": source} | more
    return [facts.get(label) for label in HEAD]


def workbook(*rows, settings=(), vetoes=()):
    sheets = {"方案": [*SETTINGS, *settings], "指标": [HEAD, *rows]}
    if vetoes:
        sheets["否决"] = [("单位", "类型", "事由"), *vetoes]
    return book(sheets)


def scheme_of(*rows, **more):
    return read_scheme(workbook(*rows, **more))


def refusals(*rows, staff, **more):
    with pytest.raises(BookRefused) as refused:
        actions.draft_from_book(county(), scheme_of(*rows, **more), by=staff)
    return [str(fault) for fault in refused.value.faults]


def exported(scheme):
    """The scheme through the file: what an office gets and sends back."""
    return read_scheme(open_workbook(io.BytesIO(tidied(book_of(scheme)))))


FULL = [
    row("B1", 60, "计数", "单价=2；封顶=60", "activities（主题活动=是；形式=一对一结对）",
        上级编码="B", 测评方法="材料审核", 依据="方案二", 互斥="B2"),
    row("B", 100, 折算=80),
    row("B2", 40, "人工评分", "步长=0.5", "人工", 上级编码="B", 负责部门="旗委宣传部",
        适用类型="苏木乡镇、街道"),
    row("C", 20, "固定分"),
    row("D", 5, 角色="加分"),
    row("D1", 5, "外部成绩", "满分=100；缺失=计零", "导入", 上级编码="D"),
]  # fmt: skip


def test_a_workbook_is_stored_without_loss(staff, department):
    township = OrganisationFactory(region=RegionFactory())
    settings = [
        ("小数位", 1), ("不适用", "计满分"), ("等次", "优秀:90，合格:0"), ("优秀比例", 0.3),
        ("一票否优让出名额", "否"),
    ]  # fmt: skip
    vetoes = [(township.full_label, "一票否优", "整改逾期")]

    scheme = actions.draft_from_book(
        county(), scheme_of(*FULL, settings=settings, vetoes=vetoes), by=staff
    )

    first = exported(scheme)
    again = replace(first, name="另一份方案")
    second = exported(actions.draft_from_book(county(), again, by=staff))
    assert replace(second, name=first.name) == first
    assert tidied(replace(second, name=first.name)) == tidied(first)
    assert [one.code for one in first.spec.indicators] == ["B1", "B", "B2", "C", "D", "D1"]
    assert first.notes["D1"].source == "导入"
    assert first.notes["B2"].department == "中共奈曼旗委员会宣传部"
    assert first.spec.indicators[5].role == "bonus"
    assert first.vetoes[0].unit == township.full_label
    assert scheme.vetoes.get().document_number == "见方案工作簿"


def test_a_draft_has_the_usual_groups_without_who_scores(staff, department):
    OrganisationFactory(region=RegionFactory())

    scheme = actions.draft_from_book(county(), scheme_of(*FULL), by=staff)

    members = set(scheme.members.values_list("organisation", flat=True))
    assert scheme.groups.count() == 5
    assert department.pk not in members
    assert members


def test_a_table_for_some_kinds_groups_these_alone(staff):
    OrganisationFactory(region=RegionFactory())
    OrganisationFactory(kind=Kind.GOVERNMENT_DEPARTMENT)
    table = row("A", 100, "有无", "", "activities", 适用类型="苏木乡镇，街道，农场")

    scheme = actions.draft_from_book(county(), scheme_of(table), by=staff)

    assert [group.name for group in scheme.groups.all()] == ["苏木乡镇"]
    assert set(scheme.members.values_list("kind", flat=True)) == {Kind.TOWNSHIP}


def test_every_fault_is_told_at_its_cell_and_nothing_is_saved(staff):
    for place in ("甲镇", "乙镇"):
        OrganisationFactory(
            name="光明村", short_name="光明村", kind=Kind.VILLAGE,
            region=RegionFactory(name=place, short_name=place),
        )  # fmt: skip
    OrganisationFactory(
        name="旗档案局", short_name="旗档案局", kind=Kind.PARTY_DEPARTMENT,
        valid_until=timezone.localdate() - timedelta(days=1),
    )  # fmt: skip
    rows = [
        row("A", 20, "计数", "单价=1", "新闻篇数"),
        row("B", 20, "计数", "单价=1", "activities（颜色=红）"),
        row("C", 20, "计数", "单价=1", ""),
        row("D", 20, "固定分", "", "activities", 适用类型="苏木乡镇，公司"),
        row("E", "10.00001", "人工评分", "", "", 负责部门="光明村", 测评方法="查" * 61),
        row("F", "9.99999", "人工评分", "", "", 负责部门="旗档案局", 依据="据" * 201),
        row("G" * 21, 0, "外部成绩", "满分=100", "", 负责部门="没有的部门"),
        row("H", 0, "计数", "单价=1", "findings（形式=一对一结对）"),
        row("I", 0, "计数", "单价=1", "partnerships（形式=三角形）"),
        row("J", 0, "计数", "单价=1", "（）"),
    ]
    settings = [("等次", f"{'优' * 21}:90，不合格:0"), ("优秀比例", "0.33333")]

    vetoes = [
        ("没有的单位", "一票否决", "事由"), ("旗档案局", "一票否决", "由" * 201),
        (office().name, "一票否优", ""), (office().name, "一票否优", "逾期"),
    ]  # fmt: skip

    found = refusals(*rows, staff=staff, settings=settings, vetoes=vetoes)

    places = [text.split("：")[0] for text in found]
    assert places == [
        "工作表“否决”第 2 行 A 列（单位）",
        "工作表“否决”第 3 行 A 列（单位）",
        "工作表“否决”第 3 行 C 列（事由）",
        "工作表“否决”第 4 行 C 列（事由）",
        "工作表“否决”第 5 行 A 列（单位）",
        "工作表“指标”第 2 行 H 列（数据来源）",
        "工作表“指标”第 3 行 H 列（数据来源）",
        "工作表“指标”第 4 行 H 列（数据来源）",
        "工作表“指标”第 5 行 H 列（数据来源）",
        "工作表“指标”第 5 行 I 列（适用类型）",
        "工作表“指标”第 6 行 E 列（分值）",
        "工作表“指标”第 6 行 J 列（测评方法）",
        "工作表“指标”第 6 行 K 列（负责部门）",
        "工作表“指标”第 7 行 E 列（分值）",
        "工作表“指标”第 7 行 K 列（负责部门）",
        "工作表“指标”第 7 行 L 列（依据）",
        "工作表“指标”第 8 行 A 列（编码）",
        "工作表“指标”第 8 行 K 列（负责部门）",
        "工作表“指标”第 9 行 H 列（数据来源）",
        "工作表“指标”第 10 行 H 列（数据来源）",
        "工作表“指标”第 11 行 H 列（数据来源）",
        "工作表“方案”第 5 行 B 列（值）",
        "工作表“方案”第 6 行 B 列（值）",
    ]
    told = "\n".join(found)
    assert "“光明村”有几家：甲镇·光明村、乙镇·光明村，请写明是哪一家" in told
    assert "“旗档案局”已不在名册，请写承接的单位" in told
    assert "没有类型“公司”，可写：苏木乡镇、街道" in told
    assert "没有“三角形”，可写：一对一结对、" in told
    assert Scheme.objects.count() == 0


def test_a_unit_that_is_almost_named_is_offered(staff, department):
    found = refusals(row("A", 100, "人工评分", 负责部门="旗委宣转部"), staff=staff)

    assert found[0].endswith("单位名册里没有“旗委宣转部”，是不是 旗委宣传部")


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"总分": 10000000}, "太大，最多 6 位整数"),
        ({"年度": 1999}, "年度应在 2000 至 2100 之间"),
    ],
    ids=["total", "year"],
)
def test_what_the_database_cannot_hold_is_a_fault(staff, facts, told):
    wanted = {"名称": "方案", "年度": 2026, "总分": 100} | facts
    sheets = {
        "方案": [("项目", "值"), *wanted.items()],
        "指标": [HEAD, row("A", wanted["总分"], "有无", "", "activities")],
    }

    with pytest.raises(BookRefused) as refused:
        actions.draft_from_book(county(), read_scheme(book(sheets)), by=staff)

    assert any(told in str(fault) for fault in refused.value.faults)


@pytest.mark.parametrize("missing", ["名称", "年度"])
def test_a_workbook_needs_a_name_and_a_year(staff, missing):
    wanted = {"名称": "方案", "年度": 2026, "总分": 100} | {missing: None}
    sheets = {
        "方案": [("项目", "值"), *wanted.items()],
        "指标": [HEAD, row("A", 100, "有无", "", "activities")],
    }

    with pytest.raises(RuleError, match="没有名称或年度"):
        actions.draft_from_book(county(), read_scheme(book(sheets)), by=staff)


def test_a_nameless_indicator_is_a_fault(staff):
    found = refusals(row("A", 100, "有无", "", "activities", 名称=""), staff=staff)

    assert found == ["工作表“指标”第 2 行 C 列（名称）：没有填名称"]


def test_a_second_draft_of_one_name_is_refused(staff):
    table = scheme_of(row("A", 100, "有无", "", "联创活动"))
    actions.draft_from_book(county(), table, by=staff)

    with pytest.raises(RuleError, match="请直接打开修改"):
        actions.draft_from_book(county(), table, by=staff)


def test_replace_table_keeps_rows_of_the_same_code_and_groups(staff, department):
    OrganisationFactory(region=RegionFactory())
    scheme = actions.draft_from_book(county(), scheme_of(*FULL), by=staff)
    kept = dict(scheme.indicators.values_list("code", "pk"))
    members = set(scheme.members.values_list("pk", flat=True))
    changed = [
        row("B2", 100, "计数", "单价=5", "activities"),
        row("E", 10, 角色="扣分"),
        row("C", 10, "计数", "单价=1", "findings", 上级编码="E"),
    ]

    actions.replace_table(scheme, scheme_of(*changed, settings=[("小数位", 3)]), by=staff)

    scheme.refresh_from_db()
    rows = {one.code: one for one in scheme.indicators.all()}
    assert list(rows) == ["B2", "E", "C"]
    assert (rows["B2"].pk, rows["C"].pk) == (kept["B2"], kept["C"])
    assert (rows["C"].parent, rows["C"].role) == (rows["E"], "deduction")
    assert (rows["B2"].parent, rows["B2"].department, scheme.decimals) == (None, None, 3)
    assert set(scheme.members.values_list("pk", flat=True)) == members
    assert exported(scheme).spec.total == 100


def test_replace_table_is_for_drafts_and_makes_an_author(staff, department):
    scheme = actions.draft_from_book(county(), scheme_of(*FULL), by=staff)
    other = user_with(Role.OFFICE_STAFF)
    actions.replace_table(scheme, scheme_of(*FULL), by=other)
    Scheme.objects.update(
        status="published", published_by=user_with(Role.OFFICE_DIRECTOR),
        published_at=timezone.now(),
    )  # fmt: skip

    with pytest.raises(RuleError, match="方案已发布"):
        actions.replace_table(scheme, scheme_of(*FULL), by=staff)

    assert permissions.wrote_scheme(other, scheme)


def test_replace_table_with_faults_changes_nothing(staff, department):
    scheme = actions.draft_from_book(county(), scheme_of(*FULL), by=staff)
    before = exported(scheme)

    with pytest.raises(BookRefused):
        actions.replace_table(scheme, scheme_of(row("A", 100, "有无", "", "没有")), by=staff)

    assert exported(scheme) == before


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.key)
def test_ready_schemes_are_sound_and_as_the_writer_writes_them(ready):
    found = ready.book()

    things = [
        ScoredThing(one.code, one.name, found.notes[one.code].source)
        for one in found.spec.indicators
    ]
    assert check_scheme(found.spec) == []
    assert lint_formalism(things) == []
    assert ready.path.read_bytes() == tidied(found)


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.key)
def test_ready_schemes_become_drafts_that_can_be_published(ready, staff):
    OrganisationFactory(region=RegionFactory())

    scheme = actions.draft_ready_scheme(county(), ready, year=2026, department=office(), by=staff)

    assert scheme.title == f"奈曼旗2026年{ready.book().name}"
    assert (actions.scheme_faults(scheme), actions.scheme_warnings(scheme)) == ([], [])
    manual = scheme.indicators.filter(source=Indicator.Source.MANUAL)
    assert {one.department for one in manual} <= {office()}


def test_the_township_scheme_is_for_townships(staff):
    OrganisationFactory(region=RegionFactory())
    ready = next(one for one in READY if one.key == "townships")

    scheme = actions.draft_ready_scheme(county(), ready, year=2026, department=office(), by=staff)

    assert set(scheme.members.values_list("kind", flat=True)) <= set(TOWNSHIP_KINDS)
    assert {one.total for one in [scheme]} == {D(100)}


def test_tidy_scheme_writes_what_the_writer_writes(tmp_path):
    path = tmp_path / "方案.xlsx"
    path.write_bytes(content({"方案": SETTINGS, "指标": [HEAD, row("A", 100, "固定分")]}))

    call_command("tidy_scheme", path)

    once = path.read_bytes()
    call_command("tidy_scheme", path)
    assert path.read_bytes() == once


def test_tidy_scheme_tells_what_is_wrong(tmp_path):
    path = tmp_path / "方案.xlsx"
    path.write_bytes(content({"方案": SETTINGS}))

    with pytest.raises(CommandError, match="工作表“指标”：缺少这张工作表"):
        call_command("tidy_scheme", path)


def test_the_notice_scheme_holds_the_notices_own_demands():
    book = NOTICE.book()

    rows = [cells_of(one, book.notes[one.code]) for one in book.spec.indicators]
    table = {code: (points, *rest) for code, _up, _name, _role, points, *rest in rows}
    assert {code: row[0] for code, row in table.items() if len(code) == 1} == {
        "A": 30, "B": 40, "C": 10, "D": 20, "E": 5, "F": 3,
    }  # fmt: skip
    assert {code: row[:4] for code, row in table.items() if len(code) > 1} == {
        "A1": (12, "计数", "单价=6", "partnerships"),
        "A2": (10, "达标", "条件=≥；标准=1", "partners"),
        "A3": (8, "完成率", "目标=2", "milestones_on_time"),
        "B1": (16, "完成率", "目标=4", "activities"),
        "B2": (14, "定额", "定额=2；每缺扣=7", "activities（主题活动=是）"),
        "B3": (10, "计数", "单价=2.5", "content_kinds"),
        "C1": (10, "逐次扣分", "每次扣=2", "overdue_findings"),
        "D1": (20, "人工评分", "步长=0.5", "人工"),
        "E1": (2, "有无", "", "standard_sites"),
        # 每年开展民族团结进步主题活动不少于2次，打造标准化示范点1处: two demands, a leaf for each.
        "E2": (1, "达标", "条件=≥；标准=2", "linkage_themed_activities"),
        "E3": (1, "达标", "条件=≥；标准=1", "linkage_sites"),
        "E4": (1, "计数", "单价=1", "partnerships（形式=区域性联盟；牵头=是）"),
        "F1": (3, "计数", "单价=0.5", "findings"),
    }
