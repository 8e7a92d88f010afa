"""Load a year's holidays and make-up workdays from a CSV, or from the chinesecalendar library."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import Refused
from workdays.actions import import_days
from workdays.models import year_warnings
from workdays.now import now, today
from workdays.seed import library_rows
from workdays.sheet import DayRow, read_rows


class Command(BaseCommand):
    help = "导入放假与调休：给出 CSV（date,kind,name），或用 --year 从 chinesecalendar 取一年的全国安排"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE.csv")
        parser.add_argument("--year", type=int, help="整年替换：这一年里文件没有列出的日子会被删除")
        parser.add_argument("--county-id", type=int, help="本县自己的安排（县网格的编号），优先于全国安排")

    def handle(self, *args: Any, **options: Any) -> None:
        county_id, year = options["county_id"], options["year"]
        try:
            if options["file"]:
                rows = read_rows(_bytes(options["file"]))
            else:
                year = year or today().year
                rows = _national(year, county_id)
            done = import_days(rows, by=None, at=now(), county_id=county_id, whole_year=year)
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(f"新增{done.added}天，更正{done.changed}天，删除{done.removed}天，不变{done.unchanged}天")
        for warning in year_warnings(today()):
            self.stdout.write(warning)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(f"读不了文件 {file}：{error.strerror}。") from error


def _national(year: int, county_id: int | None) -> list[DayRow]:
    if county_id is not None:
        raise Refused("本县自己的安排要给出 CSV 文件，程序库里只有全国安排。")
    return library_rows(year)
