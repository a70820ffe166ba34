from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from core.form_words import speak_plainly


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("平台")
    # what the audit log calls the deeds of this app
    audit_verbs = {
        "retry_job": _("重新发起任务"),
        "stop_job": _("停止任务"),
        "start_import": _("上传台账"),
        "save_import": _("导入台账"),
        "undo_import": _("撤销导入"),
        "cancel_import": _("放弃导入"),
        "save_filter": _("保存常用筛选"),
        "edit_filter": _("修改常用筛选"),
        "delete_filter": _("删除常用筛选"),
    }

    def ready(self) -> None:
        speak_plainly()
        # Job handlers register themselves when their module is imported, in web and worker alike.
        autodiscover_modules("tasks")
        from core.imports import deeds, faults_book  # noqa: F401, PLC0415 - their job handlers
