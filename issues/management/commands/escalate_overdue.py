"""manage.py escalate_overdue [--at ISO-TIME]: one run of the automatic escalation."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from issues.sweep import escalate_overdue
from workdays.arithmetic import ZONE
from workdays.now import now


class Command(BaseCommand):
    help = "把逾期未办结的事项上报一级；可重复运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", metavar="ISO-TIME", help="按这一时刻判断逾期，如 2026-11-21T09:00（默认现在）")

    def handle(self, *args: Any, at: str | None, **options: Any) -> None:
        swept = escalate_overdue(at=moment(at) if at else now())
        self.stdout.write(f"上报 {swept.climbed} 件")
        self.stdout.write(f"无上级可报、已报告县领导 {swept.topped} 件")
        if swept.stuck:
            for pk, reason in swept.stuck.items():
                self.stderr.write(f"事项 {pk}：{reason}")
            raise CommandError(f"有 {len(swept.stuck)} 件未能上报，请按上面的原因处理后再运行。")


def moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"时间“{text}”不对，应写成 2026-11-21T09:00 这样。") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
