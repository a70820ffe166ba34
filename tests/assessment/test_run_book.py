"""A run as files: what it read, as `try_scheme` takes it, and what it gave, as that prints it."""

import io
from decimal import Decimal as D

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.models import Indicator
from assessment.value_book import written
from core.models import AuditRecord
from organisations.models.kinds import Kind
from tests.assessment.door import Office, rows_of
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    RunFactory,
    SchemeFactory,
    computed,
    finished,
    on_notice,
    scored_scheme,
)
from tests.factories.organisations import OrganisationFactory, RegionFactory, county, user_with

pytestmark = pytest.mark.django_db
POINTS = {"rule_kind": "per_unit", "params": {"单价": "1"}, "source": "imported"}


@pytest.fixture
def office(client, tmp_path, capsysbinary):
    return Office(client, tmp_path, capsysbinary)


@pytest.fixture
def townships():
    return [
        OrganisationFactory(name=f"{name}人民政府", short_name=name, region=RegionFactory())
        for name in ("甲镇", "乙镇", "丙镇")
    ]


def address(run, file_format):
    return reverse("assessment:run_export", args=[run.pk, file_format])


def book_of(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(sheet, first=1):
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)]


def scheme_with(*names, **facts):
    """A scheme of one leaf that is imported, for townships of these short names."""
    scheme = SchemeFactory()
    group = AssessmentGroupFactory(scheme=scheme, name="苏木乡镇")
    units = [OrganisationFactory(short_name=name, **facts) for name in names]
    for unit in units:
        GroupMemberFactory(group=group, organisation=unit)
    leaf = IndicatorFactory(scheme=scheme, code="A", name="调查", order=1, **POINTS)
    return leaf, units


def give(leaf, values):
    staff = user_with(Role.OFFICE_STAFF)
    changes = [
        actions.ValueChange((leaf.pk, unit.pk, False), None, value)
        for unit, value in values.items()
    ]
    actions.save_imported_values(leaf.scheme, changes, basis="公报", by=staff)
    return computed(leaf.scheme, staff)


def test_run_export_is_one_file_that_the_command_takes_twice(office, townships):
    run = scored_scheme()

    whole = office.file("run_export", run.pk, "xlsx")

    book = book_of(whole)
    assert book.sheetnames == ["说明", "方案", "指标", "否决", "数据", "结果"]
    assert cells(book["数据"], 2)[0][:6] == ["单位", "分组", "类型", "A1", "A2", "A3"]
    assert office.tried(whole, whole) == office.file("run_export", run.pk, "csv").decode()
    assert [row[0] for row in cells(book["结果"], 2)] == ["甲镇", "乙镇", "丙镇"]
    verbs = AuditRecord.objects.order_by("-pk").values_list("verb", flat=True)[:2]
    assert list(verbs) == ["assessment.export_run"] * 2


def test_run_export_has_the_vetoes_of_its_own_time(office, townships):
    first = scored_scheme()
    facts = {"kind": "total", "reason": "弄虚作假", "document_number": "1号"}
    actions.record_veto(first.scheme, organisation=townships[1], by=office.staff, **facts)
    second = computed(first.scheme, office.staff)

    before, after = (office.file("run_export", run.pk, "xlsx") for run in (first, second))

    assert [cells(book_of(one)["否决"], 4) for one in (before, after)] == [
        [],
        [["乙镇", "一票否决", "弄虚作假"]],
    ]
    for run, whole in ((first, before), (second, after)):
        assert office.tried(whole, whole) == office.file("run_export", run.pk, "csv").decode()


def test_run_export_says_which_lines_were_corrected(office, townships):
    run = finished(on_notice())
    unit = run.scores.get(organisation=townships[0]).organisation
    correction = actions.propose_correction(
        run.scheme,
        organisation=unit,
        indicator=run.scheme.indicators.get(code="D1"),
        points_after=D(12),
        reason="核查发现多计",
        document_number="2号",
        dated_on=run.finished_at.date(),
        by=office.staff,
    )
    corrected = actions.confirm_correction(correction, by=office.director).run

    whole = office.file("run_export", corrected.pk, "xlsx")

    stored = rows_of(office.file("run_export", corrected.pk, "csv").decode())
    tried = rows_of(office.tried(whole, whole))
    told = cells(book_of(whole)["说明"])
    assert told[-1] == [
        "甲镇", "D1", "有实质性动作、取得实效", 15, 12, "2号，核查发现多计",
    ]  # fmt: skip
    assert [(one["D1"], two["D1"]) for one, two in zip(stored, tried, strict=True)] == [
        ("12.00", "15.00"), ("15.00", "15.00"), ("15.00", "15.00"),
    ]  # fmt: skip
    assert "只有更正过的项不同" in "".join(str(row[0]) for row in told)


