from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "organisations"
    verbose_name = _("创建主体")

    def ready(self) -> None:
        # The worker learns here which lists it may be asked to export.
        from organisations import exports  # noqa: F401, PLC0415
