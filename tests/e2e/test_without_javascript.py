"""Everything that a unit owes can be done by a browser that runs no scripts."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from activities.models import Activity
from tests.factories.partnerships import pairing_of

TITLE = "草原文艺轻骑兵联演"


@pytest.fixture
def open_plain(open_window):
    return lambda user: open_window(user, java_script_enabled=False)


def test_activity_is_reported_confirmed_and_accepted(people, register, open_plain):
    pairing = pairing_of(register("大沁他拉镇"), register("八仙筒镇"))

    report(open_plain(people["liaison"]), pairing)
    confirm(open_plain(people["partner"]))
    accept(open_plain(people["staff"]))

    activity = Activity.objects.get()
    counted = activity.participations.counted().values_list("organisation__short_name", flat=True)
    assert activity.title == TITLE
    assert sorted(counted) == ["八仙筒镇", "大沁他拉镇"]


def report(page, pairing):
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="报送活动").click()
    page.get_by_label(pairing.name).check()
    page.get_by_label("活动名称").fill(TITLE)
    page.get_by_role("button", name="保存草稿").last.click()
    # Saving brought the members of the project along.
    expect(page.get_by_label("参加单位")).to_have_values([str(partner_of(pairing).pk)])
    page.get_by_label("开始日期").fill(timezone.localdate().isoformat())
    page.get_by_role("checkbox", name="文体活动", exact=True).check()
    page.get_by_role("button", name="报送").click()
    # The summary is missing: said on top and at the field, everything else is kept.
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.get_by_label("活动名称")).to_have_value(TITLE)
    page.get_by_label("活动概况").fill("两镇文艺队轮流下嘎查演出。")
    page.get_by_role("button", name="报送").click()

    expect(page.locator(".page-head")).to_contain_text("已报送")


def partner_of(pairing):
    return pairing.members.exclude(organisation=pairing.lead).get().organisation


def confirm(page):
    page.goto("/")
    page.get_by_role("link", name="确认本单位参加过的活动").click()
    page.locator("#activity-table").get_by_role("button", name="确认参加").click()

    expect(page.get_by_role("main")).to_contain_text("已确认参加“")


def accept(page):
    page.goto("/")
    page.get_by_role("link", name="审核报送的活动").click()
    page.get_by_role("button", name="采用").click()

    expect(page.get_by_role("main")).to_contain_text(f"已采用“{TITLE}”。")
