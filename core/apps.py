from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from core.form_words import speak_plainly


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("平台")
    # what the audit log calls the deeds of this app
    audit_verbs = {"retry_job": _("重新发起任务")}

    def ready(self) -> None:
        speak_plainly()
        # Job handlers register themselves when their module is imported, in web and worker alike.
        autodiscover_modules("tasks")
