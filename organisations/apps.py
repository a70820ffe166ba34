from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "organisations"
    verbose_name = _("创建主体")
    # what the audit log calls the deeds of this app
    audit_verbs = {
        "create_organisation": _("新增单位"),
        "edit_organisation": _("修改单位"),
        "edit_organisations": _("批量修改单位"),
        "verify_organisations": _("核实单位"),
        "remove_organisation": _("删除单位"),
        "set_contact": _("登记联系人"),
        "remove_contact": _("删除联系人"),
        "create_resource": _("登记阵地资源"),
        "edit_resource": _("修改阵地资源"),
        "remove_resource": _("撤销导入的阵地资源"),
        "request_booking": _("预约阵地资源"),
        "agree_booking": _("同意预约"),
        "decline_booking": _("谢绝预约"),
        "cancel_booking": _("取消预约"),
        "revoke_booking": _("撤回预约同意"),
        "propose_handover": _("提出交接"),
        "confirm_handover": _("确认交接"),
        "hand_over_liaison": _("办理交接"),
        "decline_handover": _("不同意交接"),
        "withdraw_handover": _("撤回交接"),
        "rename_organisation": _("单位更名"),
        "merge_organisations": _("单位合并"),
        "split_organisation": _("单位拆分"),
        "close_organisation": _("单位撤销"),
        "rehearse": _("核算单位变更"),
        "follow_successor": _("改归承接单位"),
        "load_register": _("载入名册"),
        "open_account": _("新建账号"),
        "name_unit": _("登记用户单位"),
        "grant_role": _("授予角色"),
        "end_role": _("结束角色"),
    }

    def ready(self) -> None:
        # The worker learns here which lists it may be asked to export and which ledgers to read;
        # and everybody what passes on when a unit ends.
        for module in ("exports", "imports", "followers"):
            import_module(f"organisations.{module}")
