"""The main job from end to end, each step in the browser of the person whose step it is."""

from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assessment.models import AssessmentGroup
from tests.e2e.deeds import choose_unit, downloaded, log_in, read_columns
from tests.e2e.results import (
    column,
    money,
    paper,
    recalculated,
    size_in_millimetres,
    stands_in_type_area,
    text_of,
    title_type,
)

PAIRING = "大沁他拉镇与八仙筒镇结对共建"
ACTIVITY = "两镇那达慕同台联办"
SUMMARY = "两镇干部群众同台演出，互学技艺。"
MARK = "15"
# One project 6, a partner 10, 1 of 4 activities 4, 1 of 2 themed ones 7, one kind of content 2.5,
# no overdue finding 10, the mark 15.
TOTAL = "54.5"
METHODS = {
    "按得分分配": {"pool": "100000.01"},
    "分档定额": {
        "pool": "60000",
        "tiers-0-name": "一档", "tiers-0-places": "2", "tiers-0-amount": "20000",
        "tiers-1-name": "二档", "tiers-1-places": "3", "tiers-1-amount": "5000",
    },
}  # fmt: skip
# Two units fill the first tier; fourteen equal ones share the three places of the second, 1071.42
# each, and what cannot be parted evenly is left over.
SPENT = {"按得分分配": Decimal("100000.01"), "分档定额": Decimal("54999.88")}


@pytest.fixture
def windows(people, open_window):
    """A browser for each person, who has logged in with name and password."""
    opened = {}
    for place, person in people.items():
        opened[place] = open_window()
        log_in(opened[place], person)
    return opened


def test_chain_from_pairing_to_leader(windows, background, tmp_path):
    propose_pairing(windows["liaison"])
    consent_with_one_click(windows["partner"])
    start_pairing(windows["staff"])
    report_activity(windows["liaison"])
    confirm_with_one_click(windows["partner"])
    accept_activity(windows["staff"])
    find_activity_on_both_sides(windows["liaison"], windows["partner"])

    draft_scheme(windows["staff"])
    publish_scheme(windows["director"])
    mark_units(windows["scorer"])
    compute_scores(windows["staff"])
    open_activity_behind_a_point(windows["liaison"])
    balance_groups(windows["staff"])
    approve_results(windows["director"])
    take_sheets_of_all_units(windows["staff"], tmp_path)
    take_sheet_on_paper(windows["liaison"])

    for method, facts in METHODS.items():
        draft_plan(windows["staff"], method, facts)
        approve_plan(windows["director"], method)
        finish_plan(windows["staff"], method, tmp_path / method)
    find_own_reward(windows["liaison"])
    drill_down(windows["leader"])


def propose_pairing(page):
    page.goto("/pairings/new/")
    page.get_by_label("乡镇与乡镇").check()
    expect(page.get_by_role("combobox", name="牵头单位")).to_have_value("大沁他拉镇")
    choose_unit(page, "结对单位", "bxt", "八仙筒镇")
    page.get_by_label("文体活动").check()
    page.get_by_role("button", name="提出并征询各单位").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(PAIRING)
    expect(page.locator("#members")).to_contain_text("待答复 1 家")


def consent_with_one_click(page):
    page.goto("/partnerships/")
    page.get_by_role("button", name="同意").click()

    expect(page.get_by_role("button", name="同意")).to_have_count(0)
    page.get_by_role("link", name=PAIRING).click()
    expect(page.locator("#members")).to_contain_text("待答复 0 家")


def start_pairing(page):
    page.goto("/")
    page.get_by_role("link", name="启动各方已同意的联创项目").click()
    page.get_by_role("link", name=PAIRING).click()
    page.get_by_role("button", name="启动").click()

    expect(page.locator(".page-head")).to_contain_text("实施中")


def report_activity(page):
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="报送活动").click()
    page.get_by_label(PAIRING).check()
    expect(page.locator("#activity-units .picker-chip")).to_contain_text("八仙筒镇")
    page.get_by_label("活动名称").fill(ACTIVITY)
    page.get_by_label("开始日期").fill(timezone.localdate().isoformat())
    page.get_by_label("文体活动").check()
    page.get_by_label("民族团结进步主题活动").check()
    page.get_by_label("活动概况").press_sequentially(SUMMARY)
    expect(page.locator("#autosave")).to_contain_text("草稿已保存")

    page.reload()

    expect(page.get_by_label("活动概况")).to_have_value(SUMMARY)
    page.get_by_role("button", name="报送").click()
    expect(page.locator(".page-head")).to_contain_text("已报送")


