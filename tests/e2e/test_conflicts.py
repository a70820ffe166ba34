"""Nothing typed is lost: not to a second window, not to a log-in that has run out."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from activities.actions import start_activity
from activities.models import Activity
from tests.e2e.deeds import Late, log_in, typed_and_kept
from tests.factories.partnerships import pairing_of


@pytest.fixture
def draft(register, people):
    return start_activity(register("大沁他拉镇"), by=people["liaison"])


@pytest.fixture
def form_address(draft):
    return f"/activities/{draft.pk}/edit/"


def refused_with(status, complaints):
    """The console's notes of an answer that this test provoked; nothing else may be said."""
    said = [complaint for complaint in complaints if f" {status} " in complaint]
    complaints[:] = [complaint for complaint in complaints if complaint not in said]
    return said


def test_second_window_is_told_and_both_texts_are_kept(
    people, open_window, draft, form_address, complaints
):
    first, second = (open_window(people["liaison"]) for _ in range(2))
    for window in (first, second):
        window.goto(form_address)
    typed_and_kept(first, "活动名称", "赛马文化节")

    second.get_by_label("活动概况").press_sequentially("两镇牧民同场竞技")
    conflict = second.locator("#draft-conflict")
    expect(conflict).to_contain_text("这份草稿")
    typed = second.get_by_label("活动概况").input_value()
    second.get_by_role("button", name="按所选保存").click()

    expect(second.get_by_text("草稿已保存，可随时回来接着填。")).to_be_visible()
    draft.refresh_from_db()
    assert typed == "两镇牧民同场竞技"
    assert (draft.title, draft.summary) == ("赛马文化节", "两镇牧民同场竞技")
    assert refused_with(409, complaints) != []


def test_expired_log_in_keeps_what_is_typed_and_saves_it_later(
    people, open_window, draft, form_address, complaints
):
    page = open_window(people["liaison"])
    page.goto(form_address)
    typed_and_kept(page, "活动名称", "植树造林")
    Session.objects.all().delete()

    page.get_by_label("活动概况").press_sequentially("两镇共植一千亩")
    expect(page.locator("#autosave")).to_contain_text("登录已过期")
    page.get_by_role("button", name="报送").click()
    expect(page.locator("#autosave")).to_contain_text("登录已过期")
    expect(page.get_by_label("活动概况")).to_have_value("两镇共植一千亩")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="在新窗口登录").click()
    log_in(opened.value, people["liaison"])
    opened.value.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(page.locator("#autosave")).to_contain_text("草稿已保存")
    draft.refresh_from_db()
    assert (draft.title, draft.summary) == ("植树造林", "两镇共植一千亩")
    assert refused_with(401, complaints) != []


def test_ticks_made_while_a_save_is_under_way_stay(people, register, open_window, form_address):
    pairing = pairing_of(register("大沁他拉镇"), register("八仙筒镇"))
    page = open_window(people["liaison"])
    page.goto(form_address)
    held = []
    page.route("**/autosave/", lambda route: held.append(route))

    with page.expect_request("**/autosave/"):
        page.get_by_label(pairing.name).check()
    page.get_by_role("checkbox", name="文体活动", exact=True).check()
    held.pop().continue_()
    page.unroute("**/autosave/")
    expect(page.locator("#activity-units .picker-chip")).to_contain_text("八仙筒镇")

    expect(page.get_by_role("checkbox", name="文体活动", exact=True)).to_be_checked()
    expect(page.locator("#autosave")).to_have_text(re.compile("草稿已保存"))
    # The words may still be those of the first save: the second one follows a moment later.
    for _moment in range(50):
        kinds = [kind.name for kind in Activity.objects.get().content_kinds.all()]
        if kinds:
            break
        page.wait_for_timeout(100)
    assert kinds == ["文体活动"]


def test_what_was_filled_in_before_the_page_was_ready_is_kept(
    people, open_window, draft, form_address
):
    page = open_window(people["liaison"])
    late = Late(page, "**/vendor/htmx.js")
    page.goto(form_address, wait_until="commit")
    page.get_by_label("活动名称").fill("义诊进嘎查")

    with page.expect_response("**/autosave/"):
        late.let_come()

    expect(page.locator("#autosave")).to_contain_text("草稿已保存")
    draft.refresh_from_db()
    assert draft.title == "义诊进嘎查"
