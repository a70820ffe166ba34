"""Loads the public lists of regions and organisations into an empty or existing register."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from organisations.actions import load_register


class Command(BaseCommand):
    help = "载入奈曼旗行政区划和创建主体名册；可反复运行，只补缺少的。"

    def handle(self, *args: Any, **options: Any) -> None:
        labels = {
            "regions": _("行政区划"),
            "townships": _("苏木乡镇、街道、农场"),
            "villages": _("嘎查村、社区"),
            "departments": _("部门单位"),
            "partners": _("旗外地区"),
        }
        added = load_register(by=None)
        for key, count in added.items():
            self.stdout.write(
                _("%(label)s：新增 %(count)d") % {"label": labels[key], "count": count}
            )
        if not any(added.values()):
            self.stdout.write(_("名册已是最新，没有改动。"))
