from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "dashboards"
    verbose_name = _("看板")
    # what the audit log calls the deeds of this app
    audit_verbs = {
        "seed_demo": _("生成演示年度"),
        "remove_demo": _("删除演示数据"),
    }
