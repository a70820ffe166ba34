"""A judge enters marks as in a spreadsheet, and nothing that was typed is lost."""

import re
from decimal import Decimal as D

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from accounts.rights import Role
from assessment.models import ManualMark, MarkDraft, Scheme
from organisations.models import Organisation
from tests.e2e.deeds import Late, eventually, log_in
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
)
from tests.factories.organisations import user_with

PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const facts = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", facts));
}"""
COPY = """() => {
  const data = new DataTransfer();
  const facts = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("copy", facts));
  return data.getData("text/plain");
}"""

MOST_TURNS, TURN_MS = 400, 50

LISTEN = """() => {
  window.said = [];
  const status = document.getElementById("mark-status");
  const note = () => window.said.push(status.textContent.trim());
  new MutationObserver(note).observe(status, { childList: true, subtree: true });
}"""


@pytest.fixture
def judge(register):
    """Scores three townships under two indicators."""
    department = register("旗委宣传部")
    scheme = SchemeFactory(region=department.region)
    group = AssessmentGroupFactory(scheme=scheme)
    for name in ("大沁他拉镇", "八仙筒镇", "青龙山镇"):
        GroupMemberFactory(group=group, organisation=register(name))
    facts = {"scheme": scheme, "rule_kind": "manual", "source": "manual", "points": D(20)}
    for order, code in enumerate(("D1", "D2")):
        IndicatorFactory(**facts, code=code, name="实效", order=order, department=department)
    return user_with(Role.SCORER, department, name="宣传部评分员")


def grid_of(open_window, judge):
    page = open_window(judge)
    page.goto("/assessment/marks/")
    page.get_by_role("link", name="去评分").click()
    # What is asked of the page from here on is meant for the grid, not for the list before it.
    expect(page.locator("#mark-grid")).to_be_visible()
    return page, page.locator("#mark-grid .mark-value"), page.locator("#mark-status")


def values(cells):
    return [cell.input_value() for cell in cells.all()]


class Held:
    """What the page sends, kept back until the test lets it go."""

    def __init__(self, page):
        self.page, self.routes = page, []
        page.route("**/marks/*/", lambda route: self.routes.append(route))

    def next(self):
        for _wait in range(MOST_TURNS):
            if self.routes:
                return self.routes.pop(0)
            self.page.wait_for_timeout(TURN_MS)
        pytest.fail("the page sent nothing")


def saved(page, act):
    """Do it, and wait until the server has answered."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        act()


def test_marks_are_typed_pasted_corrected_and_saved(open_window, judge):
    page, cells, status = grid_of(open_window, judge)
    keys = page.keyboard

    cells.nth(0).focus()
    keys.type("15")
    keys.press("Enter")
    expect(cells.nth(2)).to_be_focused()
    keys.type("16")
    keys.press("Escape")
    expect(cells.nth(2)).to_have_value("")
    keys.press("ArrowRight")
    expect(cells.nth(3)).to_be_focused()
    expect(status).to_contain_text("已保存")
    expect(status).not_to_have_class(re.compile("is-warned"))
    expect(page.locator(".what-now")).to_have_text("还有 5 处没有评。")

    cells.nth(1).focus()
    saved(page, lambda: page.evaluate(PASTE, "十六\r\n１７．５分\r\n\r\n99\r\n"))
    expect(cells.nth(1)).to_have_value("16")
    expect(page.locator("#toasts")).to_contain_text("1 处不评或超出本页")
    assert values(cells) == ["15", "16", "", "17.5", "", ""]

    saved(page, lambda: keys.press("Control+z"))
    expect(cells.nth(3)).to_have_value("")
    cells.nth(1).focus()
    saved(page, lambda: page.evaluate(PASTE, "16\t3\n25\t1"))
    expect(status).to_contain_text("1 处还不能作数")
    expect(status).to_have_class(re.compile("is-warned"))
    expect(status.locator(".when-good")).to_be_hidden()
    expect(page.locator(".mark-error").nth(3)).to_contain_text("25 分超出范围")

    status.get_by_role("button", name="到第一处").click()
    expect(cells.nth(3)).to_be_focused()
    keys.type("5")
    keys.press("Enter")
    expect(page.locator(".mark-error").nth(3)).to_contain_text("要写明理由")
    expect(page.get_by_role("button", name="填入满分的")).to_be_hidden()
    page.get_by_label("同一理由").fill("没有实质动作")
    saved(page, page.get_by_role("button", name="填入其余的").click)
    expect(page.locator(".mark-cell.has-error")).to_have_count(0)

    keys.press("Escape")
    cells.nth(0).focus()
    keys.press("Shift+ArrowRight")
    keys.press("Shift+ArrowDown")
    assert page.evaluate(COPY) == "15\t16\n\t5"
    page.reload()
    assert values(cells) == ["15", "16", "", "5", "", ""]
    assert sorted(mark.value for mark in ManualMark.objects.all()) == [D(5), D(15), D(16)]
    assert not MarkDraft.objects.exists()


def test_mark_typed_before_the_page_was_ready_is_saved(open_window, judge):
    page = open_window(judge)
    late = Late(page, "**/js/mark_*.js")
    page.goto(f"/assessment/marks/{Scheme.objects.get().pk}/", wait_until="commit")
    cells = page.locator("#mark-grid .mark-value")
    cells.nth(0).press_sequentially("1")

    saved(page, late.let_come)
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(page.locator("#mark-status")).to_contain_text("已保存")
    eventually(page, ManualMark.objects.filter(value=15).exists)


