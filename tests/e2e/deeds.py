"""What people do on many pages."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, Route, expect

from accounts.models import User
from tests.factories.organisations import PASSWORD

# Both cores may be busy with other tests; a wait ends as soon as its state is there.
PATIENCE_MS, PAUSE_MS = 20_000, 100


def log_in(page: Page, user: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".user-menu")).to_contain_text(user.name)


def choose_unit(page: Page, label: str, typed: str, name: str) -> None:
    """Type a few letters into the unit picker and take the unit with this name."""
    # Until its script has run the plain select is a combobox of this name too.
    picker = page.get_by_role("combobox", name=label).and_(page.locator(".picker-input"))
    picker.press_sequentially(typed)
    page.get_by_role("option", name=name).first.click()


def read_columns(page: Page, css: str, *heads: str) -> list[list[str]]:
    """The named columns of a table, first lines of the cells only."""
    titles = [text.strip() for text in page.locator(f"{css} thead th").all_inner_texts()]
    places = [titles.index(head) for head in heads]
    rows = page.locator(f"{css} tbody tr").all()
    cells = [row.locator("th, td").all_inner_texts() for row in rows]
    return [[row[place].strip().split("\n")[0] for place in places] for row in cells]


def typed_and_kept(page: Page, label: str, text: str) -> None:
    """Type into a draft's field and wait until the server has it."""
    with page.expect_response("**/autosave/"):
        page.get_by_label(label).press_sequentially(text)
    expect(page.locator("#autosave")).to_contain_text("草稿已保存")


def downloaded(page: Page, link: Locator) -> bytes:
    """The file behind a link, as the browser saved it."""
    with page.expect_download() as waiting:
        link.click()
    return Path(waiting.value.path()).read_bytes()


def eventually(page: Page, happened: Callable[[], bool]) -> None:
    """Waits for what the server does on its own time, with the patience of all journeys."""
    for _pause in range(PATIENCE_MS // PAUSE_MS):
        if happened():
            return
        page.wait_for_timeout(PAUSE_MS)
    assert happened()


class Late:
    """Scripts that are slow to come, as over a bad line: until then the page is plain."""

    def __init__(self, page: Page, address: str) -> None:
        self.held: list[Route] = []
        page.route(address, lambda route: self.held.append(route))

    def let_come(self) -> None:
        while self.held:
            self.held.pop(0).continue_()
