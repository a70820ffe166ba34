from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = _("联创项目")
    audit_verbs = {
        "follow_successor": _("随单位变更移交"),
        "propose_partnership": _("提出项目"),
        "revise_partnership": _("修改项目"),
        "remove_proposal": _("撤销导入的项目"),
        "agree_member": _("同意参加"),
        "decline_member": _("婉拒参加"),
        "record_consent": _("登记答复"),
        "start_partnership": _("启动项目"),
        "conclude_partnership": _("结束项目"),
        "cancel_partnership": _("取消项目"),
        "grant_budget": _("核定经费"),
        "add_agreement": _("登记协议"),
        "remove_agreement": _("删除协议"),
        "add_milestone": _("增加计划事项"),
        "complete_milestone": _("完成计划事项"),
        "reopen_milestone": _("恢复计划事项"),
        "remove_milestone": _("删除计划事项"),
        "export_list": _("导出台账"),
    }

    def ready(self) -> None:
        # The ledgers register themselves, in web and worker alike.
        import_module("partnerships.exports")
        import_module("partnerships.open_items")
        import_module("partnerships.succession")