def confirm_with_one_click(page):
    page.goto("/")
    page.locator("#confirmations").get_by_role("button", name="确认参加").click()

    expect(page.get_by_role("main")).to_contain_text("已确认参加“")


def accept_activity(page):
    page.goto("/")
    page.get_by_role("link", name="审核报送的活动").click()
    page.get_by_role("button", name="采用").click()

    expect(page.get_by_role("main")).to_contain_text(f"已采用“{ACTIVITY}”。")


def find_activity_on_both_sides(*pages):
    for page in pages:
        page.goto("/activities/?status=accepted")
        expect(page.locator("#activity-table tbody tr")).to_have_count(1)
        expect(page.locator("#activity-table")).to_contain_text(ACTIVITY)


def draft_scheme(page):
    page.goto("/assessment/")
    page.get_by_role("link", name="起草方案").first.click()
    choose_unit(page, "人工评分的负责部门", "xcb", "旗委宣传部")
    page.get_by_role("button", name="生成草稿").click()

    expect(page.get_by_role("main")).to_contain_text("草稿没有问题，可以请负责人发布")
    # One group of sixteen units is enough to watch; the others would cost half a minute.
    AssessmentGroup.objects.exclude(name="苏木乡镇").delete()


def publish_scheme(page):
    page.goto("/")
    page.get_by_role("link", name="审阅考核方案草稿").click()
    page.get_by_role("link", name="发布", exact=True).click()
    page.get_by_label("文号").fill(f"奈创办发〔{timezone.localdate().year}〕1号")
    page.get_by_label("没有试算过，仍然发布").check()
    page.get_by_role("button", name="发布方案").click()

    expect(page.get_by_role("main")).to_contain_text("方案已发布")


def mark_units(page):
    page.goto("/")
    page.get_by_role("link", name="有实质性动作、取得实效").click()
    boxes = page.locator("#mark-grid .mark-value")
    expect(boxes).to_have_count(16)
    for box in boxes.all():
        box.fill(MARK)
    page.get_by_role("button", name="保存评分").click()

    expect(page.locator("#mark-status")).to_contain_text("已保存")
    expect(page.get_by_role("main")).to_contain_text("16 / 16 处")


def compute_scores(page):
    page.goto("/assessment/")
    page.locator("#scheme-table .row-link").click()
    page.get_by_role("button", name="计算评分").click()
    # The page waits for the worker and then shows the result by itself.
    expect(page.get_by_role("link", name="组内平衡", exact=True)).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="查看得分").click()

    row = page.locator(".score-table tbody tr", has_text="大沁他拉镇")
    expect(row.locator(".score-total")).to_have_text(TOTAL)


def open_activity_behind_a_point(page):
    page.goto("/assessment/")
    page.locator("#scheme-table .row-link").click()
    page.get_by_role("link", name="查看得分").click()
    points = page.locator("#sheet-table tr", has_text="B1 开展联创活动")
    expect(points.locator("b")).to_have_text("4")
    points.locator(".line-points a").click()
    page.get_by_role("link", name=ACTIVITY).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(ACTIVITY)


def balance_groups(page):
    page.goto("/assessment/")
    page.locator("#scheme-table .row-link").click()
    page.get_by_role("link", name="组内平衡", exact=True).click()
    page.get_by_role("link", name="平衡本组").click()
    page.get_by_label("平衡说明").fill("与上年和其他分组对照，没有偏宽偏严。")
    page.get_by_role("button", name="平衡本组").click()

    expect(page.get_by_role("main")).to_contain_text("各组都已平衡")


def approve_results(page):
    page.goto("/assessment/")
    page.locator("#scheme-table .row-link").click()
    page.get_by_role("link", name="审定结果").click()
    page.get_by_role("button", name="审定结果").click()

    expect(page.get_by_role("main")).to_contain_text("结果已审定")


