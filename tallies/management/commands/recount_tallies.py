"""manage.py recount_tallies [--all]"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tallies.recount import mark_all, recount
from workdays.now import now


class Command(BaseCommand):
    help = "重算统计：默认只算有变动的日子，--all 全部重算。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="把所有日子都重算一遍")

    def handle(self, *, all: bool, **options: Any) -> None:
        if all:
            mark_all()
        self.stdout.write(f"已重算 {recount(now())} 个县日的统计。")
