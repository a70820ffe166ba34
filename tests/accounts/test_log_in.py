"""Log-in: what is counted, what is said, what is remembered."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import LoginThrottle, User
from accounts.rights import Role
from core.audit import find_broken_link
from core.models import AuditRecord
from tests.factories.organisations import PASSWORD, UserFactory, user_with

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


def log_in(client, username, password=PASSWORD, **facts):
    return client.post(LOGIN, {"username": username, "password": password, **facts})


def sentence(response):
    return response.context["why_not"]


def log_of(verb):
    rows = AuditRecord.objects.filter(verb=verb).order_by("pk")
    return list(rows.values_list("by", "subject_id", "outcome", "reason", "origin"))


def test_login_shows_a_form_with_one_heading(client):
    response = client.get(LOGIN)

    content = response.content.decode()
    assert response.status_code == 200
    assert re.findall(r"<h1>(.*?)</h1>", content) == ["登录"]
    assert 'autocomplete="current-password"' in content


def test_login_opens_a_session_and_goes_home(client):
    user = UserFactory(username="zhang")

    response = log_in(client, "zhang")

    assert (response.status_code, response.url) == (302, "/")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert log_of("accounts.log_in") == [(user.pk, str(user.pk), "success", "", "127.0.0.1")]


def test_login_changes_the_session_key(client):
    UserFactory(username="zhang")
    client.get(LOGIN)
    session = client.session
    session["year"] = 2026
    session.save()
    before = session.session_key

    log_in(client, "zhang")

    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/accounts/password/", "/accounts/password/"),
        ("/jobs/?page=2", "/jobs/?page=2"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("\\\\evil.example", "/"),
        ("jobs/", "/"),
        ("", "/"),
    ],
)
def test_login_follows_next_within_this_site_only(client, target, expected):
    UserFactory(username="zhang")

    response = log_in(client, "zhang", next=target)

    assert response.url == expected


def test_login_keeps_next_in_its_form(client):
    response = client.get(LOGIN, {"next": "/jobs/"})

    assert '<input type="hidden" name="next" value="/jobs/">' in response.content.decode()


def test_login_of_a_signed_in_user_goes_home(client):
    client.force_login(UserFactory())

    response = client.get(LOGIN)

    assert (response.status_code, response.url) == (302, "/")


def test_login_tells_how_many_tries_are_left(client):
    user = UserFactory(username="zhang")

    sentences = [sentence(log_in(client, "zhang", "wrong")) for _try in range(4)]

    assert sentences == [
        f"用户名或密码不对，还可再试 {left} 次，之后锁定 10 分钟。" for left in (4, 3, 2, 1)
    ]
    assert user.login_throttle.failures == 4


def test_login_locks_at_the_fifth_failure_and_says_until_when(client):
    user = UserFactory(username="zhang")
    start = timezone.now()

    for _try in range(4):
        log_in(client, "zhang", "wrong")
    said = sentence(log_in(client, "zhang", "wrong"))

    user = User.objects.get(pk=user.pk)
    assert user.is_locked
    assert timedelta(minutes=10) <= user.login_throttle.locked_until - start < timedelta(minutes=11)
    assert re.fullmatch(r"连续 5 次不对，已锁定至 \d\d:\d\d；到时再试，或请安全管理员解锁。", said)
    assert log_of("accounts.lock_out") == [(None, str(user.pk), "success", "", "127.0.0.1")]


def test_login_while_locked_refuses_even_the_right_password(client):
    UserFactory(username="zhang")
    for _try in range(5):
        log_in(client, "zhang", "wrong")

    response = log_in(client, "zhang")

    assert "已锁定至" in sentence(response)
    assert "_auth_user_id" not in client.session
    assert log_of("accounts.log_in")[-1][2:4] == ("refused", "锁定期间的登录")


def test_login_stops_counting_while_locked(client):
    user = UserFactory(username="zhang")

    for _try in range(9):
        log_in(client, "zhang", "wrong")

    assert user.login_throttle.failures == 6
    assert len(log_of("accounts.lock_out")) == 1


def test_login_after_the_lock_begins_a_new_count(client):
    user = UserFactory(username="zhang")
    for _try in range(5):
        log_in(client, "zhang", "wrong")
    LoginThrottle.objects.update(locked_until=timezone.now() - timedelta(seconds=1))

    said = sentence(log_in(client, "zhang", "wrong"))

    assert said == "用户名或密码不对，还可再试 4 次，之后锁定 10 分钟。"
    assert not User.objects.get(pk=user.pk).is_locked


def test_login_resets_the_count(client):
    user = UserFactory(username="zhang")
    for _try in range(4):
        log_in(client, "zhang", "wrong")

    log_in(client, "zhang")

    assert (user.login_throttle.failures, user.login_throttle.locked_until) == (0, None)


def test_login_obeys_a_limit_lowered_meanwhile(client, settings):
    UserFactory(username="zhang")
    for _try in range(4):
        log_in(client, "zhang", "wrong")
    settings.LOGIN_FAILURES_BEFORE_LOCK = 3

    said = sentence(log_in(client, "zhang"))

    assert "连续 3 次不对，已锁定至" in said


def test_login_answers_alike_for_a_name_that_nobody_has(client):
    UserFactory(username="zhang")

    known = [sentence(log_in(client, "zhang", "wrong")) for _try in range(6)]
    unknown = [sentence(log_in(client, "nobody", "wrong")) for _try in range(6)]

    assert unknown == known


def test_login_checks_one_hash_whether_or_not_the_name_exists(client, monkeypatch):
    UserFactory(username="zhang")
    hashed = []
    hasher = type(hashers.get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(
        hasher, "encode", lambda self, *args: hashed.append(1) or encode(self, *args)
    )

    log_in(client, "zhang", "wrong")
    for_known = len(hashed)
    log_in(client, "nobody", "wrong")

    assert (for_known, len(hashed) - for_known) == (1, 1)


def test_login_remembers_little_of_a_name_that_nobody_has(client):
    log_in(client, "my-secret-password", "wrong")

    assert log_of("accounts.log_in") == [
        (None, "", "refused", "没有这个用户名：my***", "127.0.0.1")
    ]
    assert LoginThrottle.objects.get().key != "my-secret-password"


def test_login_forgets_names_that_nobody_has_after_a_day(client):
    log_in(client, "nobody", "wrong")
    LoginThrottle.objects.update(failed_at=timezone.now() - timedelta(hours=25))

    log_in(client, "zhang", "wrong")

    assert [row.key for row in LoginThrottle.objects.all()] == [LoginThrottle.key_of("zhang")]


def test_login_of_a_closed_account_sounds_like_a_wrong_password(client):
    user = UserFactory(username="zhang", is_active=False)

    response = log_in(client, "zhang")

    assert sentence(response) == "用户名或密码不对，还可再试 4 次，之后锁定 10 分钟。"
    assert log_of("accounts.log_in") == [(None, str(user.pk), "refused", "账号已停用", "127.0.0.1")]


@pytest.mark.parametrize(
    ("username", "password"),
    [("", ""), ("zhang", ""), ("x" * 41, "y"), ("zhang", "y" * 129), ("zh\x00ng", "y")],
)
def test_login_with_senseless_input_counts_nothing(client, username, password):
    response = log_in(client, username, password)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert LoginThrottle.objects.count() == 0


def test_login_of_a_name_first_tried_before_it_existed_locks_its_user(client):
    log_in(client, "zhang", "wrong")
    user = UserFactory(username="zhang")

    for _try in range(4):
        log_in(client, "zhang", "wrong")

    assert User.objects.get(pk=user.pk).is_locked


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_guesses_sent_at_once_all_count():
    user = UserFactory(username="zhang")

    def guess(number):
        try:
            return actions.log_in("zhang", password=f"guess-{number}").message
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(guess, range(8)))

    user = User.objects.get(pk=user.pk)
    assert user.is_locked
    assert sum("还可再试" in words for words in said) == 4
    assert AuditRecord.objects.filter(verb="accounts.lock_out").count() == 1
    assert find_broken_link() is None


def test_logout_ends_the_session_by_post_only(client):
    user = UserFactory()
    client.force_login(user)

    assert client.get(reverse("accounts:logout")).status_code == 405
    response = client.post(reverse("accounts:logout"))

    assert (response.status_code, response.url) == (302, LOGIN)
    assert "_auth_user_id" not in client.session
    assert log_of("accounts.log_out") == [(user.pk, str(user.pk), "success", "", "127.0.0.1")]


def test_login_lists_the_accounts_of_the_demonstration(client, settings):
    settings.DEMO = True
    user_with(Role.LEADER, username="demo_leader")
    user_with(Role.LEADER, username="real_leader")
    user_with(Role.LEADER, username="demo_closed", is_active=False)

    response = client.get(LOGIN)

    (account,) = response.context["demo"]["users"]
    assert (account.username, account.role_labels) == ("demo_leader", ["领导"])
    assert "旗创建办" in response.content.decode()
    assert settings.DEMO_PASSWORD in response.content.decode()


def test_login_lists_no_accounts_outside_the_demonstration(client):
    user_with(Role.LEADER, username="demo_leader")

    response = client.get(LOGIN)

    assert response.context["demo"] is None
    assert "demo_leader" not in response.content.decode()


@pytest.mark.parametrize("item_count", [1, 3])
def test_login_query_count_in_the_demonstration(
    client, settings, item_count, django_assert_num_queries
):
    settings.DEMO = True
    for number in range(item_count):
        user_with(Role.LEADER, username=f"demo_{number}")

    with django_assert_num_queries(2):
        client.get(LOGIN)


def test_log_in_goes_on_after_the_secret_of_the_installation_was_changed(client, settings):
    user = UserFactory()
    client.post(reverse("accounts:login"), {"username": user.username, "password": "wrong"})
    settings.SECRET_KEY = "another secret of the same installation"

    response = client.post(
        reverse("accounts:login"), {"username": user.username, "password": PASSWORD}
    )

    assert response.status_code == 302
    assert LoginThrottle.objects.get().user == user
