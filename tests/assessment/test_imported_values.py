"""Values from outside: a workbook in, looked at, saved; scored as a rehearsal scores them."""

import csv
import io
from decimal import Decimal as D

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.rights import Role
from assessment import actions, permissions
from assessment.actions import ValueChange
from assessment.models import GroupMember, ImportedValue, Indicator, Scheme
from assessment.rules import value_to_json
from assessment.scheme_book import read_scheme, read_values, score_values
from assessment.scheme_book.trial import as_csv
from assessment.value_book import written
from core import jobs
from core.errors import RuleError
from core.models import AuditRecord
from organisations.models.kinds import Kind
from tests.assessment import trial
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
)
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    county,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db
HEAD = (*trial.HEAD, "数据来源")
LEVELS = "级别分=省级:4，市级:2"
# Every shape of value: code, points, rule, parameters, and the cells of three units.
LEAVES = [
    ("N", 10, "计数", "单价=1.5", [3, "４", 0]),
    ("P", 10, "计数", "单价=2；周期=季；周期封顶=3", ["1:3，2:0", "1:1、4:1", "无"]),
    ("L", 10, "分级计数", LEVELS, ["省级:1，市级:2", "无", "市级:1"]),
    (
        "Q",
        10,
        "分级计数",
        f"{LEVELS}；周期=季；缺失=计零",
        ["1:（省级:1，市级:2），2:（市级:1）", "", ""],
    ),
    ("G", 10, "等次累计", "等次分=优秀:1，一般:−0.5", ["一般:2", "优秀:1", "一般:1"]),
    ("C", 10, "清单", "清单=制度:4，台账:6", ["制度，台账", "无", "台账"]),
    ("F", 10, "清单", "达标数=3:1，2:0.5，其他:0", ["甲，乙", 3, 1]),
    ("M", 10, "人工评分", "评委数=3", ["8，9，7.5", "6、7、8", "10,10,10"]),
    ("Y", 10, "同比", "基础=5；每增加=1；增加封顶=5；每减少扣=1；减少封顶=5", [8, 5, 9]),
    ("R", 10, "名次", "名次分=1:10，2:8，其他:5", [95.5, 88, 91]),
]
LAST = [6, 7, 9]
UNITS = ["甲镇", "乙镇", "丙镇"]


@pytest.fixture
def staff(client):
    staff = user_with(Role.OFFICE_STAFF)
    client.force_login(staff)
    return staff


@pytest.fixture
def scheme():
    """Two imported leaves, one of them compared with last year's, for two townships."""
    scheme = SchemeFactory()
    group = AssessmentGroupFactory(scheme=scheme, name="苏木乡镇")
    for name in UNITS[:2]:
        unit = OrganisationFactory(name=f"{name}人民政府", short_name=name)
        GroupMemberFactory(group=group, organisation=unit)
    facts = {"scheme": scheme, "source": "imported"}
    IndicatorFactory(**facts, code="A", order=1, rule_kind="per_unit", params={"单价": "1"})
    change = {"基础": "5", "每增加": "1", "增加封顶": "5", "每减少扣": "1", "减少封顶": "5"}
    IndicatorFactory(**facts, code="B", order=2, rule_kind="change", params=change)
    return scheme


def address(scheme, name):
    return reverse(f"assessment:{name}", args=[scheme.pk])


def upload(client, scheme, sheets, **facts):
    content = sheets if isinstance(sheets, bytes) else trial.content(sheets)
    file = SimpleUploadedFile("数据.xlsx", content)
    data = {"file": file, "basis": "旗统计局公报", "blanks": "keep"} | facts
    return client.post(address(scheme, "value_upload"), data)


def save(client, scheme, preview):
    signed = preview.context["signed"]
    return client.post(address(scheme, "value_save"), {"signed": signed}, follow=True)


def stored():
    rows = ImportedValue.objects.order_by("indicator__code", "organisation__short_name")
    return {
        (row.indicator.code, row.organisation.short_name, row.is_previous): row.value
        for row in rows
    }


def faults_of(response):
    return {(one.sheet, one.row, one.column, one.message) for one in response.context["faults"]}


DATA = {
    "数据": [["单位", "A", "B"], ["甲镇", 3, 8], ["乙镇", 4, ""]],
    "上年": [["单位", "B"], ["甲镇", 6]],
}


def test_value_upload_shows_what_would_change_and_saves_nothing(client, scheme, staff):
    response = upload(client, scheme, DATA)

    preview = response.context["preview"]
    assert (len(preview.added), preview.changed, preview.unchanged) == (4, [], 0)
    assert response.status_code == 200
    assert stored() == {}


