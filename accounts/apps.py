from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("用户")
    # what the audit log calls the deeds of this app
    audit_verbs = {
        "log_in": _("登录"),
        "log_out": _("退出登录"),
        "lock_out": _("连续失败锁定"),
        "end_idle_session": _("闲置自动退出"),
        "change_password": _("修改密码"),
        "create_user": _("新建账号"),
        "edit_user": _("修改账号"),
        "close_user": _("停用账号"),
        "reopen_user": _("启用账号"),
        "reset_password": _("重置密码"),
        "unlock_user": _("解锁账号"),
        "start_audit_check": _("核对审计记录"),
    }
