"""Who acts for which unit: accounts are opened by one administrator, roles granted by another."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import create_user, lock_security_admins
from accounts.models import User
from accounts.permissions import RESET_ON_SERVER
from accounts.rights import ADMINISTRATORS, Role
from core import audit
from core.errors import RuleError
from organisations.models import Assignment, Organisation

FACTS = ["user", "organisation", "role", "valid_from", "valid_until"]


@transaction.atomic
def open_account(
    username: str,
    *,
    name: str,
    work_phone: str,
    organisation: Organisation,
    by: User,
) -> tuple[User, str]:
    """A new account of a unit, still without a role, and its initial password."""
    user, password = create_user(username, name=name, work_phone=work_phone, by=by)
    assignment = Assignment.objects.create(user=user, organisation=organisation, role="")
    after = audit.snapshot(assignment, FACTS)
    audit.record("organisations.name_unit", assignment, by=by, after=after)
    return user, password


@transaction.atomic
def grant_role(
    user: User,
    *,
    organisation: Organisation,
    role: str,
    valid_from: date,
    valid_until: date | None = None,
    by: User | None,
) -> Assignment:
    """Let a user act for a unit. Nobody grants to themselves, nobody holds two of the 三员.

    `by` is None on the server itself, where the first administrators are made.
    """
    account = User.objects.select_for_update().get(pk=user.pk)
    _check_grantable(account, organisation, by)
    if by is not None:
        _check_password_is_own(account, role)
    period = account.assignments.overlapping(valid_from, valid_until)
    _check_separation(period, role)
    if period.filter(organisation=organisation, role=role).exists():
        raise RuleError(_("该用户在这个单位这段时间已有同一角色，不必重复授予。"), field="role")
    # the unit without a role was only waiting for this
    account.assignments.filter(organisation=organisation, role="").delete()
    assignment = Assignment.objects.create(
        user=account,
        organisation=organisation,
        role=role,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    after = audit.snapshot(assignment, FACTS)
    audit.record("organisations.grant_role", assignment, by=by, after=after)
    return assignment


def _check_grantable(account: User, organisation: Organisation, by: User | None) -> None:
    if account == by:
        raise RuleError(_("不能给自己授予角色，请另一位安全管理员办理。"))
    if not account.is_active:
        raise RuleError(_("该账号已停用；请系统管理员先启用，再授予角色。"))
    if organisation.is_external:
        raise RuleError(_("旗外单位没有账号，请选本旗单位。"), field="organisation")
    if not organisation.is_active:
        raise RuleError(_("这个单位不在有效期内，请选现在的单位。"), field="organisation")


def _check_password_is_own(account: User, role: str) -> None:
    """The system administrator knows an initial password, and must not slip into this office."""
    if role in RESET_ON_SERVER and account.must_change_password:
        raise RuleError(
            _("该账号还在用初始密码；请本人先登录改成自己的密码，再授予%s。") % Role(role).label,
            field="role",
        )


def _check_separation(period: QuerySet[Assignment], role: str) -> None:
    if role not in ADMINISTRATORS:
        return
    other = period.filter(role__in=ADMINISTRATORS - {role}).first()
    if other is not None:
        raise RuleError(
            _("三员不得兼任：该用户这段时间已是%(held)s，不能再任%(role)s。")
            % {"held": other.get_role_display(), "role": Role(role).label},
            field="role",
        )


@transaction.atomic
def end_role(assignment: Assignment, *, last_day: date | None = None, by: User) -> None:
    """End a role after `last_day`, or at once when none is given.

    A role that would end before it began leaves no row, only its records in the audit log.
    """
    security_admins = lock_security_admins()
    held = Assignment.objects.select_for_update().select_related("user").get(pk=assignment.pk)
    if not held.is_open:
        raise RuleError(_("这个角色已经结束。"))
    if held.role == Role.SECURITY_ADMIN and not _others_stay(held, security_admins):
        raise RuleError(_("这是最后一位在用的安全管理员，不能结束；请先授权另一位。"))
    before = audit.snapshot(held, FACTS)
    last = last_day or timezone.localdate() - timedelta(days=1)
    after = {**before, "valid_until": last}
    audit.record("organisations.end_role", held, by=by, before=before, after=after)
    if last < held.valid_from:
        held.delete()
        return
    held.valid_until = last
    held.save(update_fields=["valid_until"])


def _others_stay(held: Assignment, security_admins: set[int]) -> bool:
    """Whether another active security administrator holds the role without an end."""
    return (
        Assignment.objects.current()
        .filter(role=Role.SECURITY_ADMIN, user__in=security_admins, valid_until=None)
        .exclude(pk=held.pk)
        .exists()
    )