def test_value_save_stores_what_was_looked_at_and_twice_changes_nothing(client, scheme, staff):
    page = save(client, scheme, upload(client, scheme, DATA))
    again = upload(client, scheme, DATA)

    assert "已保存 4 处数据" in page.text
    assert stored() == {
        ("A", "甲镇", False): "3",
        ("A", "乙镇", False): "4",
        ("B", "甲镇", False): "8",
        ("B", "甲镇", True): "6",
    }
    assert {row.basis for row in ImportedValue.objects.all()} == {"旗统计局公报"}
    assert (again.context["preview"].all, again.context["preview"].unchanged) == ([], 4)
    assert "没有要保存的" in again.text


def test_value_save_changes_and_leaves_a_record(client, scheme, staff):
    save(client, scheme, upload(client, scheme, DATA))
    changed = {"数据": [["单位", "A"], ["甲镇", 5], ["乙镇", 4]]}

    preview = upload(client, scheme, changed)
    save(client, scheme, preview)

    (line,) = preview.context["preview"].changed
    record = (
        AuditRecord.objects.filter(verb="assessment.save_imported_values").order_by("pk").last()
    )
    scheme.refresh_from_db()
    assert (line.unit, line.before, line.after) == ("甲镇", "3", "5")
    assert (record.before, record.after) == ({"甲镇": "3"}, {"甲镇": "5"})
    assert record.reason == "旗统计局公报"
    assert scheme.entered_at is not None


@pytest.mark.parametrize(("blanks", "left"), [("keep", {"3", "4"}), ("clear", {"3"})])
def test_blank_cells_clear_only_when_asked(client, scheme, staff, blanks, left):
    save(client, scheme, upload(client, scheme, {"数据": DATA["数据"]}))
    sheets = {"数据": [["单位", "A"], ["甲镇", 3], ["乙镇", ""]]}

    preview = upload(client, scheme, sheets, blanks=blanks)

    if blanks == "clear":
        save(client, scheme, preview)
    assert {value for (code, *_), value in stored().items() if code == "A"} == left


def test_value_upload_finds_units_by_every_name(client, scheme, staff):
    GroupMember.objects.first().organisation.names.create(kind="former", name="老甲苏木")
    sheets = {"数据": [["单位", "A"], ["老甲苏木", 1], ["乙镇人民政府", 2]]}

    save(client, scheme, upload(client, scheme, sheets))

    assert stored() == {("A", "甲镇", False): "1", ("A", "乙镇", False): "2"}


def test_value_upload_says_every_fault_at_its_cell(client, scheme, staff):
    IndicatorFactory(scheme=scheme, code="X")
    sheets = {
        "数据": [
            ["单位", "A", "X", "Z"],
            ["甲镇", "三", 1, 1],
            ["火星镇", 1],
            ["甲镇", 1],
            ["", 1],
        ],
        "上年": [["单位", "B"], ["甲镇", "去年"]],
    }

    response = upload(client, scheme, sheets)

    assert response.status_code == 422
    assert faults_of(response) == {
        ("数据", 1, 2, "有下级的指标没有自己的数据"),
        ("数据", 1, 3, "方案里没有这个编码的末级指标"),
        ("数据", 2, 1, "“三”不是数，请写成 2、0.5 这样的数"),
        ("数据", 3, 0, "本方案里没有“火星镇”，请核对名称"),
        ("数据", 4, 0, "与第 2 行是同一个单位"),
        ("数据", 5, 0, "没有填单位"),
        ("上年", 2, 1, "“去年”不是数，请写成 2、0.5 这样的数"),
    }
    assert stored() == {}


def test_value_upload_refuses_what_the_rule_does_not_know(client, scheme, staff):
    facts = {"scheme": scheme, "source": "imported", "rule_kind": "level_sum"}
    IndicatorFactory(**facts, code="L", params={"级别分": {"省级": "4"}})

    response = upload(client, scheme, {"数据": [["单位", "L"], ["甲镇", "县级:1"]]})

    ((sheet, row, column, message),) = faults_of(response)
    assert (sheet, row, column) == ("数据", 2, 1)
    assert "县级" in message


