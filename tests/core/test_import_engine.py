"""The life of an import, whatever the ledger: states, wishes, doubles, faults, what is kept."""

import io

import pytest
from django.db import IntegrityError
from openpyxl import Workbook

from accounts.rights import Role
from core import jobs
from core.errors import RuleError
from core.imports import deeds
from core.models import AuditRecord, ImportRow, ImportRun, RememberedMapping
from organisations.models import Organisation
from organisations.models.kinds import Kind
from tests.factories.organisations import OrganisationFactory, county, user_with
from tests.imports import (
    REGISTER,
    bring,
    counted,
    faults,
    outcomes,
    save,
    undo,
    upload,
    work_off,
)

pytestmark = pytest.mark.django_db
State = ImportRun.State
HEAD = ["全称", "类型", "带动能力"]
BUREAU = "政府部门"


@pytest.fixture
def staff():
    county()
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def bureau(staff):
    return OrganisationFactory(
        name="甲局", short_name="甲局", kind=Kind.GOVERNMENT_DEPARTMENT, region=county()
    )


def reread(run, **wishes):
    work_off(deeds.reread(run, by=run.requested_by, **wishes))
    run.refresh_from_db()
    return run


def test_start_import_refuses_an_empty_file(staff):
    with pytest.raises(RuleError) as refused:
        deeds.start_import(REGISTER, file=upload(b""), by=staff)

    assert (refused.value.field, ImportRun.objects.count()) == ("file", 0)


def test_start_import_refuses_a_file_beyond_the_limit(staff, monkeypatch):
    monkeypatch.setattr(deeds, "MAX_BYTES", 3)

    with pytest.raises(RuleError) as refused:
        deeds.start_import(REGISTER, file=upload(b"four"), by=staff)

    assert (refused.value.field, ImportRun.objects.count()) == ("file", 0)


def test_import_of_what_is_no_table_ends_in_a_sentence(staff):
    run = bring(staff, b"\x00\x01\x02 no table")

    assert (run.state, run.rows.count()) == (State.FAILED, 0)
    assert run.message.endswith("。")


def test_import_finds_the_sheet_wherever_it_stands(staff):
    book = [
        ("封面", [["填报说明"]]),
        ("名册", [HEAD, ["甲局", BUREAU, 1]]),
        ("附表", [["合计", 3]]),
    ]

    run = bring(staff, _sheets(book))

    assert (run.state, run.sheet, run.sheets) == (State.READY, "名册", ["封面", "名册", "附表"])
    assert counted(run) == {"add": 1}


def test_import_reads_the_sheet_that_the_user_names(staff):
    book = [("一", [HEAD, ["甲局", BUREAU, 1]]), ("二", [HEAD, ["乙局", BUREAU, 1]])]
    run = bring(staff, _sheets(book))

    reread(run, sheet="二")

    assert [row.label for row in run.rows.all()] == ["乙局"]


def test_import_without_a_head_says_what_a_head_is(staff):
    run = bring(staff, [["甲", "乙"], [1, 2]])

    assert run.state == State.FAILED
    assert run.message == (
        "工作表“Sheet1”里没有找到表头；表里要有一行写着栏目名，如“全称”、“简称”、“曾用名”。"
    )


def test_import_asks_for_the_column_that_it_cannot_do_without(staff):
    rows = [["登记的称呼", "类型", "带动能力"], ["甲局", BUREAU, 1]]
    run = bring(staff, rows)
    assert run.state == State.FAILED
    assert run.message == "没有认出“全称”这一列；请在下面指出哪一列是它，再重新核对。"

    reread(run, mapping={"0": "name", "1": "kind"})

    assert (run.state, counted(run)) == (State.READY, {"add": 1})
    assert counted(bring(staff, rows)) == {"add": 1}
    remembered = RememberedMapping.objects.values_list("label", "key")
    assert sorted(remembered) == [("带动能力", ""), ("登记的称呼", "name")]


def test_import_without_rows_says_so(staff):
    run = bring(staff, [HEAD])

    assert run.message == "工作表“Sheet1”的表头下面没有数据；请换一张工作表。"


