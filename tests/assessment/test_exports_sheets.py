"""Assessment sheets as PDF and workbook: what they say, that they add up, who gets them."""

import io
from dataclasses import replace
from decimal import Decimal as D

import openpyxl
import pdfplumber
import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment import actions
from assessment.models import Indicator, Run, Scheme
from assessment.unit_sheets import make_sheet, make_sheets, paper_meta, sheets_pdf
from assessment.unit_sheets.pdf import blocks_of, density_of
from core import demo, jobs
from core.errors import RuleError
from core.models import AuditRecord, DemoYear, Job
from core.templatetags.ui import cn_date
from organisations.models.kinds import Kind
from tests import office
from tests.factories.activities import accepted_activity
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
    approved,
    computed,
    score_of,
    scored_scheme,
)
from tests.factories.organisations import OrganisationFactory, RegionFactory, UserFactory, user_with
from tests.factories.partnerships import pairing_of

pytestmark = pytest.mark.django_db
MILLIMETRE = 72 / 25.4


@pytest.fixture
def units():
    """Two townships and an office with a name that a sheet cannot bear as it is."""
    townships = [OrganisationFactory(region=RegionFactory()) for _ in range(2)]
    department = OrganisationFactory(
        kind=Kind.GOVERNMENT_DEPARTMENT, name="奈曼旗'教体'局", short_name="旗'教体'局"
    )
    return [*townships, department]


@pytest.fixture
def run(units):
    one, two, _department = units
    accepted_activity(one, two, is_themed=True).partnerships.add(pairing_of(one, two))
    return scored_scheme("15.5")


def exported(run, unit, file_format, by=None):
    by = by or user_with(Role.OFFICE_STAFF)
    return actions.export_sheet(score_of(run, unit), file_format=file_format, by=by)


def pages_of(content):
    return pdfplumber.open(io.BytesIO(content)).pages


def recalculated(content, folder):
    return openpyxl.load_workbook(office.convert(content, folder), data_only=True)


def lines_of(page):
    """The rows of the table of lines, without what stands below it."""
    below = next(word["top"] for word in page.extract_words() if word["text"] == "基础分")
    (table,) = page.crop((0, 0, page.width, below - 2)).extract_tables()
    return [["".join((cell or "").split()) for cell in row] for row in table]


def points_by_code(sheet):
    return {row[0].value: row[5].value for row in sheet.iter_rows(min_row=5) if row[0].value}


def test_export_sheet_is_one_page_of_the_official_geometry(run, units):
    file = exported(run, units[0], "pdf")

    (page,) = pages_of(file.content)
    title = next(word for word in page.extract_words() if "2026年度" in word["text"])
    table = page.find_tables()[0].bbox
    assert (round(page.width), round(page.height)) == (595, 842)
    assert title["bottom"] - title["top"] == pytest.approx(22, abs=1)
    assert (title["x0"] + title["x1"]) / 2 == pytest.approx((28 + 78) * MILLIMETRE, abs=3)
    assert table[0] == pytest.approx(28 * MILLIMETRE, abs=1)
    assert table[2] == pytest.approx(184 * MILLIMETRE, abs=1)
    assert page.extract_words()[-1]["bottom"] < 297 * MILLIMETRE


def test_export_sheet_as_pdf_tells_every_line(run, units):
    file = exported(run, units[0], "pdf")

    (page,) = pages_of(file.content)
    rows = lines_of(page)
    text = page.extract_text().replace(" ", "")
    assert rows[0] == ["类别", "指标", "分值", "赋分办法", "数据", "得分", "依据"]
    assert rows[1][:3] == ["项目化推进（30分）得16分", "A1实施联创项目", "12"]
    assert rows[1][3:] == ["每1个得6分，最高12分", "1个", "6", "1条"]
    assert len(rows) == 14
    assert f"单位：{units[0].full_label}" in text
    assert "基础分52.5分。总分52.5分。" in text
    assert f"重算凭据{run.digest[:12]}" in text
    assert ("本组2家中第1名" in text, "不合格" in text) == (True, True)
    assert ("考核部门（盖章）：" in text, "单位负责人（签字）：" in text) == (True, True)