def test_value_upload_leaves_other_columns_aside_in_words(client, scheme, staff):
    facts = {"scheme": scheme, "rule_kind": "per_unit", "params": {"单价": "1"}}
    IndicatorFactory(**facts, code="S", name="活动", source="metric", metric="activities")
    IndicatorFactory(**facts, code="V", source="imported", applies_to=["village"])
    IndicatorFactory(scheme=scheme, code="K", name="固定", rule_kind="constant")
    sheets = {"数据": [["单位", "分组", "A", "S", "V", "K"], ["甲镇", "一", 3, 9, 1, 1]]}

    response = upload(client, scheme, sheets)

    assert response.context["notes"] == [
        "“数据”表的“S 活动”数据来源是系统计算，这一列没有导入。",
        "“数据”表的“K 固定”不用这里的数据，这一列没有导入。",
        "“数据”表有 1 格填在不适用的单位上，没有导入。",
    ]
    assert len(response.context["preview"].added) == 1


@pytest.mark.parametrize(
    ("sheets", "place"),
    [
        ({"别的": [["单位", "A"]]}, ("数据", 0, None)),
        ({"数据": [["名称", "A"], ["甲镇", 1]]}, ("数据", 0, None)),
    ],
)
def test_value_upload_without_its_sheet_or_head_says_so(client, scheme, staff, sheets, place):
    response = upload(client, scheme, sheets)

    assert [(one.sheet, one.row, one.column) for one in response.context["faults"]] == [place]


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"basis": ""}, "basis"), ({"file": ""}, "file"), ({"basis": "联系 13812345678"}, "basis")],
)
def test_value_upload_asks_for_what_is_missing(client, scheme, staff, facts, field):
    response = upload(client, scheme, DATA, **facts)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_value_upload_of_no_table_says_so(client, scheme, staff):
    response = upload(client, scheme, b"")

    assert response.context["form"].errors["file"] == ["文件是空的，请确认已保存内容后重新上传。"]


@pytest.mark.parametrize("status", ["draft", "approved"])
def test_value_upload_is_closed_before_publishing_and_after_approval(client, scheme, staff, status):
    preview = upload(client, scheme, DATA)
    if status == "approved":
        scheme.approved_by, scheme.approved_at = scheme.created_by, scheme.published_at
    scheme.status = status
    scheme.save()

    late = upload(client, scheme, DATA)
    saved = save(client, scheme, preview)

    assert "不能导入数据" in late.context["form"].errors["file"][0]
    assert "不能导入数据" in saved.text
    assert "才能导入数据" in client.get(address(scheme, "value_list")).text
    assert stored() == {}


def test_value_save_refuses_what_somebody_changed_meanwhile(client, scheme, staff):
    first, second = (upload(client, scheme, DATA) for _ in range(2))
    save(client, scheme, first)

    page = save(client, scheme, second)

    assert "预览之后有人改过这些数据" in page.text
    assert len(stored()) == 4


@pytest.mark.parametrize("signed", ["", "x:y:z"])
def test_value_save_takes_nothing_that_it_did_not_show(client, scheme, staff, signed):
    page = client.post(address(scheme, "value_save"), {"signed": signed}, follow=True)

    assert "预览已经失效" in page.text


def test_value_save_takes_no_preview_of_another_scheme_or_person(client, scheme, staff):
    preview = upload(client, scheme, DATA)
    other = SchemeFactory()

    elsewhere = save(client, other, preview)
    client.force_login(user_with(Role.OFFICE_STAFF))
    someone = save(client, scheme, preview)

    assert "预览已经失效" in elsewhere.text
    assert "预览已经失效" in someone.text
    assert stored() == {}


def test_save_imported_values_wants_a_basis(scheme):
    leaf, member = scheme.indicators.get(code="A"), scheme.members.first()
    change = ValueChange((leaf.pk, member.organisation_id, False), None, "3")

    with pytest.raises(RuleError, match="请写明数据的出处"):
        actions.save_imported_values(scheme, [change], basis=" ", by=user_with(Role.OFFICE_STAFF))


def test_save_imported_values_of_nothing_leaves_no_trace(scheme, staff):
    assert actions.save_imported_values(scheme, [], basis="公报", by=staff) == 0

    scheme.refresh_from_db()
    assert scheme.entered_at is None


def test_who_imported_values_does_not_approve_them(client, scheme, staff):
    before = permissions.made_results(staff, scheme, None)

    save(client, scheme, upload(client, scheme, DATA))

    assert (before, permissions.made_results(staff, scheme, None)) == (False, True)


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize("column_count", [1, 3])
def test_value_list_takes_a_fixed_number_of_queries(
    client, staff, row_count, column_count, django_assert_num_queries
):
    scheme = SchemeFactory()
    members = GroupMemberFactory.create_batch(
        row_count, group=AssessmentGroupFactory(scheme=scheme)
    )
    facts = {"rule_kind": "per_unit", "params": {"单价": "1"}, "source": "imported"}
    leaves = IndicatorFactory.create_batch(column_count, scheme=scheme, **facts)
    for member in members:
        ImportedValue.objects.create(
            indicator=leaves[0], organisation=member.organisation, value="3", entered_by=staff
        )

    with django_assert_num_queries(12):
        response = client.get(address(scheme, "value_list"))

    assert (len(response.context["rows"]), len(response.context["columns"])) == (
        row_count,
        column_count,
    )
    assert response.context["progress"].done == row_count