def test_kept_wrong_mark_is_typed_and_pasted_over(open_window, judge):
    page, cells, status = grid_of(open_window, judge)
    saved(page, lambda: (cells.nth(0).fill("25"), cells.nth(1).focus()))
    expect(status).to_contain_text("1 处还不能作数")

    page.reload()
    cells.nth(0).click()
    saved(page, lambda: (page.keyboard.type("14"), page.keyboard.press("Enter")))
    expect(cells.nth(0)).to_have_value("14")
    saved(page, lambda: (cells.nth(0).fill("abc"), cells.nth(1).focus()))
    page.reload()
    cells.nth(0).click()
    saved(page, lambda: page.evaluate(PASTE, "14\n14.5\n15"))

    assert values(cells) == ["14", "", "14.5", "", "15", ""]
    cells.nth(0).click()
    page.keyboard.press("End")
    page.keyboard.type("5")
    cells.nth(0).click(position={"x": 4, "y": 10})
    page.keyboard.type("0")
    expect(cells.nth(0)).not_to_have_value("0")


def test_names_pasted_with_marks_find_their_rows(open_window, judge):
    page, cells, _status = grid_of(open_window, judge)
    names = page.locator("#mark-grid tr[data-unit] th").all_inner_texts()
    cells.nth(1).click()

    block = f"单位\tD2\n{names[2]}\t14\n{names[0]}\t15\n奈曼镇\t16"
    saved(page, lambda: page.evaluate(PASTE, block))

    toasts = page.locator("#toasts")
    expect(toasts).to_contain_text("第一列是单位名称，按名称填入 2 家")
    expect(toasts).to_contain_text("没有填的 2 行：单位、奈曼镇")
    assert values(cells) == ["", "15", "", "", "", "14"]


def test_saved_is_said_only_when_all_is_saved(open_window, judge):
    page, cells, status = grid_of(open_window, judge)
    held = Held(page)
    page.evaluate(LISTEN)

    cells.nth(0).fill("15")
    cells.nth(1).focus()
    first = held.next()
    cells.nth(1).fill("16")
    page.get_by_role("button", name="保存评分").click()
    first.continue_()
    second = held.next()
    told = page.evaluate("window.said")
    second.continue_()
    expect(status).to_contain_text("已保存")

    assert not [text for text in told if "已保存" in text]
    assert sorted(mark.value for mark in ManualMark.objects.all()) == [D(15), D(16)]


def test_second_window_is_told_and_chooses(open_window, judge, complaints):
    first, first_cells, _ = grid_of(open_window, judge)
    second, second_cells, status = grid_of(open_window, judge)
    saved(first, lambda: (first_cells.nth(0).fill("15"), first_cells.nth(1).focus()))

    saved(second, lambda: (second_cells.nth(0).fill("18"), second_cells.nth(1).focus()))
    note = second.locator(".mark-error").nth(0)
    expect(note).to_contain_text("另一个窗口已存 15 分，这里填的是 18")
    saved(second, second.get_by_role("button", name="用这里的 18").click)

    expect(note).to_be_empty()
    expect(status).to_contain_text("已保存")
    assert ManualMark.objects.get().value == D(18)


def test_expired_log_in_keeps_what_is_typed(open_window, judge, complaints):
    page, cells, status = grid_of(open_window, judge)
    Session.objects.all().delete()

    saved(page, lambda: (cells.nth(0).fill("15"), cells.nth(1).focus()))
    expect(status).to_contain_text("登录已过期")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="在新窗口登录").click()
    log_in(opened.value, judge)
    opened.value.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(status).to_contain_text("已保存")
    assert ManualMark.objects.get().value == D(15)
    complaints[:] = [said for said in complaints if " 401 " not in said]


def test_leaving_asks_about_marks_that_came_too_late(open_window, judge, complaints):
    page, cells, status = grid_of(open_window, judge)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    Scheme.objects.update(
        status="approved", approved_at=timezone.now(), approved_by=user_with(Role.OFFICE_DIRECTOR)
    )

    cells.nth(0).click()
    saved(page, lambda: (page.keyboard.type("15"), page.keyboard.press("Enter")))
    expect(status).to_contain_text("已审定")
    page.goto("/")
    page.close()

    assert asked == ["beforeunload"]
    assert not ManualMark.objects.exists()
    complaints[:] = [said for said in complaints if " 409 " not in said]


def test_marks_without_javascript(open_window, judge):
    page = open_window(judge, java_script_enabled=False)
    page.goto("/assessment/marks/")
    page.get_by_role("link", name="去评分").click()
    cells, reasons = page.locator(".mark-value"), page.locator(".mark-reason")

    cells.nth(0).fill("20")
    reasons.nth(0).fill("全旗最好")
    cells.nth(1).fill("99")
    page.get_by_role("button", name="保存评分").click()

    expect(page.get_by_role("main")).to_contain_text("1 处还不能作数")
    expect(cells.nth(1)).to_have_value("99")
    assert ManualMark.objects.get().value == D(20)
    assert Organisation.objects.filter(marks__reason="全旗最好").exists()