def test_export_sheet_is_a_trial_without_rank_for_a_unit(run, units):
    liaison = user_with(Role.LIAISON, units[0])
    trial = pages_of(exported(run, units[0], "pdf", liaison).content)[0].extract_text()
    approved(run.scheme)

    final = pages_of(exported(run, units[0], "pdf", liaison).content)[0].extract_text()

    assert ("初步结果，未审定" in trial, "审定后公布" in trial, "第 1 名" in trial) == (
        True,
        True,
        False,
    )
    assert ("结果已审定" in final, "审定后公布" in final, "第 1 名" in final) == (True, False, True)


def test_export_sheet_says_that_data_are_made_up(run, units):
    DemoYear.objects.create(year=2026)
    demo.forget()

    paper = pages_of(exported(run, units[0], "pdf").content)[0].extract_text()
    book = openpyxl.load_workbook(io.BytesIO(exported(run, units[0], "xlsx").content))

    demo.forget()
    assert "演示数据" in paper
    assert book.active["A1"].value == "2026年度“联创共建”考核表（演示数据）"


def test_export_sheet_leaves_a_record(run, units):
    by = user_with(Role.LEADER)

    file = exported(run, units[0], "xlsx", by)

    record = AuditRecord.objects.get(verb="assessment.export_sheet")
    assert (record.by, record.after) == (by, {"format": "xlsx", "run": 1})
    assert file.name == f"2026年度“联创共建”考核表_{units[0].full_label}.xlsx"


def test_workbook_sums_are_formulas_that_come_to_the_same(run, units, tmp_path):
    score = score_of(run, units[0])
    content = exported(run, units[0], "xlsx").content

    formulas = openpyxl.load_workbook(io.BytesIO(content)).active
    values = recalculated(content, tmp_path).active

    text, points = points_by_code(formulas), points_by_code(values)
    lines = {line.indicator.code: line.points for line in score.lines.all()}
    assert (text["A"], text["E"]) == ("=MIN(SUM(F6:F8),30)", "=MIN(SUM(F18:F21),5)")
    assert (text["基础分合计"], text["总分"]) == ("=SUM(F5,F9,F13,F15)", "=ROUND(F24+F25-F26,2)")
    assert {code: D(str(points[code])) for code in lines} == lines
    assert (points["基础分合计"], points["加分"], points["扣分"], points["总分"]) == (
        52.5,
        0,
        0,
        52.5,
    )


def change(run, code, **facts):
    Indicator.objects.filter(scheme=run.scheme, code=code).update(**facts)


def test_workbook_counts_caps_conversions_and_what_does_not_apply(run, units, tmp_path):
    # 联办活动 counts for 80 of 120, 督导整改 is not asked of townships, bonus is capped at 1.
    Scheme.objects.filter(pk=run.scheme_id).update(total=D(140))
    change(run, "B", weight=D(80))
    change(run, "C", applies_to=["government_department"])
    change(run, "E4", rule_kind="constant", params={}, source="", points=D(1))
    change(run, "E1", rule_kind="constant", params={}, source="", points=D(2))
    change(run, "E", points=D(1))
    second = computed(Scheme.objects.get(pk=run.scheme_id), run.requested_by)
    score = score_of(second, units[0])

    content = exported(second, units[0], "xlsx").content

    text = points_by_code(openpyxl.load_workbook(io.BytesIO(content)).active)
    points = points_by_code(recalculated(content, tmp_path).active)
    assert text["B"] == "=MIN(ROUND(MIN(SUM(F10:F12),40)*80/40,2),80)"
    assert text["按适用分值折算的基础分"] == "=ROUND(F24*140/130,2)"
    assert (points["B"], points["C"], points["E"]) == (22, "不适用", 1)
    assert D(str(points["按适用分值折算的基础分"])) == score.base
    assert D(str(points["总分"])) == score.total == score.base + 1


