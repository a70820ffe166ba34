from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PairingsConfig(AppConfig):
    name = "pairings"
    verbose_name = _("一对一结对")
    # what the audit log calls the deeds of this app
    audit_verbs = {
        "propose_pairing": _("提出结对"),
        "revise_pairing": _("修改结对"),
    }

    def ready(self) -> None:
        # The ledgers register themselves, in web and worker alike.
        import_module("pairings.imports")
