from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RewardsConfig(AppConfig):
    name = "rewards"
    verbose_name = _("以奖代补")
    # what the audit log calls the deeds of this app
    audit_verbs = {
        "save_plan": _("编制奖补方案"),
        "propose_plan": _("提请审批奖补方案"),
        "approve_plan": _("审定奖补方案"),
        "return_plan": _("退回奖补方案"),
        "finish_plan": _("办结奖补方案"),
    }