def test_workbook_counts_with_applicable_points_without_an_end(units, tmp_path):
    """40 of 30 × 20 points: cut to four decimals, the sum would come to 65.3846."""
    scheme = SchemeFactory(decimals=4)
    constant = {"scheme": scheme, "rule_kind": "constant", "source": ""}
    none_yet = {"rule_kind": "per_unit", "params": {"单价": "1"}, "source": "metric"}
    IndicatorFactory(**constant, code="A1", points=D(30))
    IndicatorFactory(scheme=scheme, code="A2", points=D(30), metric="activities", **none_yet)
    b = IndicatorFactory(scheme=scheme, code="B", points=D(30), weight=D(40))
    IndicatorFactory(**constant, code="B1", points=D(20), parent=b)
    IndicatorFactory(
        **constant, code="B2", points=D(10), parent=b, applies_to=["government_department"]
    )
    GroupMemberFactory(group=AssessmentGroupFactory(scheme=scheme), organisation=units[0])
    run = computed(scheme, user_with(Role.OFFICE_STAFF))

    points = points_by_code(recalculated(exported(run, units[0], "xlsx").content, tmp_path).active)

    assert score_of(run, units[0]).base == D("65.3847")
    assert D(str(points["按适用分值折算的基础分"])) == D("65.3847")


@pytest.mark.parametrize("policy", ["full", "zero"])
def test_workbook_follows_the_policy_for_what_does_not_apply(run, units, tmp_path, policy):
    Scheme.objects.filter(pk=run.scheme_id).update(not_applicable=policy)
    change(run, "C", applies_to=["government_department"])
    second = computed(Scheme.objects.get(pk=run.scheme_id), run.requested_by)

    points = points_by_code(
        recalculated(exported(second, units[0], "xlsx").content, tmp_path).active
    )

    assert points["总分"] == {"full": 52.5, "zero": 42.5}[policy]


def test_workbook_of_a_vetoed_unit_comes_to_nothing(run, units, tmp_path):
    facts = {"kind": "total", "reason": "弄虚作假", "document_number": "1号"}
    actions.record_veto(run.scheme, organisation=units[0], by=run.requested_by, **facts)
    second = computed(run.scheme, run.requested_by)

    points = points_by_code(
        recalculated(exported(second, units[0], "xlsx").content, tmp_path).active
    )

    assert (points["小计"], points["总分（一票否决，计 0 分）"]) == (52.5, 0)


def test_export_sheet_tells_reason_document_and_day_of_a_veto(run, units, tmp_path):
    facts = {"kind": "top_grade", "reason": "整改逾期", "document_number": "奈创办发〔2026〕3号"}
    veto = actions.record_veto(run.scheme, organisation=units[0], by=run.requested_by, **facts)
    second = computed(run.scheme, run.requested_by)

    (paper,) = pages_of(exported(second, units[0], "pdf").content)
    book = openpyxl.load_workbook(io.BytesIO(exported(second, units[0], "xlsx").content))

    day = cn_date(timezone.localdate(veto.recorded_at))
    note = f"一票否优：整改逾期（奈创办发〔2026〕3号，{day}登记）。"
    assert note in "".join(paper.extract_text().split())
    assert [row[0].value for row in book.active][-1] == note


def all_sheets(run, file_format, by, **facts):
    keys = list(run.scores.values_list("pk", flat=True))
    job = actions.start_sheets(run, file_format=file_format, scores=keys, by=by, **facts)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def content_of(job):
    with job.files.get().file.open() as stream:
        return stream.read()


def test_fill_sheets_puts_all_units_into_one_pdf_with_bookmarks(run, units):
    job = all_sheets(run, "pdf", user_with(Role.OFFICE_STAFF))

    reader = pypdf.PdfReader(io.BytesIO(content_of(job)))
    texts = [page.extract_text() for page in reader.pages]
    assert (job.state, job.progress_done, job.progress_total) == (Job.State.DONE, 3, 3)
    assert job.files.get().name == "2026年度“联创共建”考核表_3.pdf"
    assert len(texts) == 3
    assert [mark.title for mark in reader.outline] == [
        f"{units[0].full_label}（苏木乡镇）",
        f"{units[1].full_label}（苏木乡镇）",
        "旗'教体'局（政府部门）",
    ]


