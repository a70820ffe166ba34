"""The main job from end to end, each step in the browser of the person whose step it is."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.deeds import choose_unit, log_in

PAIRING = "大沁他拉镇与八仙筒镇结对共建"
ACTIVITY = "两镇那达慕同台联办"
SUMMARY = "两镇干部群众同台演出，互学技艺。"


@pytest.fixture
def windows(people, open_window):
    """A browser for each person, who has logged in with name and password."""
    opened = {}
    for place, person in people.items():
        opened[place] = open_window()
        log_in(opened[place], person)
    return opened


def test_chain_from_pairing_to_leader(windows):
    propose_pairing(windows["liaison"])
    consent_with_one_click(windows["partner"])
    start_pairing(windows["staff"])
    report_activity(windows["liaison"])
    confirm_with_one_click(windows["partner"])
    accept_activity(windows["staff"])
    find_activity_on_both_sides(windows["liaison"], windows["partner"])


def propose_pairing(page):
    page.goto("/pairings/new/")
    page.get_by_label("乡镇与乡镇").check()
    choose_unit(page, "牵头单位", "dqtl", "大沁他拉镇")
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

    expect(page.get_by_role("main")).to_contain_text("已确认参加 1 个活动")


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
