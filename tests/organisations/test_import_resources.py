"""What units share, brought in: matched by unit and name, undone while nobody asked for it."""

import pytest
from django.http import QueryDict

from accounts.rights import Role
from core.models import AuditRecord, ImportRun
from organisations.exports import RESOURCES
from organisations.models import OrganisationTag, Resource
from organisations.models.kinds import Kind
from tests.factories.organisations import OrganisationFactory, RegionFactory, county, user_with
from tests.factories.resources import BookingFactory, ResourceFactory
from tests.imports import bring, counted, faults, outcomes, save, undo

pytestmark = pytest.mark.django_db
State = ImportRun.State
LEDGER = "organisations.resources"
HEAD = ["阵地名称", "类别", "管理单位", "地点", "可容纳人数", "标签", "开放共享"]
HALL = ["多功能厅", "会议培训场地", "大沁他拉镇", "镇文化站二楼", 120, None, None]


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
        name="沙日塘村", short_name="沙日塘村", kind=Kind.VILLAGE, region=town.region, superior=town
    )


def exported(by):
    rows = RESOURCES.select(by, QueryDict("")).queryset  # closed ones too
    return [[str(one.label) for one in RESOURCES.columns], *map(RESOURCES.as_row, rows)]


def test_import_enters_changes_and_leaves_alone(staff, town, village):
    tag = OrganisationTag.objects.first()
    known = ResourceFactory(organisation=village, name="文化广场", kind="square", capacity=None)
    ResourceFactory(organisation=town, name="大 会议室", capacity=50)
    run = bring(
        staff,
        [
            ["奈曼旗阵地资源目录"],
            HEAD,
            HALL,
            ["文化广场", "文体活动场地", "大沁他拉镇·沙日塘村", None, 300, tag.name, "否"],
            ["大会议室", "会议培训场地", "大沁他拉镇", "镇文化站二楼", 50, None, "是"],
        ],
        LEDGER,
    )
    assert (outcomes(run), faults(run)) == ({3: "add", 4: "change", 5: "same"}, []), run.message

    save(run)

    added = Resource.objects.get(name="多功能厅")
    assert [added.organisation, added.capacity, added.is_open] == [town, 120, True]
    known.refresh_from_db()
    assert [known.capacity, known.is_open, list(known.tags.all())] == [300, False, [tag]]

    undo(run)

    assert run.state == State.UNDONE, run.message
    known.refresh_from_db()
    assert [known.capacity, known.is_open, known.tags.count()] == [None, True, 0]
    assert Resource.objects.filter(name="多功能厅").count() == 0
    assert AuditRecord.objects.filter(verb="organisations.remove_resource").count() == 1


def test_import_of_the_same_resources_twice_changes_nothing(staff, town):
    save(bring(staff, [HEAD, HALL], LEDGER))

    assert counted(bring(staff, [HEAD, HALL], LEDGER)) == {"same": 1}


def test_export_brought_in_again_changes_nothing(staff, town, village):
    ResourceFactory(
        organisation=village, introduction="第一行。\n第二行。", conditions="提前三天。"
    )
    full = ResourceFactory(organisation=town, is_open=False, capacity=None, place="")
    full.tags.set(OrganisationTag.objects.all()[:2])

    run = bring(staff, exported(staff), LEDGER)

    assert (counted(run), faults(run)) == ({"same": 2}, [])


def test_import_names_every_fault_at_its_cell(staff, town):
    OrganisationFactory(name="旧镇", short_name="旧镇", valid_until="2026-01-01", region=county())
    rest = ["镇文化站", 10, None, None]
    run = bring(
        staff,
        [
            HEAD,
            [None, "会议培训场地", "大沁他拉镇", *rest],
            ["甲", None, "大沁他拉镇", *rest],
            ["乙", "会议培训场地", None, *rest],
            ["丙", "会议培训场地", "飞天镇", *rest],
            ["丁", "会议培训场地", "旧镇", *rest],
            ["戊", "会议培训场地", "大沁他拉镇", "镇文化站", 0, None, None],
            ["己", "会议培训场地", "大沁他拉镇", "镇文化站", 10, "飞船", None],
            ["庚", "会议培训场地", "大沁他拉镇", "电话13800138000", 10, None, None],
            ["辛", "会议培训场地", "大沁他拉镇", *rest],
            ["辛", "文艺队伍", "大沁他拉镇", *rest],
        ],
        LEDGER,
    )

    tags = "、".join(OrganisationTag.objects.values_list("name", flat=True))
    assert faults(run) == [
        (2, "name", "“名称”没有填，新增一行必须有它。"),
        (3, "kind", "“类别”没有填，新增一行必须有它。"),
        (4, "organisation", "“所属单位”没有填，新增一行必须有它。"),
        (5, "organisation", "名册里没有“飞天镇”；请核对名称，或先在单位名册里录入。"),
        (6, "organisation", "“旧镇”不在有效期内，请选现在的单位。"),
        (7, "capacity", "0 不在 1 至 1000000 之间，请核对。"),
        (8, "tags", f"没有“飞船”这个标签；可用的有：{tags}。"),
        (9, "place", "第 3 个字起“138******00”像是个人手机号，请删去或改为单位电话。"),
        (11, "", "与第 10 行说的是同一个，但内容不同；请只留一行。"),
    ]
    assert [row.label for row in run.rows.filter(number__in=[2, 5, 6])] == [
        "第 2 行",
        "丙",
        "旧镇 丁",
    ]


def test_import_of_a_liaison_reaches_the_own_units_only(town, village):
    theirs = ResourceFactory(
        organisation=OrganisationFactory(name="教育局", short_name="教育局", region=county()),
        name="报告厅",
    )
    run = bring(
        user_with(Role.LIAISON, town),
        [
            HEAD,
            ["广场", "文体活动场地", "沙日塘村", None, None, None, None],
            ["报告厅", "会议培训场地", "教育局", None, 10, None, None],
            ["新厅", "会议培训场地", "教育局", None, 10, None, None],
        ],
        LEDGER,
    )

    refused = "“教育局”不在你管理的范围内，不能登记或修改它的资源。"
    assert (outcomes(run), faults(run)) == (
        {2: "add", 3: "fault", 4: "fault"},
        [(3, "organisation", refused), (4, "organisation", refused)],
    )
    assert theirs.capacity == 120


def test_import_is_not_undone_by_who_has_gone_to_another_unit(town):
    liaison = user_with(Role.LIAISON, town)
    run = save(bring(liaison, [HEAD, HALL], LEDGER))
    liaison.assignments.update(organisation=OrganisationFactory())

    undo(ImportRun.objects.get(pk=run.pk))

    run.refresh_from_db()
    assert (run.state, Resource.objects.count()) == (State.SAVED, 1)


def test_import_is_not_undone_once_somebody_asked_for_it(staff, town):
    run = save(bring(staff, [HEAD, HALL], LEDGER))
    BookingFactory(resource=Resource.objects.get())

    undo(run)

    assert (run.state, Resource.objects.count()) == (State.SAVED, 1)
    assert run.message == "“多功能厅”已有预约，不能撤销；不再共享的请改为不开放。"
