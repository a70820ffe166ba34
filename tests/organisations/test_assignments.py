"""Accounts and roles: who opens, who grants, and what no one may do alone."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.rights import ADMINISTRATORS, Role
from core.errors import RuleError
from core.models import AuditRecord
from organisations.actions.assignments import end_role, grant_role, open_account
from organisations.models import Assignment, Organisation, organisation_scope
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    UserFactory,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db

CREATE = "/organisations/accounts/new/"
TODAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Local noon of a fixed day."""
    moment = timezone.make_aware(timezone.datetime(2026, 6, 1, 12))
    monkeypatch.setattr(timezone, "now", lambda: moment)


def days(number):
    return TODAY + timedelta(days=number)


def grant(user, role, *, by=None, organisation=None, valid_from=TODAY, valid_until=None):
    return grant_role(
        user,
        organisation=organisation or office(),
        role=role,
        valid_from=valid_from,
        valid_until=valid_until,
        by=by or user_with(Role.SECURITY_ADMIN),
    )


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_account_create_opens_an_account_of_a_unit_without_a_role(client):
    admin = user_with(Role.SYSTEM_ADMIN)
    client.force_login(admin)
    unit = OrganisationFactory(short_name="大沁他拉镇")
    sent = {
        "name": "张三", "username": "dqtl.zhang", "work_phone": "", "organisation": unit.pk,
    }  # fmt: skip

    response = client.post(CREATE, sent)

    account = User.objects.get(username="dqtl.zhang")
    password = response.context["password"]
    verbs = AuditRecord.objects.order_by("pk").values_list("verb", "by", "subject_label")
    assert response.status_code == 200
    assert password in response.content.decode()
    assert account.check_password(password)
    assert (account.roles, account.main_organisation) == (set(), unit)
    assert account.must_change_password is True
    assert list(verbs) == [
        ("accounts.create_user", admin.pk, "张三"),
        ("organisations.name_unit", admin.pk, "张三  大沁他拉镇"),
    ]
    assert password not in str(list(AuditRecord.objects.values()))


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"name": ""}, "name", "这一项要填。"),
        ({"organisation": ""}, "organisation", "这一项要填。"),
        (
            {"organisation": "99999999999999999999"},
            "organisation",
            "没有找到这个单位，或它不在可选范围内，请重新选择。",
        ),
        ({"username": "taken"}, "username", "用户名已被使用，请换一个。"),
        (
            {"username": "张三"},
            "username",
            "用户名须以小写字母开头，只用小写字母、数字和 . _ -，3 至 40 个字符。",
        ),
    ],
)
def test_account_create_says_what_is_wrong(client, changed, field, words):
    client.force_login(user_with(Role.SYSTEM_ADMIN))
    UserFactory(username="taken")
    sent = {"name": "张三", "username": "zhang", "organisation": OrganisationFactory().pk}

    response = client.post(CREATE, sent | changed)

    assert response.context["form"].errors[field] == [words]
    assert not User.objects.filter(username="zhang").exists()


def test_open_account_with_a_name_taken_meanwhile_leaves_nothing():
    UserFactory(username="zhang")

    with pytest.raises(RuleError, match="用户名已被使用"):
        open_account(
            "zhang",
            name="张三",
            work_phone="",
            organisation=OrganisationFactory(),
            by=user_with(Role.SYSTEM_ADMIN),
        )

    assert Assignment.objects.filter(role="").count() == 0


def test_assignment_create_grants_a_role_in_place_of_the_waiting_unit(client):
    admin = user_with(Role.SECURITY_ADMIN)
    client.force_login(admin)
    waiting = AssignmentFactory(role="", valid_from=TODAY)
    account, unit = waiting.user, waiting.organisation
    url = reverse("organisations:assignment_create", args=[account.pk])

    offered = client.get(url).context["form"]
    response = client.post(
        url, {"role": "liaison", "organisation": unit.pk, "valid_from": "2026-06-01"}
    )

    granted = account.assignments.get()
    record = AuditRecord.objects.get()
    assert (offered["organisation"].value(), offered["valid_from"].value()) == (unit.pk, TODAY)
    assert response.url == reverse("accounts:user_detail", args=[account.pk])
    assert (granted.role, granted.organisation, granted.valid_until) == ("liaison", unit, None)
    assert (record.by, record.verb) == (admin, "organisations.grant_role")
    assert record.after["role"] == "liaison"


