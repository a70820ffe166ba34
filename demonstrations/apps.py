from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemonstrationsConfig(AppConfig):
    name = "demonstrations"
    verbose_name = _("示范命名")
    # what the audit log calls the deeds of this app
    audit_verbs = {
        "follow_successor": _("随单位变更移交"),
        "create_title": _("登记示范命名"),
        "edit_title": _("修改示范命名"),
        "remove_title": _("撤销导入的示范命名"),
        "start_cultivation": _("列入培育库"),
        "drop_title": _("移出培育库"),
        "apply_for_title": _("登记申报"),
        "pass_first_check": _("登记初验通过"),
        "fail_first_check": _("登记初验未通过"),
        "first_check": _("登记初验"),
        "start_notice": _("公示"),
        "raise_objection": _("登记异议"),
        "answer_objection": _("答复异议"),
        "stop_application": _("停止申报"),
        "propose_decision": _("提请命名决定"),
        "approve_decision": _("审批命名决定"),
        "return_decision": _("退回命名决定"),
        "start_review": _("开始复核"),
        "pass_review": _("登记复核合格"),
        "demand_rectification": _("要求限期整改"),
        "pass_rectification": _("登记整改合格"),
        "edit_rule": _("修改命名规则"),
        "create_site": _("登记示范点"),
        "edit_site": _("修改示范点"),
        "accept_site": _("验收示范点"),
        "send_site_to_mend": _("示范点验收需整改"),
        "withdraw_acceptance": _("撤回验收"),
        "save_checklist": _("修改验收清单"),
    }

    def ready(self) -> None:
        # The worker learns here which lists it may be asked to export and which ledgers to read.
        for module in ("exports", "imports", "succession"):
            import_module(f"demonstrations.{module}")
