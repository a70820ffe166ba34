"""The grid of marks through the public door: with a script, without, and from a workbook."""

from datetime import timedelta
from decimal import Decimal as D
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment.judging import Progress, token_of
from assessment.models import ManualMark, MarkDraft, MarkReminder, Scheme
from core.models import AuditRecord
from tests.assessment.marking import judge_of, leaf_of, marked_scheme, type_in, units_of
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    SchemeFactory,
    approved,
)
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json", "HX-Request": "true"}


@pytest.fixture
def scheme():
    return marked_scheme()


@pytest.fixture
def leaf(scheme):
    return scheme.indicators.get()


@pytest.fixture
def judge(leaf, client):
    judge = judge_of(leaf)
    client.force_login(judge)
    return judge


def address(scheme, name="mark_grid"):
    return reverse(f"assessment:{name}", args=[scheme.pk])


def cell_data(leaf, unit, value, reason="", seen=""):
    place = f"{leaf.pk}-{unit.pk}"
    return {f"v-{place}": value, f"r-{place}": reason, f"s-{place}": seen}


def shown(response, row=0, column=0):
    return response.context["grid"].rows[row].cells[column]


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize("column_count", [1, 3])
def test_mark_grid_takes_a_fixed_number_of_queries(
    client, row_count, column_count, django_assert_num_queries
):
    scheme = marked_scheme(units=row_count, leaves=column_count)
    client.force_login(judge_of(scheme.indicators.first()))

    with django_assert_num_queries(19):
        response = client.get(address(scheme))

    grid = response.context["grid"]
    assert (len(grid.rows), len(grid.columns)) == (row_count, column_count)


