"""manage.py supervise [--at ISO-TIME]: one run of the automatic supervision orders."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from issues.management.commands.escalate_overdue import moment
from issues.models import Colour
from issues.supervision.sweep import supervise
from workdays.now import now


class Command(BaseCommand):
    help = "对临期、逾期和到期未回复的事项发出督办单；可重复运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", metavar="ISO-TIME", help="按这一时刻判断，如 2026-11-21T09:00（默认现在）")

    def handle(self, *args: Any, at: str | None, **options: Any) -> None:
        swept = supervise(at=moment(at) if at else now())
        for colour in Colour:
            self.stdout.write(f"{colour.label} {swept.issued[colour]} 张")
        if swept.stuck:
            for pk, reason in swept.stuck.items():
                self.stderr.write(f"事项 {pk}：{reason}")
            raise CommandError(f"有 {len(swept.stuck)} 张未能发出，请按上面的原因处理后再运行。")