def test_fill_sheets_sums_all_units_up_by_references(run, units, tmp_path):
    job = all_sheets(run, "xlsx", user_with(Role.OFFICE_STAFF))
    content = content_of(job)

    formulas = openpyxl.load_workbook(io.BytesIO(content))
    values = recalculated(content, tmp_path)

    first, summary = (
        formulas["汇总"][5],
        list(values["汇总"].iter_rows(min_row=5, values_only=True)),
    )
    totals = {score.organisation.full_label: float(score.total) for score in run.scores.all()}
    assert formulas.sheetnames[:2] == ["汇总", "分组统计"]
    assert first[4].value == f"='{units[0].full_label}'!F6"
    assert (first[20].value, first[21].value) == (
        f"='{units[0].full_label}'!F27",
        "=RANK(U5,U5:U6)",
    )
    assert {row[2]: row[20] for row in summary} == totals
    assert [row[21] for row in summary] == [1, 1, 1]
    statistics = list(values["分组统计"].iter_rows(min_row=5, max_col=4, values_only=True))
    assert statistics == [
        ("苏木乡镇", 2, 52.5, 52.5),
        ("政府部门", 1, 25.5, 25.5),
    ]


def test_fill_sheets_of_a_part_of_a_group_keeps_its_ranks(run, units, tmp_path):
    job = actions.start_sheets(
        run,
        file_format="xlsx",
        scores=[score_of(run, units[1]).pk],
        filter_text="单位：乙",
        by=user_with(Role.OFFICE_STAFF),
    )
    jobs.run(job.pk)

    sheet = openpyxl.load_workbook(io.BytesIO(content_of(job)))["汇总"]

    assert (sheet["V5"].value, sheet["A2"].value) == (1, "筛选条件：单位：乙")


def test_fill_sheets_gives_a_township_its_own_units_without_ranks(run, units):
    job = all_sheets(run, "xlsx", user_with(Role.LIAISON, units[0]))

    book = openpyxl.load_workbook(io.BytesIO(content_of(job)))

    assert book.sheetnames == ["汇总", "分组统计", units[0].full_label]
    assert book["汇总"]["V5"].value == "审定后公布"


def test_fill_sheets_twice_leaves_one_file(run):
    job = all_sheets(run, "xlsx", user_with(Role.OFFICE_STAFF))
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING, finished_at=None, attempts=0)

    jobs.run(job.pk)

    assert job.files.count() == 1


def test_fill_sheets_refuses_who_lost_the_right_meanwhile(run):
    by = user_with(Role.OFFICE_STAFF)
    keys = list(run.scores.values_list("pk", flat=True))
    job = actions.start_sheets(run, file_format="pdf", scores=keys, by=by)
    by.assignments.all().delete()

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.message[:15]) == (Job.State.FAILED, "现在没有可以导出的考核表：权限")


def test_start_sheets_refuses_nothing_and_a_second_one_under_way(run):
    by = user_with(Role.OFFICE_STAFF)

    with pytest.raises(RuleError, match="没有符合条件的单位"):
        actions.start_sheets(run, file_format="pdf", scores=[], by=by)
    actions.start_sheets(run, file_format="pdf", scores=[1], by=by)
    with pytest.raises(RuleError, match="上一份还在生成"):
        actions.start_sheets(run, file_format="pdf", scores=[1], by=by)


@pytest.fixture
def no_fonts(settings, tmp_path, monkeypatch):
    settings.FONT_DIR = tmp_path
    monkeypatch.setattr("core.paper.fonts.SYSTEM_FOLDERS", ())


def test_export_sheet_without_fonts_says_what_to_do(run, units, no_fonts):
    with pytest.raises(RuleError, match="缺少公文字体“仿宋”，请运行 make fonts"):
        exported(run, units[0], "pdf")


def test_density_falls_with_the_length_of_the_table(run, units):
    sheet = make_sheet(score_of(run, units[0]), standing=Run.Standing.TRIAL, shows_rank=True)
    block = blocks_of(sheet)[0]
    longer = replace(block, rows=block.rows * 6)
    longest = replace(block, rows=block.rows * 30)

    names = [density_of(sheet, [part]).name for part in (block, longer, longest)]

    assert names == ["roomy", "compact", "tight"]


def test_sheets_pdf_goes_on_where_a_table_is_too_long(run, units):
    sheet = make_sheet(score_of(run, units[0]), standing=Run.Standing.TRIAL, shows_rank=True)
    leaves = tuple(row for row in sheet.rows if row.line.code.startswith("B"))
    long = replace(sheet, rows=sheet.rows + leaves * 20)

    content = sheets_pdf([long], paper_meta("考核表", by=UserFactory(), made_at=run.finished_at))

    pages = pages_of(content)
    heads = [page.extract_tables()[0][0][:7] for page in pages[:2]]
    assert len(pages) > 1
    assert heads[0] == heads[1] == ["类别", "指标", "分值", "赋分办法", "数据", "得分", "依据"]


