from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        # Job handlers register themselves when their module is imported, in web and worker alike.
        autodiscover_modules("tasks")
