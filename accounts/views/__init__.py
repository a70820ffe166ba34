"""Pages of accounts: one's own session, the users, the audit log."""

from accounts.views.audit import audit_check, audit_detail, audit_list
from accounts.views.session import login, logout, password_change
from accounts.views.users import (
    login_failure_list,
    user_close,
    user_detail,
    user_edit,
    user_list,
    user_reopen,
    user_reset_password,
    user_unlock,
)

__all__ = [
    "audit_check",
    "audit_detail",
    "audit_list",
    "login",
    "login_failure_list",
    "logout",
    "password_change",
    "user_close",
    "user_detail",
    "user_edit",
    "user_list",
    "user_reopen",
    "user_reset_password",
    "user_unlock",
]
