"""The pages of an import: who may open them, what each state shows, what is sent and told."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from core.imports import deeds
from core.models import AuditRecord, ImportRun, Job
from core.tasks import erase_expired_imports
from organisations.models import Assignment, Organisation
from organisations.models.kinds import Kind
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    county,
    office,
    user_with,
)
from tests.imports import REGISTER, bring, save, undo, upload, work_off, workbook

pytestmark = pytest.mark.django_db
State = ImportRun.State
HEAD = ["单位名称", "单位性质", "带动能力", "备注"]
BUREAU = "政府部门"
LIST_QUERIES = 9
DETAIL_QUERIES = 10
ADD = ["甲局", BUREAU, 1]
CHANGE = ["乙局", BUREAU, 3]
SAME = ["乙局", BUREAU, 2]
FAULT = ["丙局", "党政机关", "很多"]
NEAR = ["八仙筒真", "苏木乡镇", 2]


@pytest.fixture
def staff(client):
    county()
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def bureau(staff):
    return OrganisationFactory(
        name="乙局", short_name="乙局", kind=Kind.GOVERNMENT_DEPARTMENT, region=county(), capacity=2
    )


@pytest.fixture
def town(staff):
    region = RegionFactory(code="150525101000", name="八仙筒镇")
    return OrganisationFactory(name="奈曼旗八仙筒镇", short_name="八仙筒镇", region=region)


@pytest.fixture
def run(staff, bureau, town):
    """Waits for its user, with a row of each outcome but for the same."""
    return bring(staff, [HEAD, ADD, CHANGE, FAULT, NEAR])


def address(name, run):
    return reverse(f"core:import_{name}", args=[run.pk])


def new(ledger=REGISTER):
    return reverse("core:import_create", args=[ledger])


def page_of(client, run, query=""):
    return client.get(address("detail", run) + query)


def sent(client, name, run, **facts):
    response = client.post(address(name, run), facts)
    run.refresh_from_db()
    return response


def told(response):
    return [str(message) for message in response.context["messages"]]


def text_of(response):
    return " ".join(response.content.decode().split())


# --- One's own runs ---


def test_import_list_without_a_run_says_what_can_be_done(client, staff):
    response = client.get(reverse("core:import_list"))

    assert "还没有导入过台账" in text_of(response)
    assert new() in text_of(response)


def test_import_list_says_who_may_import_where_the_user_may_not(client):
    client.force_login(user_with(Role.OFFICE_DIRECTOR))

    response = client.get(reverse("core:import_list"))

    assert (response.context["ledgers"], "没有可以导入的台账" in text_of(response)) == ([], True)


def test_import_list_shows_ones_own_runs_alone(client, run):
    bring(user_with(Role.OFFICE_STAFF), [HEAD, ADD])

    response = client.get(reverse("core:import_list"))

    assert [row["run"] for row in response.context["runs"]] == [run]
    counts = ["新增 1", "修改 1", "待认定 1", "有误 1"]
    assert [words for words in counts if words not in text_of(response)] == []


@pytest.mark.parametrize("item_count", [1, 3])
def test_import_list_asks_a_constant_number_of_queries(
    client, staff, item_count, django_assert_num_queries
):
    for _number in range(item_count):
        ImportRun.objects.create(ledger=REGISTER, file_name="台账.xlsx", requested_by=staff)

    with django_assert_num_queries(LIST_QUERIES):
        response = client.get(reverse("core:import_list"))

    assert len(response.context["runs"]) == item_count


# --- The upload ---


def test_import_form_says_the_limits_before_anything_is_sent(client, staff):
    text = text_of(client.get(new()))

    assert "不超过 20 MB、20000 行；可用 .xlsx、.xls、.ods、.csv" in text
    assert reverse("core:import_template", args=[REGISTER]) in text
    assert "3 天后自动删除" in text


def test_import_of_an_unknown_ledger_is_not_found(client, staff):
    names = ("create", "template")

    answers = [client.get(reverse(f"core:import_{name}", args=["no.such"])) for name in names]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE_STAFF, 200),
        (Role.OFFICE_DIRECTOR, 403),
        (Role.LIAISON, 403),
        (Role.LEADER, 403),
        (Role.SYSTEM_ADMIN, 403),
    ],
)
@pytest.mark.parametrize("name", ["create", "template"])
def test_import_needs_the_right_of_its_ledger(client, role, status, name):
    client.force_login(user_with(role))

    response = client.get(reverse(f"core:import_{name}", args=[REGISTER]))

    assert response.status_code == status


def test_upload_begins_to_read_and_shows_how_far_it_is(client, staff):
    content = workbook([HEAD, ADD])

    response = client.post(
        new(), {"file": upload(content, "2026年/台账.XLSX"), "blanks": "clear"}, follow=True
    )

    run = ImportRun.objects.get()
    assert response.redirect_chain == [(address("detail", run), 302)]
    assert (run.state, run.file_name, run.blank_clears, run.requested_by) == (
        State.CHECKING,
        "台账.xlsx",
        True,
        staff,
    )
    assert reverse("core:job_panel", args=[run.job_id]) in text_of(response)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"blanks": "keep"}, "这一项要填。"),
        (
            {"blanks": "keep", "file": upload(b"")},
            "文件是空的，请确认已保存内容后重新上传。",
        ),
        ({"blanks": "no such", "file": upload(b"a,b")}, "所选的不在可选范围内，请重新选择。"),
        ({"blanks": "keep", "file": "no file"}, "这一项要填。"),
    ],
)
def test_upload_that_is_refused_keeps_nothing(client, staff, facts, sentence):
    response = client.post(new(), facts)

    assert (response.status_code, ImportRun.objects.count()) == (422, 0)
    assert sentence in text_of(response)


# --- The page of a run ---


def test_import_detail_shows_the_numbers_and_the_good_rows_deed(client, run):
    response = page_of(client, run)

    figures = {item["label"]: item["figure"] for item in response.context["figures"]}
    assert figures == {"新增": 1, "修改": 1, "不变": 0, "待认定": 1, "有误": 1}
    text = text_of(response)
    assert "2 行可以导入，2 行要先处理；也可以先导入无误的行。" in text
    assert "只导入无误的 2 行" in text
    assert "还有 2 行有误或待认定，处理完才能全部导入。" in text


def test_import_detail_of_a_clean_file_offers_the_whole(client, staff, bureau):
    run = bring(staff, [HEAD, ADD, CHANGE])

    text = text_of(page_of(client, run))

    assert "2 行核对无误，可以导入。" in text
    assert ("导入 2 行" in text, "标注了问题" in text) == (True, False)


def test_import_detail_without_news_offers_another_file(client, staff, bureau):
    text = text_of(page_of(client, bring(staff, [HEAD, SAME])))

    assert "表里的内容与平台一致，没有要导入的。" in text
    assert ("换一个文件上传" in text, "导入 0 行" in text) == (True, False)


def test_import_detail_with_nothing_but_faults_says_so(client, staff):
    text = text_of(page_of(client, bring(staff, [HEAD, FAULT])))

    assert "1 行要先处理，处理后才能导入。" in text
    assert "只导入无误的" not in text


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("near", ["八仙筒真", "第 5 行", "A 列“单位名称”", "八仙筒镇", "都不是，按新的录入"]),
        ("fault", ["B4", "C4", "单位性质", "党政机关", "很多", "没有这个选项；"]),
        ("change", ["乙局", "带动能力", "<del>2</del>", "<ins>3</ins>"]),
        ("add", ["甲局", "<b>类型</b> 政府部门"]),
    ],
)
def test_import_detail_shows_each_outcome_in_its_tab(client, run, tab, words):
    text = text_of(page_of(client, run, f"?show={tab}"))

    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("tab", ["", "no-such", "same", "٣", "<b>"])
def test_import_detail_opens_the_first_tab_that_has_rows(client, run, tab):
    assert page_of(client, run, f"?show={tab}").context["tab"] == "near"


def test_import_detail_asks_once_for_the_same_writing(client, staff, town):
    run = bring(staff, [[*HEAD, "上级单位"], *(["甲局", BUREAU, 1, None, "八仙筒真"],
                                            ["乙局", BUREAU, 1, None, "八仙筒真"])])  # fmt: skip

    response = page_of(client, run)

    assert [doubt.asked_in for doubt in response.context["doubts"]] == [None, 2]
    assert text_of(response).count('class="doubt"') == 1


@pytest.mark.parametrize("number", ["-1", "0", "abc", "9" * 30, "%EF%BC%91"])
def test_import_detail_takes_a_senseless_page_for_a_real_one(client, run, number):
    assert page_of(client, run, f"?page={number}").status_code == 200


@pytest.mark.parametrize(("pk", "status"), [("99999999999999999999", 404), ("0", 404)])
def test_import_detail_of_a_senseless_number_is_not_found(client, staff, pk, status):
    assert client.get(f"/imports/{pk}/").status_code == status


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize("tab", ["near", "fault", "change", "add"])
def test_import_detail_asks_a_constant_number_of_queries(
    client, staff, town, tab, item_count, django_assert_num_queries
):
    rows = []
    for number in range(item_count):
        OrganisationFactory(
            name=f"{number}号局", kind=Kind.GOVERNMENT_DEPARTMENT, region=county(), capacity=2
        )
        rows += [
            [f"新{number}局", BUREAU, 1],
            [f"{number}号局", BUREAU, 5],
            [f"坏{number}局", "党政", 1],
            ["八仙筒真", "苏木乡镇", number],
        ]
    run = bring(staff, [HEAD, *rows])

    with django_assert_num_queries(DETAIL_QUERIES):
        response = page_of(client, run, f"?show={tab}")

    assert response.context["tab"] == tab


def test_import_detail_shows_fifty_rows_a_page(client, staff):
    run = bring(staff, [HEAD, *([f"{number}新局", BUREAU, 1] for number in range(51))])

    first, second = page_of(client, run), page_of(client, run, "?page=2")

    assert (len(first.context["page"]), len(second.context["page"])) == (50, 1)


def test_import_that_cannot_be_read_says_why_and_offers_another_file(client, staff):
    run = bring(staff, b"\x00\x01\x02 no table")

    text = text_of(page_of(client, run))

    assert (run.message in text, "换一个文件上传" in text) == (True, True)
    assert "按此重新核对" not in text


def test_import_without_its_column_asks_which_it_is(client, staff):
    run = bring(staff, [["称呼", "类型", "带动能力"], ["甲局", BUREAU, 1]])

    response = page_of(client, run)

    form = response.context["form"]
    assert [(field.label, field.field.place, field.field.sample) for field in form.columns] == [
        ("称呼", "A", "甲局"),
        ("类型", "B", "政府部门"),
        ("带动能力", "C", "1"),
    ]


# --- How the file is read ---


def columns(*keys, blanks="keep", **facts):
    return {f"column_{index}": key for index, key in enumerate(keys)} | {"blanks": blanks, **facts}


def test_reread_takes_the_columns_that_the_user_names(client, staff):
    run = bring(staff, [["称呼", "类型", "带动能力"], ["甲局", BUREAU, 1]])

    response = sent(client, "reread", run, **columns("name", "kind", "", blanks="clear"))

    assert (response.status_code, run.state, run.blank_clears) == (302, State.CHECKING, True)
    assert run.mapping == {"0": "name", "1": "kind"}
    work_off(run)
    assert (run.state, run.counts["add"]) == (State.READY, 1)


def test_reread_of_another_sheet_looks_for_its_own_head(client, staff):
    book = workbook([HEAD, ADD], sheet="一")
    run = bring(staff, book)
    ImportRun.objects.filter(pk=run.pk).update(sheets=["一", "二"], choices={"x": 1})

    sent(client, "reread", run, sheet="二", blanks="keep")

    assert (run.state, run.sheet, run.mapping, run.choices) == (State.CHECKING, "二", {}, {})


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (columns("name", "name", ""), "A、B 列都选了“全称”，只能有一列。"),
        (columns("", "kind", ""), "请指出哪一列是“全称”，没有它认不出每一行。"),
        (columns("name", "no-such", ""), "所选的不在可选范围内，请重新选择。"),
        (columns("name", "kind", "", blanks=""), "这一项要填。"),
    ],
)
def test_reread_refuses_senseless_columns(client, run, facts, sentence):
    response = sent(client, "reread", run, **facts)

    assert (response.status_code, run.state) == (422, State.READY)
    assert sentence in text_of(response)


def test_reread_keeps_text_that_the_user_has_checked(client, staff):
    run = bring(staff, [HEAD, ["张三13812345678公司", "企业", 1]])
    assert (run.counts["fault"], run.head["warned"]) == (1, True)
    assert "勾选“文字已核对”" in text_of(page_of(client, run))

    sent(client, "reread", run, **columns("name", "kind", "capacity", keeps_text="on"))
    work_off(run)

    assert (run.keeps_text, run.counts["add"]) == (True, 1)


def test_reread_forgets_the_choices_at_the_users_wish(client, run):
    sent(client, "accept_all", run)
    work_off(run)
    assert run.counts["near"] == 0

    sent(client, "reread", run, **columns("name", "kind", "capacity", forget="on"))
    work_off(run)

    assert (run.choices, run.counts["near"]) == ({}, 1)


@pytest.mark.parametrize("blanks", ["keep", "no such"])
def test_reread_while_the_file_is_read_is_told(client, staff, blanks):
    run = deeds.start_import(REGISTER, file=upload(workbook([HEAD, ADD])), by=staff)

    response = client.post(address("reread", run), {"blanks": blanks}, follow=True)

    assert told(response) == ["这份台账现在是“核对中”，不能这样办；请刷新页面。"]


# --- Doubts ---


def test_choose_takes_the_unit_that_the_user_means(client, run, town):
    sent(client, "choose", run, **{"answer:name::八仙筒真": str(town.pk)})
    work_off(run)

    assert (run.counts["near"], run.choices) == (0, {"name::八仙筒真": town.pk})
    assert [row.label for row in run.rows.filter(outcome="change")] == ["乙局", "八仙筒镇"]


def test_choose_takes_a_new_unit(client, run):
    sent(client, "choose", run, **{"answer:name::八仙筒真": "0"})

    assert run.choices == {"name::八仙筒真": 0}


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"answer:name::八仙筒真": "9" * 40},
        {"answer:name::八仙筒真": "-1"},
        {"answer:name::八仙筒真": "٣"},
        {"answer:name::八仙筒真": "987654"},
        {"answer:no-such": "0"},
    ],
)
def test_choose_leaves_senseless_answers_out(client, run, answers):
    response = client.post(address("choose", run), answers, follow=True)

    run.refresh_from_db()
    assert (run.state, run.choices) == (State.READY, {})
    assert told(response) == ["没有选定任何一个单位，请先选择再确认。"]


def test_accept_all_leaves_namesakes_to_the_user(client, staff):
    for number in (1, 2):
        region = RegionFactory(code=f"15052510{number}000", name=f"第{number}镇")
        above = OrganisationFactory(name=f"第{number}镇", region=region)
        OrganisationFactory(
            name="光明村", short_name="光明村", kind=Kind.VILLAGE, region=region, superior=above
        )
    run = bring(staff, [HEAD, ["光明村", "嘎查村", 5]])
    assert run.counts["near"] == 1

    response = client.post(address("accept_all", run), follow=True)

    assert told(response) == ["余下的都是重名，请逐个选定。"]
    assert "都不是，按新的录入" not in text_of(response)


# --- Saving and undoing ---


def test_save_of_a_file_with_faults_asks_for_the_good_rows(client, run):
    response = client.post(address("save", run), follow=True)

    run.refresh_from_db()
    assert (run.state, told(response)) == (
        State.READY,
        ["还有 2 行有误或待认定；请先处理，或选择只导入无误的行。"],
    )


def test_save_writes_the_good_rows_and_says_what_was_left(client, run, bureau):
    sent(client, "save", run, only_good="1")
    work_off(run)

    text = text_of(page_of(client, run))
    bureau.refresh_from_db()
    assert (run.state, bureau.capacity) == (State.SAVED, 3)
    assert Organisation.objects.filter(name="甲局").count() == 1
    assert "已导入：新增 1 行，修改 1 行。" in text
    assert "有 2 行没有导入" in text
    assert reverse("organisations:organisation_list") in text


def test_save_twice_tells_the_second(client, run):
    sent(client, "save", run, only_good="1")

    response = client.post(address("save", run), {"only_good": "1"}, follow=True)

    assert told(response) == ["这份台账现在是“保存中”，不能这样办；请刷新页面。"]
    assert Job.objects.filter(kind="core.save_import").count() == 1


def test_save_after_the_register_changed_shows_the_news(client, run, bureau):
    sent(client, "save", run, only_good="1")
    Organisation.objects.filter(pk=bureau.pk).update(capacity=7)
    work_off(run)

    text = text_of(page_of(client, run, "?show=change"))

    assert run.state == State.READY
    assert "核对之后名册又有变动，已按最新内容重新核对，没有导入；请再看一遍后确认。" in text
    assert "<del>7</del>" in text


def test_undo_asks_in_numbers_and_takes_all_back(client, run, bureau):
    save(run, only_good=True)
    assert [(fact["figure"], fact["label"]) for fact in _facts(client, run)] == [
        (1, "是这次新增的，将删去"),
        (1, "是这次修改的，将恢复原内容"),
    ]

    sent(client, "undo", run)
    work_off(run)

    bureau.refresh_from_db()
    assert (run.state, bureau.capacity) == (State.UNDONE, 2)
    assert not Organisation.objects.filter(name="甲局").exists()
    assert "已整次撤销：新增 1 行、修改 1 行都已收回。" in text_of(page_of(client, run))


def _facts(client, run):
    return client.get(address("undo", run)).context["facts"]


def test_undo_of_contacts_says_that_nothing_comes_back(client, staff, bureau):
    rows = [["单位", "联系人", "办公电话"], ["乙局", "王主任", "0475-4212345"]]
    save(bring(staff, rows, ledger="organisations.contacts"))
    run = save(bring(staff, [rows[0], ["乙局", "李主任", ""]], ledger="organisations.contacts"))

    assert [(fact["figure"], fact["label"]) for fact in _facts(client, run)] == [
        (1, "是这次更换的，将删去；原来的已不保留")
    ]


def test_undo_twice_tells_the_second(client, run):
    save(run, only_good=True)
    sent(client, "undo", run)

    again = client.post(address("undo", run), follow=True)
    looked = client.get(address("undo", run), follow=True)

    assert told(again) == ["这份台账现在是“撤销中”，不能这样办；请刷新页面。"]
    assert told(looked) == ["只有已导入的台账才能撤销。"]


def test_undo_that_was_refused_says_why(client, run, bureau):
    save(run, only_good=True)
    Organisation.objects.filter(pk=bureau.pk).update(capacity=9)

    undo(run)

    assert run.state == State.SAVED
    text = text_of(page_of(client, run))
    assert "“乙局”等 1 个在导入之后又有改动，不能整批撤销；请逐条修改。" in text


def test_cancel_lets_go_of_the_file_and_the_rows(client, run, django_capture_on_commit_callbacks):
    path = run.file.name

    with django_capture_on_commit_callbacks(execute=True):
        sent(client, "cancel", run)

    assert (run.state, bool(run.file), run.rows.count()) == (State.CANCELLED, False, 0)
    assert not default_storage.exists(path)
    text = text_of(page_of(client, run))
    assert "已放弃，上传的文件已删除，平台里的内容没有改动。" in text


def test_cancel_of_a_saved_import_is_refused(client, run):
    save(run, only_good=True)

    response = client.post(address("cancel", run), follow=True)

    assert told(response) == ["这份台账现在是“已导入”，不能这样办；请刷新页面。"]


def test_stopped_job_can_be_started_again_and_leads_back(client, staff):
    run = deeds.start_import(REGISTER, file=upload(workbook([HEAD, ADD])), by=staff)
    run.job.state, run.job.finished_at = Job.State.FAILED, timezone.now()
    run.job.save()
    page = address("detail", run)
    retry = f"{reverse('core:job_retry', args=[run.job_id])}?next={page}"
    assert retry in text_of(page_of(client, run))

    response = client.post(retry)

    assert response.url == page


def test_finished_job_leads_to_the_page_of_its_import(client, run):
    response = client.get(reverse("core:job_panel", args=[run.job_id]))

    assert response.url == address("detail", run)


# --- Who ---

DEEDS = ("reread", "choose", "accept_all", "save", "undo", "cancel")
PAGES = ("detail", "undo", "faults")


def answers(client, run):
    return {client.get(address(name, run)).status_code for name in PAGES} | {
        client.post(address(name, run)).status_code for name in DEEDS
    }


def test_import_is_its_uploaders_affair_alone(client, run):
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert answers(client, run) == {404}


def test_import_ends_with_the_right_to_it(client, staff, run):
    Assignment.objects.filter(user=staff).update(role=Role.OFFICE_DIRECTOR)

    assert answers(client, run) == {403}
    run.refresh_from_db()
    assert run.state == State.READY


def test_visitors_are_sent_to_log_in(client, run):
    client.logout()

    assert answers(client, run) == {302}


@pytest.mark.parametrize("name", DEEDS[:4] + DEEDS[5:])
def test_deeds_are_sent_and_never_read(client, run, name):
    assert client.get(address(name, run)).status_code == 405


@pytest.mark.parametrize(
    ("role", "ledgers"),
    [
        (Role.OFFICE_STAFF, ["organisations.organisations", "organisations.contacts"]),
        (Role.LIAISON, ["organisations.contacts"]),
        (Role.LEADER, []),
    ],
)
def test_register_offers_the_imports_that_the_user_may_do(client, role, ledgers):
    client.force_login(user_with(role))

    text = text_of(client.get(reverse("organisations:organisation_list")))

    offered = ["organisations.organisations", "organisations.contacts"]
    assert [key for key in offered if new(key) in text] == ledgers


def test_two_roles_of_one_user_are_both_looked_at(client, staff):
    Assignment.objects.filter(user=staff).update(role=Role.OFFICE_DIRECTOR)
    AssignmentFactory(user=staff, organisation=office(), role=Role.OFFICE_STAFF)

    assert client.get(new()).status_code == 200


# --- What is let go of ---


def aged(run, days):
    moment = timezone.now() - timedelta(days=days)
    ImportRun.objects.filter(pk=run.pk).update(requested_at=moment)
    return run


def test_expired_file_goes_and_takes_what_was_not_saved(
    client, run, django_capture_on_commit_callbacks
):
    path = aged(run, 4).file.name

    with django_capture_on_commit_callbacks(execute=True):
        erase_expired_imports()

    run.refresh_from_db()
    assert (run.state, bool(run.file), run.rows.count()) == (State.CANCELLED, False, 0)
    assert ("samples" in run.head, default_storage.exists(path)) == (False, False)
    assert "超过 3 天没有导入，已放弃。" in text_of(page_of(client, run))
    record = AuditRecord.objects.get(verb="core.cancel_import")
    assert (record.by, record.subject_id) == (None, str(run.pk))


def test_expired_import_keeps_what_it_saved_and_can_be_undone(client, run, bureau):
    save(run, only_good=True)
    aged(run, 4)

    erase_expired_imports()

    run.refresh_from_db()
    assert (run.state, bool(run.file), run.rows.count()) == (State.SAVED, False, 2)
    text = text_of(page_of(client, run, "?show=fault"))
    assert "没有写入的行随上传的文件一起删除。" in text
    assert "下载标注了问题的文件" not in text
    undo(run)
    assert run.state == State.UNDONE


def test_young_and_busy_files_stay(client, staff, run):
    busy = bring(staff, [HEAD, ADD])
    deeds.save_import(busy, only_good=False, by=staff)
    aged(busy, 4)
    aged(run, 2)

    erase_expired_imports()
    erase_expired_imports()

    kept = ImportRun.objects.exclude(file="").values_list("pk", "state")
    assert sorted(kept) == [(run.pk, State.READY), (busy.pk, State.SAVING)]


@pytest.mark.parametrize(
    ("state", "then"), [(State.SAVING, State.CANCELLED), (State.UNDOING, State.SAVED)]
)
def test_file_of_work_that_was_given_up_goes_too(run, state, then):
    Job.objects.filter(pk=run.job_id).update(state="failed", finished_at=timezone.now())
    ImportRun.objects.filter(pk=run.pk).update(state=state, saved_at=timezone.now())
    aged(run, 4)

    erase_expired_imports()

    run.refresh_from_db()
    assert (run.state, bool(run.file)) == (then, False)


@pytest.mark.parametrize("name", ["save", "reread", "accept_all"])
def test_deeds_without_the_file_ask_for_it_again(client, run, name):
    deeds.erase_file(run)

    response = client.post(address(name, run), {"only_good": "1", **columns("name")}, follow=True)

    assert told(response) == ["原文件已按期清除，请重新上传。"]
