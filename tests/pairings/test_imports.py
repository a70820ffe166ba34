"""Pairings brought in as proposals: matched, tried, asked, compared where they run already."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone

from accounts.rights import Role
from core.models import AuditRecord, ImportRun
from organisations.models.kinds import Kind
from pairings.models import Pairing, PairingType
from partnerships import actions
from partnerships.exports import ledger_of
from partnerships.models import Agreement, ContentKind, Member, Milestone
from tests.factories.activities import accepted_activity
from tests.factories.organisations import OrganisationFactory, RegionFactory, county, user_with
from tests.factories.partnerships import AgreementFactory, pairing_of, proposed_pairing
from tests.imports import bring, counted, faults, save, undo

pytestmark = pytest.mark.django_db
State = ImportRun.State
LEDGER = "pairings.pairings"
HEAD = ["牵头单位", "结对单位", "结对时间", "结对内容"]
PLAIN = ["大沁他拉镇", "八仙筒镇", "2026.1.10", "文体活动、座谈调研"]


def township(code, name):
    return OrganisationFactory(
        name=f"奈曼旗{name}", short_name=name, region=RegionFactory(code=code, name=name)
    )


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def town():
    county()
    return township("150525100000", "大沁他拉镇")


@pytest.fixture
def other():
    return township("150525101000", "八仙筒镇")


@pytest.fixture
def village(town):
    return OrganisationFactory(
        name="沙日塘村", short_name="沙日塘村", kind=Kind.VILLAGE, region=town.region, superior=town
    )


@pytest.fixture
def bureau():
    return OrganisationFactory(
        name="奈曼旗教育局", short_name="教育局", kind=Kind.GOVERNMENT_DEPARTMENT, region=county()
    )


def answers(pairing):
    rows = pairing.members.order_by("pk")
    return [(row.organisation.short_name, row.role, row.consent) for row in rows]


def agree(pairing, unit):
    actions.agree_member(pairing.members.get(organisation=unit), by=user_with(Role.LIAISON, unit))


def exported(by, *pairings):
    """What the ledger of pairings shows of these, head included, as Excel keeps it."""
    ledger = ledger_of("pairing")
    rows = ledger.select(by, QueryDict("")).qs.filter(pk__in=[one.pk for one in pairings])
    lines = [[str(one.label) for one in ledger.columns], *map(ledger.as_row, rows)]
    return [[v.replace(tzinfo=None) if hasattr(v, "tzinfo") else v for v in line] for line in lines]


def test_import_proposes_and_asks_the_members(staff, town, other, village, bureau):
    run = bring(
        staff,
        [
            ["奈曼旗结对共建台账"],
            [*HEAD, "协议编号", "签订日期", "申请经费（元）", "目标和做法"],
            [*PLAIN, "奈创协〔2026〕1号", "2026年1月9日", "5,000", "联办文化节。"],
            ["教育局", "沙日塘村", "2026-02-01", "宣传教育", None, None, None, None],
        ],
        LEDGER,
    )
    assert (run.state, counted(run), faults(run)) == (State.READY, {"add": 2}, []), run.message
    assert run.rows.get(number=4).shown == [
        ["项目名称", "", "教育局与沙日塘村结对共建"],
        ["牵头单位", "", "教育局"],
        ["成员单位", "", "大沁他拉镇·沙日塘村"],
        ["结对类型", "", "市旗部门与包联嘎查村社区"],
        ["开始日期", "", "2026-02-01"],
        ["联创内容", "", "宣传教育"],
    ]
    assert (
        Pairing.objects.count(),
        AuditRecord.objects.filter(verb__startswith="part").count(),
    ) == (
        0,
        0,
    )

    save(run)

    assert run.state == State.SAVED, run.message
    two, one = Pairing.objects.all()
    assert [one.name, one.status, one.type, one.dimension, one.proposed_by] == [
        "大沁他拉镇与八仙筒镇结对共建",
        "proposed",
        PairingType.TOWNSHIPS,
        "business_and_area",
        staff,
    ]
    assert answers(one) == [("大沁他拉镇", "lead", "pending"), ("八仙筒镇", "member", "pending")]
    assert [kind.name for kind in one.content_kinds.all()] == ["文体活动", "座谈调研"]
    assert (one.budget_asked, one.aim) == (Decimal("5000"), "联办文化节。")
    agreement = Agreement.objects.get()
    assert [agreement.partnership_id, agreement.document_number, agreement.signed_on] == [
        one.pk,
        "奈创协〔2026〕1号",
        date(2026, 1, 9),
    ]
    assert (two.type, two.dimension) == (
        PairingType.DEPARTMENT_AND_VILLAGE,
        "rural_revitalisation",
    )


def test_import_by_a_liaison_answers_for_the_own_units(town, other):
    save(bring(user_with(Role.LIAISON, town), [HEAD, PLAIN], LEDGER))

    assert answers(Pairing.objects.get()) == [
        ("大沁他拉镇", "lead", "agreed"),
        ("八仙筒镇", "member", "pending"),
    ]


def test_import_of_the_same_pairings_twice_changes_nothing(staff, town, other, village, bureau):
    rows = [
        ["项目名称", *HEAD, "协议", "签订日期"],
        ["两镇结对", *PLAIN, "1号", "2026.1.9"],
        [None, "教育局", "沙日塘村", "2026-02-01", "宣传教育", None, None],
    ]
    save(bring(staff, rows, LEDGER))

    assert counted(bring(staff, rows, LEDGER)) == {"same": 2}

    pairing = Pairing.objects.get(name="两镇结对")
    actions.decline_member(
        pairing.members.get(organisation=other),
        reason="人手不够",
        by=user_with(Role.LIAISON, other),
    )

    assert counted(bring(staff, rows, LEDGER)) == {"same": 2}


def test_import_changes_a_proposal_and_is_undone(staff, town, other, village):
    third = township("150525102000", "青龙山镇")
    pairing = proposed_pairing(town, other, name="两镇结对")
    pairing.content_kinds.set(ContentKind.objects.filter(form="pairing", name="文体活动"))
    run = bring(
        staff,
        [
            ["项目名称", *HEAD, "结束日期", "目标和做法", "协议", "签订日期"],
            ["两镇 结对", "大沁他拉镇", "八仙筒镇、青龙山镇", "2026.1.10", "文体活动", "2026.12.31"]
            + ["一年办两次。", "1号", "2026.1.9"],
        ],
        LEDGER,
    )
    assert (counted(run), faults(run)) == ({"change": 1}, [])

    save(run)

    pairing.refresh_from_db()
    assert [pairing.version, pairing.ends_on, pairing.aim] == [
        2,
        date(2026, 12, 31),
        "一年办两次。",
    ]
    assert [unit for unit, *_rest in answers(pairing)] == ["大沁他拉镇", "八仙筒镇", "青龙山镇"]
    assert (pairing.agreements.count(), third.memberships.count()) == (1, 1)

    undo(run)

    assert run.state == State.UNDONE, run.message
    pairing = Pairing.objects.get()
    assert [pairing.version, pairing.ends_on, pairing.aim, pairing.agreements.count()] == [
        3,
        None,
        "",
        0,
    ]
    assert [unit for unit, *_rest in answers(pairing)] == ["大沁他拉镇", "八仙筒镇"]


def test_import_is_not_undone_once_a_new_member_has_agreed(staff, town, other):
    third = township("150525102000", "青龙山镇")
    pairing = proposed_pairing(town, other, name="两镇结对")
    head = ["项目名称", "牵头单位", "成员单位"]
    run = save(bring(staff, [head, ["两镇结对", "大沁他拉镇", "八仙筒镇、青龙山镇"]], LEDGER))
    agree(pairing, third)

    undo(run)

    assert (run.state, len(answers(pairing))) == (State.SAVED, 3)
    assert run.message.endswith("“青龙山镇”已经同意参加，不能用导入去掉；请在项目页修改。")


def test_import_undone_takes_the_proposals_back(staff, town, other, village, bureau):
    rows = [HEAD, PLAIN, ["教育局", "沙日塘村", "2026-02-01", "宣传教育"]]
    run = save(bring(staff, rows, LEDGER))

    undo(run)

    assert (run.state, Pairing.objects.count(), Member.objects.count()) == (State.UNDONE, 0, 0)
    told = AuditRecord.objects.filter(verb="partnerships.remove_proposal")
    assert sorted(record.subject_label for record in told) == [
        "大沁他拉镇与八仙筒镇结对共建",
        "教育局与沙日塘村结对共建",
    ]


def test_import_is_not_undone_once_a_member_has_answered(staff, town, other):
    run = save(bring(staff, [HEAD, PLAIN], LEDGER))
    agree(Pairing.objects.get(), other)

    undo(run)

    assert (run.state, Pairing.objects.count()) == (State.SAVED, 1)
    assert run.message == (
        "“大沁他拉镇与八仙筒镇结对共建”已有单位答复，不能撤销；不再做请在项目页取消。"
    )


def test_export_brought_in_again_changes_nothing(staff, town, other, village, bureau):
    running = pairing_of(
        town, other, name="两镇结对", ends_on=date(2026, 12, 31), aim="第一行。\n第二行。"
    )
    running.content_kinds.set(ContentKind.objects.filter(form="pairing"))
    AgreementFactory(partnership=running)
    AgreementFactory(partnership=running)
    declined = proposed_pairing(
        bureau,
        village,
        name="局村结对",
        type="department_and_village",
        budget_asked=Decimal("5000"),
    )
    declined.members.filter(organisation=village).update(
        consent="declined", consent_at=timezone.now(), consent_by=staff
    )
    over = pairing_of(
        town,
        bureau,
        name="两镇结对",
        status="concluded",
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31),
    )

    run = bring(staff, exported(staff, running, declined, over), LEDGER)

    assert (counted(run), faults(run)) == ({"same": 3}, [])


def test_import_only_compares_what_runs_already(staff, town, other):
    pairing = pairing_of(town, other, name="两镇结对")
    head = ["项目名称", "牵头单位", "成员单位", "目标和做法", "协议", "签订日期"]
    changed = ["两镇结对", "大沁他拉镇", "八仙筒镇", "改了目标。", None, None]
    filed = ["两镇结对", "大沁他拉镇", "八仙筒镇", None, "1号", "2026.1.9"]

    assert faults(bring(staff, [head, changed], LEDGER)) == [
        (2, "aim", "项目“两镇结对”实施中，不能用导入修改。")
    ]

    run = save(bring(staff, [head, filed], LEDGER))

    assert (run.state, pairing.agreements.get().document_number) == (State.SAVED, "1号")
    assert Pairing.objects.get().version == 1

    undo(run)

    assert (run.state, pairing.agreements.count()) == (State.UNDONE, 0)


def test_import_names_every_fault_at_its_cell(staff, town, other, village, bureau):
    ended = OrganisationFactory(
        name="旧镇", short_name="旧镇", valid_until=date(2026, 1, 1), region=county()
    )
    pairing_of(township("150525102000", "青龙山镇"), town, name="已有的")
    head = [
        "牵头单位",
        "成员单位",
        "结对类型",
        "开始日期",
        "结束日期",
        "联创内容",
        "协议",
        "签订日期",
    ]
    good = ["乡镇与乡镇", "2026.1.10", None, "文体活动", None, None]
    run = bring(
        staff,
        [
            head,
            [None, "八仙筒镇", *good],
            ["飞天镇", "八仙筒镇", *good],
            ["大沁他拉镇", None, *good],
            ["大沁他拉镇", "八仙筒镇", "镇镇结对", *good[1:]],
            ["大沁他拉镇", "教育局", *good],
            ["大沁他拉镇", "大沁他拉镇、八仙筒镇", *good],
            ["大沁他拉镇", "青龙山镇", *good],
            ["大沁他拉镇", "旧镇", *good],
            [
                "八仙筒镇",
                "大沁他拉镇",
                "乡镇与乡镇",
                "2026.1.10",
                "2026.1.1",
                "文体活动",
                None,
                None,
            ],
            ["八仙筒镇", "青龙山镇", "乡镇与乡镇", "2026.1.10", None, "跑步", None, None],
            ["八仙筒镇", "沙日塘村", None, "2026.1.10", None, "文体活动", None, None],
            ["教育局", "沙日塘村", None, "2026.1.10", None, "文体活动", "1号", None],
            ["教育局", "沙日塘村", None, "2026.1.11", None, "文体活动", "1号、2号", "2026.1.1"],
        ],
        LEDGER,
    )
    assert ended.pk

    types = "、".join(str(label) for label in PairingType.labels)
    kinds = "、".join(ContentKind.objects.filter(form="pairing").values_list("name", flat=True))
    assert faults(run) == [
        (2, "lead", "“牵头单位”没有填，新增一行必须有它。"),
        (3, "lead", "名册里没有“飞天镇”；请核对名称，或先在单位名册里录入。"),
        (4, "members", "“成员单位”没有填，新增一行必须有它。"),
        (5, "type", f"没有这个选项；可以填：{types}。"),
        (
            6,
            "members",
            "“乡镇与乡镇”要求各方都应是苏木乡镇、街道或农场；"
            "所选单位为苏木乡镇、政府部门，请更换单位或结对类型。",
        ),
        (7, "members", "“大沁他拉镇”已在同一行写过一次，请只留一处。"),
        (
            8,
            "members",
            "大沁他拉镇与青龙山镇在这段时间已有结对“已有的”（实施中），不必重复结对。",
        ),
        (9, "", "“旧镇”2026年1月1日停用，不能参加这个项目，请改选现在的单位。"),
        (10, "ends_on", "结束日期早于开始日期，请核对两个日期。"),
        (11, "content_kinds", f"没有“跑步”这项内容；可填的有：{kinds}。"),
        (12, "type", "苏木乡镇、嘎查村之间没有对应的结对类型，请核对牵头单位和成员单位。"),
        (13, "signed_on", "新登记的协议要写签订日期，一行一份；其余请在项目页登记。"),
        (14, "agreements", "新登记的协议要写签订日期，一行一份；其余请在项目页登记。"),
    ]


def test_import_of_a_liaison_reaches_the_own_units_only(town, other, bureau, village):
    theirs = proposed_pairing(other, town, name="对方牵头")
    run = bring(
        user_with(Role.LIAISON, town),
        [
            ["项目名称", *HEAD, "目标和做法"],
            ["别人的", "教育局", "八仙筒镇", "2026.1.10", "文体活动", None],
            ["对方牵头", "八仙筒镇", "大沁他拉镇", "2026.1.10", None, "改了。"],
        ],
        LEDGER,
    )

    assert faults(run)[-1] == (
        3,
        "aim",
        "平台里已有“对方牵头”，内容与表里不同；修改它请找牵头单位或旗创建办。",
    )
    assert counted(run) == {"fault": 2}
    assert Pairing.objects.get() == theirs


def test_import_refuses_to_drop_who_has_agreed(staff, town, other):
    third = township("150525102000", "青龙山镇")
    pairing = proposed_pairing(town, other, third, name="三镇结对")
    agree(pairing, third)

    run = bring(
        staff,
        [["项目名称", "牵头单位", "成员单位"], ["三镇结对", "大沁他拉镇", "八仙筒镇"]],
        LEDGER,
    )

    assert faults(run) == [
        (2, "members", "“青龙山镇”已经同意参加，不能用导入去掉；请在项目页修改。")
    ]


def test_import_saves_nothing_when_rows_stand_in_each_others_way(staff, town, other):
    run = bring(
        staff,
        [
            ["项目名称", *HEAD],
            ["一个名", *PLAIN],
            ["另一个名", *PLAIN],
        ],
        LEDGER,
    )
    assert counted(run) == {"add": 2}

    save(run)

    assert (run.state, Pairing.objects.count()) == (State.READY, 0)
    assert run.message == (
        "第 3 行“另一个名”：大沁他拉镇与八仙筒镇在这段时间已有结对“一个名”（意向），不必重复结对。"
    )


@pytest.mark.parametrize(
    ("hang", "sentence"),
    [
        (
            lambda row, by: Milestone.objects.create(
                partnership=row, what="座谈", due_on=date(2026, 6, 1)
            ),
            "“两镇结对”已登记了计划、席位、经费或活动，不能撤销；不再做请在项目页取消。",
        ),
        (
            lambda row, by: accepted_activity(row.lead).partnerships.add(row),
            "“两镇结对”已登记了计划、席位、经费或活动，不能撤销；不再做请在项目页取消。",
        ),
        (
            lambda row, by: actions.cancel_partnership(row, note="不办了", by=by),
            "“两镇结对”现在是“已取消”，不能撤销；不再做请在项目页取消。",
        ),
    ],
)
def test_import_is_not_undone_where_something_hangs_on_it(staff, town, other, hang, sentence):
    run = save(bring(staff, [["项目名称", *HEAD], ["两镇结对", *PLAIN]], LEDGER))
    hang(Pairing.objects.get().partnership_ptr, staff)

    undo(run)

    assert (run.state, run.message, Pairing.objects.count()) == (State.SAVED, sentence, 1)


def test_import_is_not_undone_by_who_has_gone_to_another_unit(town, other, bureau):
    liaison = user_with(Role.LIAISON, town)
    run = save(bring(liaison, [HEAD, PLAIN], LEDGER))
    assert run.state == State.SAVED, run.message
    liaison.assignments.update(organisation=bureau)

    undo(ImportRun.objects.get(pk=run.pk))

    run.refresh_from_db()
    assert (run.state, Pairing.objects.count()) == (State.SAVED, 1)
