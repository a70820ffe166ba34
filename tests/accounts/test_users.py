"""The pages of accounts: who sees and does what, and what each deed leaves behind."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import LoginThrottle, User
from accounts.permissions import can_reopen_account, can_reset_password
from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from tests.factories.organisations import (
    PASSWORD,
    AssignmentFactory,
    OrganisationFactory,
    UserFactory,
    user_with,
)

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"accounts:{name}", args=args)


def sign_in(client, role, **facts):
    user = user_with(role, **facts)
    client.force_login(user)
    return user


def lock(user, minutes=10):
    return LoginThrottle.objects.create(
        key=LoginThrottle.key_of(user.username),
        user=user,
        failures=5,
        locked_until=timezone.now() + timedelta(minutes=minutes),
    )


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("item_count", [1, 3])
def test_user_list_query_count(client, item_count, django_assert_num_queries):
    sign_in(client, Role.SYSTEM_ADMIN)
    for _number in range(item_count):
        user_with(Role.LIAISON, OrganisationFactory())

    with django_assert_num_queries(9):
        response = client.get(url("user_list"))

    assert response.context["page"].paginator.count == item_count + 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["admin", "closed", "leader", "locked", "new"]),
        ("?q=lead", ["leader"]),
        ("?q=李", ["leader"]),
        ("?role=leader", ["leader"]),
        ("?role=none", ["closed", "locked", "new"]),
        ("?role=nonsense", ["admin", "closed", "leader", "locked", "new"]),
        ("?unit=daqin", ["leader"]),
        ("?unit=大沁", ["leader"]),
        ("?status=active", ["admin", "leader", "locked", "new"]),
        ("?status=closed", ["closed"]),
        ("?status=locked", ["locked"]),
        ("?sort=-username", ["new", "locked", "leader", "closed", "admin"]),
        ("?sort=__class__", ["admin", "closed", "leader", "locked", "new"]),
    ],
)
def test_user_list_filters_and_sorts(client, query, expected):
    sign_in(client, Role.SYSTEM_ADMIN, username="admin", name="管理")
    unit = OrganisationFactory(short_name="大沁他拉镇")
    user_with(Role.LEADER, unit, username="leader", name="李")
    UserFactory(username="new", name="新")
    UserFactory(username="closed", name="停", is_active=False)
    lock(UserFactory(username="locked", name="锁"))

    response = client.get(url("user_list") + query)

    assert [user.username for user in response.context["page"]] == expected


def test_user_list_shows_past_roles_no_more(client):
    sign_in(client, Role.SYSTEM_ADMIN, username="admin")
    old = UserFactory(username="old")
    AssignmentFactory(user=old, valid_from="2026-01-01", valid_until="2026-02-01")

    response = client.get(url("user_list"), {"role": "none"})

    assert list(response.context["page"]) == [old]
    assert "待授权" in response.content.decode()


def test_user_list_answers_htmx_with_the_rows_alone(client):
    sign_in(client, Role.SYSTEM_ADMIN)

    response = client.get(
        url("user_list"), headers={"HX-Request": "true", "HX-Target": "user-rows"}
    )

    assert response.content.decode().strip().startswith('<div id="user-rows"')


@pytest.mark.parametrize(
    ("role", "creates", "grants"),
    [(Role.SYSTEM_ADMIN, True, False), (Role.SECURITY_ADMIN, False, True)],
)
def test_user_pages_offer_each_administrator_their_own_deeds(client, role, creates, grants):
    sign_in(client, role)
    account = user_with(Role.LEADER)

    listed = client.get(url("user_list")).content.decode()
    shown = client.get(url("user_detail", account.pk)).content.decode()

    assert (reverse("organisations:account_create") in listed) is creates
    assert (url("user_edit", account.pk) in shown) is creates
    assert (url("user_close", account.pk) in shown) is creates
    assert (reverse("organisations:assignment_create", args=[account.pk]) in shown) is grants


def test_user_detail_of_nobody_is_not_found(client):
    sign_in(client, Role.SYSTEM_ADMIN)

    assert client.get(url("user_detail", 987654)).status_code == 404


def test_user_detail_tells_an_administrator_who_grants_to_them(client):
    user = sign_in(client, Role.SECURITY_ADMIN)

    content = client.get(url("user_detail", user.pk)).content.decode()

    assert "自己的角色由另一位安全管理员授予或结束" in content
    assert reverse("organisations:assignment_create", args=[user.pk]) not in content


def test_user_edit_saves_and_records_the_change(client):
    admin = sign_in(client, Role.SYSTEM_ADMIN)
    account = UserFactory(name="张三", work_phone="0475-4211111")

    response = client.post(
        url("user_edit", account.pk), {"name": "张珊", "work_phone": "0475-4212222"}
    )

    account.refresh_from_db()
    record = AuditRecord.objects.get()
    assert response.url == url("user_detail", account.pk)
    assert (account.name, account.work_phone) == ("张珊", "0475-4212222")
    assert (record.by, record.verb) == (admin, "accounts.edit_user")
    assert record.before == {"name": "张三", "work_phone": "0475-4211111"}
    assert record.after == {"name": "张珊", "work_phone": "0475-4212222"}


@pytest.mark.parametrize("phone", ["13812345678", "电话", "0475-421abc", "123"])
def test_user_edit_takes_work_phones_only(client, phone):
    sign_in(client, Role.SYSTEM_ADMIN)
    account = UserFactory(work_phone="0475-4211111")

    response = client.post(url("user_edit", account.pk), {"name": "张三", "work_phone": phone})

    assert response.context["form"].errors["work_phone"] == [
        "请填办公电话，如 0475-4212345；不登记个人手机号。"
    ]


def test_user_close_ends_the_sessions_and_keeps_the_name(client):
    admin = sign_in(client, Role.SYSTEM_ADMIN)
    account = user_with(Role.LIAISON, name="张三")
    theirs = Client()
    theirs.force_login(account)
    assert theirs.get("/jobs/").status_code == 200

    shown = client.get(url("user_close", account.pk))
    response = client.post(url("user_close", account.pk))

    account.refresh_from_db()
    record = AuditRecord.objects.get()
    assert "停用“张三”的账号？" in shown.content.decode()
    assert response.url == url("user_detail", account.pk)
    assert (account.is_active, account.name) == (False, "张三")
    assert theirs.get("/jobs/").status_code == 302
    assert (record.by, record.verb, record.subject_label) == (admin, "accounts.close_user", "张三")


def test_user_close_of_oneself_is_refused_with_the_reason(client):
    admin = sign_in(client, Role.SYSTEM_ADMIN)

    response = client.post(url("user_close", admin.pk), follow=True)

    assert messages_of(response) == ["不能停用自己的账号，请另一位系统管理员办理。"]
    assert AuditRecord.objects.get().outcome == "refused"


def test_close_user_keeps_the_last_security_admin():
    admin, last = user_with(Role.SYSTEM_ADMIN), user_with(Role.SECURITY_ADMIN)
    user_with(Role.SECURITY_ADMIN, is_active=False)

    with pytest.raises(RuleError, match="最后一位在用的安全管理员"):
        actions.close_user(last, by=admin)

    user_with(Role.SECURITY_ADMIN)
    assert actions.close_user(last, by=admin).is_active is False


def test_close_user_twice_is_refused():
    account = UserFactory(is_active=False)

    with pytest.raises(RuleError, match="已停用"):
        actions.close_user(account, by=user_with(Role.SYSTEM_ADMIN))


def test_user_reopen_gives_a_new_password_and_no_old_session(client):
    account = user_with(Role.LIAISON)
    theirs = Client()
    theirs.force_login(account)
    admin = sign_in(client, Role.SYSTEM_ADMIN)
    actions.close_user(account, by=admin)

    response = client.post(url("user_reopen", account.pk))

    password = response.context["password"]
    account.refresh_from_db()
    assert password in response.content.decode()
    assert (account.is_active, account.must_change_password) == (True, True)
    assert account.check_password(password)
    assert theirs.get("/jobs/").url == "/accounts/login/?next=/jobs/"
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_reopen_user_in_use_is_refused():
    with pytest.raises(RuleError, match="该账号在用"):
        actions.reopen_user(UserFactory(), by=user_with(Role.SYSTEM_ADMIN))


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDITOR])
def test_reopen_user_never_hands_over_another_administrator(role):
    account = user_with(role, is_active=False)
    admin = user_with(Role.SYSTEM_ADMIN)

    assert can_reopen_account(admin, account) is False
    with pytest.raises(RuleError, match="先结束角色"):
        actions.reopen_user(account, by=admin)


def test_reset_password_never_hands_over_who_will_be_an_administrator():
    account = UserFactory()
    tomorrow = timezone.localdate() + timedelta(days=1)
    AssignmentFactory(user=account, role=Role.AUDITOR, valid_from=tomorrow)
    admin = user_with(Role.SYSTEM_ADMIN)

    assert can_reset_password(admin, account) is False
    with pytest.raises(RuleError, match="只能在服务器上重置"):
        actions.reset_password(account, by=admin)


def test_user_reset_password_shows_the_new_one_once(client):
    admin = sign_in(client, Role.SYSTEM_ADMIN)
    account = user_with(Role.LIAISON)

    asked = client.get(url("user_reset_password", account.pk))
    response = client.post(url("user_reset_password", account.pk))

    password = response.context["password"]
    account.refresh_from_db()
    record = AuditRecord.objects.get()
    assert "只显示一次" in asked.content.decode()
    assert account.check_password(password)
    assert not account.check_password(PASSWORD)
    assert (record.by, record.verb, record.after) == (admin, "accounts.reset_password", {})
    assert password not in client.get(url("user_detail", account.pk)).content.decode()


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDITOR])
def test_user_reset_password_never_hands_over_another_administrator(client, role):
    admin = sign_in(client, Role.SYSTEM_ADMIN)
    account = user_with(role)

    response = client.post(url("user_reset_password", account.pk), follow=True)

    account.refresh_from_db()
    assert can_reset_password(admin, account) is False
    assert messages_of(response) == [
        "安全管理员和审计员的密码只能在服务器上重置：manage.py reset_password 用户名。"
    ]
    assert account.check_password(PASSWORD)


def test_reset_password_of_oneself_is_refused():
    admin = user_with(Role.SYSTEM_ADMIN)

    with pytest.raises(RuleError, match="修改自己的密码请用"):
        actions.reset_password(admin, by=admin)


def test_user_unlock_ends_the_lock(client):
    admin = sign_in(client, Role.SECURITY_ADMIN)
    account = user_with(Role.LIAISON)
    lock(account)

    response = client.post(url("user_unlock", account.pk), follow=True)

    record = AuditRecord.objects.get()
    assert User.objects.get(pk=account.pk).is_locked is False
    assert messages_of(response) == ["已解锁，可以重新登录。"]
    assert (record.by, record.verb) == (admin, "accounts.unlock_user")


def test_unlock_user_without_a_lock_is_refused():
    account = UserFactory()
    lock(account, minutes=-1)

    with pytest.raises(RuleError, match="没有锁定"):
        actions.unlock_user(account, by=user_with(Role.SECURITY_ADMIN))


def test_unlock_user_by_themselves_is_refused():
    admin = user_with(Role.SECURITY_ADMIN)
    lock(admin)

    with pytest.raises(RuleError, match="不能解锁自己的账号"):
        actions.unlock_user(admin, by=admin)


@pytest.mark.parametrize("item_count", [1, 3])
def test_login_failure_list_query_count(client, item_count, django_assert_num_queries):
    sign_in(client, Role.SECURITY_ADMIN)
    for _number in range(item_count):
        account = user_with(Role.LIAISON, OrganisationFactory())
        lock(account)
        actions.log_in(f"nobody{account.pk}", password="x")

    with django_assert_num_queries(11):
        response = client.get(url("login_failure_list"))

    assert len(response.context["locked"]) == item_count
    assert len(response.context["page"].object_list) == item_count


def test_login_failure_list_shows_failures_and_no_successes(client):
    sign_in(client, Role.SECURITY_ADMIN)
    account = UserFactory(username="zhang", name="张三")
    actions.log_in("zhang", password=PASSWORD)
    for _try in range(5):
        actions.log_in("zhang", password="wrong")

    response = client.get(url("login_failure_list"))

    verbs = [record.verb for record in response.context["page"]]
    assert verbs == ["accounts.lock_out", *["accounts.log_in"] * 5]
    assert list(response.context["locked"]) == [account]


def test_create_user_twice_is_refused():
    actions.create_user("zhang", name="张三", by=None)

    with pytest.raises(RuleError, match="用户名已被使用") as error:
        actions.create_user("zhang", name="张珊", by=None)

    assert error.value.field == "username"
    assert User.objects.count() == 1


def test_create_user_records_who_without_the_password():
    admin = user_with(Role.SYSTEM_ADMIN)

    account, password = actions.create_user(
        "zhang", name="张三", work_phone="0475-4211111", by=admin
    )

    record = AuditRecord.objects.get()
    assert (account.check_password(password), account.roles) == (True, set())
    assert (record.by, record.verb) == (admin, "accounts.create_user")
    assert record.after == {"username": "zhang", "name": "张三", "work_phone": "0475-4211111"}