def test_value_list_says_why_it_is_empty(client, staff):
    response = client.get(address(SchemeFactory(), "value_list"))

    assert "不用导入数据" in response.text


def test_value_list_shows_counts_of_nothing_and_what_does_not_apply(client, scheme, staff):
    facts = {"scheme": scheme, "source": "imported", "rule_kind": "level_sum", "order": 3}
    leaf = IndicatorFactory(**facts, code="L", params={"级别分": {"省级": "4"}})
    IndicatorFactory(**facts, code="V", params={"级别分": {"省级": "4"}}, applies_to=["village"])
    IndicatorFactory(**facts, code="W", params={"级别": "?"})
    unit = scheme.members.order_by("pk").first().organisation
    ImportedValue.objects.create(
        indicator=leaf, organisation=unit, value={}, basis="公报", entered_by=staff
    )

    response = client.get(address(scheme, "value_list"))

    row = next(one for one in response.context["rows"] if one["member"].organisation == unit)
    heads = [(c.indicator.code, c.is_previous) for c in response.context["columns"]]
    assert heads == [("A", False), ("B", False), ("B", True), ("L", False), ("V", False)]
    assert [cell["value"] for cell in row["cells"]] == ["", "", "", "无", ""]
    assert [cell["applies"] for cell in row["cells"]] == [True] * 4 + [False]


def test_value_template_comes_back_unchanged(client, scheme, staff):
    facts = {"scheme": scheme, "source": "imported", "order": 5}
    IndicatorFactory(**facts, code="V", rule_kind="flag", applies_to=["village"])
    save(client, scheme, upload(client, scheme, DATA))

    content = client.get(address(scheme, "value_template")).content
    back = upload(client, scheme, content)

    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [cell.value for cell in book["数据"][2]] == ["单位", "分组", "类型", "A", "B", "V"]
    assert [cell.value for cell in book["上年"][2]] == ["单位", "分组", "类型", "B"]
    assert (back.context["preview"].all, back.context["preview"].unchanged) == ([], 4)
    assert back.context["notes"] == []


def test_value_template_without_comparison_has_one_sheet(client, scheme, staff):
    scheme.indicators.get(code="B").delete()

    content = client.get(address(scheme, "value_template")).content

    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["数据"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (D("2.5"), D("2.5")),
        ({}, "无"),
        ({"1": D(3), "2": D(0)}, "1:3，2:0"),
        ((D(8), D("7.5")), "8、7.5"),
        (("制度", "台账"), "制度、台账"),
    ],
)
def test_written_is_what_somebody_would_type(value, text):
    assert written(value) == text


def test_whole_workbook_of_every_shape_scores_as_a_rehearsal(client, staff):
    rehearsed = _rehearse()
    scheme = _published_scheme(staff)

    saved = save(client, scheme, upload(client, scheme, _value_sheets()))
    template = upload(client, scheme, client.get(address(scheme, "value_template")).content)
    run = actions.start_run(scheme, by=staff)
    jobs.run(run.job_id)

    run.refresh_from_db()
    assert _cells(run) == rehearsed
    assert "已保存" in saved.text
    assert template.context["preview"].all == []


def _value_sheets():
    head = ["单位", "分组", "类型", *(code for code, *_ in LEAVES)]
    rows = [
        [unit, "苏木乡镇", "苏木乡镇", *(cells[place] for *_rest, cells in LEAVES)]
        for place, unit in enumerate(UNITS)
    ]
    return {"数据": [head, *rows], "上年": [["单位", "Y"], *zip(UNITS, LAST, strict=True)]}


def _scheme_content():
    rows = [
        trial.leaf(code, points, rule, params, 数据来源="导入")
        for code, points, rule, params, _cells in LEAVES
    ]
    settings = {
        "名称": "各种数据", "年度": 2026, "总分": 100, "等次": "优秀:70，合格:50，不合格:0",
    }  # fmt: skip
    return {
        "方案": [("项目", "值"), *settings.items()],
        "指标": [HEAD, *([row.get(label) for label in HEAD] for row in rows)],
    }