def test_assignment_create_refuses_oneself_with_the_reason(client):
    admin = user_with(Role.SECURITY_ADMIN)
    client.force_login(admin)

    response = client.post(
        reverse("organisations:assignment_create", args=[admin.pk]),
        {"role": "office_director", "organisation": office().pk, "valid_from": "2026-06-01"},
    )

    assert response.context["form"].non_field_errors() == [
        "不能给自己授予角色，请另一位安全管理员办理。"
    ]
    assert AuditRecord.objects.get().outcome == "refused"
    assert admin.assignments.count() == 1


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"role": "owner"}, "role", "所选的不在可选范围内，请重新选择。"),
        ({"valid_until": "2026-05-31"}, "valid_until", "结束日期早于开始日期，请核对。"),
        (
            {"valid_from": "2026-05-01", "valid_until": "2026-05-31"},
            "valid_until",
            "结束日期已过，请核对。",
        ),
    ],
)
def test_assignment_create_says_what_is_wrong(client, sent, field, words):
    client.force_login(user_with(Role.SECURITY_ADMIN))
    account = UserFactory()
    facts = {"role": "liaison", "organisation": office().pk, "valid_from": "2026-06-01"}

    response = client.post(
        reverse("organisations:assignment_create", args=[account.pk]), facts | sent
    )

    assert response.context["form"].errors[field][0] == words
    assert account.assignments.count() == 0


@pytest.mark.parametrize("held", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("wanted", sorted(ADMINISTRATORS))
def test_grant_role_keeps_the_three_administrators_apart(held, wanted):
    account = user_with(held)

    with pytest.raises(RuleError) as error:
        grant(account, wanted)

    expected = "已有同一角色" if held == wanted else "三员不得兼任"
    assert expected in error.value.message
    assert account.assignments.count() == 1


@pytest.mark.parametrize(
    ("held_from", "held_until", "granted_from", "granted_until", "refused"),
    [
        (-30, None, 0, None, True),
        (10, None, 0, None, True),
        (10, None, 0, 9, False),
        (10, None, 0, 10, True),
        (-30, -1, 0, None, False),
        (-30, 0, 0, None, True),
    ],
)
def test_grant_role_looks_at_every_day_of_both_periods(
    held_from, held_until, granted_from, granted_until, refused
):
    account = UserFactory()
    AssignmentFactory(
        user=account,
        role=Role.AUDITOR,
        valid_from=days(held_from),
        valid_until=None if held_until is None else days(held_until),
    )
    last = None if granted_until is None else days(granted_until)

    try:
        grant(account, Role.SYSTEM_ADMIN, valid_from=days(granted_from), valid_until=last)
    except RuleError:
        assert refused is True
    else:
        assert refused is False


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDITOR])
def test_grant_role_waits_until_the_password_is_the_holders_own(role):
    account = UserFactory(must_change_password=True)

    with pytest.raises(RuleError, match="该账号还在用初始密码"):
        grant(account, role)

    assert account.assignments.count() == 0


def test_grant_role_allows_other_roles_beside_one_administrator():
    account = user_with(Role.SYSTEM_ADMIN)

    grant(account, Role.LEADER)

    assert User.objects.get(pk=account.pk).roles == {Role.SYSTEM_ADMIN, Role.LEADER}


def test_grant_role_takes_effect_at_once(client):
    account = UserFactory()
    client.force_login(account)
    assert client.get("/accounts/audit/").status_code == 403

    grant(account, Role.AUDITOR)

    assert client.get("/accounts/audit/").status_code == 200


@pytest.mark.parametrize(
    ("user_facts", "unit_facts", "words"),
    [
        ({"is_active": False}, {}, "该账号已停用"),
        ({}, {"is_external": True}, "旗外单位没有账号"),
        ({}, {"valid_until": date(2026, 5, 31)}, "不在有效期内"),
    ],
)
def test_grant_role_refuses_who_cannot_act(user_facts, unit_facts, words):
    with pytest.raises(RuleError, match=words):
        grant(
            UserFactory(**user_facts),
            Role.LIAISON,
            organisation=OrganisationFactory(**unit_facts),
        )


def test_assignment_end_ends_a_role_at_once(client):
    admin = user_with(Role.SECURITY_ADMIN)
    client.force_login(admin)
    assignment = AssignmentFactory(role=Role.LEADER, valid_from=days(-30))
    url = reverse("organisations:assignment_end", args=[assignment.pk])

    asked = client.get(url)
    response = client.post(url, {"last_day": ""})

    assignment.refresh_from_db()
    record = AuditRecord.objects.get()
    assert "结束“" in asked.content.decode()
    assert response.url == reverse("accounts:user_detail", args=[assignment.user_id])
    assert assignment.valid_until == days(-1)
    assert User.objects.get(pk=assignment.user_id).roles == set()
    assert (record.verb, record.before["valid_until"]) == ("organisations.end_role", None)
    assert record.after["valid_until"] == "2026-05-31"


