"""The auditor's pages: finding a record, reading it, checking the chain."""

import importlib.util
import inspect
import pkgutil
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.audit_words import (
    Change,
    changes,
    subject_choices,
    subject_words,
    verb_choices,
    verb_words,
)
from accounts.rights import Role
from core import audit, jobs
from core.models import AuditRecord, Job
from organisations.models import Organisation
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db

URL = "/accounts/audit/"
OUR_APPS = {
    "accounts", "activities", "alliances", "assessment", "core", "dashboards", "demonstrations",
    "organisations", "pairings", "partnerships", "rewards", "supervision",
}  # fmt: skip


@pytest.fixture
def auditor(client):
    user = user_with(Role.AUDITOR)
    client.force_login(user)
    return user


def at(record, moment):
    AuditRecord.objects.filter(pk=record.pk).update(at=moment)


@pytest.mark.parametrize("item_count", [1, 3])
def test_audit_list_query_count(client, auditor, item_count, django_assert_num_queries):
    for _number in range(item_count):
        audit.record("accounts.log_in", UserFactory(), by=UserFactory())

    with django_assert_num_queries(9):
        response = client.get(URL)

    assert len(response.context["page"].object_list) == item_count


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [3, 2, 1]),
        ("?who=张", [1]),
        ("?who=10.0.0", [2]),
        ("?who=zhang", [1]),
        ("?verb=accounts.log_in", [1]),
        ("?verb=no.such", [3, 2, 1]),
        ("?subject=大沁", [2]),
        ("?subject_type=organisations.Organisation", [2]),
        ("?since=2026-03-06", [3, 2]),
        ("?until=2026-03-05", [1]),
        ("?since=2026-03-06&until=2026-03-06", [2]),
        ("?since=0001-01-01&until=9999-12-31", [3, 2, 1]),
        ("?since=yesterday", [3, 2, 1]),
        ("?outcome=refused", [3]),
        ("?is_decision=True", [3]),
        ("?page=99", [3, 2, 1]),
    ],
)
def test_audit_list_filters(client, auditor, query, expected):
    user = UserFactory(username="zhang", name="张三")
    first = audit.record("accounts.log_in", by=user)
    token = audit.origin.set("10.0.0.7")
    unit = OrganisationFactory(short_name="大沁他拉镇")
    second = audit.record("organisations.edit_organisation", unit, by=None)
    audit.origin.reset(token)
    third = audit.record("rewards.pay", by=None, outcome="refused", is_decision=True)
    at(first, datetime(2026, 3, 5, 15, 59, tzinfo=UTC))
    at(second, datetime(2026, 3, 5, 16, 1, tzinfo=UTC))
    at(third, datetime(2026, 3, 7, 1, 0, tzinfo=UTC))

    response = client.get(URL + query)

    numbers = {first.pk: 1, second.pk: 2, third.pk: 3}
    assert [numbers[record.pk] for record in response.context["page"]] == expected


def test_audit_list_speaks_the_words_of_the_office(client, auditor):
    audit.record("accounts.log_in", UserFactory(name="李四"), by=UserFactory(name="张三"))

    content = client.get(URL).content.decode()

    assert ">登录</a>" in content
    assert "张三" in content
    assert "accounts.log_in</a>" not in content


def test_audit_detail_sets_before_and_after_side_by_side(client, auditor):
    unit = OrganisationFactory(short_name="大沁他拉镇")
    record = audit.record(
        "organisations.edit_organisation",
        unit,
        by=UserFactory(name="张三"),
        before={"kind": "township", "is_willing": True, "capacity": 2},
        after={"kind": "farm", "is_willing": False, "capacity": 2},
    )

    response = client.get(f"{URL}{record.pk}/")

    assert response.context["changes"] == [
        Change("类型", "苏木乡镇", "农场", True),
        Change("带动能力", "2", "2", False),
        Change("愿意结对", "是", "否", True),
    ]
    assert response.context["is_whole"] is True


def test_audit_detail_says_when_the_record_was_changed(client, auditor):
    record = audit.record("accounts.log_in", by=None)
    AuditRecord.objects.filter(pk=record.pk).update(reason="改过")

    response = client.get(f"{URL}{record.pk}/")

    assert "本条与其摘要不符" in response.content.decode()


def test_audit_detail_leads_to_its_neighbours(client, auditor):
    older, record, newer = (audit.record(f"a.{n}", by=None) for n in range(3))

    response = client.get(f"{URL}{record.pk}/")

    assert (response.context["older"], response.context["newer"]) == (older, newer)


def test_audit_detail_of_no_record_is_not_found(client, auditor):
    assert client.get(f"{URL}987654/").status_code == 404


