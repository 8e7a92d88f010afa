"""List the demo accounts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from liaison.seeding.accounts import listed


class Command(BaseCommand):
    help = "列出演示账号：每种岗位一个，手机号、密码、看什么"

    def handle(self, *args: Any, **options: Any) -> None:
        lines = listed()
        if not lines:
            raise CommandError("还没有演示县，请先运行 manage.py seed_county jiangle。")
        for line in lines:
            self.stdout.write(line)