def test_import_leaves_blanks_alone_unless_told_that_they_clear(staff, bureau):
    above = OrganisationFactory(name="乙局", short_name="乙局", kind=Kind.GOVERNMENT_DEPARTMENT)
    Organisation.objects.filter(pk=bureau.pk).update(superior=above)
    rows = [["全称", "上级单位", "类型"], ["甲局", None, None]]

    kept, cleared = bring(staff, rows), bring(staff, rows, blank_clears=True)

    assert counted(kept) == {"same": 1}
    assert cleared.rows.get().shown == [["上级单位", "乙局", ""]]


def test_import_shows_every_fault_at_its_cell(staff, bureau):
    run = bring(
        staff,
        [
            [*HEAD, "成立日期"],
            ["甲局", "旗直", "十家", "2023年13月"],
            [None, BUREAU, 1, None],
            ["丙局", None, 99999, None],
        ],
    )

    found = faults(run)
    assert [(number, key) for number, key, _message in found] == [
        (2, "kind"),
        (2, "valid_from"),
        (3, "name"),
        (4, "capacity"),
        (4, "kind"),
    ]
    assert all(message.endswith("。") for _number, _key, message in found)
    assert outcomes(run) == {2: "fault", 3: "fault", 4: "fault"}


def test_import_refuses_two_rows_of_one_object_and_skips_a_repetition(staff, bureau):
    rows = [HEAD, ["甲局", BUREAU, 3], ["甲局", BUREAU, 4], ["甲局", BUREAU, 3]]

    run = bring(staff, rows)

    assert outcomes(run) == {2: "change", 3: "fault", 4: "same"}
    assert faults(run) == [(3, "", "与第 2 行说的是同一个，但内容不同；请只留一行。")]


def test_import_warns_of_personal_data_until_the_user_has_looked(staff):
    rows = [HEAD, ["甲局（张三13912345678）", BUREAU, 1]]
    run = bring(staff, rows)
    assert outcomes(run) == {2: "fault"}

    reread(run, keeps_text=True)

    assert outcomes(run) == {2: "add"}


def test_save_import_asks_first_what_to_do_with_bad_rows(staff, bureau):
    run = bring(staff, [HEAD, ["甲局", BUREAU, 3], ["乙局", "旗直", 1]])

    with pytest.raises(RuleError) as refused:
        save(run)
    assert refused.value.message == "还有 1 行有误或待认定；请先处理，或选择只导入无误的行。"

    save(run, only_good=True)
    bureau.refresh_from_db()
    assert (run.state, bureau.capacity) == (State.SAVED, 3)
    assert not Organisation.objects.filter(name="乙局").exists()


def test_save_import_refuses_where_there_is_nothing_to_do(staff, bureau):
    run = bring(staff, [["全称"], ["甲局"]])

    with pytest.raises(RuleError) as refused:
        save(run)

    assert refused.value.message == "没有要新增或修改的行，不必导入。"


def test_save_import_twice_is_refused_and_changes_nothing(staff):
    run = save(bring(staff, [HEAD, ["甲局", BUREAU, 3]]))

    with pytest.raises(RuleError) as refused:
        save(run)

    assert refused.value.message == "这份台账现在是“已导入”，不能这样办；请刷新页面。"
    assert Organisation.objects.filter(name="甲局").count() == 1


def test_save_import_run_by_a_second_worker_does_nothing_more(staff):
    run = deeds.save_import(bring(staff, [HEAD, ["甲局", BUREAU, 3]]), only_good=False, by=staff)
    work_off(run)

    deeds._save(jobs.JobHandle(run.job, ""))

    assert Organisation.objects.filter(name="甲局").count() == 1


def test_two_people_with_one_ledger_add_its_units_once(staff):
    rows = [HEAD, ["甲局", BUREAU, 3], ["乙局", BUREAU, 1]]
    other = user_with(Role.OFFICE_STAFF)
    mine, theirs = bring(staff, rows), bring(other, rows)
    save(mine)

    save(theirs)

    assert (theirs.state, counted(theirs)) == (State.READY, {"same": 2})
    assert theirs.message.startswith("核对之后名册又有变动")
    assert Organisation.objects.filter(name__in=["甲局", "乙局"]).count() == 2


def test_undo_import_twice_is_refused(staff):
    run = undo(save(bring(staff, [HEAD, ["甲局", BUREAU, 3]])))
    assert run.state == State.UNDONE

    with pytest.raises(RuleError):
        undo(run)

    assert not Organisation.objects.filter(name="甲局").exists()