def test_sheets_pdf_shows_an_indicator_that_stands_alone_in_both_columns(run, units):
    sheet = make_sheet(score_of(run, units[0]), standing=Run.Standing.TRIAL, shows_rank=True)
    alone = next(row for row in sheet.rows if row.line.code == "D1")
    top = replace(alone, line=replace(alone.line, parent=""))

    content = sheets_pdf(
        [replace(sheet, rows=(top,))],
        paper_meta("考核表", by=UserFactory(), made_at=run.finished_at),
    )

    (page,) = pages_of(content)
    assert lines_of(page)[1][:3] == [
        "有实质性动作、取得实效（20分）",
        "D1有实质性动作、取得实效",
        "20",
    ]


def test_make_sheet_of_a_scheme_without_metrics_has_no_records(run, units):
    leaves = run.scheme.indicators.exclude(rule_kind="")
    leaves.update(rule_kind="constant", params={}, source="", metric="")
    second = computed(run.scheme, run.requested_by)

    sheet = make_sheet(score_of(second, units[0]), standing=Run.Standing.TRIAL, shows_rank=True)

    assert {row.evidence for row in sheet.leaves} == {None}
    assert sheet.result.total == D(102)


def test_make_sheets_takes_the_same_queries_whatever_the_number(run, django_assert_num_queries):
    options = {"standing": Run.Standing.TRIAL, "shows_rank": True}
    assert run.scheme.year == 2026

    with django_assert_num_queries(7):
        one = list(make_sheets(run.scores.order_by("pk")[:1], run, **options))
    # Loaded anew: a run keeps who has taken over whose year.
    run = Run.objects.select_related("scheme__region").get(pk=run.pk)
    with django_assert_num_queries(7):
        three = list(make_sheets(run.scores.order_by("pk"), run, **options))

    assert (len(one), len(three)) == (1, 3)


def address(name, *args):
    return reverse(f"assessment:{name}", args=args)


def test_score_sheet_hands_the_file_over(client, run, units):
    score = score_of(run, units[0])
    client.force_login(user_with(Role.LIAISON, units[0]))

    response = client.get(address("score_sheet", score.pk, "pdf"))

    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response.content[:5] == b"%PDF-"
    assert client.get(address("score_sheet", score.pk, "docx")).status_code == 404


def test_score_sheet_tells_what_is_missing_and_leads_back(
    client, run, units, settings, tmp_path, monkeypatch
):
    settings.FONT_DIR = tmp_path
    monkeypatch.setattr("core.paper.fonts.SYSTEM_FOLDERS", ())
    score = score_of(run, units[0])
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(address("score_sheet", score.pk, "pdf"), follow=True)

    assert response.redirect_chain == [(address("score_detail", score.pk), 302)]
    assert "缺少公文字体" in response.content.decode()


def test_sheets_start_takes_what_is_filtered(client, run, units):
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)
    target = address("sheets_start", run.scheme_id, "xlsx")

    response = client.post(f"{target}?kind=government_department")

    job = user.jobs.get()
    assert response.url == f"{address('score_list', run.scheme_id)}?kind=government_department"
    assert job.params["scores"] == [score_of(run, units[2]).pk]
    assert job.params["filter_text"] == "类型：政府部门"


@pytest.mark.parametrize(
    ("role", "status"), [(Role.LEADER, 302), (Role.SCORER, 403), (Role.AUDITOR, 403)]
)
def test_sheets_start_is_for_those_who_may_export(client, run, role, status):
    client.force_login(user_with(role))

    response = client.post(address("sheets_start", run.scheme_id, "pdf"))

    assert response.status_code == status


def test_sheets_start_without_results_is_not_found(client, run):
    run.delete()
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert client.post(address("sheets_start", run.scheme_id, "pdf")).status_code == 404
    assert client.post(address("sheets_start", run.scheme_id, "doc")).status_code == 404
