"""What is done to accounts: log-in, passwords, opening and closing."""

import secrets
import string
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import LoginThrottle, User
from accounts.permissions import is_reset_on_server
from accounts.rights import Role
from accounts.tasks import CHECK_AUDIT
from core import audit, jobs
from core.errors import RuleError
from core.models import AuditRecord, Job

LOG_IN = "accounts.log_in"
LOCK_OUT = "accounts.lock_out"
# Names that nobody has are forgotten after this long.
FORGET_AFTER = timedelta(days=1)
# Read aloud or written by hand, 0 and O, 1 and l and I would be mistaken for each other.
LETTERS = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))


@dataclass(frozen=True)
class LoginResult:
    """`user` when name and password were right, else the sentence why not."""

    user: User | None
    message: str = ""


def log_in(username: str, *, password: str) -> LoginResult:
    """Check a name and a password.

    A guess is counted before it is checked, so that guesses sent at once all count; a right one
    takes the count back. The answer is the same whether or not the name exists.
    """
    account = User.objects.filter(username=username).first()
    throttle = _count_guess(username, account)
    if throttle.failures > settings.LOGIN_FAILURES_BEFORE_LOCK:
        _record_failure(username, account, _("锁定期间的登录"))
        return LoginResult(None, _locked_sentence(throttle))
    user = None if _is_public(password) else authenticate(username=username, password=password)
    if user is None:
        return LoginResult(None, _refuse(username, account, throttle))
    LoginThrottle.objects.filter(pk=throttle.pk).update(failures=0, locked_until=None)
    audit.record(LOG_IN, user, by=user)
    return LoginResult(user)


def _is_public(password: str) -> bool:
    """The password of the demonstration is known to all: it opens nothing anywhere else."""
    return password == settings.DEMO_PASSWORD and not settings.DEMO


@transaction.atomic
def _count_guess(username: str, account: User | None) -> LoginThrottle:
    """Count this guess and lock at the limit; a lock that has run out starts the count anew."""
    now = timezone.now()
    key = LoginThrottle.key_of(username)
    stale = Q(user=None, failed_at__lt=now - FORGET_AFTER)
    if account is not None:
        # The digest hangs on the installation's secret; the row under an old one is no use.
        stale |= Q(user=account) & ~Q(key=key)
    LoginThrottle.objects.filter(stale).delete()
    row, _created = LoginThrottle.objects.get_or_create(key=key, defaults={"user": account})
    mine = LoginThrottle.objects.filter(pk=row.pk)
    limit = settings.LOGIN_FAILURES_BEFORE_LOCK
    mine.filter(locked_until__lte=now).update(failures=0, locked_until=None)
    mine.filter(failures__lte=limit).update(failures=F("failures") + 1, failed_at=now, user=account)
    mine.filter(failures__gte=limit, locked_until=None).update(
        locked_until=now + timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    )
    row.refresh_from_db()
    return row


def _refuse(username: str, account: User | None, throttle: LoginThrottle) -> str:
    """Record the failure; the sentence tells how many tries are left or until when it is locked."""
    closed = account is not None and not account.is_active
    _record_failure(username, account, _("账号已停用") if closed else _("密码不符"))
    left = settings.LOGIN_FAILURES_BEFORE_LOCK - throttle.failures
    if left > 0:
        return _("用户名或密码不对，还可再试 %(left)d 次，之后锁定 %(minutes)d 分钟。") % {
            "left": left,
            "minutes": settings.LOGIN_LOCK_MINUTES,
        }
    audit.record(
        LOCK_OUT,
        account,
        by=None,
        after={"locked_until": throttle.locked_until},
        reason=_masked(username) if account is None else "",
    )
    return _locked_sentence(throttle)


def _locked_sentence(throttle: LoginThrottle) -> str:
    # rounded up to the minute: at the time told, the lock is over
    until = timezone.localtime(throttle.locked_until) + timedelta(seconds=59)
    return _("连续 %(limit)d 次不对，已锁定至 %(until)s；到时再试，或请安全管理员解锁。") % {
        "limit": settings.LOGIN_FAILURES_BEFORE_LOCK,
        "until": f"{until:%H:%M}",
    }


def _record_failure(username: str, account: User | None, reason: str) -> None:
    if account is None:
        reason = _("没有这个用户名：%(name)s") % {"name": _masked(username)}
    audit.record(LOG_IN, account, by=None, outcome=AuditRecord.Outcome.REFUSED, reason=reason)


def _masked(username: str) -> str:
    """What nobody is called may be a password typed into the wrong field."""
    return f"{username[:2]}***"


def log_out(user: User, *, by: User) -> None:
    audit.record("accounts.log_out", user, by=by)


def refuse_old_password(user: User) -> str:
    """Count a wrong guess at one's own password as one at the log-in.

    Returns the sentence for who is locked out now, empty while tries are left: an unattended
    session is no place to guess at leisure.
    """
    throttle = _count_guess(user.username, user)
    audit.record(
        "accounts.change_password",
        user,
        by=user,
        outcome=AuditRecord.Outcome.REFUSED,
        reason=_("现在的密码不对"),
    )
    if throttle.failures < settings.LOGIN_FAILURES_BEFORE_LOCK:
        return ""
    audit.record(LOCK_OUT, user, by=None, after={"locked_until": throttle.locked_until})
    return _locked_sentence(throttle)


