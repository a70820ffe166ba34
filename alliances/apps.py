from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlliancesConfig(AppConfig):
    name = "alliances"
    verbose_name = _("联动与联盟")
    audit_verbs = {
        "follow_successor": _("随单位变更移交"),
        "erase_expired_seat_names": _("抹去期满席位姓名"),
        "propose_linkage": _("提出行业联动"),
        "revise_linkage": _("修改行业联动"),
        "propose_alliance": _("提出联盟"),
        "revise_alliance": _("修改联盟"),
        "add_seat": _("增加席位"),
        "change_seat": _("修改席位"),
        "remove_seat": _("删除席位"),
        "erase_seat_name": _("抹去席位姓名"),
    }

    def ready(self) -> None:
        # The ledgers register themselves, in web and worker alike, and what passes on.
        import_module("alliances.imports")
        import_module("alliances.succession")
