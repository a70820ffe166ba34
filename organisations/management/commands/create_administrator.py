"""Make one of the 三员 on the server itself: a new installation has no account at all."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.actions import create_user
from accounts.models import User
from accounts.rights import ADMINISTRATORS, Role
from core.errors import RuleError
from organisations.actions.assignments import grant_role
from organisations.models import Organisation


class Command(BaseCommand):
    help = "建立三员之一（系统管理员、安全管理员或审计员），显示一次初始密码。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=sorted(ADMINISTRATORS), metavar="角色")
        parser.add_argument("username", metavar="用户名")
        parser.add_argument("name", metavar="姓名")
        parser.add_argument("unit", metavar="单位", help="单位全称或简称")

    def handle(self, *args: Any, role: str, username: str, **options: Any) -> None:
        organisation = self._organisation(options["unit"])
        try:
            with transaction.atomic():
                user, password = create_user(username, name=options["name"], by=None)
                self._grant(user, organisation, role)
        except RuleError as error:
            raise CommandError(error.message) from error
        label = Role(role).label
        self.stdout.write(
            f"{label} {user.name}（{username}）的初始密码：{password}\n登录后须修改。"
        )

    def _organisation(self, text: str) -> Organisation:
        found = Organisation.objects.active_on(timezone.localdate())
        rows = found.filter(name=text) or found.filter(short_name=text)
        if len(rows) != 1:
            raise CommandError(f"名为“{text}”的单位有 {len(rows)} 个，请给出名册中唯一的全称。")
        return rows[0]

    def _grant(self, user: User, organisation: Organisation, role: str) -> None:
        today = timezone.localdate()
        grant_role(user, organisation=organisation, role=role, valid_from=today, by=None)
