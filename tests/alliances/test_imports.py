"""Linkages, matrices and alliances brought in as proposals."""

from datetime import date

import pytest
from django.http import QueryDict

from accounts.rights import Role
from alliances.models import IndustryLinkage, RegionalAlliance, RepresentativeMatrix
from core.models import ImportRun
from organisations.models import Region
from organisations.models.kinds import Kind
from partnerships.exports import ledger_of
from partnerships.models import ContentKind
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    TradeSystemFactory,
    county,
    user_with,
)
from tests.factories.partnerships import (
    IndustryLinkageFactory,
    MemberFactory,
    RegionalAllianceFactory,
    RepresentativeMatrixFactory,
    SeatFactory,
)
from tests.imports import bring, counted, faults, save, undo

pytestmark = pytest.mark.django_db
State = ImportRun.State
LINKAGES, MATRICES, ALLIANCES = "alliances.linkages", "alliances.matrices", "alliances.alliances"


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def system():
    return TradeSystemFactory(name="教体")


@pytest.fixture
def bureau(system):
    return unit("教育局", trade_system=system)


@pytest.fixture
def school():
    return unit("第一中学", kind=Kind.SCHOOL)


@pytest.fixture
def tongzhou():
    beijing = RegionFactory(
        code="110000000000", name="北京市", short_name="北京市", level=Region.Level.PROVINCE
    )
    return RegionFactory(
        code="110112000000", name="通州区", level=Region.Level.COUNTY, kind="区", parent=beijing
    )


def unit(name, **facts):
    facts = {"kind": Kind.GOVERNMENT_DEPARTMENT, "region": county()} | facts
    return OrganisationFactory(name=f"奈曼旗{name}", short_name=name, **facts)


def answers(project):
    rows = project.members.order_by("pk")
    return [(row.organisation.short_name, row.role, row.consent) for row in rows]


def exported(by, form, *projects):
    """What the ledger of the form shows of these, head included, as Excel keeps it."""
    ledger = ledger_of(form)
    rows = ledger.select(by, QueryDict("")).qs.filter(pk__in=[one.pk for one in projects])
    lines = [[str(one.label) for one in ledger.columns], *map(ledger.as_row, rows)]
    return [[v.replace(tzinfo=None) if hasattr(v, "tzinfo") else v for v in line] for line in lines]


def running(factory, lead, *members, form, **facts):
    project = factory(lead=lead, **facts)
    for place, member in enumerate((lead, *members)):
        MemberFactory(partnership=project, organisation=member, role="member" if place else "lead")
    project.content_kinds.set(ContentKind.objects.filter(form=form)[:2])
    return project


def test_linkages_are_proposed_changed_and_undone(staff, bureau, school, system):
    unit("宝古图小学", kind=Kind.SCHOOL)
    head = ["行业系统", "核心单位", "带动单位", "管理服务对象", "开始时间", "联动内容"]
    row = ["教体", "教育局", "第一中学", "宝古图小学", "2026.1.10", "教育引导"]
    run = save(bring(staff, [head, row], LINKAGES))
    assert run.state == State.SAVED, run.message
    linkage = IndustryLinkage.objects.get()
    assert [linkage.name, linkage.trade_system] == ["教体系统同行业联动", system]
    assert answers(linkage) == [
        ("教育局", "core", "pending"),
        ("第一中学", "member", "pending"),
        ("宝古图小学", "served", "pending"),
    ]
    assert counted(bring(staff, [head, row], LINKAGES)) == {"same": 1}

    changed = ["教体", "教育局", "第一中学", "宝古图小学", "2026.1.10", "实践活动"]
    second = save(bring(staff, [head, changed], LINKAGES))
    assert [kind.name for kind in linkage.content_kinds.all()] == ["实践活动"]

    undo(second)
    assert [kind.name for kind in linkage.content_kinds.all()] == ["教育引导"]

    undo(run)
    assert (run.state, IndustryLinkage.objects.count()) == (State.UNDONE, 0)


def test_linkage_of_another_system_is_refused_at_its_cell(staff, bureau, school):
    other = TradeSystemFactory(name="卫健")
    running(
        IndustryLinkageFactory,
        unit("卫健委", trade_system=other),
        unit("医院"),
        form="industry",
        name="卫健联动",
        trade_system=other,
    )
    head = ["项目名称", "行业系统", "核心单位", "带动单位", "开始时间", "联动内容"]
    run = bring(
        staff,
        [
            head,
            ["甲", "卫健", "教育局", "第一中学", "2026.1.10", "教育引导"],
            ["乙", "卫健", "第一中学", "教育局", "2026.1.10", "教育引导"],
            [None, None, "教育局", "第一中学", "2026.1.10", "教育引导"],
        ],
        LINKAGES,
    )

    assert faults(run) == [
        (
            2,
            "lead",
            "“教育局”在单位名册中属于教体系统，不能作卫健系统联动的核心单位；"
            "请改选核心单位或行业系统。",
        ),
        (
            3,
            "trade_system",
            "卫健系统在这段时间已有联动“卫健联动”（实施中），"
            "不必重复提出，要加单位请找其核心单位“卫健委”。",
        ),
        (4, "trade_system", "“行业系统”没有填，新增一行必须有它。"),
    ]


