"""Idle sessions, stale passwords, fragments asked for by nobody."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from core.models import AuditRecord
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/jobs/?page=2"}


def last_seen(client, minutes_ago):
    session = client.session
    session["seen_at"] = (timezone.now() - timedelta(minutes=minutes_ago)).isoformat()
    session.save()


@pytest.fixture
def user(client):
    user = UserFactory()
    client.force_login(user)
    return user


def test_a_session_in_use_stays_open(client, user):
    last_seen(client, 29)

    response = client.get("/jobs/")

    assert response.status_code == 200
    assert timezone.datetime.fromisoformat(client.session["seen_at"]) > (
        timezone.now() - timedelta(minutes=1)
    )


def test_a_page_that_asks_by_itself_keeps_no_session_open(client, user):
    last_seen(client, 29)
    before = client.session["seen_at"]
    poll = {**HTMX, "HX-Trigger": "job-rows", "HX-Target": "job-rows"}

    client.get("/jobs/", headers=poll)

    assert client.session["seen_at"] == before


def test_a_part_of_a_page_that_somebody_asks_for_keeps_the_session_open(client, user):
    last_seen(client, 29)
    before = client.session["seen_at"]

    client.get("/jobs/", headers={**HTMX, "HX-Target": "job-rows"})

    assert client.session["seen_at"] > before


def test_an_idle_session_ends_and_returns_to_its_page(client, user):
    last_seen(client, 31)

    response = client.get("/jobs/?page=2")

    assert (response.status_code, response.url) == (
        302,
        "/accounts/login/?next=/jobs/%3Fpage%3D2",
    )
    assert "_auth_user_id" not in client.session
    record = AuditRecord.objects.get()
    assert (record.verb, record.subject_id) == ("accounts.end_idle_session", str(user.pk))


def test_an_idle_session_is_told_at_the_log_in(client, user):
    last_seen(client, 31)

    response = client.get("/jobs/", follow=True)

    assert [str(m) for m in response.context["messages"]] == [
        "长时间未操作，已自动退出；登录后回到原页面，已存的草稿都在。"
    ]


@pytest.mark.parametrize(
    ("referer", "expected"),
    [
        ("http://testserver/jobs/?page=2", "/accounts/login/?next=%2Fjobs%2F%3Fpage%3D2"),
        ("http://testserver/jobs/", "/accounts/login/?next=%2Fjobs%2F"),
        ("http://evil.example/jobs/", "/accounts/login/"),
        ("", "/accounts/login/"),
    ],
)
def test_an_idle_session_returns_to_the_page_of_a_form(client, user, referer, expected):
    last_seen(client, 31)

    response = client.post("/year/", {"year": "2026"}, headers={"Referer": referer})

    assert (response.status_code, response.url) == (302, expected)


def test_reading_does_not_write_the_session_each_time(client, user, django_assert_num_queries):
    client.get("/jobs/")

    with django_assert_num_queries(3) as queries:
        client.get("/accounts/password/")

    assert not any("UPDATE" in query["sql"] for query in queries.captured_queries)


def test_a_fragment_read_after_the_session_goes_to_the_log_in(client):
    response = client.get("/jobs/", headers=HTMX)

    assert response.status_code == 200
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Fjobs%2F%3Fpage%3D2"
    assert response.content == b""


def test_a_fragment_saved_after_the_session_leaves_the_page_as_it_is(client, user):
    last_seen(client, 31)

    response = client.post("/year/", {"year": "2026"}, headers=HTMX)

    toast = json.loads(response["HX-Trigger"])["toast"]
    assert response.status_code == 401
    assert toast == {
        "text": "登录已失效，刚才的修改还在本页，没有保存；重新登录后回到本页再存。",
        "tone": "danger",
        "url": "/accounts/login/",
        "action": "在新窗口登录",
        "newWindow": True,
    }


def test_a_fragment_asked_from_elsewhere_returns_nowhere(client):
    response = client.get("/jobs/", headers={**HTMX, "HX-Current-URL": "http://evil.example/"})

    assert response["HX-Redirect"] == "/accounts/login/"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/accounts/password/"),
        ("/jobs/", "/accounts/password/?next=%2Fjobs%2F"),
        ("/no/such/page/", "/accounts/password/?next=%2Fno%2Fsuch%2Fpage%2F"),
    ],
)
def test_a_stale_password_is_changed_before_anything_else(client, path, expected):
    client.force_login(UserFactory(must_change_password=True))

    response = client.get(path)

    assert (response.status_code, response.url) == (302, expected)


def test_a_stale_password_does_not_hinder_the_log_out(client):
    client.force_login(UserFactory(must_change_password=True))

    response = client.post("/accounts/logout/")

    assert response.url == "/accounts/login/"


def test_a_closed_account_is_signed_out_at_once(client, user):
    User.objects.filter(pk=user.pk).update(is_active=False)

    response = client.get("/jobs/")

    assert response.url == "/accounts/login/?next=/jobs/"
