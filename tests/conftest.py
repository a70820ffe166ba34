"""What every test may use."""

import gc
import os
import shutil
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
import time_machine
from coverage import Coverage
from django.core.cache import cache
from django.db import connection, connections
from factory.django import DjangoModelFactory
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from core import demo
from tests import corpus

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# The last five keep Chromium from calling its maker, which a closed network refuses noisily.
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Playwright's synchronous interface runs an event loop in the test's own thread, and Django would
# take every query beside it for a mistake. The product itself has no asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


# The machine may be busy: nothing fails for being slow.
hypothesis_settings.register_profile(
    "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("busy")

# Whichever runs next finds the rows of the migrations again, content types included. A mixture of
# such tests with others would not: the others leave rows behind that then come twice.
WITH_TRANSACTIONS = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        in_browser = "e2e" in item.path.parts
        if in_browser:
            item.add_marker(pytest.mark.e2e)
            # Decisions are covered by the tests that name them; a journey shall be quick.
            item.add_marker(pytest.mark.no_cover)
        if in_browser or empties_tables(item):
            item.add_marker(WITH_TRANSACTIONS, append=False)
        elif "db" in item.fixturenames and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db)
    result = yield
    refuse_mixture(items)
    return result


def pytest_collection_finish():
    """What is loaded stays to the end: looking for garbage in it took a sixth of the time."""
    gc.collect()
    gc.freeze()


def empties_tables(item):
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


def refuse_mixture(items):
    """pytest-django sorts tests, but one that shares a session's parameter pulls others with it.

    A parameter called `page`, `context` or `browser` is enough: pytest takes it for Playwright's.
    """
    is_emptied = False
    for item in items:
        if empties_tables(item):
            is_emptied = True
        elif is_emptied and item.get_closest_marker("django_db"):
            raise pytest.UsageError(
                f"{item.nodeid}：排到了会清空数据表的测试之后，参数别叫 page、context 或 browser。"
            )


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef):
    """Migrations do not count for the coverage, and measuring it doubles the time they take."""
    measuring = Coverage.current() if fixturedef.argname == "django_db_setup" else None
    if measuring is None:
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests with transactions of their own empty all tables, which a sealed audit log refuses."""
    audit_seal = import_module("core.migrations.0002_refuse_audit_changes")
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        audit_seal.unseal(None, editor)
    # Once Playwright's event loop runs, this thread sees connections other than the one that
    # keeps what `serialized_rollback` brings back; so their class keeps it.
    first = connections["default"]
    type(first)._test_serialized_contents = getattr(first, "_test_serialized_contents", "[]")


@pytest.fixture(autouse=True)
def counted_anew():
    """Made-up names do not depend on the tests before: sorted, 第10镇 comes before 第9镇."""
    found = [DjangoModelFactory]
    for factory in found:
        factory.reset_sequence(0, force=True)
        found.extend(factory.__subclasses__())


@pytest.fixture
def in_2026():
    """The year of the factories' records, for pages that open with the current one."""
    with time_machine.travel(datetime(2026, 11, 25, 2, tzinfo=UTC)):
        yield


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    """Uploads of a test go to its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def no_demonstration():
    """Asked once a minute and process, which must not change the number of anybody's queries."""
    cache.set(demo.KEY, False, None)


@pytest.fixture(scope="session")
def messy_ledgers(tmp_path_factory):
    """Name → sample of the corpus; some are saved by LibreOffice, which takes its time."""
    return {one.name: one for one in corpus.build(tmp_path_factory.mktemp("corpus"))}


@pytest.fixture(scope="session")
def chromium() -> Path:
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        pytest.fail("没有找到 Chromium：请运行 make test，它会安装所需的一切。")
    return Path(found)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, chromium):
    # Chromium refuses its sandbox to root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {
        **browser_type_launch_args,
        "executable_path": str(chromium),
        "args": [*CHROMIUM_FLAGS, *sandbox],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1366, "height": 768},
        "reduced_motion": "reduce",
    }