def test_matrices_are_proposed_by_group_and_units(staff, bureau, school):
    head = ["群体", "召集单位", "参与单位", "开始时间", "联创内容"]
    rows = [
        head,
        ["人大代表", "教育局", "第一中学", "2026.1.10", "教育培训"],
        [None, "第一中学", "教育局", "2026.1.10", "教育培训"],
    ]
    run = bring(staff, rows, MATRICES)
    assert faults(run) == [(3, "group", "“群体”没有填，新增一行必须有它。")]

    save(run, only_good=True)

    matrix = RepresentativeMatrix.objects.get()
    assert [matrix.name, matrix.group, answers(matrix)] == [
        "教育局人大代表矩阵",
        "peoples_congress",
        [("教育局", "lead", "pending"), ("第一中学", "member", "pending")],
    ]

    SeatFactory(matrix=matrix, organisation=school)
    undo(run)

    assert (run.state, run.message) == (
        State.SAVED,
        "“教育局人大代表矩阵”已登记了计划、席位、经费或活动，不能撤销；不再做请在项目页取消。",
    )


def test_alliances_are_proposed_with_regions_and_units_outside(staff, bureau, tongzhou):
    outside = OrganisationFactory(
        name="北京市通州区教委",
        short_name="通州区教委",
        kind=Kind.OUTSIDE_REGION,
        region=tongzhou,
        is_external=True,
    )
    head = ["牵头单位", "旗外地区", "成员单位", "开始时间", "联创内容"]
    rows = [
        head,
        ["教育局", "北京市通州区", None, "2026.1.10", "定期观摩学习"],
        ["教育局", None, "通州区教委", "2026.2.10", "定期观摩学习"],
    ]
    run = save(bring(staff, rows, ALLIANCES))

    assert run.state == State.SAVED, (run.message, faults(run))
    two, one = RegionalAlliance.objects.all()
    assert [one.name, list(one.partner_regions.all()), answers(one)] == [
        "教育局与通州区区域联盟",
        [tongzhou],
        [("教育局", "lead", "pending")],
    ]
    assert [two.name, two.members.get(organisation=outside).role] == [
        "教育局与通州区教委区域联盟",
        "member",
    ]
    named = [["项目名称", *head], ["教育局与通州区区域联盟", *rows[1]], [two.name, *rows[2]]]
    assert counted(bring(staff, named, ALLIANCES)) == {"same": 2}

    undo(run)
    assert (run.state, RegionalAlliance.objects.count()) == (State.UNDONE, 0)


def test_alliance_faults_are_named_at_their_cells(staff, bureau, school, tongzhou):
    inner = RegionFactory(code="150400000000", name="赤峰市", level=Region.Level.PREFECTURE)
    for code, parent in (("150499000000", inner), ("110199000000", tongzhou.parent)):
        RegionFactory(code=code, name="新区", level=Region.Level.COUNTY, parent=parent)
    head = ["项目名称", "牵头单位", "旗外地区", "成员单位", "开始时间", "联创内容"]
    run = bring(
        staff,
        [
            head,
            ["甲", "教育局", "飞天区", None, "2026.1.10", "定期观摩学习"],
            ["乙", "教育局", "新区", None, "2026.1.10", "定期观摩学习"],
            ["丙", "教育局", None, "第一中学", "2026.1.10", "定期观摩学习"],
            [None, "教育局", None, "第一中学", "2026.1.10", "定期观摩学习"],
            ["丁", "教育局", "赤峰市新区", None, "2026.1.10", "定期观摩学习"],
        ],
        ALLIANCES,
    )

    both = "区域性联盟要有旗外一方：请至少选一个旗外地区或旗外单位。"
    assert faults(run) == [
        (2, "regions", "平台的区划里没有旗外地区“飞天区”，请写旗县区的名称，如“北京市通州区”。"),
        (3, "regions", "“新区”有几个，请写上所在的市，如“北京市通州区”。"),
        (4, "regions", both),
        (5, "regions", both),
    ]


@pytest.mark.parametrize("form", ["industry", "matrix", "alliance"])
def test_export_brought_in_again_changes_nothing(staff, bureau, school, system, tongzhou, form):
    factory, key, facts = {
        "industry": (IndustryLinkageFactory, LINKAGES, {"trade_system": system}),
        "matrix": (RepresentativeMatrixFactory, MATRICES, {}),
        "alliance": (RegionalAllianceFactory, ALLIANCES, {}),
    }[form]
    project = running(factory, bureau, school, form=form, ends_on=date(2026, 12, 31), **facts)
    if form == "alliance":
        project.partner_regions.add(tongzhou)

    run = bring(staff, exported(staff, form, project), key)

    assert (counted(run), faults(run)) == ({"same": 1}, [])