def test_mark_grid_shows_no_more_cells_than_one_form_can_send(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 112
    scheme = marked_scheme(units=3, leaves=2)
    client.force_login(judge_of(scheme.indicators.first()))

    page = client.get(address(scheme)).context["page"]

    assert (len(page), page.paginator.num_pages) == (2, 2)


@pytest.mark.parametrize("item_count", [1, 3])
def test_mark_list_takes_a_fixed_number_of_queries(client, item_count, django_assert_num_queries):
    scheme = marked_scheme(leaves=item_count)
    leaf_of(scheme, OrganisationFactory(), code="X")
    client.force_login(judge_of(scheme.indicators.order_by("order").first()))

    with django_assert_num_queries(12):
        response = client.get(reverse("assessment:mark_list"))

    (part,) = response.context["parts"]
    assert [row["progress"] for row in part["rows"]] == [Progress(0, 2)] * item_count
    assert "去评分，还差" in response.text


def test_mark_list_of_nothing_says_why(client):
    client.force_login(user_with(Role.SCORER))

    response = client.get(reverse("assessment:mark_list"))

    assert "年还没有分给本部门的评分指标" in response.text


@pytest.mark.usefixtures("in_2026")
def test_mark_list_shows_what_is_open_whatever_year_is_picked(client, leaf, scheme, judge):
    day = timezone.localdate()
    facts = {"year": 2024, "marks_due_on": day + timedelta(days=9)}
    later, soon = SchemeFactory(**facts), SchemeFactory(**facts | {"marks_due_on": day})
    decided, older = approved(SchemeFactory(year=2026)), approved(SchemeFactory(year=2025))
    for one in (soon, later):
        GroupMemberFactory(group=AssessmentGroupFactory(scheme=one))
    for one in (decided, older, later, soon):
        leaf_of(one, leaf.department, code="E1")

    response = client.get(reverse("assessment:mark_list"))

    shown = [part["scheme"] for part in response.context["parts"]]
    assert shown == [soon, later, scheme, decided]
    assert response.text.count("2024年度") == 2


@pytest.mark.parametrize(("days", "words"), [(None, ""), (3, "评分截止"), (-3, "已过评分截止")])
def test_mark_list_says_until_when(client, scheme, judge, days, words):
    if days is not None:
        scheme.marks_due_on = timezone.localdate() + timedelta(days=days)
        scheme.save()

    listed = client.get(reverse("assessment:mark_list")).text
    grid = client.get(address(scheme)).text

    assert words in listed
    assert ("评分截止" in grid) is (days is not None)


def test_mark_grid_closes_what_is_not_to_be_marked(client, leaf, scheme, judge):
    village_leaf = leaf_of(scheme, leaf.department, code="D2", order=2, applies_to=["village"])
    GroupMemberFactory(group=scheme.groups.get(), organisation=leaf.department)

    response = client.get(address(scheme))

    grid = response.context["grid"]
    found = [[cell.cell.closed for cell in row.cells] for row in grid.rows]
    assert sorted(found) == [["", "不适用"], ["", "不适用"], ["本单位，不评", "不适用"]]
    assert [column.progress for column in grid.columns] == [Progress(0, 2), Progress(0, 0)]
    assert grid.columns[1].indicator == village_leaf


def test_mark_grid_without_a_script_saves_what_is_right_and_keeps_the_rest(
    client, leaf, scheme, judge
):
    one, two = units_of(scheme)
    data = cell_data(leaf, one, "25") | cell_data(leaf, two, "１５．５")

    response = client.post(address(scheme), data, follow=True)

    assert [mark.value for mark in ManualMark.objects.all()] == [D("15.5")]
    assert (shown(response).value, shown(response).error) == (
        "25",
        "25 分超出范围，应在 0 至 20 分之间。",
    )
    told = [str(message) for message in response.context["messages"]]
    assert told[0].startswith("已保存 ")
    assert told[1] == "有 1 处还不能作数，已在表中标出；填的内容都还在。"


def test_mark_grid_without_a_script_shows_both_values_of_two_windows(client, leaf, scheme, judge):
    unit = units_of(scheme)[0]
    type_in(leaf, unit, "16", by=judge)

    response = client.post(address(scheme), cell_data(leaf, unit, "17"))
    cell = shown(response)
    again = client.post(address(scheme), cell_data(leaf, unit, "17", seen=cell.seen))

    assert response.status_code == 422
    assert cell.theirs == "另一个窗口已存 16 分，这里填的是 17；再保存一次以这里为准。"
    assert (again.status_code, ManualMark.objects.get().value) == (302, D(17))


def test_mark_grid_tells_of_a_cell_that_another_window_cleared(client, leaf, scheme, judge):
    unit = units_of(scheme)[0]

    response = client.post(address(scheme), cell_data(leaf, unit, "", "", token_of("16", "")))
    typed = client.post(address(scheme), cell_data(leaf, unit, "17", "", token_of("16", "")))

    assert response.status_code == 302
    assert shown(typed).theirs == "另一个窗口已清空这一格，这里填的是 17；再保存一次以这里为准。"


def test_mark_grid_warns_of_a_private_phone_and_lets_it_stay_knowingly(client, leaf, scheme, judge):
    unit = units_of(scheme)[0]
    data = cell_data(leaf, unit, "1", "联系 13812345678")

    warned = client.post(address(scheme), data)
    seen = shown(warned).seen
    kept = client.post(
        address(scheme), cell_data(leaf, unit, "1", "联系 13812345678", seen) | {"keep_text": "on"}
    )

    assert "像是个人手机号" in shown(warned).error
    assert 'name="keep_text"' in warned.text
    assert MarkDraft.objects.count() == 0
    assert (warned.status_code, kept.status_code) == (422, 302)
    assert ManualMark.objects.get().reason == "联系 13812345678"


def test_mark_grid_fills_one_reason_into_all_that_lack_it(client, leaf, scheme, judge):
    one, two = units_of(scheme)
    client.post(address(scheme), cell_data(leaf, one, "5") | cell_data(leaf, two, "4"))
    page = client.get(address(scheme))
    data = {}
    for row, value in enumerate(("5", "4")):
        cell = shown(page, row)
        data |= cell_data(leaf, cell.cell.member.organisation, value, "", cell.seen)

    client.post(address(scheme), data | {"same_reason": "没有实质动作"})

    assert page.context["grid"].lacks_reason == {"full": 0, "rest": 2}
    assert {mark.reason for mark in ManualMark.objects.all()} == {"没有实质动作"}
    assert MarkDraft.objects.count() == 0


@pytest.mark.parametrize(
    ("button", "expected"), [("full", {"20"}), ("rest", {"5"}), (None, {"20", "5"})]
)
def test_mark_grid_fills_one_reason_where_its_button_says(
    client, leaf, scheme, judge, button, expected
):
    one, two = units_of(scheme)
    client.post(address(scheme), cell_data(leaf, one, "20") | cell_data(leaf, two, "5"))
    page = client.get(address(scheme))
    data = {"same_reason": "现场核查属实"} | ({"same_for": button} if button else {})
    for row, (unit, value) in enumerate(((one, "20"), (two, "5"))):
        data |= cell_data(leaf, unit, value, "", shown(page, row).seen)

    client.post(address(scheme), data)

    assert page.context["grid"].lacks_reason == {"full": 1, "rest": 1}
    assert {f"{mark.value:.0f}" for mark in ManualMark.objects.all()} == expected
    assert MarkDraft.objects.count() == 2 - len(expected)


def test_mark_grid_says_when_nothing_was_changed(client, leaf, scheme, judge):
    unit = units_of(scheme)[0]
    seen = type_in(leaf, unit, "15", by=judge).seen

    response = client.post(
        address(scheme), cell_data(leaf, unit, "15", seen=seen) | {"v-x-y": "3"}, follow=True
    )

    assert [str(m) for m in response.context["messages"]] == ["没有改动，不用保存。"]


def test_mark_grid_answers_a_script_cell_by_cell(client, leaf, scheme, judge):
    one, two = units_of(scheme)
    type_in(leaf, two, "16", by=judge)
    data = cell_data(leaf, one, "十五") | cell_data(leaf, two, "17")

    answer = client.post(address(scheme), data, headers=JSON).json()

    first, second = (answer["cells"][f"{leaf.pk}-{unit.pk}"] for unit in (one, two))
    assert (first["value"], first["error"], first["conflict"]) == ("15", "", "")
    assert second["theirs"] == {"value": "16", "reason": ""}
    assert answer["columns"] == {str(leaf.pk): [2, 2]}
    assert answer["saved_at"] == f"{timezone.localtime():%H:%M}"


def test_mark_grid_tells_a_script_that_the_results_were_approved(client, leaf, scheme, judge):
    approved(scheme)
    unit = units_of(scheme)[0]

    answer = client.post(address(scheme), cell_data(leaf, unit, "15"), headers=JSON)
    page = client.post(address(scheme), cell_data(leaf, unit, "15"), follow=True)

    assert (answer.status_code, answer.json()) == (
        409,
        {"message": "方案现在是“已审定”，不能评分。"},
    )
    assert [str(m) for m in page.context["messages"]] == ["方案现在是“已审定”，不能评分。"]
    assert "评分已审定，不能再改" in page.text
    assert AuditRecord.objects.filter(outcome="refused").count() == 2


def replaced(scheme, **facts):
    """The next version, published while the old one's grid was open."""
    known = {"region": scheme.region, "year": scheme.year, "version": 2}
    newer = SchemeFactory(copied_from=scheme, **known | facts)
    Scheme.objects.filter(pk=scheme.pk).update(status="replaced")
    return newer


@pytest.mark.parametrize(
    ("is_mine", "words", "there", "name"),
    [
        (
            True,
            "方案已修订为新版，请到新版评分。",
            "方案已修订为新版，现在打开的是新版，请在这里评分。",
            "mark_grid",
        ),
        (False, *["方案已修订为新版，新版没有分给本部门的评分指标，不用再评。"] * 2, "mark_list"),
    ],
    ids=["still-to-mark", "nothing-to-mark"],
)
def test_mark_grid_of_a_replaced_version_leads_to_the_new(
    client, leaf, scheme, judge, is_mine, words, there, name
):
    newest = replaced(replaced(scheme), version=3)
    if is_mine:
        leaf_of(newest, leaf.department, code="D1")
    url = reverse(f"assessment:{name}", args=[newest.pk] if is_mine else [])
    typed = cell_data(leaf, units_of(scheme)[0], "15")

    answer = client.post(address(scheme), typed, headers=JSON)
    opened = client.get(address(scheme), follow=True)
    posted = client.post(address(scheme), typed)
    book = client.get(address(scheme, "mark_workbook"))
    sent = client.post(address(scheme, "mark_upload"))

    assert (answer.status_code, answer.json()) == (409, {"message": words, "url": url})
    assert opened.redirect_chain == [(url, 302)]
    assert [str(m) for m in opened.context["messages"]] == [there]
    assert [(one.status_code, one["Location"]) for one in (posted, book, sent)] == [(302, url)] * 3
    assert ManualMark.objects.count() == 0


def test_mark_grid_of_a_replaced_version_is_not_there_for_others(client, scheme):
    replaced(scheme)
    client.force_login(user_with(Role.SCORER, OrganisationFactory()))

    assert client.get(address(scheme)).status_code == 404


def test_mark_grid_takes_no_cells_of_another_department(client, leaf, scheme, judge):
    other = leaf_of(scheme, OrganisationFactory(), code="E1")
    unit = units_of(scheme)[0]

    client.post(address(scheme), cell_data(other, unit, "15"))

    assert ManualMark.objects.count() == 0


@pytest.mark.parametrize("status", ["draft", "replaced"])
def test_mark_grid_is_only_for_the_assigned_department(client, scheme, judge, status):
    Scheme.objects.filter(pk=scheme.pk).update(status=status)

    own = [client.get(address(scheme, name)).status_code for name in ("mark_grid", "mark_workbook")]
    Scheme.objects.filter(pk=scheme.pk).update(status="scoring")
    client.force_login(user_with(Role.SCORER, OrganisationFactory()))
    others = client.get(address(scheme)).status_code

    assert (own, others) == ([404, 404], 404)


def test_mark_grid_parts_the_units_by_group(client, leaf, scheme, judge):
    second = AssessmentGroupFactory(scheme=scheme, order=5)
    member = GroupMemberFactory(group=second)

    whole = client.get(address(scheme))
    part = client.get(address(scheme) + f"?group={second.pk}")
    senseless = client.get(address(scheme) + "?group=x")

    counts = [len(page.context["grid"].rows) for page in (whole, part, senseless)]
    current = [
        next(tab["key"] for tab in page.context["tabs"] if tab["is_current"])
        for page in (whole, part, senseless)
    ]
    assert counts == [3, 1, 3]
    assert current == ["all", str(second.pk), "all"]
    assert part.context["grid"].rows[0].member == member


def test_mark_grid_shows_the_offices_reminder_while_something_is_missing(
    client, leaf, scheme, judge
):
    facts = {"scheme": scheme, "missing": 2, "reminded_by": UserFactory()}
    MarkReminder.objects.create(department=leaf.department, **facts)

    before = client.get(address(scheme)).text
    for unit in units_of(scheme):
        type_in(leaf, unit, "15", by=judge)
    after = client.get(address(scheme)).text

    assert "提醒：本部门还差 2 处评分。" in before
    assert "提醒：" not in after
    assert "已全部评完" in after


def test_mark_grid_shows_marks_of_all_judges_without_names(client, leaf, scheme, judge):
    leaf.params = {"评委数": "2"}
    leaf.save()
    unit = units_of(scheme)[0]
    other = judge_of(leaf)
    type_in(leaf, unit, "18", by=other)
    before = client.get(address(scheme)).text
    type_in(leaf, unit, "15", by=judge)

    cell = shown(client.get(address(scheme)))

    assert 'value="18"' not in before
    assert cell.shown_words == "各评委 15、18；平均 16.5"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"params": {"步长": "0.5"}}, "0–20 分，步长 0.5"),
        ({"params": {"评委数": "1"}}, "0–20 分"),
        ({"rule_kind": "flag"}, "填数据，按“有无”赋分"),
    ],
)
def test_mark_grid_says_at_the_head_what_is_to_be_entered(
    client, leaf, scheme, judge, facts, words
):
    for name, value in facts.items():
        setattr(leaf, name, value)
    leaf.save()

    (column,) = client.get(address(scheme)).context["grid"].columns

    assert column.bounds == words


