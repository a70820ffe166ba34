"""Renames, mergers, splits and closures: dates, documents, what is refused, what is kept."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from organisations.actions.changes import (
    NewUnit,
    close_organisation,
    merge_organisations,
    rehearse,
    rename_organisation,
    split_organisation,
)
from organisations.models import (
    ChangePart,
    Organisation,
    OrganisationChange,
    OrganisationName,
    names_day,
    successions,
)
from organisations.models.kinds import Kind
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    county,
    paper,
    user_with,
)

pytestmark = pytest.mark.django_db

DAY = date(2025, 6, 1)
EVE = date(2025, 5, 31)


def staff():
    return user_with(Role.OFFICE_STAFF)


def school(name="奈曼旗第一中学", short="奈曼一中", **facts):
    return OrganisationFactory(
        name=name, short_name=short, kind=Kind.SCHOOL, region=county(), **facts
    )


def rename(unit, name="奈曼旗实验中学", short="实验中学", by=None, **facts):
    return rename_organisation(
        unit, name=name, short_name=short, paper=paper(**facts), by=by or staff()
    )


def refused(deed, *args, **kwargs):
    with pytest.raises(RuleError) as refusal:
        deed(*args, **kwargs)
    return refusal.value.field, refusal.value.message


def test_rename_organisation_keeps_the_old_name_for_the_days_before():
    unit, by = school(), staff()

    change = rename(unit, by=by)

    unit.refresh_from_db()
    assert (unit.name, unit.short_name) == ("奈曼旗实验中学", "实验中学")
    assert [unit.name_on(day) for day in (EVE, DAY, None)] == [
        "奈曼旗第一中学",
        "奈曼旗实验中学",
        "奈曼旗实验中学",
    ]
    assert [unit.label_on(day) for day in (EVE, DAY, None)] == ["奈曼一中", "实验中学", "实验中学"]
    assert (change.kind, change.document_number, change.recorded_by) == (
        "renamed",
        "奈党发〔2025〕8号",
        by,
    )
    parts = change.parts.values_list("organisation", "side", "name")
    assert list(parts) == [(unit.pk, "before", "奈曼旗第一中学"), (unit.pk, "after", unit.name)]
    assert list(Organisation.objects.search("一中")) == [unit]


def test_rename_organisation_is_a_decision_in_the_audit_log():
    unit = school()

    rename(unit)

    record = AuditRecord.objects.get()
    assert (record.verb, record.is_decision) == ("organisations.rename_organisation", True)
    assert record.before == {"name": "奈曼旗第一中学", "short_name": "奈曼一中"}
    assert record.after == {
        "name": "奈曼旗实验中学",
        "short_name": "实验中学",
        "effective_on": "2025-06-01",
        "document_number": "奈党发〔2025〕8号",
        "history": "follows",
    }


def test_rename_organisation_there_and_back_tells_three_periods():
    unit = school(valid_from=date(2001, 3, 1))
    rename(unit)
    unit.refresh_from_db()
    rename(unit, "奈曼旗第一中学", "奈曼一中", effective_on=date(2025, 9, 1))
    unit.refresh_from_db()
    rename(unit, "奈曼旗蒙古族中学", "蒙中", effective_on=date(2025, 12, 1))

    unit.refresh_from_db()
    days = [EVE, date(2025, 8, 31), date(2025, 11, 30), date(2025, 12, 1)]

    assert [unit.label_on(day) for day in days] == ["奈曼一中", "实验中学", "奈曼一中", "蒙中"]
    assert list(unit.names.values_list("valid_from", "valid_until")) == [
        (date(2001, 3, 1), EVE),
        (DAY, date(2025, 8, 31)),
        (date(2025, 9, 1), date(2025, 11, 30)),
    ]


def test_rename_organisation_dates_a_former_name_that_had_no_date():
    unit = school()
    known = unit.names.create(name="奈曼旗第一中学", kind="former")

    rename(unit)

    assert list(unit.names.values_list("pk", "short_name", "valid_until")) == [
        (known.pk, "奈曼一中", EVE)
    ]


def test_label_on_takes_the_full_name_where_no_short_one_was_kept():
    unit = school()
    unit.names.create(name="奈曼旗立中学", kind="former", valid_until=EVE)
    unit.names.create(name="别名", kind="other", valid_until=EVE)

    assert [unit.label_on(EVE), unit.label_on(DAY)] == ["奈曼旗立中学", "奈曼一中"]


def test_label_on_a_village_keeps_its_township():
    town = OrganisationFactory()
    region = RegionFactory(level="village", parent=town.region, code="150525100201")
    unit = OrganisationFactory(
        kind=Kind.VILLAGE, superior=town, region=region, name="光明村村委会", short_name="光明村"
    )
    rename(unit, "兴隆村村委会", "兴隆村")

    unit.refresh_from_db()

    assert unit.label_on(EVE) == f"{town.region.short_name}·光明村"


@pytest.mark.parametrize(
    ("facts", "field", "message"),
    [
        ({"document_number": " "}, "document_number", "请填依据文号，单位变更都要有文件。"),
        (
            {"effective_on": timezone.localdate() + timedelta(days=1)},
            "effective_on",
            "生效日期还没有到，请到那天再登记。",
        ),
        (
            {"effective_on": date(2001, 2, 28)},
            "effective_on",
            "“奈曼一中”2001年3月1日才启用，生效日期须在那以后。",
        ),
    ],
)
def test_rename_organisation_refuses_a_wrong_paper(facts, field, message):
    unit = school(valid_from=date(2001, 3, 1))

    assert refused(rename, unit, **facts) == (field, message)

    assert OrganisationChange.objects.count() == 0


def test_rename_organisation_on_the_first_day_leaves_a_name_without_begin():
    unit = school(valid_from=DAY)

    rename(unit)

    assert list(unit.names.values_list("valid_from", "valid_until")) == [(None, EVE)]


def test_rename_organisation_refuses_a_day_of_another_name():
    unit = school()
    rename(unit)
    unit.refresh_from_db()

    assert refused(rename, unit, "新名", "新", effective_on=DAY) == (
        "effective_on",
        "生效日期须晚于2025年6月1日：那天以前单位叫“奈曼旗第一中学”。",
    )


def test_rename_organisation_done_twice_says_so():
    unit = school()
    rename(unit)

    assert refused(rename, unit) == ("name", "这个单位已经叫“奈曼旗实验中学”，没有改动。")

    assert OrganisationChange.objects.count() == 1


def test_rename_organisation_refuses_the_name_of_a_neighbour_of_its_kind():
    school("奈曼旗实验中学", "实验中学")

    assert refused(rename, school()) == (
        "name",
        "同一区划下已有同类单位叫“奈曼旗实验中学”，请核对。",
    )


def test_rename_organisation_refuses_an_ended_unit():
    unit = school(valid_until=EVE)

    assert refused(rename, unit) == ("", "“奈曼一中”不在有效期内，不能办理变更。")


def test_merge_organisations_ends_the_merged_and_names_the_successor():
    one, two, into = school(), school("奈曼旗第二中学", "奈曼二中"), school("实验中学", "实验")

    change = merge_organisations([one, two], into=into, paper=paper(note="布局调整"), by=staff())

    for unit in (one, two, into):
        unit.refresh_from_db()
    assert [(u.valid_until, u.successor) for u in (one, two, into)] == [
        (EVE, into),
        (EVE, into),
        (None, None),
    ]
    assert (change.note, change.passed, str(change)) == (
        "布局调整",
        {},
        "合并（奈党发〔2025〕8号）",
    )
    assert change.last_day == EVE
    assert [str(part) for part in change.parts.filter(side="before")] == [one.name, two.name]
    main = change.parts.get(is_main=True)
    assert (main.organisation, main.side) == (into, "after")
    records = AuditRecord.objects.values_list("verb", "subject_id")
    verb = "organisations.merge_organisations"
    assert list(records.order_by("pk")) == [(verb, str(one.pk)), (verb, str(two.pk))]


def test_merge_organisations_sets_up_a_new_unit_like_the_first():
    above = OrganisationFactory(kind=Kind.GOVERNMENT_DEPARTMENT, region=county())
    one = school(superior=above, capacity=3)
    two = school("奈曼旗第二中学", "奈曼二中", superior=above)

    # The old name of one of them is free from that day on.
    merge_organisations(
        [one, two], into=NewUnit("奈曼旗第一中学", "奈曼一中"), paper=paper(), by=staff()
    )

    new = Organisation.objects.get(valid_until=None, kind=Kind.SCHOOL)
    assert (new.name, new.kind, new.region, new.superior, new.capacity) == (
        "奈曼旗第一中学",
        Kind.SCHOOL,
        county(),
        above,
        3,
    )
    assert (new.valid_from, new.verification) == (DAY, "verified")
    assert set(new.predecessors.all()) == {one, two}


def test_merge_organisations_climbs_over_a_superior_that_ends_too():
    top = OrganisationFactory(kind=Kind.GOVERNMENT_DEPARTMENT, region=county())
    middle = OrganisationFactory(kind=Kind.GOVERNMENT_DEPARTMENT, region=county(), superior=top)
    low = school(superior=middle)

    merge_organisations([low, middle], into=NewUnit("新学校", "新校"), paper=paper(), by=staff())

    assert Organisation.objects.get(name="新学校").superior == top


def test_merge_organisations_of_a_unit_whose_superiors_have_all_ended():
    middle = OrganisationFactory(kind=Kind.GOVERNMENT_DEPARTMENT, region=county())
    low = school(superior=middle)

    merge_organisations([low, middle], into=NewUnit("新学校", "新校"), paper=paper(), by=staff())

    assert Organisation.objects.get(name="新学校").superior is None


@pytest.mark.parametrize(
    ("into", "field", "message"),
    [
        ("itself", "into", "并入的单位不能是它自己，请另选。"),
        ("ended", "into", "“旧校”在生效日期或现在不在有效期内，不能承接。"),
        ("later", "into", "“新校”在生效日期或现在不在有效期内，不能承接。"),
    ],
)
def test_merge_organisations_refuses_who_cannot_carry_on(into, field, message):
    unit = school()
    other = {
        "itself": unit,
        "ended": school("旧校", "旧校", valid_until=date(2025, 1, 1)),
        "later": school("新校", "新校", valid_from=date(2025, 7, 1)),
    }[into]

    assert refused(merge_organisations, [unit], into=other, paper=paper(), by=staff()) == (
        field,
        message,
    )

    unit.refresh_from_db()
    assert unit.valid_until is None


def test_merge_organisations_done_twice_tells_what_the_first_did():
    one, into = school(), school("实验中学", "实验")
    merge_organisations([one], into=into, paper=paper(), by=staff())

    assert refused(merge_organisations, [one], into=into, paper=paper(), by=staff()) == (
        "",
        "“奈曼一中”已按奈党发〔2025〕8号合并，2025年5月31日停用，没有再改动。",
    )

    assert OrganisationChange.objects.count() == 1


def test_merge_organisations_needs_one_day_of_existence():
    unit = school(valid_from=DAY)

    field, _message = refused(
        merge_organisations, [unit], into=school("二", "二"), paper=paper(), by=staff()
    )

    assert field == "effective_on"


def test_split_organisation_sets_up_its_parts_and_lets_the_first_carry_on():
    unit = school()
    parts = [NewUnit("奈曼旗初级中学", "初中"), NewUnit("奈曼旗高级中学", "高中")]

    change = split_organisation(unit, into=parts, lives_on=False, paper=paper(), by=staff())

    unit.refresh_from_db()
    assert unit.valid_until == EVE
    assert unit.successor.short_name == "初中"
    after = change.parts.filter(side="after").values_list("name", "is_main")
    assert list(after) == [("奈曼旗初级中学", True), ("奈曼旗高级中学", False)]


def test_split_organisation_that_lives_on_keeps_everything():
    unit = school()
    below = school("分校", "分校", superior=unit)

    change = split_organisation(
        unit, into=[NewUnit("奈曼旗高级中学", "高中")], lives_on=True, paper=paper(), by=staff()
    )

    unit.refresh_from_db()
    below.refresh_from_db()
    assert (unit.valid_until, unit.successor, below.superior) == (None, None, unit)
    main = change.parts.get(is_main=True)
    assert (main.organisation, main.side) == (unit, "after")
    assert successions(2025, timezone.now()) == {}


@pytest.mark.parametrize(
    ("count", "lives_on", "message"),
    [
        (1, False, "拆分后至少要有两个单位；原单位继续存在的，写出分出来的单位。"),
        (0, True, "拆分后至少要有两个单位；原单位继续存在的，写出分出来的单位。"),
    ],
)
def test_split_organisation_refuses_too_few_parts(count, lives_on, message):
    parts = [NewUnit("奈曼旗高级中学", "高中")] * count

    assert refused(
        split_organisation, school(), into=parts, lives_on=lives_on, paper=paper(), by=staff()
    ) == ("into", message)


def test_split_organisation_refuses_itself_among_the_parts():
    unit = school()

    field, message = refused(
        split_organisation,
        unit,
        into=[unit, NewUnit("奈曼旗高级中学", "高中")],
        lives_on=True,
        paper=paper(),
        by=staff(),
    )

    assert (field, message) == (
        "into",
        "原单位继续存在请勾选，不要再填进拆分后的单位。",
    )


def test_split_organisation_refuses_the_name_of_a_neighbour():
    school("奈曼旗高级中学", "高中")

    field, _message = refused(
        split_organisation,
        school(),
        into=[NewUnit("奈曼旗高级中学", "高中")],
        lives_on=True,
        paper=paper(),
        by=staff(),
    )

    assert field == "name"


def test_close_organisation_without_anything_open_needs_no_successor():
    unit = school()

    change = close_organisation(unit, successor=None, paper=paper(), by=staff())

    unit.refresh_from_db()
    assert (unit.valid_until, unit.successor, change.passed) == (EVE, None, {})
    assert list(change.parts.values_list("side", flat=True)) == ["before"]


def test_close_organisation_says_what_needs_a_successor():
    unit = school()
    school("分校", "分校", superior=unit)

    assert refused(close_organisation, unit, successor=None, paper=paper(), by=staff()) == (
        "successor",
        "“奈曼一中”还有未了的事项（所辖单位改归承接单位 1 个），请选承接单位。",
    )

    unit.refresh_from_db()
    assert unit.valid_until is None


def test_close_organisation_refuses_itself_as_successor():
    unit = school()

    field, _message = refused(close_organisation, unit, successor=unit, paper=paper(), by=staff())

    assert field == "successor"


def test_rehearse_tells_the_numbers_and_changes_nothing():
    unit, into = school(), school("实验中学", "实验")
    below = school("分校", "分校", superior=unit)

    change = rehearse(merge_organisations, [unit], into=into, paper=paper(), by=staff())

    unit.refresh_from_db()
    below.refresh_from_db()
    assert change.passed == {"organisations.subordinates": 1}
    assert (unit.valid_until, below.superior) == (None, unit)
    assert OrganisationChange.objects.count() == AuditRecord.objects.count() == 0


def test_successions_follow_the_chain_of_the_year():
    one, two, three = school(), school("二", "二"), school("三", "三")
    merge_organisations([one], into=two, paper=paper(), by=staff())
    merge_organisations([two], into=three, paper=paper(effective_on=date(2026, 1, 1)), by=staff())
    now = timezone.now()

    found = [successions(year, now) for year in (2024, 2025, 2026)]

    assert found == [
        {},
        {one.pk: two.pk},
        {one.pk: three.pk, two.pk: three.pk},
    ]
    assert successions(2026, now - timedelta(days=1)) == {}
    one.refresh_from_db()
    assert one.successor == three


def test_successions_leave_out_history_that_stays():
    one, two = school(), school("二", "二")

    merge_organisations([one], into=two, paper=paper(history="stays"), by=staff())

    assert successions(2025, timezone.now()) == {}


def test_names_day_is_the_last_day_of_years_gone():
    today = timezone.localdate()

    days = [names_day(today.year - 1), names_day(today.year), names_day(today.year + 1)]

    assert days == [date(today.year - 1, 12, 31), None, None]


@pytest.mark.parametrize(
    "broken",
    [
        lambda unit: OrganisationChange.objects.create(
            kind="closed", effective_on=DAY, document_number="", recorded_by=staff()
        ),
        lambda unit: part(unit, "after", is_main=True) and part(unit, "after"),
        lambda unit: [part(school("甲", "甲"), "after", is_main=True), part(unit, "after", True)],
        lambda unit: part(unit, "before", is_main=True),
        lambda unit: Organisation.objects.filter(pk=unit.pk).update(successor=school("乙", "乙")),
        lambda unit: Organisation.objects.filter(pk=unit.pk).update(
            successor=unit, valid_until=DAY
        ),
        lambda unit: [unit.names.create(name="旧", kind="former") for _time in range(2)],
        lambda unit: [
            unit.names.create(name="旧", kind="former", valid_until=DAY) for _time in range(2)
        ],
        lambda unit: unit.names.create(name="旧", kind="former", valid_from=DAY, valid_until=EVE),
    ],
    ids=[
        "document",
        "part_once",
        "one_main",
        "main_after",
        "successor_of_living",
        "own_successor",
        "name_once",
        "name_once_a_period",
        "name_dates",
    ],
)
def test_constraints_of_changes_and_names_hold(broken):
    unit = school()

    with pytest.raises(IntegrityError), transaction.atomic():
        broken(unit)

    assert OrganisationName.objects.count() == 0


def part(unit, side, is_main=False):
    change = OrganisationChange.objects.first() or OrganisationChange.objects.create(
        kind="merged", effective_on=DAY, document_number="奈党发〔2025〕8号", recorded_by=staff()
    )
    return ChangePart.objects.create(
        change=change, organisation=unit, side=side, name=unit.name, is_main=is_main
    )
