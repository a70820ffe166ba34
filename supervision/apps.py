from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = _("督导检查")
    # what the audit log calls the deeds of this app
    audit_verbs = {
        "follow_successor": _("随单位变更移交"),
        "record_inspection": _("登记督导检查"),
        "change_inspection": _("修改督导检查"),
        "rectify_finding": _("报告整改"),
        "check_finding": _("核查整改"),
        "send_back_finding": _("退回整改"),
    }

    def ready(self) -> None:
        # Exports register themselves, in web and worker alike.
        import_module("supervision.exports")
        import_module("supervision.open_items")
        import_module("supervision.succession")
