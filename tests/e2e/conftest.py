"""A browser window for each person, on the county's real register."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, expect

from accounts.rights import Role
from organisations.actions import load_register
from organisations.models import Organisation
from tests.e2e.deeds import PATIENCE_MS
from tests.factories.organisations import user_with
from tests.worker import worker

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def register(transactional_db):
    """The county's own units, found by short name."""
    load_register(by=None)
    return lambda short_name: Organisation.objects.get(short_name=short_name)


@pytest.fixture
def people(register):
    """One person for each place in the programme; nobody holds two."""
    office = register("旗创建办")
    return {
        "staff": user_with(Role.OFFICE_STAFF, office, name="创建办干事"),
        "director": user_with(Role.OFFICE_DIRECTOR, office, name="创建办主任"),
        "liaison": user_with(Role.LIAISON, register("大沁他拉镇"), name="大沁他拉镇联络员"),
        "partner": user_with(Role.LIAISON, register("八仙筒镇"), name="八仙筒镇联络员"),
        "scorer": user_with(Role.SCORER, register("旗委宣传部"), name="宣传部评分员"),
        "leader": user_with(Role.LEADER, register("旗政府办"), name="旗领导"),
    }


@pytest.fixture
def background(live_server, tmp_path, media_root):
    """The worker that computes and writes files while the pages wait."""
    with worker("naiman_unity", log=tmp_path / "worker.log", media=media_root):
        yield


@pytest.fixture
def complaints():
    """What browsers found wrong with our pages; a test takes out what it provokes itself."""
    said = []
    yield said
    assert said == []


@pytest.fixture(autouse=True)
def pages_arrive(monkeypatch):
    """A click returns when the page begins to come; a test looks at it when all of it is there.

    Otherwise a busy machine decides whether a table is read, or a field filled, too early.
    """
    click = Locator.click

    def click_and_wait(self, **options):
        click(self, **options)
        self.page.wait_for_load_state("domcontentloaded")

    monkeypatch.setattr(Locator, "click", click_and_wait)


@pytest.fixture
def open_window(new_context, live_server, complaints):
    """Opens a browser of its own for a user, signed in unless nobody is named."""

    def open_window(user=None, **options):
        context = new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", lambda message: note_console(message, complaints))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        if user:
            context.add_cookies([{**session_of(user), "url": live_server.url}])
        return context.new_page()

    return open_window


def note_console(message, complaints):
    if message.type in ("error", "warning"):
        complaints.append(f"{message.text} ({message.location.get('url', '')})")


def session_of(user):
    """The cookie that a log-in would have left."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}
