"""A scheme's table edited in place, like a spreadsheet, by two people at once."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from assessment.actions import draft_notice_scheme
from assessment.models import Indicator
from organisations.models.kinds import Kind
from tests.e2e.deeds import Late, eventually, log_in


@pytest.fixture
def scheme(people, register):
    office = register("旗创建办")
    department = register("旗委宣传部")
    return draft_notice_scheme(office.region, year=2026, department=department, by=people["staff"])


@pytest.fixture
def open_editor(people, open_window, scheme):
    def open_editor():
        page = open_window(people["staff"])
        page.goto(f"/assessment/schemes/{scheme.pk}/edit/")
        return page

    return open_editor


def cell(page, scheme, code, key):
    return page.locator(f"#r{scheme.indicators.get(code=code).pk}-{key}")


def test_row_is_typed_summed_saved_moved_and_copied_without_a_mouse(scheme, open_editor):
    page = open_editor()
    points = cell(page, scheme, "A1", "points")
    branch = page.locator("tr", has=cell(page, scheme, "A", "code"))

    points.fill("10")
    expect(branch.locator("[data-sum]")).to_have_text("下级合计 28 / 30，还差 2")
    points.press("Enter")
    expect(cell(page, scheme, "A2", "points")).to_be_focused()
    expect(page.locator("[data-state]")).to_contain_text("已保存")
    expect(page.locator("#faults")).to_contain_text("比应有的 30 分少 2 分")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-cell=code]").nth(1)).to_have_value("A2")
    expect(cell(page, scheme, "A2", "points")).to_be_focused()
    page.get_by_role("button", name="复制").click()
    expect(page.locator("[data-cell=code]").nth(2)).to_have_value("A4")

    table = scheme.indicators.filter(parent__code="A").order_by("order")
    assert [(row.code, row.points) for row in table] == [
        ("A2", 10),
        ("A4", 10),
        ("A1", 10),
        ("A3", 8),
    ]


def test_row_typed_before_the_page_was_ready_is_saved(scheme, people, open_window):
    page = open_window(people["staff"])
    late = Late(page, "**/js/scheme_*.js")
    page.goto(f"/assessment/schemes/{scheme.pk}/edit/", wait_until="commit")
    cell(page, scheme, "A1", "points").fill("10")

    late.let_come()

    branch = page.locator("tr", has=cell(page, scheme, "A", "code"))
    expect(branch.locator("[data-sum]")).to_have_text("下级合计 28 / 30，还差 2")
    expect(page.locator("[data-state]")).to_contain_text("已保存")
    assert scheme.indicators.get(code="A1").points == 10


def test_block_from_excel_falls_into_its_cells(scheme, open_editor):
    page = open_editor()
    cell(page, scheme, "A1", "name").click()

    page.evaluate(
        """() => {
            const block = new DataTransfer();
            block.setData("text/plain", "项目建设\\t20\\n结对帮带\\t10\\n");
            const facts = { clipboardData: block, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", facts));
        }"""
    )

    expect(page.locator(".row-note", has_text="已保存")).to_have_count(2)
    rows = Indicator.objects.filter(code__in=["A1", "A2"]).order_by("code")
    assert [(row.name, row.points) for row in rows] == [("项目建设", 20), ("结对帮带", 10)]


def test_wrong_cell_and_the_second_of_two_lose_nothing(scheme, open_editor):
    first, second = open_editor(), open_editor()

    cell(first, scheme, "A1", "points").fill("11")
    cell(first, scheme, "A2", "points").focus()
    expect(first.locator("[data-state]")).to_contain_text("已保存")
    mine = cell(second, scheme, "A1", "points")
    mine.fill("十二")
    cell(second, scheme, "A2", "points").focus()
    expect(second.locator(".cell-told")).to_contain_text("不是数")
    mine.fill("13")
    cell(second, scheme, "A2", "points").focus()
    expect(second.locator(".cell-told")).to_contain_text("改为“11”，您填的是“13”")
    second.get_by_role("button", name="到第一处").click()
    expect(mine).to_be_focused()
    expect(mine).to_have_value("13")
    second.get_by_role("button", name="用我填的").click()
    expect(second.locator(".cell-told")).to_have_count(0)
    expect(second.locator("[data-state]")).to_contain_text("已保存")

    assert scheme.indicators.get(code="A1").points == 13


def test_leaving_saves_and_asks_only_where_it_cannot(scheme, open_editor):
    page = open_editor()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    cell(page, scheme, "A2", "code").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("A9")
    page.keyboard.press("Enter")
    expect(page.locator("#table-leaves option[value=A9]")).to_have_count(1)
    expect(page.locator("#table-leaves option[value=A2]")).to_have_count(0)
    cell(page, scheme, "A1", "points").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("9")
    page.goto("/")
    assert asked == []
    # What is sent while a page goes may arrive after the next one was asked for.
    stored = scheme.indicators.filter(code="A1", points=9)
    eventually(page, stored.exists)
    page.goto(f"/assessment/schemes/{scheme.pk}/edit/")
    expect(cell(page, scheme, "A1", "points")).to_have_value("9")
    cell(page, scheme, "A1", "points").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("多")
    page.goto("/")

    assert asked == ["beforeunload"]


def test_form_is_held_back_while_the_log_in_has_run_out(scheme, people, open_window):
    indicator = scheme.indicators.get(code="A1")
    page = open_window(people["staff"])
    page.goto(f"/assessment/indicators/{indicator.pk}/")
    name = page.get_by_label("名称", exact=True)
    name.fill("项目落地")
    Session.objects.all().delete()

    page.get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).to_contain_text("登录已过期，填的内容仍在本页")
    expect(name).to_have_value("项目落地")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="在新窗口登录").click()
    log_in(opened.value, people["staff"])
    opened.value.close()
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_role("main")).to_contain_text("项目落地")
    expect(name).to_have_count(0)
    indicator.refresh_from_db()
    assert indicator.name == "项目落地"


def drag(page, scheme, code, to, *, dy=0, dx=0):
    """The grip of one row to the upper part of another, `dx` to the side; not let go yet."""
    grip = page.locator(f"#row-{scheme.indicators.get(code=code).pk} [data-grip]")
    grip.scroll_into_view_if_needed()
    start = grip.bounding_box()
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    end = page.locator(f"#row-{scheme.indicators.get(code=to).pk}").bounding_box()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8, y + 8)
    page.mouse.move(x + dx, end["y"] + 4 + dy, steps=4)


def table_of(scheme, parent):
    return [row.code for row in scheme.indicators.filter(parent__code=parent).order_by("order")]


def test_row_is_dragged_to_a_place_and_a_parent_and_esc_takes_it_back(scheme, open_editor):
    page = open_editor()

    drag(page, scheme, "A3", "A1")
    expect(page.locator(".drop-told")).to_have_text("归到“A”下，排在“A1”前")
    page.keyboard.press("Escape")
    expect(page.locator(".drop-line")).to_have_count(0)
    page.mouse.up()
    drag(page, scheme, "A3", "A1")
    page.mouse.up()
    expect(page.locator("[data-cell=code]").nth(1)).to_have_value("A3")
    drag(page, scheme, "B1", "A1")
    expect(page.locator(".drop-told")).to_have_text("归到“A”下，排在“A1”前")
    page.mouse.up()
    expect(page.locator("[data-cell=code]").nth(2)).to_have_value("B1")

    assert table_of(scheme, "A") == ["A3", "B1", "A1", "A2"]


def test_row_that_scores_traces_is_warned_of_beside_it(scheme, open_editor):
    page = open_editor()
    row = page.locator("tr", has=cell(page, scheme, "A1", "code"))

    cell(page, scheme, "A1", "name").fill("公众号推文")
    cell(page, scheme, "A2", "points").focus()
    expect(row.locator("[data-cautions] span")).to_contain_text("涉及媒体和信息篇数")
    cell(page, scheme, "A1", "name").fill("项目建设")
    cell(page, scheme, "A2", "points").focus()

    expect(row.locator("[data-cautions] span")).to_have_count(0)


def test_ticks_of_a_branch_reach_the_rows_below_and_the_total(scheme, people, open_window):
    page = open_window(people["staff"])
    total = page.locator(f"[data-obtainable={Kind.TOWNSHIP}]")

    def tick(code):
        return page.get_by_role("checkbox", name=f"{code} 苏木乡镇")

    def void(code):
        return page.locator("td.is-void", has=tick(code))

    page.goto(f"/assessment/schemes/{scheme.pk}/applies/")
    expect(total).to_have_text("100")
    tick("A").uncheck()
    expect(total).to_have_text("70")
    expect(total).to_have_class("is-wrong")
    expect(void("A3")).to_have_count(1)
    expect(void("B3")).to_have_count(0)
    whole = page.get_by_role("button", name="连同下级勾选或取消：B 联办活动")
    whole.click()
    expect(tick("B3")).not_to_be_checked()
    expect(total).to_have_text("30")
    whole.click()
    expect(tick("B3")).to_be_checked()
    tick("B3").uncheck()
    expect(total).to_have_text("60")
    page.get_by_role("button", name="保存适用类型").click()
    expect(page.get_by_role("main")).to_contain_text("适用类型已保存")
    page.goto(f"/assessment/schemes/{scheme.pk}/applies/")

    # The same figures, now the server's own.
    expect(total).to_have_text("60")
    expect(tick("A")).not_to_be_checked()
    expect(tick("A3")).to_be_checked()
    expect(void("A3")).to_have_count(1)
    expect(tick("B3")).not_to_be_checked()
    assert {row.code for row in scheme.indicators.all() if row.applies_to} == {"A", "B3"}
    assert Kind.TOWNSHIP not in scheme.indicators.get(code="A").applies_to


def test_worked_example_of_a_rule_follows_what_is_typed(scheme, people, open_window):
    page = open_window(people["staff"])
    page.goto(f"/assessment/indicators/{scheme.indicators.get(code='A1').pk}/")
    value, points = page.get_by_label("本单位的数"), page.locator("#rule-answer b")

    value.fill("1")
    expect(points).to_have_text("6 分")
    page.get_by_label("单价").fill("2.5")
    expect(points).to_have_text("2.5 分")
    expect(value).to_have_value("1")
    value.fill("九个")
    expect(page.locator("#rule-answer .rule-fault")).to_contain_text("不是数")
    value.fill("9")
    expect(points).to_have_text("12 分")
    page.get_by_label("分值").fill("10")
    expect(points).to_have_text("10 分")

    assert scheme.indicators.get(code="A1").params == {"单价": "6"}