@pytest.mark.parametrize(
    ("subject_type", "before", "after", "expected"),
    [
        ("", {}, {"points": "1.50"}, Change("points", "—", "1.50", True)),
        ("gone.Model", {"x": None}, {"x": ""}, Change("x", "—", "—", True)),
        ("nonsense", {"x": 1}, {}, Change("x", "1", "—", True)),
        (
            "accounts.User",
            {},
            {"locked": "2026-03-05T02:30:00+00:00"},
            Change("locked", "—", "2026-03-05 10:30", True),
        ),
        ("", {}, {"x": "2026-99-99T99:99:99"}, Change("x", "—", "2026-99-99T99:99:99", True)),
        ("", {}, {"on": "2026-03-05"}, Change("on", "—", "2026-03-05", True)),
        ("", {}, {"units": ["甲", "乙"]}, Change("units", "—", "甲、乙", True)),
        ("", {}, {"rule": {"a": 1, "b": True}}, Change("rule", "—", "a：1；b：是", True)),
        (
            "organisations.Assignment",
            {},
            {"role": "leader"},
            Change("角色", "—", "领导", True),
        ),
    ],
)
def test_changes_are_put_into_words(subject_type, before, after, expected):
    record = AuditRecord(subject_type=subject_type, before=before, after=after)

    assert changes(record) == [expected]


def test_subject_words_name_the_model():
    assert subject_words("organisations.Organisation") == "创建主体"
    assert subject_words("gone.Model") == "gone.Model"
    assert ("accounts.User", "用户") in subject_choices()
    assert Organisation in apps.get_models()


def test_deeds_of_one_name_are_one_choice():
    labels = [label for _group, choices in verb_choices() for _verb, label in choices]

    assert (labels.count("新建账号"), labels.count("成批导出考核表")) == (1, 1)
    assert len(labels) == len(set(labels))


def test_audit_list_by_a_name_finds_every_deed_of_that_name(client, auditor):
    for verb in ("accounts.create_user", "organisations.open_account", "accounts.log_in"):
        audit.record(verb, by=None)

    response = client.get(URL, {"verb": "accounts.create_user"})

    verbs = [record.verb for record in response.context["page"]]
    assert verbs == ["organisations.open_account", "accounts.create_user"]


def test_verb_words_are_all_in_chinese():
    latin = {verb: words for verb, words in verb_words().items() if words.isascii()}

    assert latin == {}


def deeds_of(config):
    """Every public function of an app's actions with a keyword `by`: whose deed it is.

    What is part of a deed takes it in its place.
    """
    name = f"{config.name}.actions"
    if importlib.util.find_spec(name) is None:
        return set()
    package = importlib.import_module(name)
    parts = [
        importlib.import_module(f"{name}.{part.name}")
        for part in pkgutil.iter_modules(getattr(package, "__path__", []))
    ]
    return {
        f"{config.label}.{function.__name__}"
        for module in [package, *parts]
        for function in vars(module).values()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not function.__name__.startswith("_")
        and says_by_whom(function)
    }


def says_by_whom(function):
    by = inspect.signature(function).parameters.get("by")
    return by is not None and by.kind is by.KEYWORD_ONLY


def test_every_deed_has_words():
    ours = [config for config in apps.get_app_configs() if config.label in OUR_APPS]

    deeds = set().union(*(deeds_of(config) for config in ours))

    assert "accounts.create_user" in deeds
    assert deeds - set(verb_words()) == set()


def test_audit_check_finds_a_whole_chain(client, auditor):
    audit.record("accounts.log_in", by=None)

    response = client.post(f"{URL}check/")
    job = Job.objects.get()
    jobs.run(job.pk)

    content = client.get(URL).content.decode()
    assert response.url == URL
    assert "2 条记录的摘要链完整，没有改动" in content


def test_audit_check_leads_to_the_broken_record(client, auditor):
    record = audit.record("accounts.log_in", by=None)
    AuditRecord.objects.filter(pk=record.pk).update(reason="改过")

    client.post(f"{URL}check/")
    jobs.run(Job.objects.get().pk)

    content = client.get(URL).content.decode()
    assert f"摘要链断在第 {record.pk} 条" in content
    assert reverse("accounts:audit_detail", args=[record.pk]) in content


def test_audit_check_runs_one_at_a_time(client, auditor):
    client.post(f"{URL}check/")

    response = client.post(f"{URL}check/", follow=True)

    assert [str(m) for m in response.context["messages"]][-1] == (
        "正在核对，完成后会在本页显示结果。"
    )
    assert Job.objects.count() == 1


def test_audit_list_says_when_the_chain_was_never_checked(client, auditor):
    assert "摘要链还没有核对过" in client.get(URL).content.decode()


def test_audit_list_says_why_a_check_failed(client, auditor):
    client.post(f"{URL}check/")
    Job.objects.update(state="failed", message="处理时出现意外", finished_at=datetime.now(UTC))

    assert "处理时出现意外" in client.get(URL).content.decode()
