"""Print the date N working days after DATE, then why."""

from argparse import ArgumentParser
from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workdays.arithmetic import ZONE, parse_day
from workdays.models import calendar_for

MORNING = time(9, 0)


class Command(BaseCommand):
    help = "从 DATE 起 N 个工作日是哪一天：先打印日期，再打印一句说明"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("date", metavar="DATE")
        parser.add_argument("n", metavar="N")
        parser.add_argument("--county-id", type=int, help="按这个县的安排（县网格的编号）；不给则按全国安排")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            start = datetime.combine(parse_day(options["date"]), MORNING, ZONE)
            due = calendar_for(options["county_id"]).due(start, _count(options["n"]), "workday")
        except ValueError as error:
            raise CommandError(f"{error}。") from error
        self.stdout.write(due.at.date().isoformat())
        self.stdout.write(due.sentence)


def _count(text: str) -> int:
    if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 9:
        raise ValueError(f"工作日数“{text}”不对，应是 0 或正整数")
    return int(text)
