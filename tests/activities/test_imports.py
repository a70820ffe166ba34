"""Activities brought in as drafts: matched, checked as before sending, undone as a whole."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict

from accounts.rights import Role
from activities import actions
from activities.exports import ACTIVITIES
from activities.imports import Activities
from activities.models import Activity, Participation
from core.errors import RuleError
from core.imports import deeds
from core.imports.ledger import Row
from core.models import ImportRun
from organisations.models.kinds import Kind
from partnerships.models import ContentKind
from tests.factories.activities import AttachmentFactory, accepted_activity
from tests.factories.organisations import OrganisationFactory, RegionFactory, county, user_with
from tests.factories.partnerships import pairing_of
from tests.imports import bring, counted, faults, outcomes, save, undo, work_off

pytestmark = pytest.mark.django_db
State = ImportRun.State
LEDGER = "activities.activities"
HEAD = ["活动名称", "活动时间", "地点", "主办单位", "参加单位", "联创内容", "参加人数", "活动概况"]
DAY = date(2026, 5, 20)


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


@pytest.fixture
def bureau():
    return OrganisationFactory(
        name="奈曼旗教育局",
        short_name="教育局",
        kind=Kind.GOVERNMENT_DEPARTMENT,
        region=county(),
    )


@pytest.fixture
def liaison(town):
    return user_with(Role.LIAISON, town)


def row(title="文艺汇演", day="2026.5.20", **facts):
    facts = {
        "place": "文化广场",
        "host": "大沁他拉镇",
        "joint": "教育局",
        "kinds": "文体活动",
        "count": 120,
        "summary": "两地群众同台演出。",
    } | facts
    return [title, day, *facts.values()]


def ledger(activities, by):
    """What the export of these rows shows, head included."""
    chosen = ACTIVITIES.select(by, QueryDict("")).qs.filter(pk__in=[one.pk for one in activities])
    return [[str(one.label) for one in ACTIVITIES.columns], *map(ACTIVITIES.as_row, chosen)]


def without_zone(rows):
    """Excel knows no time zones."""
    return [[v.replace(tzinfo=None) if hasattr(v, "tzinfo") else v for v in line] for line in rows]


def test_import_makes_drafts_of_the_hosting_unit(town, bureau, village, liaison):
    run = bring(
        liaison,
        [
            ["大沁他拉镇2026年联创共建活动台账"],
            HEAD,
            row(),
            row("村里的座谈", "2026年6月1日", host="沙日塘村村委会", joint="大沁他拉镇、教育局"),
            row("自己办的", day=date(2026, 6, 2), host=None, kinds=None, summary=None),
        ],
        LEDGER,
    )
    assert (run.state, counted(run)) == (State.READY, {"add": 3}), (run.message, faults(run))

    save(run)

    kinds = ContentKind.objects.filter(form="pairing", name="文体活动")
    one, two, three = Activity.objects.order_by("pk")
    assert [one.status, one.reporter, one.host, one.joint_units] == ["draft", town, town, [bureau]]
    assert [one.starts_on, one.head_count, one.created_by] == [DAY, 120, liaison]
    assert list(one.content_kinds.all()) == list(kinds)
    assert [two.reporter, two.host, two.joint_units] == [village, village, [town, bureau]]
    assert [three.reporter, three.host, three.summary] == [town, town, ""]
    assert Participation.objects.exclude(confirmation="pending").count() == 0
    assert actions.submit_activity(one, by=liaison).status == "submitted"


def test_import_of_the_same_activities_twice_changes_nothing(town, bureau, liaison):
    rows = [HEAD, row(), row("座谈", "2026.6.1", summary="第一行。\n第二行。")]
    save(bring(liaison, rows, LEDGER))

    assert counted(bring(liaison, rows, LEDGER)) == {"same": 2}


def test_import_changes_an_open_draft_and_is_undone(town, bureau, village, liaison):
    pairing = pairing_of(town, bureau, name="镇局结对")
    save(bring(liaison, [HEAD, row()], LEDGER))
    draft = Activity.objects.get()
    before = actions.facts_of(draft)
    run = bring(
        liaison,
        [
            [*HEAD, "所属联创项目", "五联标签", "主题活动"],
            [*row(joint="教育局、沙日塘村", count=200), "镇局结对", "活动联办、组织联建", "是"],
        ],
        LEDGER,
    )
    assert (counted(run), faults(run)) == ({"change": 1}, [])
    assert run.rows.get().shown == [
        ["参加单位", "教育局", "教育局、大沁他拉镇·沙日塘村"],
        ["所属联创项目", "", "镇局结对"],
        ["五联标签", "", "组织联建、活动联办"],
        ["主题活动", "否", "是"],
        ["参加人数", "120", "200"],
    ]

    save(run)

    changed = actions.facts_of(draft.__class__.objects.get())
    assert changed["joint_units"] == tuple(sorted([bureau.pk, village.pk]))
    assert (changed["partnerships"], changed["head_count"]) == ((pairing.pk,), 200)

    undo(run)

    assert run.state == State.UNDONE, run.message
    assert actions.facts_of(Activity.objects.get()) == before


def test_import_brings_along_what_a_partnership_says(town, bureau, liaison):
    pairing = pairing_of(town, bureau, name="镇局结对")
    pairing.content_kinds.set(ContentKind.objects.filter(form="pairing", name="座谈调研"))

    save(
        bring(
            liaison,
            [["活动名称", "活动时间", "项目名称"], ["座谈", "2026.5.20", "镇局 结对"]],
            LEDGER,
        )
    )

    draft = Activity.objects.get()
    assert (draft.joint_units, list(draft.partnerships.all())) == (
        [bureau],
        [pairing.partnership_ptr],
    )
    assert [kind.name for kind in draft.content_kinds.all()] == ["座谈调研"]


def test_export_brought_in_again_changes_nothing(town, bureau, village, liaison):
    pairing = pairing_of(town, bureau, name="镇局结对")
    sent = accepted_activity(town, bureau, village, title="采用的", outcome="办成一件事。")
    sent.partnerships.add(pairing)
    sent.content_kinds.set(ContentKind.objects.filter(form="matrix"))
    theirs = accepted_activity(bureau, town, title="对方报送的", starts_on=date(2026, 3, 1))
    save(bring(liaison, [HEAD, row("草稿", "2026.7.1")], LEDGER))
    rows = ledger([sent, theirs, Activity.objects.get(title="草稿")], liaison)

    run = bring(liaison, without_zone(rows), LEDGER)

    assert (counted(run), faults(run)) == ({"same": 3}, [])


def test_import_puts_names_of_projects_together_again(town, bureau, liaison):
    long = pairing_of(town, bureau, name="大沁他拉镇包联甲村、乙村")
    short = pairing_of(town, bureau, name="镇局结对")
    told = "镇局结对、大沁他拉镇包联甲村、乙村、没有的"

    run = bring(liaison, [[*HEAD, "联创项目"], [*row(), told]], LEDGER)

    assert faults(run) == [
        (2, "partnerships", "没有找到联创项目“没有的”；请照项目页上的名称填写。")
    ]
    save(bring(liaison, [[*HEAD, "联创项目"], [*row(), told.removesuffix("、没有的")]], LEDGER))
    assert set(Activity.objects.get().partnerships.values_list("pk", flat=True)) == {
        long.pk,
        short.pk,
    }


def test_import_undone_throws_the_drafts_away(town, bureau, liaison):
    run = save(bring(liaison, [HEAD, row(), row("座谈", "2026.6.1")], LEDGER))

    undo(run)

    assert (run.state, Activity.objects.count()) == (State.UNDONE, 0)


def test_import_is_not_undone_by_who_has_gone_to_another_unit(town, bureau, liaison):
    run = save(bring(liaison, [HEAD, row()], LEDGER))
    liaison.assignments.update(organisation=bureau)

    undo(ImportRun.objects.get(pk=run.pk))

    run.refresh_from_db()
    assert (run.state, Activity.objects.count()) == (State.SAVED, 1)


def test_import_is_not_undone_once_a_draft_was_sent(town, bureau, liaison):
    run = save(bring(liaison, [HEAD, row(), row("座谈", "2026.6.1")], LEDGER))
    actions.submit_activity(Activity.objects.get(title="座谈"), by=liaison)

    undo(run)

    assert (run.state, Activity.objects.count()) == (State.SAVED, 2)
    assert run.message == "“座谈”现在是“已报送”，不能整批撤销；请逐个撤回、删除。"


def test_import_is_not_undone_once_a_file_was_added(town, bureau, liaison):
    run = save(bring(liaison, [HEAD, row()], LEDGER))
    AttachmentFactory(activity=Activity.objects.get())

    undo(run)

    assert (run.state, Activity.objects.count()) == (State.SAVED, 1)
    assert run.message == "“文艺汇演”已经添加了附件，不能整批撤销；请逐个删除。"


def test_import_is_not_undone_over_later_writing(town, bureau, liaison):
    run = save(bring(liaison, [HEAD, row()], LEDGER))
    Activity.objects.update(summary="改过。")

    undo(run)

    assert run.state == State.SAVED
    assert run.message == "“文艺汇演”等 1 个在导入之后又有改动，不能整批撤销；请逐条修改。"


def test_import_names_every_fault_at_its_cell(town, bureau, village, liaison):
    ended = OrganisationFactory(short_name="旧局", name="旧局", valid_until=date(2026, 1, 1))
    pairing_of(bureau, ended, name="别人的结对")
    pairing_of(bureau, village, name="重名")
    pairing_of(bureau, village, name="重名")
    head = [*HEAD, "所属联创项目", "结束日期", "五联标签"]
    run = bring(
        liaison,
        [
            head,
            [*row(None), None, None],
            [*row("早于通知", "2023.1.1"), None, None],
            [*row("还没有到", "2099.12.1"), None, None],
            [*row("日期颠倒", "2026.5.20"), None, "2026.5.1"],
            [*row("停用单位", joint="旧局"), None, None],
            [*row("没有的单位", joint="教育局、飞天局"), None, None],
            [*row("没有的内容", kinds="跑步"), None, None],
            [*row("不是成员"), "别人的结对", None],
            [*row("没有项目"), "不存在的结对", None],
            [*row("几个项目"), "重名", None],
            [*row("别人主办", host="教育局", joint="沙日塘村"), None, None],
            [*row("概况太长", summary="长" * 301), None, None],
            [*row("有手机号", summary="联系13800138000"), None, None],
            [*row("没有标签"), None, None, "六联"],
            [*row("没有的主办", host="飞天局"), None, None],
            [*row("自己主办", host=None, kinds="跑步"), None, None],
        ],
        LEDGER,
    )

    kinds = "、".join(dict.fromkeys(ContentKind.objects.values_list("name", flat=True)))
    assert faults(run) == [
        (2, "title", "“活动名称”没有填，新增一行必须有它。"),
        (3, "starts_on", "“联创共建”行动自2023年4月27日起实施，请核对开始日期。"),
        (4, "starts_on", "2099年12月1日还没有到，活动开始后再报送；现在可先存草稿。"),
        (5, "ends_on", "早于开始日期，请核对两个日期；一天办完的不用填结束日期。"),
        (
            6,
            "joint_units",
            "“旧局”已于2026年1月1日停用，活动当天不在册，请改选承接其工作的单位或核对日期。",
        ),
        (7, "joint_units", "名册里没有“飞天局”；请核对名称，或先在单位名册里录入。"),
        (8, "content_kinds", f"没有“跑步”这项内容；可填的有：{kinds}。"),
        (
            9,
            "partnerships",
            "没有找到联创项目“别人的结对”；请照项目页上的名称填写。",
        ),
        (10, "partnerships", "没有找到联创项目“不存在的结对”；请照项目页上的名称填写。"),
        (11, "partnerships", "叫“重名”的联创项目有几个，认不出是哪个；请在活动页里选。"),
        (12, "host", "“教育局”不是本单位或代办的单位，不能代它报送；请核对主办单位和报送单位。"),
        (13, "summary", "有 301 个字，最多 300 个字；请缩短。"),
        (14, "summary", "第 3 个字起“138******00”像是个人手机号，请删去或改为单位电话。"),
        (
            15,
            "joint_tags",
            "没有“六联”这个标签；可用的有：组织联建、平台联搭、活动联办、示范联创、精品联促。",
        ),
        (16, "host", "名册里没有“飞天局”；请核对名称，或先在单位名册里录入。"),
        (17, "content_kinds", f"没有“跑步”这项内容；可填的有：{kinds}。"),
    ]


def test_import_never_keeps_an_identity_number(town, bureau, liaison):
    run = bring(liaison, [HEAD, row(summary="身份证11010519491231002X。")], LEDGER)

    work_off(deeds.reread(run, keeps_text=True, by=liaison))

    assert faults(run) == [
        (
            2,
            "summary",
            "第 4 个字起“110*************2X”像是身份证号，平台不保存，请删去。",
        )
    ]


def test_import_keeps_a_phone_that_the_user_has_checked(town, bureau, liaison):
    run = bring(liaison, [HEAD, row(summary="值班电话13800138000。")], LEDGER)

    run = work_off(deeds.reread(run, keeps_text=True, by=liaison))

    assert (counted(run), faults(run)) == ({"add": 1}, [])


def test_import_takes_the_own_unit_for_the_reporter_of_what_another_hosts(town, bureau, liaison):
    save(bring(liaison, [HEAD, row(host="教育局", joint="大沁他拉镇")], LEDGER))

    draft = Activity.objects.get()
    assert (draft.reporter, draft.host, draft.joint_units) == (town, bureau, [town])


def test_import_does_not_touch_what_was_sent(town, bureau, liaison):
    accepted_activity(town, bureau, title="文艺汇演")
    accepted_activity(bureau, town, title="座谈", starts_on=date(2026, 6, 1), place="会议室")

    run = bring(
        liaison,
        [
            ["活动名称", "活动时间", "主办单位", "参加人数"],
            ["文艺汇演", "2026.5.20", "大沁他拉镇", 90],
            ["座谈", "2026.6.1", "教育局", 20],
        ],
        LEDGER,
    )

    assert faults(run) == [
        (2, "head_count", "这个活动已采用，不能用导入修改。"),
        (3, "head_count", "这个活动已由“教育局”报送，不能用导入修改。"),
    ]


def test_import_asks_about_a_likely_double(town, bureau, liaison):
    sent = accepted_activity(bureau, town, title="民族团结文艺汇演")
    rows = [HEAD, row("文艺汇演活动", "2026.5.21")]
    run = bring(liaison, rows, LEDGER)
    assert (outcomes(run), faults(run)) == (
        {2: "near"},
        [
            (
                2,
                "title",
                "可能已经报送过：2026年5月20日“民族团结文艺汇演”（教育局报送）。"
                "是同一个活动就选它，不再导入；不是就选“都不是”。",
            )
        ],
    )

    with pytest.raises(RuleError):
        deeds.accept_all(run, by=liaison)
    token = run.rows.get().faults[0]["token"]
    same = work_off(deeds.choose(run, answers={token: sent.pk}, by=liaison))
    assert counted(same) == {"same": 1}

    other = bring(liaison, rows, LEDGER)
    work_off(deeds.choose(other, answers={token: 0}, by=liaison))
    save(other)

    draft = Activity.objects.get(status="draft")
    assert list(draft.distinct_from.all()) == [sent]


def test_import_gives_way_to_what_is_typed_meanwhile(town, bureau, liaison):
    save(bring(liaison, [HEAD, row()], LEDGER))
    draft = Activity.objects.get()
    ledger = Activities(liaison)
    seen = ledger.fetch([draft.pk])[draft.pk]
    actions.save_draft(
        draft, facts={"place": "新地点"}, version=draft.version, window="page", by=liaison
    )

    with pytest.raises(RuleError) as refused:
        ledger.change([Row(2, found=seen, facts={"head_count": 9})], lambda _done: None)

    assert refused.value.message == "“文艺汇演”刚刚在活动页里被修改，没有导入；请重新核对。"
    assert (Activity.objects.get().place, Activity.objects.get().head_count) == ("新地点", 120)


def test_import_ignores_drafts_of_others(town, bureau, liaison):
    other = user_with(Role.LIAISON, bureau)
    save(bring(other, [HEAD, row(host="教育局", joint="大沁他拉镇")], LEDGER))

    run = bring(liaison, [HEAD, row(host="教育局", joint="大沁他拉镇")], LEDGER)

    assert counted(run) == {"add": 1}


def test_import_refuses_two_rows_of_one_activity(town, bureau, liaison):
    run = bring(liaison, [HEAD, row(), row("文艺 汇演", count=90)], LEDGER)

    assert faults(run) == [(3, "", "与第 2 行说的是同一个，但内容不同；请只留一行。")]


def test_import_costs_a_fixed_number_of_queries_to_compare(
    town, bureau, liaison, django_assert_max_num_queries
):
    days = [DAY + timedelta(days=7 * n) for n in range(20)]
    rows = [HEAD, *(row(f"活动{n}", day) for n, day in enumerate(days))]

    with django_assert_max_num_queries(60):
        run = bring(liaison, rows, LEDGER)

    assert counted(run) == {"add": 20}