# --- From and to a workbook -----------------------------------------------------------------------


def workbook_of(client, scheme):
    content = client.get(address(scheme, "mark_workbook")).content
    return openpyxl.load_workbook(BytesIO(content))


def upload(client, scheme, book):
    stream = BytesIO()
    book.save(stream)
    file = SimpleUploadedFile("评分表.xlsx", stream.getvalue())
    return client.post(address(scheme, "mark_upload"), {"file": file}, follow=True)


def test_mark_workbook_comes_back_with_marks_and_twice_changes_nothing(client, leaf, scheme, judge):
    one, two = units_of(scheme)
    type_in(leaf, one, "15", by=judge)
    GroupMemberFactory(group=scheme.groups.get(), organisation=leaf.department)
    book = workbook_of(client, scheme)
    sheet = book["评分"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    rows[two.full_label][2].value, rows[two.full_label][3].value = "２０分", "全旗最好"

    first = upload(client, scheme, book)
    second = upload(client, scheme, book)

    assert [cell.value for cell in sheet[1]] == ["单位", "分组", "D1 实效", "D1 理由"]
    assert rows[one.full_label][2].value == 15
    assert rows["旗委宣传部"][2].value == "本单位，不评"
    told = [str(next(iter(page.context["messages"]))) for page in (first, second)]
    assert told == ["表里填了 2 处，1 处有改动，已保存。", "表里填了 2 处，0 处有改动，已保存。"]
    marks = {mark.organisation_id: (mark.value, mark.reason) for mark in ManualMark.objects.all()}
    assert marks == {one.pk: (D(15), ""), two.pk: (D(20), "全旗最好")}


def test_mark_upload_says_all_faults_by_row_and_column_and_saves_nothing(
    client, leaf, scheme, judge
):
    one, two = units_of(scheme)
    GroupMemberFactory(group=scheme.groups.get(), organisation=leaf.department)
    book = workbook_of(client, scheme)
    sheet = book["评分"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    rows[one.full_label][2].value = 99
    rows[two.full_label][2].value = 15
    rows["旗委宣传部"][2].value = 15
    sheet.append([two.full_label, None, 15])
    sheet.append(["火星镇", None, 15])
    sheet.append([None, None, 15])
    sheet["E1"], sheet["E2"] = "Z9 别人的", 3

    response = upload(client, scheme, book)

    places = sorted(
        (fault.row, fault.column, fault.message) for fault in response.context["faults"]
    )
    assert response.status_code == 422
    assert places == sorted(
        [
            (1, 4, "不是本部门评的指标；请用本页下载的评分表"),
            (rows[one.full_label][0].row, 2, "99 分超出范围，应在 0 至 20 分之间。"),
            (rows["旗委宣传部"][0].row, 2, "这一格不评（本单位，不评），请清空。"),
            (5, 0, f"与第 {rows[two.full_label][0].row} 行是同一个单位。"),
            (6, 0, "本方案里没有“火星镇”，请核对名称。"),
            (7, 0, "没有填单位。"),
        ]
    )
    assert not ManualMark.objects.exists()


def test_mark_upload_finds_units_by_former_names_and_columns_by_code(client, leaf, scheme, judge):
    unit = units_of(scheme)[0]
    unit.names.create(kind="former", name="老苏木")
    book = openpyxl.Workbook()
    book.active.append(["单位", "D1"])
    book.active.append(["老苏木", "15"])

    upload(client, scheme, book)

    assert ManualMark.objects.get().organisation == unit


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "没有选文件"), (b"", "文件是空的"), (b"\xff\x00\x01", "")],
)
def test_mark_upload_of_no_table_says_so(client, scheme, judge, content, sentence):
    data = {} if content is None else {"file": SimpleUploadedFile("x.xlsx", content)}

    response = client.post(address(scheme, "mark_upload"), data, follow=True)

    assert sentence in response.text
    assert not ManualMark.objects.exists()


