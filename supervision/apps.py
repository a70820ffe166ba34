from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = _("督导检查")

    def ready(self) -> None:
        # Exports register themselves, in web and worker alike.
        import_module("supervision.exports")
