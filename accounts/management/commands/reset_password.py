"""Give a user a new initial password, on the server itself: the only way for two of the 三员."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import reset_password
from accounts.models import User


class Command(BaseCommand):
    help = "重置用户的密码，显示一次新的初始密码。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="用户名")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"没有用户名为 {username} 的用户。")
        _account, password = reset_password(user, by=None)
        self.stdout.write(f"{user.name}（{username}）的初始密码：{password}\n登录后须修改。")