def test_mark_upload_without_a_head_says_so(client, scheme, judge):
    book = openpyxl.Workbook()
    book.active.append(["名称", "分"])

    response = upload(client, scheme, book)

    assert "没有找到表头" in response.text


def test_mark_grid_offers_a_script_the_reason_of_the_mark_before(client, leaf, scheme, judge):
    unit = units_of(scheme)[0]
    seen = type_in(leaf, unit, "20", "全旗最好", by=judge).seen
    data = cell_data(leaf, unit, "5", "全旗最好", seen)

    cell = client.post(address(scheme), data, headers=JSON).json()["cells"][f"{leaf.pk}-{unit.pk}"]

    assert (cell["reason"], cell["offered"]) == ("", "全旗最好")
    assert cell["offered_words"] == "原来的理由“全旗最好”是给改前的分写的，没有沿用。"


def test_mark_grid_goes_on_offering_the_reason_until_one_is_given(client, leaf, scheme, judge):
    unit = units_of(scheme)[0]
    seen = type_in(leaf, unit, "20", "全旗最好", by=judge).seen
    type_in(leaf, unit, "5", "全旗最好", seen=seen, by=judge)

    cell = shown(client.get(address(scheme)))

    assert (cell.value, cell.reason, cell.offered) == ("5", "", "全旗最好")
    assert "原来的理由“全旗最好”" in cell.offered_words


def test_mark_grid_without_a_script_says_which_reasons_were_not_taken(client, leaf, scheme, judge):
    unit = units_of(scheme)[0]
    seen = type_in(leaf, unit, "20", "全旗最好", by=judge).seen

    response = client.post(
        address(scheme), cell_data(leaf, unit, "15", "全旗最好", seen), follow=True
    )

    told = f"原来的理由没有沿用，仍适用的请再填上：{unit.full_label}“全旗最好”。"
    assert told in response.text
    assert shown(response).offered_words == ""
