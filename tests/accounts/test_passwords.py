"""Passwords: what a good one is, when it must change, what its change ends."""

from datetime import timedelta

import pytest
from django.conf import settings as conf
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.models import User
from accounts.validators import CharacterClassValidator
from core.errors import RuleError
from core.models import AuditRecord
from tests.factories.organisations import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

URL = "/accounts/password/"
NEW = "Shiliuzi-2027"


def change(client, old=PASSWORD, new=NEW, repeated=None, **facts):
    sent = {"old_password": old, "new_password": new, "repeated": repeated or new, **facts}
    return client.post(URL, sent)


def test_passwords_are_kept_with_argon2():
    real = [name for name in conf.PASSWORD_HASHERS if "MD5" not in name]

    assert real[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"


@pytest.mark.parametrize(
    "password", ["Abcdefg1", "abcdef1-", "ABCDEF1-", "Abcdefg-", "Ab1-Ab1-", "中文Aa1中文密码"]
)
def test_character_classes_are_enough(password):
    assert CharacterClassValidator().validate(password) is None


@pytest.mark.parametrize("password", ["abcdefgh", "abcdefg1", "ABCDEFG1", "12345678", "abc-defg"])
def test_character_classes_are_too_few(password):
    with pytest.raises(ValidationError, match="至少三类"):
        CharacterClassValidator().validate(password)


@pytest.mark.parametrize("password", ["Ab1-xyz", "P@ssw0rd", "Zhangsan-1", "88888888"])
def test_weak_passwords_are_refused(password):
    user = UserFactory.build(username="zhangsan", name="张三")

    with pytest.raises(ValidationError):
        validate_password(password, user)


def test_initial_password_is_long_mixed_and_new_each_time():
    made = {actions.initial_password() for _number in range(50)}

    assert len(made) == 50
    assert {len(text) for text in made} == {14}
    assert not set("".join(made)) & set("0O1lI")
    for text in made:
        assert validate_password(text) is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"must_change_password": True}, True),
        ({"password_changed_at": None}, True),
        ({"password_changed_at": timezone.now() - timedelta(days=91)}, True),
        ({"password_changed_at": timezone.now() - timedelta(days=89)}, False),
    ],
)
def test_is_password_stale(facts, expected):
    assert UserFactory.build(**facts).is_password_stale is expected


def test_password_change_keeps_this_session_and_ends_the_others(client):
    user = UserFactory(must_change_password=True)
    client.force_login(user)
    elsewhere = Client()
    elsewhere.force_login(user)

    response = change(client)

    user.refresh_from_db()
    assert (response.status_code, response.url) == (302, "/")
    assert (user.check_password(NEW), user.is_password_stale) == (True, False)
    assert client.get(URL).status_code == 200
    assert elsewhere.get(URL).status_code == 302
    record = AuditRecord.objects.get(verb="accounts.change_password")
    assert (record.by, record.reason, record.after) == (user, "首次登录", {})


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"old": "wrong"}, "old_password", "现在的密码不对，请重新输入。"),
        ({"new": PASSWORD}, "new_password", "新密码与现在的密码相同，请换一个。"),
        ({"new": "Ab-1234"}, "new_password", "密码太短，至少 8 个字符。"),
        ({"repeated": "Other-2027"}, "repeated", "两次输入的新密码不一样，请再输一次。"),
        (
            {"new": "shiliuzi7"},
            "new_password",
            "密码须含大写字母、小写字母、数字、符号中的至少三类。",
        ),
    ],
)
def test_password_change_says_what_is_wrong(client, sent, field, words):
    user = UserFactory()
    client.force_login(user)

    response = change(client, **sent)

    assert response.context["form"].errors[field] == [words]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_password_change_goes_back_to_where_it_was_asked(client):
    client.force_login(UserFactory(must_change_password=True))

    asked = client.get("/jobs/?page=2")
    done = change(client, next="/jobs/?page=2")

    assert asked.url == "/accounts/password/?next=%2Fjobs%2F%3Fpage%3D2"
    assert done.url == "/jobs/?page=2"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"must_change_password": True}, "首次登录或密码刚被重置"),
        ({"password_changed_at": timezone.now() - timedelta(days=91)}, "密码已满 90 天"),
    ],
)
def test_password_change_says_why_it_is_asked(client, facts, words):
    client.force_login(UserFactory(**facts))

    response = client.get(URL)

    assert words in response.content.decode()


def test_change_password_of_another_is_refused():
    user = UserFactory()

    with pytest.raises(RuleError, match="只能修改自己的密码"):
        actions.change_password(user, new_password=NEW, by=UserFactory())


def test_reset_password_on_the_server_shows_a_new_one(capsys):
    user = UserFactory(username="zhang", name="张三")

    call_command("reset_password", "zhang")

    printed = capsys.readouterr().out
    password = printed.split("：")[1].split("\n")[0]
    user = User.objects.get(pk=user.pk)
    assert (user.check_password(password), user.must_change_password) == (True, True)
    assert AuditRecord.objects.get().verb == "accounts.reset_password"


def test_reset_password_on_the_server_knows_its_users():
    with pytest.raises(CommandError, match="没有用户名为 nobody 的用户"):
        call_command("reset_password", "nobody")


def test_wrong_guesses_at_the_old_password_end_in_a_lock(client):
    user = UserFactory()
    client.force_login(user)
    for _guess in range(4):
        assert change(client, old="Wrong-2026").status_code == 200

    locked = client.post(
        URL, {"old_password": "Wrong-2026", "new_password": NEW, "repeated": NEW}, follow=True
    )

    user.refresh_from_db()
    refused = AuditRecord.objects.filter(verb="accounts.change_password", outcome="refused")
    assert locked.redirect_chain == [("/accounts/login/", 302)]
    assert "连续 5 次不对，已锁定至" in locked.text
    assert (user.is_locked, refused.count()) == (True, 5)
    assert AuditRecord.objects.filter(verb="accounts.lock_out").count() == 1


def test_a_changed_password_forgets_the_wrong_guesses(client):
    user = UserFactory()
    client.force_login(user)
    change(client, old="Wrong-2026")

    change(client)

    user.refresh_from_db()
    assert user.login_throttle.failures == 0