def _rehearse():
    """What `try_scheme` prints, without the columns that say whose row it is."""
    book = read_scheme(trial.book(_scheme_content()))
    results = score_values(book, read_values(trial.book(_value_sheets()), book))
    rows = list(csv.DictReader(io.StringIO(as_csv(book, results))))
    return {row.pop("单位"): row for row in rows if row.pop("分组")}


def _published_scheme(staff) -> Scheme:
    for name in UNITS:
        OrganisationFactory(name=f"{name}人民政府", short_name=name, region=RegionFactory())
    book = read_scheme(trial.book(_scheme_content()))
    author = user_with(Role.OFFICE_STAFF, office())
    scheme = actions.draft_from_book(county(), book, by=author)
    assert {leaf.source for leaf in scheme.indicators.all()} == {Indicator.Source.IMPORTED}
    scheme.members.exclude(organisation__short_name__in=UNITS).delete()
    return actions.publish_scheme(scheme, document_number="1号", by=user_with(Role.OFFICE_DIRECTOR))


def _cells(run):
    """As the rehearsal prints them: points of the leaves, total, rank and grade."""
    return {
        score.organisation.short_name: {
            **{line.indicator.code: f"{line.points:.2f}" for line in score.lines.all()},
            "总分": f"{score.total:.2f}",
            "名次": str(score.rank),
            "等次": score.grade,
        }
        for score in run.scores.all()
    }


def test_values_of_the_json_form_are_compared_as_they_are_stored(scheme):
    assert value_to_json(D("3.0")) == value_to_json(D(3))


def test_value_upload_names_namesakes_and_names_that_are_near(client, scheme, staff):
    group = scheme.groups.get()
    for place in ("东风镇", "西风镇"):
        region = RegionFactory(name=place, short_name=place)
        village = OrganisationFactory(
            name="光明村民委员会", short_name="光明村", kind=Kind.VILLAGE, region=region
        )
        GroupMemberFactory(group=group, organisation=village)
    unit = OrganisationFactory(name="大沁他拉镇人民政府", short_name="大沁他拉镇")
    GroupMemberFactory(group=group, organisation=unit)
    sheets = {"数据": [["单位", "A"], ["光明村", 1], ["大沁塔拉镇", 2]]}

    response = upload(client, scheme, sheets)

    assert faults_of(response) == {
        ("数据", 2, 0, "有几家同名：东风镇·光明村、西风镇·光明村；请写明苏木乡镇"),
        ("数据", 3, 0, "本方案里没有“大沁塔拉镇”，名称相近的有：大沁他拉镇"),
    }


def test_value_pages_of_another_county_are_refused(client, scheme):
    client.force_login(user_with(Role.OFFICE_STAFF, OrganisationFactory()))

    assert client.get(address(scheme, "value_list")).status_code in (403, 404)


@pytest.fixture
def survey(scheme):
    facts = {"rule_kind": "imported", "params": {"满分": "100"}, "source": "imported"}
    return IndicatorFactory(scheme=scheme, code="S", name="群众满意度", order=3, **facts)


@pytest.mark.parametrize("value", ["999", "-3", "100.5"])
def test_value_upload_refuses_results_beyond_the_full_mark_at_their_cell(
    client, scheme, survey, staff, value
):
    response = upload(client, scheme, {"数据": [["单位", "S"], ["甲镇", value], ["乙镇", 100]]})

    told = "应在 0 到满分 100 之间，请核对"
    assert response.status_code == 422
    assert faults_of(response) == {("数据", 2, 1, told)}


def test_value_save_refuses_results_beyond_the_full_mark_too(scheme, survey, staff):
    unit = scheme.members.first().organisation_id
    change = ValueChange((survey.pk, unit, False), None, "999")

    with pytest.raises(RuleError, match="群众满意度”的数据应在 0 到满分 100 之间"):
        actions.save_imported_values(scheme, [change], basis="调查", by=staff)

    assert stored() == {}


def test_value_upload_with_faults_asks_for_the_workbook_again(client, scheme, staff):
    response = upload(client, scheme, {"数据": [["单位", "A"], ["甲镇", "三个"]]}, blanks="clear")

    form = response.context["form"]
    assert 'id="value-upload"' in response.text
    assert (form["basis"].value(), form["blanks"].value()) == ("旗统计局公报", "clear")


def test_value_upload_without_source_says_so_above_the_form(client, scheme, staff):
    response = upload(client, scheme, DATA, basis="")

    assert response.status_code == 422
    assert "没有读取；改好下面各项，重新选文件再传" in response.text
    assert 'id="value-upload"' in response.text
