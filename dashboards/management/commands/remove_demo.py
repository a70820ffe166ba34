"""Removes the demonstration year: one command, all of it or nothing."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.errors import RuleError
from dashboards.demo import remove_demo


class Command(BaseCommand):
    help = "删除全部演示数据；行政区划、单位名册、正式用户和审计记录不动。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            removed = remove_demo()
        except RuleError as error:
            raise CommandError(error.message) from error
        for label, count in removed.items():
            words = apps.get_model(label)._meta.verbose_name
            self.stdout.write(_("%(words)s：删除 %(count)d") % {"words": words, "count": count})
        self.stdout.write(_("演示数据已全部删除；签过审计记录的演示账号已停用。"))
