"""Bring a database to where the software can work with it: tables, and the working days of the years around now."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from workdays.now import today
from workdays.seed import FIRST, LAST, seed_national


class Command(BaseCommand):
    help = "建立或更新数据表，并补上前后各一年的全国放假安排；可以反复运行"

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        this = today().year
        added = seed_national(year for year in range(this - 1, this + 2) if FIRST <= year <= LAST)
        self.stdout.write(f"数据表已是最新，放假安排新增{added}天")