def test_undo_import_is_refused_when_the_added_is_gone(staff):
    run = save(bring(staff, [HEAD, ["甲局", BUREAU, 3]]))
    Organisation.objects.filter(name="甲局").delete()

    undo(run)

    assert (run.state, run.message) == (
        State.SAVED,
        "“甲局”等 1 个在导入之后又有改动，不能整批撤销；请逐条修改。",
    )


def test_cancel_import_lets_the_file_go(staff):
    run = bring(staff, [HEAD, ["甲局", BUREAU, 3]])

    deeds.cancel_import(run, by=staff)

    run.refresh_from_db()
    assert (run.state, bool(run.file), run.rows.count()) == (State.CANCELLED, False, 0)
    with pytest.raises(RuleError):
        deeds.cancel_import(run, by=staff)


def test_file_of_a_cancelled_import_stays_until_that_is_certain(
    staff, django_capture_on_commit_callbacks
):
    run = bring(staff, [HEAD, ["甲局", BUREAU, 3]])
    storage, name = run.file.storage, run.file.name

    with django_capture_on_commit_callbacks() as later:
        deeds.cancel_import(run, by=staff)
    kept = storage.exists(name)
    for callback in later:
        callback()

    assert (kept, storage.exists(name)) == (True, False)


def test_import_of_an_account_closed_meanwhile_is_not_written(staff):
    run = bring(staff, [HEAD, ["甲局", BUREAU, 3]])
    deeds.save_import(run, only_good=False, by=staff)
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    run.refresh_from_db()

    work_off(run)

    assert (run.state, run.message) == (
        State.READY,
        "导入人的账号已停用，没有改动；请由在任人员另行办理。",
    )
    assert not Organisation.objects.filter(name="甲局").exists()


def test_reread_after_the_file_was_erased_asks_for_it_again(staff):
    run = bring(staff, [HEAD, ["甲局", BUREAU, 3]])
    deeds.erase_file(run)

    with pytest.raises(RuleError) as refused:
        deeds.reread(run, by=staff)

    assert refused.value.message == "原文件已按期清除，请重新上传。"


def test_choose_takes_only_what_was_offered(staff, bureau):
    OrganisationFactory(name="甲乙局", short_name="甲乙局", kind=Kind.GOVERNMENT_DEPARTMENT)
    run = bring(staff, [HEAD, ["甲乙局局", BUREAU, 3]])
    token = run.rows.get().faults[0]["token"]

    with pytest.raises(RuleError):
        deeds.choose(run, answers={token: bureau.pk, "other": 1}, by=staff)
    work_off(deeds.choose(run, answers={token: 0}, by=staff))

    run.refresh_from_db()
    assert outcomes(run) == {2: "add"}


def test_import_is_recorded_with_its_counts(staff):
    save(bring(staff, [HEAD, ["甲局", BUREAU, 3]]))

    verbs = AuditRecord.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        "core.start_import",
        "organisations.create_organisation",
        "core.save_import",
    ]


def test_a_saved_import_needs_its_time(staff):
    run = bring(staff, [HEAD, ["甲局", BUREAU, 3]])

    with pytest.raises(IntegrityError, match="import_saved_has_time"):
        ImportRun.objects.filter(pk=run.pk).update(state=State.SAVED)


def test_an_undone_import_needs_its_time(staff):
    run = save(bring(staff, [HEAD, ["甲局", BUREAU, 3]]))

    with pytest.raises(IntegrityError, match="import_undone_has_time"):
        ImportRun.objects.filter(pk=run.pk).update(state=State.UNDONE)


def test_a_row_of_an_import_stands_once(staff):
    run = bring(staff, [HEAD, ["甲局", BUREAU, 3]])

    with pytest.raises(IntegrityError):
        ImportRow.objects.create(run=run, number=2, outcome="add")


def test_a_label_is_remembered_once(staff):
    RememberedMapping.objects.create(user=staff, ledger=REGISTER, label="甲", key="name")

    with pytest.raises(IntegrityError):
        RememberedMapping.objects.create(user=staff, ledger=REGISTER, label="甲", key="kind")


def _sheets(pages):
    book = Workbook()
    book.remove(book.active)
    for name, rows in pages:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
