"""The commands of the demonstration where there is none."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from core.models import DemoYear
from organisations.actions import load_register
from tests.factories.activities import ActivityFactory


@pytest.fixture
def register(db):
    load_register(by=None)


def test_seed_demo_wants_the_switch(register):
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("seed_demo")

    assert User.objects.count() == 0


def test_seed_demo_wants_a_register(db, settings):
    settings.DEMO = True

    with pytest.raises(CommandError, match="load_register"):
        call_command("seed_demo")

    assert (User.objects.count(), DemoYear.objects.count()) == (0, 0)


def test_seed_demo_refuses_where_real_work_lies(register, settings):
    settings.DEMO = True
    ActivityFactory()

    with pytest.raises(CommandError, match="只能生成在新的数据库里"):
        call_command("seed_demo")

    assert DemoYear.objects.count() == 0


def test_demo_accounts_prints_nothing_without_the_year(db):
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("demo_accounts", stdout=out)

    assert (ended.value.code, out.getvalue()) == (1, "")


def test_remove_demo_says_when_there_is_none(db):
    with pytest.raises(CommandError, match="没有演示数据"):
        call_command("remove_demo")
