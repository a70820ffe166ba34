"""Makes the demonstration year on the register; does nothing when it is there."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.errors import RuleError
from dashboards.demo import build_demo


class Command(BaseCommand):
    help = "在名册上生成一个演示年度（固定种子）；已有时不再生成。用 remove_demo 删除。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(_("演示数据带有公开的账号，只在演示环境生成：请设置 DEMO=1。"))
        try:
            is_new = build_demo(say=self.stdout.write)
        except RuleError as error:
            raise CommandError(error.message) from error
        if not is_new:
            self.stdout.write(_("演示年度已在，没有改动。"))
