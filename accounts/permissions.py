"""May this user do it, asked of one account."""

from accounts.models import User
from accounts.rights import Role

# Whose password is reset on the server alone: whoever sets a password can sign in with it, and no
# administrator may slip into the office of another.
RESET_ON_SERVER = {Role.SECURITY_ADMIN, Role.AUDITOR}


def is_reset_on_server(account: User) -> bool:
    """Holds one of those offices today, or will."""
    return account.assignments.not_ended().filter(role__in=RESET_ON_SERVER).exists()


def can_edit_account(user: User) -> bool:
    return user.can("account.edit")


def can_close_account(user: User, account: User) -> bool:
    return can_edit_account(user) and account.is_active and account != user


def can_reopen_account(user: User, account: User) -> bool:
    return can_edit_account(user) and not account.is_active and not is_reset_on_server(account)


def can_reset_password(user: User, account: User) -> bool:
    return (
        can_edit_account(user)
        and account.is_active
        and account != user
        and not is_reset_on_server(account)
    )


def can_unlock_account(user: User, account: User) -> bool:
    return user.can("account.unlock") and account.is_locked and account != user