def take_sheets_of_all_units(page, folder):
    page.goto("/assessment/")
    page.locator("#scheme-table .row-link").click()
    page.get_by_role("link", name="查看得分").click()
    expect(page.locator(".score-table .row-link")).to_have_count(16)
    names = page.locator(".score-table .row-link").all_inner_texts()
    shown = page.locator(".score-table td.score-total").all_inner_texts()
    page.get_by_role("button", name="全部考核表（Excel）").click()
    link = page.locator(".job-downloads a")
    expect(link).to_be_visible(timeout=60_000)
    book = recalculated(downloaded(page, link), folder / "sheets")

    assert len(names) == 16
    assert column(book["汇总"], "单位") == names
    assert column(book["汇总"], "总分") == [Decimal(total) for total in shown]


def take_sheet_on_paper(page):
    page.goto("/assessment/")
    page.locator("#scheme-table .row-link").click()
    page.get_by_role("link", name="查看得分").click()
    content = downloaded(page, page.get_by_role("link", name="下载考核表（PDF）"))

    year = timezone.localdate().year
    with paper(content) as (sheet,):
        text = text_of(sheet)
        assert f"{year}年度“联创共建”考核表" in text
        assert "单位：大沁他拉镇" in text
        assert "开展联创活动" in text
        assert f"总分{TOTAL}" in text
        assert size_in_millimetres(sheet) == (210, 297)
        assert stands_in_type_area(sheet)
        assert title_type(sheet) == {("FandolSong-Bold", 22)}


def draft_plan(page, method, facts):
    page.goto("/rewards/")
    page.get_by_role("link", name="起草方案").first.click()
    page.get_by_label("方案名称").fill(title_of(method))
    page.get_by_label("依据的评分").select_option(index=1)
    page.get_by_label(method).check()
    for field, value in facts.items():
        page.locator(f"[name='{field}']").fill(value)
    page.get_by_role("button", name="保存并预览").click()
    expect(page.get_by_role("main")).to_contain_text("分配预览")
    page.get_by_role("button", name="提交审批").click()

    expect(page.get_by_role("main")).to_contain_text("已提交，等待负责人审批")


def title_of(method):
    return f"{method}的奖补方案"


def approve_plan(page, method):
    page.goto("/")
    page.get_by_role("link", name=f"审批奖补方案：{title_of(method)}").click()
    page.get_by_role("link", name="审批", exact=True).click()
    page.get_by_label("会议纪要文号").fill(f"奈创办纪〔{timezone.localdate().year}〕5号")
    page.get_by_role("button", name="审批").click()

    expect(page.get_by_role("main")).to_contain_text("已审批")


def finish_plan(page, method, folder):
    page.goto("/rewards/")
    page.get_by_role("link", name=title_of(method)).click()
    page.get_by_role("button", name="公示期满，定稿").click()
    expect(page.get_by_role("main")).to_contain_text("方案已定稿")
    shown = money(page.locator("#allocation-table tr.is-total td.num").inner_text())
    book = recalculated(downloaded(page, page.get_by_role("link", name="导出 Excel")), folder)

    amounts = column(book.active, "金额（元）")
    units = column(book.active, "单位")
    total = amounts[units.index("合计")]
    assert total == shown == SPENT[method]
    assert sum(amounts[: units.index("合计")]) == total


def find_own_reward(page):
    page.goto("/rewards/")
    page.get_by_role("link", name=title_of("分档定额")).click()

    assert read_columns(page, "#allocation-table", "单位", "档次", "金额（元）") == [
        ["大沁他拉镇", "一档", "20,000.00"],
        ["合计", "", "20,000.00"],
    ]


def drill_down(page):
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("看板")
    expect(page.locator("#by-month canvas")).to_be_visible()
    page.get_by_role("link", name="参与单位").click()
    page.get_by_role("link", name="大沁他拉镇", exact=True).click()
    page.get_by_label("单位的各项情况").get_by_role("link", name="联创项目").click()
    page.get_by_role("link", name=PAIRING).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PAIRING)
    page.get_by_role("link", name=ACTIVITY).click()

    expect(page.get_by_role("main")).to_contain_text(SUMMARY)
    page.get_by_role("link", name="考核评分").click()
    page.locator("#scheme-table .row-link").click()
    page.get_by_role("link", name="查看得分").click()
    page.get_by_role("link", name="大沁他拉镇", exact=True).click()
    line = page.locator("#sheet-table tr", has_text="B2 民族团结进步主题活动")
    line.locator(".line-points a").click()
    expect(page.get_by_role("link", name=ACTIVITY)).to_be_visible()
