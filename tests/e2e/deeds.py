"""What people do on many pages."""

from playwright.sync_api import Page, expect

from accounts.models import User
from tests.factories.organisations import PASSWORD


def log_in(page: Page, user: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".user-menu")).to_contain_text(user.name)


def choose_unit(page: Page, label: str, typed: str, name: str) -> None:
    """Type a few letters into the unit picker and take the unit with this name."""
    picker = page.get_by_role("combobox", name=label)
    picker.press_sequentially(typed)
    page.get_by_role("option", name=name).first.click()


def read_table(page: Page, css: str) -> list[list[str]]:
    """The cells of a table's body as text."""
    rows = page.locator(f"{css} tbody tr")
    return [[cell.strip() for cell in row.locator("td").all_inner_texts()] for row in rows.all()]


def typed_and_kept(page: Page, label: str, text: str) -> None:
    """Type into a draft's field and wait until the server has it."""
    with page.expect_response("**/autosave/"):
        page.get_by_label(label).press_sequentially(text)
    expect(page.locator("#autosave")).to_contain_text("草稿已保存")
