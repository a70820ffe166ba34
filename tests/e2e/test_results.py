"""A year from draft to final result with an objection answered, as different people."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assessment.models import AssessmentGroup, GroupMember, ResultNotice
from tests.e2e.deeds import choose_unit, downloaded, log_in
from tests.e2e.results import paper, text_of
from tests.factories.activities import accepted_activity

LINE = "有实质性动作、取得实效"
UNIT, OTHER = "大沁他拉镇", "八仙筒镇"
LAST_YEARS, RECORD = "上年那达慕联办", "两镇草原文化节"
OBJECTION = "年终现场核查少记一处成效。"
ANSWER = "经核查现场记录，应予计入。"
# No overdue finding 10, the mark that last year has nothing of in full 20, and for one of the two
# 1 of 4 activities 4: lowest, median, highest.
REHEARSED = "30 – 32 – 34"
MARK, CORRECTED = "15", "16.5"


@pytest.fixture
def windows(people, open_window):
    """A browser for each person, who has logged in with name and password."""
    opened = {}
    for place in ("staff", "director", "scorer", "liaison"):
        opened[place] = open_window()
        log_in(opened[place], people[place])
    return opened


@pytest.fixture
def records(people, register):
    """What the unit did last year, for the rehearsal, and this year, for its objection."""
    today = timezone.localdate()
    unit = register(UNIT)
    accepted_activity(unit, title=LAST_YEARS, starts_on=date(today.year - 1, 5, 20))
    accepted_activity(unit, title=RECORD, starts_on=today)


def test_year_from_draft_to_final_with_an_objection_answered(windows, records, background):
    draft(windows["staff"])
    rehearse(windows["staff"])
    try_other_points(windows["staff"])
    publish_as_rehearsed(windows["director"])
    mark(windows["scorer"])
    compute(windows["staff"])
    send_marks_back(windows["staff"])
    keep_marks(windows["scorer"])
    balance(windows["staff"])
    approve_and_publish(windows["director"])
    object_to_line(windows["liaison"])
    answer(windows["staff"])
    confirm(windows["director"])
    see_answer(windows["liaison"])
    cannot_finish_yet(windows["staff"])
    end_notice()
    finish(windows["staff"])
    see_final_result(windows["liaison"])


def draft(page):
    page.goto("/assessment/")
    page.get_by_role("link", name="起草方案").first.click()
    page.get_by_label("通知要求 100 分").check()
    choose_unit(page, "人工评分的负责部门", "xcb", "旗委宣传部")
    page.get_by_role("button", name="生成草稿").click()

    expect(page.get_by_role("main")).to_contain_text("草稿没有问题，可以请负责人发布")
    # Two units are enough to watch; to mark and balance all of them would cost half a minute.
    AssessmentGroup.objects.exclude(name="苏木乡镇").delete()
    GroupMember.objects.exclude(organisation__short_name__in=(UNIT, OTHER)).delete()


def rehearse(page):
    scheme_page(page)
    page.get_by_role("link", name="试算", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("年没有审定过的结果")
    page.get_by_label("按满分").check()
    page.get_by_role("button", name="开始试算").click()

    expect(page.locator(".page-head")).to_contain_text("与草稿一致", timeout=60_000)
    expect(page.get_by_role("main")).to_contain_text("各单位都按满分的 100% 计")
    expect(page.locator("#group-table tbody tr")).to_contain_text(REHEARSED)


def try_other_points(page):
    page.get_by_role("link", name="试调分值").click()
    slider = page.get_by_role("slider", name="工作实效试为多少分")
    number = page.get_by_role("textbox", name="工作实效试为多少分")
    group = page.locator("#group-table tbody tr")
    grades = page.locator("#moved .whatif-grades")
    expect(group).to_contain_text(REHEARSED)
    expect(grades).to_contain_text("升 0 家，降 0 家")

    slider.fill("40")
    expect(number).to_have_value("40")
    expect(group).to_contain_text("47.5 – 49 – 50.5")
    number.fill("60")
    expect(group).to_contain_text("65 – 66 – 67")
    expect(grades).to_contain_text("升 2 家，降 0 家")
    expect(page.locator("[data-now='p-B']")).to_have_text("随之为 20")
    page.get_by_role("button", name="全部还原").click()
    expect(number).to_have_value("20")
    expect(slider).to_have_value("20")
    expect(group).to_contain_text(REHEARSED)


def publish_as_rehearsed(page):
    page.goto("/")
    page.get_by_role("link", name="审阅考核方案草稿").click()
    page.get_by_role("link", name="发布", exact=True).click()
    expect(page.locator("#rehearsed")).to_contain_text("2 家平均 32 分，最低 30，最高 34")
    page.locator("#rehearsed").get_by_role("link", name="看全部").click()
    expect(page.locator(".page-head")).to_contain_text("与草稿一致")
    page.go_back()
    page.get_by_label("文号").fill(f"奈创办发〔{timezone.localdate().year}〕1号")
    expect(page.get_by_label("没有试算过，仍然发布")).to_have_count(0)
    page.get_by_role("button", name="发布方案").click()

    expect(page.get_by_role("main")).to_contain_text("方案已发布")


def mark(page):
    page.goto("/assessment/marks/")
    page.get_by_role("link", name=LINE).click()
    boxes = page.locator("#mark-grid .mark-value")
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        box.fill(MARK)
    page.get_by_role("button", name="保存评分").click()

    expect(page.locator("#mark-status")).to_contain_text("已保存")


def scheme_page(page):
    page.goto("/assessment/")
    page.locator("#scheme-table .row-link").click()


def compute(page):
    scheme_page(page)
    page.get_by_role("button", name="计算评分").click()

    link = page.get_by_role("link", name="组内平衡", exact=True)
    expect(link).to_be_visible(timeout=60_000)


def send_marks_back(page):
    page.goto("/")
    page.get_by_role("link", name="组内平衡：").click()
    page.get_by_role("link", name="退回评分").click()
    page.get_by_label("指标").select_option(index=1)
    page.get_by_label("退回原因").fill("各家都是同一个分，请再看一遍。")
    page.get_by_role("button", name="退回部门").click()

    expect(page.get_by_role("main")).to_contain_text("已退回部门")


def keep_marks(page):
    page.goto("/assessment/marks/")
    page.get_by_role("link", name="维持原评分").click()
    page.get_by_label("维持原评分的理由").fill("已逐家复核现场记录，情况相当。")
    page.get_by_role("button", name="维持并答复").click()

    expect(page.get_by_role("main")).to_contain_text("已答复旗创建办")


def balance(page):
    scheme_page(page)
    page.get_by_role("link", name="组内平衡", exact=True).click()
    page.get_by_role("link", name="平衡本组").click()
    page.get_by_label("平衡说明").fill("部门已复核，与上年对照无异常。")
    page.get_by_role("button", name="平衡本组").click()

    expect(page.get_by_role("main")).to_contain_text("各组都已平衡")


def approve_and_publish(page):
    page.goto("/")
    page.get_by_role("link", name="审定考核结果").click()
    page.get_by_role("link", name="审定结果").click()
    page.get_by_role("button", name="审定结果").click()
    page.get_by_role("link", name="公示结果").click()
    page.get_by_role("button", name="开始公示").click()

    expect(page.locator(".page-head")).to_contain_text("公示中")
    page.locator("summary", has_text="下载").click()
    content = downloaded(page, page.get_by_role("link", name="公示稿 PDF"))
    with paper(content) as pages:
        assert f"{timezone.localdate().year}年度“联创共建”考核结果的公示" in text_of(pages[0])
        assert UNIT in text_of(pages[1])


def object_to_line(page):
    page.goto("/")
    page.get_by_role("link", name="看公示结果").click()
    page.get_by_role("link", name="打开本单位考核表").click()
    row = page.locator("#sheet-table tr", has_text=LINE)
    row.get_by_role("link", name="对这一项有异议").click()
    page.get_by_label("异议内容").fill(OBJECTION)
    page.get_by_label(RECORD).check()
    page.get_by_role("button", name="提出异议").click()

    expect(page.locator(".page-head")).to_contain_text("待答复")
    expect(page.get_by_role("main").get_by_role("link", name=RECORD)).to_be_visible()


def answer(page):
    page.goto("/")
    page.get_by_role("link", name="答复考核异议").click()
    page.get_by_role("link", name=OBJECTION).click()
    page.get_by_role("main").get_by_role("link", name=RECORD).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(RECORD)
    page.go_back()
    page.get_by_role("link", name="答复", exact=True).click()
    page.get_by_label("成立，更正得分", exact=True).check()
    page.get_by_label("更正后的得分").fill(CORRECTED)
    page.get_by_label("答复", exact=True).fill(ANSWER)
    page.get_by_role("button", name="提请负责人确认").click()

    expect(page.locator(".page-head")).to_contain_text("答复待确认")


def confirm(page):
    page.goto("/")
    page.get_by_role("link", name="确认异议答复").click()
    page.get_by_role("link", name=OBJECTION).click()
    page.get_by_role("link", name="确认答复").click()
    page.get_by_role("button", name="确认并更正").click()

    expect(page.locator(".page-head")).to_contain_text("成立")


def see_answer(page):
    page.goto("/")
    page.get_by_role("link", name="看异议答复").click()

    expect(page.get_by_role("main")).to_contain_text(ANSWER)
    expect(page.get_by_role("main")).to_contain_text(f"{MARK} → {CORRECTED} 分")
    with paper(downloaded(page, page.get_by_role("link", name="答复函 PDF"))) as (letter,):
        assert f"由{MARK}分更正为{CORRECTED}分" in text_of(letter)


def cannot_finish_yet(page):
    scheme_page(page)

    expect(page.get_by_role("button", name="公示期满，定稿")).to_be_disabled()
    expect(page.get_by_role("main")).to_contain_text("结束后才能定稿")


def end_notice():
    """The days of the notice pass."""
    yesterday = timezone.localdate() - timedelta(days=1)
    ResultNotice.objects.update(starts_on=yesterday, ends_on=yesterday)


def finish(page):
    page.goto("/")
    page.get_by_role("link", name="公示期满，定稿").click()
    page.get_by_role("button", name="公示期满，定稿").click()

    expect(page.locator(".page-head")).to_contain_text("已定稿")


def see_final_result(page):
    scheme_page(page)
    page.get_by_role("link", name="查看得分").click()
    row = page.locator("#sheet-table tr", has_text=LINE)

    expect(page.get_by_role("main")).to_contain_text("更正后")
    assert Decimal(row.locator("b").first.inner_text()) == Decimal(CORRECTED)