@transaction.atomic
def change_password(user: User, *, new_password: str, by: User) -> User:
    """Set the password that its owner chose; their other sessions end with the old one."""
    if by != user:
        raise RuleError(_("只能修改自己的密码；他人忘记密码时，请系统管理员重置。"))
    was_initial = user.must_change_password
    user.set_password(new_password)
    user.must_change_password = False
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    LoginThrottle.objects.filter(user=user).update(failures=0, locked_until=None)
    reason = _("首次登录") if was_initial else ""
    audit.record("accounts.change_password", user, by=by, reason=reason)
    return user


def initial_password() -> str:
    """Twelve signs in groups of four, of all four classes, to be handed over and changed."""
    while True:
        groups = ["".join(secrets.choice(LETTERS) for _sign in range(4)) for _group in range(3)]
        text = "-".join(groups)
        if all(
            any(test(sign) for sign in text) for test in (str.isupper, str.islower, str.isdigit)
        ):
            return text


@transaction.atomic
def create_user(
    username: str, *, name: str, work_phone: str = "", by: User | None
) -> tuple[User, str]:
    """A new account without any role, and its initial password, which is kept nowhere else."""
    password = initial_password()
    try:
        with transaction.atomic():
            user = User.objects.create_user(username, password, name=name, work_phone=work_phone)
    except IntegrityError as error:
        raise RuleError(_("用户名已被使用，请换一个。"), field="username") from error
    facts = audit.snapshot(user, ["username", "name", "work_phone"])
    audit.record("accounts.create_user", user, by=by, after=facts)
    return user, password


@transaction.atomic
def edit_user(user: User, *, name: str, work_phone: str, by: User) -> User:
    """Correct name and work phone; what was signed under the old name keeps it in the log."""
    account = User.objects.select_for_update().get(pk=user.pk)
    before = audit.snapshot(account, ["name", "work_phone"])
    account.name, account.work_phone = name, work_phone
    account.save(update_fields=["name", "work_phone"])
    after = audit.snapshot(account, ["name", "work_phone"])
    audit.record("accounts.edit_user", account, by=by, before=before, after=after)
    return account


@transaction.atomic
def close_user(user: User, *, by: User | None) -> User:
    """Close an account; its sessions end at once, and its name stays on what it signed.

    `by` is None where it follows from a deed that was confirmed before.
    """
    security_admins = lock_security_admins()
    account = User.objects.select_for_update().get(pk=user.pk)
    if account == by:
        raise RuleError(_("不能停用自己的账号，请另一位系统管理员办理。"))
    if not account.is_active:
        raise RuleError(_("该账号已停用。"))
    if security_admins == {account.pk}:
        raise RuleError(_("这是最后一位在用的安全管理员，不能停用；请先授权另一位。"))
    account.is_active = False
    account.save(update_fields=["is_active"])
    audit.record(
        "accounts.close_user",
        account,
        by=by,
        before={"is_active": True},
        after={"is_active": False},
    )
    return account


def lock_security_admins() -> set[int]:
    """The active security administrators of today, locked so that the last two cannot both go."""
    holders = User.objects.holding(Role.SECURITY_ADMIN).filter(is_active=True)
    return set(holders.select_for_update().order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def reopen_user(user: User, *, by: User) -> tuple[User, str]:
    """Open a closed account with a new initial password: no old session comes to life again."""
    account = User.objects.select_for_update().get(pk=user.pk)
    if account.is_active:
        raise RuleError(_("该账号在用，不必启用。"))
    if is_reset_on_server(account):
        raise RuleError(
            _("该账号仍有安全管理员或审计员角色；请安全管理员先结束角色，启用后再授权。")
        )
    account.is_active = True
    account.save(update_fields=["is_active"])
    password = _set_initial_password(account)
    audit.record(
        "accounts.reopen_user",
        account,
        by=by,
        before={"is_active": False},
        after={"is_active": True},
    )
    return account, password


@transaction.atomic
def reset_password(user: User, *, by: User | None) -> tuple[User, str]:
    """A new initial password for someone who forgot theirs; `by` is None on the server itself."""
    account = User.objects.select_for_update().get(pk=user.pk)
    if account == by:
        raise RuleError(_("修改自己的密码请用“修改密码”。"))
    if by is not None and is_reset_on_server(account):
        raise RuleError(
            _("安全管理员和审计员的密码只能在服务器上重置：manage.py reset_password 用户名。")
        )
    password = _set_initial_password(account)
    audit.record("accounts.reset_password", account, by=by)
    return account, password


def _set_initial_password(account: User) -> str:
    password = initial_password()
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    return password


@transaction.atomic
def unlock_user(user: User, *, by: User) -> User:
    """End a lock-out before its time; nobody ends their own."""
    if user == by:
        raise RuleError(_("不能解锁自己的账号，请另一位安全管理员办理。"))
    changed = LoginThrottle.objects.filter(user=user, locked_until__gt=timezone.now()).update(
        failures=0, locked_until=None
    )
    if not changed:
        raise RuleError(_("该账号没有锁定，不必解锁。"))
    audit.record("accounts.unlock_user", user, by=by)
    return user


@transaction.atomic
def start_audit_check(*, by: User) -> Job:
    """Check the chain of the whole log in the background; one check at a time."""
    under_way = Job.objects.filter(
        kind=CHECK_AUDIT, state__in=[Job.State.WAITING, Job.State.RUNNING]
    )
    if under_way.exists():
        raise RuleError(_("正在核对，完成后会在本页显示结果。"))
    audit.record("accounts.start_audit_check", by=by)
    return jobs.enqueue(CHECK_AUDIT, title=_("核对审计记录"), by=by)