def test_run_export_tells_units_of_one_name_apart(office):
    leaf, units = scheme_with("光明小学", "光明小学", "光明小学", kind=Kind.SCHOOL)
    for unit, name in zip(units, ("东街光明小学", "西街光明小学", "西街光明小学"), strict=True):
        unit.name = name
        unit.save()
    run = give(leaf, dict(zip(units, ("3", "4", "5"), strict=True)))

    whole = office.file("run_export", run.pk, "xlsx")

    stored = office.file("run_export", run.pk, "csv").decode()
    assert [row["单位"] for row in rows_of(stored)] == [
        "光明小学（东街光明小学）",
        f"光明小学（西街光明小学）（{units[1].pk}）",
        f"光明小学（西街光明小学）（{units[2].pk}）",
    ]
    assert office.tried(whole, whole) == stored


def test_run_export_keeps_every_digit_of_a_value(office):
    leaf, units = scheme_with("甲镇", "乙镇")
    Indicator.objects.filter(pk=leaf.pk).update(params={"单价": "0.5"})
    # Half a hundredth, and a trifle less: 15 digits would make both the same.
    run = give(leaf, dict(zip(units, ("1.01", "1.0099999999999999999"), strict=True)))

    whole = office.file("run_export", run.pk, "xlsx")

    stored = office.file("run_export", run.pk, "csv").decode()
    assert [row["A"] for row in rows_of(stored)] == ["0.51", "0.50"]
    assert office.tried(whole, whole) == stored


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (D("123456789.012345"), D("123456789.012345")),
        (D("1.0099999999999999999"), "1.0099999999999999999"),
        (D("1E+15"), D("1E+15")),
    ],
)
def test_written_keeps_a_number_that_a_cell_holds_and_writes_out_others(value, cell):
    assert written(value) == cell


def test_run_export_leaves_open_what_does_not_apply(office):
    leaf, (unit,) = scheme_with("甲镇")
    Indicator.objects.filter(pk=leaf.pk).update(applies_to=["township"])
    village = {"applies_to": ["village"], **POINTS}
    IndicatorFactory(scheme=leaf.scheme, code="B", name="夜校", order=2, **village)
    run = give(leaf, {unit: "100"})

    book = book_of(office.file("run_export", run.pk, "xlsx"))

    assert cells(book["数据"], 3) == [["甲镇", "苏木乡镇", "苏木乡镇", 100, None]]
    assert cells(book["结果"]) == [
        ["单位", "分组", "A", "B", "总分", "名次", "等次"],
        ["甲镇", "苏木乡镇", 100, None, 100, 1, "优秀"],
    ]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_run_export_writes_no_formulas_of_names(office, file_format):
    leaf, (unit,) = scheme_with("=甲镇")
    run = give(leaf, {unit: "7"})

    content = office.file("run_export", run.pk, file_format)

    if file_format == "csv":
        assert rows_of(content.decode())[0]["单位"] == "'=甲镇"
    else:
        assert book_of(content)["数据"]["A3"].data_type == "s"


@pytest.mark.parametrize("unit_count", [1, 3])
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_run_export_query_count(client, unit_count, file_format, django_assert_num_queries):
    leaf, units = scheme_with(*"甲乙丙"[:unit_count])
    run = give(leaf, dict.fromkeys(units, "3"))
    client.force_login(user_with(Role.LEADER))
    client.get(address(run, file_format))

    locks = connection.vendor == "postgresql"  # the audit chain's own
    with django_assert_num_queries({"csv": 13, "xlsx": 15}[file_format] + locks):
        response = client.get(address(run, file_format))

    assert response.status_code == 200


def test_run_export_is_for_who_looks_over_the_county(client):
    elsewhere = RegionFactory(code="150521000000", level="county", kind="县")
    strange = RunFactory(scheme=SchemeFactory(region=elsewhere))
    unfinished = RunFactory(scheme=SchemeFactory(), finished_at=None)
    own = RunFactory(scheme=SchemeFactory(region=county()))
    asked = [(strange, "xlsx"), (unfinished, "csv"), (own, "ods"), (own, "xlsx")]

    codes = {}
    for role in (Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, Role.LEADER, Role.LIAISON, Role.SCORER):
        client.force_login(user_with(role))
        codes[role] = [client.get(address(*one)).status_code for one in asked]

    sees = [404, 404, 404, 200]
    assert codes == {
        Role.OFFICE_STAFF: sees,
        Role.OFFICE_DIRECTOR: sees,
        Role.LEADER: sees,
        Role.LIAISON: [403] * 4,
        Role.SCORER: [403] * 4,
    }
