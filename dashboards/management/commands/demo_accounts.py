"""Prints one account per role of the demonstration; nothing when there is none."""

import sys
from typing import Any
from unicodedata import east_asian_width

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from accounts.models import User
from core.models import DemoYear
from dashboards.demo import ACCOUNTS


class Command(BaseCommand):
    help = "列出演示账号：用户名、密码、角色、单位、先看什么；没有演示数据时不输出，返回 1。"

    def handle(self, *args: Any, **options: Any) -> None:
        open_ones = User.objects.filter(is_active=True).values_list("username", flat=True)
        known = set(open_ones.filter(username__in=[account.username for account in ACCOUNTS]))
        if not DemoYear.objects.exists() or not known:
            sys.exit(1)
        heads = [_("用户名"), _("密码"), _("角色"), _("单位"), _("先看什么")]
        rows = [
            [a.username, settings.DEMO_PASSWORD, str(a.role.label), a.unit, a.look_at]
            for a in ACCOUNTS
            if a.username in known
        ]
        widths = [max(map(_width, column)) for column in zip(heads, *rows, strict=True)]
        for row in [heads, *rows]:
            cells = (text + " " * (w - _width(text)) for text, w in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
