"""Show, advance or reset the demo clock."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import Refused
from workdays.arithmetic import spell
from workdays.now import advance, clock_file, now, offset, reset

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def span(text: str) -> timedelta:
    """3d, 5h, 10m, or several together: 1d12h."""
    parts = re.findall(r"(\d{1,6})([dhms])", text)
    if not parts or "".join(f"{amount}{unit}" for amount, unit in parts) != text:
        raise ArgumentTypeError(f"“{text}”看不懂，应写成 3d（天）、5h（小时）或 10m（分钟）")
    return sum((timedelta(**{UNITS[unit]: int(amount)}) for amount, unit in parts), timedelta(0))


def spoken(ahead: timedelta) -> str:
    """3天5小时10分."""
    minutes, seconds = divmod(int(ahead.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "天"), (hours, "小时"), (minutes, "分"), (seconds, "秒"))
    return "".join(f"{amount}{name}" for amount, name in parts if amount)


class Command(BaseCommand):
    help = "演示时钟：不带参数显示当前时间；--forward 3d|5h|10m 往前拨；--reset 回到真实时间"

    def add_arguments(self, parser: ArgumentParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--forward", type=span, metavar="3d|5h|10m")
        group.add_argument("--reset", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            clock_file()
            if options["reset"]:
                reset()
            elif options["forward"] is not None:
                advance(options["forward"].total_seconds())
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        moment = now()
        self.stdout.write(f"现在是 {moment.year}年{spell(moment.date())} {moment:%H:%M:%S}")
        self.stdout.write(f"演示时钟已拨快{spoken(offset())}" if offset() else "演示时钟未拨动，就是真实时间")
