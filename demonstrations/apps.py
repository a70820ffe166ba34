from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemonstrationsConfig(AppConfig):
    name = "demonstrations"
    verbose_name = _("示范命名")

    def ready(self) -> None:
        # The worker learns here which lists it may be asked to export.
        from demonstrations import exports  # noqa: F401, PLC0415
