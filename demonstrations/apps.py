from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemonstrationsConfig(AppConfig):
    name = "demonstrations"
    verbose_name = _("示范命名")
    # what the audit log calls the deeds of this app
    audit_verbs = {
        "create_title": _("登记示范命名"),
        "edit_title": _("修改示范命名"),
        "create_site": _("登记示范点"),
        "edit_site": _("修改示范点"),
        "accept_site": _("验收示范点"),
    }

    def ready(self) -> None:
        # The worker learns here which lists it may be asked to export.
        from demonstrations import exports  # noqa: F401, PLC0415
