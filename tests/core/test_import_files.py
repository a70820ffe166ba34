"""Files that go with a ledger: the table to fill in, and the upload with its faults marked."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from openpyxl.comments import Comment

from accounts.rights import Role
from core import jobs
from core.imports import deeds
from core.imports.ledger import LEDGERS
from core.models import ExportFile, ImportRun
from core.sheets import marking
from core.sheets.annotate import annotate
from core.sheets.marking import Mark, mark_cells
from core.views import import_files
from organisations.models import Organisation
from organisations.models.kinds import Kind
from tests.factories.organisations import OrganisationFactory, RegionFactory, county, user_with
from tests.imports import REGISTER, bring, faults, save, workbook
from tests.office import convert

pytestmark = pytest.mark.django_db
HEAD = ["序号", "单位名称", "单位性质", "带动能力"]
BUREAU = "政府部门"
GOOD = [1, "甲局", BUREAU, 1]
BAD = [2, "丙局", "党政机关", "很多"]
ALL_KEYS = sorted(LEDGERS)


@pytest.fixture
def staff(client):
    county()
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def town(staff):
    region = RegionFactory(code="150525101000", name="八仙筒镇")
    return OrganisationFactory(name="奈曼旗八仙筒镇", short_name="八仙筒镇", region=region)


def marked(client, run):
    response = client.get(reverse("core:import_faults", args=[run.pk]))
    return openpyxl.load_workbook(io.BytesIO(response.content))


def comments(page):
    return {
        cell.coordinate: cell.comment.text
        for row in page.iter_rows()
        for cell in row
        if cell.comment
    }


def listed(book):
    return [list(row) for row in book["问题清单"].iter_rows(min_row=2, values_only=True)]


def template(client, key=REGISTER):
    response = client.get(reverse("core:import_template", args=[key]))
    return openpyxl.load_workbook(io.BytesIO(response.content)), response


# --- The table to fill in ---


def test_template_says_what_is_required_and_shows_an_example(client, staff):
    book, response = template(client)

    page = book.worksheets[0]
    head = [cell.value for cell in page[1]]
    assert (head[0], head[1], head[4]) == ("全称（必填）", "简称", "类型（必填）")
    assert [page["A2"].value, page["E2"].value] == ["示例：沙日塘村委会", "嘎查村"]
    assert page.freeze_panes == "B2"
    assert page["F1"].comment.text.startswith("嘎查村、社区填所属的苏木乡镇")
    assert "filename*=utf-8''%E5%8D%95" in response.headers["Content-Disposition"]


def test_template_keeps_the_zeros_of_codes_and_the_form_of_dates(client, staff):
    book, _response = template(client)

    page = book.worksheets[0]
    formats = {
        page.cell(1, number).value: page.column_dimensions[letter]._style.numFmtId
        for number, letter in enumerate("ABCDEFGHIJKL", 1)
        if letter in page.column_dimensions
    }
    assert (formats["区划代码"], formats["带动能力"]) == (49, 0)
    assert formats["成立或启用日期"] not in (0, 49)


def test_template_offers_the_choices_of_its_columns(client, staff):
    book, _response = template(client)

    page, lists = book.worksheets
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    kinds = rules["E3:E2002"]
    assert (lists.sheet_state, kinds.type, kinds.formula1) == (
        "hidden",
        "list",
        f"'{lists.title}'!$E$1:$E${len(Kind.choices)}",
    )
    assert lists["E1"].value == str(Kind.choices[0][1])
    assert (rules["G3:G2002"].type, rules["G3:G2002"].prompt) == (
        None,
        "12 位；不填按所在苏木乡镇。",
    )


def test_template_filled_in_is_imported_without_its_example(client, staff, town):
    book, _response = template(client)
    page = book.worksheets[0]
    places = {page.cell(1, number).value: number for number in range(1, page.max_column + 1)}
    for label, value in {
        "全称（必填）": "光明村",
        "类型（必填）": "嘎查村",
        "所在苏木乡镇或市": "八仙筒镇",
        "成立或启用日期": date(2003, 5, 6),
        "带动能力": 3,
        "愿意结对": "是",
    }.items():
        page.cell(3, places[label]).value = value
    stream = io.BytesIO()
    book.save(stream)

    run = save(bring(staff, stream.getvalue()))

    assert (run.state, faults(run), run.counts["add"]) == (ImportRun.State.SAVED, [], 1)
    unit = Organisation.objects.get(name="光明村")
    assert (unit.kind, unit.superior, unit.valid_from, unit.capacity) == (
        Kind.VILLAGE,
        town,
        date(2003, 5, 6),
        3,
    )


@pytest.mark.parametrize("key", ALL_KEYS)
def test_template_of_every_ledger_knows_its_own_columns(client, staff, key):
    for role in Role:
        user = user_with(role)
        if user.can(LEDGERS[key].action):
            break
    client.force_login(user)
    book, response = template(client, key)
    run = bring(user, response.content, ledger=key)

    assert run.message == f"工作表“{book.worksheets[0].title}”的表头下面没有数据；请换一张工作表。"
    assert set(run.mapping.values()) == {column.key for column in LEDGERS[key].columns}


def test_template_opens_in_another_office_program(client, staff, tmp_path):
    _book, response = template(client)

    again = openpyxl.load_workbook(convert(response.content, tmp_path))

    page = again.worksheets[0]
    assert page["A1"].value == "全称（必填）"
    assert "list" in {rule.type for rule in page.data_validations.dataValidation}


# --- The upload with its faults ---


def test_faults_stand_as_comments_in_the_file_that_was_sent(client, staff):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "名册"
    for row in (["单位名册"], HEAD, GOOD, BAD, ["合计", None, None, "=SUM(D3:D4)"]):
        page.append(row)
    page.merge_cells("A1:D1")
    page["B4"].comment = Comment("请核对", "张三")
    page.column_dimensions["B"].width = 33
    book.create_sheet("说明").append(["填报说明"])
    stream = io.BytesIO()
    book.save(stream)
    run = bring(staff, stream.getvalue())

    response = client.get(reverse("core:import_faults", args=[run.pk]))

    book = openpyxl.load_workbook(io.BytesIO(response.content))
    page = book["名册"]
    assert book.sheetnames == ["名册", "说明", "问题清单"]
    found = comments(page)
    assert (sorted(found), found["B4"]) == (["B4", "C4", "D4"], "请核对")
    assert found["D4"] == "不是数字；请只填数字，例如 12。"
    assert [page[place].fill.fgColor.rgb for place in ("C4", "D4")] == ["FFFDE3E1"] * 2
    assert (page["D5"].value, page["B3"].value) == ("=SUM(D3:D4)", "甲局")
    assert (page.column_dimensions["B"].width, str(page.merged_cells)) == (33, "A1:D1")
    assert [row[:5] for row in listed(book)] == [
        ["名册", 4, "C", "单位性质", "党政机关"],
        ["名册", 4, "D", "带动能力", "很多"],
    ]
    assert book["问题清单"]["B2"].hyperlink.location == "'名册'!C4"
    assert "%E5%8F%B0%E8%B4%A6%EF%BC%88" in response.headers["Content-Disposition"]


def test_faults_of_a_text_table_stand_in_a_new_workbook(client, staff):
    text = "序号,单位名称,单位性质,带动能力\r\n1,=1+1,党政机关,１\r\n2,甲局,政府部门,2\r\n"
    run = bring(staff, text.encode("gb18030"))

    page = marked(client, run).worksheets[0]

    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["序号", "单位名称", "单位性质", "带动能力"],
        ["1", "=1+1", "党政机关", "１"],
        ["2", "甲局", "政府部门", "2"],
    ]
    assert (page["B2"].data_type, page["B2"].quotePrefix) == ("s", True)
    assert list(comments(page)) == ["C2"]


def test_faults_of_an_open_document_stand_in_a_new_workbook(client, staff, tmp_path):
    content = convert(workbook([HEAD, GOOD, BAD]), tmp_path, "ods").read()
    run = bring(staff, content)

    page = marked(client, run).worksheets[0]

    assert ([page["B2"].value, page["D2"].value], sorted(comments(page))) == (
        ["甲局", 1],
        ["C3", "D3"],
    )


def test_fault_of_a_row_stands_at_what_names_it(client, staff):
    twice = [[*GOOD[:3], 1], [*GOOD[:3], 2]]
    run = bring(staff, workbook([HEAD, *twice]))

    book = marked(client, run)

    told = "与第 2 行说的是同一个，但内容不同；请只留一行。"
    assert comments(book.worksheets[0]) == {"B3": told}
    assert listed(book) == [["Sheet1", 3, None, None, None, told]]
    text = client.get(reverse("core:import_detail", args=[run.pk])).content.decode()
    assert "第 3 行" in text


def test_doubts_are_marked_too(client, staff, town):
    run = bring(staff, [HEAD, [1, "八仙筒真", "苏木乡镇", 2]])

    assert comments(marked(client, run).worksheets[0]) == {
        "B2": "名册里没有“八仙筒真”，可能是“八仙筒镇”。"
    }


def test_file_that_comes_back_mended_in_part_loses_the_old_marks(client, staff):
    run = bring(staff, [HEAD, BAD, [3, "丁局", "党政机关", 1]])
    book = marked(client, run)
    book.worksheets[0]["C3"].value = BUREAU
    stream = io.BytesIO()
    book.save(stream)

    book = marked(client, bring(staff, stream.getvalue()))

    assert book.sheetnames == ["Sheet1", "问题清单"]
    assert sorted(comments(book.worksheets[0])) == ["C2", "D2"]
    assert book.worksheets[0]["C3"].fill.fill_type is None


@pytest.mark.parametrize("bound", ["ROWS_AT_ONCE", "BYTES_AT_ONCE"])
def test_faults_of_a_long_file_are_marked_in_the_background(
    client, staff, monkeypatch, bound, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(import_files, bound, 1)
    run = bring(staff, [HEAD, GOOD, BAD])

    response = client.get(reverse("core:import_faults", args=[run.pk]))

    job = staff.jobs.first()
    assert response.url == reverse("core:job_panel", args=[job.pk])
    again = client.get(reverse("core:import_faults", args=[run.pk]))
    assert again.url == response.url
    jobs.run(job.pk)
    export = ExportFile.objects.get(job=job)
    assert export.name == "台账（标注问题）.xlsx"
    with django_capture_on_commit_callbacks(execute=True):
        deeds.cancel_import(run, by=staff)
    assert not ExportFile.objects.exists()
    assert not default_storage.exists(export.file.name)


def test_faults_marked_in_the_background_are_not_kept_once_the_file_is_gone(
    client, staff, monkeypatch
):
    monkeypatch.setattr(import_files, "ROWS_AT_ONCE", 1)
    run = bring(staff, [HEAD, GOOD, BAD])
    client.get(reverse("core:import_faults", args=[run.pk]))
    deeds.erase_file(run)

    jobs.run(staff.jobs.first().pk)

    assert (staff.jobs.first().state, ExportFile.objects.count()) == ("failed", 0)
    assert staff.jobs.first().message == "原文件已按期清除，请重新上传。"


def test_faults_where_there_are_none_are_told(client, staff):
    run = bring(staff, [HEAD, GOOD])

    response = client.get(reverse("core:import_faults", args=[run.pk]), follow=True)

    assert [str(one) for one in response.context["messages"]] == [
        "没有有误或待认定的行，不必标注。"
    ]


def test_faults_without_the_file_are_told(client, staff):
    run = bring(staff, [HEAD, BAD])
    deeds.erase_file(run)

    response = client.get(reverse("core:import_faults", args=[run.pk]), follow=True)

    assert [str(one) for one in response.context["messages"]] == ["原文件已按期清除，请重新上传。"]


# --- Marking by itself ---


def mark(row, column, text="改"):
    return Mark(row=row, column=column, label="甲", value="=1+1", text=text)


def test_marks_of_merged_cells_stand_at_their_first(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "表"
    page.append(["甲", "乙"])
    page.append(["一", "二"])
    page.merge_cells("A2:A3")
    stream = io.BytesIO()
    book.save(stream)

    done = mark_cells(stream.getvalue(), "表", [mark(3, 1), mark(2, 1, "看")], row_column=1)

    book = openpyxl.load_workbook(io.BytesIO(done))
    assert comments(book["表"]) == {"A2": "改\n看"}
    cell = book["问题清单"]["E2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_workbook_that_cannot_be_kept_gives_a_plain_one():
    """Styles that only one program understands."""
    source = zipfile.ZipFile(io.BytesIO(workbook([["甲"], ["一"]], sheet="表")))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as odd:
        for name in source.namelist():
            odd.writestr(name, source.read(name).replace(b"gray125", b"gray1250"))

    done = mark_cells(stream.getvalue(), "表", [mark(2, 1)], row_column=1)

    page = openpyxl.load_workbook(io.BytesIO(done))["表"]
    assert (page["A2"].value, comments(page)) == ("一", {"A2": "改"})


def wanted(rows, **facts):
    return {
        "path": "",
        "sheet": "a/b",
        "rows": rows,
        "author": "台账核对",
        "marks": [],
        "list_name": "问题清单",
        "list_head": ["工作表", "行", "列", "栏目", "表内内容", "问题"],
        "list_rows": [],
        **facts,
    }


def test_plain_workbook_holds_every_kind_of_cell():
    rows = [["\x01字", 12, date(1850, 1, 1), None, True], [], ["＝1"]]

    page = annotate(wanted(rows)).active

    assert [cell.value for cell in page[1]] == ["字", 12, "1850-01-01", None, True]
    assert (page.title, page["A3"].data_type, page["A3"].quotePrefix) == ("a_b", "s", True)


def test_marks_are_set_and_earlier_ones_taken_away(tmp_path):
    source = tmp_path / "source.xlsx"
    source.write_bytes(workbook([["甲", "乙"], ["一", "二"]], sheet="表"))
    line = ["表", 2, "A", "甲", "一", "改"]
    first = annotate(wanted([], path=source, sheet="表", marks=[(2, 1, "改")], list_rows=[line]))
    first["表"].merge_cells("B2:B3")
    first.save(source)

    again = annotate(wanted([], path=source, sheet="表", marks=[(3, 2, "看")]))

    assert (again.sheetnames, comments(again["表"])) == (["表", "问题清单"], {"B2": "看"})
    assert [again["表"][place].fill.fill_type for place in ("A2", "B2")] == [None, "solid"]


@pytest.mark.parametrize(
    ("column", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA"), (None, "")]
)
def test_letter_names_columns_as_office_programs_do(column, name):
    assert marking.letter(column) == name
