"""The daily work without a mouse."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories.activities import accepted_activity


@pytest.fixture
def keyboard(people, open_window):
    """The liaison's page and its keys."""
    page = open_window(people["liaison"])
    return page, page.keyboard


def test_slash_searches_and_arrows_open_a_hit(keyboard):
    page, keys = keyboard
    page.goto("/")

    keys.press("/")
    expect(page.locator(".search-input")).to_be_focused()
    keys.type("bxt")
    expect(page.locator("#search-results")).to_contain_text("八仙筒镇")
    keys.press("ArrowDown")
    keys.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("八仙筒镇")


def test_j_and_k_walk_the_rows_and_enter_opens_one(register, keyboard):
    unit = register("大沁他拉镇")
    for number in (1, 2, 3):
        accepted_activity(unit, title=f"第{number}场", starts_on=timezone.localdate())
    page, keys = keyboard
    page.goto("/activities/")

    for key in ("j", "j", "j", "k"):
        keys.press(key)
    expect(page.locator("tr.is-current")).to_contain_text("第2场")
    keys.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("第2场")


def test_pairing_is_proposed_by_keyboard_alone(keyboard):
    page, keys = keyboard
    page.goto("/pairings/new/")
    lead, partners = (page.get_by_role("combobox", name=name) for name in ("牵头单位", "结对单位"))

    tab_to(page, page.get_by_label("乡镇与乡镇"))
    keys.press("Space")
    tab_to(page, lead)
    pick(page, lead, "dqtl", "大沁他拉镇")
    tab_to(page, partners)
    pick(page, partners, "bxt", "八仙筒镇")
    tab_to(page, page.get_by_role("checkbox", name="文体活动", exact=True))
    keys.press("Space")
    tab_to(page, page.get_by_role("button", name="提出并征询各单位"))
    keys.press("Enter")

    expect(page.locator("#members")).to_contain_text("待答复 1 家")


def test_unit_picker_closes_after_a_pick_and_when_left(keyboard):
    page, keys = keyboard
    page.goto("/pairings/new/")
    lead, partners = (page.get_by_role("combobox", name=name) for name in ("牵头单位", "结对单位"))
    lists = page.locator(".picker-list:visible")

    lead.fill("bxt")
    page.get_by_role("option", name="八仙筒镇").first.click()
    expect(lead).to_have_value("八仙筒镇")
    expect(lists).to_have_count(0)

    partners.click()
    expect(lists).to_have_count(1)
    page.get_by_role("heading", level=1).click()
    expect(lists).to_have_count(0)


def tab_to(page, target):
    """Press Tab until the target has the focus; a page has no more stops than these."""
    for _ in range(60):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {target}")


def pick(page, picker, typed, name):
    page.keyboard.type(typed)
    expect(page.get_by_role("option", name=name).first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