def test_assignment_end_keeps_the_role_until_the_last_day(client):
    client.force_login(user_with(Role.SECURITY_ADMIN))
    assignment = AssignmentFactory(role=Role.LEADER, valid_from=days(-30))

    client.post(
        reverse("organisations:assignment_end", args=[assignment.pk]), {"last_day": "2026-06-30"}
    )

    assignment.refresh_from_db()
    assert assignment.valid_until == date(2026, 6, 30)
    assert User.objects.get(pk=assignment.user_id).roles == {Role.LEADER}


def test_assignment_end_refuses_a_day_gone_by(client):
    client.force_login(user_with(Role.SECURITY_ADMIN))
    assignment = AssignmentFactory(role=Role.LEADER, valid_from=days(-30))

    response = client.post(
        reverse("organisations:assignment_end", args=[assignment.pk]), {"last_day": "2026-05-31"}
    )

    assert response.context["form"].errors["last_day"] == ["日期已过；要立即结束请不填。"]


def test_end_role_that_began_today_leaves_only_the_log():
    assignment = AssignmentFactory(role=Role.LEADER, valid_from=TODAY)

    end_role(assignment, by=user_with(Role.SECURITY_ADMIN))

    assert not Assignment.objects.filter(pk=assignment.pk).exists()
    assert AuditRecord.objects.get().before["role"] == "leader"


def test_end_role_twice_is_refused():
    assignment = AssignmentFactory(valid_from=days(-30), valid_until=days(-1))

    with pytest.raises(RuleError, match="已经结束"):
        end_role(assignment, by=user_with(Role.SECURITY_ADMIN))


@pytest.mark.parametrize(
    ("other", "refused"),
    [
        ({}, False),
        ({"valid_until": days(30)}, True),
        ({"valid_from": days(1)}, True),
        ({"role": Role.AUDITOR}, True),
        ({"user__is_active": False}, True),
    ],
)
def test_end_role_keeps_the_last_active_security_admin(other, refused):
    last = AssignmentFactory(role=Role.SECURITY_ADMIN, valid_from=days(-30))
    AssignmentFactory(**{"role": Role.SECURITY_ADMIN, "valid_from": days(-30), **other})

    try:
        end_role(last, by=last.user)
    except RuleError:
        assert refused is True
    else:
        assert refused is False


@pytest.mark.parametrize(
    ("path", "role", "expected"),
    [
        (CREATE, Role.SYSTEM_ADMIN, 200),
        (CREATE, Role.SECURITY_ADMIN, 403),
        (CREATE, Role.AUDITOR, 403),
        ("/organisations/accounts/{user}/roles/", Role.SECURITY_ADMIN, 200),
        ("/organisations/accounts/{user}/roles/", Role.SYSTEM_ADMIN, 403),
        ("/organisations/accounts/{user}/roles/", Role.OFFICE_DIRECTOR, 403),
        ("/organisations/accounts/987654/roles/", Role.SECURITY_ADMIN, 404),
        ("/organisations/roles/{role}/end/", Role.SECURITY_ADMIN, 200),
        ("/organisations/roles/{role}/end/", Role.SYSTEM_ADMIN, 403),
        ("/organisations/roles/987654/end/", Role.SECURITY_ADMIN, 404),
    ],
)
def test_account_and_role_pages_are_for_their_administrator(client, path, role, expected):
    client.force_login(user_with(role))
    assignment = AssignmentFactory()

    response = client.get(path.format(user=assignment.user_id, role=assignment.pk))

    assert response.status_code == expected


def test_a_right_over_everything_reaches_every_unit():
    unit = OrganisationFactory(region__code="110105001000")
    admin = user_with(Role.SYSTEM_ADMIN)

    reached = Organisation.objects.filter(organisation_scope(admin, "account.edit"))

    assert set(reached) == {unit, office()}


def test_constraint_one_open_assignment_of_a_kind():
    held = AssignmentFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentFactory(user=held.user, organisation=held.organisation, role=held.role)


def test_constraint_an_assignment_ends_after_it_begins():
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentFactory(valid_from=TODAY, valid_until=days(-1))


def test_create_administrator_makes_the_first_on_the_server(capsys):
    office()

    call_command("create_administrator", "security_admin", "aqgly", "王五", "旗创建办")

    account = User.objects.get(username="aqgly")
    printed = capsys.readouterr().out
    assert account.roles == {Role.SECURITY_ADMIN}
    assert printed.startswith("安全管理员 王五（aqgly）的初始密码：")
    assert account.check_password(printed.split("：")[1].split("\n")[0])


def test_create_administrator_knows_its_units_and_names():
    office()
    UserFactory(username="taken")

    with pytest.raises(CommandError, match="名为“火星”的单位有 0 个"):
        call_command("create_administrator", "auditor", "sjy", "王五", "火星")
    with pytest.raises(CommandError, match="用户名已被使用"):
        call_command("create_administrator", "auditor", "taken", "王五", "旗创建办")

    assert User.objects.count() == 1
